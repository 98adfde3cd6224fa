/** One property of a filter, a node or a pin in the inspector: what it is, what it reads, and setting it. */
import { PinwheelError } from '../../../../contract/errors.ts';
import type { Clients } from '../../../../contract/services/index.ts';
import type {
  FilterTopology,
  PropertyAddress,
  PropertySupport,
  PropertyTopology,
  PropertyValue,
} from '../../../../contract/services/topology.ts';
import { readChannels, type Reading } from '../../../state/propertyReading.ts';

type Topology = Clients['topology'];

/** The target of the requests. */
export interface PropertyTarget {
  filter: FilterTopology;
  node: number | null;
  /** For properties about a pin factory. */
  pin?: number;
  /** For properties that exist once per pin instance. */
  pinInstance?: number;
}

export class PropertyModel {
  readonly property: PropertyTopology;
  readonly target: PropertyTarget;
  readonly #topology: () => Topology;
  support = $state.raw<PropertySupport | undefined>();
  readings = $state.raw<readonly Reading[]>([]);
  /** Why the last request was refused. */
  refusal = $state.raw<string | undefined>();
  /** When the last set was answered, in milliseconds since 1970, and how long it took. */
  lastSet = $state.raw<{ at: number; milliseconds: number } | undefined>();

  constructor(property: PropertyTopology, target: PropertyTarget, topology: () => Topology) {
    this.property = property;
    this.target = target;
    this.#topology = topology;
  }

  /** What the request carries beside the value is known and given. */
  readonly askable: boolean = $derived.by(() => {
    const input = this.support?.input;
    if (input === 'KSP_PIN') return this.target.pin !== undefined;
    return input === 'KSPROPERTY' || input === 'KSNODEPROPERTY' || input === 'KSNODEPROPERTY_AUDIO_CHANNEL';
  });

  async load(): Promise<void> {
    await this.#try(async (topology) => {
      this.support ??= await topology.getSupport(this.#address());
      if (!this.askable) return;
      if (this.support.get) {
        this.readings = await readChannels(topology, this.#address(), this.support);
      } else {
        const perChannel = this.support.input === 'KSNODEPROPERTY_AUDIO_CHANNEL';
        this.readings = [{ channel: perChannel ? 0 : undefined, value: undefined }];
      }
    });
  }

  /** Sets and shows what the property then reads, clamped and stepped by the driver. */
  async set(channel: number | undefined, value: PropertyValue): Promise<void> {
    await this.#try(async (topology) => {
      const started = performance.now();
      const answer = await topology.setProperty(this.#address(channel), value);
      this.lastSet = { at: Date.now(), milliseconds: performance.now() - started };
      this.readings = this.readings.map((each) =>
        each.channel === channel ? { channel, value: answer.value ?? value } : each,
      );
    });
  }

  #address(channel?: number): PropertyAddress {
    const { filter, node, pin, pinInstance } = this.target;
    return {
      filter: filter.path,
      node,
      property: this.property.name,
      ...(pinInstance === undefined ? {} : { pinInstance }),
      ...(channel === undefined ? {} : { channel }),
      ...(pin !== undefined && this.support?.input === 'KSP_PIN' ? { pin } : {}),
    };
  }

  async #try(request: (topology: Topology) => Promise<void>): Promise<void> {
    try {
      await request(this.#topology());
      this.refusal = undefined;
    } catch (error) {
      const { message, status } = PinwheelError.recordOf(error);
      this.refusal = status ? `${message} (${status})` : message;
    }
  }
}

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

/** A value of one channel, or the only one. */
export interface Reading {
  channel: number | undefined;
  /** Undefined until it is read, and where it cannot be. */
  value: PropertyValue | undefined;
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
      const { input, multichannel, steppings } = this.support;
      const channels: (number | undefined)[] =
        input === 'KSNODEPROPERTY_AUDIO_CHANNEL'
          ? Array.from({ length: multichannel ? Math.max(1, steppings.length) : 1 }, (_, channel) => channel)
          : [undefined];
      if (!this.support.get) {
        this.readings = channels.map((channel) => ({ channel, value: undefined }));
        return;
      }
      this.readings = await Promise.all(
        channels.map(async (channel) => ({
          channel,
          value: (await topology.getProperty(this.#address(channel))).value,
        })),
      );
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

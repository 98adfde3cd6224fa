import { Emitter, type Event } from '../../../contract/emitter.ts';
import { Filter, type FilterHost } from '../ks/filter.ts';
import type { DataFormat } from '../ks/format.ts';
import type { Guid } from '../ks/guid.ts';
import type { PinInstance, PinInstanceParts } from '../ks/pin.ts';
import type { MasterClock } from '../ks/clock.ts';
import type { Tracer } from '../ks/trace.ts';
import type { AdapterDevice } from './adapter.ts';
import type { RegisteredPort } from './ports/port.ts';
import { SubdevicePower } from './subdevicePower.ts';

/**
 * A registered port-miniport pair, known by its name, which is unique on its adapter and may be used again after
 * the subdevice was unregistered. Specification 7.2 (PcRegisterSubdevice), 8.1.
 */
export class Subdevice {
  readonly adapter: AdapterDevice;
  readonly name: string;
  readonly port: RegisteredPort;
  /** The instance everything in this process shares. */
  readonly filter: Filter;
  readonly #tracer: Tracer;
  readonly #allPins = new Set<PinInstance>();
  readonly #pinsEmitter = new Emitter<void>();
  /** A pin instance came, went or changed its state. */
  readonly onPins: Event<void> = this.#pinsEmitter.event;
  readonly #needEmitter = new Emitter<number>();
  /** A stream of the pin is about to need everything on its path: the adapter has power, the subdevice not yet. */
  readonly onNeedPower: Event<number> = this.#needEmitter.event;
  readonly power: SubdevicePower;
  readonly #opened = new Set<Filter>();
  #removed: string | undefined;

  constructor(
    adapter: AdapterDevice,
    name: string,
    port: RegisteredPort,
    { masterClock, tracer }: { readonly masterClock: MasterClock; readonly tracer: Tracer },
  ) {
    this.adapter = adapter;
    this.name = name;
    this.port = port;
    this.#tracer = tracer;
    this.power = new SubdevicePower({
      target: this.path,
      masterClock,
      tracer,
      adapter: adapter.power,
      miniport: port.miniport,
      openPins: () => this.#allPins,
    });
    this.filter = this.open();
  }

  /**
   * Opens another filter instance; whoever opens it disposes it. Its pins count against the global limits of the pin
   * factories. An instance of a subdevice that was unregistered answers STATUS_DEVICE_REMOVED to everything.
   */
  open(): Filter {
    const { port, adapter, name } = this;
    const { miniport } = port;
    const filter = new FilterInstance(
      {
        name,
        path: this.path,
        descriptor: port.descriptor,
        events: port.events,
        tracer: this.#tracer,
        miniport,
        filterItems: port.filterItems,
        allPins: this.#allPins,
        pinsChanged: () => {
          this.#pinsEmitter.fire();
          adapter.pinsChanged();
        },
        accessed: () => adapter.idlePower.access(),
        needPower: (pinId) => this.#needPower(pinId),
        intersection:
          miniport.dataRangeIntersection && ((...pair) => miniport.dataRangeIntersection!(...pair)),
        physicalConnection: (pin) => adapter.physicalPeer(name, pin),
        createPin: (pin, format) => this.#createPin(pin, format),
        ...(miniport.pinCount ? { pinCount: (pin, counts) => miniport.pinCount!(pin, counts) } : {}),
      },
      () => this.#opened.delete(filter),
    );
    if (this.#removed !== undefined) filter.remove(this.#removed);
    else this.#opened.add(filter);
    return filter;
  }

  /** Filter instances that were opened and not closed. */
  get openFilters(): readonly Filter[] {
    return [...this.#opened];
  }

  /** Pin instances of all filter instances. */
  get openPins(): readonly PinInstance[] {
    return [...this.#allPins];
  }

  /** Ends every filter instance; their pins go to STOP and take nothing but close. RULE-12. */
  remove(reason: string): void {
    if (this.#removed !== undefined) return;
    this.#removed = reason;
    for (const filter of this.openFilters) filter.remove(reason);
    this.power.removed();
  }

  /** The interface classes it is found under. */
  get categories(): readonly Guid[] {
    return this.port.descriptor.categories;
  }

  /** Symbolic link of its device interfaces: the adapter and, as reference string, the subdevice. */
  get path(): string {
    return `${this.adapter.id}/${this.name}`;
  }

  /** Limits were checked; then power, then the miniport's NewStream. Specification 3.1. */
  #createPin(pinId: number, format: DataFormat): PinInstanceParts {
    this.adapter.pnp.refuseWhileStopPending();
    this.#needPower(pinId);
    return this.port.createPin(pinId, format);
  }

  /** Parents first: the adapter, then what the pin's path leads to, then the subdevice itself. Specification 8.4. */
  #needPower(pinId: number): void {
    this.adapter.power.request('D0');
    this.#needEmitter.fire(pinId);
    this.power.request('D0', 'stream');
  }
}

/** A filter instance that its subdevice forgets when it is closed. */
class FilterInstance extends Filter {
  readonly #closed: () => void;

  constructor(host: FilterHost, closed: () => void) {
    super(host);
    this.#closed = closed;
  }

  override dispose(): void {
    super.dispose();
    this.#closed();
  }
}

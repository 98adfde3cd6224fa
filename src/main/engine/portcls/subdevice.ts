import { Emitter, type Event } from '../../../contract/emitter.ts';
import { Filter } from '../ks/filter.ts';
import type { Guid } from '../ks/guid.ts';
import type { PinInstance } from '../ks/pin.ts';
import type { Tracer } from '../ks/trace.ts';
import type { RegisteredPort } from './ports/port.ts';
import type { AdapterDevice } from './adapter.ts';

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
  readonly #opened = new Set<Filter>();

  constructor(adapter: AdapterDevice, name: string, port: RegisteredPort, tracer: Tracer) {
    this.adapter = adapter;
    this.name = name;
    this.port = port;
    this.#tracer = tracer;
    this.filter = this.open();
  }

  /** Opens another filter instance. Its pins count against the global limits of the pin factories. */
  open(): Filter {
    const { port, adapter, name } = this;
    const { miniport } = port;
    const filter = new Filter({
      name,
      descriptor: port.descriptor,
      events: port.events,
      tracer: this.#tracer,
      miniport,
      filterItems: port.filterItems,
      allPins: this.#allPins,
      pinsChanged: () => this.#pinsEmitter.fire(),
      intersection: miniport.dataRangeIntersection && ((...pair) => miniport.dataRangeIntersection!(...pair)),
      physicalConnection: (pin) => adapter.physicalPeer(name, pin),
      createPin: (pin, format) => port.createPin(pin, format),
      ...(miniport.pinCount ? { pinCount: (pin, counts) => miniport.pinCount!(pin, counts) } : {}),
    });
    this.#opened.add(filter);
    return filter;
  }

  /** Pin instances of all filter instances. */
  get openPins(): readonly PinInstance[] {
    return [...this.#allPins];
  }

  /** Ends every filter instance. RULE-12. */
  remove(reason: string): void {
    for (const filter of this.#opened) filter.remove(reason);
  }

  /** The interface classes it is found under. */
  get categories(): readonly Guid[] {
    return this.filter.descriptor.categories;
  }

  /** Device interface path: adapter and subdevice. */
  get path(): string {
    return `${this.adapter.id}/${this.name}`;
  }
}

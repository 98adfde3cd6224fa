import type { Disposable } from '../../../contract/disposable.ts';
import {
  nodeName,
  pinName,
  UNLIMITED_INSTANCES,
  type FilterDescriptor,
  type PinDescriptor,
} from './descriptor.ts';
import { traced, unknownProperty, type RequestTarget } from './dispatch.ts';
import type { EnabledEvent, EventItem, KsEvent, PortEvents } from './event.ts';
import { disableAllEvents, enableEvent, type EnableOptions, type EventTarget } from './eventDispatch.ts';
import type { DataFormat } from './format.ts';
import { KSNODETYPE } from './guid.ts';
import { Handle } from './handle.ts';
import { acceptsFormat, intersect, type IntersectionHandler } from './intersection.ts';
import { PinInstance, type ConnectOptions, type PinInstanceParts } from './pin.ts';
import { filterAnswers, nodeAnswers } from './portAnswers.ts';
import { KSPROPERTY_AUDIO } from './properties/audio.ts';
import { NO_NODE, type AnyProperty, type PropertyItem } from './property.ts';
import { RequestTable, type Resolved } from './requestTable.ts';
import { KsError } from './status.ts';
import type { Tracer, TraceTarget } from './trace.ts';

/** IPinCount::PinCount: a miniport's own counts, which may depend on what is in use. Specification 1.5. */
export interface PinCounts {
  filterNecessary: number;
  filterCurrent: number;
  filterPossible: number;
  globalCurrent: number;
  globalPossible: number;
}

/** What a port gives the filters it makes, beside the descriptor. */
export interface FilterHost {
  readonly name: string;
  /** Its name in the trace; absent: `name`. */
  readonly path?: string;
  readonly descriptor: FilterDescriptor;
  readonly events: PortEvents;
  readonly tracer: Tracer;
  /** The miniport: MajorTarget of every request. */
  readonly miniport: unknown;
  /** Properties the port answers on the filter beyond those every port answers. */
  readonly filterItems: readonly PropertyItem[];
  /** Pin instances of all filter instances, for the global counts. */
  readonly allPins: Set<PinInstance>;
  /** A pin instance came, went or changed its state. */
  pinsChanged?(): void;
  /** Something is asked of the filter or one of its pins. */
  accessed?(): void;
  /** A stream of the pin is about to need its hardware. */
  needPower?(pinId: number): void;
  /** KSPROPERTY_PIN_PHYSICALCONNECTION; undefined when the pin has none. */
  physicalConnection(pin: number): { filter: string; pin: number } | undefined;
  /** Creates the miniport's stream for a pin instance. @throws KsError when the port has no streams or refuses */
  createPin(pinId: number, format: DataFormat): PinInstanceParts;
  /** IPinCount; absent: the descriptor's counts apply. */
  pinCount?(pinId: number, counts: PinCounts): PinCounts;
  /** IMiniport::DataRangeIntersection; absent: the default handler. */
  readonly intersection?: IntersectionHandler | undefined;
}

/**
 * A filter instance: property dispatch on filter and nodes, and the pin instances opened on it.
 * Specification 1.1, 1.5, 1.8, 1.10.
 */
export class Filter extends Handle implements RequestTarget, EventTarget, Disposable {
  readonly #host: FilterHost;
  readonly #pins = new Set<PinInstance>();
  /** By node; made when the node is first asked. */
  readonly #nodeTables: (RequestTable | undefined)[] = [];
  #filterTable: RequestTable | undefined;
  readonly #context: { readonly majorTarget: unknown; readonly minorTarget: undefined };
  #removed: string | undefined;
  readonly enabledEvents = new Set<EnabledEvent>();
  /** A filter handle is no pin: events are enabled on its nodes. */
  readonly eventPin = undefined;

  constructor(host: FilterHost) {
    super();
    this.#host = host;
    this.#context = { majorTarget: host.miniport, minorTarget: undefined };
  }

  get name(): string {
    return this.#host.name;
  }

  get description(): string {
    return this.#host.name;
  }

  get descriptor(): FilterDescriptor {
    return this.#host.descriptor;
  }

  get events(): PortEvents {
    return this.#host.events;
  }

  get portEvents(): PortEvents {
    return this.#host.events;
  }

  get tracer(): Tracer {
    return this.#host.tracer;
  }

  traceTarget(node: number): TraceTarget {
    const { name, path = name, descriptor } = this.#host;
    const found = node === NO_NODE ? undefined : descriptor.nodes[node];
    return {
      path: node === NO_NODE ? path : `${path}/node ${node}`,
      name: found ? `${name} · ${nodeName(found)}` : name,
    };
  }

  /** What handlers of requests to this filter and its pins get as their major target. */
  get requestContext(): { readonly majorTarget: unknown; readonly minorTarget: undefined } {
    return this.#context;
  }

  accessed(): void {
    this.#host.accessed?.();
  }

  needPower(pinId: number): void {
    this.#host.needPower?.(pinId);
  }

  get removed(): boolean {
    return this.#removed !== undefined;
  }

  /** IOCTL_KS_ENABLE_EVENT on a node; disposing the answer disables it. @throws KsError */
  enableEvent(event: KsEvent, options: EnableOptions, signalled: () => void): EnabledEvent {
    return enableEvent(this, event, options, signalled);
  }

  /** Specification 1.8. @throws KsError STATUS_DEVICE_REMOVED, STATUS_INVALID_PARAMETER, STATUS_NOT_FOUND */
  resolve(property: AnyProperty, node: number): Resolved {
    this.accessed();
    const resolved = this.table(node).find(property);
    if (!resolved) throw unknownProperty(this, property, node);
    return resolved;
  }

  /**
   * Without a node: the port's answers, then the filter's own, then the node properties whose request carries no node
   * id, such as KSPROPERTY_SYNTH_VOLUME. With a node: the port's answer, then the node's. Specification 1.8.
   */
  table(node: number): RequestTable {
    this.#refuseWhenRemoved();
    if (node === NO_NODE) return (this.#filterTable ??= this.#makeFilterTable());
    return this.#nodeTables[node] ?? this.#makeNodeTable(node);
  }

  /** What a node answers, for the pin handles, which may be used where a filter handle is enough. */
  nodeItems(node: number): { items: readonly PropertyItem[]; events: readonly EventItem[] } {
    const descriptor = this.descriptor.nodes[node];
    if (!descriptor) throw new KsError('STATUS_INVALID_PARAMETER', `“${this.name}” has no node ${node}.`);
    const { items = [], events = [] } = descriptor.automation ?? {};
    const own = descriptor.type === KSNODETYPE.EFFECTS_3D ? items.map(needsPinOn3dNode) : items;
    return { items: [...nodeAnswers(this), ...own], events };
  }

  /** Node items whose request carries no node id although the handler sits in the node's table. */
  nodelessItems(): readonly PropertyItem[] {
    return this.descriptor.nodes.flatMap(
      ({ automation }) => automation?.items.filter(({ property }) => !property.input.node) ?? [],
    );
  }

  /**
   * Opens a pin instance in STOP. Specification 1.5, 3.1.
   *
   * @throws KsError STATUS_INVALID_PARAMETER for an unknown pin, STATUS_UNSUCCESSFUL without a free instance or on a
   *   wired pin, STATUS_NO_MATCH for a format of none of the ranges, STATUS_DEVICE_REMOVED, or the miniport's refusal
   */
  createPin(pinId: number, format: DataFormat, options: ConnectOptions = {}): PinInstance {
    this.#refuseWhenRemoved();
    return this.tracer.measure('pin', traced(this, NO_NODE), `create pin ${pinId}`, () => {
      const pin = this.pin(pinId);
      this.#checkFreeInstance(pinId, pin);
      if (!pin.dataRanges.some((range) => acceptsFormat(range, format))) {
        throw new KsError(
          'STATUS_NO_MATCH',
          `Pin ${pinId} (${pinName(pin)}) of “${this.name}” does not take this format.`,
          {
            subject: this.name,
          },
        );
      }
      const parts = this.#host.createPin(pinId, format);
      const instance: PinInstance = new PinInstance(this, pinId, format, parts, options, () => {
        this.#pins.delete(instance);
        this.#host.allPins.delete(instance);
        this.#host.pinsChanged?.();
      });
      this.#pins.add(instance);
      this.#host.allPins.add(instance);
      if (this.#host.pinsChanged) instance.onState(() => this.#host.pinsChanged?.());
      this.#host.pinsChanged?.();
      return instance;
    });
  }

  /** KSPROPERTY_PIN_CINSTANCES, _GLOBALCINSTANCES and _NECESSARYINSTANCES in one. */
  counts(pinId: number): PinCounts {
    const pin = this.pin(pinId);
    const current = (pins: Iterable<PinInstance>): number => {
      let count = 0;
      for (const each of pins) if (each.pinId === pinId) count++;
      return count;
    };
    const counts: PinCounts = {
      filterNecessary: pin.minFilterInstances,
      filterCurrent: current(this.#pins),
      filterPossible: pin.maxFilterInstances,
      globalCurrent: current(this.#host.allPins),
      globalPossible: pin.maxGlobalInstances,
    };
    return this.#host.pinCount?.(pinId, counts) ?? counts;
  }

  get openPins(): readonly PinInstance[] {
    return [...this.#pins];
  }

  /** @throws KsError STATUS_INVALID_PARAMETER for an unknown id */
  pin(pinId: number): PinDescriptor {
    const pin = this.descriptor.pins[pinId];
    if (!pin) throw new KsError('STATUS_INVALID_PARAMETER', `“${this.name}” has no pin ${pinId}.`);
    return pin;
  }

  physicalConnection(pinId: number): { filter: string; pin: number } | undefined {
    this.pin(pinId);
    return this.#host.physicalConnection(pinId);
  }

  /** KSPROPERTY_PIN_DATAINTERSECTION. @throws KsError STATUS_NO_MATCH */
  intersect(pinId: number, ranges: Parameters<typeof intersect>[1]): DataFormat {
    return intersect(pinId, ranges, this.pin(pinId).dataRanges, this.#host.intersection);
  }

  /**
   * Ends the filter: new opens and requests fail, open pins go down to STOP and stay valid for close only.
   * RULE-12; what open streams see is UNCONFIRMED in the documents.
   */
  remove(reason: string): void {
    if (this.#removed !== undefined) return;
    disableAllEvents(this);
    this.#removed = reason;
    for (const instance of this.openPins) instance.remove(reason);
  }

  dispose(): void {
    this.remove('The filter was closed.');
    for (const instance of this.openPins) instance.close();
  }

  #makeFilterTable(): RequestTable {
    const own = this.descriptor.automation?.items ?? [];
    const items = [...filterAnswers(this), ...this.#host.filterItems, ...own, ...this.nodelessItems()];
    return new RequestTable(items, [], { ...this.#context, node: NO_NODE }, 'filter');
  }

  #makeNodeTable(node: number): RequestTable {
    const { items, events } = this.nodeItems(node);
    return (this.#nodeTables[node] = new RequestTable(items, events, { ...this.#context, node }, 'filter'));
  }

  /** Fails when current = possible, and always when possible = 0. (R) STATUS_UNSUCCESSFUL. */
  #checkFreeInstance(pinId: number, pin: PinDescriptor): void {
    const { filterCurrent, filterPossible, globalCurrent, globalPossible } = this.counts(pinId);
    const full = (current: number, possible: number) =>
      possible !== UNLIMITED_INSTANCES && current >= possible;
    if (!full(filterCurrent, filterPossible) && !full(globalCurrent, globalPossible)) return;
    const label = `Pin ${pinId} (${pinName(pin)}) of “${this.name}”`;
    const wired = filterPossible === 0 || globalPossible === 0;
    throw new KsError(
      'STATUS_UNSUCCESSFUL',
      wired
        ? `${label} cannot be opened: it is wired, not streamed to.`
        : `${label} has no free instance: ${globalCurrent} of ${Math.min(filterPossible, globalPossible)} are open.`,
      { subject: this.name },
    );
  }

  #refuseWhenRemoved(): void {
    if (this.#removed !== undefined) {
      throw new KsError('STATUS_DEVICE_REMOVED', `“${this.name}” is gone: ${this.#removed}`, {
        subject: this.name,
      });
    }
  }
}

/** CHANNEL_CONFIG of a 3D node is asked on a pin handle although it acts on the whole filter. Specification 1.8. */
function needsPinOn3dNode(item: PropertyItem): PropertyItem {
  return item.property === KSPROPERTY_AUDIO.CHANNEL_CONFIG ? { ...item, perPin: true } : item;
}

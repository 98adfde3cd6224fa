import { Emitter, type Event } from '../../../contract/emitter.ts';
import type { Disposable } from '../../../contract/disposable.ts';
import { KSEVENTSETID, type Guid } from './guid.ts';
import { NO_NODE } from './property.ts';

/**
 * Events: what a driver tells without being asked. A client enables an event on a pin instance or a node; the driver
 * puts the entry on its port's event list and later generates it. Specification 1.11.
 */

/** An event of a set, as KSEVENT names it. */
export interface KsEvent {
  readonly set: Guid;
  readonly id: number;
  readonly name: string;
}

/** KSEVENTSETID_AudioControlChange: a control of a node has a new value. */
export const KSEVENT_CONTROL_CHANGE: KsEvent = {
  set: KSEVENTSETID.AudioControlChange,
  id: 0,
  name: 'KSEVENT_CONTROL_CHANGE',
};
/** KSEVENTSETID_PinCapsChange. Specification 8.3. */
export const KSEVENT_PINCAPS_FORMATCHANGE: KsEvent = {
  set: KSEVENTSETID.PinCapsChange,
  id: 0,
  name: 'KSEVENT_PINCAPS_FORMATCHANGE',
};
export const KSEVENT_PINCAPS_JACKINFOCHANGE: KsEvent = {
  set: KSEVENTSETID.PinCapsChange,
  id: 1,
  name: 'KSEVENT_PINCAPS_JACKINFOCHANGE',
};

/** PCEVENT_VERB_* */
export type EventVerb = 'ADD' | 'REMOVE' | 'SUPPORT';

/** KSEVENT_ENTRY: one enabling of an event by a client. */
export interface EventEntry {
  readonly event: KsEvent;
  /** Undefined when it was enabled on a filter handle. */
  readonly pinId: number | undefined;
  /** `NO_NODE` when it was enabled on a pin without a node. */
  readonly node: number;
  /** Tells the client. A one-shot entry ends with its first signal. */
  signal(): void;
}

/** PCEVENT_REQUEST */
export interface EventRequest {
  /** The miniport. */
  readonly majorTarget: unknown;
  /** The miniport's stream when the request went to a pin handle. */
  readonly minorTarget: unknown;
  readonly node: number;
  readonly verb: EventVerb;
  /** Undefined with SUPPORT. */
  readonly entry: EventEntry | undefined;
  /** The port's IPortEvents. */
  readonly portEvents: PortEvents;
}

/** PCEVENT_ITEM. The handler throws KsError to refuse; on ADD it puts the entry on the list, or it is never told. */
export interface EventItem {
  readonly event: KsEvent;
  /** False: KSEVENT_TYPE_ONESHOT is not among the item's flags. */
  readonly oneShot?: boolean;
  handler(request: EventRequest): void;
}

/** An item whose handler does what most do: on ADD, AddEventToEventList. */
export function eventItem(event: KsEvent): EventItem {
  return {
    event,
    handler({ verb, entry, portEvents }) {
      if (verb === 'ADD' && entry) portEvents.addEventToEventList(entry);
    },
  };
}

/** Which entries GenerateEventList signals. What is left out matches everything. */
export interface EventSelection {
  /** `Set`; left out = NULL. */
  readonly set?: Guid;
  /** `EventId`; left out = -1. */
  readonly id?: number;
  /** `PinEvent` TRUE with this `PinId`, or with -1 for `any`. Left out = FALSE. */
  readonly pin?: number | 'any';
  /** `NodeEvent` TRUE with this `NodeId`, or with -1 for `any`. Left out = FALSE. */
  readonly node?: number | 'any';
}

/** News of a control, for listeners inside the engine. */
export interface ControlChangeEvent {
  /** `NO_NODE` when the driver named no node: every control may have changed. */
  readonly node: number;
}

/** IPortEvents of one port: the event list and its generator. */
export class PortEvents {
  readonly #list = new Set<EventEntry>();
  readonly #controlEmitter = new Emitter<ControlChangeEvent>();
  /** Every generated control change, without enabling it node by node. */
  readonly onControlChange: Event<ControlChangeEvent> = this.#controlEmitter.event;

  /** AddEventToEventList */
  addEventToEventList(entry: EventEntry): void {
    this.#list.add(entry);
  }

  /** Takes an entry off the list; one that is not on it is no error. */
  removeEventFromEventList(entry: EventEntry): void {
    this.#list.delete(entry);
  }

  /** GenerateEventList: signals the entries the selection matches. */
  generateEventList(selection: EventSelection): void {
    for (const entry of [...this.#list]) if (matches(selection, entry)) entry.signal();
    const { set, id, node = 'any' } = selection;
    if ((set ?? KSEVENT_CONTROL_CHANGE.set) !== KSEVENT_CONTROL_CHANGE.set) return;
    if ((id ?? KSEVENT_CONTROL_CHANGE.id) !== KSEVENT_CONTROL_CHANGE.id) return;
    this.#controlEmitter.fire({ node: node === 'any' ? NO_NODE : node });
  }

  /** A control of `node` has a new value: GenerateEventList for the control-change event of that node. */
  generate(node: number): void {
    this.generateEventList({ set: KSEVENT_CONTROL_CHANGE.set, id: KSEVENT_CONTROL_CHANGE.id, node });
  }
}

function matches({ set, id, pin, node }: EventSelection, entry: EventEntry): boolean {
  if (set !== undefined && set !== entry.event.set) return false;
  if (id !== undefined && id !== entry.event.id) return false;
  if (pin !== undefined && (pin === 'any' ? entry.pinId === undefined : entry.pinId !== pin)) return false;
  return node === undefined || (node === 'any' ? entry.node !== NO_NODE : entry.node === node);
}

/** Ends the enabling: IOCTL_KS_DISABLE_EVENT. */
export type EnabledEvent = Disposable;

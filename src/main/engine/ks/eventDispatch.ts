import type { Tracer, TraceTarget } from './trace.ts';
import { describe, traced } from './dispatch.ts';
import type { EnabledEvent, EventEntry, EventItem, EventVerb, KsEvent, PortEvents } from './event.ts';
import { NO_NODE } from './property.ts';
import type { RequestTable } from './requestTable.ts';
import { KsError } from './status.ts';

/** Where events can be enabled: a filter handle, for its nodes only, or a pin handle. Specification 1.11. */
export interface EventTarget {
  readonly description: string;
  readonly tracer: Tracer;
  traceTarget(node: number): TraceTarget;
  readonly portEvents: PortEvents;
  /** The pin instance's factory; undefined for a filter handle. */
  readonly eventPin: number | undefined;
  /** Enablings that end with the handle. */
  readonly enabledEvents: Set<EnabledEvent>;
  table(node: number): RequestTable;
}

export interface EnableOptions {
  readonly node?: number;
  /** KSEVENT_TYPE_ONESHOT: ends with the first signal. */
  readonly oneShot?: boolean;
}

/**
 * IOCTL_KS_ENABLE_EVENT: `signalled` is called whenever the driver generates the event. Disposing the answer is
 * IOCTL_KS_DISABLE_EVENT; closing the handle does it too.
 * @throws KsError STATUS_INVALID_DEVICE_REQUEST for a filter handle without a node, or one shot where the item does
 *   not have it, STATUS_NOT_FOUND for an event nothing answers, or the driver's refusal
 */
export function enableEvent(
  target: EventTarget,
  event: Pick<KsEvent, 'set' | 'id'>,
  { node = NO_NODE, oneShot = false }: EnableOptions,
  signalled: () => void,
): EnabledEvent {
  const { item, ask } = findEvent(target, event, node);
  return target.tracer.measure('event', traced(target, node), `ENABLE ${item.event.name}`, () => {
    if (oneShot && item.oneShot === false) {
      throw new KsError(
        'STATUS_INVALID_DEVICE_REQUEST',
        `${item.event.name} cannot be enabled for one shot.`,
      );
    }
    const entry: EventEntry = {
      event: item.event,
      pinId: target.eventPin,
      node,
      signal: () => {
        if (oneShot) enabled.dispose();
        signalled();
      },
    };
    const enabled: EnabledEvent = {
      dispose: () => {
        if (!target.enabledEvents.delete(enabled)) return;
        target.portEvents.removeEventFromEventList(entry);
        target.tracer.measure('event', traced(target, node), `DISABLE ${item.event.name}`, () =>
          ask('REMOVE', entry),
        );
      },
    };
    ask('ADD', entry);
    target.enabledEvents.add(enabled);
    return enabled;
  });
}

/** KSEVENT_TYPE_BASICSUPPORT: asks the item's handler with the verb SUPPORT. @throws KsError as `enableEvent` */
export function supportEvent(target: EventTarget, event: Pick<KsEvent, 'set' | 'id'>, node = NO_NODE): void {
  findEvent(target, event, node).ask('SUPPORT', undefined);
}

/** Ends everything that was enabled on a handle. */
export function disableAllEvents({ enabledEvents }: Pick<EventTarget, 'enabledEvents'>): void {
  for (const enabled of [...enabledEvents]) enabled.dispose();
}

interface FoundEvent {
  readonly item: EventItem;
  ask(verb: EventVerb, entry: EventEntry | undefined): void;
}

function findEvent(target: EventTarget, { set, id }: Pick<KsEvent, 'set' | 'id'>, node: number): FoundEvent {
  const table = target.table(node);
  if (node === NO_NODE && target.eventPin === undefined) {
    throw new KsError('STATUS_INVALID_DEVICE_REQUEST', 'An event is enabled on a pin instance or on a node.');
  }
  const item = table.findEvent(set, id);
  if (!item) {
    throw new KsError('STATUS_NOT_FOUND', `“${describe(target, node)}” has no event ${id} of set ${set}.`);
  }
  const { majorTarget, minorTarget } = table.context;
  const { portEvents } = target;
  return {
    item,
    ask: (verb, entry) => item.handler({ majorTarget, minorTarget, node, verb, entry, portEvents }),
  };
}

import type { EventItem } from './event.ts';
import type { Guid } from './guid.ts';
import type { AnyProperty, PropertyContext, PropertyItem } from './property.ts';

/** An item that answers, with what its handler gets. */
export interface Resolved {
  readonly item: PropertyItem;
  readonly context: PropertyContext;
  /** The request went to a filter handle although the property exists once per pin instance. */
  readonly underSpecified: boolean;
}

/**
 * Everything one handle answers for one node, or without a node. It is made once, so that a request is one look-up.
 * Where two items answer the same property the first counts: the port's answers come before the miniport's.
 */
export class RequestTable {
  readonly entries: readonly Resolved[];
  readonly context: PropertyContext;
  readonly #byProperty = new Map<AnyProperty, Resolved>();
  readonly #events: readonly EventItem[];

  constructor(
    items: readonly PropertyItem[],
    events: readonly EventItem[],
    context: PropertyContext,
    handle: 'filter' | 'pin',
  ) {
    this.context = context;
    this.#events = events;
    for (const item of items) {
      if (this.#byProperty.has(item.property)) continue;
      const underSpecified = handle === 'filter' && item.perPin === true;
      this.#byProperty.set(item.property, { item, context, underSpecified });
    }
    this.entries = [...this.#byProperty.values()];
  }

  find(property: AnyProperty): Resolved | undefined {
    return this.#byProperty.get(property);
  }

  /** By what a byte request names: also a driver's private properties. */
  findById(set: Guid, id: number): Resolved | undefined {
    return this.entries.find(({ item }) => item.property.set === set && item.property.id === id);
  }

  hasSet(set: Guid): boolean {
    return this.entries.some(({ item }) => item.property.set === set);
  }

  findEvent(set: Guid, id: number): EventItem | undefined {
    return this.#events.find(({ event }) => event.set === set && event.id === id);
  }

  hasEventSet(set: Guid): boolean {
    return this.#events.some(({ event }) => event.set === set);
  }
}

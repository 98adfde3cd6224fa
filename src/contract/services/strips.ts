import * as v from 'valibot';
import { event, method } from '../service.ts';
import type { MixerDestination } from './mixer.ts';

/**
 * What a person made of the mixer's strips: names, colours, what is hidden, pinned and where it stands. Kept per mixer
 * device, over restarts and while the device is away.
 */

export const STRIP_COLOURS = ['red', 'orange', 'yellow', 'green', 'blue', 'violet', 'grey'] as const;
export type StripColour = (typeof STRIP_COLOURS)[number];

const key = v.pipe(v.string(), v.nonEmpty(), v.maxLength(1_000));

export const stripLookSchema = v.strictObject({
  /** In place of the line's own name. */
  name: v.exactOptional(v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(100))),
  colour: v.exactOptional(v.picklist(STRIP_COLOURS)),
  hidden: v.exactOptional(v.boolean()),
  /** Stands before all others and stays in sight. */
  pinned: v.exactOptional(v.boolean()),
});
export type StripLook = v.InferOutput<typeof stripLookSchema>;

export const deviceStripsSchema = v.strictObject({
  /** By line key. */
  looks: v.record(key, stripLookSchema),
  /** Keys of lines that were moved, and of those around them, in their order; the others keep their place. */
  order: v.pipe(v.array(key), v.maxLength(1_000)),
});
export type DeviceStrips = v.InferOutput<typeof deviceStripsSchema>;

export interface StripsChange {
  deviceId: string;
  strips: DeviceStrips;
}

export const stripsService = {
  name: 'strips',
  methods: {
    /** By mixer device. Devices whose strips are as they came are left out. */
    getAll: method<Record<string, DeviceStrips>>()(v.strictTuple([])),
    /** Replaces what is kept of one device; strips without anything forget it. */
    set: method<void>()(v.strictTuple([key, deviceStripsSchema])),
  },
  events: {
    onChange: event<StripsChange>(),
  },
} as const;

/**
 * Keys that name the lines of a device over restarts, by line id. Ids count lines and shift when a device gains one;
 * names and components do not. Lines that have both in common are told apart by their order.
 */
export function lineKeys(destinations: readonly MixerDestination[]): Map<number, string> {
  const taken = new Map<string, number>();
  const unique = (wanted: string): string => {
    const count = (taken.get(wanted) ?? 0) + 1;
    taken.set(wanted, count);
    return count === 1 ? wanted : `${wanted} ${count}`;
  };
  const keys = new Map<number, string>();
  for (const destination of destinations) {
    const own = unique(`${destination.component}:${destination.name}`);
    keys.set(destination.id, own);
    for (const { id, component, name } of destination.sources) {
      keys.set(id, unique(`${own}/${component}:${name}`));
    }
  }
  return keys;
}

/** The keys in the order that was chosen; one it does not know stays behind what it stood behind. */
export function inChosenOrder(keys: readonly string[], order: readonly string[]): string[] {
  const ranks = new Map(order.map((each, index) => [each, index]));
  let rank = -1;
  return keys
    .map((each, index) => ({ each, index, rank: (rank = ranks.get(each) ?? rank) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ each }) => each);
}

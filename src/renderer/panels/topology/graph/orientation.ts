import type { FilterTopology, PinTopology, WireTopology } from '../../../../contract/services/topology.ts';

/**
 * Which way things are drawn: clients stand on the left and jacks on the right, whichever way the signal goes, so that
 * jacks stand together and an input runs from its jack on the right to its wave filter on the left.
 */

export type Side = 'left' | 'right';

export const isStreamPin = ({ communication }: PinTopology): boolean =>
  communication === 'SINK' || communication === 'SOURCE' || communication === 'BOTH';

/** How many wires lie between each filter and the nearest one that clients open streams on. */
export function filterColumns(
  filters: readonly FilterTopology[],
  wires: readonly WireTopology[],
): Map<string, number> {
  const neighbours = new Map<string, string[]>(filters.map(({ path }) => [path, []]));
  for (const { from, to } of wires) {
    neighbours.get(from.filter)?.push(to.filter);
    neighbours.get(to.filter)?.push(from.filter);
  }
  const columns = new Map<string, number>();
  let wave = filters.filter(({ pins }) => pins.some(isStreamPin)).map(({ path }) => path);
  for (let column = 0; wave.length > 0; column++) {
    const reached = wave.filter((path) => neighbours.has(path) && !columns.has(path));
    for (const path of reached) columns.set(path, column);
    wave = reached.flatMap((path) => neighbours.get(path)!);
  }
  // A device without streams, such as a mixer chip, stands where mixers stand.
  for (const { path } of filters) if (!columns.has(path)) columns.set(path, 1);
  return columns;
}

export function pinSides(
  filter: FilterTopology,
  columns: ReadonlyMap<string, number>,
  wires: readonly WireTopology[],
): Map<number, Side> {
  const own = columns.get(filter.path) ?? 0;
  return new Map(
    filter.pins.map((pin): [number, Side] => {
      if (isStreamPin(pin)) return [pin.id, 'left'];
      if (pin.communication === 'BRIDGE') return [pin.id, 'right'];
      const peer = peerOf(filter.path, pin.id, wires);
      const column = peer === undefined ? undefined : columns.get(peer);
      if (column !== undefined && column !== own) return [pin.id, column < own ? 'left' : 'right'];
      return [pin.id, unwiredSide(filter)];
    }),
  );
}

function peerOf(path: string, pin: number, wires: readonly WireTopology[]): string | undefined {
  for (const { from, to } of wires) {
    if (from.filter === path && from.pin === pin) return to.filter;
    if (to.filter === path && to.pin === pin) return from.filter;
  }
  return undefined;
}

/** A pin that is not wired leads away from what the filter has: from streams to the right, from jacks to the left. */
const unwiredSide = ({ pins }: FilterTopology): Side => (pins.some(isStreamPin) ? 'right' : 'left');

/** A connection's end inside its filter. */
const endKey = (node: number | null, pin: number): string => (node === null ? `pin ${pin}` : `node ${node}`);

/** For every connection of a filter: whether its signal runs from right to left in the drawing. */
export function runsLeft({ pins, connections }: FilterTopology, sides: ReadonlyMap<number, Side>): boolean[] {
  const down = new Map<string, string[]>();
  const up = new Map<string, string[]>();
  const link = (map: Map<string, string[]>, from: string, to: string) => {
    const list = map.get(from);
    if (list) list.push(to);
    else map.set(from, [to]);
  };
  const ends = connections.map(({ fromNode, fromPin, toNode, toPin }) => ({
    from: endKey(fromNode, fromPin),
    to: endKey(toNode, toPin),
  }));
  for (const { from, to } of ends) {
    link(down, from, to);
    link(up, to, from);
  }
  const reaches = (side: Side, next: ReadonlyMap<string, readonly string[]>): Set<string> => {
    // Against `next`: everything from which a pin of that side is reached.
    const found = new Set(pins.filter(({ id }) => sides.get(id) === side).map(({ id }) => `pin ${id}`));
    const queue = [...found];
    for (let at = 0; at < queue.length; at++) {
      for (const each of next.get(queue[at]!) ?? []) {
        if (found.has(each)) continue;
        found.add(each);
        queue.push(each);
      }
    }
    return found;
  };
  const toRight = reaches('right', up);
  const toLeft = reaches('left', up);
  const fromRight = reaches('right', down);
  const fromLeft = reaches('left', down);
  return ends.map(({ from, to }) => {
    if (toRight.has(to) && fromLeft.has(from)) return false;
    if (toLeft.has(to) && fromRight.has(from)) return true;
    if (toRight.has(to)) return false;
    if (toLeft.has(to)) return true;
    return fromRight.has(from) && !fromLeft.has(from);
  });
}

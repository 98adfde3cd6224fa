import type { Point } from '../layout/layered.ts';

/** Where the arrow keys lead from an element. */

export type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';

export interface Walkable {
  /** All elements that can be reached, with their middles. */
  centres: ReadonlyMap<string, Point>;
  /** Elements at the other ends of an element's lines. */
  joined: ReadonlyMap<string, readonly string[]>;
}

/**
 * Left and right follow connections, and where none leads that way the nearest element; up and down lead to the nearest
 * element above or below. Undefined at the end.
 */
export function walk(from: string, arrow: Arrow, { centres, joined }: Walkable): string | undefined {
  const at = centres.get(from);
  if (!at) return undefined;
  const level = arrow === 'ArrowLeft' || arrow === 'ArrowRight';
  const sign = arrow === 'ArrowRight' || arrow === 'ArrowDown' ? 1 : -1;
  const ahead = (to: Point) => sign * (level ? to.x - at.x : to.y - at.y);
  const aside = (to: Point) => Math.abs(level ? to.y - at.y : to.x - at.x);
  const nearest = (ids: Iterable<string>, cost: (to: Point) => number): string | undefined => {
    let best: string | undefined;
    let least = Infinity;
    for (const id of ids) {
      const to = centres.get(id);
      if (id === from || !to || ahead(to) < 1) continue;
      const price = cost(to);
      if (price >= least) continue;
      least = price;
      best = id;
    }
    return best;
  };
  if (level) {
    const connected = nearest(joined.get(from) ?? [], (to) => aside(to) * 4 + ahead(to));
    if (connected) return connected;
  }
  // Straight ahead before what lies aside.
  return nearest(centres.keys(), (to) => ahead(to) + 3 * aside(to));
}

/** Elements that can be reached by lines and places. Those without a place yet are left out. */
export function walkable(
  ids: Iterable<string>,
  placeOf: (id: string) => Point | undefined,
  lines: readonly { from: string; to: string }[],
): Walkable {
  const centres = new Map<string, Point>();
  for (const id of ids) {
    const place = placeOf(id);
    if (place) centres.set(id, place);
  }
  const joined = new Map<string, string[]>();
  const join = (end: string, other: string) => {
    const others = joined.get(end);
    if (others) others.push(other);
    else joined.set(end, [other]);
  };
  for (const { from, to } of lines) {
    join(from, to);
    join(to, from);
  }
  return { centres, joined };
}

import type { Point } from '../layout/layered.ts';

/** Where a line ends, and which way it leaves: -1 to the left, 1 to the right. */
export interface LineEnd extends Point {
  direction: -1 | 1;
}

const round = (value: number): number => Math.round(value * 10) / 10;

/**
 * A smooth line between two ends through the places it was led to, as an SVG path. Ends leave level, so that a line
 * meets boxes and pins at a right angle.
 */
export function linePath(from: LineEnd, to: LineEnd, through: readonly Point[] = []): string {
  const forward = from.x <= to.x ? through : [...through].reverse();
  let path = `M${round(from.x)} ${round(from.y)}`;
  let at: Point = from;
  let direction: number = from.direction;
  const along = to.x >= from.x ? 1 : -1;
  for (const point of forward) {
    path += segment(at, direction, point, -along);
    at = point;
    direction = along;
  }
  return path + segment(at, direction, to, to.direction);
}

function segment(from: Point, out: number, to: Point, into: number): string {
  if (Math.abs(from.y - to.y) < 0.5 && out !== into && Math.sign(to.x - from.x) === out) {
    return `H${round(to.x)}`;
  }
  const distance = Math.abs(to.x - from.x);
  const reach = Math.max(distance / 2, out === into ? 48 : Math.min(24, distance));
  const [c1, c2] = [from.x + out * reach, to.x + into * reach];
  return `C${round(c1)} ${round(from.y)} ${round(c2)} ${round(to.y)} ${round(to.x)} ${round(to.y)}`;
}

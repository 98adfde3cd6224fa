/** What becomes of a value in the course of a long run. Points are seconds and values. */
export type Points = readonly (readonly [seconds: number, value: number])[];

/** Of the straight line nearest to the points, per hour; 0 for less than two. */
export function slopePerHour(points: Points): number {
  if (points.length < 2) return 0;
  const [x, y] = [mean(points.map(([at]) => at)), mean(points.map(([, value]) => value))];
  const covariance = mean(points.map(([at, value]) => (at - x) * (value - y)));
  return (3_600 * covariance) / mean(points.map(([at]) => (at - x) ** 2));
}

/** How much more it is in the last quarter of the values than in the first one, by their medians. */
export function growth(values: readonly number[]): number {
  const quarter = Math.ceil(values.length / 4);
  return median(values.slice(-quarter)) - median(values.slice(0, quarter));
}

/** The longest run of neighbours that have the same key. */
export function longestRun<T>(values: readonly T[], key: (value: T) => unknown): T[] {
  let best: T[] = [];
  let run: T[] = [];
  for (const value of values) {
    run = run.length > 0 && key(run[0]!) === key(value) ? [...run, value] : [value];
    if (run.length > best.length) best = run;
  }
  return best;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

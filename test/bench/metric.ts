/** One measured figure and the promise it is held against; scripts/bench.mjs prints them. */
export interface Metric {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The promise: `<= 50`, `>= 1000000`. */
  readonly bound: string;
  readonly pass: boolean;
  /** The same figure of a comparable program, where it was measured. */
  readonly peer: number | null;
}

/** A time that must stay at or below `limit` milliseconds. */
export function atMostMs(name: string, milliseconds: number, limit: number): Metric {
  const value = Math.round(milliseconds * 1_000) / 1_000;
  return { name, value, unit: 'ms', bound: `<= ${limit}`, pass: value <= limit, peer: null };
}

/** The longest of `runs` runs, in milliseconds; `prepare` is not measured. */
export function slowestMs<T>(runs: number, prepare: () => T, run: (prepared: T) => unknown): number {
  let slowest = 0;
  for (let index = 0; index < runs; index++) {
    const prepared = prepare();
    const started = performance.now();
    run(prepared);
    slowest = Math.max(slowest, performance.now() - started);
  }
  return slowest;
}

/** The middle of `runs` runs, in milliseconds, after as many that do not count. */
export function medianMs(runs: number, run: () => unknown): number {
  const times: number[] = [];
  for (let index = 0; index < 2 * runs; index++) {
    const started = performance.now();
    run();
    if (index >= runs) times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)]!;
}

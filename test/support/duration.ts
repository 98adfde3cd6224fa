/** Checks that come in a short form for every `npm test` and a full one. */

/** `npm run long` and `npm run soak`: everything at full length. */
export const full = process.env['PINWHEEL_LONG'] === '1';
/** `npm run fuzz`: many more cases. */
export const fuzzing = process.env['PINWHEEL_FUZZ'] === '1';

/** `npm run fuzz -- --coverage`: so many that lines which are never reached need another mutation, not another case. */
const withCoverage = process.env['PINWHEEL_FUZZ_COVERAGE'] === '1';
const MOST_WITH_COVERAGE = 3_000;

/** Length in seconds of a check in real time: at most 30 s short, same assertions at full length. */
export function duration(seconds: { short: number; full: number }): number {
  if (seconds.short > 30)
    throw new RangeError(`A short form of ${seconds.short} s is too long; 30 s at most.`);
  return full ? seconds.full : seconds.short;
}

/** Number of cases of a fuzz test. */
export function cases(count: { normal: number; fuzz: number }): number {
  if (!fuzzing) return count.normal;
  return withCoverage ? Math.min(count.fuzz, Math.max(count.normal, MOST_WITH_COVERAGE)) : count.fuzz;
}

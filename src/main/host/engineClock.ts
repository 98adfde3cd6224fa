import { referenceTime, REFERENCE_TIME_PER_MILLISECOND, type ReferenceTime } from '../../contract/units.ts';

const READINGS = 16;

/**
 * Engine time in this thread: the monotonic clock that all processes read, counted from the engine's epoch.
 * `performance.now` is the same clock with an origin of its own and, unlike `hrtime`, allocates nothing.
 */
export class EngineClock {
  readonly #originMs: number;

  /** @param epochNs engine time 0 on the monotonic clock, in nanoseconds. */
  constructor(epochNs: bigint) {
    let originMs = 0;
    let tightest = Infinity;
    // This thread may be interrupted between the readings; that of the shortest pause counts.
    for (let reading = 0; reading < READINGS; reading++) {
      const before = performance.now();
      const engineMs = Number(process.hrtime.bigint() - epochNs) / 1e6;
      const after = performance.now();
      if (after - before >= tightest) continue;
      tightest = after - before;
      originMs = (before + after) / 2 - engineMs;
    }
    this.#originMs = originMs;
  }

  now(): ReferenceTime {
    return referenceTime((performance.now() - this.#originMs) * REFERENCE_TIME_PER_MILLISECOND);
  }
}

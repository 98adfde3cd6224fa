import { referenceTime, REFERENCE_TIME_PER_MILLISECOND, type ReferenceTime } from '../../contract/units.ts';

/**
 * Engine time in this thread: the monotonic clock that all processes read, counted from the engine's epoch.
 * `performance.now` is the same clock with an origin of its own and, unlike `hrtime`, allocates nothing.
 */
export class EngineClock {
  #originMs: number;

  /** @param epochNs engine time 0 on the monotonic clock, in nanoseconds. */
  constructor(epochNs: bigint) {
    this.#originMs = performance.now() - Number(process.hrtime.bigint() - epochNs) / 1e6;
  }

  now(): ReferenceTime {
    return referenceTime((performance.now() - this.#originMs) * REFERENCE_TIME_PER_MILLISECOND);
  }
}

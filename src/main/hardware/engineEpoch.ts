import type { ReferenceTime } from '../../contract/units.ts';

const READINGS = 16;

/** Engine time 0 on the monotonic clock, in nanoseconds, from a clock that tells engine time. */
export function engineEpoch(clock: { now(): ReferenceTime }): bigint {
  let epochNs = 0n;
  let tightest = Infinity;
  // This thread may be interrupted between the readings; that of the shortest pause counts.
  for (let reading = 0; reading < READINGS; reading++) {
    const before = process.hrtime.bigint();
    const now = clock.now();
    const pause = Number(process.hrtime.bigint() - before);
    if (pause >= tightest) continue;
    tightest = pause;
    epochNs = before + BigInt(Math.round(pause / 2 - now * 100));
  }
  return epochNs;
}

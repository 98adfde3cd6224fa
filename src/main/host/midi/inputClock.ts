import { REFERENCE_TIME_PER_SECOND, referenceTime, type ReferenceTime } from '../../../contract/units.ts';

/** How fast the port's clock may run behind the engine's before the anchor follows, 100 ns per second: 100 ppm. */
const DRIFT_PER_SECOND = 1_000;

/**
 * Engine time of what comes in at a port, from the differences that the port's own clock tells. A message is never
 * noticed before it arrived, only after: so the earliest arrival that any message proves is the anchor for all of them.
 */
export class InputClock {
  /** Seconds on the port's clock since its first message. */
  #portSeconds = 0;
  /** Engine time of second 0 on the port's clock. */
  #anchor = Infinity;
  #last = -Infinity;

  /** Engine time of a message `deltaSeconds` after the one before, noticed at `now`. Never later than now or out of order. */
  stamp(deltaSeconds: number, now: ReferenceTime): ReferenceTime {
    const delta = Number.isFinite(deltaSeconds) ? Math.max(0, deltaSeconds) : 0;
    this.#portSeconds += delta;
    const portTime = this.#portSeconds * REFERENCE_TIME_PER_SECOND;
    this.#anchor = Math.min(this.#anchor + delta * DRIFT_PER_SECOND, now - portTime);
    this.#last = Math.min(now, Math.max(this.#last, this.#anchor + portTime));
    return referenceTime(this.#last);
  }
}

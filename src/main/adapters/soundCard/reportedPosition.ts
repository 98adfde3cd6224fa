import { REFERENCE_TIME_PER_SECOND, type ReferenceTime } from '../../../contract/units.ts';

/** Without news for so long a stream is not believed to go on. */
const LONGEST_GUESS = REFERENCE_TIME_PER_SECOND;

/**
 * Where a stream is whose host says so now and then: in between it goes on in time. What was told never goes back
 * before STOP, and what is only queued has not been played.
 */
export class ReportedPosition {
  #position = 0;
  #at: number | undefined;
  #told = 0;
  #running = false;

  set running(running: boolean) {
    this.#running = running;
  }

  /** `position` is, or will be, heard at engine time `at`; a stream without times is where it said it was. */
  report(position: ReferenceTime, at: ReferenceTime | undefined): void {
    this.#position = position;
    this.#at = at;
  }

  /** STOP. */
  reset(): void {
    this.#running = false;
    this.#position = 0;
    this.#at = undefined;
    this.#told = 0;
  }

  /** Stream time that is heard at engine time `now`. */
  at(now: ReferenceTime): ReferenceTime {
    const since = this.#at === undefined ? 0 : now - this.#at;
    const guess = this.#running ? Math.min(LONGEST_GUESS, since) : Math.min(0, since);
    this.#told = Math.max(this.#told, this.#position + guess);
    return this.#told as ReferenceTime;
  }
}

import type { StreamState } from '../../../../contract/hardware.ts';
import { referenceTime, type ReferenceTime } from '../../../../contract/units.ts';
import type { MasterClock } from '../../ks/clock.ts';

/**
 * Presentation time of a stream: the master clock less the start offset. It advances in RUN only, keeps its value in
 * PAUSE and ACQUIRE and is 0 after STOP. Specification 4.4.
 */
export class PresentationClock implements MasterClock {
  readonly #master: MasterClock;
  #state: StreamState = 'STOP';
  /** Presentation time while not in RUN. */
  #held = 0;
  /** Master time at which presentation time was 0, while in RUN. */
  #startOffset = 0;

  constructor(master: MasterClock) {
    this.#master = master;
  }

  get state(): StreamState {
    return this.#state;
  }

  /** Presentation time now. */
  now(): ReferenceTime {
    if (this.#state !== 'RUN') return referenceTime(this.#held);
    return referenceTime(this.#master.now() - this.#startOffset);
  }

  /** The stream changes its state at master time `at`, now by default. */
  setState(state: StreamState, at: ReferenceTime = this.#master.now()): void {
    if (state === this.#state) return;
    if (this.#state === 'RUN') this.#held = at - this.#startOffset;
    if (state === 'RUN') this.#startOffset = at - this.#held;
    if (state === 'STOP') this.#held = 0;
    this.#state = state;
  }

  /** Presentation time at a master time of the present RUN. */
  fromMaster(time: ReferenceTime): ReferenceTime {
    return referenceTime(time - this.#startOffset);
  }

  /** Master time at which a presentation time is due in the present RUN. */
  toMaster(time: ReferenceTime): ReferenceTime {
    return referenceTime(time + this.#startOffset);
  }

  /** The master clock jumped by `jump` while the stream stood still: presentation time goes on where it was. */
  skip(jump: ReferenceTime): void {
    this.#startOffset += jump;
  }
}

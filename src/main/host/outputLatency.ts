import { secondsToReferenceTime, type ReferenceTime } from '../../contract/units.ts';

/**
 * From a frame's turn in the device's buffer to the listener. The audio library tells it anew with every burst of the
 * device, a burst more or less each time, and 0 as long as it does not know: what it tells at first is averaged, so
 * that the streams' times do not depend on the moment in which the device was opened.
 */
export class OutputLatency {
  #sum = 0;
  #count = 0;

  /** `seconds`: as the library tells it. */
  observe(seconds: number): void {
    if (!(seconds > 0)) return;
    this.#sum += seconds;
    this.#count++;
  }

  get isKnown(): boolean {
    return this.#count > 0;
  }

  /** 0 until it is known. */
  get value(): ReferenceTime {
    return secondsToReferenceTime(this.isKnown ? this.#sum / this.#count : 0);
  }
}

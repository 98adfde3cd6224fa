import type { Disposable } from '../../../contract/disposable.ts';

/** Nobody has read for so long: nothing is measured any more. */
const IDLE_MS = 2_000;

/**
 * Highest peak of each channel since it was last taken. Measures only while somebody reads: the first read after a
 * pause starts it and answers 0.
 */
export class PeakRegisters implements Disposable {
  readonly #watch: (onPeaks: (peaks: Float32Array) => void) => Disposable;
  readonly #peaks: Float32Array;
  #watching: Disposable | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #read = false;

  /** `watch` begins to measure, until what it answers is disposed. */
  constructor(channels: number, watch: (onPeaks: (peaks: Float32Array) => void) => Disposable) {
    this.#peaks = new Float32Array(channels);
    this.#watch = watch;
  }

  /** Linear peak since the last take; taking resets it. */
  take(channel: number): number {
    this.#read = true;
    if (!this.#watching) this.#start();
    const peak = this.#peaks[channel] ?? 0;
    this.#peaks[channel] = 0;
    return peak;
  }

  dispose(): void {
    clearTimeout(this.#idle);
    this.#watching?.dispose();
    this.#watching = undefined;
  }

  #start(): void {
    this.#watching = this.#watch((peaks) => {
      for (let channel = 0; channel < this.#peaks.length; channel++) {
        this.#peaks[channel] = Math.max(this.#peaks[channel]!, peaks[channel] ?? 0);
      }
    });
    const check = (): void => {
      if (this.#read) {
        this.#read = false;
        this.#idle = setTimeout(check, IDLE_MS);
      } else {
        this.dispose();
        this.#peaks.fill(0);
      }
    };
    this.#idle = setTimeout(check, IDLE_MS);
  }
}

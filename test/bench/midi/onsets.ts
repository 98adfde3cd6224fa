const SILENT_SECONDS = 0.015;
/** -80 dBFS: also what 16 bits leave of a sound. */
const AUDIBLE = 1e-4;

/** Finds the frames at which sound begins, after silence, in what is rendered or recorded piece by piece. */
export class Onsets {
  readonly #silentFrames: number;
  #silence = Infinity;
  #frame = 0;

  constructor(sampleRate: number) {
    this.#silentFrames = SILENT_SECONDS * sampleRate;
  }

  find(samples: Float32Array, count: number, found: (frame: number) => void): void {
    for (let index = 0; index < count; index++, this.#frame++) {
      if (Math.abs(samples[index]!) < AUDIBLE) {
        this.#silence++;
        continue;
      }
      if (this.#silence >= this.#silentFrames) found(this.#frame);
      this.#silence = 0;
    }
  }
}

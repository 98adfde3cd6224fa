import type { SampleBuffer } from '../samples/sampleFormat.ts';

/** A volume that changes without a click: it goes to each new value in a straight line over a number of frames. */
export class GainRamp {
  #value: number;
  #target: number;
  #step = 0;
  #left = 0;

  /** `gain`: linear. */
  constructor(gain = 1) {
    this.#value = gain;
    this.#target = gain;
  }

  /** The gain reached. */
  get value(): number {
    return this.#value;
  }

  get target(): number {
    return this.#target;
  }

  /** The target is reached. */
  get settled(): boolean {
    return this.#left === 0;
  }

  /** Goes from where it is to `gain` within `frames` frames; at once with 0. */
  to(gain: number, frames: number): void {
    this.#target = gain;
    this.#left = Math.max(0, Math.floor(frames));
    if (this.#left === 0) this.#value = gain;
    else this.#step = (gain - this.#value) / this.#left;
  }

  /** The gain of the next frame. */
  next(): number {
    if (this.#left > 0) {
      this.#left--;
      this.#value = this.#left === 0 ? this.#target : this.#value + this.#step;
    }
    return this.#value;
  }

  /** What `apply` would do on so many frames of silence. */
  skip(frames: number): void {
    for (let index = 0; index < frames && this.#left > 0; index++) this.next();
  }

  /** Multiplies `frames` samples from index `at` in place. At unity samples stay as they are. */
  apply(samples: SampleBuffer, at: number, frames: number): void {
    let index = at;
    const end = at + frames;
    for (; this.#left > 0 && index < end; index++) samples[index]! *= this.next();
    if (this.#value === 1) return;
    for (; index < end; index++) samples[index]! *= this.#value;
  }
}

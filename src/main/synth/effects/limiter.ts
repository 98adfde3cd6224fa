/** Loudest that comes out, linear: 0.3 dB below full scale, which leaves room for converters. */
const CEILING = Math.pow(10, -0.3 / 20);
/** Time in which the gain falls before a peak. It is the limiter's delay. */
const LOOKAHEAD_SECONDS = 0.0015;
/** Time in which the gain rises again by a factor of e. */
const RELEASE_SECONDS = 0.08;

/**
 * A stereo peak limiter: both channels are turned down together, softly and before a peak comes, so that nothing that
 * comes out is above the ceiling; what is below it passes as it is, later by `delayFrames`. Allocates nothing.
 */
export class Limiter {
  readonly delayFrames: number;
  readonly #left: Float32Array;
  readonly #right: Float32Array;
  /** Gain that each of the last frames may have at most, the one that comes out now among them. */
  readonly #wanted: Float32Array;
  #wantedAt = 0;
  readonly #release: number;
  #at = 0;
  #smallest = 1;
  #sum: number;
  /** The smallest wanted gains of the last look-ahead, of which the mean is applied. */
  readonly #held: Float32Array;
  #envelope = 1;

  constructor(sampleRate: number) {
    this.delayFrames = Math.max(1, Math.round(LOOKAHEAD_SECONDS * sampleRate));
    this.#left = new Float32Array(this.delayFrames);
    this.#right = new Float32Array(this.delayFrames);
    this.#wanted = new Float32Array(this.delayFrames + 1).fill(1);
    this.#held = new Float32Array(this.delayFrames).fill(1);
    this.#sum = this.delayFrames;
    this.#release = 1 - Math.exp(-1 / (RELEASE_SECONDS * sampleRate));
  }

  /** Limits `frames` frames in place. */
  process(left: Float32Array, right: Float32Array, frames: number): void {
    const length = this.delayFrames;
    for (let frame = 0; frame < frames; frame++) {
      const at = this.#at;
      const l = left[frame]!;
      const r = right[frame]!;
      const peak = Math.max(Math.abs(l), Math.abs(r));
      const wanted = peak > CEILING ? CEILING / peak : 1;

      // The smallest of them: a peak holds the gain down until it has come out.
      const leaving = this.#wanted[this.#wantedAt]!;
      this.#wanted[this.#wantedAt] = wanted;
      this.#wantedAt = this.#wantedAt === length ? 0 : this.#wantedAt + 1;
      if (wanted <= this.#smallest) this.#smallest = wanted;
      else if (leaving <= this.#smallest) this.#smallest = this.#findSmallest();

      // Falls at once and rises slowly; its mean over the look-ahead reaches a peak's gain just as the peak comes out.
      const target = this.#smallest;
      this.#envelope =
        target < this.#envelope ? target : this.#envelope + (target - this.#envelope) * this.#release;
      this.#sum += this.#envelope - this.#held[at]!;
      this.#held[at] = this.#envelope;
      const gain = Math.min(1, this.#sum / length);

      left[frame] = this.#left[at]! * gain;
      right[frame] = this.#right[at]! * gain;
      this.#left[at] = l;
      this.#right[at] = r;
      this.#at = at + 1 === length ? 0 : at + 1;
    }
    // Rounding of the running sum does not add up over hours.
    this.#sum = this.#sumOfHeld();
  }

  #findSmallest(): number {
    let smallest = 1;
    for (let at = 0; at <= this.delayFrames; at++)
      if (this.#wanted[at]! < smallest) smallest = this.#wanted[at]!;
    return smallest;
  }

  #sumOfHeld(): number {
    let sum = 0;
    for (let at = 0; at < this.delayFrames; at++) sum += this.#held[at]!;
    return sum;
  }
}

import {
  millisecondsToReferenceTime,
  secondsToReferenceTime,
  type ReferenceTime,
} from '../../contract/units.ts';

/** However often the device ran dry, no further ahead than this. */
const LONGEST = millisecondsToReferenceTime(400);
/** A quiet time after which a longer lead is taken back by a chunk; doubled by every underrun up to the most. */
const FIRST_CALM = secondsToReferenceTime(30);
const MOST_CALM = secondsToReferenceTime(600);

/**
 * How far ahead of the device's clock chunks are scheduled. It begins as short as the latency setting wants it; every
 * underrun makes it longer by a chunk, and a quiet time shorter again. Where that was too early the next try waits
 * longer, so that a machine that is always busy is left alone.
 */
export class Lead {
  readonly #least: number;
  readonly #longest: number;
  readonly #chunkFrames: number;
  #frames: number;
  #calm: number = FIRST_CALM;
  #since = 0 as ReferenceTime;

  /** In whole chunks: `leadMs` rounded up. */
  constructor(leadMs: number, chunkFrames: number, sampleRate: number) {
    this.#chunkFrames = chunkFrames;
    this.#least = Math.ceil((leadMs * sampleRate) / 1000 / chunkFrames) * chunkFrames;
    this.#longest = (LONGEST / 1e7) * sampleRate;
    this.#frames = this.#least;
  }

  get frames(): number {
    return this.#frames;
  }

  /** The device ran dry at engine time `now`. */
  underrun(now: ReferenceTime): void {
    if (this.#frames + this.#chunkFrames <= this.#longest) this.#frames += this.#chunkFrames;
    if (this.#since > 0) this.#calm = Math.min(MOST_CALM, this.#calm * 2);
    this.#since = now;
  }

  /** Called regularly. */
  passed(now: ReferenceTime): void {
    if (this.#frames === this.#least || now - this.#since < this.#calm) return;
    this.#frames -= this.#chunkFrames;
    this.#since = now;
  }
}

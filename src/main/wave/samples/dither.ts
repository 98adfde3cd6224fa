/**
 * Dither with a triangular probability density (TPDF), two quantisation steps wide: it makes mean and power of the
 * quantisation error independent of the signal, so that narrowing leaves a steady noise floor and no distortion.
 */
export class TriangularDither {
  #state: number;

  /** `seed` makes the noise repeatable; every channel should have its own. */
  constructor(seed = 1) {
    this.#state = seed >>> 0 || 1;
  }

  /** The next value, -1 to 1 quantisation steps. */
  next(): number {
    return this.#uniform() - this.#uniform();
  }

  /** 0 to 1: xorshift, whose period of 2^32 - 1 is a day of samples. */
  #uniform(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state >>> 0;
    return this.#state / 0x100000000;
  }
}

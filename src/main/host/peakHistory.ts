/** Chunks whose peaks are kept: more than the longest queue, at the shortest chunk and the highest rate. */
const CHUNKS = 1_024;

/** Peaks measured in chunks when they are rendered, told when they are heard. Allocates nothing while it measures. */
export class PeakHistory {
  /** Off costs nothing. */
  on = false;
  readonly #count: number;
  readonly #chunkFrames: number;
  readonly #peaks: Float32Array;
  readonly #frames = new Float64Array(CHUNKS);
  /** Chunks begun and told. */
  #begun = 0;
  #told = 0;

  /** `count` peaks for each chunk of `chunkFrames` frames. */
  constructor(count: number, chunkFrames: number) {
    this.#count = count;
    this.#chunkFrames = chunkFrames;
    this.#peaks = new Float32Array(count * CHUNKS);
  }

  /** Of the chunk that begins at `frame`; what `measure` finds from now on is its. */
  begin(frame: number): void {
    if (!this.on) {
      this.#told = this.#begun;
      return;
    }
    const slot = this.#begun++ % CHUNKS;
    this.#told = Math.max(this.#told, this.#begun - CHUNKS);
    this.#frames[slot] = frame;
    this.#peaks.fill(0, slot * this.#count, (slot + 1) * this.#count);
  }

  measure(peak: number, samples: Float32Array): void {
    if (!this.on || this.#begun === 0) return;
    let highest = 0;
    for (let index = 0; index < samples.length; index++) {
      const magnitude = Math.abs(samples[index]!);
      if (magnitude > highest) highest = magnitude;
    }
    this.#peaks[((this.#begun - 1) % CHUNKS) * this.#count + peak] = highest;
  }

  /** The highest of every peak in the chunks that were over before `to` and not told yet. */
  take(to: number): Float32Array<ArrayBuffer> {
    const highest = new Float32Array(this.#count);
    for (; this.#told < this.#begun; this.#told++) {
      const slot = this.#told % CHUNKS;
      if (this.#frames[slot]! + this.#chunkFrames > to) break;
      for (let peak = 0; peak < this.#count; peak++)
        highest[peak] = Math.max(highest[peak]!, this.#peaks[slot * this.#count + peak]!);
    }
    return highest;
  }
}

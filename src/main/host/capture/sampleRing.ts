/**
 * Stereo sound on its way from one thread of the host to another: a ring in memory they share, with one writer and one
 * reader. Neither waits for the other: what is not read in time is overwritten, and the reader is told how much.
 */

const CHANNELS = 2;
const HEADER_BYTES = 64;
/** Indexes of 32-bit words. */
const WORD = { SEQUENCE: 0, RATE: 1 } as const;
/** Indexes of doubles. */
const DOUBLE = { WRITTEN: 1, TIME: 2 } as const;

/** Where the writer is. */
export interface RingState {
  /** Frames written since the beginning. */
  written: number;
  /** Engine time of the end of them. */
  time: number;
  /** Frames per second; 0 before the first ones. */
  rate: number;
}

export class SampleRing {
  /** Crosses threads by `postMessage`; the other side makes a SampleRing of it. */
  readonly shared: SharedArrayBuffer;
  /** Frames it holds. */
  readonly capacity: number;
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  readonly #channels: readonly Float32Array[];

  constructor(shared: SharedArrayBuffer) {
    this.shared = shared;
    this.capacity = (shared.byteLength - HEADER_BYTES) / (CHANNELS * 4);
    this.#words = new Int32Array(shared, 0, HEADER_BYTES / 4);
    this.#doubles = new Float64Array(shared, 0, HEADER_BYTES / 8);
    this.#channels = Array.from(
      { length: CHANNELS },
      (_, channel) => new Float32Array(shared, HEADER_BYTES + channel * this.capacity * 4, this.capacity),
    );
  }

  static allocate(frames: number): SampleRing {
    return new SampleRing(new SharedArrayBuffer(HEADER_BYTES + frames * CHANNELS * 4));
  }

  /** The writer: adds frames, the last of which ended at engine time `endTime`. Allocates nothing. */
  write(block: readonly Float32Array[], frames: number, rate: number, endTime: number): void {
    const written = this.#doubles[DOUBLE.WRITTEN]!;
    for (let channel = 0; channel < CHANNELS; channel++) {
      const from = block[channel]!;
      const to = this.#channels[channel]!;
      let at = written % this.capacity;
      for (let index = 0; index < frames; index++) {
        to[at] = from[index]!;
        if (++at === this.capacity) at = 0;
      }
    }
    // An odd number while the state is half written.
    Atomics.add(this.#words, WORD.SEQUENCE, 1);
    this.#doubles[DOUBLE.WRITTEN] = written + frames;
    this.#doubles[DOUBLE.TIME] = endTime;
    Atomics.store(this.#words, WORD.RATE, rate);
    Atomics.add(this.#words, WORD.SEQUENCE, 1);
  }

  /** Any thread: where the writer is. */
  readState(state: RingState): void {
    for (;;) {
      const sequence = Atomics.load(this.#words, WORD.SEQUENCE);
      state.written = this.#doubles[DOUBLE.WRITTEN]!;
      state.time = this.#doubles[DOUBLE.TIME]!;
      state.rate = Atomics.load(this.#words, WORD.RATE);
      if (sequence % 2 === 0 && sequence === Atomics.load(this.#words, WORD.SEQUENCE)) return;
    }
  }

  /** The reader: copies `frames` frames from frame `from` on, all of which were written and not overwritten. */
  copy(from: number, block: readonly Float32Array[], frames: number): void {
    for (let channel = 0; channel < CHANNELS; channel++) {
      const source = this.#channels[channel]!;
      const to = block[channel]!;
      let at = from % this.capacity;
      for (let index = 0; index < frames; index++) {
        to[index] = source[at]!;
        if (++at === this.capacity) at = 0;
      }
    }
  }
}

import type { CyclicBuffer } from '../../engine/portcls/wave/cyclicBuffer.ts';

/**
 * The client of a WaveRT capture stream: takes what the converter has written into the cyclic buffer, in order and by
 * position. It may live in another thread than the converter. Specification 3.6.
 */
export class CaptureReader {
  readonly #buffer: CyclicBuffer;
  readonly #blockAlign: number;
  readonly #block = { from: 0, length: 0, time: 0 };
  #read = 0;
  #lost = 0;

  constructor(buffer: CyclicBuffer, blockAlign: number) {
    this.#buffer = buffer;
    this.#blockAlign = blockAlign;
  }

  /** Bytes that were overwritten before they were read. */
  get lost(): number {
    return this.#lost;
  }

  /**
   * Copies what is new, whole frames, to the beginning of `into`; answers how many bytes. What the converter overwrites
   * meanwhile does not count as read.
   */
  read(into: Uint8Array): number {
    const { data } = this.#buffer;
    for (;;) {
      const written = this.#written();
      // STOP: the stream counts from 0 again.
      if (written < this.#read) this.#read = 0;
      const oldest = written - data.length;
      if (this.#read < oldest) this.#lose(oldest);
      const length = Math.min(into.length - (into.length % this.#blockAlign), written - this.#read);
      if (length === 0) return 0;
      const offset = this.#read % data.length;
      const first = Math.min(length, data.length - offset);
      into.set(data.subarray(offset, offset + first), 0);
      if (length > first) into.set(data.subarray(0, length - first), first);
      // Written before it is published: a block's length ahead may be gone already.
      const safe = this.#written() + data.length / 8 - data.length;
      if (this.#read < safe) {
        this.#lose(safe);
        continue;
      }
      this.#read += length;
      return length;
    }
  }

  #written(): number {
    this.#buffer.readBlock(this.#block);
    return this.#block.from + this.#block.length;
  }

  /** Goes on at the first frame from byte `at` on. */
  #lose(at: number): void {
    const next = Math.ceil(at / this.#blockAlign) * this.#blockAlign;
    this.#lost += next - this.#read;
    this.#read = next;
  }
}

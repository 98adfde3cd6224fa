import type { ByteSource } from './byteSource.ts';

const STEP_BYTES = 64 * 1024;

/** A file's bytes through a window that moves with whoever reads on, so that the file is asked seldom. */
export class ByteWindow {
  readonly source: ByteSource;
  #bytes = new Uint8Array(0);
  #offset = 0;

  constructor(source: ByteSource) {
    this.source = source;
  }

  get length(): number {
    return this.source.length;
  }

  /** `length` bytes from `offset`, fewer at the end of the file: valid until the next call. */
  at(offset: number, length: number): Uint8Array {
    const from = offset - this.#offset;
    if (from < 0 || from + length > this.#bytes.length) {
      this.#fill(offset, Math.max(length, STEP_BYTES));
      return this.#bytes.subarray(0, length);
    }
    return this.#bytes.subarray(from, from + length);
  }

  #fill(offset: number, length: number): void {
    const wanted = Math.max(0, Math.min(length, this.length - offset));
    const room =
      this.#bytes.buffer.byteLength >= wanted ? new Uint8Array(this.#bytes.buffer) : new Uint8Array(wanted);
    const got = wanted > 0 ? this.source.read(offset, room.subarray(0, wanted)) : 0;
    this.#bytes = room.subarray(0, got);
    this.#offset = offset;
  }
}

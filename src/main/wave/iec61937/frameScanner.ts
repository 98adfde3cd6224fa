import type { ByteSource } from '../files/byteSource.ts';
import { isSameStream, type CodedFrame, type FrameReader } from './codedFrame.ts';

/** Longer than any frame with the next one's header. */
const WINDOW_BYTES = 0x10000;

export interface ScannedFrame {
  readonly frame: CodedFrame;
  /** Of the frame in the source. */
  readonly offset: number;
  /** The frame itself; holds until the next one is asked for. */
  readonly bytes: Uint8Array;
}

/**
 * The frames of a source, one after the other. It is in sync when frames follow each other seamlessly; a header
 * that stands alone is taken for chance. What lies between frames is skipped, and so are frames that were cut off.
 * Takes time in proportion to the bytes it passes, whatever they are.
 */
export class FrameScanner {
  readonly #source: ByteSource;
  readonly #reader: FrameReader;
  readonly #window = new Uint8Array(WINDOW_BYTES);
  #windowStart = 0;
  #windowLength = 0;
  #at: number;
  #last: CodedFrame | undefined;
  #inSync = false;
  #skipped = 0;

  /** Begins at byte `offset`, which may be anywhere. */
  constructor(source: ByteSource, reader: FrameReader, offset = 0) {
    this.#source = source;
    this.#reader = reader;
    this.#at = offset;
  }

  /** Where it looks for the next frame. */
  get offset(): number {
    return this.#at;
  }

  /** Bytes so far that belonged to no frame. */
  get skipped(): number {
    return this.#skipped;
  }

  /** The next frame; undefined at the end, or when the next `limit` bytes have none. */
  next(limit = Infinity): ScannedFrame | undefined {
    const from = this.#at;
    while (this.#at < this.#source.length && this.#at - from < limit) {
      const frame = this.#frameAt(this.#at);
      if (frame && this.#accept(frame)) return this.#take(frame);
      this.#inSync = false;
      this.#at++;
      this.#skipped++;
    }
    return undefined;
  }

  #take(frame: CodedFrame): ScannedFrame {
    const offset = this.#at;
    const next = this.#endOf(frame, offset);
    // Only now is all of it sure to be in the window.
    const index = offset - this.#windowStart;
    this.#last = frame;
    this.#inSync = true;
    this.#at = next;
    return { frame, offset, bytes: this.#window.subarray(index, index + frame.length) };
  }

  /**
   * A frame counts that leads to the next one. In sync, so does one before damage, unless it is itself cut off: then
   * the next one begins inside it.
   */
  #accept(frame: CodedFrame): boolean {
    if (this.#at + frame.length > this.#source.length) return false;
    if (this.#last && !isSameStream(frame, this.#last)) return false;
    return this.#isFollowed(frame, this.#at) || (this.#inSync && !this.#isCutOff(frame));
  }

  #isFollowed(frame: CodedFrame, offset: number): boolean {
    const next = this.#endOf(frame, offset);
    if (next >= this.#source.length) return next === this.#source.length;
    const follower = this.#frameAt(next);
    return follower !== undefined && isSameStream(frame, follower);
  }

  #isCutOff(frame: CodedFrame): boolean {
    for (let offset = this.#at + 1; offset < this.#at + frame.length; offset++) {
      const inner = this.#frameAt(offset);
      if (inner && isSameStream(inner, frame) && this.#isFollowed(inner, offset)) return true;
    }
    return false;
  }

  #endOf(frame: CodedFrame, offset: number): number {
    const end = offset + frame.length;
    const index = this.#load(end);
    return end + (this.#reader.extension?.(this.#window, index) ?? 0);
  }

  #frameAt(offset: number): CodedFrame | undefined {
    const index = this.#load(offset);
    return this.#windowLength - index < this.#reader.headerBytes
      ? undefined
      : this.#reader.read(this.#window, index);
  }

  /** Has the header at `offset` in the window, and everything from the present place on. Answers its index. */
  #load(offset: number): number {
    const end = Math.min(offset + this.#reader.headerBytes, this.#source.length);
    if (this.#at < this.#windowStart || end > this.#windowStart + this.#windowLength) {
      this.#windowStart = this.#at;
      this.#windowLength = this.#source.read(this.#at, this.#window);
      this.#window.fill(0, this.#windowLength);
    }
    return offset - this.#windowStart;
  }
}

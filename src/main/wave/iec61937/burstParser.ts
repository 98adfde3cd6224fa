import type { ByteSource } from '../files/byteSource.ts';
import { burstPeriod, DATA_TYPE, dataTypeOf, payloadBytes, PREAMBLE_BYTES, SYNC } from './burst.ts';

/** Bytes read at a time: twice the longest repetition period, so that looking ahead never reads anew for long. */
const WINDOW_BYTES = 0x20000;

export interface Burst {
  /** Of its Pa in the source, bytes. */
  readonly offset: number;
  /** Pc as it is. */
  readonly pc: number;
  /** DATA_TYPE */
  readonly dataType: number;
  /** Bytes of the payload, which follows the preamble. */
  readonly length: number;
  /** Bytes to the start of the next one. */
  readonly period: number;
}

export interface ParserOptions {
  /** Byte to begin with; words lie at even distances from it. */
  readonly offset?: number;
  /** Byte behind the last one. */
  readonly end?: number;
  /** The words have the high byte first. */
  readonly bigEndian?: boolean;
}

/**
 * The bursts of a source, one after the other. It is in sync when each burst is where the repetition period of the one
 * before says; a preamble that no other follows, is of a reserved type or claims more than fits is taken for chance.
 * What lies between is skipped, null and pause bursts with it.
 */
export class BurstParser {
  readonly #source: ByteSource;
  readonly #end: number;
  readonly #bigEndian: boolean;
  readonly #window = new Uint8Array(WINDOW_BYTES);
  #windowStart = 0;
  #windowLength = 0;
  #at: number;
  /** Where the next burst of a stream in sync is. */
  #expected: number | undefined;
  #skipped = 0;

  constructor(
    source: ByteSource,
    { offset = 0, end = source.length, bigEndian = false }: ParserOptions = {},
  ) {
    this.#source = source;
    this.#at = offset;
    this.#end = Math.min(end, source.length);
    this.#bigEndian = bigEndian;
  }

  /** Bytes so far that belonged to no burst. */
  get skipped(): number {
    return this.#skipped;
  }

  /** The next burst that is complete; undefined at the end, or when the next `limit` bytes have none. */
  next(limit = Infinity): Burst | undefined {
    const from = this.#at;
    while (this.#at + PREAMBLE_BYTES <= this.#end && this.#at - from < limit) {
      const burst = this.#burstAt(this.#at);
      if (burst && (this.#expected === this.#at || this.#isFollowed(burst))) {
        this.#at = this.#expected = burst.offset + burst.period;
        return burst;
      }
      this.#at += 2;
      this.#skipped += 2;
    }
    return undefined;
  }

  /** Copies the payload, the words' high bytes first: the frames as their codec defines them. */
  readPayload(burst: Burst): Uint8Array<ArrayBuffer> {
    const words = new Uint8Array(burst.length + (burst.length % 2));
    this.#source.read(burst.offset + PREAMBLE_BYTES, words);
    if (!this.#bigEndian) {
      for (let index = 0; index < words.length; index += 2) {
        const low = words[index]!;
        words[index] = words[index + 1]!;
        words[index + 1] = low;
      }
    }
    return words.subarray(0, burst.length);
  }

  /** A burst of the same type comes next, or the source ends before that. */
  #isFollowed(burst: Burst): boolean {
    const next = burst.offset + burst.period;
    if (next + PREAMBLE_BYTES > this.#end) return true;
    if (!this.#isSync(next)) return false;
    const { dataType } = burst;
    const following = dataTypeOf(this.#word(next + 4));
    return following === dataType || following === DATA_TYPE.PAUSE || following === DATA_TYPE.NULL;
  }

  #burstAt(offset: number): Burst | undefined {
    if (!this.#isSync(offset)) return undefined;
    const pc = this.#word(offset + 4);
    const period = burstPeriod(pc);
    const length = payloadBytes(pc, this.#word(offset + 6));
    if (period === undefined || length === 0 || PREAMBLE_BYTES + length > period) return undefined;
    // The padding of the last one may be missing.
    if (offset + PREAMBLE_BYTES + length > this.#end) return undefined;
    return { offset, pc, dataType: dataTypeOf(pc), length, period };
  }

  #isSync(offset: number): boolean {
    return this.#word(offset) === SYNC[0] && this.#word(offset + 2) === SYNC[1];
  }

  #word(offset: number): number {
    if (offset < this.#windowStart || offset + 2 > this.#windowStart + this.#windowLength) {
      this.#windowStart = this.#at;
      this.#windowLength = this.#source.read(this.#at, this.#window);
    }
    const index = offset - this.#windowStart;
    const [first, second] = [this.#window[index] ?? 0, this.#window[index + 1] ?? 0];
    return this.#bigEndian ? (first << 8) | second : (second << 8) | first;
  }
}

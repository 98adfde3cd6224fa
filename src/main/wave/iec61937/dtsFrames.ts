import type { DtsFrame, FrameReader } from './codedFrame.ts';

/**
 * DTS core frames (ETSI TS 102 114) in the four ways they are stored: 16 bits in each word or 14, with the high or the
 * low byte first. What DTS-HD adds behind a core is no part of it and is left out.
 */

const SAMPLE_RATES: Readonly<Record<number, number>> = {
  1: 8_000,
  2: 16_000,
  3: 32_000,
  6: 11_025,
  7: 22_050,
  8: 44_100,
  11: 12_000,
  12: 24_000,
  13: 48_000,
};
const BLOCK_SAMPLES = 32;
const FEWEST_BLOCKS = 6;
const SMALLEST_FRAME = 96;
const NORMAL_FRAME = 1;
/** Of a core's header or an extension's, as far as they are read. */
const HEADER_BITS = 80;
/** With 14 of them in each word. */
const HEADER_BYTES = 12;
const EXTENSION_SYNC = [0x64, 0x58, 0x20, 0x25] as const;

interface Storage {
  readonly littleEndian: boolean;
  readonly bitsPerWord: 14 | 16;
}

export const dtsFrames: FrameReader = {
  headerBytes: HEADER_BYTES,
  read(bytes, offset): DtsFrame | undefined {
    const storage = storageOf(bytes, offset);
    if (!storage || offset + HEADER_BYTES > bytes.length) return undefined;
    const header = new HeaderBits(bytes, offset, storage);
    header.skip(32);
    const type = header.take(1);
    // Fewer samples in the last block of a termination frame.
    header.skip(5);
    header.skip(1);
    const blocks = header.take(7) + 1;
    const size = header.take(14) + 1;
    header.skip(6);
    const sampleRate = SAMPLE_RATES[header.take(4)];
    if (type !== NORMAL_FRAME || blocks < FEWEST_BLOCKS || size < SMALLEST_FRAME) return undefined;
    if (sampleRate === undefined) return undefined;
    const { bitsPerWord, littleEndian } = storage;
    // Stored in whole words of 16 bits.
    const length = bitsPerWord === 14 ? 2 * Math.ceil((size * 8) / 14) : size;
    return { codec: 'dts', length, sampleRate, samples: blocks * BLOCK_SAMPLES, littleEndian };
  },
  extension(bytes, offset): number {
    if (EXTENSION_SYNC.some((byte, index) => bytes[offset + index] !== byte)) return 0;
    const isLong = (bytes[offset + 5]! & 0x20) !== 0;
    const bits = new HeaderBits(bytes, offset, { littleEndian: false, bitsPerWord: 16 });
    bits.skip(32 + 8 + 2 + 1);
    bits.skip(isLong ? 12 : 8);
    return bits.take(isLong ? 20 : 16) + 1;
  },
};

function storageOf(bytes: Uint8Array, offset: number): Storage | undefined {
  const [a, b, c, d, e, f] = bytes.subarray(offset, offset + 6);
  if (a === 0x7f && b === 0xfe && c === 0x80 && d === 0x01) return { littleEndian: false, bitsPerWord: 16 };
  if (a === 0xfe && b === 0x7f && c === 0x01 && d === 0x80) return { littleEndian: true, bitsPerWord: 16 };
  // Of 28 bits only; the frame type and the deficit of a normal frame belong to the sync.
  if (a === 0x1f && b === 0xff && c === 0xe8 && d === 0x00 && e === 0x07 && (f! & 0xf0) === 0xf0) {
    return { littleEndian: false, bitsPerWord: 14 };
  }
  if (a === 0xff && b === 0x1f && c === 0x00 && d === 0xe8 && f === 0x07 && (e! & 0xf0) === 0xf0) {
    return { littleEndian: true, bitsPerWord: 14 };
  }
  return undefined;
}

/** The header's bits in their order, however they are stored. */
class HeaderBits {
  readonly #bits: number[] = [];
  #at = 0;

  constructor(bytes: Uint8Array, offset: number, { littleEndian, bitsPerWord }: Storage) {
    for (let word = 0; this.#bits.length < HEADER_BITS; word++) {
      const first = bytes[offset + 2 * word]!;
      const second = bytes[offset + 2 * word + 1]!;
      const value = littleEndian ? (second << 8) | first : (first << 8) | second;
      for (let bit = bitsPerWord - 1; bit >= 0; bit--) this.#bits.push((value >> bit) & 1);
    }
  }

  skip(count: number): void {
    this.#at += count;
  }

  take(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index++) value = 2 * value + (this.#bits[this.#at++] ?? 0);
    return value;
  }
}

import { PinwheelError } from '../../../contract/errors.ts';
import type { BurstCoding } from '../../../contract/hardware.ts';
import type { SampleFormat } from '../samples/sampleFormat.ts';
import { ascii, badFile, viewOf, type ByteSource } from './byteSource.ts';
import { checkChannels, checkRate } from './limits.ts';

/**
 * WAV files: RIFF, and RF64 or BW64 for those beyond 4 GB, with integer or float samples. Read in place, so that a file
 * of any length takes no memory; sizes in the file are claims, which are held against the length of the file.
 */

export interface WavFile {
  readonly format: SampleFormat;
  readonly channels: number;
  /** Hz */
  readonly sampleRate: number;
  /** By its tag: the words are bursts of this coding. */
  readonly coding: BurstCoding | undefined;
  /** Speakers of the channels; 0 when the file does not say. */
  readonly channelMask: number;
  /** Bytes of one frame. */
  readonly blockAlign: number;
  /** Byte of the first frame. */
  readonly dataOffset: number;
  /** Whole frames that are there. */
  readonly frames: number;
  /** The file claims more than it has, as one does that was cut off or whose writer died. */
  readonly truncated: boolean;
  /** From its `smpl` chunk: first and last frame of the first loop. */
  readonly loop: { readonly first: number; readonly last: number } | undefined;
}

const TAG = { PCM: 1, FLOAT: 3, EXTENSIBLE: 0xfffe } as const;
/** Tags of IEC 61937 bursts, and the first words of the sub-formats that have no tag. */
const BURST_TAGS: Readonly<Record<number, BurstCoding>> = { 0x0092: 'ac3', 0x0164: 'wmaPro' };
const BURST_SUBFORMATS: Readonly<Record<number, BurstCoding>> = { 0x000a: 'eac3', 0x0003: 'mpeg' };
/** Second word group of those sub-formats. */
const IEC61937 = 0x0cea;
/** More chunks than any program writes. */
const MOST_CHUNKS = 10_000;
/** In RIFF size fields: unknown, or told in the `ds64` chunk. */
const NO_SIZE = 0xffffffff;

/** Finds format and samples. @throws PinwheelError `bad-input` for what is no WAV file, `not-supported` for other codecs */
export function parseWav(source: ByteSource): WavFile {
  return new Parser(source).parse();
}

class Parser {
  readonly #source: ByteSource;
  #format: Omit<WavFile, 'dataOffset' | 'frames' | 'truncated' | 'loop'> | undefined;
  #data: { offset: number; claimed: number } | undefined;
  #loop: WavFile['loop'];
  /** 64-bit size of the data, from `ds64`. */
  #longData: number | undefined;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  parse(): WavFile {
    const head = this.#view(0, 12);
    const riff = head && ascii(head, 0);
    if (!head || !['RIFF', 'RF64', 'BW64'].includes(riff!) || ascii(head, 8) !== 'WAVE') {
      throw this.#bad('is no WAV file: it does not begin with RIFF and WAVE', 0);
    }
    this.#chunks();
    if (!this.#format) throw this.#bad('has no “fmt ” chunk that says what its samples are', 12);
    if (!this.#data) throw this.#bad('has no “data” chunk: there are no samples in it', 12);
    const { offset, claimed } = this.#data;
    const there = Math.max(0, this.#source.length - offset);
    const bytes = Math.min(claimed, there);
    return {
      ...this.#format,
      dataOffset: offset,
      frames: Math.floor(bytes / this.#format.blockAlign),
      // A stream's writer does not know the size beforehand, and leaves the largest.
      truncated: claimed > there && claimed !== NO_SIZE,
      loop: this.#loop,
    };
  }

  #chunks(): void {
    let offset = 12;
    for (let count = 0; count < MOST_CHUNKS; count++) {
      const head = this.#view(offset, 8);
      if (!head) return;
      const size = head.getUint32(4, true);
      const next = this.#chunk(ascii(head, 0), offset + 8, size);
      // Chunks begin at even bytes.
      offset = next + (next % 2);
    }
    throw this.#bad(`has more than ${MOST_CHUNKS} chunks`, offset);
  }

  /** Answers where the chunk ends. */
  #chunk(name: string, offset: number, size: number): number {
    switch (name) {
      case 'ds64': {
        const sizes = this.#view(offset, 24);
        // Beyond 2^53 a number is not exact, and no file is that long.
        if (sizes) this.#longData = Number(sizes.getBigUint64(8, true));
        break;
      }
      case 'fmt ':
        this.#format ??= this.#readFormat(offset, size);
        break;
      case 'smpl':
        this.#loop ??= this.#readLoop(offset, size);
        break;
      case 'data': {
        const claimed = size === NO_SIZE ? (this.#longData ?? size) : size;
        this.#data ??= { offset, claimed };
        return offset + claimed;
      }
    }
    return offset + size;
  }

  #readFormat(offset: number, size: number) {
    const view = size >= 16 ? this.#view(offset, Math.min(size, 40)) : undefined;
    if (!view) throw this.#bad(`has a “fmt ” chunk of ${size} bytes; it needs 16`, offset);
    let tag = view.getUint16(0, true);
    const channels = view.getUint16(2, true);
    const sampleRate = view.getUint32(4, true);
    const blockAlign = view.getUint16(12, true);
    const bits = view.getUint16(14, true);
    let validBits = bits;
    let channelMask = 0;
    let coding = BURST_TAGS[tag];
    if (tag === TAG.EXTENSIBLE) {
      if (view.byteLength < 40) throw this.#bad('has an extensible format that is cut off', offset);
      validBits = view.getUint16(18, true) || bits;
      channelMask = view.getUint32(20, true);
      tag = view.getUint16(24, true);
      const isTag = view.getUint16(28, true) !== IEC61937;
      coding = isTag ? BURST_TAGS[tag] : BURST_SUBFORMATS[tag];
      // Unknown ones are no tags, and told as what they are.
      if (!isTag && !coding) tag = IEC61937;
    }
    if (coding && channels === 2 && bits === 16) tag = TAG.PCM;
    checkChannels(this.#source, channels, offset + 2);
    checkRate(this.#source, sampleRate, offset + 4);
    const format = this.#sampleFormat(tag, bits, validBits, offset);
    if (blockAlign !== channels * format.containerBytes) {
      throw this.#bad(
        `claims frames of ${blockAlign} bytes for ${channels} channels of ${bits} bits`,
        offset + 12,
      );
    }
    if (bitCount(channelMask) !== channels) channelMask = 0;
    return { format, coding, channels, sampleRate, channelMask, blockAlign };
  }

  #sampleFormat(tag: number, bits: number, validBits: number, offset: number): SampleFormat {
    if (tag === TAG.FLOAT && (bits === 32 || bits === 64)) {
      return { encoding: 'float', containerBytes: bits / 8, validBits: bits === 32 ? 24 : 53 };
    }
    if (tag !== TAG.PCM && tag !== TAG.FLOAT) {
      throw new PinwheelError({
        code: 'not-supported',
        message: `“${this.#source.name}” holds samples of format 0x${tag.toString(16).padStart(4, '0')}.`,
        subject: this.#source.name,
        offset,
        advice: 'Only PCM and float samples are read from WAV files; convert the file.',
      });
    }
    // Widths between are stored in the next whole byte, left-justified.
    const containerBytes = Math.ceil(bits / 8);
    if (tag === TAG.FLOAT || bits < 1 || containerBytes > 4 || validBits > bits) {
      throw this.#bad(`claims samples with ${validBits} of ${bits} bits`, offset + 14);
    }
    return { encoding: 'integer', containerBytes, validBits };
  }

  #readLoop(offset: number, size: number): WavFile['loop'] {
    const view = size >= 60 ? this.#view(offset, 60) : undefined;
    if (!view || view.getUint32(28, true) === 0) return undefined;
    const [first, last] = [view.getUint32(44, true), view.getUint32(48, true)];
    return first <= last ? { first, last } : undefined;
  }

  #view(offset: number, length: number): DataView | undefined {
    return viewOf(this.#source, offset, length);
  }

  #bad(what: string, offset: number): PinwheelError {
    return badFile(this.#source, what, offset);
  }
}

function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}

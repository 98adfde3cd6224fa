import { viewOf, badFile, unsupportedFile, type ByteSource } from './byteSource.ts';
import { ByteWindow } from './byteWindow.ts';
import { crc16, crc8 } from './crc.ts';
import { afterId3 } from './id3.ts';
import { checkChannels, checkRate } from './limits.ts';

/** FLAC files: what STREAMINFO says, and their frames one by one, found by their headers and checksums. */

/** What STREAMINFO says. */
export interface FlacStream {
  readonly channels: number;
  /** Hz */
  readonly sampleRate: number;
  readonly bitsPerSample: number;
  /** Sample frames; 0 when the file does not say. */
  readonly frames: number;
  /** Sample frames of every FLAC frame but the last; 0 when they differ. */
  readonly blockSize: number;
}

export interface FlacFile extends FlacStream {
  /** Byte of the first FLAC frame. */
  readonly dataOffset: number;
}

/** A FLAC frame in its file. */
export interface FlacFrame {
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
  /** The first sample frame in it. */
  readonly first: number;
  /** How many are in it. */
  readonly count: number;
}

type FrameHeader = Pick<FlacFrame, 'first' | 'count'>;

const MOST_BLOCKS = 10_000;
const LONGEST_HEADER = 16;
const LARGEST_BLOCK = 65_535;
const BLOCK_SIZES: readonly number[] = [
  0, 192, 576, 1152, 2304, 4608, 0, 0, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768,
];
const SAMPLE_SIZES: readonly number[] = [0, 8, 12, -1, 16, 20, 24, 32];

export function isFlac(head: DataView): boolean {
  return head.byteLength >= 4 && head.getUint32(0) === 0x664c6143;
}

/** @throws PinwheelError `bad-input`, `not-supported` */
export function parseFlac(source: ByteSource): FlacFile {
  let offset = afterId3(source);
  const head = viewOf(source, offset, 4);
  if (!head || !isFlac(head)) throw badFile(source, 'is no FLAC file: it does not begin with fLaC', offset);
  offset += 4;
  let info: FlacStream | undefined;
  for (let count = 0; count < MOST_BLOCKS; count++) {
    const block = viewOf(source, offset, 4);
    if (!block) throw badFile(source, 'ends within its metadata', offset);
    const size = block.getUint32(0) & 0xffffff;
    const kind = block.getUint8(0) & 0x7f;
    if (kind === 127) throw badFile(source, 'has metadata of a kind that is not allowed', offset);
    if (kind === 0) info ??= readStreamInfo(source, offset + 4, size);
    const last = block.getUint8(0) >= 0x80;
    offset += 4 + size;
    if (!last) continue;
    if (!info) throw badFile(source, 'has no STREAMINFO that says what its samples are', offset);
    return { ...info, dataOffset: offset };
  }
  throw badFile(source, `has more than ${MOST_BLOCKS} blocks of metadata`, offset);
}

/** Of `size` bytes at `offset`. @throws PinwheelError `bad-input`, `not-supported` */
export function readStreamInfo(source: ByteSource, offset: number, size: number): FlacStream {
  const view = size >= 34 ? viewOf(source, offset, 34) : undefined;
  if (!view) throw badFile(source, `has a STREAMINFO of ${size} bytes; it needs 34`, offset);
  const [smallest, largest] = [view.getUint16(0), view.getUint16(2)];
  const packed = view.getUint32(10);
  const sampleRate = packed >>> 12;
  const channels = ((packed >> 9) & 7) + 1;
  const bitsPerSample = ((packed >> 4) & 31) + 1;
  checkRate(source, sampleRate, offset + 10);
  checkChannels(source, channels, offset + 12);
  if (bitsPerSample < 4) throw unsupportedFile(source, `has samples of ${bitsPerSample} bits`, offset + 12);
  return {
    channels,
    sampleRate,
    bitsPerSample,
    frames: (packed & 15) * 2 ** 32 + view.getUint32(14),
    blockSize: smallest === largest ? largest : 0,
  };
}

/** Goes through a file's frames, from any sample frame on. */
export class FlacFrames {
  readonly #window: ByteWindow;
  readonly #flac: FlacFile;
  readonly #longest: number;
  #offset: number;

  constructor(source: ByteSource, flac: FlacFile) {
    this.#window = new ByteWindow(source);
    this.#flac = flac;
    this.#offset = flac.dataOffset;
    // Samples that no prediction fits are stored as they are, one bit wider where channels are differences.
    const bytes = Math.ceil((flac.bitsPerSample + 1) / 8);
    this.#longest = (flac.blockSize || LARGEST_BLOCK) * flac.channels * bytes + 1_024;
  }

  /** The next frame in order whose checksum is right; undefined behind the last one. */
  next(): FlacFrame | undefined {
    const frame = this.#findFrame(this.#offset, this.#window.length);
    this.#offset = frame ? frame.offset + frame.length : this.#window.length;
    return frame;
  }

  bytesOf({ offset, length }: FlacFrame): Uint8Array {
    return this.#window.at(offset, length);
  }

  /** `next` is the frame that holds this sample frame, or the first one behind it. */
  seek(sample: number): void {
    let low = this.#flac.dataOffset;
    let high = this.#window.length;
    // Whenever the range is halved its lower end is a frame that begins at or before the sample.
    while (high - low > 2 * this.#longest) {
      const middle = Math.floor((low + high) / 2);
      const frame = this.#findFrame(middle, high);
      if (!frame || frame.first > sample) high = middle;
      else low = frame.offset;
    }
    this.#offset = low;
    for (;;) {
      const frame = this.next();
      if (!frame) return;
      if (frame.first + frame.count <= sample) continue;
      this.#offset = frame.offset;
      return;
    }
  }

  /** Sample frames up to the last FLAC frame that is whole. */
  countFrames(): number {
    let from = this.#window.length;
    for (let step = this.#longest; from > this.#flac.dataOffset; step *= 2) {
      from = Math.max(this.#flac.dataOffset, this.#window.length - step);
      let last: FlacFrame | undefined;
      for (let at = from; ;) {
        const frame = this.#findFrame(at, this.#window.length);
        if (!frame) break;
        last = frame;
        at = frame.offset + frame.length;
      }
      if (last) return last.first + last.count;
    }
    return 0;
  }

  /** The first frame from `offset` on that begins before `limit` and whose checksum is right. */
  #findFrame(offset: number, limit: number): FlacFrame | undefined {
    for (let at = this.#findSync(offset, limit); at !== undefined; at = this.#findSync(at + 1, limit)) {
      const frame = this.#frameAt(at);
      if (frame) return frame;
    }
    return undefined;
  }

  /** A frame ends where the checksum is right and another one, or nothing, follows. */
  #frameAt(offset: number): FlacFrame | undefined {
    const header = this.#header(offset);
    if (!header) return undefined;
    const frame = (end: number): FlacFrame => ({ offset, length: end - offset, ...header });
    const limit = Math.min(this.#window.length, offset + this.#longest);
    let end = this.#findSync(offset + 4, limit);
    let checked = offset;
    let crc = 0;
    for (; end !== undefined; end = this.#findSync(end + 1, limit)) {
      const following = this.#header(end);
      if (!following || following.first !== header.first + header.count) continue;
      crc = crc16(this.#window.at(checked, end - checked), crc);
      checked = end;
      if (crc === 0) return frame(end);
    }
    if (limit < this.#window.length) return undefined;
    // The last frame; a tag of 128 bytes may follow it.
    for (const behind of [this.#window.length - 128, this.#window.length]) {
      if (behind < checked) continue;
      crc = crc16(this.#window.at(checked, behind - checked), crc);
      checked = behind;
      if (crc === 0) return frame(behind);
    }
    return undefined;
  }

  #findSync(offset: number, limit: number): number | undefined {
    for (let at = offset; at < limit;) {
      const bytes = this.#window.at(at, Math.min(4_096, this.#window.length - at));
      for (let index = 0; index + 1 < bytes.length && at + index < limit; index++) {
        if (bytes[index] === 0xff && (bytes[index + 1]! & 0xfe) === 0xf8) return at + index;
      }
      if (bytes.length < 2) return undefined;
      at += bytes.length - 1;
    }
    return undefined;
  }

  #header(offset: number): FrameHeader | undefined {
    return flacFrameHeader(this.#window.at(offset, LONGEST_HEADER), this.#flac);
  }
}

/** What the header says that `bytes` begin with; undefined when it is none of a frame of this stream. */
export function flacFrameHeader(
  bytes: Uint8Array,
  { channels, bitsPerSample, blockSize }: FlacStream,
): FrameHeader | undefined {
  if (bytes.length < 6 || bytes[0] !== 0xff || (bytes[1]! & 0xfe) !== 0xf8 || bytes[3]! & 1) return undefined;
  const assignment = bytes[3]! >> 4;
  if ((assignment < 8 ? assignment + 1 : assignment < 11 ? 2 : 0) !== channels) return undefined;
  const size = SAMPLE_SIZES[(bytes[3]! >> 1) & 7]!;
  if (size !== 0 && size !== bitsPerSample) return undefined;
  const number = codedNumber(bytes, 4);
  if (!number) return undefined;
  let at = number.end;
  const sizeCode = bytes[2]! >> 4;
  let count = BLOCK_SIZES[sizeCode]!;
  if (sizeCode === 6) count = bytes[at++]! + 1;
  else if (sizeCode === 7) count = bytes[at++]! * 256 + bytes[at++]! + 1;
  const rateCode = bytes[2]! & 15;
  if (rateCode === 15) return undefined;
  if (rateCode === 12) at++;
  else if (rateCode > 12) at += 2;
  if (at >= bytes.length || !(count > 0) || crc8(bytes.subarray(0, at)) !== bytes[at]) return undefined;
  const variable = (bytes[1]! & 1) === 1;
  return { first: variable ? number.value : number.value * (blockSize || count), count };
}

/** A number of up to 36 bits, written as UTF-8 writes characters. */
function codedNumber(bytes: Uint8Array, at: number): { value: number; end: number } | undefined {
  const first = bytes[at]!;
  if (first < 0x80) return { value: first, end: at + 1 };
  let more = 0;
  while (more < 7 && first & (0x40 >> more)) more++;
  if (more === 0 || more > 6) return undefined;
  let value = first & (0x3f >> more);
  for (let index = 1; index <= more; index++) {
    const byte = bytes[at + index];
    if (byte === undefined || (byte & 0xc0) !== 0x80) return undefined;
    value = value * 64 + (byte & 0x3f);
  }
  return { value, end: at + more + 1 };
}

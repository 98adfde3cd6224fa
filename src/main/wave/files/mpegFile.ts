import { badFile, type ByteSource } from './byteSource.ts';
import { ByteWindow } from './byteWindow.ts';
import { afterId3 } from './id3.ts';

/**
 * Files of MPEG audio frames: layers I, II and III of MPEG 1, 2 and 2.5. Frames are found one behind the other by their
 * headers; the tag of Xing, LAME or Fraunhofer in the first one says how many there are and what the encoder put
 * around the sound.
 */

export interface MpegFrame {
  /** 1 to 3 */
  readonly layer: number;
  readonly channels: number;
  /** Hz */
  readonly sampleRate: number;
  /** Sample frames in it. */
  readonly count: number;
  /** Bytes. */
  readonly length: number;
}

export interface MpegFile {
  /** The first frame of sound; all others have its layer, rate and samples. */
  readonly head: MpegFrame;
  /** Byte of the first frame of sound. */
  readonly dataOffset: number;
  /** Frames that the file says it has; undefined when it does not say. */
  readonly claimedFrames: number | undefined;
  /** Sample frames before the sound, and behind it: what the encoder added, and what a decoder gives late. */
  readonly delay: number;
  readonly padding: number;
}

/** kbit/s by the header's index. */
const BIT_RATES: Readonly<Record<string, readonly number[]>> = {
  '1.1': [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  '1.2': [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  '1.3': [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  '2.1': [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  '2.2': [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const SAMPLE_RATES = [44_100, 48_000, 32_000] as const;
/** Frames in a row that make something MPEG audio: four bytes alone look like a header too often. */
const CONVINCING = 3;
/** How far into a file its first frame is looked for. */
const SEARCHED_BYTES = 256 * 1024;
/** How far the next frame is looked for where there is none: over damage, or a picture in the wrong place. */
const SKIPPED_BYTES = 4 * 1024 * 1024;
/** Where every so manyth frame is, is remembered. */
const KNOWN_EVERY = 64;
/** What a decoder's filters hold back. */
export const DECODER_DELAY = 529;

/** @throws PinwheelError `bad-input` */
export function parseMpeg(source: ByteSource): MpegFile {
  const window = new ByteWindow(source);
  const start = afterId3(source);
  const end = Math.min(source.length, start + SEARCHED_BYTES);
  for (let offset = start; offset < end; offset++) {
    const head = headerAt(window, offset);
    if (!head || !isConvincing(window, offset, head)) continue;
    return withTag(window, offset, head);
  }
  throw badFile(source, 'has no MPEG audio in it', start);
}

/** Sample frames of sound, without what the encoder put around it. */
export function framesOfMpeg(mpegFrames: number, { head, delay, padding }: MpegFile): number {
  return Math.max(0, mpegFrames * head.count - delay - padding);
}

/** Whether MPEG audio begins at this byte, or behind the ID3 tags there. */
export function isMpeg(source: ByteSource): boolean {
  const offset = afterId3(source);
  if (offset > 0) return true;
  const window = new ByteWindow(source);
  const head = headerAt(window, 0);
  return head !== undefined && isConvincing(window, 0, head);
}

/** The frame that begins at this byte. */
export function headerAt(window: ByteWindow, offset: number): MpegFrame | undefined {
  const bytes = window.at(offset, 4);
  if (bytes.length < 4 || bytes[0] !== 0xff || bytes[1]! < 0xe0) return undefined;
  const version = (bytes[1]! >> 3) & 3;
  const layer = 4 - ((bytes[1]! >> 1) & 3);
  const rate = SAMPLE_RATES[(bytes[2]! >> 2) & 3];
  const first = version === 3;
  const kilobits = BIT_RATES[`${first ? 1 : 2}.${first || layer === 1 ? layer : 2}`]?.[bytes[2]! >> 4];
  if (version === 1 || layer === 4 || rate === undefined || !kilobits || (bytes[3]! & 3) === 2)
    return undefined;
  const sampleRate = rate / (first ? 1 : version === 2 ? 2 : 4);
  const padding = (bytes[2]! >> 1) & 1;
  const count = layer === 1 ? 384 : layer === 3 && !first ? 576 : 1_152;
  const length =
    layer === 1
      ? 4 * (Math.floor((12_000 * kilobits) / sampleRate) + padding)
      : Math.floor((125 * count * kilobits) / sampleRate) + padding;
  return { layer, channels: bytes[3]! >= 0xc0 ? 1 : 2, sampleRate, count, length };
}

function isSameStream(one: MpegFrame, other: MpegFrame): boolean {
  return one.layer === other.layer && one.sampleRate === other.sampleRate && one.count === other.count;
}

function isConvincing(window: ByteWindow, offset: number, head: MpegFrame): boolean {
  let at = offset + head.length;
  for (let count = 1; count < CONVINCING; count++) {
    // A short file has few frames.
    if (at === window.length && count > 1) return true;
    const next = headerAt(window, at);
    if (!next || !isSameStream(head, next)) return false;
    at += next.length;
  }
  return true;
}

/** The first frame may hold no sound but a tag. */
function withTag(window: ByteWindow, offset: number, head: MpegFrame): MpegFile {
  const bytes = window.at(offset, head.length).slice();
  const view = new DataView(bytes.buffer);
  const first = head.count === 1_152;
  const sideInfo = head.channels === 1 ? (first ? 17 : 9) : first ? 32 : 17;
  const text = (at: number, length: number) => String.fromCharCode(...bytes.subarray(at, at + length));
  const tagged = (claimedFrames: number | undefined, delay: number, padding: number): MpegFile => {
    const dataOffset = offset + head.length;
    const next = headerAt(window, dataOffset);
    if (!next) throw badFile(window.source, 'has a tag and no MPEG audio behind it', dataOffset);
    return { head: next, dataOffset, claimedFrames, delay, padding };
  };
  const xing = 4 + sideInfo;
  if (head.layer === 3 && ['Xing', 'Info'].includes(text(xing, 4)) && bytes.length >= xing + 8) {
    const flags = view.getUint32(xing + 4);
    let at = xing + 8;
    const claimed = flags & 1 && at + 4 <= bytes.length ? view.getUint32(at) : undefined;
    at += (flags & 1 ? 4 : 0) + (flags & 2 ? 4 : 0) + (flags & 4 ? 100 : 0) + (flags & 8 ? 4 : 0);
    const lame = at + 24 <= bytes.length && /^[\x20-\x7e]{4}/.test(text(at, 4));
    if (!lame) return tagged(claimed, 0, 0);
    const delay = (bytes[at + 21]! << 4) | (bytes[at + 22]! >> 4);
    const padding = ((bytes[at + 22]! & 15) << 8) | bytes[at + 23]!;
    return tagged(claimed, delay + DECODER_DELAY, Math.max(0, padding - DECODER_DELAY));
  }
  if (head.layer === 3 && text(36, 4) === 'VBRI' && bytes.length >= 54)
    return tagged(view.getUint32(50), 0, 0);
  return { head, dataOffset: offset, claimedFrames: undefined, delay: 0, padding: 0 };
}

/** Goes through a file's frames in order; remembers where some of them are, to come back faster. */
export class MpegFrames {
  readonly #window: ByteWindow;
  readonly #mpeg: MpegFile;
  /** Byte of every 64th frame that was passed. */
  readonly #known: number[];
  #offset: number;
  #index = 0;

  constructor(source: ByteSource, mpeg: MpegFile) {
    this.#window = new ByteWindow(source);
    this.#mpeg = mpeg;
    this.#offset = mpeg.dataOffset;
    this.#known = [mpeg.dataOffset];
  }

  /** Of the frame that `next` answers. */
  get index(): number {
    return this.#index;
  }

  /** The next whole frame's bytes, valid until the next call; undefined behind the last one. */
  next(): Uint8Array | undefined {
    const frame = this.#advance();
    return frame && this.#window.at(frame.offset, frame.length);
  }

  /**
   * `next` is this frame, or the last one's successor when there are fewer. Passes `most` frames at once; answers whether
   * it is there, and is called again until it is.
   */
  seek(index: number, most = Infinity): boolean {
    const known = Math.min(Math.floor(index / KNOWN_EVERY), this.#known.length - 1);
    if (index < this.#index || known * KNOWN_EVERY > this.#index) {
      this.#index = known * KNOWN_EVERY;
      this.#offset = this.#known[known]!;
    }
    const until = Math.min(index, this.#index + most);
    while (this.#index < until) if (!this.#advance()) return true;
    return this.#index === index;
  }

  /** How many there are. */
  countFrames(): number {
    while (this.#advance());
    return this.#index;
  }

  #advance(): { offset: number; length: number } | undefined {
    const offset = this.#find();
    if (offset === undefined) return undefined;
    const { length } = headerAt(this.#window, offset)!;
    if (offset + length > this.#window.length) return undefined;
    this.#offset = offset + length;
    this.#index++;
    if (this.#index === this.#known.length * KNOWN_EVERY) this.#known.push(this.#offset);
    return { offset, length };
  }

  /** Where the next frame begins: at once, or, over what is no frame, where two in a row do. */
  #find(): number | undefined {
    const { head } = this.#mpeg;
    const next = headerAt(this.#window, this.#offset);
    if (next && isSameStream(head, next)) return this.#offset;
    const end = Math.min(this.#window.length - 4, this.#offset + SKIPPED_BYTES);
    for (let offset = this.#offset + 1; offset < end; offset++) {
      const found = headerAt(this.#window, offset);
      if (found && isSameStream(head, found) && isConvincing(this.#window, offset, found)) return offset;
    }
    return undefined;
  }
}

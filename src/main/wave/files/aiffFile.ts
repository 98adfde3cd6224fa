import type { SampleFormat } from '../samples/sampleFormat.ts';
import { ascii, badFile, unsupportedFile, viewOf, type ByteSource } from './byteSource.ts';
import { checkChannels, checkRate } from './limits.ts';

/** AIFF and AIFF-C files with integer or float samples, read in place as WAV files are. */

export interface AiffFile {
  readonly format: SampleFormat;
  /** Samples begin with their highest byte, as all but “sowt” ones do. */
  readonly bigEndian: boolean;
  /** 8-bit samples are signed, as all but “raw ” ones are. */
  readonly signedBytes: boolean;
  readonly channels: number;
  /** Hz */
  readonly sampleRate: number;
  /** Bytes of one frame. */
  readonly blockAlign: number;
  /** Byte of the first frame. */
  readonly dataOffset: number;
  /** Whole frames that are there. */
  readonly frames: number;
  /** The file claims more than it has. */
  readonly truncated: boolean;
  /** Sustain loop of the instrument, from marker to marker; `end` is the frame behind it. */
  readonly loop: { readonly first: number; readonly end: number } | undefined;
  readonly markers: readonly { readonly frame: number; readonly name: string }[];
}

interface Common {
  readonly channels: number;
  readonly frames: number;
  readonly sampleRate: number;
  readonly samples: Pick<AiffFile, 'format' | 'bigEndian' | 'signedBytes'>;
}

const MOST_CHUNKS = 10_000;
const MOST_MARKERS = 10_000;
/** Seconds since 1904 of the one version of AIFF-C are not looked at; its compression types are. */
const UNCOMPRESSED: Readonly<
  Record<string, Partial<{ little: boolean; unsigned: boolean; bits: number; float: boolean }>>
> = {
  NONE: {},
  twos: {},
  sowt: { little: true },
  'raw ': { unsigned: true, bits: 8 },
  in24: { bits: 24 },
  in32: { bits: 32 },
  fl32: { float: true, bits: 32 },
  FL32: { float: true, bits: 32 },
  fl64: { float: true, bits: 64 },
  FL64: { float: true, bits: 64 },
};

/** Whether a file begins as AIFF and AIFF-C files do. */
export function isAiff(head: DataView): boolean {
  return head.byteLength >= 12 && ascii(head, 0) === 'FORM' && ['AIFF', 'AIFC'].includes(ascii(head, 8));
}

/** Finds format and samples. @throws PinwheelError `bad-input` for what is no AIFF file, `not-supported` for other codecs */
export function parseAiff(source: ByteSource): AiffFile {
  const head = viewOf(source, 0, 12);
  if (!head || !isAiff(head)) {
    throw badFile(source, 'is no AIFF file: it does not begin with FORM and AIFF', 0);
  }
  const parser = new Parser(source, ascii(head, 8) === 'AIFC');
  parser.chunks();
  return parser.result();
}

class Parser {
  readonly #source: ByteSource;
  readonly #compressed: boolean;
  #common: Common | undefined;
  #data: { offset: number; bytes: number } | undefined;
  #markers = new Map<number, { frame: number; name: string }>();
  #sustain: { begin: number; end: number } | undefined;

  constructor(source: ByteSource, compressed: boolean) {
    this.#source = source;
    this.#compressed = compressed;
  }

  chunks(): void {
    let offset = 12;
    for (let count = 0; count < MOST_CHUNKS; count++) {
      const head = viewOf(this.#source, offset, 8);
      if (!head) return;
      const size = head.getUint32(4);
      this.#chunk(ascii(head, 0), offset + 8, size);
      // Chunks begin at even bytes.
      offset += 8 + size + (size % 2);
    }
    throw badFile(this.#source, `has more than ${MOST_CHUNKS} chunks`, offset);
  }

  result(): AiffFile {
    if (!this.#common) {
      throw badFile(this.#source, 'has no “COMM” chunk that says what its samples are', 12);
    }
    if (!this.#data) throw badFile(this.#source, 'has no “SSND” chunk: there are no samples in it', 12);
    const { channels, sampleRate, samples } = this.#common;
    const blockAlign = channels * samples.format.containerBytes;
    const { offset, bytes } = this.#data;
    const claimed = this.#common.frames;
    const there = Math.floor(Math.min(bytes, Math.max(0, this.#source.length - offset)) / blockAlign);
    return {
      ...samples,
      channels,
      sampleRate,
      blockAlign,
      dataOffset: offset,
      frames: Math.min(claimed, there),
      truncated: claimed > there,
      loop: this.#loop(),
      markers: [...this.#markers.values()],
    };
  }

  #chunk(name: string, offset: number, size: number): void {
    switch (name) {
      case 'COMM':
        this.#common ??= this.#readCommon(offset, size);
        break;
      case 'SSND': {
        const head = viewOf(this.#source, offset, 8);
        if (!head) throw badFile(this.#source, 'has a “SSND” chunk that is cut off', offset);
        const skipped = head.getUint32(0);
        this.#data ??= { offset: offset + 8 + skipped, bytes: Math.max(0, size - 8 - skipped) };
        break;
      }
      case 'MARK':
        this.#readMarkers(offset, size);
        break;
      case 'INST': {
        const view = size >= 20 ? viewOf(this.#source, offset, 20) : undefined;
        // playMode 0 = no loop; forwards and backwards is played forwards.
        if (view && view.getInt16(8) > 0)
          this.#sustain = { begin: view.getUint16(10), end: view.getUint16(12) };
        break;
      }
    }
  }

  #readCommon(offset: number, size: number): Common {
    const least = this.#compressed ? 22 : 18;
    const view = size >= least ? viewOf(this.#source, offset, least) : undefined;
    if (!view) throw badFile(this.#source, `has a “COMM” chunk of ${size} bytes; it needs ${least}`, offset);
    const channels = view.getUint16(0);
    const bits = view.getUint16(6);
    const sampleRate = extended(view, 8);
    checkChannels(this.#source, channels, offset);
    checkRate(this.#source, sampleRate, offset + 8);
    const samples = this.#samples(this.#compressed ? ascii(view, 18) : 'NONE', bits, offset);
    return { channels, frames: view.getUint32(2), sampleRate, samples };
  }

  #samples(compression: string, claimedBits: number, offset: number): Common['samples'] {
    const kind = UNCOMPRESSED[compression];
    if (!kind)
      throw unsupportedFile(this.#source, `holds samples compressed as “${compression}”`, offset + 18);
    const bits = kind.bits ?? claimedBits;
    if (bits < 1 || (bits > 32 && !kind.float)) {
      throw badFile(this.#source, `claims samples of ${bits} bits`, offset + 6);
    }
    const containerBytes = Math.ceil(bits / 8);
    return {
      format: kind.float
        ? { encoding: 'float', containerBytes, validBits: containerBytes === 4 ? 24 : 53 }
        : { encoding: 'integer', containerBytes, validBits: Math.min(bits, claimedBits || bits) },
      bigEndian: !kind.little,
      signedBytes: !kind.unsigned,
    };
  }

  #readMarkers(offset: number, size: number): void {
    const end = offset + size;
    const count = Math.min(viewOf(this.#source, offset, 2)?.getUint16(0) ?? 0, MOST_MARKERS);
    let at = offset + 2;
    for (let index = 0; index < count && at + 7 <= end; index++) {
      const view = viewOf(this.#source, at, 7);
      if (!view) return;
      const length = view.getUint8(6);
      const text = viewOf(this.#source, at + 7, length);
      this.#markers.set(view.getUint16(0), {
        frame: view.getUint32(2),
        name: text ? new TextDecoder('latin1').decode(text) : '',
      });
      // A Pascal string with its length takes an even number of bytes.
      at += 6 + length + 1 + ((length + 1) % 2);
    }
  }

  #loop(): AiffFile['loop'] {
    const first = this.#sustain && this.#markers.get(this.#sustain.begin)?.frame;
    const end = this.#sustain && this.#markers.get(this.#sustain.end)?.frame;
    return first !== undefined && end !== undefined && first < end ? { first, end } : undefined;
  }
}

/** An 80-bit IEEE 754 number, which sample rates are. */
function extended(view: DataView, at: number): number {
  const head = view.getUint16(at);
  const exponent = (head & 0x7fff) - 16_383;
  const mantissa = view.getUint32(at + 2) * 2 ** 32 + view.getUint32(at + 6);
  const value = mantissa * 2 ** (exponent - 63);
  return Number.isFinite(value) && head < 0x8000 ? Math.round(value) : 0;
}

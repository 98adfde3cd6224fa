import type { SampleFormat } from '../samples/sampleFormat.ts';

/** Where a file's bytes go; writes may go back to its beginning. */
export interface ByteSink {
  write(offset: number, bytes: Uint8Array): void;
}

export interface WavWriterOptions {
  readonly format: SampleFormat;
  readonly channels: number;
  /** Hz */
  readonly sampleRate: number;
  /** Speakers of the channels; 0 = not told. */
  readonly channelMask: number;
}

const TAG = { PCM: 1, FLOAT: 3, EXTENSIBLE: 0xfffe } as const;
/** The last fourteen bytes of the sub-format GUID of a tag. */
const TAG_GUID_TAIL = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];
const DS64_BYTES = 28;
const FMT_BYTES = 40;
const HEADER_BYTES = 12 + (8 + DS64_BYTES) + (8 + FMT_BYTES) + 8;
/** Largest size that a RIFF field can tell. */
const LARGEST = 0xfffffffe;

/**
 * Writes a WAV file that can be read whatever happens: its sizes are right after every `update`, and until then they
 * only leave out what was written since. Beyond 4 GB it becomes an RF64 file, for whose sizes there is room from the
 * start.
 */
export class WavWriter {
  readonly #sink: ByteSink;
  readonly #options: WavWriterOptions;
  #bytes = 0;

  constructor(sink: ByteSink, options: WavWriterOptions) {
    this.#sink = sink;
    this.#options = options;
    this.update();
  }

  /** Bytes of samples written. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes of one frame. */
  get blockAlign(): number {
    return this.#options.channels * this.#options.format.containerBytes;
  }

  /** Adds samples. */
  write(samples: Uint8Array): void {
    this.#sink.write(HEADER_BYTES + this.#bytes, samples);
    this.#bytes += samples.length;
  }

  /** Brings the sizes in the header up to date; to be called every second or so. */
  update(): void {
    this.#sink.write(0, this.#header());
  }

  /** The end: chunks have an even length. */
  finish(): void {
    if (this.#bytes % 2 !== 0) this.#sink.write(HEADER_BYTES + this.#bytes, new Uint8Array(1));
    this.update();
  }

  #header(): Uint8Array {
    const { format, channels, sampleRate, channelMask } = this.#options;
    const { blockAlign } = this;
    const bytes = new Uint8Array(HEADER_BYTES);
    const view = new DataView(bytes.buffer);
    let at = 0;
    const text = (name: string) => {
      for (const letter of name) view.setUint8(at++, letter.charCodeAt(0));
    };
    const u16 = (value: number) => {
      view.setUint16(at, value, true);
      at += 2;
    };
    const u32 = (value: number) => {
      view.setUint32(at, value, true);
      at += 4;
    };
    const u64 = (value: number) => {
      view.setBigUint64(at, BigInt(value), true);
      at += 8;
    };
    const whole = HEADER_BYTES - 8 + this.#bytes + (this.#bytes % 2);
    const long = whole > LARGEST;
    text(long ? 'RF64' : 'RIFF');
    u32(long ? 0xffffffff : whole);
    text('WAVE');
    text(long ? 'ds64' : 'JUNK');
    u32(DS64_BYTES);
    u64(long ? whole : 0);
    u64(long ? this.#bytes : 0);
    u64(long ? Math.floor(this.#bytes / blockAlign) : 0);
    u32(0);
    text('fmt ');
    u32(FMT_BYTES);
    u16(TAG.EXTENSIBLE);
    u16(channels);
    u32(sampleRate);
    u32(sampleRate * blockAlign);
    u16(blockAlign);
    u16(format.containerBytes * 8);
    u16(FMT_BYTES - 18);
    u16(format.encoding === 'float' ? format.containerBytes * 8 : format.validBits);
    u32(channelMask);
    u16(format.encoding === 'float' ? TAG.FLOAT : TAG.PCM);
    for (const byte of TAG_GUID_TAIL) view.setUint8(at++, byte);
    text('data');
    u32(long ? 0xffffffff : this.#bytes);
    return bytes;
  }
}

import type { WaveFormatRecord } from '../../contract/hardware.ts';
import type { ByteSource } from '../wave/files/byteSource.ts';
import { recordOfSamples } from '../wave/files/formatRecord.ts';
import type { SampleFormat } from '../wave/samples/sampleFormat.ts';
import { blockAlignOf, type DecodedSource } from './decodedSource.ts';

/** Where the samples of an uncompressed file are, and how they are written. */
export interface PcmLayout {
  readonly format: SampleFormat;
  readonly channels: number;
  /** Hz */
  readonly sampleRate: number;
  /** 0 = not told. */
  readonly channelMask: number;
  /** Byte of the first frame. */
  readonly dataOffset: number;
  readonly frames: number;
  /** Samples begin with their highest byte. */
  readonly bigEndian?: boolean;
  /** Samples of 8 bits have a sign. */
  readonly signedBytes?: boolean;
}

/** Frames whose floats are narrowed at a time. */
const NARROWED_FRAMES = 4_096;

/** A WAV or AIFF file: read as it lies there, its samples turned into those of a stream bit by bit. */
export class PcmSource implements DecodedSource {
  readonly format: WaveFormatRecord;
  readonly frames: number;
  readonly #source: ByteSource;
  readonly #layout: PcmLayout;
  /** Bytes of a frame in the file. */
  readonly #stored: number;
  readonly #wide: Uint8Array | undefined;
  #frame = 0;

  constructor(source: ByteSource, layout: PcmLayout) {
    this.#source = source;
    this.#layout = layout;
    this.format = recordOfSamples(layout.format, layout);
    this.frames = layout.frames;
    this.#stored = layout.channels * layout.format.containerBytes;
    if (layout.format.containerBytes === 8) this.#wide = new Uint8Array(NARROWED_FRAMES * this.#stored);
  }

  seek(frame: number): Promise<void> {
    this.#frame = Math.min(frame, this.frames);
    return Promise.resolve();
  }

  read(into: Uint8Array): Promise<number> {
    return Promise.resolve(this.#wide ? this.#narrow(into, this.#wide) : this.#copy(into));
  }

  dispose(): void {
    // The file is whoever's who opened it.
  }

  #copy(into: Uint8Array): number {
    const { bigEndian, signedBytes, format } = this.#layout;
    const part = into.subarray(0, Math.min(into.length, (this.frames - this.#frame) * this.#stored));
    const got = this.#take(part);
    if (bigEndian) swap(part, got, format.containerBytes);
    if (signedBytes && format.containerBytes === 1) {
      for (let index = 0; index < got; index++) part[index]! ^= 0x80;
    }
    return got;
  }

  /** 64-bit floats become those of 32 bits. */
  #narrow(into: Uint8Array, wide: Uint8Array): number {
    const { bigEndian = false, channels } = this.#layout;
    const blockAlign = blockAlignOf(this.format);
    const output = new DataView(into.buffer, into.byteOffset, into.byteLength);
    let done = 0;
    while (done < into.length) {
      const frames = Math.min(NARROWED_FRAMES, (into.length - done) / blockAlign, this.frames - this.#frame);
      const got = this.#take(wide.subarray(0, frames * this.#stored)) / this.#stored;
      const input = new DataView(wide.buffer);
      for (let sample = 0; sample < got * channels; sample++) {
        output.setFloat32(done + 4 * sample, input.getFloat64(8 * sample, !bigEndian), true);
      }
      done += got * blockAlign;
      if (got === 0) break;
    }
    return done;
  }

  /** Whole frames of the file as they lie there; answers how many bytes. */
  #take(into: Uint8Array): number {
    const got = this.#source.read(this.#layout.dataOffset + this.#frame * this.#stored, into);
    const frames = Math.floor(got / this.#stored);
    this.#frame += frames;
    return frames * this.#stored;
  }
}

/** Turns the bytes of each sample round. */
function swap(bytes: Uint8Array, length: number, width: number): void {
  for (let at = 0; at < length; at += width) {
    for (let low = at, high = at + width - 1; low < high; low++, high--) {
      const byte = bytes[low]!;
      bytes[low] = bytes[high]!;
      bytes[high] = byte;
    }
  }
}

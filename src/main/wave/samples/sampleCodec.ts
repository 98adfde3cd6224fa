import type { TriangularDither } from './dither.ts';
import type { SampleBuffer, SampleFormat } from './sampleFormat.ts';

/**
 * Turns the bytes of a PCM stream into samples and back. Integers are read exactly and written by rounding to the
 * nearest step, so that what was read is written unchanged; values beyond full scale are limited. Allocates nothing
 * after its construction.
 */
export class SampleCodec {
  readonly format: SampleFormat;
  readonly channels: number;
  /** Bytes of one frame. */
  readonly blockAlign: number;
  readonly #scale: number;
  readonly #highest: number;
  readonly #shift: number;
  readonly #floats: Float32Array | Float64Array;
  readonly #floatBytes: Uint8Array;

  /** @throws RangeError for containers that do not exist */
  constructor(format: SampleFormat, channels: number) {
    const { encoding, containerBytes, validBits } = format;
    const known = encoding === 'float' ? [4, 8] : [1, 2, 3, 4];
    if (!known.includes(containerBytes) || validBits < 1 || validBits > containerBytes * 8) {
      throw new RangeError(
        `There are no ${encoding} samples of ${validBits} bits in ${containerBytes} bytes.`,
      );
    }
    this.format = format;
    this.channels = channels;
    this.blockAlign = channels * containerBytes;
    this.#scale = 2 ** (validBits - 1);
    this.#highest = this.#scale - 1;
    this.#shift = 2 ** (containerBytes * 8 - validBits);
    this.#floats = containerBytes === 8 ? new Float64Array(1) : new Float32Array(1);
    this.#floatBytes = new Uint8Array(this.#floats.buffer);
  }

  /** Reads `frames` frames from byte `offset` into samples from index `at`. */
  decode(
    bytes: Uint8Array,
    offset: number,
    samples: readonly SampleBuffer[],
    at: number,
    frames: number,
  ): void {
    const { containerBytes } = this.format;
    for (let channel = 0; channel < this.channels; channel++) {
      const out = samples[channel]!;
      let from = offset + channel * containerBytes;
      for (let index = at; index < at + frames; index++, from += this.blockAlign)
        out[index] = this.#read(bytes, from);
    }
  }

  /**
   * Writes `frames` frames from sample index `at` to byte `offset`. With `dither`, one for every channel, integers are
   * dithered.
   */
  encode(
    samples: readonly SampleBuffer[],
    at: number,
    bytes: Uint8Array,
    offset: number,
    frames: number,
    dither?: readonly TriangularDither[],
  ): void {
    const { containerBytes, encoding } = this.format;
    for (let channel = 0; channel < this.channels; channel++) {
      const values = samples[channel]!;
      const noise = dither?.[channel];
      let to = offset + channel * containerBytes;
      for (let index = at; index < at + frames; index++, to += this.blockAlign) {
        if (encoding === 'float') this.#writeFloat(bytes, to, values[index]!);
        else this.#writeInteger(bytes, to, this.#quantise(values[index]!, noise));
      }
    }
  }

  #read(bytes: Uint8Array, at: number): number {
    if (this.format.encoding === 'float') {
      for (let byte = 0; byte < this.#floatBytes.length; byte++) this.#floatBytes[byte] = bytes[at + byte]!;
      return this.#floats[0]!;
    }
    switch (this.format.containerBytes) {
      case 1:
        return (bytes[at]! - 0x80) / 0x80;
      case 2:
        return (((bytes[at]! << 16) | (bytes[at + 1]! << 24)) >> 16) / 0x8000;
      case 3:
        return (((bytes[at]! << 8) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 24)) >> 8) / 0x800000;
      default:
        return (
          (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) / 0x80000000
        );
    }
  }

  /** In steps of the valid bits, left-justified; what is no number is silence. */
  #quantise(value: number, dither: TriangularDither | undefined): number {
    const exact = value * this.#scale + (dither ? dither.next() : 0);
    const rounded = Math.round(exact);
    if (!(rounded >= -this.#scale)) return Number.isNaN(rounded) ? 0 : -this.#scale * this.#shift;
    return Math.min(this.#highest, rounded) * this.#shift;
  }

  #writeInteger(bytes: Uint8Array, at: number, value: number): void {
    const { containerBytes } = this.format;
    if (containerBytes === 1) {
      bytes[at] = value + 0x80;
      return;
    }
    bytes[at] = value;
    bytes[at + 1] = value >> 8;
    if (containerBytes > 2) bytes[at + 2] = value >> 16;
    if (containerBytes > 3) bytes[at + 3] = value >> 24;
  }

  #writeFloat(bytes: Uint8Array, at: number, value: number): void {
    this.#floats[0] = value;
    for (let byte = 0; byte < this.#floatBytes.length; byte++) bytes[at + byte] = this.#floatBytes[byte]!;
  }
}

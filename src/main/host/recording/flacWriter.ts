import libflac, { type Flac, type StreamMetadata } from 'libflacjs';
import { PinwheelError } from '../../../contract/errors.ts';
import type { SampleFormat } from '../../wave/samples/sampleFormat.ts';
import type { ByteSink, WavWriterOptions } from '../../wave/files/wavWriter.ts';

/** The encoder's middle: recording at 192 kHz takes a few percent of a core. */
const COMPRESSION = 5;
const MOST_BITS = 24;
/** Frames given to the encoder at once. */
const PIECE_FRAMES = 4096;
/** “fLaC” and the header of the first metadata block are in front of it. */
const STREAM_INFO_OFFSET = 8;
const STREAM_INFO_BYTES = 34;

let library: Flac | undefined;

/** Loads the encoder, once; to be awaited before the first FlacWriter. */
export async function loadFlac(): Promise<void> {
  if (library) return;
  // The library's WebAssembly cannot be loaded by a Node that knows fetch; this one is fast enough, 20 times as fast as
  // sound.
  const flac = libflac('min');
  if (!flac.isReady()) await new Promise<void>((resolve) => flac.on('ready', () => resolve()));
  library = flac;
}

/**
 * Writes a FLAC file that can be read whatever happens: every frame is written as soon as it is encoded and is complete
 * in itself. Only the total length in the header waits for the end; until then it says, as it may, that it is unknown.
 */
export class FlacWriter {
  readonly #flac: Flac;
  readonly #sink: ByteSink;
  readonly #format: SampleFormat;
  readonly #channels: number;
  readonly #encoder: number;
  readonly #integers: Int32Array<ArrayBuffer>;
  #bytes = 0;
  #info: StreamMetadata | undefined;
  #failure: Error | undefined;

  /** @throws PinwheelError `not-supported` for samples that FLAC does not have */
  static check({ encoding, validBits }: SampleFormat): void {
    if (encoding === 'integer' && validBits <= MOST_BITS) return;
    throw new PinwheelError({
      code: 'not-supported',
      message: `FLAC has integers of up to ${MOST_BITS} bits only.`,
      advice: 'Record 16 or 24 bits, or a WAV file.',
    });
  }

  /** After `loadFlac`. @throws PinwheelError `not-supported` for a format the encoder does not take */
  constructor(sink: ByteSink, { format, channels, sampleRate }: WavWriterOptions) {
    FlacWriter.check(format);
    if (!library) throw new Error('The FLAC encoder is not loaded.');
    this.#flac = library;
    this.#sink = sink;
    this.#format = format;
    this.#channels = channels;
    this.#integers = new Int32Array(PIECE_FRAMES * channels);
    const flac = this.#flac;
    this.#encoder = flac.create_libflac_encoder(
      sampleRate,
      channels,
      format.validBits,
      COMPRESSION,
      0,
      false,
    );
    const status =
      this.#encoder === 0
        ? 'no encoder'
        : flac.init_encoder_stream(
            this.#encoder,
            (data, length) => this.#append(data.subarray(0, length)),
            (metadata) => (this.#info = metadata),
          );
    if (status !== 0) {
      throw new PinwheelError({
        code: 'not-supported',
        message: `FLAC does not take ${channels} channels of ${format.validBits} bits at ${sampleRate} Hz.`,
        advice: 'Choose another rate, or record a WAV file.',
      });
    }
  }

  /** Adds samples: whole frames. @throws what the sink threw */
  write(samples: Uint8Array): void {
    const { containerBytes } = this.#format;
    const frameBytes = containerBytes * this.#channels;
    const total = Math.floor(samples.length / frameBytes);
    for (let done = 0; done < total;) {
      const frames = Math.min(PIECE_FRAMES, total - done);
      this.#read(samples, done * frameBytes, frames * this.#channels);
      this.#flac.FLAC__stream_encoder_process_interleaved(this.#encoder, this.#integers, frames);
      if (this.#failure) throw this.#failure;
      done += frames;
    }
  }

  /** Nothing to be done: what is written is right. */
  update(): void {}

  /** The end: the last frame, and the total length. @throws what the sink threw */
  finish(): void {
    this.#flac.FLAC__stream_encoder_finish(this.#encoder);
    this.#flac.FLAC__stream_encoder_delete(this.#encoder);
    if (this.#failure) throw this.#failure;
    if (this.#info) this.#sink.write(STREAM_INFO_OFFSET, streamInfo(this.#info));
  }

  /** Into the library, nothing may be thrown. */
  #append(bytes: Uint8Array): false | undefined {
    try {
      this.#sink.write(this.#bytes, bytes);
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      return false;
    }
    this.#bytes += bytes.length;
    return undefined;
  }

  /** Right-justified integers of the valid bits; 8-bit samples lose their offset. */
  #read(bytes: Uint8Array, from: number, count: number): void {
    const { containerBytes, validBits } = this.#format;
    const integers = this.#integers;
    const shift = containerBytes * 8 - validBits;
    let at = from;
    for (let index = 0; index < count; index++, at += containerBytes) {
      let value = 0;
      if (containerBytes === 1) value = bytes[at]! - 0x80;
      else if (containerBytes === 2) value = ((bytes[at]! << 16) | (bytes[at + 1]! << 24)) >> 16;
      else if (containerBytes === 3)
        value = ((bytes[at]! << 8) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 24)) >> 8;
      else value = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      integers[index] = value >> shift;
    }
  }
}

/** The STREAMINFO block. */
function streamInfo(info: StreamMetadata): Uint8Array {
  const bytes = new Uint8Array(STREAM_INFO_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, info.min_blocksize);
  view.setUint16(2, info.max_blocksize);
  setUint24(view, 4, info.min_framesize);
  setUint24(view, 7, info.max_framesize);
  const total = BigInt(info.total_samples);
  view.setBigUint64(
    10,
    (BigInt(info.sampleRate) << 44n) |
      (BigInt(info.channels - 1) << 41n) |
      (BigInt(info.bitsPerSample - 1) << 36n) |
      (total & 0xfffffffffn),
  );
  const digest = info.md5sum;
  for (let byte = 0; byte < 16; byte++)
    bytes[18 + byte] = parseInt(digest.slice(byte * 2, byte * 2 + 2), 16) || 0;
  return bytes;
}

function setUint24(view: DataView, offset: number, value: number): void {
  view.setUint8(offset, value >> 16);
  view.setUint16(offset + 1, value & 0xffff);
}

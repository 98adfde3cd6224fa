import type { StreamState } from '../../../contract/hardware.ts';
import {
  framesToReferenceTime,
  referenceTime,
  REFERENCE_TIME_PER_SECOND,
  type ReferenceTime,
} from '../../../contract/units.ts';
import type { ConverterOptions } from '../../engine/portcls/wave/converterStream.ts';
import type { CyclicBuffer } from '../../engine/portcls/wave/cyclicBuffer.ts';
import { channelMaskOf, sampleFormatOf } from '../../engine/portcls/wave/pcmFormats.ts';
import { RtConverterInput } from '../../engine/portcls/wave/rtConverterStream.ts';
import { channelMatrix, mixThrough } from '../../wave/mixing/channelMatrix.ts';
import type { FilterBanks } from '../../wave/resampling/filterBank.ts';
import { createResampler, type Resampler } from '../../wave/resampling/resampler.ts';
import { TriangularDither } from '../../wave/samples/dither.ts';
import { SampleCodec } from '../../wave/samples/sampleCodec.ts';

export interface CaptureInstanceOptions {
  /** PCM or float. */
  readonly format: ConverterOptions['format'];
  readonly banks: FilterBanks;
  /** Longest block of sound that is ever given, in frames. */
  readonly maxFrames: number;
  /** Engine time. */
  now(): ReferenceTime;
}

/** FL and FR. */
const STEREO = 3;
/** Memory for so much sound: longer than the thread that writes files is ever kept waiting by a disk. */
const BUFFER_SECONDS = 8;
/** Wider than that a float's own precision is the noise. */
const WIDEST_DITHERED = 16;

/**
 * An instance of the card's capture pin: brings the converter's sound to the rate, channels and width of the stream,
 * whose WaveRT buffer another thread reads. At the converter's rate, samples that fit into the format come out as they
 * went in. Specification 3.6.
 */
export class CaptureInstance {
  /** The miniport's stream: its buffer and positions. */
  readonly stream: RtConverterInput;
  readonly #options: CaptureInstanceOptions;
  readonly #codec: SampleCodec;
  readonly #matrix: Float64Array;
  readonly #dither: readonly TriangularDither[];
  readonly #mixed: readonly Float32Array[];
  readonly #bytes: Uint8Array;
  readonly #blocks = new Map<number, Uint8Array>();
  #resampler: Resampler | undefined;
  #converted: readonly Float32Array[];
  /** Of the sound that is given. */
  #rate = 0;
  /** Input frames given to the resampler. */
  #taken = 0;

  /** @throws KsError STATUS_NO_MATCH for a format that is neither PCM nor float, STATUS_INSUFFICIENT_RESOURCES */
  constructor(options: CaptureInstanceOptions) {
    const { format, maxFrames } = options;
    this.#options = options;
    const samples = sampleFormatOf(format);
    this.stream = new RtConverterInput({
      format,
      capture: true,
      now: () => options.now(),
      blockFrames: maxFrames,
      latency: { fifoSize: 0, chipsetDelay: 0, codecDelay: 0 },
    });
    const { channels, samplesPerSec, blockAlign } = this.stream.wave;
    this.stream.allocateAudioBuffer(BUFFER_SECONDS * samplesPerSec * blockAlign);
    this.#codec = new SampleCodec(samples, channels);
    this.#matrix = channelMatrix(STEREO, channelMaskOf(format));
    this.#dither =
      samples.encoding === 'integer' && samples.validBits <= WIDEST_DITHERED
        ? Array.from({ length: channels }, (_, channel) => new TriangularDither(channel + 1))
        : [];
    this.#mixed = buffers(channels, maxFrames);
    this.#converted = this.#mixed;
    this.#bytes = new Uint8Array(maxFrames * blockAlign);
  }

  /** The shared memory of the stream. */
  get buffer(): CyclicBuffer {
    return this.stream.buffer!;
  }

  /** Of what was recorded. */
  get position(): ReferenceTime {
    const { blockAlign, samplesPerSec } = this.stream.wave;
    return framesToReferenceTime(this.stream.moved / blockAlign, samplesPerSec);
  }

  setState(state: StreamState): void {
    if (state === 'STOP') this.#forget();
    this.stream.setState(state);
  }

  /**
   * Takes stereo sound of `rate` frames per second, whose first frame was captured at `time`. Allocates nothing unless
   * the rate is another one than before.
   */
  take(block: readonly Float32Array[], frames: number, rate: number, time: ReferenceTime): void {
    if (this.stream.state !== 'RUN') return;
    if (rate !== this.#rate) this.#setRate(rate);
    for (const channel of this.#mixed) channel.fill(0, 0, frames);
    mixThrough(this.#matrix, block, this.#mixed, 0, frames);
    const resampler = this.#resampler;
    if (!resampler) return this.#transfer(this.#mixed, frames, time);
    const before = this.#taken;
    resampler.write(this.#mixed, 0, frames);
    this.#taken += frames;
    for (;;) {
      const ahead = ((resampler.position - before) * REFERENCE_TIME_PER_SECOND) / rate;
      const given = resampler.read(this.#converted, 0, this.#options.maxFrames);
      if (given === 0) return;
      this.#transfer(this.#converted, given, referenceTime(time + ahead));
    }
  }

  dispose(): void {
    this.stream.dispose();
  }

  #setRate(rate: number): void {
    this.#rate = rate;
    const { channels, samplesPerSec } = this.stream.wave;
    const { banks, maxFrames } = this.#options;
    this.#forget();
    this.#resampler =
      rate === samplesPerSec
        ? undefined
        : createResampler({
            channels,
            inputRate: rate,
            outputRate: samplesPerSec,
            quality: 'advanced',
            maxInput: maxFrames,
            banks,
          });
    this.#converted = this.#resampler ? buffers(channels, maxFrames) : this.#mixed;
  }

  #forget(): void {
    this.#resampler?.reset();
    this.#taken = 0;
  }

  #transfer(samples: readonly Float32Array[], frames: number, time: ReferenceTime): void {
    const block = this.#block(frames);
    const dither = this.#fits(samples, frames) ? undefined : this.#dither;
    this.#codec.encode(samples, 0, block, 0, frames, dither);
    this.stream.transfer(block, time);
  }

  /** No sample lies between two steps of the format, so that nothing is lost that dither would be for. */
  #fits(samples: readonly Float32Array[], frames: number): boolean {
    if (this.#dither.length === 0) return true;
    const scale = 2 ** (this.#codec.format.validBits - 1);
    for (const channel of samples) {
      for (let index = 0; index < frames; index++) {
        const value = channel[index]! * scale;
        if (value !== Math.trunc(value)) return false;
      }
    }
    return true;
  }

  #block(frames: number): Uint8Array {
    const length = frames * this.#codec.blockAlign;
    let block = this.#blocks.get(length);
    if (!block) this.#blocks.set(length, (block = this.#bytes.subarray(0, length)));
    return block;
  }
}

function buffers(count: number, frames: number): Float32Array[] {
  return Array.from({ length: count }, () => new Float32Array(frames));
}

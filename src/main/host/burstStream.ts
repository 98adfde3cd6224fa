import type { StreamState } from '../../contract/hardware.ts';
import { framesToReferenceTime, type ReferenceTime } from '../../contract/units.ts';
import type { ConverterOptions } from '../engine/portcls/wave/converterStream.ts';
import { RtConverterOutput } from '../engine/portcls/wave/rtConverterStream.ts';
import { SampleCodec } from '../wave/samples/sampleCodec.ts';
import { integerSamples } from '../wave/samples/sampleFormat.ts';
import type { FedStream } from './fedWaveStream.ts';

export interface BurstStreamOptions {
  /** Of bursts: 2 channels of 16-bit words. */
  readonly format: ConverterOptions['format'];
  /** Frames per second of the device. */
  readonly sampleRate: number;
  /** The longest block that will ever be asked for. */
  readonly maxBlockFrames: number;
  /** Engine time. */
  now(): ReferenceTime;
}

/**
 * The non-PCM pin of the card in the render thread: words from the cyclic buffer to the device as they are. There is no
 * volume, no ramp and no rate conversion on this path. Specification 3.10.
 */
export class BurstStream implements FedStream {
  readonly stream: RtConverterOutput;
  readonly #codec = new SampleCodec(integerSamples(16, 16), 2);
  readonly #bytes: Uint8Array;
  /** Beginnings of `#bytes` by length: a block has one of few lengths. */
  readonly #blocks = new Map<number, Uint8Array>();
  readonly #words: [Float32Array, Float32Array];

  /** @throws Error when the device runs at another rate */
  constructor({ format, sampleRate, maxBlockFrames, now }: BurstStreamOptions) {
    const rate = format.wave?.samplesPerSec;
    if (rate !== sampleRate) throw new Error(`Bursts for ${rate} Hz cannot be sent at ${sampleRate} Hz.`);
    this.stream = new RtConverterOutput({
      format,
      capture: false,
      now,
      blockFrames: maxBlockFrames,
      // The device's own latency is in the time each block is heard.
      latency: { fifoSize: 0, chipsetDelay: 0, codecDelay: 0 },
    });
    this.#bytes = new Uint8Array(maxBlockFrames * this.#codec.blockAlign);
    this.#words = [new Float32Array(maxBlockFrames), new Float32Array(maxBlockFrames)];
  }

  /** Of the frame at the converter. */
  get position(): ReferenceTime {
    const { blockAlign, samplesPerSec } = this.stream.wave;
    return framesToReferenceTime(this.stream.played / blockAlign, samplesPerSec);
  }

  get idle(): boolean {
    return this.stream.state !== 'RUN';
  }

  setState(state: StreamState): void {
    if (state !== this.stream.state) this.stream.setState(state);
  }

  /** Nothing else is on the output: what is added is what is there. */
  render(left: Float32Array, right: Float32Array, frames: number, blockTime: ReferenceTime): void {
    if (this.idle) return;
    const block = this.#block(frames);
    this.stream.transfer(block, blockTime);
    this.#codec.decode(block, 0, this.#words, 0, frames);
    const [first, second] = this.#words;
    for (let index = 0; index < frames; index++) {
      left[index]! += first[index]!;
      right[index]! += second[index]!;
    }
  }

  dispose(): void {
    this.stream.dispose();
  }

  #block(frames: number): Uint8Array {
    const length = frames * this.#codec.blockAlign;
    let block = this.#blocks.get(length);
    if (!block) this.#blocks.set(length, (block = this.#bytes.subarray(0, length)));
    return block;
  }
}

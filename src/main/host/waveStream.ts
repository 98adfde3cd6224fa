import type { StreamState } from '../../contract/hardware.ts';
import { framesToReferenceTime, type ReferenceTime } from '../../contract/units.ts';
import type { ConverterOptions } from '../engine/portcls/wave/converterStream.ts';
import { channelMaskOf, sampleFormatOf } from '../engine/portcls/wave/pcmFormats.ts';
import { RtConverterOutput } from '../engine/portcls/wave/rtConverterStream.ts';
import { channelMatrix } from '../wave/mixing/channelMatrix.ts';
import { GainRamp } from '../wave/mixing/gainRamp.ts';
import { MixerInstance } from '../wave/mixing/mixerInstance.ts';
import type { FilterBanks, ResamplerQuality } from '../wave/resampling/filterBank.ts';
import type { RenderStream } from './renderStream.ts';

export interface WaveStreamOptions {
  /** PCM or float. */
  readonly format: ConverterOptions['format'];
  /** Frames per second of the device. */
  readonly sampleRate: number;
  /** The longest block that will ever be asked for, in frames of the device. */
  readonly maxBlockFrames: number;
  readonly quality: ResamplerQuality;
  readonly banks: FilterBanks;
  /** Engine time. */
  now(): ReferenceTime;
}

/** FL and FR. */
const STEREO = 3;
/** Leaving RUN and going on from PAUSE make no click. */
const FADE_SECONDS = 0.005;

/**
 * A wave pin of the card in the render thread: the stream half of its WaveRT miniport, whose cyclic buffer another
 * thread fills, and the mixer instance between that buffer and the card's input. Specification 2.5, 3.6.
 */
export class WaveStream implements RenderStream {
  /** The miniport's stream: its buffer, packets and positions. */
  readonly stream: RtConverterOutput;
  readonly mixer: MixerInstance;
  readonly eventsPlayed = 0;
  readonly activeVoices = 0;
  readonly #fadeFrames: number;
  readonly #blocks: readonly [Float32Array, Float32Array];
  /** Going on after PAUSE. */
  readonly #entries = [new GainRamp(), new GainRamp()] as const;
  /** What was heard last, which is let fall to 0 when the stream stops there. */
  readonly #last = [0, 0];
  #falling = 0;

  /** @throws KsError STATUS_NO_MATCH for a format that is neither PCM nor float */
  constructor(options: WaveStreamOptions) {
    const { format, sampleRate, maxBlockFrames, quality, banks } = options;
    const inputRate = format.wave?.samplesPerSec ?? sampleRate;
    this.stream = new RtConverterOutput({
      format,
      capture: false,
      now: () => options.now(),
      blockFrames: Math.ceil((maxBlockFrames * inputRate) / sampleRate),
      // The device's own latency is in the time each block is heard.
      latency: { fifoSize: 0, chipsetDelay: 0, codecDelay: 0 },
    });
    this.mixer = new MixerInstance({
      source: this.stream,
      format: sampleFormatOf(format),
      channels: this.stream.wave.channels,
      inputRate,
      outputRate: sampleRate,
      outputs: 2,
      matrix: channelMatrix(channelMaskOf(format), STEREO),
      quality,
      banks,
      maxFrames: maxBlockFrames,
    });
    this.#fadeFrames = Math.round(FADE_SECONDS * sampleRate);
    this.#blocks = [new Float32Array(maxBlockFrames), new Float32Array(maxBlockFrames)];
  }

  /** Of the frame at the converter. */
  get position(): ReferenceTime {
    const { blockAlign, samplesPerSec } = this.stream.wave;
    return framesToReferenceTime(this.stream.played / blockAlign, samplesPerSec);
  }

  get idle(): boolean {
    return this.stream.state !== 'RUN' && this.#falling === 0;
  }

  setState(state: StreamState): void {
    const before = this.stream.state;
    if (state === before) return;
    if (before === 'RUN') this.#falling = this.#fadeFrames;
    if (state === 'RUN' && this.stream.moved > 0) {
      for (const entry of this.#entries) {
        entry.to(0, 0);
        entry.to(1, this.#fadeFrames);
      }
    }
    this.stream.setState(state);
    if (state === 'STOP') this.mixer.reset();
  }

  /** The data is in the cyclic buffer: there is nothing to write to. */
  write(): never {
    throw new Error('A wave stream takes its data from its cyclic buffer.');
  }

  render(left: Float32Array, right: Float32Array, frames: number, blockTime: ReferenceTime): void {
    if (this.stream.state !== 'RUN') {
      this.#fall(left, 0, frames);
      this.#fall(right, 1, frames);
      this.#falling = Math.max(0, this.#falling - frames);
      return;
    }
    for (const block of this.#blocks) block.fill(0, 0, frames);
    this.mixer.render(this.#blocks, 0, frames, blockTime);
    this.#add(left, 0, frames);
    this.#add(right, 1, frames);
  }

  dispose(): void {
    this.stream.dispose();
  }

  #add(output: Float32Array, side: 0 | 1, frames: number): void {
    const block = this.#blocks[side];
    this.#entries[side].apply(block, 0, frames);
    for (let index = 0; index < frames; index++) output[index]! += block[index]!;
    this.#last[side] = block[frames - 1]!;
  }

  #fall(output: Float32Array, side: 0 | 1, frames: number): void {
    const step = this.#last[side]! / this.#fadeFrames;
    const count = Math.min(frames, this.#falling);
    for (let index = 0; index < count; index++) output[index]! += step * (this.#falling - index - 1);
  }
}

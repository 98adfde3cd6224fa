import type { StreamState } from '../../contract/hardware.ts';
import { framesToReferenceTime, referenceTime, type ReferenceTime } from '../../contract/units.ts';
import type { SoundListener, SoundSource, WaveMix } from '../../contract/waveMix.ts';
import type { ConverterOptions } from '../engine/portcls/wave/converterStream.ts';
import { channelMaskOf, sampleFormatOf } from '../engine/portcls/wave/pcmFormats.ts';
import { RtConverterOutput } from '../engine/portcls/wave/rtConverterStream.ts';
import { channelMatrix } from '../wave/mixing/channelMatrix.ts';
import { GainRamp } from '../wave/mixing/gainRamp.ts';
import { MixerInstance } from '../wave/mixing/mixerInstance.ts';
import type { FilterBanks, ResamplerQuality } from '../wave/resampling/filterBank.ts';
import { newPlacement, place } from '../wave/space/directSound3d.ts';
import type { HeadSource } from './headVoice.ts';
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
/** One channel as it is on the left side, where what is heard around the head is taken from. */
const APART = [1, 0];

/**
 * A wave pin of the card in the render thread: the stream half of its WaveRT miniport, whose cyclic buffer another
 * thread fills, and the mixer instance between that buffer and the card's input. Specification 2.5, 2.6, 3.6.
 */
export class WaveStream implements RenderStream {
  /** The miniport's stream: its buffer, packets and positions. */
  readonly stream: RtConverterOutput;
  readonly eventsPlayed = 0;
  readonly activeVoices = 0;
  readonly #mixer: MixerInstance;
  readonly #sampleRate: number;
  readonly #fadeFrames: number;
  readonly #blocks: readonly [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>];
  /** Going on after PAUSE. */
  readonly #entries = [new GainRamp(), new GainRamp()] as const;
  /** What was heard last; when the stream stops there, it falls to 0. */
  readonly #last: [number, number] = [0, 0];
  readonly #fallsFrom: [number, number] = [0, 0];
  #falling = 0;
  /** Frame of the next block at which it begins. */
  #offset = 0;
  #fallsApart = false;
  #matrix: readonly number[];
  #pan: readonly [number, number] = [1, 1];
  #source: SoundSource | undefined;
  #listener: SoundListener | undefined;
  readonly #placement = newPlacement();
  #hrtf = false;
  /** Heard around the listener's head, not in the sum. */
  #apart = false;
  readonly #head: { -readonly [Key in keyof HeadSource]: HeadSource[Key] } & { sides: [number, number] };
  #hasHead = false;

  /** @throws KsError STATUS_NO_MATCH for a format that is neither PCM nor float */
  constructor(options: WaveStreamOptions) {
    const { format, sampleRate, maxBlockFrames, quality, banks } = options;
    const inputRate = format.wave?.samplesPerSec ?? sampleRate;
    const matrix = channelMatrix(channelMaskOf(format), STEREO);
    this.stream = new RtConverterOutput({
      format,
      capture: false,
      now: () => options.now(),
      blockFrames: Math.ceil((maxBlockFrames * inputRate) / sampleRate),
      // The device's own latency is in the time each block is heard.
      latency: { fifoSize: 0, chipsetDelay: 0, codecDelay: 0 },
    });
    this.#mixer = new MixerInstance({
      source: this.stream,
      format: sampleFormatOf(format),
      channels: this.stream.wave.channels,
      inputRate,
      outputRate: sampleRate,
      outputs: 2,
      matrix,
      quality,
      banks,
      maxFrames: maxBlockFrames,
    });
    this.#matrix = [...matrix];
    this.#sampleRate = sampleRate;
    this.#fadeFrames = Math.round(FADE_SECONDS * sampleRate);
    this.#blocks = [new Float32Array(maxBlockFrames), new Float32Array(maxBlockFrames)];
    this.#head = { samples: new Float32Array(maxBlockFrames), right: 0, up: 0, front: 1, sides: [1, 1] };
  }

  /** Of the frame at the converter. */
  get position(): ReferenceTime {
    const { blockAlign, samplesPerSec } = this.stream.wave;
    return framesToReferenceTime(this.stream.played / blockAlign, samplesPerSec);
  }

  get idle(): boolean {
    return this.stream.state !== 'RUN' && this.#falling === 0;
  }

  get head(): HeadSource | undefined {
    return this.#hasHead ? this.#head : undefined;
  }

  setState(state: StreamState): void {
    const before = this.stream.state;
    if (state === before) return;
    if (before === 'RUN') this.#fallSilent();
    if (state === 'RUN' && this.stream.moved > 0) this.#fadeIn();
    this.stream.setState(state);
    if (state === 'STOP') this.#mixer.reset();
  }

  /** RUN from frame `offset` of the next block on. */
  runAt(offset: number): void {
    this.#offset = offset;
    this.setState('RUN');
  }

  /** Frames of the device from the next block on that come before this frame of the stream. */
  framesBefore(streamFrame: number): number {
    return this.#mixer.framesBefore(streamFrame);
  }

  /** What the pin's nodes are set to. */
  mix({ volumes, matrix, sides, source, hrtf, quality, rate }: WaveMix): void {
    volumes?.forEach((gain, channel) => this.#mixer.setVolume(channel, gain));
    if (quality) this.#mixer.setQuality(quality);
    if (rate !== undefined) this.#mixer.setRate(rate);
    if (matrix) this.#matrix = matrix;
    if (sides) this.#pan = sides;
    if (source) this.#source = source;
    if (hrtf !== undefined) this.#hrtf = hrtf;
    if (matrix || sides || source || hrtf !== undefined) this.#place();
  }

  /** The one listener of all streams. */
  hear(listener: SoundListener): void {
    this.#listener = listener;
    if (this.#source) this.#place();
  }

  /** The data is in the cyclic buffer: there is nothing to write to. */
  write(): never {
    throw new Error('A wave stream takes its data from its cyclic buffer.');
  }

  render(left: Float32Array, right: Float32Array, frames: number, blockTime: ReferenceTime): void {
    const { samples } = this.#head;
    this.#hasHead = this.#apart || (this.#falling > 0 && this.#fallsApart);
    if (this.#hasHead) samples.fill(0, 0, frames);
    if (this.#falling > 0) {
      this.#fall(this.#fallsApart ? samples : left, 0, frames);
      if (!this.#fallsApart) this.#fall(right, 1, frames);
      this.#falling = Math.max(0, this.#falling - frames);
    }
    if (this.stream.state !== 'RUN') return;
    for (const block of this.#blocks) block.fill(0, 0, frames);
    const from = this.#offset;
    this.#offset = 0;
    const time =
      from === 0 ? blockTime : referenceTime(blockTime + framesToReferenceTime(from, this.#sampleRate));
    this.#mixer.render(this.#blocks, from, frames - from, time);
    this.#add(this.#apart ? samples : left, 0, frames);
    if (!this.#apart) this.#add(right, 1, frames);
  }

  dispose(): void {
    this.stream.dispose();
  }

  /** Nodes from the 3D node on: where the sound goes, and how much of it. */
  #place(): void {
    const placement = this.#placement;
    if (this.#source && this.#listener) place(this.#source, this.#listener, placement);
    const mono = this.stream.wave.channels === 1;
    const apart = this.#hrtf && mono && this.#source !== undefined && this.#source.mode !== 'DISABLE';
    if (apart !== this.#apart && this.stream.state === 'RUN') {
      // From one way to the other: one falls silent while the other begins.
      this.#fallSilent();
      this.#fadeIn();
    }
    this.#apart = apart;
    if (apart) {
      const head = this.#head;
      head.right = placement.pan;
      head.up = placement.up;
      head.front = placement.front;
      for (const side of [0, 1] as const) head.sides[side] = this.#matrix[side]! * this.#pan[side];
      placement.left = placement.right = 1;
    }
    this.#mixer.setMatrix(apart ? APART : this.#matrix);
    this.#pan.forEach((gain, side) => this.#mixer.setSide(side, apart ? 1 : gain));
    this.#mixer.setPlacement(placement);
  }

  #fallSilent(): void {
    this.#falling = this.#fadeFrames;
    [this.#fallsFrom[0], this.#fallsFrom[1]] = this.#last;
    this.#fallsApart = this.#apart;
  }

  #fadeIn(): void {
    for (const entry of this.#entries) {
      entry.to(0, 0);
      entry.to(1, this.#fadeFrames);
    }
  }

  #add(output: Float32Array, side: 0 | 1, frames: number): void {
    const block = this.#blocks[side];
    this.#entries[side].apply(block, 0, frames);
    for (let index = 0; index < frames; index++) output[index]! += block[index]!;
    this.#last[side] = block[frames - 1]!;
  }

  #fall(output: Float32Array, side: 0 | 1, frames: number): void {
    const step = this.#fallsFrom[side] / this.#fadeFrames;
    const count = Math.min(frames, this.#falling);
    for (let index = 0; index < count; index++) output[index]! += step * (this.#falling - index - 1);
  }
}

import { MOST_RATE_CHANGE } from '../../../contract/waveMix.ts';
import { referenceTime, REFERENCE_TIME_PER_SECOND, type ReferenceTime } from '../../../contract/units.ts';
import type { FilterBanks, ResamplerQuality } from '../resampling/filterBank.ts';
import {
  createResampler,
  VariableResampler,
  type KnownInput,
  type Resampler,
} from '../resampling/resampler.ts';
import { SampleCodec } from '../samples/sampleCodec.ts';
import type { SampleFormat } from '../samples/sampleFormat.ts';
import type { Placement } from '../space/directSound3d.ts';
import { mixThrough, mixThroughRamps } from './channelMatrix.ts';
import { GainRamp } from './gainRamp.ts';

/** Where the bytes of a stream come from: its converter stream. */
export interface BlockSource {
  /** Fills the block; its first byte is heard at `time`. */
  transfer(block: Uint8Array, time: ReferenceTime): void;
}

export interface MixerInstanceOptions {
  readonly source: BlockSource;
  readonly format: SampleFormat;
  readonly channels: number;
  /** Hz */
  readonly inputRate: number;
  readonly outputRate: number;
  readonly outputs: number;
  /** Gains from every channel to every output at first, index = channel · outputs + output. */
  readonly matrix: Float64Array;
  readonly quality: ResamplerQuality;
  readonly banks: FilterBanks;
  /** Most frames that are rendered at once. */
  readonly maxFrames: number;
}

/** Changes are spread over this time, s. */
const RAMP_SECONDS = 0.005;

/**
 * One pin instance of a mixer in the render thread: the nodes between its data and the sum, in the order a pin with
 * hardware mixing has them: volume, 3D, supermix, pan, sample rate. Specification 2.5. At unity and equal rates samples
 * come out as they went in. What is changed while it plays is reached by ramps; before that at once. Renders without
 * allocation.
 */
export class MixerInstance {
  readonly #options: MixerInstanceOptions;
  readonly #codec: SampleCodec;
  readonly #volumes: readonly GainRamp[];
  /** Of distance and cone: the same for all channels, so one ramp goes over each of them from where it was. */
  readonly #distance = new GainRamp();
  readonly #paths: readonly GainRamp[];
  /** The paths' gains when they stand still. */
  readonly #matrix: Float64Array;
  #turning = false;
  readonly #sides: readonly GainRamp[];
  /** Linear gains of the outputs: of the pan node, and of the direction of the sound. */
  readonly #pan: number[];
  readonly #direction: number[];
  #quality: ResamplerQuality;
  #rate: number;
  #doppler = 1;
  #resampler: Resampler | undefined;
  #bytes = new Uint8Array(0);
  /** Beginnings of `#bytes` by length: a block has one of few lengths. */
  readonly #blocks = new Map<number, Uint8Array>();
  #channels: readonly Float32Array[] = [];
  #mixed: readonly Float32Array[] = [];
  readonly #converted: readonly Float32Array[];
  /** Input frames taken, all together and last. */
  #taken = 0;
  #last = 0;

  constructor(options: MixerInstanceOptions) {
    const { format, channels, outputs, inputRate, maxFrames, quality, matrix } = options;
    this.#options = options;
    this.#codec = new SampleCodec(format, channels);
    this.#volumes = Array.from({ length: channels }, () => new GainRamp());
    this.#paths = Array.from(matrix, (gain) => new GainRamp(gain));
    this.#matrix = matrix.slice();
    this.#sides = Array.from({ length: outputs }, () => new GainRamp());
    this.#pan = Array.from({ length: outputs }, () => 1);
    this.#direction = Array.from({ length: outputs }, () => 1);
    this.#quality = quality;
    this.#rate = inputRate;
    this.#converted = buffers(outputs, maxFrames);
    this.#convert();
  }

  /** Input frame that is heard with the next output frame. */
  get position(): number {
    return this.#resampler?.position ?? this.#taken;
  }

  /** Output frames from the next one on that come before this input frame. */
  framesBefore(inputFrame: number): number {
    return Math.max(0, Math.ceil((inputFrame - this.position) / this.#step));
  }

  /** Input frames between the data and the sum, because the filter looks ahead. */
  get latency(): number {
    return this.#resampler?.latency ?? 0;
  }

  /** Volume node, linear, per channel. */
  setVolume(channel: number, gain: number): void {
    this.#volumes[channel]?.to(gain, this.#rampFrames);
  }

  /** Supermix node: linear gains of all paths, index = channel · outputs + output. */
  setMatrix(gains: readonly number[]): void {
    gains.forEach((gain, path) => this.#paths[path]?.to(gain, this.#rampFrames));
    this.#turning = true;
  }

  /** Pan node: linear gain of one output. */
  setSide(output: number, gain: number): void {
    this.#pan[output] = gain;
    this.#turn();
  }

  /** 3D node: how the listener hears the stream. */
  setPlacement({ gain, left, right, doppler }: Readonly<Placement>): void {
    this.#distance.to(gain, this.#rampFrames);
    this.#direction[0] = left;
    this.#direction[1] = right;
    this.#turn();
    this.#doppler = doppler;
    this.#bend();
  }

  /** Sample rate node: the rate at which the data is played, Hz. */
  setRate(rate: number): void {
    this.#rate = rate;
    this.#bend();
  }

  /** Sample rate node: how well rates are converted. */
  setQuality(quality: ResamplerQuality): void {
    if (quality === this.#quality) return;
    this.#quality = quality;
    if (this.#resampler) this.#convert(this.#resampler instanceof VariableResampler);
  }

  /** Adds `frames` frames from index `at` to the outputs; the first one is heard at `time`. */
  render(outputs: readonly Float32Array[], at: number, frames: number, time: ReferenceTime): void {
    const resampler = this.#resampler;
    const needed = resampler ? resampler.inputNeeded(frames) : frames;
    if (needed > 0) this.#take(needed, time);
    if (!resampler) return add(this.#mixed, outputs, at, frames);
    resampler.write(this.#mixed, 0, needed);
    resampler.read(this.#converted, 0, frames);
    add(this.#converted, outputs, at, frames);
  }

  /** After STOP: what was looked ahead at belongs to the past. */
  reset(): void {
    this.#taken = this.#last = 0;
    this.#resampler = undefined;
    this.#convert();
  }

  get #rampFrames(): number {
    return this.#taken === 0 ? 0 : Math.round(RAMP_SECONDS * this.#options.inputRate);
  }

  /** Input frames per output frame. */
  get #step(): number {
    const { inputRate, outputRate } = this.#options;
    const bent = (this.#rate / inputRate) * this.#doppler;
    return (inputRate / outputRate) * Math.min(MOST_RATE_CHANGE, Math.max(1 / MOST_RATE_CHANGE, bent));
  }

  /** A converter whose rate can be bent comes in when it is needed, and stays until STOP: going back would be heard. */
  #bend(): void {
    const { inputRate, outputRate } = this.#options;
    const resampler = this.#resampler;
    if (resampler instanceof VariableResampler) resampler.step = this.#step;
    else if (this.#step !== inputRate / outputRate) this.#convert(true);
  }

  /** The converter that quality and rate ask for; it goes on where the one before stands. */
  #convert(variable = this.#step !== this.#options.inputRate / this.#options.outputRate): void {
    const { inputRate, outputRate, outputs, maxFrames, banks } = this.#options;
    const before = this.#resampler;
    const maxInput = Math.ceil(maxFrames * (inputRate / outputRate) * (variable ? MOST_RATE_CHANGE : 1)) + 1;
    const options = {
      channels: outputs,
      inputRate,
      outputRate,
      quality: this.#quality,
      banks,
      maxInput: maxInput + (before?.known.frames ?? 0),
    };
    if (variable) {
      const resampler = new VariableResampler(options);
      resampler.step = this.#step;
      this.#resampler = resampler;
    } else if (inputRate !== outputRate) {
      this.#resampler = createResampler(options);
    }
    if (this.#taken > 0)
      this.#resampler?.resume(before?.position ?? this.#taken, before?.known ?? this.#tail());
    // The first block fills what the filter looks ahead.
    this.#reserve(maxInput + this.latency);
  }

  /** What is known of the input without a converter: the last block. */
  #tail(): KnownInput {
    return { channels: this.#mixed, first: this.#taken - this.#last, frames: this.#last };
  }

  /** Room for blocks of this many input frames. */
  #reserve(frames: number): void {
    const { channels, outputs } = this.#options;
    if (frames * this.#codec.blockAlign <= this.#bytes.length) return;
    this.#bytes = new Uint8Array(frames * this.#codec.blockAlign);
    this.#blocks.clear();
    this.#channels = buffers(channels, frames);
    this.#mixed = buffers(outputs, frames);
  }

  /** Input frames into `#mixed`, through all nodes before the sample rate's. */
  #take(frames: number, time: ReferenceTime): void {
    const { source, outputRate } = this.#options;
    const ahead = this.#resampler ? (this.#taken - this.#resampler.position) / this.#step : 0;
    const block = this.#block(frames);
    source.transfer(block, referenceTime(time + (ahead * REFERENCE_TIME_PER_SECOND) / outputRate));
    this.#taken += frames;
    this.#last = frames;
    this.#codec.decode(block, 0, this.#channels, 0, frames);
    for (let channel = 0; channel < this.#channels.length; channel++) {
      this.#volumes[channel]!.apply(this.#channels[channel]!, 0, frames);
    }
    this.#applyDistance(frames);
    for (let output = 0; output < this.#mixed.length; output++) this.#mixed[output]!.fill(0, 0, frames);
    if (this.#turning) this.#mixTurning(frames);
    else mixThrough(this.#matrix, this.#channels, this.#mixed, 0, frames);
    for (let output = 0; output < this.#mixed.length; output++) {
      this.#sides[output]!.apply(this.#mixed[output]!, 0, frames);
    }
  }

  #applyDistance(frames: number): void {
    const ramp = this.#distance;
    if (ramp.value === 1 && ramp.target === 1) return;
    for (let index = 0; index < frames; index++) {
      const gain = ramp.next();
      for (let channel = 0; channel < this.#channels.length; channel++) {
        this.#channels[channel]![index]! *= gain;
      }
    }
  }

  #mixTurning(frames: number): void {
    mixThroughRamps(this.#paths, this.#channels, this.#mixed, 0, frames);
    this.#turning = false;
    for (let path = 0; path < this.#paths.length; path++) {
      this.#matrix[path] = this.#paths[path]!.value;
      if (!this.#paths[path]!.settled) this.#turning = true;
    }
  }

  #turn(): void {
    for (let output = 0; output < this.#sides.length; output++) {
      this.#sides[output]!.to(this.#pan[output]! * this.#direction[output]!, this.#rampFrames);
    }
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

function add(from: readonly Float32Array[], to: readonly Float32Array[], at: number, frames: number): void {
  for (let output = 0; output < to.length; output++) {
    const source = from[output]!;
    const target = to[output]!;
    for (let index = 0; index < frames; index++) target[at + index]! += source[index]!;
  }
}

import { referenceTime, REFERENCE_TIME_PER_SECOND, type ReferenceTime } from '../../../contract/units.ts';
import type { FilterBanks, ResamplerQuality } from '../resampling/filterBank.ts';
import { createResampler, VariableResampler, type Resampler } from '../resampling/resampler.ts';
import { SampleCodec } from '../samples/sampleCodec.ts';
import type { SampleFormat } from '../samples/sampleFormat.ts';
import type { Placement } from '../space/directSound3d.ts';
import { mixThrough } from './channelMatrix.ts';
import { GainRamp } from './gainRamp.ts';
import { constantPowerPan, type SideGains } from './pan.ts';

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
  /** Gains from every channel to every output, index = channel · outputs + output. */
  readonly matrix: Float64Array;
  readonly quality: ResamplerQuality;
  readonly banks: FilterBanks;
  /** Most frames that are rendered at once. */
  readonly maxFrames: number;
  /** The rate may be bent: for Doppler shifts. */
  readonly variableRate?: boolean;
}

/** Changes are spread over this time, s. */
const RAMP_SECONDS = 0.005;
/** Room for a block when the rate is bent to its limit. */
const MOST_BENT = 4;

/**
 * One pin instance of a mixer in the render thread: the nodes between its data and the sum, in the order a pin with
 * hardware mixing has them: volume, 3D, supermix, pan, sample rate. Specification 2.5. At unity and equal rates samples
 * come out as they went in. Renders without allocation.
 */
export class MixerInstance {
  readonly #options: MixerInstanceOptions;
  readonly #codec: SampleCodec;
  readonly #volumes: readonly GainRamp[];
  readonly #distance = new GainRamp();
  readonly #sides: readonly GainRamp[];
  readonly #resampler: Resampler | undefined;
  readonly #bytes: Uint8Array;
  /** Beginnings of `#bytes` by length: a block has one of few lengths. */
  readonly #blocks = new Map<number, Uint8Array>();
  readonly #channels: readonly Float32Array[];
  readonly #mixed: readonly Float32Array[];
  readonly #converted: readonly Float32Array[];
  readonly #pan: SideGains = { left: 1, right: 1 };
  readonly #place: SideGains = { left: 1, right: 1 };
  readonly #rampFrames: number;
  /** Input frames taken. */
  #taken = 0;

  constructor(options: MixerInstanceOptions) {
    const { format, channels, outputs, inputRate, outputRate, maxFrames, quality, banks } = options;
    this.#options = options;
    this.#codec = new SampleCodec(format, channels);
    this.#volumes = Array.from({ length: channels }, () => new GainRamp());
    this.#sides = Array.from({ length: outputs }, () => new GainRamp());
    this.#rampFrames = Math.round(RAMP_SECONDS * inputRate);
    const rate = { channels: outputs, inputRate, outputRate, quality, banks };
    const maxInput =
      Math.ceil((maxFrames * inputRate * (options.variableRate ? MOST_BENT : 1)) / outputRate) + 1;
    if (options.variableRate) this.#resampler = new VariableResampler({ ...rate, maxInput });
    else if (inputRate !== outputRate) this.#resampler = createResampler({ ...rate, maxInput });
    // The first block fills what the filter looks ahead.
    const longest = maxInput + (this.#resampler?.latency ?? 0);
    const buffers = (count: number, frames: number) =>
      Array.from({ length: count }, () => new Float32Array(frames));
    this.#bytes = new Uint8Array(longest * this.#codec.blockAlign);
    this.#channels = buffers(channels, longest);
    this.#mixed = buffers(outputs, longest);
    this.#converted = buffers(outputs, maxFrames);
  }

  /** Input frames between the data and the sum, because the filter looks ahead. */
  get latency(): number {
    return this.#resampler?.latency ?? 0;
  }

  /** Volume node, linear, per channel. */
  setVolume(channel: number, gain: number): void {
    this.#volumes[channel]?.to(gain, this.#rampFrames);
  }

  /** Pan, -1 left to 1 right; only of an output with two sides or more. */
  setPan(pan: number): void {
    constantPowerPan(pan, this.#pan);
    this.#turn();
  }

  /** 3D node: how the listener hears the stream. Its pitch is followed by an instance of variable rate only. */
  setPlacement({ gain, left, right, doppler }: Readonly<Placement>): void {
    this.#distance.to(gain, this.#rampFrames);
    this.#place.left = left;
    this.#place.right = right;
    this.#turn();
    if (!(this.#resampler instanceof VariableResampler)) return;
    const { inputRate, outputRate } = this.#options;
    this.#resampler.step = (inputRate / outputRate) * Math.min(MOST_BENT, doppler);
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
    this.#resampler?.reset();
    this.#taken = 0;
  }

  /** Input frames into `#mixed`, through all nodes before the sample rate's. */
  #take(frames: number, time: ReferenceTime): void {
    const { source, inputRate, matrix } = this.#options;
    const ahead = this.#resampler ? this.#taken - this.#resampler.position : 0;
    const block = this.#block(frames);
    source.transfer(block, referenceTime(time + (ahead * REFERENCE_TIME_PER_SECOND) / inputRate));
    this.#taken += frames;
    this.#codec.decode(block, 0, this.#channels, 0, frames);
    for (let channel = 0; channel < this.#channels.length; channel++) {
      this.#volumes[channel]!.apply(this.#channels[channel]!, 0, frames);
    }
    for (let output = 0; output < this.#mixed.length; output++) this.#mixed[output]!.fill(0, 0, frames);
    mixThrough(matrix, this.#channels, this.#mixed, 0, frames);
    this.#applyDistance(frames);
    for (let output = 0; output < this.#mixed.length; output++) {
      this.#sides[output]!.apply(this.#mixed[output]!, 0, frames);
    }
  }

  /** The same for all channels, so one ramp goes over each of them from where it was. */
  #applyDistance(frames: number): void {
    const ramp = this.#distance;
    if (ramp.value === 1 && ramp.target === 1) return;
    for (let index = 0; index < frames; index++) {
      const gain = ramp.next();
      for (let output = 0; output < this.#mixed.length; output++) this.#mixed[output]![index]! *= gain;
    }
  }

  #turn(): void {
    if (this.#sides.length < 2) return;
    this.#sides[0]!.to(this.#pan.left * this.#place.left, this.#rampFrames);
    this.#sides[1]!.to(this.#pan.right * this.#place.right, this.#rampFrames);
  }

  #block(frames: number): Uint8Array {
    const length = frames * this.#codec.blockAlign;
    let block = this.#blocks.get(length);
    if (!block) this.#blocks.set(length, (block = this.#bytes.subarray(0, length)));
    return block;
  }
}

function add(from: readonly Float32Array[], to: readonly Float32Array[], at: number, frames: number): void {
  for (let output = 0; output < to.length; output++) {
    const source = from[output]!;
    const target = to[output]!;
    for (let index = 0; index < frames; index++) target[at + index]! += source[index]!;
  }
}

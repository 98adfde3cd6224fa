import type { ReferenceTime } from '../../../contract/units.ts';
import type { FilterBanks } from '../../wave/resampling/filterBank.ts';
import { VariableResampler } from '../../wave/resampling/resampler.ts';
import type { RenderStream } from '../renderStream.ts';
import type { SampleRing } from './sampleRing.ts';

export interface MonitorStreamOptions {
  readonly ring: SampleRing;
  /** Frames per second of the device that plays it. */
  readonly sampleRate: number;
  /** Longest block that will be asked for. */
  readonly maxBlockFrames: number;
  readonly banks: FilterBanks;
}

const CHANNELS = 2;
/**
 * What must be there beyond the first block: what comes from the device comes in bursts. It is doubled whenever that was
 * too little, up to the most.
 */
const MARGIN_SECONDS = 0.03;
const MOST_MARGIN_SECONDS = 0.24;
/** Two clocks that are further apart do not belong to sound devices. */
const MOST_BENT = 0.005;
/** Share of a distance that is made up for in a second, and of what has added up: critically damped, 10 s. */
const PROPORTIONAL = 0.2;
const INTEGRAL = (PROPORTIONAL * PROPORTIONAL) / 4;
/** Further off than this it begins again: the device was away, or another one took its place. */
const MOST_OFF_SECONDS = 0.1;
const FADE_SECONDS = 0.005;

/**
 * The monitored input on its way into the card's sum. Its device has another clock than the one it is played on: the
 * distance between the two is kept as it was at the beginning, by a sample rate that is bent as much as the clocks
 * differ. Both are known by their smoothed times, so that bursts and late wakeups do not reach the rate.
 */
export class MonitorStream implements RenderStream {
  readonly eventsPlayed = 0;
  readonly activeVoices = 0;
  readonly position = 0 as ReferenceTime;
  readonly #options: MonitorStreamOptions;
  readonly #state = { written: 0, time: 0, rate: 0 };
  readonly #input: Float32Array[];
  readonly #output: Float32Array[];
  readonly #inputFrames: number;
  #resampler: VariableResampler | undefined;
  #rate = 0;
  /** Ring frame of the next one to be read; undefined while it waits for enough sound. */
  #read: number | undefined;
  /** Ring frame that the resampler's first input frame was. */
  #first = 0;
  /** Between capture and hearing, 100 ns. */
  #delay = 0;
  #integral = 0;
  #margin = MARGIN_SECONDS;
  #fade = 0;
  #on = false;

  constructor(options: MonitorStreamOptions) {
    this.#options = options;
    // The largest ratio of rates there is, and what a filter for it looks ahead.
    this.#inputFrames = options.maxBlockFrames * 24 + 8192;
    this.#input = Array.from({ length: CHANNELS }, () => new Float32Array(this.#inputFrames));
    this.#output = Array.from({ length: CHANNELS }, () => new Float32Array(options.maxBlockFrames));
  }

  /** Off, it need not be rendered. */
  set on(on: boolean) {
    if (on && !this.#on) {
      // What is in the ring is of another time.
      this.#options.ring.readState(this.#state);
      this.#first = this.#state.written;
      this.#read = undefined;
      this.#margin = MARGIN_SECONDS;
    }
    this.#on = on;
  }

  get idle(): boolean {
    return !this.#on;
  }

  /** How much faster than nominal the input is read, as a part of 1. */
  get bend(): number {
    const { sampleRate } = this.#options;
    return this.#resampler ? (this.#resampler.step * sampleRate) / this.#rate - 1 : 0;
  }

  /** Between capture and hearing, in seconds. */
  get delaySeconds(): number {
    return this.#delay / 1e7;
  }

  setState(): void {
    // It runs while it is on.
  }

  write(): never {
    throw new Error('The monitor takes its sound from the capture side.');
  }

  render(left: Float32Array, right: Float32Array, frames: number, blockTime: ReferenceTime): void {
    const { ring, sampleRate } = this.#options;
    ring.readState(this.#state);
    if (this.#state.rate !== this.#rate) this.#setRate(this.#state.rate);
    const resampler = this.#resampler;
    if (!resampler) return;
    if (this.#read === undefined && !this.#begin(resampler, frames, blockTime)) return;
    this.#follow(resampler, frames, blockTime);
    const needed = resampler.inputNeeded(frames);
    const available = this.#state.written - this.#read!;
    if (needed > available || available > ring.capacity) {
      this.#margin = Math.min(MOST_MARGIN_SECONDS, 2 * this.#margin);
      this.#restart();
      return;
    }
    ring.copy(this.#read!, this.#input, needed);
    resampler.write(this.#input, 0, needed);
    this.#read! += needed;
    resampler.read(this.#output, 0, frames);
    const step = 1 / (FADE_SECONDS * sampleRate);
    for (let index = 0; index < frames; index++) {
      if (this.#fade < 1) this.#fade = Math.min(1, this.#fade + step);
      left[index]! += this.#output[0]![index]! * this.#fade;
      right[index]! += this.#output[1]![index]! * this.#fade;
    }
  }

  dispose(): void {
    this.#on = false;
  }

  /** Another device: its rate makes another filter. */
  #setRate(rate: number): void {
    const { sampleRate, banks } = this.#options;
    this.#rate = rate;
    this.#restart();
    this.#resampler =
      rate > 0
        ? new VariableResampler({
            channels: CHANNELS,
            inputRate: rate,
            outputRate: sampleRate,
            quality: 'basic',
            maxInput: this.#inputFrames,
            banks,
          })
        : undefined;
  }

  #restart(): void {
    this.#first = this.#state.written;
    this.#read = undefined;
  }

  /** Whether there is enough to begin with: the newest that leaves a margin. */
  #begin(resampler: VariableResampler, frames: number, blockTime: ReferenceTime): boolean {
    resampler.reset();
    resampler.step = this.#rate / this.#options.sampleRate;
    const needed = resampler.inputNeeded(frames) + Math.ceil(this.#margin * this.#rate);
    const first = this.#state.written - needed;
    if (first < this.#first) return false;
    this.#first = first;
    this.#read = first;
    this.#delay = blockTime - this.#timeOf(first);
    this.#integral = 0;
    this.#fade = 0;
    return true;
  }

  /** Bends the rate so that the delay stays what it is. */
  #follow(resampler: VariableResampler, frames: number, blockTime: ReferenceTime): void {
    const off = (blockTime - this.#delay - this.#timeOf(this.#first + resampler.position)) / 1e7;
    if (Math.abs(off) > MOST_OFF_SECONDS) return this.#settleAt(resampler, blockTime);
    this.#integral += INTEGRAL * off * (frames / this.#options.sampleRate);
    this.#integral = Math.min(MOST_BENT, Math.max(-MOST_BENT, this.#integral));
    const bend = Math.min(MOST_BENT, Math.max(-MOST_BENT, PROPORTIONAL * off + this.#integral));
    resampler.step = (this.#rate / this.#options.sampleRate) * (1 + bend);
  }

  /** Takes the distance as it is now. */
  #settleAt(resampler: VariableResampler, blockTime: ReferenceTime): void {
    this.#delay = blockTime - this.#timeOf(this.#first + resampler.position);
    this.#integral = 0;
  }

  /** Engine time at which a frame of the ring was captured. */
  #timeOf(frame: number): number {
    return this.#state.time - ((this.#state.written - frame) / this.#rate) * 1e7;
  }
}

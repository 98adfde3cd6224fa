import {
  greatestCommonDivisor,
  type FilterBank,
  type FilterBanks,
  type ResamplerQuality,
} from './filterBank.ts';

/**
 * A streaming sample-rate converter. Output frame n is the input at time n · input rate / output rate, neither earlier
 * nor later, however the input is cut up; it can be read as soon as `latency` further input frames were written.
 */
export interface Resampler {
  readonly channels: number;
  /** Input frames behind an output frame's own time that must have been written before it can be read. */
  readonly latency: number;
  /** Input time of the next output frame, in input frames since the start. */
  readonly position: number;
  /** The input that is still held. */
  readonly known: KnownInput;
  /** Input frames that must still be written before `frames` more can be read. */
  inputNeeded(frames: number): number;
  /** Takes frames from index `at` of every channel; answers how many there was room for. Allocates nothing. */
  write(input: readonly Float32Array[], at: number, frames: number): number;
  /** The input has ended: what is behind its end is silence, and no frame is given beyond it. */
  end(): void;
  /** Gives at most `frames` frames from index `at` of every channel; answers how many. Allocates nothing. */
  read(output: readonly Float32Array[], at: number, frames: number): number;
  /** Back to the start, as newly made. */
  reset(): void;
  /** Goes on in the middle, as one that has read up to `position` and knows this much of the input. */
  resume(position: number, known: KnownInput): void;
}

/** A stretch of the input of a converter. */
export interface KnownInput {
  readonly channels: readonly Float32Array[];
  /** Input frame of index 0; negative before the start. */
  readonly first: number;
  readonly frames: number;
}

export interface ResamplerOptions {
  readonly channels: number;
  /** Hz */
  readonly inputRate: number;
  /** Hz */
  readonly outputRate: number;
  readonly quality: ResamplerQuality;
  /** Most input frames that are written before they are read. */
  readonly maxInput: number;
  readonly banks: FilterBanks;
}

/** What the two converters share: the input they look back and ahead on. */
abstract class PolyphaseResampler implements Resampler {
  readonly channels: number;
  readonly latency: number;
  protected readonly bank: FilterBank;
  protected readonly history: readonly Float32Array[];
  /** Index in the history of the input frame at or before the next output frame. */
  protected base = 0;
  /** Frames in the history. */
  #filled = 0;
  /** Input frames that left the history. */
  #forgotten = 0;
  readonly #capacity: number;

  constructor({ channels, maxInput }: ResamplerOptions, bank: FilterBank) {
    this.channels = channels;
    this.bank = bank;
    this.latency = bank.taps / 2;
    this.#capacity = 2 * bank.taps + maxInput;
    this.history = Array.from({ length: channels }, () => new Float32Array(this.#capacity));
    this.#start();
  }

  get position(): number {
    return this.#forgotten + this.base + this.fraction - (this.latency - 1);
  }

  get known(): KnownInput {
    const first = this.#forgotten - (this.latency - 1);
    return { channels: this.history, first, frames: this.#filled };
  }

  inputNeeded(frames: number): number {
    if (frames <= 0) return 0;
    return Math.max(0, this.baseAfter(frames - 1) + this.latency + 1 - this.#filled);
  }

  write(input: readonly Float32Array[], at: number, frames: number): number {
    if (this.#filled + frames > this.#capacity) this.#forget();
    const taken = Math.min(frames, this.#capacity - this.#filled);
    for (let channel = 0; channel < this.channels; channel++) {
      const from = input[channel]!;
      const to = this.history[channel]!;
      for (let index = 0; index < taken; index++) to[this.#filled + index] = from[at + index]!;
    }
    this.#filled += taken;
    return taken;
  }

  end(): void {
    if (this.#filled + this.latency > this.#capacity) this.#forget();
    const end = Math.min(this.#capacity, this.#filled + this.latency);
    for (const channel of this.history) channel.fill(0, this.#filled, end);
    this.#filled = end;
  }

  read(output: readonly Float32Array[], at: number, frames: number): number {
    const last = this.#filled - this.latency;
    let done = 0;
    for (; done < frames && this.base < last; done++) {
      this.frame(output, at + done);
      this.advance();
    }
    return done;
  }

  reset(): void {
    for (const channel of this.history) channel.fill(0);
    this.#start();
  }

  /** @throws RangeError for more input ahead of the position than there is room for */
  resume(position: number, { channels, first, frames }: KnownInput): void {
    const at = Math.floor(position);
    this.base = this.latency - 1;
    this.#forgotten = at;
    this.#filled = first + frames - at + this.base;
    if (this.#filled > this.#capacity) throw new RangeError('There is no room for what is known already.');
    const from = at - this.base - first;
    for (let channel = 0; channel < this.channels; channel++) {
      const history = this.history[channel]!;
      const input = channels[channel]!;
      for (let index = 0; index < this.#filled; index++) {
        history[index] = from + index >= 0 ? input[from + index]! : 0;
      }
    }
    this.fraction = position - at;
  }

  /** Of the next output frame's place between two input frames. */
  protected abstract get fraction(): number;
  protected abstract set fraction(fraction: number);
  /** `base` when `frames` more output frames were read. */
  protected abstract baseAfter(frames: number): number;
  /** Computes the next output frame. */
  protected abstract frame(output: readonly Float32Array[], index: number): void;
  /** To the frame after it. */
  protected abstract advance(): void;

  /** What was before the first input frame is silence. */
  #start(): void {
    this.#filled = this.latency - 1;
    this.base = this.latency - 1;
    this.#forgotten = 0;
  }

  /** Drops what no output frame looks back on any more. */
  #forget(): void {
    const first = Math.min(this.#filled, this.base - (this.latency - 1));
    for (const channel of this.history) channel.copyWithin(0, first, this.#filled);
    this.#filled -= first;
    this.base -= first;
    this.#forgotten += first;
  }
}

/** Between rates with a common measure: every place has its own row, and time is counted in integers. */
class ExactResampler extends PolyphaseResampler {
  #phase = 0;
  readonly #phases: number;
  /** Whole input frames and phases from one output frame to the next. */
  readonly #stepFrames: number;
  readonly #stepPhases: number;

  constructor(options: ResamplerOptions, bank: FilterBank) {
    super(options, bank);
    const divisor = greatestCommonDivisor(options.inputRate, options.outputRate);
    const step = options.inputRate / divisor;
    this.#phases = options.outputRate / divisor;
    this.#stepFrames = Math.floor(step / this.#phases);
    this.#stepPhases = step % this.#phases;
  }

  override reset(): void {
    super.reset();
    this.#phase = 0;
  }

  protected override get fraction(): number {
    return this.#phase / this.#phases;
  }

  protected override set fraction(fraction: number) {
    this.#phase = Math.min(this.#phases - 1, Math.round(fraction * this.#phases));
  }

  protected override baseAfter(frames: number): number {
    return (
      this.base +
      frames * this.#stepFrames +
      Math.floor((this.#phase + frames * this.#stepPhases) / this.#phases)
    );
  }

  protected override frame(output: readonly Float32Array[], index: number): void {
    const { taps, rows } = this.bank;
    const row = this.#phase * taps;
    const from = this.base - taps / 2 + 1;
    for (let channel = 0; channel < this.channels; channel++) {
      output[channel]![index] = product(this.history[channel]!, from, rows, row, taps);
    }
  }

  protected override advance(): void {
    this.base += this.#stepFrames;
    this.#phase += this.#stepPhases;
    if (this.#phase < this.#phases) return;
    this.#phase -= this.#phases;
    this.base++;
  }
}

/**
 * Between any rates, which may change while it runs: for clocks that drift and for Doppler shifts. Rows are
 * interpolated for each frame.
 */
export class VariableResampler extends PolyphaseResampler {
  #fraction = 0;
  /** Input frames from one output frame to the next. */
  #step: number;
  readonly #row: Float32Array;

  constructor(options: ResamplerOptions) {
    const { banks, quality, inputRate, outputRate } = options;
    super(options, banks.interpolated(quality, inputRate, outputRate));
    this.#step = inputRate / outputRate;
    this.#row = new Float32Array(this.bank.taps);
  }

  /** Input frames from one output frame to the next; from the next frame on. The filter stays that of the first rates. */
  get step(): number {
    return this.#step;
  }

  set step(step: number) {
    if (!(step > 0 && step < Infinity)) throw new RangeError(`A step of ${step} input frames is impossible.`);
    this.#step = step;
  }

  override reset(): void {
    super.reset();
    this.#fraction = 0;
  }

  protected override get fraction(): number {
    return this.#fraction;
  }

  protected override set fraction(fraction: number) {
    this.#fraction = fraction;
  }

  protected override baseAfter(frames: number): number {
    return this.base + Math.floor(this.#fraction + frames * this.#step);
  }

  protected override frame(output: readonly Float32Array[], index: number): void {
    const { taps, phases, rows } = this.bank;
    const place = this.#fraction * phases;
    const phase = Math.floor(place);
    const part = place - phase;
    const first = phase * taps;
    for (let tap = 0; tap < taps; tap++) {
      const coefficient = rows[first + tap]!;
      this.#row[tap] = coefficient + (rows[first + taps + tap]! - coefficient) * part;
    }
    const from = this.base - taps / 2 + 1;
    for (let channel = 0; channel < this.channels; channel++) {
      output[channel]![index] = product(this.history[channel]!, from, this.#row, 0, taps);
    }
  }

  protected override advance(): void {
    this.#fraction += this.#step;
    const whole = Math.floor(this.#fraction);
    this.#fraction -= whole;
    this.base += whole;
  }
}

/** The converter for two rates that stay as they are. @throws RangeError for rates that are no positive integers */
export function createResampler(options: ResamplerOptions): Resampler {
  const bank = options.banks.exact(options.quality, options.inputRate, options.outputRate);
  return bank ? new ExactResampler(options, bank) : new VariableResampler(options);
}

/** Sum of products, in four parts that do not wait for each other; `taps` is even. */
function product(
  samples: Float32Array,
  from: number,
  row: Float32Array,
  first: number,
  taps: number,
): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let tap = 0;
  for (; tap + 3 < taps; tap += 4) {
    a += samples[from + tap]! * row[first + tap]!;
    b += samples[from + tap + 1]! * row[first + tap + 1]!;
    c += samples[from + tap + 2]! * row[first + tap + 2]!;
    d += samples[from + tap + 3]! * row[first + tap + 3]!;
  }
  for (; tap < taps; tap++) a += samples[from + tap]! * row[first + tap]!;
  return a + b + (c + d);
}

import type { CaptureDescription, RegisterValues, StageDescription } from '../../../contract/hardware.ts';
import type { ReferenceTime } from '../../../contract/units.ts';
import { GainRamp } from '../../wave/mixing/gainRamp.ts';

export const CAPTURE_CHANNELS = 2;
/** Longest block that is processed at once, in frames. */
export const MAX_CAPTURE_FRAMES = 2048;
/** Gains are reached in this time. */
const RAMP_SECONDS = 0.015;

type Stage = { kind: 'gain'; register: number; ramps: readonly GainRamp[] } | { kind: 'meter'; at: number };

/** What takes the converter's sound: an instance of the capture pin. */
export interface CaptureTaker {
  take(block: readonly Float32Array[], frames: number, rate: number, time: ReferenceTime): void;
}

/**
 * The card's capture path: every input through its stages, the chosen one through those behind the switch to all
 * takers. At unity samples stay as they are. Allocates nothing while it runs.
 */
export class CaptureConverter {
  readonly takers = new Set<CaptureTaker>();
  readonly #description: CaptureDescription;
  readonly #inputs: ReadonlyMap<string, readonly Stage[]>;
  readonly #stages: readonly Stage[];
  readonly #ramps = new Map<number, readonly GainRamp[]>();
  readonly #block: readonly Float32Array[];
  readonly #monitor: CaptureTaker;
  #peaks = new Float32Array(0);
  #selected = 0;
  #monitoring = false;

  /** Registers without a value are 1; the switch is at the first input. `monitor` gets what is monitored. */
  constructor(description: CaptureDescription, values: RegisterValues, monitor: CaptureTaker) {
    this.#description = description;
    this.#monitor = monitor;
    this.#block = Array.from({ length: CAPTURE_CHANNELS }, () => new Float32Array(MAX_CAPTURE_FRAMES));
    const stages = (descriptions: readonly StageDescription[]) =>
      descriptions.map((each) => this.#stage(each));
    this.#inputs = new Map(description.inputs.map(({ id, stages: own }) => [id, stages(own)]));
    this.#stages = stages(description.stages);
    this.#set(values, 0);
  }

  /** Id of the input that is recorded. */
  get selected(): string {
    return this.#description.inputs[this.#selected]?.id ?? '';
  }

  /** The monitored input is heard. */
  get monitoring(): boolean {
    return this.#monitoring;
  }

  /** Unknown registers are ignored. */
  setRegisters(values: RegisterValues, rate: number): void {
    this.#set(values, Math.round(RAMP_SECONDS * rate));
  }

  /** Sound of one input; `block` keeps what is in it. The first frame was captured at `time`. */
  take(
    input: string,
    block: readonly Float32Array[],
    frames: number,
    rate: number,
    time: ReferenceTime,
  ): void {
    const stages = this.#inputs.get(input);
    if (!stages) return;
    for (let channel = 0; channel < CAPTURE_CHANNELS; channel++) {
      const from = block[channel]!;
      const to = this.#block[channel]!;
      for (let index = 0; index < frames; index++) to[index] = from[index]!;
    }
    this.#run(stages, frames);
    if (this.#monitoring && input === this.#description.monitor.input) {
      this.#monitor.take(this.#block, frames, rate, time);
    }
    if (input !== this.selected) return;
    this.#run(this.#stages, frames);
    for (const taker of this.takers) taker.take(this.#block, frames, rate, time);
  }

  /** Peaks since the last time: all meters in the order of their numbers, channel by channel. */
  readPeaks(): Float32Array {
    const peaks = this.#peaks.slice();
    this.#peaks.fill(0);
    return peaks;
  }

  #stage(description: StageDescription): Stage {
    if (description.kind === 'meter') {
      const at = description.meter * CAPTURE_CHANNELS;
      if (this.#peaks.length < at + CAPTURE_CHANNELS) this.#peaks = new Float32Array(at + CAPTURE_CHANNELS);
      return { kind: 'meter', at };
    }
    const ramps = Array.from({ length: CAPTURE_CHANNELS }, () => new GainRamp());
    this.#ramps.set(description.register, ramps);
    return { kind: 'gain', register: description.register, ramps };
  }

  #set(values: RegisterValues, rampFrames: number): void {
    const { mux, monitor, inputs } = this.#description;
    for (const { register, gains } of values) {
      if (register === mux) this.#selected = Math.min(inputs.length - 1, Math.max(0, gains[0] ?? 0));
      if (register === monitor.register) this.#monitoring = gains.some((gain) => gain > 0);
      this.#ramps
        .get(register)
        ?.forEach((ramp, channel) => ramp.to(gains[channel] ?? gains[0] ?? 1, rampFrames));
    }
  }

  #run(stages: readonly Stage[], frames: number): void {
    for (const stage of stages) {
      for (let channel = 0; channel < CAPTURE_CHANNELS; channel++) {
        const samples = this.#block[channel]!;
        if (stage.kind === 'gain') stage.ramps[channel]!.apply(samples, 0, frames);
        else this.#measure(stage.at + channel, samples, frames);
      }
    }
  }

  #measure(at: number, samples: Float32Array, frames: number): void {
    let peak = this.#peaks[at]!;
    for (let index = 0; index < frames; index++) {
      const magnitude = Math.abs(samples[index]!);
      if (magnitude > peak) peak = magnitude;
    }
    this.#peaks[at] = peak;
  }
}

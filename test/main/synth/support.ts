import type { StreamState } from '../../../src/contract/hardware.ts';
import { framesToReferenceTime, referenceTime, type ReferenceTime } from '../../../src/contract/units.ts';
import { EventRecordWriter } from '../../../src/main/engine/portcls/dmus/eventRecords.ts';
import { DmusRenderStream } from '../../../src/main/synth/dmusRenderStream.ts';
import type { Synthesizer } from '../../../src/main/synth/synthesizer.ts';
import { collection, instrument, region, synthOf } from './testCollection.ts';

export const RATE = 48_000;

export type TimedMessage = [seconds: number, ...bytes: number[]];

/** Frames of the test instrument's sine. */
const PERIOD = 100;

/** One instrument for all programs: a sine that rises in 10 ms, holds, and is released in 20 ms. */
export function sineSynth(rate = RATE): Synthesizer {
  const data = Int16Array.from({ length: 10 * PERIOD }, (_none, frame) =>
    Math.round(30_000 * Math.sin((2 * Math.PI * frame) / PERIOD)),
  );
  const sample = { name: 'sine', rate: RATE, frames: data.length, data, compressed: undefined };
  const sine = region(
    { volumeAttack: -7973, volumeRelease: -4644, attenuation: -60 },
    { loop: { start: 5 * PERIOD, end: 10 * PERIOD, mode: 'continuous' } },
  );
  const programs = Array.from({ length: 128 }, (_none, program) => instrument([sine], { program }));
  const bank = collection([...programs, instrument([sine], { isDrum: true })], [sample]);
  return synthOf(bank, { sampleRate: rate }).synth;
}

/** Records of one buffer from time 0 on. */
export function recordsOf(messages: readonly TimedMessage[]): Uint8Array {
  const writer = new EventRecordWriter().begin(referenceTime(0));
  for (const [seconds, ...bytes] of messages) {
    writer.append(referenceTime(Math.round(seconds * 1e7)), Uint8Array.from(bytes));
  }
  return writer.take();
}

/** A stream on a device whose clock can be told; renders block by block into one growing recording. */
export class StreamRig {
  readonly stream: DmusRenderStream;
  readonly rate: number;
  readonly block: number;
  readonly left: Float32Array;
  readonly right: Float32Array;
  frames = 0;

  constructor(options: { seconds: number; block?: number; rate?: number; synth?: Synthesizer }) {
    this.rate = options.rate ?? RATE;
    this.block = options.block ?? 512;
    this.stream = new DmusRenderStream({
      sampleRate: this.rate,
      maxBlockFrames: this.block,
      synth: options.synth ?? sineSynth(this.rate),
    });
    const length = Math.ceil((options.seconds * this.rate) / this.block) * this.block;
    this.left = new Float32Array(length);
    this.right = new Float32Array(length);
  }

  /** Engine time of the frame rendered next, on a device that keeps exact time. */
  get time(): ReferenceTime {
    return framesToReferenceTime(this.frames, this.rate);
  }

  go(...states: StreamState[]): this {
    for (const state of states) this.stream.setState(state, this.time);
    return this;
  }

  write(messages: readonly TimedMessage[]): this {
    this.stream.write(referenceTime(0), recordsOf(messages));
    return this;
  }

  /** Renders whole blocks for at least that long, `blockTime` being what the host believes. */
  render(seconds: number, blockTime: (frames: number) => number = () => this.time): this {
    const end = Math.min(this.left.length, this.frames + Math.round(seconds * this.rate));
    while (this.frames < end) {
      const from = this.frames;
      const to = from + this.block;
      this.stream.render(
        this.left.subarray(from, to),
        this.right.subarray(from, to),
        this.block,
        referenceTime(blockTime(from)),
      );
      this.frames = to;
    }
    return this;
  }
}

/** First frame that is not silent from `from` on; -1 without one. */
export function firstSound(samples: Float32Array, from = 0): number {
  for (let frame = from; frame < samples.length; frame++) if (samples[frame] !== 0) return frame;
  return -1;
}

export function peakOf(samples: Float32Array, from = 0, to = samples.length): number {
  let peak = 0;
  for (let frame = from; frame < to; frame++) peak = Math.max(peak, Math.abs(samples[frame]!));
  return peak;
}

/**
 * Frequency near `expected` Hz from the phase that its component gains between two windows: right to a thousandth of
 * a cent for a harmonic tone that holds half a second.
 */
export function measureFrequency(samples: Float32Array, expected: number, from: number, rate = RATE): number {
  const window = Math.round(rate * 0.2);
  // A whole number of expected periods apart, so that only the deviation is left as a phase difference.
  const distance = Math.round(rate * 0.2);
  const phase = (start: number): number => {
    let re = 0;
    let im = 0;
    for (let index = 0; index < window; index++) {
      const t = (2 * Math.PI * index) / window;
      // Blackman-Harris: neighbouring harmonics do not leak in.
      const weight = 0.35875 - 0.48829 * Math.cos(t) + 0.14128 * Math.cos(2 * t) - 0.01168 * Math.cos(3 * t);
      const angle = (2 * Math.PI * expected * (start + index)) / rate;
      re += samples[start + index]! * weight * Math.cos(angle);
      im -= samples[start + index]! * weight * Math.sin(angle);
    }
    return Math.atan2(im, re);
  };
  let difference = phase(from + distance) - phase(from);
  difference -= 2 * Math.PI * Math.round(difference / (2 * Math.PI));
  return expected + (difference * rate) / (2 * Math.PI * distance);
}

export function centsBetween(frequency: number, reference: number): number {
  return 1200 * Math.log2(frequency / reference);
}

export const equalTemperament = (key: number): number => 440 * 2 ** ((key - 69) / 12);

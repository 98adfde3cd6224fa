import type { StreamState } from '../../../src/contract/hardware.ts';
import { framesToReferenceTime, referenceTime, type ReferenceTime } from '../../../src/contract/units.ts';
import { EventRecordWriter } from '../../../src/main/engine/portcls/dmus/eventRecords.ts';
import { DmusRenderStream } from '../../../src/main/synth/dmusRenderStream.ts';
import type { Synthesizer } from '../../../src/main/synth/synthesizer.ts';
import { WavetableSynth } from '../../../src/main/synth/wavetableSynth.ts';

export const RATE = 48_000;

export type TimedMessage = [seconds: number, ...bytes: number[]];

/** Plays messages on a bare synthesizer, each on the frame of its time, and returns the left channel. */
export function play(messages: readonly TimedMessage[], seconds: number, rate = RATE): Float32Array {
  return playStereo(messages, seconds, rate).left;
}

export function playStereo(messages: readonly TimedMessage[], seconds: number, rate = RATE) {
  const synth = new WavetableSynth({ sampleRate: rate });
  const frames = Math.round(seconds * rate);
  const left = new Float32Array(frames);
  const right = new Float32Array(frames);
  let done = 0;
  for (const [at, ...bytes] of messages) {
    const frame = Math.round(at * rate);
    synth.render(left, right, done, frame - done);
    done = frame;
    synth.send(Uint8Array.from(bytes), 0, bytes.length);
  }
  synth.render(left, right, done, frames - done);
  return { left, right, synth };
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
      synth: options.synth ?? new WavetableSynth({ sampleRate: this.rate }),
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

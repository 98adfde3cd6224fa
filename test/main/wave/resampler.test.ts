import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FilterBanks, type ResamplerQuality } from '../../../src/main/wave/resampling/filterBank.ts';
import {
  createResampler,
  VariableResampler,
  type Resampler,
  type ResamplerOptions,
} from '../../../src/main/wave/resampling/resampler.ts';
import { requires } from '../../support/requirements.ts';

const banks = new FilterBanks();
const BLOCK = 480;

type Make = (options: ResamplerOptions) => Resampler;
const KINDS: [string, Make][] = [
  ['exact', createResampler],
  ['variable', (options) => new VariableResampler(options)],
];

function make(
  inputRate: number,
  outputRate: number,
  {
    channels = 1,
    quality = 'advanced',
    kind = createResampler,
  }: { channels?: number; quality?: ResamplerQuality; kind?: Make } = {},
): Resampler {
  return kind({ channels, inputRate, outputRate, quality, maxInput: 2 * BLOCK, banks });
}

/** Everything a converter makes of one channel, written in blocks of `lengths` in turn. */
function convert(
  resampler: Resampler,
  input: Float32Array,
  lengths: readonly number[] = [BLOCK],
): Float32Array {
  const output: number[] = [];
  const block = [new Float32Array(256)];
  const drain = () => {
    for (let given = resampler.read(block, 0, 256); given > 0; given = resampler.read(block, 0, 256)) {
      output.push(...block[0]!.subarray(0, given));
    }
  };
  for (let at = 0, turn = 0; at < input.length; turn++) {
    at += resampler.write([input], at, Math.min(lengths[turn % lengths.length]!, input.length - at));
    drain();
  }
  resampler.end();
  drain();
  return Float32Array.from(output);
}

const sine = (frequency: number, rate: number, frames: number) =>
  Float32Array.from(
    { length: frames },
    (_, index) => 0.5 * Math.sin((2 * Math.PI * frequency * index) / rate),
  );

/** Level in dB against the sine put in, error in dB against it, of the middle of a signal. */
function measure(signal: Float32Array, frequency: number, rate: number) {
  const step = (2 * Math.PI * frequency) / rate;
  const [from, to] = [Math.floor(signal.length / 5), Math.floor((signal.length * 4) / 5)];
  let [cc, ss, cs, yc, ys] = [0, 0, 0, 0, 0];
  for (let index = from; index < to; index++) {
    const [c, s, y] = [Math.cos(step * index), Math.sin(step * index), signal[index]!];
    cc += c * c;
    ss += s * s;
    cs += c * s;
    yc += y * c;
    ys += y * s;
  }
  const determinant = cc * ss - cs * cs;
  const a = (yc * ss - ys * cs) / determinant;
  const b = (ys * cc - yc * cs) / determinant;
  let [error, power] = [0, 0];
  for (let index = from; index < to; index++) {
    const y = signal[index]!;
    error += (y - a * Math.cos(step * index) - b * Math.sin(step * index)) ** 2;
    power += y * y;
  }
  const decibels = (ratio: number) => 10 * Math.log10(ratio);
  return {
    level: decibels((a * a + b * b) / 0.25),
    snr: decibels(((a * a + b * b) / 2) * ((to - from) / error)),
    total: decibels(power / (to - from) / 0.125),
  };
}

describe.each(KINDS)('the %s converter', (_name, kind) => {
  it('leaves 20 Hz to 20 kHz as they are between 44.1 and 48 kHz, with an error below -120 dB', () => {
    for (const [from, to] of [
      [44_100, 48_000],
      [48_000, 44_100],
    ] as const) {
      for (const frequency of [20, 997, 6_007, 12_011, 17_017, 19_001, 19_997]) {
        const output = convert(make(from, to, { kind }), sine(frequency, from, 16_000));
        const { level, snr } = measure(output, frequency, to);
        expect(Math.abs(level)).toBeLessThan(0.001);
        expect(snr).toBeGreaterThan(120);
      }
    }
  });

  it('lets nothing through that the lower rate cannot carry: at least -100 dB', () => {
    for (const frequency of [22_060, 22_500, 23_000, 23_900]) {
      const output = convert(make(48_000, 44_100, { kind }), sine(frequency, 48_000, 16_000));
      expect(measure(output, 1_000, 44_100).total).toBeLessThan(-100);
    }
    const images = convert(make(8_000, 48_000, { kind }), sine(3_500, 8_000, 8_000));
    expect(measure(images, 3_500, 48_000).snr).toBeGreaterThan(120);
  });

  it('gives the same samples however the input is cut up', () => {
    const input = sine(1_234, 44_100, 3_000);
    const whole = convert(make(44_100, 48_000, { kind }), input);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 5 }), (lengths) => {
        expect(convert(make(44_100, 48_000, { kind }), input, lengths)).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });

  it('keeps time: an impulse comes out where it went in, and the length is that of the input', () => {
    for (const [from, to] of [
      [44_100, 48_000],
      [96_000, 48_000],
      [8_000, 192_000],
      [48_000, 11_025],
    ] as const) {
      const input = new Float32Array(4_000);
      input[2_000] = 1;
      const output = convert(make(from, to, { kind }), input);
      expect(Math.abs(output.length - Math.ceil((4_000 * to) / from))).toBeLessThanOrEqual(
        kind === createResampler ? 0 : 1,
      );
      // Centre of gravity of a symmetrical response.
      let [sum, moment] = [0, 0];
      output.forEach((value, index) => {
        sum += value;
        moment += value * index;
      });
      expect(moment / sum).toBeCloseTo((2_000 * to) / from, 2);
    }
  });

  it('says exactly how much input it needs', () => {
    const resampler = make(44_100, 48_000, { kind });
    const input = [new Float32Array(2_000)];
    const output = [new Float32Array(512)];
    expect(resampler.read(output, 0, 1)).toBe(0);
    for (const frames of [64, 512, 40, 128, 416]) {
      const needed = resampler.inputNeeded(frames);
      resampler.write(input, 0, needed - 1);
      expect(resampler.inputNeeded(frames)).toBe(1);
      resampler.write(input, 0, 1);
      expect(resampler.inputNeeded(frames)).toBe(0);
      expect(resampler.read(output, 0, frames)).toBe(frames);
    }
    expect(resampler.position).toBeCloseTo((1_160 * 44_100) / 48_000, 6);
  });

  it('takes what it has room for, and starts over after a reset', () => {
    const resampler = make(44_100, 48_000, { kind });
    const input = sine(500, 44_100, 5_000);
    const first = convert(make(44_100, 48_000, { kind }), input);
    expect(resampler.write([input], 0, 5_000)).toBeLessThan(5_000);
    resampler.reset();
    expect(resampler.position).toBe(0);
    expect(convert(resampler, input)).toEqual(first);
  });

  it('treats channels alike and apart', () => {
    const resampler = make(44_100, 48_000, { kind, channels: 3 });
    const input = [sine(1_000, 44_100, 900), new Float32Array(900), sine(1_000, 44_100, 900)];
    resampler.write(input, 0, 900);
    const output = [0, 1, 2].map(() => new Float32Array(700));
    expect(resampler.read(output, 0, 700)).toBe(700);
    expect(output[2]).toEqual(output[0]);
    expect(output[1]).toEqual(new Float32Array(700));
  });
});

describe('qualities', () => {
  it.each([
    ['basic', 16_000, 110],
    ['pc', 16_000, 80],
    ['worst', 1_000, 40],
  ] as const)('%s: up to %d Hz the error is below -%d dB', (quality, frequency, snr) => {
    const output = convert(make(44_100, 48_000, { quality }), sine(frequency, 44_100, 16_000));
    expect(measure(output, frequency, 48_000).snr).toBeGreaterThan(snr);
  });
});

describe('a converter whose rate changes', () => {
  it('follows a drifting clock without a click, and its position with it', () => {
    const resampler = new VariableResampler({
      channels: 1,
      inputRate: 48_000,
      outputRate: 48_000,
      quality: 'advanced',
      maxInput: 2 * BLOCK,
      banks,
    });
    const input = sine(1_000, 48_000, 48_000);
    const block = [new Float32Array(64)];
    const output: number[] = [];
    let expected = 0;
    for (let at = 0, turn = 0; at < 40_000; turn++) {
      resampler.step = 1 + 0.0005 * Math.sin(turn / 20);
      at += resampler.write([input], at, resampler.inputNeeded(64));
      expect(resampler.read(block, 0, 64)).toBe(64);
      expected += 64 * resampler.step;
      expect(resampler.position).toBeCloseTo(expected, 6);
      output.push(...block[0]!);
    }
    // No step is larger than a sine of this frequency makes, by more than the deviation.
    const steepest = (2 * Math.PI * 1_000 * 0.5) / 48_000;
    // Behind the start, where the sine comes out of silence.
    for (let index = 1_000; index < output.length; index++) {
      expect(Math.abs(output[index]! - output[index - 1]!)).toBeLessThan(steepest * 1.001);
    }
    expect(() => (resampler.step = 0)).toThrow(RangeError);
  });

  it('shifts pitch as a Doppler effect does', () => {
    const resampler = new VariableResampler({
      channels: 1,
      inputRate: 48_000,
      outputRate: 48_000,
      quality: 'advanced',
      maxInput: 2 * BLOCK,
      banks,
    });
    resampler.step = 1.25;
    const output = convert(resampler, sine(1_000, 48_000, 16_000));
    const { level, snr } = measure(output, 1_250, 48_000);
    expect(Math.abs(level)).toBeLessThan(0.001);
    expect(snr).toBeGreaterThan(120);
  });
});

it('rates that are no positive integers are refused', () => {
  for (const rate of [0, -1, 44_100.5, NaN]) expect(() => make(rate, 48_000)).toThrow(RangeError);
});

requires('sox')('beside sox', () => {
  it('gives what its very high quality gives, to -110 dB, for a sweep up to 15 kHz', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'pinwheel-sox-'));
    try {
      const frames = 44_100;
      // The frequency rises evenly from 0 to 15 kHz.
      const sweep = Float32Array.from(
        { length: frames },
        (_, index) => 0.5 * Math.sin((Math.PI * 15_000 * index * index) / 44_100 / frames),
      );
      writeFileSync(path.join(folder, 'in.raw'), new Uint8Array(sweep.buffer));
      const raw = (rate: number, name: string) => [
        '-t',
        'f32',
        '-r',
        `${rate}`,
        '-c',
        '1',
        path.join(folder, name),
      ];
      execFileSync('sox', [...raw(44_100, 'in.raw'), ...raw(48_000, 'out.raw'), 'rate', '-v']);
      const bytes = new Uint8Array(readFileSync(path.join(folder, 'out.raw')));
      const theirs = new Float32Array(bytes.buffer, 0, bytes.length >> 2);
      const ours = convert(make(44_100, 48_000), sweep);
      let [error, power] = [0, 0];
      for (let index = 2_000; index < 46_000; index++) {
        error += (ours[index]! - theirs[index]!) ** 2;
        power += ours[index]! ** 2;
      }
      expect(10 * Math.log10(error / power)).toBeLessThan(-110);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

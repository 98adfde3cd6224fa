import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TriangularDither } from '../../../src/main/wave/samples/dither.ts';
import { SampleCodec } from '../../../src/main/wave/samples/sampleCodec.ts';
import {
  FLOAT_SAMPLES,
  integerSamples,
  narrows,
  type SampleFormat,
} from '../../../src/main/wave/samples/sampleFormat.ts';

const DOUBLE_SAMPLES: SampleFormat = { encoding: 'float', containerBytes: 8, validBits: 53 };

/** Bytes through samples of the given kind and back. */
function through(
  format: SampleFormat,
  bytes: Uint8Array,
  make: Float32ArrayConstructor | Float64ArrayConstructor,
) {
  const codec = new SampleCodec(format, 1);
  const frames = bytes.length / codec.blockAlign;
  const samples = [new make(frames)];
  codec.decode(bytes, 0, samples, 0, frames);
  const back = new Uint8Array(bytes.length);
  codec.encode(samples, 0, back, 0, frames);
  return { back, samples: samples[0]! };
}

describe('sample codec', () => {
  it('passes all 65,536 values of 16-bit and all 256 of 8-bit samples through, bit-exact', () => {
    const sixteen = new Uint8Array(Uint16Array.from({ length: 0x10000 }, (_, value) => value).buffer);
    expect(through(integerSamples(16), sixteen, Float32Array).back).toEqual(sixteen);
    const eight = Uint8Array.from({ length: 0x100 }, (_, value) => value);
    expect(through(integerSamples(8), eight, Float32Array).back).toEqual(eight);
  });

  it.each([
    ['24-bit in 32-bit floats', integerSamples(24), Float32Array],
    ['24 valid bits in 32 in 32-bit floats', integerSamples(32, 24), Float32Array],
    ['20 valid bits in 24', integerSamples(24, 20), Float32Array],
    ['32-bit in 64-bit floats', integerSamples(32), Float64Array],
    ['64-bit floats', DOUBLE_SAMPLES, Float64Array],
  ] as const)('passes %s through, bit-exact', (_name, format, make) => {
    const unit = format.containerBytes;
    fc.assert(
      fc.property(fc.uint8Array({ minLength: unit, maxLength: 60 }), (random) => {
        const bytes = random.slice(0, random.length - (random.length % unit));
        if (format.encoding === 'float') {
          // Not every payload of a NaN survives; no sample has one.
          bytes.forEach((_value, index) => {
            if (index % unit === unit - 1) bytes[index] = 0x3f;
          });
        } else {
          const unused = unit * 8 - format.validBits;
          for (let at = 0; at < bytes.length; at += unit) {
            for (let bit = 0; bit < unused; bit++) bytes[at + (bit >> 3)]! &= ~(1 << (bit & 7));
          }
        }
        expect(through(format, bytes, make).back).toEqual(bytes);
      }),
      { numRuns: 200 },
    );
  });

  it('has the same full scale in every width', () => {
    const lowest: [SampleFormat, number[]][] = [
      [integerSamples(8), [0]],
      [integerSamples(16), [0, 0x80]],
      [integerSamples(24), [0, 0, 0x80]],
      [integerSamples(32), [0, 0, 0, 0x80]],
    ];
    for (const [format, bytes] of lowest) {
      expect(through(format, Uint8Array.from(bytes), Float64Array).samples[0]).toBe(-1);
    }
    const half = new Uint8Array(new Float32Array([0.5]).buffer);
    expect(through(FLOAT_SAMPLES, half, Float32Array).samples[0]).toBe(0.5);
  });

  it('limits what is beyond full scale and makes silence of what is no number', () => {
    const values = [new Float64Array([2, -2, 1, NaN, Infinity, -Infinity])];
    for (const [bits, top, bottom] of [
      [16, 0x7fff, -0x8000],
      [32, 0x7fffffff, -0x80000000],
    ] as const) {
      const bytes = new Uint8Array(6 * (bits / 8));
      new SampleCodec(integerSamples(bits), 1).encode(values, 0, bytes, 0, 6);
      const written = bits === 16 ? new Int16Array(bytes.buffer) : new Int32Array(bytes.buffer);
      expect([...written]).toEqual([top, bottom, top, 0, top, bottom]);
    }
  });

  it('separates channels and starts anywhere', () => {
    const codec = new SampleCodec(integerSamples(16), 3);
    const bytes = new Uint8Array(new Int16Array([9, 9, 9, 1, 2, 3, 4, 5, 6]).buffer);
    const samples = [new Float32Array(4), new Float32Array(4), new Float32Array(4)];
    codec.decode(bytes, 6, samples, 1, 2);
    expect(samples.map((channel) => [...channel].map((value) => value * 0x8000))).toEqual([
      [0, 1, 4, 0],
      [0, 2, 5, 0],
      [0, 3, 6, 0],
    ]);
    const back = new Uint8Array(18);
    codec.encode(samples, 1, back, 6, 2);
    expect([...new Int16Array(back.buffer)]).toEqual([0, 0, 0, 1, 2, 3, 4, 5, 6]);
  });

  it('refuses containers that do not exist', () => {
    for (const format of [
      integerSamples(40),
      integerSamples(16, 17),
      { ...FLOAT_SAMPLES, containerBytes: 2 },
    ]) {
      expect(() => new SampleCodec(format, 2)).toThrow(RangeError);
    }
  });

  it('knows when bits are lost', () => {
    expect(narrows(FLOAT_SAMPLES, integerSamples(24))).toBe(true);
    expect(narrows(integerSamples(24), integerSamples(16))).toBe(true);
    expect(narrows(integerSamples(16), integerSamples(16))).toBe(false);
    expect(narrows(integerSamples(16), integerSamples(32, 24))).toBe(false);
    expect(narrows(integerSamples(32), FLOAT_SAMPLES)).toBe(false);
  });
});

describe('triangular dither', () => {
  const COUNT = 200_000;
  /** Quantised with dither: values in steps of 1. */
  function quantised(signal: (index: number) => number): Float64Array {
    const codec = new SampleCodec(integerSamples(16), 1);
    const bytes = new Uint8Array(COUNT * 2);
    const values = Float64Array.from({ length: COUNT }, (_, index) => signal(index) / 0x8000);
    codec.encode([values], 0, bytes, 0, COUNT, [new TriangularDither(12_345)]);
    return Float64Array.from(new Int16Array(bytes.buffer));
  }
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

  it('has the triangular density between -1 and 1', () => {
    const dither = new TriangularDither(7);
    const bins = new Float64Array(20);
    for (let count = 0; count < COUNT; count++) bins[Math.floor((dither.next() + 1) * 10)]!++;
    bins.forEach((count, bin) => {
      const centre = (bin + 0.5) / 10 - 1;
      const expected = ((1 - Math.abs(centre)) / 10) * COUNT;
      // Five standard deviations of a count.
      expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected) + 1);
    });
  });

  it('leaves an error with mean 0 and power 1/4 step², whatever the value between two steps', () => {
    for (const value of [0, 0.1, 0.25, 0.5, 0.77, -3.3]) {
      const error = quantised(() => value).map((step) => step - value);
      const power = mean(error.map((each) => each * each));
      expect(Math.abs(mean(error))).toBeLessThan(5 * Math.sqrt(0.25 / COUNT));
      expect(Math.abs(power - 0.25)).toBeLessThan(0.005);
    }
  });

  it('keeps a sine of less than a step, without harmonics', () => {
    const period = 50;
    const phase = (index: number) => (2 * Math.PI * index) / period;
    const part = (values: Float64Array, harmonic: number) => {
      let [sine, cosine] = [0, 0];
      values.forEach((value, index) => {
        sine += value * Math.sin(harmonic * phase(index));
        cosine += value * Math.cos(harmonic * phase(index));
      });
      return (2 * Math.hypot(sine, cosine)) / values.length;
    };
    const dithered = quantised((index) => 0.4 * Math.sin(phase(index)));
    expect(part(dithered, 1)).toBeCloseTo(0.4, 2);
    // The amplitude of noise in one bin.
    for (const harmonic of [2, 3, 5, 7]) expect(part(dithered, harmonic)).toBeLessThan(0.01);
  });

  it('two seeds are two noises', () => {
    const [first, second] = [new TriangularDither(1), new TriangularDither(2)];
    let product = 0;
    for (let count = 0; count < COUNT; count++) product += first.next() * second.next();
    expect(Math.abs(product / COUNT)).toBeLessThan(5 / 6 / Math.sqrt(COUNT));
  });
});

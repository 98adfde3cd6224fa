import type { Samples } from './level.ts';

/** How sounds are made up of frequencies: levels of third-octave bands over time, and how far two sounds are apart. */

/** Centres of the bands, 25 Hz to 16 kHz. */
export const BAND_CENTRES: readonly number[] = Array.from(
  { length: 29 },
  (_, index) => 1000 * 2 ** ((index - 16) / 3),
);

const FRAME_SECONDS = 0.05;
/** dBFS; quieter bands count as this. */
const FLOOR = -90;
/** dBFS; frames in which both sounds are quieter do not count. */
const QUIET_FRAME = -60;
const FFT_LENGTH = 4096;

/** One sound, a frame for every 50 ms. */
export interface BandLevels {
  /** dBFS of each band, a row for each frame. */
  readonly bands: readonly Float64Array[];
  /** dBFS of each frame. */
  readonly levels: readonly number[];
}

/** Third-octave levels of frames of 50 ms. */
export function bandLevels(samples: Samples, rate: number): BandLevels {
  const step = Math.round(FRAME_SECONDS * rate);
  const bands: Float64Array[] = [];
  const levels: number[] = [];
  for (let start = 0; start + step <= samples.length; start += step) {
    let power = 0;
    for (let index = start; index < start + step; index++) power += samples[index]! ** 2;
    const level = 10 * Math.log10(power / step + 1e-15);
    levels.push(level);
    bands.push(bandsAt(samples, start, rate));
  }
  return { bands, levels };
}

/**
 * Mean difference in dB of the bands of two sounds, over the frames in which one of them is louder than -60 dBFS and
 * the bands in which one of them is louder than -90 dBFS.
 */
export function spectralDistance(a: BandLevels, b: BandLevels): number {
  let sum = 0;
  let count = 0;
  const frames = Math.min(a.levels.length, b.levels.length);
  for (let frame = 0; frame < frames; frame++) {
    if (a.levels[frame]! < QUIET_FRAME && b.levels[frame]! < QUIET_FRAME) continue;
    for (let band = 0; band < BAND_CENTRES.length; band++) {
      const one = Math.max(FLOOR, a.bands[frame]![band]!);
      const other = Math.max(FLOOR, b.bands[frame]![band]!);
      if (one === FLOOR && other === FLOOR) continue;
      sum += Math.abs(one - other);
      count++;
    }
  }
  return count === 0 ? 0 : sum / count;
}

function bandsAt(samples: Samples, start: number, rate: number): Float64Array {
  const real = new Float64Array(FFT_LENGTH);
  const imaginary = new Float64Array(FFT_LENGTH);
  let windowPower = 0;
  for (let index = 0; index < FFT_LENGTH; index++) {
    const weight = 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / FFT_LENGTH);
    windowPower += weight * weight;
    real[index] = weight * (samples[start + index] ?? 0);
  }
  transform(real, imaginary);
  const scale = 2 / (windowPower * FFT_LENGTH);
  const power = new Float64Array(BAND_CENTRES.length);
  for (let bin = 1; bin < FFT_LENGTH / 2; bin++) {
    const band = Math.round(16 + 3 * Math.log2((bin * rate) / FFT_LENGTH / 1000));
    if (band < 0 || band >= power.length) continue;
    power[band]! += scale * (real[bin]! ** 2 + imaginary[bin]! ** 2);
  }
  return power.map((value) => 10 * Math.log10(value + 1e-15));
}

/** Fast Fourier transform in place; the length is a power of two. */
export function transform(real: Float64Array, imaginary: Float64Array): void {
  const length = real.length;
  for (let index = 1, reversed = 0; index < length; index++) {
    let bit = length >> 1;
    for (; (reversed & bit) !== 0; bit >>= 1) reversed ^= bit;
    reversed ^= bit;
    if (index < reversed) {
      [real[index], real[reversed]] = [real[reversed]!, real[index]!];
      [imaginary[index], imaginary[reversed]] = [imaginary[reversed]!, imaginary[index]!];
    }
  }
  for (let size = 2; size <= length; size *= 2) {
    const angle = (-2 * Math.PI) / size;
    const half = size / 2;
    for (let offset = 0; offset < half; offset++) {
      const cosine = Math.cos(angle * offset);
      const sine = Math.sin(angle * offset);
      for (let first = offset; first < length; first += size) {
        const second = first + half;
        const x = real[second]! * cosine - imaginary[second]! * sine;
        const y = real[second]! * sine + imaginary[second]! * cosine;
        real[second] = real[first]! - x;
        imaginary[second] = imaginary[first]! - y;
        real[first]! += x;
        imaginary[first]! += y;
      }
    }
  }
}

/**
 * Frequency of the partial nearest to `expected`, right to a hundredth of a cent for a steady one: how fast its phase
 * turns against a sine of the expected frequency. Undefined when nothing sounds there.
 */
export function partialFrequency(
  samples: Samples,
  rate: number,
  expected: number,
  range: { from: number; to: number },
): number | undefined {
  const window = Math.round(Math.min(0.2, (range.to - range.from) / rate / 2.5) * rate);
  const hop = Math.max(1, Math.round(window / 4));
  let turned = 0;
  let weights = 0;
  let last: { x: number; y: number } | undefined;
  for (let start = range.from; start + window <= range.to; start += hop) {
    const now = project(samples, start, window, expected / rate);
    if (last !== undefined) {
      // Product with the last one's conjugate: twice as loud counts four times.
      const x = now.x * last.x + now.y * last.y;
      const y = now.y * last.x - now.x * last.y;
      const weight = Math.hypot(x, y);
      turned += weight * Math.atan2(y, x);
      weights += weight;
    }
    last = now;
  }
  if (weights < 1e-12) return undefined;
  return expected + ((turned / weights) * rate) / (2 * Math.PI * hop);
}

/** Amplitude and phase, in a Hann window, against a sine that runs through from sample 0 on. */
function project(samples: Samples, start: number, length: number, step: number): { x: number; y: number } {
  let x = 0;
  let y = 0;
  for (let index = 0; index < length; index++) {
    const weight = (0.5 - 0.5 * Math.cos((2 * Math.PI * index) / length)) / length;
    const angle = 2 * Math.PI * ((step * (start + index)) % 1);
    const sample = samples[start + index]! * weight;
    x += sample * Math.cos(angle);
    y -= sample * Math.sin(angle);
  }
  return { x, y };
}

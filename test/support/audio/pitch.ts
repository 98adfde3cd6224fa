import type { Samples } from './level.ts';

/** How high: the fundamental of a steady tone. */

export interface PitchOptions {
  /** Hz. */
  lowest?: number;
  highest?: number;
  from?: number;
  to?: number;
}

export interface Pitch {
  /** Hz. */
  frequency: number;
  /** How alike the sound is to itself one period later: 1 for a perfectly periodic tone, near 0 for noise. */
  clarity: number;
}

/** The first likeness peak that is at least this part of the best one is the period; later ones are its multiples. */
const KEY_PEAK = 0.85;

/**
 * The fundamental of what sounds between two frames, by the likeness of the sound to itself at a distance
 * (normalised cross-correlation): first at one period, then at as many periods as fit
 * into half of the sound, where an error of a hundredth of a sample is far below a cent.
 * Right to 1 cent for a steady tone of 150 ms, also a decaying one or one whose fundamental is missing.
 * Undefined for silence and for a sound without a period in the range.
 */
export function findPitch(samples: Samples, rate: number, options: PitchOptions = {}): Pitch | undefined {
  const { lowest = 40, highest = 5000, from = 0, to = samples.length } = options;
  const sound = Float64Array.from({ length: to - from }, (_, index) => samples[from + index]!);
  const half = Math.floor(sound.length / 2);
  const shortest = Math.max(2, Math.floor(rate / highest));
  const longest = Math.min(half, Math.ceil(rate / lowest));
  if (longest <= shortest + 1)
    throw new Error(`${sound.length} frames are too few to find a pitch from ${lowest} Hz.`);

  const likeness = new Float64Array(longest + 2);
  for (let lag = shortest - 1; lag <= longest + 1; lag++) likeness[lag] = likenessAt(sound, lag);
  const peaks = new Map<number, number>();
  for (let lag = shortest; lag <= longest; lag++) {
    if (isPeak(likeness, lag)) peaks.set(lag, top(likeness[lag - 1]!, likeness[lag]!, likeness[lag + 1]!));
  }
  const best = Math.max(...peaks.values());
  const found = [...peaks].find(([, value]) => value >= KEY_PEAK * best);
  if (!found) return undefined;

  const [lag, clarity] = found;
  let period = refine(sound, lag);
  for (let count = 2; count * period < half - 2; count *= 2) {
    period = refine(sound, climb(sound, Math.round(count * period))) / count;
  }
  return { frequency: rate / period, clarity };
}

/** Distance of two frequencies in cents; positive when the first is higher. */
export function cents(frequency: number, reference: number): number {
  return 1200 * Math.log2(frequency / reference);
}

/** Equal temperament, A4 (key 69) = 440 Hz. */
export function keyFrequency(key: number): number {
  return 440 * 2 ** ((key - 69) / 12);
}

/** 1 where the sound is the same one lag later, be it louder or softer: so a decaying tone is as periodic as a held one. */
function likenessAt(sound: Float64Array, lag: number): number {
  let product = 0;
  let early = 0;
  let late = 0;
  for (let index = 0, other = lag; other < sound.length; index++, other++) {
    const a = sound[index]!;
    const b = sound[other]!;
    product += a * b;
    early += a * a;
    late += b * b;
  }
  return early === 0 || late === 0 ? 0 : product / Math.sqrt(early * late);
}

function isPeak(likeness: Float64Array, lag: number): boolean {
  const value = likeness[lag]!;
  return value > 0 && value > likeness[lag - 1]! && value >= likeness[lag + 1]!;
}

/** The nearest peak uphill. */
function climb(sound: Float64Array, lag: number): number {
  let here = likenessAt(sound, lag);
  for (const step of [1, -1]) {
    for (let next = likenessAt(sound, lag + step); next > here; next = likenessAt(sound, lag + step)) {
      here = next;
      lag += step;
    }
  }
  return lag;
}

/** How high the parabola through a peak and its neighbours rises: short periods fall between two samples. */
function top(left: number, middle: number, right: number): number {
  const curvature = left - 2 * middle + right;
  return curvature === 0 ? middle : middle - (left - right) ** 2 / (8 * curvature);
}

/** Where the parabola through the peak and its neighbours has its top. */
function refine(sound: Float64Array, lag: number): number {
  const left = likenessAt(sound, lag - 1);
  const middle = likenessAt(sound, lag);
  const right = likenessAt(sound, lag + 1);
  const curvature = left - 2 * middle + right;
  return curvature === 0 ? lag : lag + (0.5 * (left - right)) / curvature;
}

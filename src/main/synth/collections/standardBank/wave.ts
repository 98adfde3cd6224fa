/**
 * Synthesis of the built-in bank's waves: a sum of partials whose steady part repeats exactly, with whatever dies away
 * before the loop in front of it.
 *
 * Every frequency of the loop is a multiple of the root's frequency divided by `periods`, so the loop joins without a
 * seam whatever partials and noise are in it, and the sample rate is chosen so that the root is in tune to a hundredth
 * of a cent.
 */

/** One sine of a wave. */
export interface Sine {
  /** Frequency over the root's; brought to the nearest that repeats with the loop. */
  readonly ratio: number;
  readonly amplitude: number;
  /** Seconds for a fall by 60 dB before the loop, over what the envelope does; by default it stays. */
  readonly decay?: number;
  /** Seconds of the rise to its amplitude. */
  readonly onset?: number;
}

/** Noise between two frequencies, in hertz. */
export interface Noise {
  readonly amplitude: number;
  readonly low: number;
  readonly high: number;
  /** Seconds for a fall by 60 dB; noise without it is part of the loop. */
  readonly decay?: number;
  /** Seconds until noise that dies away starts. */
  readonly delay?: number;
}

export interface WaveRecipe {
  /** Sines for a root frequency in hertz. */
  readonly partials: (frequency: number) => readonly Sine[];
  readonly noise?: readonly Noise[];
  /** Seconds in front of the loop. */
  readonly head: number;
  /** Periods of the root in the loop: its length, and how finely partials can be placed. */
  readonly periods: number | ((frequency: number) => number);
  /** Highest frequency in the wave, in hertz. */
  readonly top: (frequency: number) => number;
  /** The wave plays once: no loop, and the head fades out at its end. */
  readonly once?: boolean;
}

export interface Wave {
  readonly rate: number;
  readonly root: number;
  readonly data: Float64Array;
  /** Frames of the loop; undefined for a wave that plays once. */
  readonly loop: { readonly start: number; readonly end: number } | undefined;
}

/** Sample rate over the highest frequency: room for the interpolation's filter. */
const RATE_OVER_TOP = 2.35;
const FASTEST_RATE = 44_100;
const SLOWEST_RATE = 8000;
const DECAY_60 = Math.log(1000);
/** The last part of a wave that plays once, in which it fades: so what still sounds does not break off. */
const FADE_PART = 1 / 6;
const LONGEST_FADE_SECONDS = 0.1;

/** Frequency of a MIDI key in hertz. */
export function keyFrequency(key: number): number {
  return 440 * 2 ** ((key - 69) / 12);
}

/** Numbers from 0 to 1 that are the same in every run. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Makes the wave of a recipe for a root key. Peak and level are the caller's to set. */
export function makeWave(recipe: WaveRecipe, root: number, seed: number): Wave {
  const frequency = keyFrequency(root);
  const random = randomNumbers(seed);
  const top = Math.min(recipe.top(frequency), 18_000);
  const wanted = Math.min(FASTEST_RATE, Math.max(SLOWEST_RATE, top * RATE_OVER_TOP));
  const periods = typeof recipe.periods === 'number' ? recipe.periods : recipe.periods(frequency);
  const length = Math.max(16, Math.round((periods * wanted) / frequency));
  const rate = Math.round((length * frequency) / periods);
  const head = Math.round(recipe.head * rate);
  const data = new Float64Array(head + (recipe.once ? 0 : length));
  const limit = Math.min(top, rate * 0.46);
  for (const partial of recipe.partials(frequency)) {
    const bin = Math.max(1, Math.round(partial.ratio * periods));
    if ((bin * frequency) / periods > limit || partial.amplitude === 0) continue;
    addSine(data, head, { ...partial, phase: random() }, bin / length, rate);
  }
  for (const noise of recipe.noise ?? []) {
    if (noise.decay === undefined) addLoopNoise(data, head, length, rate, noise, random);
    else addBurst(recipe.once ? data : data.subarray(0, head), rate, noise, random);
  }
  if (recipe.once) fadeOut(data, Math.round(Math.min(LONGEST_FADE_SECONDS, recipe.head * FADE_PART) * rate));
  return {
    rate,
    root,
    data,
    loop: recipe.once ? undefined : { start: head, end: head + length },
  };
}

/** `step`: periods per frame. */
function addSine(
  data: Float64Array,
  head: number,
  partial: Sine & { phase: number },
  step: number,
  rate: number,
): void {
  const { amplitude, phase, decay, onset } = partial;
  const turn = 2 * Math.PI * step;
  // Rotation by one frame, started again at the loop so that no error builds up in it.
  const cosine = Math.cos(turn);
  const sine = Math.sin(turn);
  const fall = decay === undefined ? 1 : Math.exp(-DECAY_60 / (decay * rate));
  const riseFrames = onset === undefined ? 0 : onset * rate;
  let level = amplitude;
  for (let part = 0; part < 2; part++) {
    const from = part === 0 ? 0 : head;
    const to = part === 0 ? head : data.length;
    const angle = 2 * Math.PI * (phase + step * (from - head));
    let x = Math.cos(angle);
    let y = Math.sin(angle);
    for (let frame = from; frame < to; frame++) {
      const rise = frame < riseFrames ? frame / riseFrames : 1;
      data[frame]! += level * rise * y;
      const turned = x * cosine - y * sine;
      y = x * sine + y * cosine;
      x = turned;
      if (part === 0) level *= fall;
    }
  }
}

/** Noise that repeats with the loop: a sine of random phase at the loop's frequencies, fading beyond the band. */
function addLoopNoise(
  data: Float64Array,
  head: number,
  length: number,
  rate: number,
  noise: Noise,
  random: () => number,
): void {
  const bandwidth = ((noise.high - noise.low) * length) / rate;
  // More sines than the ear tells apart are not needed.
  const stride = Math.max(1, Math.floor(bandwidth / 500));
  // So many sines have the level of one of `noise.amplitude`.
  const scale = noise.amplitude * Math.sqrt(stride / Math.max(1, bandwidth));
  const loop = new Float64Array(length);
  for (let bin = 1; bin <= length * 0.46; bin += stride) {
    const hertz = (bin * rate) / length;
    const edges = (1 + (noise.low / hertz) ** 6) * (1 + (hertz / noise.high) ** 6);
    const amplitude = (scale * (0.4 + 1.2 * random())) / Math.sqrt(edges);
    const phase = random();
    if (amplitude > scale * 0.01) addSine(loop, 0, { ratio: 1, amplitude, phase }, bin / length, rate);
  }
  for (let frame = 0; frame < data.length; frame++) {
    data[frame]! += loop[(((frame - head) % length) + length) % length]!;
  }
}

/** Noise that dies away, and is gone at the end of `data`. */
function addBurst(data: Float64Array, rate: number, noise: Noise, random: () => number): void {
  const { decay = 0, delay = 0 } = noise;
  const start = Math.round(delay * rate);
  const fall = Math.exp(-DECAY_60 / (decay * rate));
  const frames = Math.min(data.length - start, Math.ceil(decay * rate * 1.2));
  const burst = bandNoise(frames, rate, noise.low, noise.high, random);
  fadeOut(burst, Math.round(frames / 5));
  let level = noise.amplitude;
  for (let frame = 0; frame < frames; frame++) {
    data[start + frame]! += level * burst[frame]!;
    level *= fall;
  }
}

/** Noise of a root mean square of 1 between two frequencies. */
export function bandNoise(
  frames: number,
  rate: number,
  low: number,
  high: number,
  random: () => number,
): Float64Array {
  const noise = new Float64Array(frames);
  for (let frame = 0; frame < frames; frame++) noise[frame] = random() * 2 - 1;
  for (let pass = 0; pass < 2; pass++) {
    filter(noise, highPass(Math.min(low, rate * 0.4), rate));
    filter(noise, lowPass(Math.min(high, rate * 0.45), rate));
  }
  let power = 0;
  for (let frame = 0; frame < frames; frame++) power += noise[frame]! * noise[frame]!;
  const scale = power === 0 ? 0 : 1 / Math.sqrt(power / frames);
  for (let frame = 0; frame < frames; frame++) noise[frame]! *= scale;
  return noise;
}

interface Biquad {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
}

const BUTTERWORTH_Q = Math.SQRT1_2;

/** Second order; `frequency` and `rate` in Hz. */
export function lowPass(frequency: number, rate: number, q = BUTTERWORTH_Q): Biquad {
  const w = (2 * Math.PI * frequency) / rate;
  const cos = Math.cos(w);
  const alpha = Math.sin(w) / (2 * q);
  const scale = 1 / (1 + alpha);
  const b = ((1 - cos) / 2) * scale;
  return { b0: b, b1: 2 * b, b2: b, a1: -2 * cos * scale, a2: (1 - alpha) * scale };
}

/** Second order; `frequency` and `rate` in Hz. */
export function highPass(frequency: number, rate: number, q = BUTTERWORTH_Q): Biquad {
  const w = (2 * Math.PI * frequency) / rate;
  const cos = Math.cos(w);
  const alpha = Math.sin(w) / (2 * q);
  const scale = 1 / (1 + alpha);
  const b = ((1 + cos) / 2) * scale;
  return { b0: b, b1: -2 * b, b2: b, a1: -2 * cos * scale, a2: (1 - alpha) * scale };
}

/** In place. */
export function filter(data: Float64Array, { b0, b1, b2, a1, a2 }: Biquad): void {
  let x1 = 0;
  let x2 = 0;
  let y1 = 0;
  let y2 = 0;
  for (let frame = 0; frame < data.length; frame++) {
    const x = data[frame]!;
    const y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
    x2 = x1;
    x1 = x;
    y2 = y1;
    y1 = y;
    data[frame] = y;
  }
}

/** Linear, over the last `frames`, in place. */
export function fadeOut(data: Float64Array, frames: number): void {
  const length = Math.min(frames, data.length);
  for (let frame = 0; frame < length; frame++) data[data.length - 1 - frame]! *= frame / length;
}

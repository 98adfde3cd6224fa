/** What a probe's sound tells: amplitude and pitch over time, the times of envelopes, the corner of a filter. */
import { COMB_PERIOD, ROOT_KEY, SINE_HERTZ } from './probeBank.ts';
import type { Played } from './probeTape.ts';
import { RATE } from './render.ts';

export const decibels = (ratio: number): number => 20 * Math.log10(ratio);

/** A quantity over time. */
export interface Course {
  readonly seconds: readonly number[];
  readonly values: readonly number[];
}

/** Hertz of a probe's sine without anything that moves it. */
export const plainHertz = ({ probe }: Played): number =>
  SINE_HERTZ * 2 ** (((probe.key ?? ROOT_KEY) - ROOT_KEY) / 12);

/** Amplitude of the sine: of windows of 4 ms in whole periods, 32 frames apart, each at its middle. */
export function amplitudes(played: Played): Course {
  const { left } = played;
  const hertz = plainHertz(played);
  const window = Math.round((Math.max(1, Math.round(0.004 * hertz)) * RATE) / hertz);
  const seconds: number[] = [];
  const values: number[] = [];
  for (let from = 0; from + window <= left.length; from += 32) {
    let power = 0;
    for (let frame = from; frame < from + window; frame++) power += left[frame]! ** 2;
    seconds.push((from + window / 2) / RATE);
    values.push(Math.sqrt((2 * power) / window));
  }
  return { seconds, values };
}

/** Cents over the plain pitch, period by period. */
export function pitches(played: Played): Course {
  const sound = played.left;
  const plain = plainHertz(played);
  const seconds: number[] = [];
  const values: number[] = [];
  let last = NaN;
  for (let frame = 1; frame < sound.length; frame++) {
    const before = sound[frame - 1]!;
    const here = sound[frame]!;
    if (!(before < 0 && here >= 0)) continue;
    const crossing = frame - here / (here - before);
    const cents = 1200 * Math.log2(RATE / (crossing - last) / plain);
    // More than two octaves away is no period but a note's start.
    if (Math.abs(cents) < 2400) {
      seconds.push(crossing / RATE);
      values.push(cents);
    }
    last = crossing;
  }
  return { seconds, values };
}

/** The part of a course from one second to another. */
export function between({ seconds, values }: Course, from: number, to: number): Course {
  const indices = seconds.flatMap((at, index) => (at >= from && at < to ? [index] : []));
  return { seconds: indices.map((index) => seconds[index]!), values: indices.map((index) => values[index]!) };
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Half of the way from the lowest to the highest value. */
export const depth = ({ values }: Course): number => (Math.max(...values) - Math.min(...values)) / 2;

/** Seconds of a cycle: from one rise through the middle to the next, on average. */
export function cycle(course: Course): number {
  const { seconds, values } = course;
  const threshold = depth(course) / 2;
  const rises: number[] = [];
  let isLow = false;
  values.forEach((value, index) => {
    if (isLow && value > threshold) rises.push(seconds[index]!);
    if (value < -threshold) isLow = true;
    else if (value > threshold) isLow = false;
  });
  return (rises.at(-1)! - rises[0]!) / (rises.length - 1);
}

/** The straight line through what lies between two values, as far as it goes in one stretch: value at 0, and slope. */
export function slopeBetween(
  { seconds, values }: Course,
  low: number,
  high: number,
): { readonly start: number; readonly slope: number } {
  const first = values.findIndex((value) => value > low && value < high);
  const length = values.slice(first).findIndex((value) => value <= low || value >= high);
  const end = length < 0 ? values.length : first + length;
  const x = seconds.slice(first, end);
  const y = values.slice(first, end);
  if (first < 0 || x.length < 5) throw new Error(`There is no slope between ${low} and ${high}.`);
  const [mx, my] = [mean(x), mean(y)];
  const slope =
    mean(x.map((at, index) => (at - mx) * (y[index]! - my))) / mean(x.map((at) => (at - mx) ** 2));
  return { start: my - slope * mx, slope };
}

/** Amplitude over its highest: 0 to 1. */
export function relative({ seconds, values }: Course): Course {
  const top = Math.max(...values);
  return { seconds, values: values.map((value) => value / top) };
}

/** dB under the highest amplitude. */
export function relativeDecibels(course: Course): Course {
  const { seconds, values } = relative(course);
  return { seconds, values: values.map((value) => decibels(Math.max(value, 1e-9))) };
}

/** Lines of the comb between 20 Hz and 19 kHz, each 3 % above the last. */
const LINES = Array.from({ length: 232 }, (_none, index) => Math.round(2 * 1.03 ** index)).filter(
  (line, index, all) => line !== all[index - 1] && line < 1900,
);
/** Seconds after which a filter has settled. */
const SETTLED = 0.2;

/**
 * Hertz at which a filter has fallen by 3 dB under its level at 20 Hz, above its peak if it has one. `open` is the
 * same comb without the filter, by the same synthesizer.
 */
export function corner(filtered: Played, open: Played): number {
  const response = LINES.map((line) =>
    decibels(lineAmplitude(filtered.left, line) / lineAmplitude(open.left, line)),
  );
  const level = response[0]!;
  const peak = response.indexOf(Math.max(...response));
  const below = response.findIndex((value, index) => index > peak && value < level - 3.0103);
  if (below < 1) throw new Error('The filter does not fall by 3 dB.');
  const [above, under] = [response[below - 1]! - level, response[below]! - level];
  const part = (above + 3.0103) / (above - under);
  return (RATE / COMB_PERIOD) * LINES[below - 1]! * (LINES[below]! / LINES[below - 1]!) ** part;
}

const COSINES = Float64Array.from({ length: COMB_PERIOD }, (_none, frame) =>
  Math.cos((2 * Math.PI * frame) / COMB_PERIOD),
);

function lineAmplitude(sound: Float32Array, line: number): number {
  const from = Math.round(SETTLED * RATE);
  const quarter = Math.floor((3 * COMB_PERIOD) / 4);
  let real = 0;
  let imaginary = 0;
  for (let frame = 0; frame < COMB_PERIOD; frame++) {
    const place = (line * frame) % COMB_PERIOD;
    real += sound[from + frame]! * COSINES[place]!;
    imaginary += sound[from + frame]! * COSINES[(place + quarter) % COMB_PERIOD]!;
  }
  return (2 * Math.hypot(real, imaginary)) / COMB_PERIOD;
}

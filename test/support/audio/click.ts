import { peak, type Samples } from './level.ts';

/** Steps in a sound that the sound itself does not explain. */

export interface Click {
  frame: number;
  /** How many times the surroundings' own strongest bend it is. */
  strength: number;
}

export interface ClickOptions {
  from?: number;
  to?: number;
  /** From which strength on a bend is a click. */
  strength?: number;
  /** Bends below this are never one: rounding to 16 bits makes bends of up to 2 steps of 1/32768. */
  floor?: number;
}

/** Two periods of the lowest tone (40 Hz) around a frame are its surroundings ... */
const SURROUNDINGS_SECONDS = 0.05;
/** ... without its closest neighbours, which a click itself has bent. */
const NEIGHBOURS_SECONDS = 0.0005;

/**
 * Frames at which the sound bends (its second difference) far more than anywhere around. In a periodic sound every
 * bend comes back a period later, so the surroundings hold equals; a step, a lost or doubled stretch or a seam that
 * is off by a fraction of a sample has none. A ramp of the level bends the sound at its ends: over 10 ms it stays
 * below the limit for tones from about 200 Hz up. A note that starts or ends without a ramp is reported.
 */
export function findClicks(samples: Samples, rate: number, options: ClickOptions = {}): Click[] {
  const { from = 0, to = samples.length, strength = 3, floor = 1e-4 } = options;
  const bend = new Float64Array(Math.max(0, to - from));
  for (let index = 1; index < bend.length - 1; index++) {
    const frame = from + index;
    bend[index] = Math.abs(samples[frame - 1]! - 2 * samples[frame]! + samples[frame + 1]!);
  }
  const block = Math.max(1, Math.round(NEIGHBOURS_SECONDS * rate));
  const peaks = Float64Array.from({ length: Math.ceil(bend.length / block) }, (_, index) =>
    peak(bend, index * block, Math.min(bend.length, (index + 1) * block)),
  );
  const reach = Math.round(SURROUNDINGS_SECONDS / NEIGHBOURS_SECONDS);
  const clicks: Click[] = [];
  for (let index = 0; index < peaks.length; index++) {
    const here = peaks[index]!;
    if (here <= floor) continue;
    let around = floor;
    for (let other = Math.max(0, index - reach); other < Math.min(peaks.length, index + reach + 1); other++) {
      if (Math.abs(other - index) > 1) around = Math.max(around, peaks[other]!);
    }
    if (here <= strength * around) continue;
    const frame = from + bend.indexOf(here, index * block);
    // A step bends the sound at two frames, which may lie in two blocks.
    const last = clicks.at(-1);
    if (last && frame - last.frame <= 2) last.strength = Math.max(last.strength, here / around);
    else clicks.push({ frame, strength: here / around });
  }
  return clicks;
}

/**
 * For a pure sine of `frequency` Hz: the largest |x[n-1] - 2 cos(w) x[n] + x[n+1]|, which is zero for an undisturbed
 * sine of any phase and amplitude and about the height of the step at a click.
 */
export function sineDisturbance(
  samples: Samples,
  rate: number,
  frequency: number,
  from = 0,
  to = samples.length,
): number {
  const factor = 2 * Math.cos((2 * Math.PI * frequency) / rate);
  let largest = 0;
  for (let frame = from + 1; frame < to - 1; frame++) {
    largest = Math.max(
      largest,
      Math.abs(samples[frame - 1]! - factor * samples[frame]! + samples[frame + 1]!),
    );
  }
  return largest;
}

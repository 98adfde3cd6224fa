import { peak, type Samples } from './level.ts';

/** When notes start, found from the sound alone. */

export interface OnsetOptions {
  /** How much louder the 20 ms after an onset are than the 20 ms before it, as a factor of the peaks. */
  rise?: number;
  /** Sounds below this part of the loudest peak are not looked at. */
  floor?: number;
  /** Onsets closer than this to the last one are taken for part of it, in seconds. */
  separation?: number;
}

/** Long enough that a tone of 50 Hz shows a crest in it. */
const WINDOW_SECONDS = 0.02;
/** How far after its start a note is looked at for its height. */
const ATTACK_SECONDS = 0.05;
/** An onset is where this part of the rise is reached: soon after the start, yet above what was there before. */
const THRESHOLD = 0.03;

/**
 * The times, in seconds, at which the sound rises to a new note. A note that starts from silence with an attack of up
 * to 10 ms is placed within 1 ms; one that starts over the tail of another is placed where it rises above that tail.
 */
export function findOnsets(samples: Samples, rate: number, options: OnsetOptions = {}): number[] {
  const { rise = 2, floor = 0.02, separation = 0.03 } = options;
  const window = Math.round(WINDOW_SECONDS * rate);
  const hop = Math.max(1, Math.round(rate / 2000));
  const lowest = floor * peak(samples);
  if (lowest === 0) return [];

  const onsets: number[] = [];
  const level = blockPeaks(samples, hop);
  const blocks = Math.ceil(window / hop);
  let allowedFrom = 0;
  for (let block = 0; block < level.length; block++) {
    if (block * hop < allowedFrom) continue;
    const after = highest(level, block, block + blocks);
    const before = highest(level, block - blocks, block);
    if (after < lowest || after < rise * before) continue;
    // The windows above see the onset up to 20 ms ahead. It comes after the quietest moment of that time.
    let base = before;
    let quietest = block;
    for (let other = block; other <= block + blocks && other < level.length; other++) {
      const value = highest(level, other - blocks, other);
      if (value > base) continue;
      base = value;
      quietest = other;
    }
    const start = quietest * hop;
    const height = peak(samples, start, Math.min(samples.length, start + Math.round(ATTACK_SECONDS * rate)));
    const threshold = base + THRESHOLD * (height - base);
    let frame = start;
    while (frame < samples.length && Math.abs(samples[frame]!) <= threshold) frame++;
    if (frame === samples.length) break;
    onsets.push(frame / rate);
    allowedFrom = frame + Math.round(separation * rate);
  }
  return onsets;
}

function blockPeaks(samples: Samples, hop: number): Float64Array {
  return Float64Array.from({ length: Math.ceil(samples.length / hop) }, (_, block) =>
    peak(samples, block * hop, Math.min(samples.length, (block + 1) * hop)),
  );
}

function highest(level: Float64Array, from: number, to: number): number {
  let value = 0;
  for (let block = Math.max(0, from); block < Math.min(level.length, to); block++) {
    value = Math.max(value, level[block]!);
  }
  return value;
}

import { peak, type Samples } from './level.ts';

/** Places where a sound that should go on is missing. */

export interface Range {
  /** First frame. */
  from: number;
  /** Frame after the last. */
  to: number;
}

export interface GapOptions extends Partial<Range> {
  /** Shortest gap to report, in seconds. */
  shortest?: number;
  /** What counts as nothing, as a part of the loudest peak of the range. */
  floor?: number;
}

/**
 * Runs of nothing between two frames, within which the caller expects sound without a pause. A tone passes through
 * zero in microseconds, so that a run of half a millisecond is missing sound.
 */
export function findGaps(samples: Samples, rate: number, options: GapOptions = {}): Range[] {
  const { from = 0, to = samples.length, shortest = 0.0005, floor = 1e-4 } = options;
  const quiet = floor * peak(samples, from, to);
  const gaps: Range[] = [];
  let start = from;
  for (let frame = from; frame <= to; frame++) {
    if (frame < to && Math.abs(samples[frame]!) <= quiet) continue;
    if (frame - start >= shortest * rate) gaps.push({ from: start, to: frame });
    start = frame + 1;
  }
  return gaps;
}

/**
 * The stretches that sound, louder than `floor` (a part of the loudest peak), pauses shorter than `pause` seconds
 * included.
 */
export function soundingRanges(
  samples: Samples,
  rate: number,
  { floor = 0.01, pause = 0.02 }: { floor?: number; pause?: number } = {},
): Range[] {
  const quiet = floor * peak(samples);
  const ranges: Range[] = [];
  for (let frame = 0; frame < samples.length; frame++) {
    if (Math.abs(samples[frame]!) <= quiet) continue;
    const last = ranges.at(-1);
    if (last && frame - last.to < pause * rate) last.to = frame + 1;
    else ranges.push({ from: frame, to: frame + 1 });
  }
  return ranges;
}

/** Longer silences are meant. */
const LONGEST_GAP_SECONDS = 0.25;

/**
 * The sound from a frame on with the silence cut out that a sound server without real-time priority puts in when it
 * gets no processor itself, and how many frames that were. Sound of the program that came late or was lost leaves a
 * step where it is cut.
 */
export function withoutGaps(
  samples: Float32Array,
  rate: number,
  from: number,
): { sound: Float32Array; missing: number } {
  const to = samples.findLastIndex((sample) => sample !== 0);
  if (to <= from) return { sound: new Float32Array(0), missing: 0 };
  const gaps = findGaps(samples, rate, { from, to, floor: 1e-7 }).filter(
    (gap) => gap.to - gap.from < LONGEST_GAP_SECONDS * rate,
  );
  const sound = new Float32Array(to - from);
  let length = 0;
  let at = from;
  for (const gap of [...gaps, { from: to, to }]) {
    sound.set(samples.subarray(at, gap.from), length);
    length += gap.from - at;
    at = gap.to;
  }
  return { sound: sound.subarray(0, length), missing: to - from - length };
}

import { pcmWav } from './wavFile.ts';

/**
 * A signal that says of every frame which one it is: 16-bit values, the lower half of the frame's number on the left and
 * the upper half, plus 1, on the right. So a missing, repeated or changed frame is seen, and silence is none.
 */

const HALF = 0x10000;
const SCALE = 0x8000;

/** A WAV file of 16-bit frames 0 to `frames` - 1. */
export function countingWav(frames: number, rate = 48_000): Uint8Array {
  return pcmWav(
    frames,
    (frame, channel) => (channel === 0 ? (frame % HALF) - SCALE : Math.floor(frame / HALF) + 1),
    { rate },
  );
}

export interface CountedFrames {
  /** Frames of silence before the signal, and behind it. */
  before: number;
  after: number;
  /** Number of the first frame of the signal, and how many there are. */
  first: number;
  count: number;
  /** Silences in the middle of it: the player was late. */
  pauses: number;
  /** Where a frame is not the one after that before it, as “expected, found”. */
  faults: string[];
  /** Frames of the recording at which a pause, or a fault, begins. */
  breaks: { at: number; frames: number }[];
}

/** Number of the frame that the recording has at `at`; undefined in silence. */
export function countAt(left: ArrayLike<number>, right: ArrayLike<number>, at: number): number | undefined {
  if (right[at] === undefined || right[at] === 0) return undefined;
  return Math.round(left[at]! * SCALE) + SCALE + (Math.round(right[at] * SCALE) - 1) * HALF;
}

/** What a recording of it contains. */
export function readCount(left: ArrayLike<number>, right: ArrayLike<number>): CountedFrames {
  const counted: CountedFrames = {
    before: 0,
    after: 0,
    first: -1,
    count: 0,
    pauses: 0,
    faults: [],
    breaks: [],
  };
  let next: number | undefined;
  for (let at = 0; at < left.length; at++) {
    const frame = countAt(left, right, at);
    if (frame === undefined) {
      if (next === undefined) counted.before++;
      else counted.after++;
      continue;
    }
    if (counted.after > 0) {
      counted.pauses++;
      counted.breaks.push({ at: at - counted.after, frames: counted.after });
      counted.after = 0;
    }
    if (next === undefined) counted.first = frame;
    else if (frame !== next) {
      counted.faults.push(`${next}, ${frame}`);
      counted.breaks.push({ at, frames: frame - next });
    }
    next = frame + 1;
    counted.count++;
  }
  return counted;
}

import type { AlsaScale } from '../../../contract/alsaHardware.ts';

/** Decibels of an element, as drivers tell them: type-length-value words of the kernel's `sound/tlv.h`. */

const TYPE = {
  CONTAINER: 0,
  DB_SCALE: 1,
  DB_LINEAR: 2,
  DB_RANGE: 3,
  DB_MINMAX: 4,
  DB_MINMAX_MUTE: 5,
} as const;

/** Of the word after a scale's minimum: the step in 1/100 dB, and whether the lowest value mutes. */
const STEP_MASK = 0xffff;
const MUTE_BIT = 0x10000;
/** 1/100 dB at or below which a minimum means silence. */
const MUTE_LEVEL = -9_999_999;

/**
 * The scale of an integer element with values from `minimum` to `maximum`; empty when the words tell no decibels.
 * Words are 32 bits; broken ones tell nothing.
 */
export function readTlv(words: Int32Array, minimum: number, maximum: number): AlsaScale[] {
  const [type, bytes] = words;
  if (type === undefined || bytes === undefined || bytes < 0) return [];
  const body = words.subarray(2, 2 + Math.ceil(bytes / 4));
  switch (type) {
    case TYPE.CONTAINER:
      return firstInside(body, minimum, maximum);
    case TYPE.DB_RANGE:
      return ranges(body);
    case TYPE.DB_SCALE:
    case TYPE.DB_LINEAR:
    case TYPE.DB_MINMAX:
    case TYPE.DB_MINMAX_MUTE:
      return scale(type, body, minimum, maximum);
    default:
      return [];
  }
}

function firstInside(body: Int32Array, minimum: number, maximum: number): AlsaScale[] {
  for (let at = 0; at + 1 < body.length; at = next(body, at)) {
    const found = readTlv(body.subarray(at), minimum, maximum);
    if (found.length > 0) return found;
  }
  return [];
}

/** Pairs of bounds, each with the scale of the values between them. */
function ranges(body: Int32Array): AlsaScale[] {
  const scales: AlsaScale[] = [];
  for (let at = 0; at + 3 < body.length; at = next(body, at + 2)) {
    const [from, to] = [body[at]!, body[at + 1]!];
    scales.push(...readTlv(body.subarray(at + 2), from, to));
  }
  return scales.sort((a, b) => a.from - b.from);
}

function next(body: Int32Array, at: number): number {
  return at + 2 + Math.max(0, Math.ceil(body[at + 1]! / 4));
}

function scale(type: number, [first, second]: Int32Array, from: number, to: number): AlsaScale[] {
  if (first === undefined || second === undefined || to < from) return [];
  if (type === TYPE.DB_SCALE) {
    const highest = first + (second & STEP_MASK) * (to - from);
    const mutes = (second & MUTE_BIT) !== 0;
    return [{ from, to, law: 'decibels', lowest: first / 100, highest: highest / 100, mutes }];
  }
  const isSilence = first <= MUTE_LEVEL;
  return [
    {
      from,
      to,
      law: type === TYPE.DB_LINEAR ? 'amplitude' : 'decibels',
      lowest: isSilence ? -Infinity : first / 100,
      highest: second / 100,
      mutes: isSilence || type === TYPE.DB_MINMAX_MUTE,
    },
  ];
}

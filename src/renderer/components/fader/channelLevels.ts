/**
 * One fader for several channels. The fader shows the loudest channel; moving it moves all and keeps their
 * differences; balance is the difference between left and right.
 */
import type { ToneControl, VolumeControl } from '../../../contract/services/mixer.ts';
import { ksLevelToDecibels, type KsLevel } from '../../../contract/units.ts';
import type { FaderLaw } from './faderLaw.ts';

type Levels = Pick<VolumeControl | ToneControl, 'levels'>;

/** What the fader shows: the loudest channel, in dB. */
export function loudestDecibels(control: Levels): number {
  let loudest = -Infinity;
  for (const level of control.levels) loudest = Math.max(loudest, ksLevelToDecibels(level));
  return loudest;
}

/** Each channel's distance below the loudest, in dB (0 or negative). */
export function channelOffsets(control: Levels): number[] {
  const loudest = loudestDecibels(control);
  return control.levels.map((level) => (loudest === -Infinity ? 0 : ksLevelToDecibels(level) - loudest));
}

/** Levels with the loudest channel at `decibels` and the others below it by their offsets. */
export function levelsAt(law: FaderLaw, offsets: readonly number[], decibels: number): KsLevel[] {
  const loudest = Math.min(law.maxDecibels, decibels);
  return offsets.map((offset) => law.snap(loudest + offset));
}

/** -1 (left only) to 1 (right only), from two channels' offsets. */
export function balanceOf(offsets: readonly number[]): number {
  const [left = 0, right = 0] = offsets;
  const difference = right - left;
  if (difference === 0) return 0;
  return Math.sign(difference) * (1 - 10 ** (-Math.abs(difference) / 20));
}

/** Difference right minus left in dB that a balance stands for; 1 and -1 are endless. */
export function balanceDecibels(balance: number): number {
  return balance === 0 ? 0 : -Math.sign(balance) * 20 * Math.log10(1 - Math.min(1, Math.abs(balance)));
}

/** Two channels' offsets for a balance: the far side is turned down by its share of the amplitude. */
export function offsetsForBalance(balance: number): [number, number] {
  const share = Math.min(1, Math.abs(balance));
  const down = share === 0 ? 0 : 20 * Math.log10(1 - share);
  return balance > 0 ? [down, 0] : [0, down];
}

/**
 * Where a level stands on a fader, and back. Linear in decibels from the top down to -48 dB, where hands work; the
 * rest of a long range is pressed into the last part of the travel, so that the bottom is as good as silence.
 */
import type { LevelRange } from '../../../contract/services/mixer.ts';
import { decibelsToKsLevel, ksLevelToDecibels, type KsLevel } from '../../../contract/units.ts';

const KNEE_DECIBELS = -48;
const KNEE_POSITION = 0.08;
/** What stands for minus infinity at the bottom of the travel. */
const SILENT_DECIBELS = -144;
const TICK_SPACINGS = [1, 2, 3, 6, 12, 24, 48];
const MOST_TICKS = 6;

export interface FaderLaw {
  readonly minDecibels: number;
  readonly maxDecibels: number;
  /** One step of the node, in dB; 0 when the node has none. */
  readonly stepDecibels: number;
  /** Levels that get a mark and a number, from the top down. */
  readonly ticks: readonly number[];
  /** Where double-click leads: 0 dB, or the top of a range that ends below. */
  readonly homeDecibels: number;
  /** Position 0 (bottom) to 1 (top). */
  positionOf(decibels: number): number;
  decibelsAt(position: number): number;
  /** Nearest level the node can have: clamped, on the step grid counted from the minimum. */
  snap(decibels: number): KsLevel;
}

/** What a fader shows and sets. */
export interface Level {
  readonly law: FaderLaw;
  readonly decibels: number;
  setDecibels(decibels: number): void;
}

export function faderLaw(range: LevelRange): FaderLaw {
  const minDecibels: number = ksLevelToDecibels(range.min);
  const maxDecibels: number = ksLevelToDecibels(range.max);
  const floor = Math.max(minDecibels, SILENT_DECIBELS);
  const hasKnee = floor < KNEE_DECIBELS - 12 && maxDecibels > KNEE_DECIBELS + 12;
  const knee = hasKnee ? KNEE_DECIBELS : floor;
  const kneePosition = hasKnee ? KNEE_POSITION : 0;
  const upperSpan = maxDecibels - knee;

  const positionOf = (decibels: number): number => {
    if (maxDecibels <= floor || decibels >= maxDecibels) return 1;
    if (decibels <= floor) return 0;
    if (decibels >= knee) return kneePosition + ((decibels - knee) / upperSpan) * (1 - kneePosition);
    return ((decibels - floor) / (knee - floor)) * kneePosition;
  };

  const decibelsAt = (position: number): number => {
    if (position >= 1) return maxDecibels;
    if (position <= 0) return minDecibels;
    if (position >= kneePosition) return knee + ((position - kneePosition) / (1 - kneePosition)) * upperSpan;
    return floor + (position / kneePosition) * (knee - floor);
  };

  const snap = (decibels: number): KsLevel => {
    if (decibels >= maxDecibels) return range.max;
    if (decibels <= minDecibels) return range.min;
    const level = decibelsToKsLevel(decibels);
    if (range.step <= 0) return level;
    const stepped = range.min + Math.round((level - range.min) / range.step) * range.step;
    return Math.min(range.max, stepped) as KsLevel;
  };

  return {
    minDecibels,
    maxDecibels,
    stepDecibels: ksLevelToDecibels(range.step),
    ticks: ticksBetween(knee, maxDecibels),
    homeDecibels: Math.min(maxDecibels, Math.max(minDecibels, 0)),
    positionOf,
    decibelsAt,
    snap,
  };
}

function ticksBetween(bottom: number, top: number): number[] {
  const spacing = TICK_SPACINGS.find((candidate) => (top - bottom) / candidate < MOST_TICKS) ?? 48;
  const ticks: number[] = [];
  for (let tick = Math.floor(top / spacing) * spacing; tick >= bottom; tick -= spacing) ticks.push(tick);
  return ticks;
}

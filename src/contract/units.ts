/**
 * Branded unit types and the only place where they are converted into each other.
 * A brand costs nothing at run time; it keeps a level from being passed where a time is meant.
 */

declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** REFERENCE_TIME: 100 ns units. A double holds them exactly for 28 years. */
export type ReferenceTime = Branded<number, 'ReferenceTime'>;
/** Level of a node property: 1/65536 dB; `KS_LEVEL_SILENCE` stands for minus infinity. Specification 2.2. */
export type KsLevel = Branded<number, 'KsLevel'>;
/** Sample frames (one sample of every channel). */
export type Frame = Branded<number, 'Frame'>;
export type Seconds = Branded<number, 'Seconds'>;
export type Decibels = Branded<number, 'Decibels'>;
/** Linear amplitude factor, 1 = unchanged. */
export type LinearGain = Branded<number, 'LinearGain'>;

export const REFERENCE_TIME_PER_SECOND = 10_000_000;
export const REFERENCE_TIME_PER_MILLISECOND = 10_000;
export const KS_LEVEL_PER_DECIBEL = 0x10000;
/** 0x80000000 as a LONG: minus infinity dB. */
export const KS_LEVEL_SILENCE = -0x80000000 as KsLevel;
export const KS_LEVEL_MAX = 0x7fffffff as KsLevel;

/** 100 ns units. */
export const referenceTime = (value: number): ReferenceTime => value as ReferenceTime;
/** 1/65536 dB. */
export const ksLevel = (value: number): KsLevel => value as KsLevel;
/** Sample frames. */
export const frame = (value: number): Frame => value as Frame;
/** Seconds, with fractions. */
export const seconds = (value: number): Seconds => value as Seconds;
/** dB; -Infinity is silence. */
export const decibels = (value: number): Decibels => value as Decibels;
/** Factor on amplitudes. */
export const linearGain = (value: number): LinearGain => value as LinearGain;

/** Rounded to 100 ns. */
export function secondsToReferenceTime(value: number): ReferenceTime {
  return Math.round(value * REFERENCE_TIME_PER_SECOND) as ReferenceTime;
}

/** Exact. */
export function referenceTimeToSeconds(value: ReferenceTime): Seconds {
  return (value / REFERENCE_TIME_PER_SECOND) as Seconds;
}

/** Rounded to 100 ns. */
export function millisecondsToReferenceTime(value: number): ReferenceTime {
  return Math.round(value * REFERENCE_TIME_PER_MILLISECOND) as ReferenceTime;
}

/** Not rounded: a frame is no whole number of 100 ns units. `sampleRate` in Hz. */
export function framesToReferenceTime(frames: number, sampleRate: number): ReferenceTime {
  return ((frames * REFERENCE_TIME_PER_SECOND) / sampleRate) as ReferenceTime;
}

/** With fractions. `sampleRate` in Hz. */
export function referenceTimeToFrames(time: ReferenceTime, sampleRate: number): number {
  return (time * sampleRate) / REFERENCE_TIME_PER_SECOND;
}

/** dB to the node unit, rounded and kept inside the LONG range; -Infinity becomes `KS_LEVEL_SILENCE`. */
export function decibelsToKsLevel(value: number): KsLevel {
  if (value === -Infinity) return KS_LEVEL_SILENCE;
  const level = Math.round(value * KS_LEVEL_PER_DECIBEL);
  return Math.min(KS_LEVEL_MAX, Math.max(KS_LEVEL_SILENCE + 1, level)) as KsLevel;
}

/** Silence is -Infinity. */
export function ksLevelToDecibels(value: KsLevel): Decibels {
  return (value === KS_LEVEL_SILENCE ? -Infinity : value / KS_LEVEL_PER_DECIBEL) as Decibels;
}

/** 0 for -Infinity. */
export function decibelsToGain(value: number): LinearGain {
  return (value === -Infinity ? 0 : Math.pow(10, value / 20)) as LinearGain;
}

/** -Infinity for 0 and below. */
export function gainToDecibels(value: number): Decibels {
  return (value <= 0 ? -Infinity : 20 * Math.log10(value)) as Decibels;
}

/** 0 for silence. */
export function ksLevelToGain(value: KsLevel): LinearGain {
  return decibelsToGain(ksLevelToDecibels(value));
}

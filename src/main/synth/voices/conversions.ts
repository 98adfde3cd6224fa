/** From the units of parameters to what voices compute with. Units: ../collections/parameter.ts. */
import { FALL_DECIBELS } from '../collections/parameter.ts';

const LN_10 = Math.LN10;

export const CENTS = 1200;
export const LOWEST_OCTAVE = -64;
const OCTAVES = 128;
/** Ratios of 0 to 1200 cents, and of octaves from the lowest on. */
export const RATIOS = Float64Array.from({ length: CENTS + 1 }, (_none, cents) => Math.pow(2, cents / CENTS));
export const OCTAVE_RATIOS = Float64Array.from({ length: OCTAVES }, (_none, octave) =>
  Math.pow(2, octave + LOWEST_OCTAVE),
);

/**
 * Frequency ratio of an interval in cents. Straight lines between the cents: wrong by less than a ten-thousandth of
 * one.
 */
export function centsToRatio(cents: number): number {
  const octave = Math.floor(cents / CENTS);
  const rest = cents - octave * CENTS;
  const whole = Math.floor(rest);
  const low = RATIOS[whole]!;
  const scale = OCTAVE_RATIOS[Math.max(0, Math.min(OCTAVES - 1, octave - LOWEST_OCTAVE))]!;
  return (low + (RATIOS[whole + 1]! - low) * (rest - whole)) * scale;
}

/** Hertz of absolute cents: 0 is MIDI key 0, 8.176 Hz. */
export const absoluteCentsToHertz = (cents: number): number => 8.175798915643707 * centsToRatio(cents);

/** 0 timecents is one second; 1,200 more is twice the time. */
export const timecentsToSeconds = (timecents: number): number => centsToRatio(timecents);

/** Amplitude of an attenuation in dB; 1 for 0. */
export const attenuationToGain = (decibels: number): number =>
  decibels === 0 ? 1 : Math.exp(decibels * (-LN_10 / 20));

/** Natural logarithm of the amplitude after a fall by `FALL_DECIBELS`. */
export const FULL_FALL = (-FALL_DECIBELS / 20) * LN_10;

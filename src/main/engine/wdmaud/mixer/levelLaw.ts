import { KS_LEVEL_SILENCE } from '../../../../contract/units.ts';
import type { ControlRange } from './nodeControl.ts';

/** The 0..65535 of the mixer API and the levels of nodes. Specification 6.5. */

export const MIXER_FULL_SCALE = 0xffff;

/**
 * RULE-11 (Windows' law is UNCONFIRMED): linear over the node's range and snapped to its steps, counted from the
 * minimum. 0 is the minimum and 65535 the maximum, also when the last step does not end there.
 */
export function levelOfMixerValue(value: number, { minimum, maximum, step }: ControlRange): number {
  if (value >= MIXER_FULL_SCALE) return maximum;
  const level = minimum + Math.round((value * (maximum - minimum)) / MIXER_FULL_SCALE);
  // A grid cannot be counted from minus infinity.
  if (step <= 0 || minimum === KS_LEVEL_SILENCE) return level;
  return Math.min(maximum, Math.round(minimum + Math.round((level - minimum) / step) * step));
}

/** The inverse: minus infinity is 0, and a node whose range is one level always stands at 65535. */
export function mixerValueOfLevel(level: number, { minimum, maximum }: ControlRange): number {
  if (maximum <= minimum) return MIXER_FULL_SCALE;
  if (level === KS_LEVEL_SILENCE) return 0;
  const value = Math.round(((level - minimum) * MIXER_FULL_SCALE) / (maximum - minimum));
  return Math.min(MIXER_FULL_SCALE, Math.max(0, value));
}

/** `Metrics.cSteps` of a control: (Max - Min) / Step when the node tells them, else the constant of (R). */
export function stepCount({ minimum, maximum, step, known }: ControlRange): number {
  return known && step > 0 ? Math.floor((maximum - minimum) / step) : 0xc0;
}

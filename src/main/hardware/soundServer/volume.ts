import { linearGain, type LinearGain } from '../../../contract/units.ts';

/**
 * pa_volume_t: 0 is silence, 0x10000 (PA_VOLUME_NORM) is unchanged, and in between the amplitude goes with the third
 * power (pa_sw_volume_to_linear).
 */

const VOLUME_NORM = 0x10000;
/** PA_VOLUME_MAX. */
const VOLUME_MAX = 0x7fffffff;

export function volumeToGain(volume: number): LinearGain {
  return linearGain(Math.pow(volume / VOLUME_NORM, 3));
}

/** Negative and not-a-number gains are silence, as in libpulse. */
export function gainToVolume(gain: number): number {
  if (!(gain > 0)) return 0;
  return Math.min(VOLUME_MAX, Math.round(Math.cbrt(gain) * VOLUME_NORM));
}

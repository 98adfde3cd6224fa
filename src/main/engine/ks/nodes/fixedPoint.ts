import type { NoInstance, Property, PropertyItem } from '../property.ts';
import { FIXED_ONE, KSPROPERTY_AUDIO } from '../properties/audio.ts';
import { rangeSupport, registerItem, type NodeRegister } from './register.ts';

/** 16.16 values of REVERB, CHORUS and STEREO_WIDE nodes. RULE-2 holds for them as for levels: clamp, then step. */

export interface FixedPointOptions extends NodeRegister<number> {
  /** 16.16 */
  readonly minimum?: number;
  readonly maximum?: number;
  readonly step?: number;
}

/** 255.9961 s, the longest KSPROPERTY_AUDIO_REVERB_TIME. */
export const REVERB_TIME_MAX = 0x00ffff00;
const ULONG_MAX = 0xffffffff;

function fixedPointItem(
  property: Property<NoInstance, number>,
  options: FixedPointOptions,
  highest: number,
): PropertyItem {
  const { minimum = 0, maximum = highest, step = 1, ...register } = options;
  return registerItem(
    property,
    register,
    (value) => {
      const clamped = Math.min(maximum, Math.max(minimum, value));
      return step <= 0 ? clamped : Math.min(maximum, minimum + Math.round((clamped - minimum) / step) * step);
    },
    rangeSupport('VT_UI4', { minimum, maximum, step }),
  );
}

/** KSPROPERTY_AUDIO_REVERB_LEVEL: 0x10000 = 100 %. */
export const reverbLevelItem = (options: FixedPointOptions): PropertyItem =>
  fixedPointItem(KSPROPERTY_AUDIO.REVERB_LEVEL, options, FIXED_ONE);
/** KSPROPERTY_AUDIO_REVERB_TIME: seconds. */
export const reverbTimeItem = (options: FixedPointOptions): PropertyItem =>
  fixedPointItem(KSPROPERTY_AUDIO.REVERB_TIME, options, REVERB_TIME_MAX);
/** KSPROPERTY_AUDIO_CHORUS_LEVEL: 0x10000 = 100 %. */
export const chorusLevelItem = (options: FixedPointOptions): PropertyItem =>
  fixedPointItem(KSPROPERTY_AUDIO.CHORUS_LEVEL, options, FIXED_ONE);
/** KSPROPERTY_AUDIO_CHORUS_MODULATION_RATE: Hz. */
export const chorusModulationRateItem = (options: FixedPointOptions): PropertyItem =>
  fixedPointItem(KSPROPERTY_AUDIO.CHORUS_MODULATION_RATE, options, ULONG_MAX);
/** KSPROPERTY_AUDIO_CHORUS_MODULATION_DEPTH: milliseconds. */
export const chorusModulationDepthItem = (options: FixedPointOptions): PropertyItem =>
  fixedPointItem(KSPROPERTY_AUDIO.CHORUS_MODULATION_DEPTH, options, ULONG_MAX);
/** KSPROPERTY_AUDIO_WIDENESS: 0x10000 = unchanged. */
export const widenessItem = (options: FixedPointOptions): PropertyItem =>
  fixedPointItem(KSPROPERTY_AUDIO.WIDENESS, options, ULONG_MAX);

/** A 16.16 share of 1 (CHORUS_LEVEL, REVERB_LEVEL) in percent. */
export const fixedToPercent = (value: number): number => (value / FIXED_ONE) * 100;

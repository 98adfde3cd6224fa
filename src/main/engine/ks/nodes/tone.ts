import type { PropertyItem } from '../property.ts';
import { KSPROPERTY_AUDIO } from '../properties/audio.ts';
import { levelItem, type LevelOptions } from './level.ts';
import { switchItem, type SwitchOptions } from './switch.ts';

/** TONE nodes: at least one of these; the recommended number is one. Specification 2.4, 6.4. */

export const bassItem = (options: LevelOptions): PropertyItem => levelItem(KSPROPERTY_AUDIO.BASS, options);
/** KSPROPERTY_AUDIO_MID */
export const midItem = (options: LevelOptions): PropertyItem => levelItem(KSPROPERTY_AUDIO.MID, options);
/** KSPROPERTY_AUDIO_TREBLE, 1/65536 dB. */
export const trebleItem = (options: LevelOptions): PropertyItem =>
  levelItem(KSPROPERTY_AUDIO.TREBLE, options);
/** KSPROPERTY_AUDIO_BASS_BOOST. */
export const bassBoostItem = (options: SwitchOptions): PropertyItem =>
  switchItem(KSPROPERTY_AUDIO.BASS_BOOST, options);

import type { ChannelInstance, Property, PropertyItem } from '../property.ts';
import { KSPROPERTY_AUDIO } from '../properties/audio.ts';
import { channelItem, type ChannelOptions, type ChannelRegisters } from './channels.ts';

/** Per-channel switches: MUTE, AGC and LOUDNESS nodes, and bass boost. Basic support is 0..1 step 1 per channel. */

export interface SwitchOptions extends ChannelOptions, ChannelRegisters<boolean> {}

const STEPPING = { minimum: 0, maximum: 1, step: 1 } as const;

/** A per-channel BOOL over registers. */
export function switchItem(
  property: Property<ChannelInstance, boolean>,
  options: SwitchOptions,
): PropertyItem {
  return channelItem(property, options, {
    valueType: 'VT_BOOL',
    stepping: () => STEPPING,
    apply: (on) => on,
  });
}

/** KSPROPERTY_AUDIO_MUTE, TRUE = muted. */
export const muteItem = (options: SwitchOptions): PropertyItem => switchItem(KSPROPERTY_AUDIO.MUTE, options);
/** KSPROPERTY_AUDIO_AGC */
export const agcItem = (options: SwitchOptions): PropertyItem => switchItem(KSPROPERTY_AUDIO.AGC, options);
/** KSPROPERTY_AUDIO_LOUDNESS */
export const loudnessItem = (options: SwitchOptions): PropertyItem =>
  switchItem(KSPROPERTY_AUDIO.LOUDNESS, options);

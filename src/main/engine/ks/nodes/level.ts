import { KS_LEVEL_SILENCE, ksLevel, type KsLevel } from '../../../../contract/units.ts';
import type { ChannelInstance, Property, PropertyItem, Stepping } from '../property.ts';
import { KSPROPERTY_AUDIO } from '../properties/audio.ts';
import { channelItem, type ChannelOptions, type ChannelRegisters } from './channels.ts';

/** Levels in 1/65536 dB: VOLUME nodes, and what TONE, EQUALIZER and SUPERMIX nodes build on. Specification 2.2. */

export interface LevelRangeDescription {
  readonly minimum: KsLevel;
  readonly maximum: KsLevel;
  /** Counted from the minimum; 0 = no steps. */
  readonly step: KsLevel;
}

/**
 * RULE-2: clamp, then the nearest step counted from the minimum. Minus infinity is below every range and becomes its
 * minimum, which is silence itself where the range begins there.
 */
export function quantiseLevel(level: KsLevel, { minimum, maximum, step }: LevelRangeDescription): KsLevel {
  if (level <= minimum) return minimum;
  if (level >= maximum) return maximum;
  // A grid cannot be counted from minus infinity.
  if (step <= 0 || minimum === KS_LEVEL_SILENCE) return level;
  return ksLevel(Math.min(maximum, minimum + Math.round((level - minimum) / step) * step));
}

/** As basic support tells it, in 1/65536 dB. */
export function levelStepping({ minimum, maximum, step }: LevelRangeDescription): Stepping {
  return { minimum, maximum, step };
}

export interface LevelOptions extends ChannelOptions, ChannelRegisters<KsLevel> {
  /** One range, or one per channel. */
  readonly range: LevelRangeDescription | readonly LevelRangeDescription[];
}

/** A per-channel level over registers. Throws RangeError when the ranges do not fit the channels. */
export function levelItem(property: Property<ChannelInstance, KsLevel>, options: LevelOptions): PropertyItem {
  const ranges = rangesOf(options);
  return channelItem(property, options, {
    valueType: 'VT_I4',
    stepping: (channel) => levelStepping(ranges[channel]!),
    apply: (level, channel) => quantiseLevel(level, ranges[channel]!),
  });
}

/** KSPROPERTY_AUDIO_VOLUMELEVEL, the property of VOLUME nodes. */
export const volumeLevelItem = (options: LevelOptions): PropertyItem =>
  levelItem(KSPROPERTY_AUDIO.VOLUMELEVEL, options);

function rangesOf({ range, channels, uniform }: LevelOptions): readonly LevelRangeDescription[] {
  if (!Array.isArray(range)) {
    return Array.from({ length: channels }, () => range as LevelRangeDescription);
  }
  const ranges = range as readonly LevelRangeDescription[];
  if (ranges.length !== channels) throw new RangeError(`${ranges.length} ranges for ${channels} channels.`);
  const first = ranges[0]!;
  const differs = ranges.some(
    ({ minimum, maximum, step }) =>
      minimum !== first.minimum || maximum !== first.maximum || step !== first.step,
  );
  if (uniform && differs) throw new RangeError('A uniform node has one range for all channels.');
  return ranges;
}

import { ksLevel, KS_LEVEL_SILENCE, type KsLevel } from '../../../contract/units.ts';
import { ALL_CHANNELS, propertyItem, type PropertyItem, type Stepping } from './property.ts';
import { KSPROPERTY_AUDIO } from './properties/audio.ts';
import { KsError } from './status.ts';

/**
 * The per-channel node properties every driver needs: levels, switches and peak meters, with the channel rules,
 * clamping and basic support of specification 1.9 and 2.2. The driver supplies only the reading and writing of its
 * register.
 */

export interface LevelRangeDescription {
  readonly minimum: KsLevel;
  readonly maximum: KsLevel;
  readonly step: KsLevel;
}

/** RULE-2: clamp, then the nearest step counted from the minimum; minus infinity stays itself. */
export function quantiseLevel(level: KsLevel, { minimum, maximum, step }: LevelRangeDescription): KsLevel {
  if (level === KS_LEVEL_SILENCE) return minimum;
  const clamped = Math.min(maximum, Math.max(minimum, level));
  if (step <= 0) return ksLevel(clamped);
  const stepped = minimum + Math.round((clamped - minimum) / step) * step;
  return ksLevel(Math.min(maximum, stepped));
}

/**
 * Channels a request names. Unknown channel: (MS) STATUS_INVALID_PARAMETER.
 * @throws KsError
 */
function channelsOf(channel: number, count: number): { first: number; last: number } {
  if (channel === ALL_CHANNELS) return { first: 0, last: count - 1 };
  if (Number.isInteger(channel) && channel >= 0 && channel < count) return { first: channel, last: channel };
  throw new KsError('STATUS_INVALID_PARAMETER', `There is no channel ${channel}; the node has ${count}.`);
}

/** The channels a set changes: on a uniform node one value drives them all. */
function channelsWritten(channel: number, count: number, uniform: boolean): { first: number; last: number } {
  const named = channelsOf(channel, count);
  return uniform ? { first: 0, last: count - 1 } : named;
}

/** KSPROPERTY_AUDIO_VOLUMELEVEL of a node with `channels` channels. */
export function volumeLevelItem(options: {
  channels: number;
  range: LevelRangeDescription;
  uniform?: boolean;
  read(channel: number): KsLevel;
  write(channel: number, level: KsLevel): void;
  changed?(): void;
}): PropertyItem {
  const { channels, range, uniform = false } = options;
  const stepping: Stepping = { minimum: range.minimum, maximum: range.maximum, step: range.step };
  return propertyItem({
    property: KSPROPERTY_AUDIO.VOLUMELEVEL,
    get: ({ channel }) => options.read(channelsOf(channel, channels).first),
    set: ({ channel }, level) => {
      const { first, last } = channelsWritten(channel, channels, uniform);
      const applied = quantiseLevel(level, range);
      for (let each = first; each <= last; each++) options.write(each, applied);
      options.changed?.();
    },
    basicSupport: () => ({
      valueType: 'VT_I4',
      members: { multichannel: true, uniform, steppings: Array.from({ length: channels }, () => stepping) },
    }),
  });
}

/** KSPROPERTY_AUDIO_MUTE of a node with `channels` channels; TRUE = muted. */
export function muteItem(options: {
  channels: number;
  uniform?: boolean;
  read(channel: number): boolean;
  write(channel: number, muted: boolean): void;
  changed?(): void;
}): PropertyItem {
  const { channels, uniform = false } = options;
  return propertyItem({
    property: KSPROPERTY_AUDIO.MUTE,
    get: ({ channel }) => options.read(channelsOf(channel, channels).first),
    set: ({ channel }, muted) => {
      const { first, last } = channelsWritten(channel, channels, uniform);
      for (let each = first; each <= last; each++) options.write(each, muted);
      options.changed?.();
    },
    basicSupport: () => ({
      valueType: 'VT_BOOL',
      members: {
        multichannel: true,
        uniform,
        steppings: Array.from({ length: channels }, () => ({ minimum: 0, maximum: 1, step: 1 })),
      },
    }),
  });
}

/** Full scale of KSPROPERTY_AUDIO_PEAKMETER2. */
export const PEAK_FULL_SCALE = 0x7fffffff;

/** KSPROPERTY_AUDIO_PEAKMETER2: a successful read resets the peak. `take` answers linear peak and resets it. */
export function peakMeterItem(options: { channels: number; take(channel: number): number }): PropertyItem {
  return propertyItem({
    property: KSPROPERTY_AUDIO.PEAKMETER2,
    get: ({ channel }) => {
      const { first, last } = channelsOf(channel, options.channels);
      let peak = 0;
      for (let each = first; each <= last; each++) peak = Math.max(peak, options.take(each));
      return Math.floor(Math.min(1, peak) * PEAK_FULL_SCALE);
    },
    basicSupport: () => ({
      valueType: 'VT_I4',
      members: {
        multichannel: true,
        uniform: false,
        steppings: Array.from({ length: options.channels }, () => ({
          minimum: -0x80000000,
          maximum: 0x7fffffff,
          step: 1,
        })),
      },
    }),
  });
}

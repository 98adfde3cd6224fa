import {
  propertyItem,
  ALL_CHANNELS,
  type BasicSupport,
  type PropertyContext,
  type PropertyItem,
} from '../property.ts';
import { KSPROPERTY_AUDIO } from '../properties/audio.ts';
import { channelRead, type ChannelOptions } from './channels.ts';

/** Full scale of KSPROPERTY_AUDIO_PEAKMETER2. */
export const PEAK_FULL_SCALE = 0x7fffffff;
/** Full scale of the older KSPROPERTY_AUDIO_PEAKMETER. */
export const PEAK_FULL_SCALE_16 = 0x7fff;

export interface PeakMeterOptions extends Pick<ChannelOptions, 'channels' | 'perPin'> {
  /** The channel's highest absolute sample since it was last taken, linear, 1 = full scale; taking resets it. */
  take(channel: number, context: PropertyContext): number;
}

/**
 * KSPROPERTY_AUDIO_PEAKMETER2: a successful read resets the peak. Channel -1 reads the highest of all channels and
 * resets them all. Specification 2.1.
 */
export function peakMeterItem(options: PeakMeterOptions): PropertyItem {
  return meterItem(KSPROPERTY_AUDIO.PEAKMETER2, PEAK_FULL_SCALE, options, [-0x80000000, 0x7fffffff]);
}

/** KSPROPERTY_AUDIO_PEAKMETER, deprecated: the same on a 16-bit scale. */
export function peakMeter16Item(options: PeakMeterOptions): PropertyItem {
  return meterItem(KSPROPERTY_AUDIO.PEAKMETER, PEAK_FULL_SCALE_16, options, [-0x8000, 0x7fff]);
}

function meterItem(
  property: typeof KSPROPERTY_AUDIO.PEAKMETER2,
  fullScale: number,
  options: PeakMeterOptions,
  [minimum, maximum]: readonly [number, number],
): PropertyItem {
  const { channels, perPin = false } = options;
  const support: Omit<BasicSupport, 'access'> = {
    valueType: 'VT_I4',
    members: {
      multichannel: true,
      uniform: false,
      steppings: Array.from({ length: channels }, () => ({ minimum, maximum, step: 1 })),
    },
  };
  return propertyItem({
    property,
    ...(perPin ? { perPin } : {}),
    get: (instance, context) => {
      const first = channelRead(instance, options);
      const last = instance.channel === ALL_CHANNELS ? channels - 1 : first;
      let peak = 0;
      for (let channel = first; channel <= last; channel++) {
        peak = Math.max(peak, options.take(channel, context));
      }
      return Math.floor(Math.min(1, peak) * fullScale);
    },
    basicSupport: () => support,
  });
}

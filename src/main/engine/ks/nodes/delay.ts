import { referenceTime, type ReferenceTime } from '../../../../contract/units.ts';
import type { PropertyItem } from '../property.ts';
import { KSPROPERTY_AUDIO } from '../properties/audio.ts';
import { KsError } from '../status.ts';
import { channelItem, type ChannelOptions, type ChannelRegisters } from './channels.ts';

export interface DelayOptions extends ChannelOptions, ChannelRegisters<ReferenceTime> {
  /** The longest delay, 100 ns units. RULE-2: longer ones are clamped to it. */
  readonly maximum: ReferenceTime;
}

/** KSPROPERTY_AUDIO_DELAY of DELAY nodes. The KSTIME answered has the fraction 1/1. Specification 2.1. */
export function delayItem(options: DelayOptions): PropertyItem {
  const { read, write, writeDefault, defaultValue, changed, maximum, ...addressing } = options;
  const kstime = (time: ReferenceTime) => ({ time: time as number, numerator: 1, denominator: 1 });
  return channelItem<{ time: number; numerator: number; denominator: number }>(
    KSPROPERTY_AUDIO.DELAY,
    {
      ...addressing,
      read: (channel, context) => kstime(read(channel, context)),
      write: (channel, { time }, context) => write(channel, referenceTime(time), context),
      ...(writeDefault && {
        writeDefault: (channel, { time }) => writeDefault(channel, referenceTime(time)),
      }),
      ...(defaultValue && { defaultValue: (channel) => kstime(defaultValue(channel)) }),
      ...(changed && { changed }),
    },
    {
      valueType: 'VT_I4',
      apply({ time, numerator, denominator }) {
        const units = (time * numerator) / denominator;
        if (!Number.isFinite(units)) {
          throw new KsError('STATUS_INVALID_PARAMETER', 'The KSTIME has the denominator 0.');
        }
        return kstime(referenceTime(Math.min(maximum, Math.max(0, Math.round(units)))));
      },
    },
  );
}

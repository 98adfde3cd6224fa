import type { KsLevel } from '../../../../contract/units.ts';
import type { PropertyContext, PropertyItem } from '../property.ts';
import { KSPROPERTY_AUDIO } from '../properties/audio.ts';
import { KsError } from '../status.ts';
import { channelItem, type ChannelOptions } from './channels.ts';
import { levelStepping, quantiseLevel, type LevelRangeDescription } from './level.ts';

export interface EqualizerOptions extends ChannelOptions {
  /** Centre frequencies, Hz. */
  readonly bands: readonly number[];
  readonly range: LevelRangeDescription;
  /** One level per band. */
  read(channel: number, context: PropertyContext): readonly KsLevel[];
  write(channel: number, levels: readonly KsLevel[], context: PropertyContext): void;
  changed?(context: PropertyContext): void;
}

/**
 * The three properties of EQUALIZER nodes: EQ_LEVEL, NUM_EQ_BANDS and EQ_BANDS. A set of another number of levels
 * than there are bands: STATUS_INVALID_PARAMETER. Specification 2.1, 2.4.
 */
export function equalizerItems(options: EqualizerOptions): PropertyItem[] {
  const { bands, range, channels, masterOnly = false } = options;
  const addressing = { channels, masterOnly, ...(options.perPin ? { perPin: true } : {}) };
  return [
    channelItem<readonly KsLevel[]>(KSPROPERTY_AUDIO.EQ_LEVEL, options, {
      valueType: 'VT_I4',
      stepping: () => levelStepping(range),
      apply(levels) {
        if (levels.length !== bands.length) {
          throw new KsError(
            'STATUS_INVALID_PARAMETER',
            `${levels.length} levels for an equalizer of ${bands.length} bands.`,
          );
        }
        return levels.map((level) => quantiseLevel(level, range));
      },
    }),
    channelItem(
      KSPROPERTY_AUDIO.NUM_EQ_BANDS,
      { ...addressing, read: () => bands.length },
      { valueType: 'VT_UI4', apply: (count) => count },
    ),
    channelItem<readonly number[]>(
      KSPROPERTY_AUDIO.EQ_BANDS,
      { ...addressing, read: () => bands },
      { valueType: 'VT_UI4', apply: (frequencies) => frequencies },
    ),
  ];
}

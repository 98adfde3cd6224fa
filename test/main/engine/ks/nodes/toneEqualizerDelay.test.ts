import { describe, expect, it } from 'vitest';
import { ksLevel, referenceTime, type KsLevel } from '../../../../../src/contract/units.ts';
import { KSNODETYPE } from '../../../../../src/main/engine/ks/guid.ts';
import { delayItem } from '../../../../../src/main/engine/ks/nodes/delay.ts';
import { dynamicRangeItem } from '../../../../../src/main/engine/ks/nodes/dynamicRange.ts';
import { equalizerItems } from '../../../../../src/main/engine/ks/nodes/equalizer.ts';
import { ALL_CHANNELS } from '../../../../../src/main/engine/ks/property.ts';
import { KSPROPERTY_AUDIO as AUDIO } from '../../../../../src/main/engine/ks/properties/audio.ts';
import { LEVEL_RANGE, stereo, variable } from '../../../../support/completeNode.ts';
import { nodeFilter, statusOf } from '../../../../support/ksFilter.ts';

const db = (value: number) => ksLevel(value * 0x10000);

describe('TONE, EQUALIZER, LOUDNESS and DELAY', () => {
  it('a tone node answers one property or all four', () => {
    const filter = nodeFilter(KSNODETYPE.TONE);
    expect(filter.supports(AUDIO.BASS, 0)).toBe(true);
    expect(filter.supports(AUDIO.TREBLE, 0)).toBe(false);
    filter.set(AUDIO.BASS, { channel: ALL_CHANNELS }, db(99), 0);
    expect(filter.get(AUDIO.BASS, { channel: 1 }, 0)).toBe(LEVEL_RANGE.maximum);
  });

  it('an equalizer has one level per band, clamped and stepped', () => {
    const registers = stereo<readonly KsLevel[]>([db(0), db(0)]);
    const filter = nodeFilter(
      KSNODETYPE.EQUALIZER,
      ...equalizerItems({ ...registers, bands: [100, 5_000], range: LEVEL_RANGE }),
    );
    const set = (levels: KsLevel[]) => filter.set(AUDIO.EQ_LEVEL, { channel: 0 }, levels, 0);
    set([db(10), ksLevel(-0x9fff)]);
    expect(filter.get(AUDIO.EQ_LEVEL, { channel: 0 }, 0)).toEqual([db(0), -0x8000]);
    expect(filter.get(AUDIO.EQ_LEVEL, { channel: 1 }, 0)).toEqual([db(0), db(0)]);
    expect(filter.get(AUDIO.NUM_EQ_BANDS, { channel: 1 }, 0)).toBe(2);
    expect(filter.get(AUDIO.EQ_BANDS, { channel: 0 }, 0)).toEqual([100, 5_000]);
    expect(statusOf(() => set([db(0)]))).toBe('STATUS_INVALID_PARAMETER');
    expect(statusOf(() => filter.set(AUDIO.NUM_EQ_BANDS, { channel: 0 }, 3, 0))).toBe(
      'STATUS_INVALID_DEVICE_REQUEST',
    );
    expect(statusOf(() => filter.get(AUDIO.EQ_BANDS, { channel: 2 }, 0))).toBe('STATUS_INVALID_PARAMETER');
  });

  it('DYNAMIC_RANGE is two percentages of at most 100, 0 and 0 by default', () => {
    const item = dynamicRangeItem(variable({ quietCompression: 0, loudCompression: 0 }));
    const filter = nodeFilter(KSNODETYPE.LOUDNESS, item);
    filter.set(AUDIO.DYNAMIC_RANGE, undefined, { quietCompression: 30, loudCompression: 400 }, 0);
    expect(filter.get(AUDIO.DYNAMIC_RANGE, undefined, 0)).toEqual({
      quietCompression: 30,
      loudCompression: 100,
    });
    expect(filter.defaultValue(AUDIO.DYNAMIC_RANGE, undefined, 0)).toEqual({
      quietCompression: 0,
      loudCompression: 0,
    });
  });

  it('DELAY is a KSTIME: the fraction counts, the longest delay limits', () => {
    const registers = stereo(referenceTime(0));
    const item = delayItem({ ...registers, maximum: referenceTime(5_000_000) });
    const filter = nodeFilter(KSNODETYPE.DELAY, item);
    const set = (time: number, numerator: number, denominator: number) =>
      filter.set(AUDIO.DELAY, { channel: 0 }, { time, numerator, denominator }, 0);
    set(100, 10_000, 1);
    expect(registers.values).toEqual([1_000_000, 0]);
    set(3, 1, 2);
    expect(filter.get(AUDIO.DELAY, { channel: 0 }, 0)).toEqual({ time: 2, numerator: 1, denominator: 1 });
    set(60_000, 10_000, 1);
    set(-1, 1, 1);
    expect(registers.values[0]).toBe(0);
    expect(statusOf(() => set(1, 1, 0))).toBe('STATUS_INVALID_PARAMETER');
  });
});

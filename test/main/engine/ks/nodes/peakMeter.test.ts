import { describe, expect, it } from 'vitest';
import { KSNODETYPE } from '../../../../../src/main/engine/ks/guid.ts';
import { peakMeter16Item, peakMeterItem } from '../../../../../src/main/engine/ks/nodes/peakMeter.ts';
import { ALL_CHANNELS } from '../../../../../src/main/engine/ks/property.ts';
import { KSPROPERTY_AUDIO as AUDIO } from '../../../../../src/main/engine/ks/properties/audio.ts';
import { nodeFilter, statusOf } from '../../../../support/ksFilter.ts';

describe('PEAKMETER', () => {
  function meter() {
    const peaks = [0, 0];
    const take = (channel: number) => peaks.splice(channel, 1, 0)[0]!;
    const items = [peakMeterItem({ channels: 2, take }), peakMeter16Item({ channels: 2, take })];
    return { peaks, filter: nodeFilter(KSNODETYPE.PEAKMETER, ...items) };
  }

  it('34: half scale reads 0x3FFFFFFF, and the next read 0', () => {
    const { peaks, filter } = meter();
    peaks[1] = 0.5;
    expect(filter.get(AUDIO.PEAKMETER2, { channel: 1 }, 0)).toBe(0x3fffffff);
    expect(filter.get(AUDIO.PEAKMETER2, { channel: 1 }, 0)).toBe(0);
  });

  it('34: a failed read keeps the peak', () => {
    const { peaks, filter } = meter();
    peaks[0] = 1;
    expect(statusOf(() => filter.get(AUDIO.PEAKMETER2, { channel: 2 }, 0))).toBe('STATUS_INVALID_PARAMETER');
    expect(filter.get(AUDIO.PEAKMETER2, { channel: 0 }, 0)).toBe(0x7fffffff);
  });

  it('reads the highest of all channels for -1, full scale at most, and LONG_MIN..LONG_MAX as its range', () => {
    const { peaks, filter } = meter();
    peaks.splice(0, 2, 0.25, 3);
    expect(filter.get(AUDIO.PEAKMETER2, { channel: ALL_CHANNELS }, 0)).toBe(0x7fffffff);
    expect(peaks).toEqual([0, 0]);
    expect(filter.basicSupport(AUDIO.PEAKMETER2, 0).members?.steppings[1]).toMatchObject({
      minimum: -0x80000000,
      maximum: 0x7fffffff,
    });
    peaks[0] = 0.5;
    expect(filter.get(AUDIO.PEAKMETER, { channel: 0 }, 0)).toBe(0x3fff);
  });
});

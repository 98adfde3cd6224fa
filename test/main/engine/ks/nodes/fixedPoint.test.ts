import { describe, expect, it } from 'vitest';
import { KSNODETYPE } from '../../../../../src/main/engine/ks/guid.ts';
import {
  chorusLevelItem,
  fixedToPercent,
  REVERB_TIME_MAX,
  reverbTimeItem,
  widenessItem,
} from '../../../../../src/main/engine/ks/nodes/fixedPoint.ts';
import { KSPROPERTY_AUDIO as AUDIO } from '../../../../../src/main/engine/ks/properties/audio.ts';
import { variable } from '../../../../support/completeNode.ts';
import { nodeFilter } from '../../../../support/ksFilter.ts';

describe('effects in 16.16', () => {
  it('35: CHORUS_LEVEL 0x10000 is 100 percent, and more is clamped', () => {
    const filter = nodeFilter(KSNODETYPE.CHORUS, chorusLevelItem(variable(0)));
    filter.set(AUDIO.CHORUS_LEVEL, undefined, 0x8000, 0);
    expect(fixedToPercent(filter.get(AUDIO.CHORUS_LEVEL, undefined, 0))).toBe(50);
    filter.set(AUDIO.CHORUS_LEVEL, undefined, 0xffffffff, 0);
    expect(fixedToPercent(filter.get(AUDIO.CHORUS_LEVEL, undefined, 0))).toBe(100);
  });

  it('REVERB_TIME ends at 255.9961 s', () => {
    const filter = nodeFilter(KSNODETYPE.REVERB, reverbTimeItem(variable(0)));
    filter.set(AUDIO.REVERB_TIME, undefined, 0xffffffff, 0);
    expect(filter.get(AUDIO.REVERB_TIME, undefined, 0)).toBe(REVERB_TIME_MAX);
    expect(REVERB_TIME_MAX / 0x10000).toBeCloseTo(255.9961, 4);
  });

  it('keeps to the step of the device', () => {
    const item = widenessItem({ ...variable(0x10000), maximum: 0x20000, step: 0x4000 });
    const filter = nodeFilter(KSNODETYPE.STEREO_WIDE, item);
    filter.set(AUDIO.WIDENESS, undefined, 0x9fff, 0);
    expect(filter.get(AUDIO.WIDENESS, undefined, 0)).toBe(0x8000);
    expect(filter.basicSupport(AUDIO.WIDENESS, 0)).toMatchObject({
      valueType: 'VT_UI4',
      members: { multichannel: false, steppings: [{ minimum: 0, maximum: 0x20000, step: 0x4000 }] },
    });
  });
});

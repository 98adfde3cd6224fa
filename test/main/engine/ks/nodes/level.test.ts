import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decibelsToKsLevel,
  KS_LEVEL_SILENCE,
  ksLevel,
  ksLevelToDecibels,
  ksLevelToGain,
} from '../../../../../src/contract/units.ts';
import { KSNODETYPE } from '../../../../../src/main/engine/ks/guid.ts';
import {
  quantiseLevel,
  volumeLevelItem,
  type LevelOptions,
  type LevelRangeDescription,
} from '../../../../../src/main/engine/ks/nodes/level.ts';
import { ALL_CHANNELS } from '../../../../../src/main/engine/ks/property.ts';
import { KSPROPERTY_AUDIO } from '../../../../../src/main/engine/ks/properties/audio.ts';
import { completeNode, LEVEL_RANGE, stereo } from '../../../../support/completeNode.ts';
import { ksFilter, statusOf } from '../../../../support/ksFilter.ts';

const LEVEL = KSPROPERTY_AUDIO.VOLUMELEVEL;
const db = (value: number) => ksLevel(value * 0x10000);

function volume(options: Partial<LevelOptions> = {}) {
  const registers = stereo(db(0));
  const item = volumeLevelItem({ ...registers, range: LEVEL_RANGE, ...options });
  const { filter } = ksFilter({ nodes: [completeNode(KSNODETYPE.VOLUME, null, [item])] });
  return {
    values: registers.values,
    get: (channel: number) => filter.get(LEVEL, { channel }, 0),
    set: (channel: number, level: number) => filter.set(LEVEL, { channel }, ksLevel(level), 0),
    members: () => filter.basicSupport(LEVEL, 0).members!,
  };
}

describe('VOLUMELEVEL', () => {
  it('27: +100 dB on a node with 0 dB maximum succeeds, and a get tells 0', () => {
    const { get, set } = volume();
    set(0, db(100));
    expect(get(0)).toBe(0);
  });

  it('28: 0x80000000 is silence and 0xFFFF0000 is -1 dB', () => {
    expect(ksLevelToDecibels(KS_LEVEL_SILENCE)).toBe(-Infinity);
    expect(ksLevelToGain(KS_LEVEL_SILENCE)).toBe(0);
    expect(ksLevelToDecibels(ksLevel(0xffff0000 | 0))).toBe(-1);
    expect(decibelsToKsLevel(-6)).toBe(0xfffa0000 | 0);
  });

  it('28: minus infinity takes a node to its lowest level, and stays where the range begins there', () => {
    const bounded = volume();
    bounded.set(0, KS_LEVEL_SILENCE);
    expect(bounded.get(0)).toBe(LEVEL_RANGE.minimum);
    const open = volume({ range: { ...LEVEL_RANGE, minimum: KS_LEVEL_SILENCE } });
    open.set(0, KS_LEVEL_SILENCE);
    expect(open.get(0)).toBe(KS_LEVEL_SILENCE);
    open.set(0, db(-7));
    expect(open.get(0)).toBe(db(-7));
  });

  it('29: channel 2 of a stereo node is refused, channel -1 sets both', () => {
    const { values, get, set } = volume();
    expect(statusOf(() => set(2, 0))).toBe('STATUS_INVALID_PARAMETER');
    expect(statusOf(() => get(2))).toBe('STATUS_INVALID_PARAMETER');
    expect(statusOf(() => get(0.5))).toBe('STATUS_INVALID_PARAMETER');
    set(ALL_CHANNELS, db(-6));
    expect(values).toEqual([db(-6), db(-6)]);
    set(1, db(-3));
    expect([get(ALL_CHANNELS), get(0), get(1)]).toEqual([db(-6), db(-6), db(-3)]);
  });

  it('15: a uniform node drives all channels with one value and tells equal steppings', () => {
    const { values, set, members } = volume({ uniform: true });
    set(1, db(-4));
    expect(values).toEqual([db(-4), db(-4)]);
    expect(members()).toMatchObject({ multichannel: true, uniform: true });
    expect(members().steppings[0]).toEqual(members().steppings[1]);
  });

  it('lets ranges differ between channels, but not on a uniform node', () => {
    const quiet = { ...LEVEL_RANGE, maximum: db(-20) };
    const { get, set, members } = volume({ range: [LEVEL_RANGE, quiet] });
    set(ALL_CHANNELS, db(0));
    expect([get(0), get(1)]).toEqual([db(0), db(-20)]);
    expect(members().steppings.map(({ maximum }) => maximum)).toEqual([db(0), db(-20)]);
    expect(() => volume({ range: [LEVEL_RANGE, quiet], uniform: true })).toThrow(RangeError);
    expect(() => volume({ range: [LEVEL_RANGE] })).toThrow(RangeError);
  });

  it('answers channel -1 only where the node has no channels', () => {
    const { get, set } = volume({ channels: 1, masterOnly: true });
    expect(statusOf(() => get(0))).toBe('STATUS_INVALID_PARAMETER');
    set(ALL_CHANNELS, db(-2));
    expect(get(ALL_CHANNELS)).toBe(db(-2));
  });

  it('tells who listens after a set, and not after a refused one', () => {
    let changes = 0;
    const { set } = volume({ changed: () => changes++ });
    set(ALL_CHANNELS, db(-2));
    statusOf(() => set(9, db(-2)));
    expect(changes).toBe(1);
  });
});

describe('RULE-2', () => {
  const range = fc
    .record({
      minimum: fc.integer({ min: -0x7fffffff, max: 0x7ffffffe }),
      span: fc.integer({ min: 1, max: 0x7fffffff }),
      step: fc.integer({ min: 0, max: 0x200000 }),
    })
    .map(({ minimum, span, step }): LevelRangeDescription => ({
      minimum: ksLevel(minimum),
      maximum: ksLevel(Math.min(0x7fffffff, minimum + span)),
      step: ksLevel(step),
    }));
  const level = fc.integer({ min: -0x80000000, max: 0x7fffffff }).map(ksLevel);

  it('whatever is set, a get tells the level clamped and on the nearest step from the minimum', () => {
    fc.assert(
      fc.property(range, level, (limits, wanted) => {
        const { get, set } = volume({ range: limits });
        set(0, wanted);
        const applied = get(0);
        expect(applied).toBe(quantiseLevel(wanted, limits));
        const { minimum, maximum, step } = limits;
        expect(applied).toBeGreaterThanOrEqual(minimum);
        expect(applied).toBeLessThanOrEqual(maximum);
        expect(Number.isInteger(applied)).toBe(true);
        const onGrid = step === 0 || (applied - minimum) % step === 0;
        expect(onGrid || applied === maximum).toBe(true);
        if (wanted >= minimum && wanted <= maximum) {
          expect(Math.abs(applied - wanted)).toBeLessThanOrEqual(step / 2);
        }
        set(0, applied);
        expect(get(0)).toBe(applied);
      }),
    );
  });
});

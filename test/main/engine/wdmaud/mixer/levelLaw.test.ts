import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KS_LEVEL_SILENCE } from '../../../../../src/contract/units.ts';
import {
  levelOfMixerValue,
  mixerValueOfLevel,
  stepCount,
} from '../../../../../src/main/engine/wdmaud/mixer/levelLaw.ts';

const range = (minimum: number, maximum: number, step: number) => ({
  minimum: minimum * 0x10000,
  maximum: maximum * 0x10000,
  step: step * 0x10000,
  known: true,
});

describe('mixer values and levels (RULE-11)', () => {
  it.each([
    [range(-96, 0, 0), 0, 0xffa00000],
    [range(-96, 0, 0), 65535, 0],
    [range(-96, 0, 0.5), 32768, 0xffd00000],
    [range(-34.5, 12, 1.5), 65535, 0x000c0000],
  ])('%o, %i is level 0x%s', (levels, value, expected) => {
    expect(levelOfMixerValue(value, levels) >>> 0).toBe(expected);
  });

  it('maps the ends of the range onto 0 and 65535, also when the steps do not end at the maximum', () => {
    const uneven = { minimum: 0, maximum: 9, step: 4, known: true };
    expect([0, 65535].map((value) => levelOfMixerValue(value, uneven))).toEqual([0, 9]);
    expect([0, 9].map((level) => mixerValueOfLevel(level, uneven))).toEqual([0, 65535]);
  });

  it('reads minus infinity as 0 and a range of one level as 65535', () => {
    expect(mixerValueOfLevel(KS_LEVEL_SILENCE, range(-96, 0, 0.5))).toBe(0);
    expect(mixerValueOfLevel(0, range(0, 0, 0))).toBe(0xffff);
  });

  it('counts the steps of a known range, else the constant of (R)', () => {
    expect(stepCount(range(-96, 0, 0.5))).toBe(192);
    expect(stepCount(range(-34.5, 12, 1.5))).toBe(31);
    expect(stepCount({ ...range(-96, 0, 0.5), known: false })).toBe(0xc0);
  });

  it('finds the level again from the value of every level on the grid', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -120 * 2, max: 0 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 300 }),
        fc.nat(),
        (minimum, stepHalves, steps, pick) => {
          const step = stepHalves * 0x8000;
          const levels = {
            minimum: minimum * 0x8000,
            maximum: minimum * 0x8000 + steps * step,
            step,
            known: true,
          };
          const level = levels.minimum + (pick % (steps + 1)) * step;
          expect(levelOfMixerValue(mixerValueOfLevel(level, levels), levels)).toBe(level);
        },
      ),
    );
  });
});

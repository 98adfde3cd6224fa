import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VolumeControl } from '../../../../src/contract/services/mixer.ts';
import { decibelsToKsLevel, ksLevelToDecibels } from '../../../../src/contract/units.ts';
import {
  balanceDecibels,
  balanceOf,
  channelOffsets,
  levelsAt,
  loudestDecibels,
  offsetsForBalance,
} from '../../../../src/renderer/components/fader/channelLevels.ts';
import { faderLaw } from '../../../../src/renderer/components/fader/faderLaw.ts';

const range = { min: decibelsToKsLevel(-96), max: decibelsToKsLevel(12), step: decibelsToKsLevel(0.5) };
const law = faderLaw(range);
const volume = (...decibels: number[]): VolumeControl => ({
  id: 1,
  name: 'Volume',
  node: { filter: 'f', node: 0 },
  type: 'VOLUME',
  uniform: false,
  range,
  levels: decibels.map(decibelsToKsLevel),
});
const decibelsOf = (levels: number[]) => levels.map((level) => ksLevelToDecibels(level as never));

describe('channel levels', () => {
  it('shows the loudest channel and moves the others along', () => {
    const control = volume(-6, -9);
    expect(loudestDecibels(control)).toBe(-6);
    expect(decibelsOf(levelsAt(law, channelOffsets(control), -20))).toEqual([-20, -23]);
  });

  it('keeps the difference at the top and rests on the bottom', () => {
    const offsets = channelOffsets(volume(-6, -9));
    expect(decibelsOf(levelsAt(law, offsets, 40))).toEqual([12, 9]);
    expect(decibelsOf(levelsAt(law, offsets, -95))).toEqual([-95, -96]);
    expect(decibelsOf(levelsAt(law, offsets, -Infinity))).toEqual([-96, -96]);
  });

  it('turns the far side down for a balance', () => {
    expect(offsetsForBalance(0)).toEqual([0, 0]);
    expect(offsetsForBalance(0.5)[0]).toBeCloseTo(-6.0206, 4);
    expect(offsetsForBalance(0.5)[1]).toBe(0);
    expect(offsetsForBalance(-1)).toEqual([0, -Infinity]);
    expect(decibelsOf(levelsAt(law, offsetsForBalance(-1), -3))).toEqual([-3, -96]);
  });

  it('finds the balance again in the levels', () => {
    fc.assert(
      fc.property(fc.double({ min: -0.999, max: 0.999, noNaN: true }), (balance) => {
        expect(balanceOf(offsetsForBalance(balance))).toBeCloseTo(balance, 9);
        const [left, right] = offsetsForBalance(balance);
        expect(balanceDecibels(balance)).toBeCloseTo(right - left, 6);
      }),
    );
  });
});

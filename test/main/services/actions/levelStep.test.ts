import { describe, expect, it } from 'vitest';
import type { LevelRange } from '../../../../src/contract/services/mixer.ts';
import { decibelsToKsLevel, ksLevelToDecibels, KS_LEVEL_SILENCE } from '../../../../src/contract/units.ts';
import { stepLevels } from '../../../../src/main/services/actions/levelStep.ts';

const range = (min: number, max: number, step = 0.5): LevelRange => ({
  min: decibelsToKsLevel(min),
  max: decibelsToKsLevel(max),
  step: decibelsToKsLevel(step),
});
const step = (levels: number[], within: LevelRange, direction: 'up' | 'down') =>
  stepLevels(levels.map(decibelsToKsLevel), within, direction).map(ksLevelToDecibels);

describe('a step of a volume key', () => {
  const card = range(-96, 0);

  it('is 2 dB, 6 dB where little is heard, and a whole step of a coarse device', () => {
    expect(step([-10], card, 'up')).toEqual([-8]);
    expect(step([-10], card, 'down')).toEqual([-12]);
    expect(step([-40], card, 'down')).toEqual([-46]);
    expect(step([-46], card, 'up')).toEqual([-40]);
    expect(step([-40], card, 'up')).toEqual([-38]);
    expect(step([-9], range(-45, 0, 3), 'up')).toEqual([-6]);
  });

  it('keeps the distance of the channels', () => {
    expect(step([-10, -14], card, 'up')).toEqual([-8, -12]);
    expect(step([-1, -5], card, 'up')).toEqual([0, -4]);
  });

  it('ends at 0 dB, and does not pull down what is above', () => {
    expect(step([-1], range(-96, 11), 'up')).toEqual([0]);
    expect(step([6], range(-96, 11), 'up')).toEqual([6]);
    expect(step([6], range(-96, 11), 'down')).toEqual([4]);
  });

  it('goes down to silence and comes back from it', () => {
    expect(step([-92], card, 'down')).toEqual([-96]);
    expect(step([-96], card, 'up')).toEqual([-90]);
    const open = { ...card, min: KS_LEVEL_SILENCE };
    expect(step([-92], open, 'down')).toEqual([-Infinity]);
    expect(step([-Infinity], open, 'up')).toEqual([-90]);
  });
});

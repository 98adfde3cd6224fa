import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as units from '../../src/contract/units.ts';

describe('units', () => {
  it('convert levels at the fixed points of the specification', () => {
    expect(units.decibelsToKsLevel(0)).toBe(0);
    expect(units.decibelsToKsLevel(-6)).toBe(-0x60000);
    expect(units.decibelsToKsLevel(-Infinity)).toBe(-0x80000000);
    expect(units.ksLevelToDecibels(units.KS_LEVEL_SILENCE)).toBe(-Infinity);
    expect(units.ksLevelToGain(units.KS_LEVEL_SILENCE)).toBe(0);
    expect(units.decibelsToGain(-20)).toBeCloseTo(0.1, 12);
    expect(units.gainToDecibels(0)).toBe(-Infinity);
  });

  it('never turn a finite level into silence', () => {
    expect(units.decibelsToKsLevel(-1e9)).toBe(units.KS_LEVEL_SILENCE + 1);
    expect(units.decibelsToKsLevel(1e9)).toBe(units.KS_LEVEL_MAX);
  });

  it('come back within half a step', () => {
    fc.assert(
      fc.property(fc.double({ min: -120, max: 30, noNaN: true }), (dB) => {
        expect(Math.abs(units.ksLevelToDecibels(units.decibelsToKsLevel(dB)) - dB)).toBeLessThanOrEqual(
          0.5 / 0x10000,
        );
        expect(units.gainToDecibels(units.decibelsToGain(dB))).toBeCloseTo(dB, 9);
      }),
      { seed: 1 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 86_400 * 48_000 }), (frames) => {
        const time = units.framesToReferenceTime(frames, 48_000);
        expect(units.referenceTimeToFrames(time, 48_000)).toBeCloseTo(frames, 5);
      }),
      { seed: 2 },
    );
  });
});

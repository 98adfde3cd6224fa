import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decibelsToKsLevel, KS_LEVEL_SILENCE } from '../../../../src/contract/units.ts';
import { faderLaw } from '../../../../src/renderer/components/fader/faderLaw.ts';

const range = (min: number, max: number, step: number) => ({
  min: decibelsToKsLevel(min),
  max: decibelsToKsLevel(max),
  step: decibelsToKsLevel(step),
});
const synth = faderLaw(range(-96, 12, 0.5));
const master = faderLaw(range(-96, 0, 0.5));

describe('fader law', () => {
  it('marks the levels people look for', () => {
    expect(synth.ticks).toEqual([12, 0, -12, -24, -36, -48]);
    expect(master.ticks).toEqual([0, -12, -24, -36, -48]);
    expect(faderLaw(range(0, 30, 1.5)).ticks).toEqual([30, 24, 18, 12, 6, 0]);
  });

  it('gives the upper 60 dB nearly the whole travel, evenly', () => {
    expect(synth.positionOf(12)).toBe(1);
    expect(synth.positionOf(-48)).toBeCloseTo(0.08, 10);
    expect(synth.positionOf(-96)).toBe(0);
    const step = synth.positionOf(12) - synth.positionOf(0);
    for (const tick of [0, -12, -24, -36]) {
      expect(synth.positionOf(tick) - synth.positionOf(tick - 12)).toBeCloseTo(step, 10);
    }
  });

  it('leads home to 0 dB, or to the end of the range next to it', () => {
    expect(synth.homeDecibels).toBe(0);
    expect(master.homeDecibels).toBe(0);
    expect(faderLaw(range(-40, -6, 1)).homeDecibels).toBe(-6);
    expect(faderLaw(range(10, 20, 1)).homeDecibels).toBe(10);
  });

  it('is monotonic, and positions lead back to their levels', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -144, max: -1 }),
        fc.integer({ min: 0, max: 40 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (min, max, first, second) => {
          const law = faderLaw(range(min, max, 0.5));
          const [low, high] = first < second ? [first, second] : [second, first];
          expect(law.decibelsAt(low)).toBeLessThanOrEqual(law.decibelsAt(high));
          expect(law.positionOf(law.decibelsAt(first))).toBeCloseTo(first, 6);
        },
      ),
    );
  });

  it('snaps to what the node can have', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -192, max: -1 }),
        fc.integer({ min: 0, max: 40 }),
        fc.constantFrom(0.25, 0.5, 1.5, 6),
        fc.double({ min: -300, max: 100, noNaN: true }),
        (min, max, step, decibels) => {
          const description = range(min, max, step);
          const level = faderLaw(description).snap(decibels);
          expect(level).toBeGreaterThanOrEqual(description.min);
          expect(level).toBeLessThanOrEqual(description.max);
          if (level !== description.max) expect((level - description.min) % description.step).toBe(0);
          if (decibels > min && decibels < max) {
            expect(Math.abs(level - decibelsToKsLevel(decibels))).toBeLessThanOrEqual(description.step);
          }
        },
      ),
    );
  });

  it('reaches silence where the range does', () => {
    const law = faderLaw({ min: KS_LEVEL_SILENCE, max: decibelsToKsLevel(0), step: decibelsToKsLevel(0) });
    expect(law.decibelsAt(0)).toBe(-Infinity);
    expect(law.snap(-Infinity)).toBe(KS_LEVEL_SILENCE);
    expect(law.positionOf(-Infinity)).toBe(0);
  });

  it('has one position for a range of one level', () => {
    const law = faderLaw(range(3, 3, 0));
    expect(law.positionOf(3)).toBe(1);
    expect(law.snap(0)).toBe(decibelsToKsLevel(3));
  });
});

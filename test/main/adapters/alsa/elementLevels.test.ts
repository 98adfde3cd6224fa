import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlsaElement } from '../../../../src/contract/alsaHardware.ts';
import { decibelsToKsLevel, ksLevel, ksLevelToDecibels } from '../../../../src/contract/units.ts';
import { ElementLevels } from '../../../../src/main/adapters/alsa/elementLevels.ts';
import { decibelScale, volume } from '../../../support/alsaElements.ts';

const decibelsOf = (element: AlsaElement, value: number) =>
  ksLevelToDecibels(new ElementLevels(element).level(value));

describe('values of a control element as levels', () => {
  it('are the decibels that the driver tells', () => {
    const master = volume('Master Playback Volume', { maximum: 63 });
    expect(new ElementLevels(master).range).toEqual({
      minimum: decibelsToKsLevel(-94.5),
      maximum: 0,
      step: decibelsToKsLevel(1.5),
    });
    expect(decibelsOf(master, 55)).toBe(-12);
    expect(new ElementLevels(master).value(decibelsToKsLevel(-12))).toBe(55);
    expect(new ElementLevels(master).value(decibelsToKsLevel(-12.7))).toBe(55);
    expect(new ElementLevels(master).value(decibelsToKsLevel(-12.8))).toBe(54);
  });

  it('have no even steps where the driver has none, and an end where it goes down to silence', () => {
    const scale = decibelScale({ to: 100, law: 'amplitude', lowest: -Infinity, mutes: true });
    const linear = volume('Volume', { maximum: 100, scale: [scale] });
    const { range } = new ElementLevels(linear);
    expect(range.step).toBe(0);
    expect(ksLevelToDecibels(range.minimum)).toBe(-96);
    expect(decibelsOf(linear, 50)).toBeCloseTo(-6.02, 2);
    expect(decibelsOf(linear, 1)).toBeCloseTo(-40, 2);
  });

  it('are spread over a usual range where the driver tells nothing', () => {
    const plain = volume('Volume', { maximum: 16, scale: [] });
    expect(decibelsOf(plain, 0)).toBe(-48);
    expect(decibelsOf(plain, 8)).toBe(-24);
    expect(decibelsOf(plain, 16)).toBe(0);
  });

  it('come back as they went, whatever the scale', () => {
    const scales = fc.oneof(
      fc.record({
        lowest: fc.double({ min: -120, max: -1, noNaN: true }),
        law: fc.constant('decibels' as const),
      }),
      fc.record({
        lowest: fc.oneof(fc.constant(-Infinity), fc.double({ min: -90, max: -1, noNaN: true })),
        law: fc.constant('amplitude' as const),
      }),
    );
    fc.assert(
      fc.property(
        scales,
        fc.integer({ min: -200, max: 200 }),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 0, max: 4 }),
        ({ lowest, law }, minimum, travel, step) => {
          const maximum = minimum + travel;
          const scale = [decibelScale({ from: minimum, to: maximum, lowest, law })];
          const levels = new ElementLevels(volume('Volume', { minimum, maximum, step, scale }));
          let before = -Infinity;
          for (let value = minimum; value <= maximum; value += Math.max(1, step)) {
            const level = levels.level(value);
            expect(levels.value(level)).toBe(value);
            expect(level).toBeGreaterThan(before);
            before = level;
          }
          expect(levels.value(ksLevel(-0x7fffffff))).toBe(minimum);
          expect(levels.value(ksLevel(0x7fffffff))).toBeLessThanOrEqual(maximum);
        },
      ),
    );
  });
});

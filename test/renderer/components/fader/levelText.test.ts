import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatDecibels,
  formatMilliseconds,
  formatPercent,
  formatSampleRate,
  parseLevel,
  parsePercent,
  spokenDecibels,
} from '../../../../src/renderer/components/fader/levelText.ts';

describe('level text', () => {
  it('writes levels with their sign and unit', () => {
    expect(formatDecibels(-6)).toBe('\u22126.0 dB');
    expect(formatDecibels(4.5)).toBe('+4.5 dB');
    expect(formatDecibels(0)).toBe('0.0 dB');
    expect(formatDecibels(-0.04)).toBe('0.0 dB');
    expect(formatDecibels(-Infinity)).toBe('\u2212∞ dB');
    expect(spokenDecibels(-12)).toBe('-12.0 dB');
    expect(spokenDecibels(-0.04)).toBe('0.0 dB');
    expect(spokenDecibels(-Infinity)).toBe('silent');
  });

  it.each([
    ['-6', -6],
    ['−6', -6],
    [' -6.5 dB', -6.5],
    ['+3,5', 3.5],
    ['.5', 0.5],
    ['12 db', 12],
    ['100%', 0],
    ['-0', 0],
    ['0 %', -Infinity],
    ['-inf', -Infinity],
    ['−∞ dB', -Infinity],
  ])('reads %j as %d dB', (typed, decibels) => {
    expect(parseLevel(typed)).toBe(decibels);
  });

  it('takes per cent for amplitude', () => {
    expect(parseLevel('50 %')).toBeCloseTo(-6.0206, 4);
    expect(parseLevel('200%')).toBeCloseTo(6.0206, 4);
  });

  it.each(['', 'loud', '6 7', '-50%', '1.2.3', '--6', '6 dBm', '%', 'inf'])('refuses %j', (typed) => {
    expect(parseLevel(typed)).toBeUndefined();
  });

  it('reads what it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: -960, max: 120 }), (tenths) => {
        expect(parseLevel(formatDecibels(tenths / 10))).toBeCloseTo(tenths / 10, 9);
      }),
    );
  });

  it('writes and reads percentages', () => {
    expect([100, 62.5, 33.333, 0].map(formatPercent)).toEqual(['100 %', '62.5 %', '33.3 %', '0 %']);
    expect(['50', '62,5 %', ' 7% ', '.5'].map(parsePercent)).toEqual([50, 62.5, 7, 0.5]);
    for (const typed of ['', 'half', '-5 %', '5 dB', '%']) expect(parsePercent(typed)).toBeUndefined();
  });

  it('writes rates and times with their units', () => {
    expect(formatSampleRate(48000)).toBe('48 kHz');
    expect(formatSampleRate(44100)).toBe('44.1 kHz');
    expect(formatMilliseconds(33.4)).toBe('33 ms');
    expect(formatMilliseconds(4.26)).toBe('4.3 ms');
  });
});

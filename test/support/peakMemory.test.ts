import { describe, expect, it } from 'vitest';
import { measuresPeakMemory, peakMemory } from './peakMemory.ts';

const MEGABYTE = 1024 * 1024;

describe.runIf(measuresPeakMemory)('peak memory', () => {
  it('counts what was given back before the work ended', () => {
    const peak = peakMemory(() => {
      let bytes: Uint8Array | undefined = new Uint8Array(64 * MEGABYTE).fill(1);
      expect(bytes[0]).toBe(1);
      bytes = undefined;
    });
    expect(peak).toBeGreaterThan(60 * MEGABYTE);
  });

  it('does not count what was there before', () => {
    const before = new Uint8Array(64 * MEGABYTE).fill(1);
    const peak = peakMemory(() => {
      expect(before[MEGABYTE]).toBe(1);
    });
    expect(peak).toBeLessThan(32 * MEGABYTE);
  });
});

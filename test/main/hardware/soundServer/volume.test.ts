import { describe, expect, it } from 'vitest';
import { gainToVolume, volumeToGain } from '../../../../src/main/hardware/soundServer/volume.ts';

describe('volumes of the sound server', () => {
  it('are cubic', () => {
    expect(volumeToGain(0)).toBe(0);
    expect(volumeToGain(0x10000)).toBe(1);
    expect(volumeToGain(0x8000)).toBe(0.125);
    expect(gainToVolume(1)).toBe(0x10000);
    expect(gainToVolume(0.125)).toBe(0x8000);
  });

  it('come back as they went within 0.002 dB', () => {
    for (const gain of [0.01, 0.1, 0.5, 0.9, 2]) {
      expect(Math.abs(20 * Math.log10(volumeToGain(gainToVolume(gain)) / gain))).toBeLessThan(0.002);
    }
  });

  it('stay in their range', () => {
    expect(gainToVolume(-1)).toBe(0);
    expect(gainToVolume(NaN)).toBe(0);
    expect(gainToVolume(Infinity)).toBe(0x7fffffff);
  });
});

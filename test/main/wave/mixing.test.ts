import { describe, expect, it } from 'vitest';
import { SPEAKER, SPEAKER_CONFIG, speakersOf } from '../../../src/main/engine/ks/nodes/speakers.ts';
import { channelMatrix, mixThrough } from '../../../src/main/wave/mixing/channelMatrix.ts';
import { GainRamp } from '../../../src/main/wave/mixing/gainRamp.ts';
import { constantPowerPan } from '../../../src/main/wave/mixing/pan.ts';

describe('gain ramp', () => {
  it('goes to a new gain in a straight line and lands on it exactly, however it is cut up', () => {
    for (const block of [1, 7, 64, 480]) {
      const ramp = new GainRamp(1);
      ramp.to(0.1, 300);
      const samples = new Float64Array(480).fill(1);
      for (let at = 0; at < 480; at += block) ramp.apply(samples, at, Math.min(block, 480 - at));
      for (let index = 0; index < 300; index++)
        expect(samples[index]).toBeCloseTo(1 - (0.9 * (index + 1)) / 300, 9);
      expect(new Set(samples.subarray(299))).toEqual(new Set([0.1]));
    }
  });

  it('turns round on the way without a jump', () => {
    const ramp = new GainRamp(0);
    const samples = new Float32Array(200).fill(1);
    ramp.to(1, 100);
    ramp.apply(samples, 0, 50);
    ramp.to(0, 100);
    ramp.apply(samples, 50, 150);
    for (let index = 1; index < 200; index++) {
      expect(Math.abs(samples[index]! - samples[index - 1]!)).toBeLessThan(0.0101);
    }
    expect(ramp.value).toBe(0);
  });

  it('changes at once with no frames, and leaves samples at unity as they are', () => {
    const ramp = new GainRamp();
    const samples = Float32Array.of(0.1, -0.3, 1e-30);
    ramp.apply(samples, 0, 3);
    expect(samples).toEqual(Float32Array.of(0.1, -0.3, 1e-30));
    ramp.to(0.5, 0);
    expect(ramp.value).toBe(0.5);
  });
});

describe('constant-power pan', () => {
  it('keeps the power, is unity in the middle and silent on the other side of an end', () => {
    const gains = { left: 0, right: 0 };
    for (let pan = -1; pan <= 1; pan += 0.01) {
      constantPowerPan(pan, gains);
      expect(gains.left ** 2 + gains.right ** 2).toBeCloseTo(2, 12);
    }
    constantPowerPan(0, gains);
    expect(gains).toEqual({ left: 1, right: 1 });
    constantPowerPan(-1, gains);
    expect(gains.right).toBe(0);
    constantPowerPan(5, gains);
    expect(gains.left).toBeCloseTo(0, 12);
    expect(gains.right).toBeCloseTo(Math.SQRT2, 12);
  });
});

describe('channel matrix', () => {
  const configs = Object.entries(SPEAKER_CONFIG).filter(([, mask]) => mask !== 0);

  it('is the identity between equal masks', () => {
    for (const [, mask] of configs) {
      const count = speakersOf(mask).length;
      channelMatrix(mask, mask).forEach((gain, index) => {
        expect(gain).toBe(Math.floor(index / count) === index % count ? 1 : 0);
      });
    }
  });

  it('mixes the usual layouts as tables say', () => {
    const { MONO, STEREO, QUAD } = SPEAKER_CONFIG;
    const half = Math.SQRT1_2;
    expect([...channelMatrix(MONO, STEREO)]).toEqual([1, 1]);
    expect([...channelMatrix(STEREO, MONO)]).toEqual([0.5, 0.5]);
    expect([...channelMatrix(STEREO, QUAD)]).toEqual([1, 0, 0, 0, 0, 1, 0, 0]);
    expect([...channelMatrix(QUAD, STEREO)]).toEqual([1, 0, 0, 1, half, 0, 0, half]);
    // 5.1 to stereo: ITU-R BS.775, without the subwoofer.
    expect([...channelMatrix(SPEAKER_CONFIG['5POINT1'], STEREO)]).toEqual([
      1,
      0,
      0,
      1,
      half,
      half,
      0,
      0,
      half,
      0,
      0,
      half,
    ]);
  });

  it('loses no speaker but the subwoofer and never makes one louder than it was', () => {
    for (const [, input] of configs) {
      for (const [, output] of configs) {
        const outputs = speakersOf(output).length;
        const matrix = channelMatrix(input, output);
        speakersOf(input).forEach((speaker, row) => {
          const gains = matrix.subarray(row * outputs, (row + 1) * outputs);
          const power = gains.reduce((sum, gain) => sum + gain * gain, 0);
          if (speaker === 'LOW_FREQUENCY') {
            expect(power).toBe(output & SPEAKER.LOW_FREQUENCY ? 1 : 0);
          } else {
            expect(power).toBeGreaterThan(0);
            if (input !== SPEAKER_CONFIG.MONO) expect(power).toBeLessThanOrEqual(1 + 1e-12);
          }
        });
      }
    }
  });

  it('keeps left and right apart as mirror images', () => {
    const mirror = (speaker: string) =>
      speaker.includes('LEFT') ? speaker.replace('LEFT', 'RIGHT') : speaker.replace('RIGHT', 'LEFT');
    for (const [, input] of configs) {
      for (const [, output] of configs) {
        const [inputs, outputs] = [speakersOf(input), speakersOf(output)];
        const matrix = channelMatrix(input, output);
        const gain = (from: string, to: string) =>
          matrix[
            inputs.findIndex((each) => each === from) * outputs.length +
              outputs.findIndex((each) => each === to)
          ];
        for (const from of inputs) {
          for (const to of outputs) expect(gain(from, to)).toBe(gain(mirror(from), mirror(to)));
        }
      }
    }
  });

  it('mixes every sample through it', () => {
    const inputs = [Float32Array.of(1, 2, 3), Float32Array.of(10, 20, 30)];
    const outputs = [Float32Array.of(0, 0, 100)];
    mixThrough(Float64Array.of(0.5, 0.25), inputs, outputs, 1, 2);
    expect([...outputs[0]!]).toEqual([0, 6, 109]);
  });
});

import { describe, expect, it } from 'vitest';
import { Limiter } from '../../../../src/main/synth/effects/limiter.ts';

const RATE = 48_000;
const CEILING = Math.pow(10, -0.3 / 20);

function limited(sound: (frame: number) => [number, number], frames: number, block = 64) {
  const limiter = new Limiter(RATE);
  const left = Float32Array.from({ length: frames }, (_, frame) => sound(frame)[0]);
  const right = Float32Array.from({ length: frames }, (_, frame) => sound(frame)[1]);
  for (let at = 0; at < frames; at += block) {
    const end = Math.min(frames, at + block);
    limiter.process(left.subarray(at, end), right.subarray(at, end), end - at);
  }
  return { left, right, delay: limiter.delayFrames };
}

const sine = (frame: number, amplitude: number, frequency = 440) =>
  amplitude * Math.sin((2 * Math.PI * frequency * frame) / RATE);

describe('the limiter', () => {
  it('lets through what is below its ceiling, later and otherwise as it was', () => {
    const { left, right, delay } = limited((frame) => [sine(frame, 0.9), sine(frame, -0.4, 700)], 9_600);
    for (let frame = delay; frame < left.length; frame++) {
      expect(left[frame]).toBeCloseTo(sine(frame - delay, 0.9), 5);
      expect(right[frame]).toBeCloseTo(sine(frame - delay, -0.4, 700), 5);
    }
  });

  it('lets nothing above its ceiling, whatever comes', () => {
    let seed = 7;
    const noise = () => ((seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff) / 0x40000000 - 1) * 6;
    const sounds: ((frame: number) => [number, number])[] = [
      (frame) => [sine(frame, 4), sine(frame, 1.01)],
      () => [noise(), noise()],
      (frame) => [frame % 1000 === 0 ? 20 : 0, frame % 777 === 0 ? -3 : 0],
      (frame) => [frame < 2_000 ? 0 : 2, 0],
    ];
    for (const sound of sounds) {
      for (const block of [1, 64, 513]) {
        const { left, right } = limited(sound, 20_000, block);
        for (const channel of [left, right]) {
          for (const sample of channel) expect(Math.abs(sample)).toBeLessThanOrEqual(CEILING + 1e-6);
        }
      }
    }
  });

  it('turns both sides down together and comes back when the loud is over', () => {
    const { left, right, delay } = limited(
      (frame) => [frame < RATE / 2 ? sine(frame, 2) : sine(frame, 0.1), 0.5],
      2 * RATE,
    );
    const loud = right.subarray(RATE / 4, RATE / 4 + 1_000);
    expect(Math.max(...loud)).toBeLessThan(0.5 * (CEILING / 2) * 1.05);
    expect(right.at(-1)).toBeCloseTo(0.5, 3);
    expect(left.at(-1)).toBeCloseTo(sine(2 * RATE - 1 - delay, 0.1), 3);
  });

  it('gives the same for every block size', () => {
    const sound = (frame: number): [number, number] => [sine(frame, 1.7), sine(frame, 1.2, 93)];
    const whole = limited(sound, 10_000, 10_000);
    const pieces = limited(sound, 10_000, 37);
    for (let frame = 0; frame < 10_000; frame++)
      expect(pieces.left[frame]).toBeCloseTo(whole.left[frame]!, 5);
  });
});

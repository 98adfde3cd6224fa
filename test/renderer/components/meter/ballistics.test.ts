import { describe, expect, it } from 'vitest';
import { FLOOR_DECIBELS, MeterBallistics } from '../../../../src/renderer/components/meter/ballistics.ts';

/** Runs the meter at 60 frames a second from `from` to `to` (ms). */
function run(meter: MeterBallistics, from: number, to: number): boolean {
  let moving = true;
  for (let now = from; now <= to; now += 1000 / 60) moving = meter.advance(now);
  return moving;
}

describe('meter ballistics', () => {
  it('jumps up to a peak and falls 20 dB a second', () => {
    const meter = new MeterBallistics(2);
    meter.feed(0, 1);
    meter.feed(1, 0.5);
    meter.advance(1000);
    expect(meter.level[0]).toBe(0);
    expect(meter.level[1]).toBeCloseTo(-6.02, 2);
    run(meter, 1000, 2000);
    expect(meter.level[0]).toBeCloseTo(-20, 0);
    expect(meter.level[1]).toBeCloseTo(-26.02, 0);
  });

  it('holds the highest peak for 1.5 s, then lets it fall', () => {
    const meter = new MeterBallistics(1);
    meter.feed(0, 1);
    meter.advance(0);
    run(meter, 10, 1490);
    expect(meter.hold[0]).toBe(0);
    run(meter, 1500, 2500);
    expect(meter.hold[0]).toBeLessThan(-15);
    expect(meter.hold[0]).toBeGreaterThanOrEqual(meter.level[0]!);
  });

  it('takes the highest of several peaks between two frames', () => {
    const meter = new MeterBallistics(1);
    meter.feed(0, 0.9);
    meter.feed(0, 0.1);
    meter.advance(0);
    expect(meter.level[0]).toBeCloseTo(20 * Math.log10(0.9), 6);
  });

  it('comes to rest, and wakes without a fall for the time it slept', () => {
    const meter = new MeterBallistics(1);
    meter.feed(0, 1);
    expect(meter.advance(0)).toBe(true);
    expect(run(meter, 16, 10_000)).toBe(false);
    expect(meter.level[0]).toBe(FLOOR_DECIBELS);
    meter.feed(0, 0.5);
    expect(meter.advance(60_000)).toBe(true);
    expect(meter.level[0]).toBeCloseTo(-6.02, 2);
  });

  it('ignores silence, nonsense and channels it does not have', () => {
    const meter = new MeterBallistics(1);
    meter.feed(0, 0);
    meter.feed(0, NaN);
    meter.feed(0, -1);
    meter.feed(7, 1);
    expect(meter.advance(0)).toBe(false);
    expect(meter.level[0]).toBe(FLOOR_DECIBELS);
  });
});

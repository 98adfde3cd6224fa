import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeviceClock } from '../../../src/main/host/deviceClock.ts';
import { referenceTime } from '../../../src/contract/units.ts';

const RATE = 48_000;
const MS = 10_000;

interface Device {
  /** Relative error of the device's crystal. */
  deviation?: number;
  /** Frames by which the clock advances at once. */
  burst?: number;
  /** Lateness of each look at the clock, in milliseconds. */
  lateMs?: (look: number) => number;
}

/** Looks at a device's clock every 8 ms, and late, for `seconds`; `visit` is called after each observation. */
function watch(
  clock: DeviceClock,
  seconds: number,
  { deviation = 0, burst = 1024, lateMs = () => 0 }: Device,
  visit: (frame: number, now: number) => void = () => {},
): void {
  for (let look = 0; look * 8 < seconds * 1000; look++) {
    const nowMs = look * 8 + lateMs(look);
    const taken = (nowMs / 1000) * RATE * (1 + deviation);
    const frame = Math.floor(taken / burst) * burst;
    clock.observe(frame, referenceTime(nowMs * MS));
    visit(frame, nowMs * MS);
  }
}

describe('DeviceClock', () => {
  it('finds the device’s time from a clock that advances in bursts', () => {
    const clock = new DeviceClock(RATE);
    watch(clock, 10, {});
    // A burst of 21.3 ms leaves the clock behind by half of it on average.
    const error = clock.timeOfFrame(10 * RATE) - 10_000 * MS;
    expect(error / MS).toBeGreaterThan(0);
    expect(error / MS).toBeLessThan(21.4);
  });

  it('passes on almost nothing of bursts and late looks once it is locked', () => {
    const clock = new DeviceClock(RATE);
    const late = (look: number) => (look % 7) * 0.4 + (look % 50 === 0 ? 12 : 0);
    watch(clock, 10, { lateMs: late });
    const offsets: number[] = [];
    const locked = new DeviceClock(RATE);
    watch(locked, 20, { lateMs: late }, (frame, now) => {
      if (now > 10_000 * MS) offsets.push(locked.timeOfFrame(frame) - (frame / RATE) * 1000 * MS);
    });
    const spread = Math.max(...offsets) - Math.min(...offsets);
    expect(spread / MS).toBeLessThan(0.5);
  });

  it('tells that the device has stood still, once, and not that somebody looks late', () => {
    const clock = new DeviceClock(RATE);
    const told: number[] = [];
    const look = (frame: number, ms: number) => {
      if (clock.observe(frame, referenceTime(ms * MS))) told.push(ms);
    };
    for (let ms = 0; ms <= 1_000; ms += 10) look(ms * 48, ms);
    look(1_400 * 48, 1_400);
    expect(told).toEqual([]);
    look(1_410 * 48, 1_600);
    look(1_420 * 48, 1_610);
    expect(told).toEqual([1_600]);
  });

  it.each([-100e-6, 100e-6])('follows a device that is off by %d', (deviation) => {
    const clock = new DeviceClock(RATE);
    watch(clock, 120, { deviation, burst: 128 });
    const error = clock.timeOfFrame(120 * RATE * (1 + deviation)) - 120_000 * MS;
    expect(Math.abs(error) / MS).toBeLessThan(3.5);
  });

  it('takes up the device’s time again at once after it stood still', () => {
    const clock = new DeviceClock(RATE);
    watch(clock, 2, { burst: 128 });
    const resumed = 2 * RATE;
    clock.observe(resumed, referenceTime(5_000 * MS));
    expect(clock.timeOfFrame(resumed)).toBe(5_000 * MS);
  });

  it('answers a frame’s time and a time’s frame consistently', () => {
    const clock = new DeviceClock(RATE);
    watch(clock, 1, {});
    expect(clock.frameAtTime(clock.timeOfFrame(123_456))).toBeCloseTo(123_456, 3);
  });

  it('never lets the time of successive blocks run backwards', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ stepMs: fc.double({ min: 0, max: 400, noNaN: true }), frames: fc.nat(20_000) }),
          { minLength: 2, maxLength: 200 },
        ),
        (looks) => {
          const clock = new DeviceClock(RATE);
          let nowMs = 0;
          let frame = 0;
          let block = 0;
          let before = -Infinity;
          for (const { stepMs, frames } of looks) {
            nowMs += stepMs;
            frame += frames;
            clock.observe(frame, referenceTime(nowMs * MS));
            const time = clock.blockTime(block);
            expect(time).toBeGreaterThan(before);
            before = time;
            block += 512;
          }
        },
      ),
    );
  });

  it('knows at once where a device that stood still goes on, and the first look puts it right', () => {
    const clock = new DeviceClock(RATE);
    watch(clock, 2, {});
    clock.restart(2 * RATE, referenceTime(60_000 * MS));
    expect(clock.timeOfFrame(2 * RATE + 480)).toBe(60_010 * MS);
    expect(clock.observe(2 * RATE + 768, referenceTime(60_021 * MS))).toBe(false);
    expect(clock.timeOfFrame(2 * RATE) / MS).toBeCloseTo(60_005, 6);
  });
});

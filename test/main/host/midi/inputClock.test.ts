import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { referenceTime } from '../../../../src/contract/units.ts';
import { InputClock } from '../../../../src/main/host/midi/inputClock.ts';

const MS = 10_000;

describe('time stamps of input', () => {
  it('the first message is stamped when it is noticed, the next ones by the port', () => {
    const clock = new InputClock();
    expect(clock.stamp(0, referenceTime(100 * MS))).toBe(100 * MS);
    // Noticed 7 ms late.
    expect(clock.stamp(0.01, referenceTime(117 * MS)) / MS).toBeCloseTo(110, 2);
    expect(clock.stamp(0.01, referenceTime(120 * MS)) / MS).toBeCloseTo(120, 2);
  });

  it('an earlier proof moves the anchor: the first one was noticed late', () => {
    const clock = new InputClock();
    clock.stamp(0, referenceTime(108 * MS));
    expect(clock.stamp(0.01, referenceTime(112 * MS)) / MS).toBeCloseTo(112, 2);
    expect(clock.stamp(0.01, referenceTime(130 * MS)) / MS).toBeCloseTo(122, 2);
  });

  it('follows a port whose clock is slow, by 100 ppm', () => {
    const clock = new InputClock();
    let stamp = 0;
    for (let second = 0; second <= 1_000; second++) {
      stamp = clock.stamp(second === 0 ? 0 : 1 - 50e-6, referenceTime(second * 1_000 * MS));
    }
    expect(stamp / MS).toBeGreaterThan(1_000_000 - 1);
  });

  it('stamps never go back and are never in the future', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: -1, max: 10 }), fc.integer({ min: 0, max: 1e6 })), {
          minLength: 1,
        }),
        (messages) => {
          const clock = new InputClock();
          let now = 0;
          let last = -Infinity;
          for (const [delta, later] of messages) {
            now += later;
            const stamp = clock.stamp(delta, referenceTime(now));
            expect(stamp).toBeLessThanOrEqual(now);
            expect(stamp).toBeGreaterThanOrEqual(last);
            last = stamp;
          }
        },
      ),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { framesToReferenceTime, referenceTime } from '../../../../../src/contract/units.ts';
import { PresentationClock } from '../../../../../src/main/engine/portcls/dmus/presentationClock.ts';
import { LatencyClock, WaveSinkClock } from '../../../../../src/main/engine/portcls/dmus/waveSink.ts';

describe('PresentationClock', () => {
  function clockAt() {
    const master = { time: 5000, now: () => referenceTime(master.time) };
    return { master, clock: new PresentationClock(master) };
  }

  it('advances in RUN only and is reset by STOP', () => {
    const { master, clock } = clockAt();
    const readings: number[] = [];
    for (const state of ['ACQUIRE', 'PAUSE', 'RUN', 'PAUSE', 'RUN', 'PAUSE', 'ACQUIRE', 'STOP'] as const) {
      clock.setState(state);
      master.time += 100;
      readings.push(clock.now());
    }
    expect(readings).toEqual([0, 0, 100, 100, 200, 200, 200, 0]);
  });

  it('stamps are master time less the start offset', () => {
    const { master, clock } = clockAt();
    clock.setState('RUN', referenceTime(6000));
    master.time = 6500;
    expect(clock.now()).toBe(500);
    expect(clock.fromMaster(referenceTime(7000))).toBe(1000);
    expect(clock.toMaster(referenceTime(1000))).toBe(7000);
  });

  it('goes on where it was when the master jumps while the stream stood still', () => {
    const { master, clock } = clockAt();
    clock.setState('RUN');
    master.time += 100;
    expect(clock.now()).toBe(100);
    master.time += 1_000_000;
    clock.skip(referenceTime(1_000_000));
    expect(clock.now()).toBe(100);
  });
});

describe('LatencyClock', () => {
  it.each([
    { master: 22, latency: 0, writtenUntil: 30, reads: 30 },
    { master: 50, latency: 25, writtenUntil: -Infinity, reads: 75 },
    { master: 420, latency: 100, writtenUntil: 30, reads: 520 },
  ])(
    'check 77: master $master, latency $latency, written until $writtenUntil reads $reads',
    ({ master, latency, writtenUntil, reads }) => {
      const clock = new LatencyClock({ now: () => referenceTime(master) }, referenceTime(latency));
      clock.renderedUntil(referenceTime(writtenUntil));
      expect(clock.now()).toBe(reads);
    },
  );
});

/** A deterministic source of uniform noise in -1..1. */
function noiseSource(): () => number {
  let seed = 12345;
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
    return seed / 2 ** 31;
  };
}

describe('WaveSinkClock', () => {
  it('check 78: the start sets the sample clock to 0, later synchronisations only adjust, a new start resets', () => {
    const sink = new WaveSinkClock(48_000);
    sink.syncToMaster(referenceTime(1000), true);
    expect([sink.position, sink.sampleToRefTime(0), sink.refTimeToSample(referenceTime(1000))]).toEqual([
      0, 1000, 0,
    ]);
    sink.advance(480);
    sink.syncToMaster(referenceTime(101_000), false);
    expect([sink.position, sink.sampleToRefTime(480)]).toEqual([480, 101_000]);
    sink.syncToMaster(referenceTime(900_000), true);
    expect([sink.position, sink.sampleToRefTime(0)]).toEqual([0, 900_000]);
  });

  it('cannot be adjusted before it was started', () => {
    expect(() => new WaveSinkClock(48_000).syncToMaster(referenceTime(0), false)).toThrow(
      /before it was started/,
    );
  });

  it('converts both ways at the sample rate', () => {
    const sink = new WaveSinkClock(44_100);
    sink.syncToMaster(referenceTime(0), true);
    expect(sink.sampleToRefTime(44_100)).toBeCloseTo(10_000_000, 6);
    expect(sink.refTimeToSample(referenceTime(5_000_000))).toBeCloseTo(22_050, 9);
  });

  it.each([
    { ppm: 0, block: 512 },
    { ppm: 200, block: 512 },
    { ppm: -200, block: 128 },
    { ppm: 80, block: 2048 },
  ])(
    'follows a device $ppm ppm off through 1 ms of noise in blocks of $block: never off by more than 1 ms, never a step beyond 0.1 ms',
    ({ ppm, block }) => {
      const rate = 48_000;
      const sink = new WaveSinkClock(rate);
      const noise = noiseSource();
      const trueTime = (frames: number): number => (frames * 10_000_000) / (rate * (1 + ppm / 1e6));
      sink.syncToMaster(referenceTime(0), true);
      let largestStep = 0;
      let largestError = 0;
      let isRising = true;
      let lateError = 0;
      let lateCount = 0;
      const minutes = 5;
      for (let frames = block; frames < minutes * 60 * rate; frames += block) {
        const before = sink.time;
        sink.advance(block);
        const step = sink.time - before - framesToReferenceTime(block, rate);
        largestStep = Math.max(largestStep, Math.abs(step) - Math.abs(ppm / 1e6) * (sink.time - before));
        isRising &&= sink.time > before;
        largestError = Math.max(largestError, Math.abs(sink.time - trueTime(frames)));
        if (frames > rate * 60) {
          lateError += sink.time - trueTime(frames);
          lateCount++;
        }
        sink.syncToMaster(referenceTime(trueTime(frames) + noise() * 10_000), false);
      }
      expect(isRising).toBe(true);
      expect(largestStep).toBeLessThan(1_000);
      expect(largestError).toBeLessThan(10_000);
      // Drift does not accumulate: after a minute the error averages out.
      expect(Math.abs(lateError / lateCount)).toBeLessThan(200);
    },
  );

  it('slews what an underrun lost, without a jump', () => {
    const sink = new WaveSinkClock(48_000);
    sink.syncToMaster(referenceTime(0), true);
    const lost = 1_000_000;
    let frames = 0;
    let largestBend = 0;
    const period = 10_000_000 / 48_000;
    for (; frames < 48_000 * 120; frames += 480) {
      const before = sink.time;
      sink.advance(480);
      largestBend = Math.max(largestBend, Math.abs((sink.time - before) / (480 * period) - 1));
      sink.syncToMaster(referenceTime((frames + 480) * period + lost), false);
    }
    expect(largestBend).toBeLessThan(0.004);
    expect(Math.abs(sink.time - (frames * period + lost))).toBeLessThan(1_000);
  });

  it('takes over a jump that means a clock stood still, and says how far', () => {
    const sink = new WaveSinkClock(48_000);
    sink.syncToMaster(referenceTime(0), true);
    sink.advance(480);
    expect(sink.syncToMaster(referenceTime(100_000), false)).toBe(0);
    sink.advance(480);
    expect(sink.syncToMaster(referenceTime(30_200_000), false)).toBeCloseTo(30_000_000, 3);
    expect(sink.time).toBe(30_200_000);
  });
});

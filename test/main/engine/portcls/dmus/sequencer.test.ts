import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { referenceTime } from '../../../../../src/contract/units.ts';
import { EventAllocator } from '../../../../../src/main/engine/portcls/dmus/allocator.ts';
import { KERNEL_EVENT_FLAGS } from '../../../../../src/main/engine/portcls/dmus/kernelEvent.ts';
import { Sequencer } from '../../../../../src/main/engine/portcls/dmus/sequencer.ts';
import { fuzz } from '../../../../support/fuzzing.ts';
import { CollectingSink, makeEvent, propertyRuns } from './support.ts';

function pipeline(schedulePreFetch = 0) {
  const allocator = new EventAllocator();
  let now = 0;
  const sequencer = new Sequencer({ allocator, clock: { now: () => referenceTime(now) }, schedulePreFetch });
  const sink = new CollectingSink(allocator);
  sequencer.connectOutput(sink);
  const put = (time: number, ...bytes: number[]): void =>
    sequencer.putMessage(makeEvent(allocator, time, ...bytes));
  const at = (time: number): number => {
    now = time;
    return sequencer.service(referenceTime(time));
  };
  return { allocator, sequencer, sink, put, at };
}

function run(sequencer: Sequencer): void {
  for (const state of ['ACQUIRE', 'PAUSE', 'RUN'] as const) sequencer.setState(state);
}

describe('Sequencer', () => {
  it.each([[[300, 100, 200]], [[100, 200, 300]], [[300, 200, 100]], [[200, 300, 100]]])(
    'check 66: events stamped %j are delivered 100, 200, 300',
    (stamps) => {
      const { sequencer, sink, put, at } = pipeline();
      run(sequencer);
      for (const stamp of stamps) put(stamp, 0xf8);
      at(1000);
      expect(sink.times).toEqual([100, 200, 300]);
    },
  );

  it('check 66: equal stamps keep their order of arrival', () => {
    const { sequencer, sink, put, at } = pipeline();
    run(sequencer);
    put(500, 0xc0, 1);
    put(300, 0xc0, 2);
    put(500, 0xc0, 3);
    put(300, 0xc0, 4);
    put(500, 0xc0, 5);
    at(1000);
    expect(sink.delivered.map(({ bytes }) => bytes[1])).toEqual([2, 4, 1, 3, 5]);
  });

  it('check 67: with a prefetch of 5 ms, an event 20 ms ahead is delivered 15 ms from now', () => {
    const { sequencer, sink, put, at } = pipeline(50_000);
    run(sequencer);
    put(200_000, 0xf8);
    expect(at(149_999)).toBe(0);
    expect(at(150_000)).toBe(1);
    expect(sink.times).toEqual([200_000]);
  });

  it('check 68: with a huge prefetch events are delivered on arrival', () => {
    const { sequencer, sink, put } = pipeline(Infinity);
    run(sequencer);
    put(9_000_000, 0xf8);
    put(1_000_000, 0xf8);
    expect(sink.times).toEqual([9_000_000, 1_000_000]);
    expect(sequencer.size).toBe(0);
  });

  it('check 72: in PAUSE a due event is held; STOP returns it to the allocator unplayed', () => {
    const { allocator, sequencer, sink, put, at } = pipeline();
    sequencer.setState('ACQUIRE');
    sequencer.setState('PAUSE');
    put(0, 0xf8);
    put(-50, 0xf8);
    expect(at(1000)).toBe(0);
    expect(sequencer.size).toBe(2);
    sequencer.setState('ACQUIRE');
    sequencer.setState('STOP');
    expect([sequencer.size, allocator.eventsInUse, sink.delivered.length]).toEqual([0, 0, 0]);
  });

  it('what was held in PAUSE is played in RUN', () => {
    const { sequencer, sink, put, at } = pipeline();
    run(sequencer);
    sequencer.setState('PAUSE');
    put(10, 0xf8);
    at(20);
    expect(sink.delivered).toEqual([]);
    sequencer.setState('RUN');
    at(20);
    expect(sink.times).toEqual([10]);
  });

  it('late events are delivered at once', () => {
    const { sequencer, sink, put, at } = pipeline();
    run(sequencer);
    at(1000);
    put(400, 0xf8);
    expect(sink.times).toEqual([400]);
  });

  it('holds nothing in STOP', () => {
    const { allocator, sequencer, put } = pipeline();
    put(100, 0xf8);
    expect([sequencer.size, allocator.eventsInUse]).toEqual([0, 0]);
  });

  it('takes a chain apart and leaves a package together', () => {
    const { allocator, sequencer, sink, at } = pipeline();
    run(sequencer);
    const chain = makeEvent(allocator, 300, 0xc0, 1);
    chain.next = makeEvent(allocator, 100, 0xc0, 2);
    const whole = makeEvent(allocator, 200);
    whole.flags = KERNEL_EVENT_FLAGS.package;
    whole.packageEvent = makeEvent(allocator, 900, 0xc0, 3);
    chain.next.next = whole;
    sequencer.putMessage(chain);
    expect(at(250)).toBe(2);
    expect(sink.times).toEqual([100, 200]);
    expect(at(300)).toBe(1);
    expect(allocator.eventsInUse).toBe(0);
  });

  it('check 70: without a connected output events reach the allocator', () => {
    const allocator = new EventAllocator();
    const sequencer = new Sequencer({ allocator, clock: { now: () => referenceTime(0) } });
    run(sequencer);
    sequencer.putMessage(makeEvent(allocator, 0, 0xf8));
    expect([sequencer.size, allocator.eventsInUse]).toEqual([0, 0]);
    const sink = new CollectingSink(allocator);
    sequencer.connectOutput(sink);
    sequencer.putMessage(makeEvent(allocator, 0, 0xf8));
    sequencer.disconnectOutput(sink);
    sequencer.putMessage(makeEvent(allocator, 0, 0xf8));
    expect([sink.delivered.length, allocator.eventsInUse]).toEqual([1, 0]);
  });

  it('delivers any mixture of arrivals and services in order', { tags: 'fuzz' }, async () => {
    const step = fc.record({
      stamps: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 12 }),
      advance: fc.integer({ min: 0, max: 15 }),
    });
    await fuzz(
      'midi/sequencer',
      fc.property(fc.array(step, { maxLength: 12 }), fc.integer({ min: 0, max: 10 }), (steps, preFetch) => {
        const { allocator, sequencer, sink, put, at } = pipeline(preFetch);
        run(sequencer);
        // The model: a list, sorted stably, cut where due.
        let held: { time: number; number: number }[] = [];
        const expected: number[] = [];
        let now = 0;
        let number = 0;
        const due = (): void => {
          held.sort((a, b) => a.time - b.time || a.number - b.number);
          const ready = held.filter(({ time }) => now >= time - preFetch);
          expected.push(...ready.map((event) => event.number));
          held = held.filter(({ time }) => now < time - preFetch);
        };
        for (const { stamps, advance } of steps) {
          for (const stamp of stamps) {
            held.push({ time: stamp, number });
            put(stamp, 0xe0, number & 0x7f, number >> 7);
            number++;
            due();
          }
          now += advance;
          at(now);
          due();
          expect(sequencer.nextTime).toBe(
            held.length === 0 ? Infinity : Math.min(...held.map(({ time }) => time)),
          );
        }
        expect(sink.delivered.map(({ bytes }) => bytes[1]! | (bytes[2]! << 7))).toEqual(expected);
        expect(sequencer.size).toBe(held.length);
        sequencer.setState('STOP');
        expect(allocator.eventsInUse).toBe(0);
      }),
      propertyRuns,
    );
  });

  it('orders 100 000 events that arrive in any order', () => {
    const { allocator, sequencer, sink, put, at } = pipeline();
    run(sequencer);
    at(-1);
    let seed = 1;
    for (let count = 0; count < 100_000; count++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      put(count % 3 === 0 ? seed % 1_000_000 : count * 10, 0xf8);
    }
    expect(sequencer.size).toBe(100_000);
    expect(at(2_000_000)).toBe(100_000);
    const { times } = sink;
    expect(times.every((time, index) => index === 0 || times[index - 1]! <= time)).toBe(true);
    expect(allocator.eventsInUse).toBe(0);
  });
});

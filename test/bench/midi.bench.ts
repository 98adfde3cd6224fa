import { referenceTime } from '../../src/contract/units.ts';
import { EventAllocator } from '../../src/main/engine/portcls/dmus/allocator.ts';
import { Sequencer } from '../../src/main/engine/portcls/dmus/sequencer.ts';

/** `npm run bench -- midi`. */

const EVENTS = 100_000;
const ROUNDS = 7;

/** Queues events in the order `timeOf` gives and drains them all; milliseconds. */
function insertAndDrain(timeOf: (index: number) => number): number {
  const allocator = new EventAllocator({ events: EVENTS });
  const sequencer = new Sequencer({ allocator, clock: { now: () => referenceTime(0) } });
  sequencer.connectOutput(allocator);
  sequencer.setState('PAUSE');
  const start = performance.now();
  for (let index = 0; index < EVENTS; index++) {
    const event = allocator.getMessage();
    event.presentationTime = referenceTime(timeOf(index));
    event.length = 3;
    sequencer.putMessage(event);
  }
  sequencer.setState('RUN');
  const drained = sequencer.service(referenceTime(Infinity));
  const elapsed = performance.now() - start;
  if (drained !== EVENTS) throw new Error(`${drained} of ${EVENTS} events came out.`);
  return elapsed;
}

function median(measure: () => number): number {
  const values = Array.from({ length: ROUNDS }, measure).sort((a, b) => a - b);
  return Math.round(values[ROUNDS >> 1]! * 100) / 100;
}

export default function midiBench() {
  const bound = 100;
  const metric = (name: string, timeOf: (index: number) => number) => {
    const value = median(() => insertAndDrain(timeOf));
    return { name, value, unit: 'ms', bound: `<= ${bound}`, pass: value <= bound, peer: null };
  };
  return [
    metric('100,000 events in order, queued and drained', (index) => index * 100),
    // A multiplicative hash: every event is somewhere else.
    metric('100,000 events in no order, queued and drained', (index) => Math.imul(index, 0x9e3779b1) >>> 0),
  ];
}

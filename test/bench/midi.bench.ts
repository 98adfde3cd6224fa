import { referenceTime } from '../../src/contract/units.ts';
import { EventAllocator } from '../../src/main/engine/portcls/dmus/allocator.ts';
import { Sequencer } from '../../src/main/engine/portcls/dmus/sequencer.ts';
import { atMostMs, medianMs, type Metric } from './metric.ts';

/** `npm run bench -- midi`. */

const EVENTS = 100_000;
const ROUNDS = 7;

/** Queues events in the order `timeOf` gives and drains them all. */
function insertAndDrain(timeOf: (index: number) => number): void {
  const allocator = new EventAllocator({ events: EVENTS });
  const sequencer = new Sequencer({ allocator, clock: { now: () => referenceTime(0) } });
  sequencer.connectOutput(allocator);
  sequencer.setState('PAUSE');
  for (let index = 0; index < EVENTS; index++) {
    const event = allocator.getMessage();
    event.presentationTime = referenceTime(timeOf(index));
    event.length = 3;
    sequencer.putMessage(event);
  }
  sequencer.setState('RUN');
  const drained = sequencer.service(referenceTime(Infinity));
  if (drained !== EVENTS) throw new Error(`${drained} of ${EVENTS} events came out.`);
}

export default function midiBench(): Metric[] {
  const metric = (name: string, timeOf: (index: number) => number) =>
    atMostMs(
      `${EVENTS} events ${name}: queue and drain`,
      medianMs(ROUNDS, () => insertAndDrain(timeOf)),
      100,
    );
  return [
    metric('in order', (index) => index * 100),
    // A multiplicative hash: every event is somewhere else.
    metric('in no order', (index) => Math.imul(index, 0x9e3779b1) >>> 0),
  ];
}

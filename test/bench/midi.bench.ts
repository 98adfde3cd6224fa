import { referenceTime } from '../../src/contract/units.ts';
import { EventAllocator } from '../../src/main/engine/portcls/dmus/allocator.ts';
import { Sequencer } from '../../src/main/engine/portcls/dmus/sequencer.ts';
import { atMostMs, medianMs, type Metric } from './metric.ts';
import { measureKeyboard } from './midi/keyboard.ts';
import { measureLateness, percentile } from './midi/lateness.ts';
import { PORTS } from './midi/ports.ts';
import { playingCard } from './midi/playingCard.ts';

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

/** 10,000 events every millisecond, and as many at times that keep no step, a third of them together with another. */
const GRID_EVENTS = 10_000;
const grid = Array.from({ length: GRID_EVENTS }, (_, index) => index);
const irregular = grid
  .map((index) => (index % 3 === 0 ? index : index + 0.9137 * Math.sin(index) ** 2))
  .sort((a, b) => a - b);
/** 16 ports at 1,000 events a second each. */
const PORT_EVENTS = 4_000;

/** Main is busy for so long, so often: a panel that redraws. */
const BUSY_MS = 3;
const BUSY_EVERY_MS = 16;

async function timing(): Promise<Metric[]> {
  const card = await playingCard();
  const busy = setInterval(() => {
    const until = performance.now() + BUSY_MS;
    while (performance.now() < until);
  }, BUSY_EVERY_MS);
  try {
    const metrics: Metric[] = [];
    for (const [name, times] of [
      ['on a 1 ms grid', grid],
      ['on an irregular grid', irregular],
    ] as const) {
      const { sorted, early } = await measureLateness(times, 1);
      metrics.push(
        atMostMs(`${GRID_EVENTS} events ${name}: lateness p50`, percentile(sorted, 0.5), 0.05),
        atMostMs(`${GRID_EVENTS} events ${name}: lateness p99`, percentile(sorted, 0.99), 0.25),
        atMostMs(`${GRID_EVENTS} events ${name}: lateness max`, sorted.at(-1)!, 2),
        neverEarly(`${GRID_EVENTS} events ${name}`, early),
      );
    }
    const { sorted, early } = await measureLateness(grid.slice(0, PORT_EVENTS), PORTS.length);
    metrics.push(
      atMostMs(`${PORTS.length} ports at 1000 events/s: lateness p99`, percentile(sorted, 0.99), 0.25),
      neverEarly(`${PORTS.length} ports at 1000 events/s`, early),
    );
    return metrics;
  } finally {
    clearInterval(busy);
    await card.dispose();
  }
}

async function keyboard(): Promise<Metric[]> {
  const { toDevice, toMonitor, outputLatency } = await measureKeyboard();
  const reported = (name: string, milliseconds: number): Metric => ({
    ...atMostMs(`live keyboard at the low setting: ${name}`, milliseconds, Infinity),
    bound: 'none',
  });
  return [
    reported('time stamp to device, p50', percentile(toDevice, 0.5)),
    atMostMs('live keyboard at the low setting: time stamp to device, p95', percentile(toDevice, 0.95), 15),
    reported('the device’s own latency, told when it was opened', outputLatency),
    reported('time stamp to the sink’s monitor, p50', percentile(toMonitor, 0.5)),
    reported('time stamp to the sink’s monitor, p95', percentile(toMonitor, 0.95)),
  ];
}

function neverEarly(name: string, early: number): Metric {
  return {
    name: `${name}: early`,
    value: early,
    unit: 'events',
    bound: '<= 0',
    pass: early === 0,
    peer: null,
  };
}

export default async function midiBench(): Promise<Metric[]> {
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
    ...(await timing()),
    ...(await keyboard()),
  ];
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secondsToReferenceTime } from '../../../src/contract/units.ts';
import { PinInstance } from '../../../src/main/engine/ks/pin.ts';
import { Subdevice } from '../../../src/main/engine/portcls/subdevice.ts';
import { CardWorld } from '../../support/dynamicCard/cardWorld.ts';
import { checkInvariants } from '../../support/dynamicCard/invariants.ts';
import { CLIENTS, openPin, operation, type Operation } from '../../support/dynamicCard/operations.ts';
import { cases } from '../../support/duration.ts';
import { collectGarbage, objectsOf } from '../../support/garbage.ts';

const OPERATIONS = 1_000;
const SEED = 0x5eed;
/** A counterexample is made smaller for so long. */
const SHRINKING_MS = 60_000;

async function carryOut(world: CardWorld, each: Operation): Promise<void> {
  world.steps = [];
  await each.run(world);
  await world.settle();
}

describe('the card while eight clients and its owner do what they like', { timeout: 3_600_000 }, () => {
  it(`keeps every rule after each of ${OPERATIONS} operations`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(operation, { minLength: OPERATIONS, maxLength: OPERATIONS, size: 'max' }),
        async (operations) => {
          const world = new CardWorld(CLIENTS);
          try {
            await world.start();
            for (const each of operations) {
              await carryOut(world, each);
              checkInvariants(world);
            }
          } finally {
            await world.dispose();
          }
        },
      ),
      {
        numRuns: cases({ normal: 1, fuzz: 20 }),
        seed: SEED,
        ...(cases({ normal: 1, fuzz: 0 }) ? { interruptAfterTimeLimit: SHRINKING_MS } : {}),
        markInterruptAsFailure: true,
      },
    );
  });

  /** All of the card sleeps, and its process is on its way to its end. */
  async function sleep(world: CardWorld): Promise<void> {
    for (const { name } of world.card.adapter.subdevices) world.service.setState(name, 'D3');
    await expect.poll(() => world.resting, { timeout: 30_000, interval: 5 }).toBe(true);
  }

  it('has nothing to lose while its process is ended, and is there again after a rebalance or a wake', async () => {
    const world = new CardWorld(CLIENTS);
    await world.start();
    const removals: string[] = [];
    world.hardware.onRemoved(({ reason }) => removals.push(reason));
    await sleep(world);
    world.loseDevice();
    await world.settle();
    checkInvariants(world);
    expect(removals).toEqual([]);
    await world.arrivedAfter(() => world.service.rebalance(world.card.adapter.id));
    checkInvariants(world);
    expect(removals).toEqual(['switching']);
    await sleep(world);
    world.service.setState('Wave', 'D0');
    expect(world.resting).toBe(false);
    await world.arrivedAfter(() => world.loseDevice());
    checkInvariants(world);
    expect(removals).toEqual(['switching', 'host-exit']);
    await world.dispose();
  });

  it('keeps a stream that is opened after its process was ended, with the output out of reach', async () => {
    const world = new CardWorld(CLIENTS);
    await world.start();
    const wire = world.service
      .getSnapshot()
      .connections.find(({ from }) => from.filter === 'soundCard/Wave')!;
    world.service.setConnected({ from: wire.from, to: wire.to }, false);
    await sleep(world);
    openPin(world, 0, 'Wave');
    world.clients[0]!.open!.pin.setState('PAUSE');
    expect(world.card.adapter.subdevice('TopologyRender')!.power.state).toBe('D3');
    // Long enough for the host to complain.
    await new Promise((resolve) => setTimeout(resolve, 100));
    checkInvariants(world);
    world.service.setConnected({ from: wire.from, to: wire.to }, true);
    world.steps = [];
    world.clients[0]!.open!.pin.setState('RUN');
    await expect.poll(() => world.hardware.status?.frames ?? 0, { timeout: 30_000 }).toBeGreaterThan(0);
    checkInvariants(world);
    await world.dispose();
  });

  it('leaves nothing behind', async () => {
    const world = new CardWorld(CLIENTS);
    await world.start();
    /** Bytes that are held when nothing is open and the histories are of now. */
    const heldAfter = async (operations: number, seed: number) => {
      for (const each of fc.sample(operation, { seed, numRuns: operations })) await carryOut(world, each);
      world.closeAll();
      world.asleep = false;
      world.policy.resume();
      // A host keeps a while what it has rendered.
      await world.arrivedAfter(() => world.hardware.reopen());
      world.hosts.splice(0, world.hosts.length - 1);
      world.clock.advance(secondsToReferenceTime(1_200));
      await collectGarbage();
      // Beside the heap is the bank of sounds, as often as a host has it.
      return process.memoryUsage().heapUsed;
    };
    const before = await heldAfter(OPERATIONS / 2, SEED);
    const after = await heldAfter(cases({ normal: 1.5 * OPERATIONS, fuzz: 5 * OPERATIONS }), SEED + 1);
    expect(objectsOf(PinInstance)).toBe(0);
    // Those of now, and at most those before, which somebody may still ask why they are gone.
    expect(objectsOf(Subdevice)).toBeLessThanOrEqual(12);
    // Up to 2 MB of V8's own come and go, however many operations there were.
    expect(after - before).toBeLessThan(3_000_000);
    await world.dispose();
  });
});

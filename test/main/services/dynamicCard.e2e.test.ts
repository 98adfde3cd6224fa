import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secondsToReferenceTime } from '../../../src/contract/units.ts';
import { PinInstance } from '../../../src/main/engine/ks/pin.ts';
import { Subdevice } from '../../../src/main/engine/portcls/subdevice.ts';
import { CardWorld } from '../../support/dynamicCard/cardWorld.ts';
import { checkInvariants } from '../../support/dynamicCard/invariants.ts';
import { CLIENTS, operation, type Operation } from '../../support/dynamicCard/operations.ts';
import { cases } from '../../support/duration.ts';
import { collectGarbage, objectsOf } from '../../support/garbage.ts';

// Beside other tests, for want of the processor, an output that was lost may not come back to this world in time: its
// clock is set by hand, the host's is not. Among the tests that run one after another it does.

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
      const arrived = new Promise((resolve) => world.hardware.onArrived(resolve));
      world.loseDevice();
      await arrived;
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

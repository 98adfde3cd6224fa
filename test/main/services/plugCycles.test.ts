import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { full } from '../../support/duration.ts';

const program = path.join(import.meta.dirname, 'plugCyclesProgram.ts');
/** Cycles after which it is measured, and measured again. */
const [FIRST, LAST] = full ? [1_000, 10_000] : [1_000, 2_000];

interface Held {
  heap: number;
  resident: number;
}

it(
  `a device that is plugged in and out ${LAST} times leaves nothing behind`,
  { timeout: 1_200_000 },
  async () => {
    // A young generation of usual size grows for a while by itself, and threads keep pages of their own.
    const flags = [
      '--expose-gc',
      '--max-semi-space-size=2',
      '--single-threaded-gc',
      '--disable-warning=ExperimentalWarning',
    ];
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...flags,
      program,
      `${FIRST}`,
      `${LAST}`,
    ]);
    const { before, after, told, ...left } = JSON.parse(stdout) as {
      before: Held;
      after: Held;
      told: number;
    };
    expect(told).toBeGreaterThan(4 * LAST);
    // The adapter of MIDI ports stays; it has none.
    expect(left).toEqual({ adapters: 1, subdevices: 0, mixers: 0, filters: 0 });
    expect(after.heap - before.heap).toBeLessThan(1_000_000);
    expect(after.resident - before.resident).toBeLessThan(8_000_000);
  },
);

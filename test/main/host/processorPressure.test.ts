import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { processorWaitMs } from '../../../src/main/host/processorPressure.ts';

it('tells the time in which threads waited for a processor, where the system does', async () => {
  if (!existsSync('/proc/pressure/cpu')) {
    expect(processorWaitMs()).toBeUndefined();
    return;
  }
  const before = { at: performance.now(), waitedMs: processorWaitMs()! };
  expect(before.waitedMs).toBeGreaterThanOrEqual(0);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const waitedMs = processorWaitMs()! - before.waitedMs;
  expect(waitedMs).toBeGreaterThanOrEqual(0);
  // The kernel sums up later what each processor noted.
  expect(waitedMs).toBeLessThan(performance.now() - before.at + 2_000);
});

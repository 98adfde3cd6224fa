import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

// A dozen numbers that the engine boxes on their way through a block, and those of the notes that begin in it.
it.each([
  ['collection', 800],
  ['fm', 400],
])(
  'rendering allocates nothing that grows with the sound: %s',
  { timeout: 60_000 },
  async (synth, mostBytes) => {
    const program = fileURLToPath(new URL('allocationProgram.ts', import.meta.url));
    // A young generation large enough that no collection hides what was allocated.
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--expose-gc',
      '--max-semi-space-size=64',
      '--min-semi-space-size=64',
      program,
      synth,
    ]);
    const { bytesPerBlock, events } = JSON.parse(stdout) as { bytesPerBlock: number; events: number };
    expect(events).toBeGreaterThan(1000);
    expect(bytesPerBlock).toBeLessThan(mostBytes);
  },
);

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** Runs a program that measures, with a young generation so large that no collection hides what was allocated. */
async function run(name: string, ...options: string[]): Promise<unknown> {
  const program = fileURLToPath(new URL(name, import.meta.url));
  const flags = ['--expose-gc', '--max-semi-space-size=64', '--min-semi-space-size=64'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, program, ...options]);
  return JSON.parse(stdout);
}

it(
  'rendering itself allocates nothing: five times as many blocks leave no more behind',
  { timeout: 60_000 },
  async () => {
    const { short, long, played, voices } = (await run('renderAllocationProgram.ts')) as Record<
      'short' | 'long' | 'played' | 'voices',
      number
    >;
    expect(voices).toBeGreaterThan(20);
    // 1200 blocks more; the measurement's own few objects are in both.
    expect(long - short).toBeLessThan(1200);
    // Numbers that the engine boxes while it works a note-on out: in each block one, and three other messages.
    expect(played / 500).toBeLessThan(1000);
  },
);

// A dozen numbers that the engine boxes on their way through a block, and those of the notes that begin in it.
it.each([
  ['collection', 800],
  ['fm', 400],
])(
  'rendering allocates nothing that grows with the sound: %s',
  { timeout: 60_000 },
  async (synth, mostBytes) => {
    const { bytesPerBlock, events } = (await run('allocationProgram.ts', synth)) as {
      bytesPerBlock: number;
      events: number;
    };
    expect(events).toBeGreaterThan(1000);
    expect(bytesPerBlock).toBeLessThan(mostBytes);
  },
);

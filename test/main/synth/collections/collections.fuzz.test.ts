import { execFile, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { PinwheelError } from '../../../../src/contract/errors.ts';
import { readCollection } from '../../../../src/main/synth/collections/readCollection.ts';
import { SFGenerator } from '../../../../src/main/synth/collections/soundFont/generators.ts';
import { cases } from '../../../support/duration.ts';
import { requires } from '../../../support/requirements.ts';
import { makeSoundFont, range, type ModulatorEntry, type ZoneEntry } from './support.ts';

/** Heap in MB: 32 and what the program and the files themselves need. */
const HEAP = 48;
const CASES = cases({ normal: 4000, fuzz: 100_000 });
const run = promisify(execFile);

requires('ffmpeg')('mutated DLS, SF2, SF3 and RMID files', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pinwheel-fuzz-'));
  afterAll(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it(
    `are read or refused with their offset: ${CASES}, in time and memory`,
    { timeout: 3_600_000 },
    async () => {
      const tone = path.join(folder, 'tone.ogg');
      const source = 'sine=frequency=441:sample_rate=11025:duration=0.05';
      execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', source, '-c:a', 'libvorbis', '-y', tone]);
      const program = fileURLToPath(new URL('fuzzProgram.ts', import.meta.url));
      const args = [`--max-old-space-size=${HEAP}`, program, String(CASES), '1', tone];
      const { stdout } = await run(process.execPath, args, { maxBuffer: 1 << 26 });
      const { read, refused, slowest } = JSON.parse(stdout) as {
        read: number;
        refused: number;
        slowest: number;
      };
      expect(read + refused).toBe(CASES);
      // Mutations that matter: neither all of them nor none.
      expect(read / CASES).toBeGreaterThan(0.1);
      expect(refused / CASES).toBeGreaterThan(0.3);
      expect(slowest).toBeLessThan(1);
    },
  );
});

describe('files made to take long', () => {
  const { instrument, sampleID, keyRange, pan } = SFGenerator;
  const modulator = (index: number): ModulatorEntry => [0x0081, index % 50, index, 0, 0];
  const zones = (count: number, target: readonly [number, number], modulators: number): ZoneEntry[] =>
    Array.from({ length: count }, (_, index) => ({
      generators: [[keyRange, range(0, 127)], [pan, index], target],
      modulators: Array.from({ length: modulators }, (_item, number) => modulator(index + number)),
    }));

  /** Milliseconds at best, so that a busy machine does not count. */
  function time(bytes: Uint8Array): number {
    let best = Infinity;
    for (let attempt = 0; attempt < 5; attempt++) {
      const start = performance.now();
      try {
        readCollection('long.sf2', bytes);
      } catch (error) {
        if (!(error instanceof PinwheelError)) throw error;
      }
      best = Math.min(best, performance.now() - start);
    }
    return best;
  }

  it.each([
    ['many zones', 3000, 3000, 0],
    ['zones just below the limit of regions', 120, 130, 0],
    ['modulators in all zones', 60, 60, 60],
    ['modulators in few instrument zones', 200, 5, 30],
    ['modulators in a global zone', 1200, 2, 0],
  ])('%s: less than 50 ms per 100 kB', (_title, presets, instruments, modulators) => {
    const common: ZoneEntry = {
      generators: [],
      modulators: Array.from({ length: 120 }, (_, index) => modulator(index)),
    };
    const bytes = makeSoundFont({
      presets: [{ zones: [common, ...zones(presets, [instrument, 0], modulators)] }],
      instruments: [{ zones: zones(instruments, [sampleID, 0], modulators) }],
      samples: [{ start: 0, end: 1000 }],
    });
    expect(time(bytes)).toBeLessThan((50 * Math.max(bytes.length, 100_000)) / 100_000);
  });
});

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
import { chunkOf, listOf } from '../../../../src/main/synth/collections/riffWriter.ts';
import { buildStandardBank } from '../../../../src/main/synth/collections/standardBank/buildStandardBank.ts';
import { writeDls } from '../../../../src/main/synth/collections/dls/writeDls.ts';
import { cases } from '../../../support/duration.ts';
import { fuzzSeed, keptInputs, MOST_GROWTH, recordFuzz } from '../../../support/fuzzing.ts';
import { processorTime } from '../../../support/processorTime.ts';
import { requires } from '../../../support/requirements.ts';
import { fuzzBanks, type BanksSummary } from './fuzzBanks.ts';
import { TIM_GM, makeSoundFont, range, type ModulatorEntry, type ZoneEntry } from './support.ts';

const CASES = cases({ normal: 4000, fuzz: 100_000 });
const WHOLE_BANKS = cases({ normal: 60, fuzz: 3000 });
const TARGET = 'collections/banks';
/** Heap in MB beside the limits: what the program itself needs. */
const PROGRAM_HEAP = 16;
const FIXED_HEAP = 32;
const MEGABYTE = 1_000_000;
const run = promisify(execFile);
const program = fileURLToPath(new URL('fuzzProgram.ts', import.meta.url));

/** In a process of its own with so many MB of heap; with coverage in this one, whose lines are counted. */
async function fuzzed(heap: number, count: number, vorbis: string, banks: readonly string[]) {
  const kept = keptInputs<Uint8Array>(TARGET).map(({ input }) => input);
  if (process.env['PINWHEEL_FUZZ_COVERAGE'] === '1') {
    const bytesOf = (file: string) => new Uint8Array(fs.readFileSync(file));
    return fuzzBanks({
      cases: count,
      seed: fuzzSeed,
      kept,
      vorbis: bytesOf(vorbis),
      banks: banks.map(bytesOf),
    });
  }
  const keptFile = path.join(path.dirname(vorbis), 'kept.json');
  fs.writeFileSync(keptFile, JSON.stringify(kept.map((bytes) => Buffer.from(bytes).toString('base64'))));
  const args = [`--max-old-space-size=${heap}`, program, String(count), String(fuzzSeed), keptFile, vorbis];
  const { stdout } = await run(process.execPath, [...args, ...banks], { maxBuffer: 1 << 26 });
  return JSON.parse(stdout) as BanksSummary;
}

async function fuzz(
  target: string,
  heap: number,
  count: number,
  vorbis: string,
  ...banks: readonly string[]
) {
  const started = performance.now();
  const { read, refused, slowest, largest, growth } = await fuzzed(heap, count, vorbis, banks);
  const seconds = (performance.now() - started) / 1000;
  recordFuzz({ target, cases: count, seconds, slowest: undefined, growth });
  expect(read + refused).toBe(count);
  // Mutations that matter: neither all of them nor none.
  expect(read / count).toBeGreaterThan(0.1);
  expect(refused / count).toBeGreaterThan(0.3);
  expect(slowest).toBeLessThan(1);
  expect(largest).toBeLessThan(1);
  expect(growth).toBeLessThan(MOST_GROWTH);
}

requires('ffmpeg', 'fluidsynth')('mutated DLS, SF2, SF3 and RMID files', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pinwheel-fuzz-'));
  afterAll(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });
  const tone = path.join(folder, 'tone.ogg');
  const source = 'sine=frequency=441:sample_rate=11025:duration=0.05';
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', source, '-c:a', 'libvorbis', '-y', tone]);

  it(`are read or refused with their offset: ${CASES}, in time and memory`, { tags: 'fuzz' }, async () => {
    await fuzz(TARGET, FIXED_HEAP + PROGRAM_HEAP, CASES, tone);
  });

  it(`are whole banks as well: ${WHOLE_BANKS}`, { tags: 'fuzz' }, async () => {
    const dls = writeDls(buildStandardBank());
    const banks = { 'a.dls': dls, 'a.rmi': listOf('RIFF', 'RMID', chunkOf('data', new Uint8Array(40)), dls) };
    const files = Object.entries(banks).map(([name, bytes]) => {
      const file = path.join(folder, name);
      fs.writeFileSync(file, bytes);
      return file;
    });
    const heap = FIXED_HEAP + PROGRAM_HEAP + Math.ceil((8 * dls.length) / MEGABYTE);
    await fuzz('collections/whole-banks', heap, WHOLE_BANKS, tone, ...files, TIM_GM);
  });
});

describe('files made to take long', () => {
  const { instrument, sampleID, keyRange, pan } = SFGenerator;
  const modulator = (index: number): ModulatorEntry => [0x0081, index % 50, index, 0, 0];
  const zones = (count: number, target: readonly [number, number], modulators: number): ZoneEntry[] =>
    Array.from({ length: count }, (_, index) => ({
      generators: [[keyRange, range(0, 127)], [pan, index], target],
      modulators: Array.from({ length: modulators }, (_item, number) => modulator(index + number)),
    }));

  /** Milliseconds of this thread's own at best, so that a busy machine does not count. */
  function time(bytes: Uint8Array): number {
    let best = Infinity;
    for (let attempt = 0; attempt < 5; attempt++) {
      const start = processorTime();
      try {
        readCollection('long.sf2', bytes);
      } catch (error) {
        if (!(error instanceof PinwheelError)) throw error;
      }
      best = Math.min(best, processorTime() - start);
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

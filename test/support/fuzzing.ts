import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { expect } from 'vitest';
import { fromJson, toJson } from '../../src/contract/rpc/wire.ts';
import { cases, fuzzing } from './duration.ts';
import { heldBytes } from './garbage.ts';

/**
 * Fuzz targets. Each replays the inputs that ever broke it, then makes new ones from a fixed seed: few in `npm test`,
 * many in `npm run fuzz`, which counts them, watches for cases that do not end, and asserts that nothing grew.
 */

/** The seed of a run, `npm run fuzz -- --seed N`; with `SEED:PATH`, the one case that a failure told of. */
const [seedText, replayPath] = (process.env['PINWHEEL_FUZZ_SEED'] ?? '').split(/:(.*)/);
export const fuzzSeed = Number(seedText) || 1;

/** A first part of the cases makes what stays: compiled code, tables, caches. */
const WARM_UP_CASES = 1_000;
const MEGABYTE = 1024 * 1024;
/** What a target may hold at its end that it did not after its first part, bytes. */
export const MOST_GROWTH = 8 * MEGABYTE;

const root = fileURLToPath(new URL('../..', import.meta.url));
const keptFile = (target: string) => path.join(root, 'test/fixtures/fuzz', `${target}.json`);

/** An input that once broke a target, and what was wrong then. */
export interface KeptInput<Input> {
  readonly bug: string;
  readonly input: Input;
}

/** Those of `test/fixtures/fuzz/TARGET.json`. */
export function keptInputs<Input>(target: string): readonly KeptInput<Input>[] {
  const file = keptFile(target);
  if (!existsSync(file)) return [];
  const kept = fromJson(readFileSync(file, 'utf8')) as KeptInput<unknown>[];
  return kept.map(({ bug, input }) => ({ bug, input: unpacked(input) as Input }));
}

/** Inputs are JSON with bytes in Base64 where that is all of them, and structured clones in Base64 where it is not. */
const CLONE = '$clone';

function packed(input: unknown): unknown {
  const text = toJson(input as never);
  return isSame(fromJson(text), input)
    ? (JSON.parse(text) as unknown)
    : { [CLONE]: toBase64(serialize(input)) };
}
function unpacked(input: unknown): unknown {
  const clone = (input as Record<string, unknown> | null)?.[CLONE];
  return typeof clone === 'string' ? (deserialize(Buffer.from(clone, 'base64')) as unknown) : input;
}
const toBase64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const isSame = (one: unknown, other: unknown) => serialize(one).equals(serialize(other));

/** How a target went; a line each in the file that `PINWHEEL_FUZZ_RECORD` names, for the table of `npm run fuzz`. */
export interface FuzzRecord {
  readonly target: string;
  readonly cases: number;
  readonly seconds: number;
  /** The slowest case, ms of the clock on the wall; undefined where each has a limit of its own. */
  readonly slowest: number | undefined;
  /** Bytes held at the end that were not after the first part. */
  readonly growth: number;
}

export function recordFuzz(record: FuzzRecord): void {
  const file = process.env['PINWHEEL_FUZZ_RECORD'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(record)}\n`);
}

interface HookedProperty {
  beforeEach(hook: () => void): unknown;
  afterEach(hook: () => void): unknown;
}

/**
 * Runs a target: `property` on the inputs that were kept and on so many new ones.
 *
 * @param target its name, unique, and that of the file of its kept inputs; `folder/name`, after the part of `src`
 * @throws the failure, with how to see it again and how to keep it
 */
export async function fuzz<Input extends [unknown, ...unknown[]]>(
  target: string,
  property: (fc.IProperty<Input> | fc.IAsyncProperty<Input>) & HookedProperty,
  count: { normal: number; fuzz: number },
): Promise<void> {
  const runs = cases(count);
  const watch = fuzzing ? new HangWatch(target) : undefined;
  const timing = { cases: 0, slowest: 0, started: 0 };
  property.beforeEach(() => {
    watch?.beat();
    timing.started = performance.now();
  });
  property.afterEach(() => {
    timing.cases++;
    timing.slowest = Math.max(timing.slowest, performance.now() - timing.started);
  });
  const examples = keptInputs<Input>(target).map(({ input }) => input);
  // The path of a failure counts from the first of the kept inputs: they are in every run.
  const run = async (seed: number, numRuns: number, path?: string): Promise<void> => {
    const parameters = {
      seed,
      examples,
      numRuns: numRuns + examples.length,
      ...(path === undefined ? {} : { path }),
    };
    const details = await fc.check(property as fc.IAsyncProperty<Input>, parameters);
    if (details.failed) throw failure(target, details);
  };
  const started = performance.now();
  let growth = 0;
  try {
    if (replayPath !== undefined) {
      await run(fuzzSeed, 1, replayPath);
    } else if (fuzzing) {
      const first = Math.min(WARM_UP_CASES, Math.ceil(runs / 10));
      await run(fuzzSeed + 1, first);
      const before = await heldBytes();
      await run(fuzzSeed, runs - first);
      growth = (await heldBytes()) - before;
    } else {
      await run(fuzzSeed, runs);
    }
  } finally {
    watch?.dispose();
  }
  const seconds = (performance.now() - started) / 1000;
  recordFuzz({ target, cases: timing.cases, seconds, slowest: timing.slowest, growth });
  expect(growth, `bytes held after ${timing.cases} cases of ${target}`).toBeLessThan(MOST_GROWTH);
}

/** Says how to see it again; the input is left where it only has to be moved to be kept. */
function failure<Input>(target: string, details: fc.RunDetails<Input>): Error {
  const { testPath, currentTestName } = expect.getState();
  const file = testPath === undefined ? '' : path.relative(root, testPath);
  const replay = `${details.seed}:${details.counterexamplePath ?? ''}`;
  const lines = [
    `Fuzz target ${target} failed.`,
    `To see it again: npm run fuzz -- ${file} -t ${JSON.stringify(currentTestName ?? '')} --seed ${replay}`,
  ];
  const left = path.join(root, 'out/fuzz', `${target}.json`);
  try {
    const kept = keptInputs<unknown>(target).map(({ bug, input }) => ({ bug, input: packed(input) }));
    const all = [...kept, { bug: 'What was wrong.', input: packed(details.counterexample) }];
    mkdirSync(path.dirname(left), { recursive: true });
    writeFileSync(left, `${JSON.stringify(all, null, 2)}\n`);
    lines.push(`To keep it: say what was wrong in ${path.relative(root, left)}, and move it to`);
    lines.push(`${path.relative(root, keptFile(target))}.`);
  } catch (error) {
    lines.push(`The input cannot be kept as a file (${String(error)}): make a test of it.`);
  }
  lines.push(fc.defaultReportMessage(details) ?? '');
  return new Error(lines.join('\n'), { cause: details.errorInstance });
}

/** A case that runs for longer hangs. Seconds; so much that no other work on the machine can be the cause. */
const HANG_SECONDS = 120;
const HANG_WATCH = `
  const { workerData: { beats, target, limit } } = require('node:worker_threads');
  let last = -1;
  let seconds = 0;
  setInterval(() => {
    const now = Atomics.load(beats, 0);
    seconds = now === last ? seconds + 1 : 0;
    last = now;
    if (seconds < limit) return;
    require('node:fs').writeSync(2, 'Fuzz target ' + target + ' hangs in case ' + now + '.\\n');
    process.kill(process.pid, 'SIGKILL');
  }, 1000);`;

/** Ends this process when a case does not end: nothing in its own thread could. */
class HangWatch {
  readonly #beats = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker: Worker;

  constructor(target: string) {
    const workerData = { beats: this.#beats, target, limit: HANG_SECONDS };
    this.#worker = new Worker(HANG_WATCH, { eval: true, workerData });
    this.#worker.unref();
  }

  beat(): void {
    Atomics.add(this.#beats, 0, 1);
  }

  dispose(): void {
    void this.#worker.terminate();
  }
}

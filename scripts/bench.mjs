/**
 * `npm run bench -- [NAME...] [--repeat N] [--json | --markdown]`: runs test/bench/NAME.bench.ts, whose default export
 * returns the measured metrics; all of them, three times each, without a name. Every run has a process of its own. What
 * is told are medians; with more than one run also the smallest and the largest value. With --json stdout carries one
 * object and nothing else:
 *
 *   { name, metrics: [{ name, value, unit, bound, pass, peer, low, high }] }            with one name
 *   { machine, runs, benchmarks: [the same for each] }                               otherwise
 *
 * `bound` is the promise ("<= 20"), `pass` whether it was kept, `peer` the same figure of a comparable program where
 * it was measured. --markdown is what docs/benchmarks.md holds. Exit code 1 when a bound was not kept, 2 for an unknown
 * name.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { inMarkdown, inWords, machine, ofRuns } from './benchReport.mjs';
import { endLike, runChild } from './child.mjs';
import { SetupError, ensureBuilt, ensureInstalled, findNode, root } from './setup.mjs';

/** @typedef {import('./benchReport.mjs').Metric} Metric */

const folder = path.join(root, 'test/bench');
const ENDING = '.bench.ts';

try {
  await ensureInstalled();
  if (process.execPath !== fs.realpathSync(findNode()) && process.env['PINWHEEL_BENCH_NODE'] === undefined) {
    const env = { ...process.env, PINWHEEL_BENCH_NODE: '1' };
    const args = [path.join(root, 'scripts/bench.mjs'), ...process.argv.slice(2)];
    endLike(await runChild(findNode(), args, { env, stdio: 'inherit' }));
  } else {
    await bench(process.argv.slice(2));
  }
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

/** @param {string[]} args */
async function bench(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      repeat: { type: 'string' },
      json: { type: 'boolean', default: false },
      markdown: { type: 'boolean', default: false },
      // This process is one of the runs: its metrics as they are.
      run: { type: 'boolean', default: false },
    },
  });
  const all = fs
    .readdirSync(folder)
    .flatMap((file) => (file.endsWith(ENDING) ? [file.slice(0, -ENDING.length)] : []));
  const unknown = positionals.find((name) => !all.includes(name));
  if (unknown !== undefined) {
    console.error(`No benchmark is called ${unknown}. Benchmarks: ${all.join(', ')}.`);
    process.exitCode = 2;
    return;
  }
  const [only] = positionals;
  if (values.run && only !== undefined) {
    const module = await import(pathToFileURL(path.join(folder, only + ENDING)).href);
    // The last line: a program under measurement may have said something before it.
    process.stdout.write(`\n${JSON.stringify(await module.default())}\n`);
    return;
  }

  await ensureBuilt();
  const names = positionals.length > 0 ? positionals : all;
  const runs = Math.max(1, Number(values.repeat ?? (positionals.length > 0 ? 1 : 3)));
  const told = [];
  for (const name of names) {
    const metrics = ofRuns(Array.from({ length: runs }, () => run(name)));
    told.push({ name, metrics });
    if (!values.json && !values.markdown) console.log(inWords(metrics));
  }
  if (values.json)
    console.log(JSON.stringify(told.length === 1 ? told[0] : { machine: machine(), runs, benchmarks: told }));
  if (values.markdown) console.log(inMarkdown(told, runs));
  process.exitCode = told.every(({ metrics }) => metrics.every((metric) => metric.pass)) ? 0 : 1;
}

/**
 * @param {string} name
 * @returns {Metric[]}
 */
function run(name) {
  const output = execFileSync(process.execPath, [import.meta.filename, name, '--run'], {
    encoding: 'utf8',
    env: { ...process.env, PINWHEEL_BENCH_NODE: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '[]');
}

/**
 * `npm run bench -- [NAME] [--json]`: runs test/bench/NAME.bench.ts, whose default export returns the measured
 * metrics; without a name it lists what there is. With --json stdout carries one object and nothing else:
 *
 *   { name, metrics: [{ name, value, unit, bound, pass, peer }] }
 *
 * `bound` is the promise ("<= 20"), `pass` whether it was kept, `peer` the same figure of a comparable program where
 * it was measured. Exit code 1 when a bound was not kept, 2 for an unknown name.
 */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { endLike, runChild } from './child.mjs';
import { SetupError, ensureBuilt, ensureInstalled, findNode, root } from './setup.mjs';

/** @typedef {{ name: string, value: number, unit: string, bound: string, pass: boolean, peer: number | null }} Metric */

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
  const names = fs.existsSync(folder)
    ? fs.readdirSync(folder).flatMap((file) => (file.endsWith(ENDING) ? [file.slice(0, -ENDING.length)] : []))
    : [];
  const name = args.find((arg) => !arg.startsWith('--'));
  const there = names.length === 0 ? 'There is no benchmark yet.' : `Benchmarks: ${names.join(', ')}.`;
  if (name === undefined) return console.log(there);
  if (!names.includes(name)) {
    console.error(`No benchmark is called ${name}. ${there}`);
    process.exitCode = 2;
    return;
  }
  await ensureBuilt();
  const module = await import(pathToFileURL(path.join(folder, name + ENDING)).href);
  /** @type {Metric[]} */
  const metrics = await module.default();
  if (args.includes('--json')) {
    console.log(JSON.stringify({ name, metrics }));
  } else {
    for (const metric of metrics) {
      const peer = metric.peer === null ? '' : `, peer ${metric.peer} ${metric.unit}`;
      const kept = metric.pass ? 'kept' : 'NOT KEPT';
      console.log(`${metric.name}: ${metric.value} ${metric.unit} (bound ${metric.bound} ${kept}${peer})`);
    }
  }
  process.exitCode = metrics.every((metric) => metric.pass) ? 0 : 1;
}

/** What `npm run fuzz` runs and tells: targets with their cases, and the lines of the parsers that they reach. */
import fs from 'node:fs';
import path from 'node:path';
import { SetupError, root } from './setup.mjs';

/** Where the parts of the program lie that are fuzzed. */
const PARSERS = [
  'src/contract',
  'src/contract/rpc',
  'src/main/player/smf',
  'src/main/synth/collections',
  'src/main/wave/files',
  'src/main/wave/iec61937',
  'src/main/decoding',
  'src/main/engine/ks',
  'src/main/engine/portcls/dmus',
  'src/main/hardware/soundServer',
  'src/main/settings',
  'src/main/ipc',
];
const COVERAGE = path.join('out', 'fuzz-coverage');

/** Options of vitest that take a value in the next argument. */
const WITH_VALUE = new Set(['-t', '--testNamePattern', '--project', '--reporter', '--maxWorkers']);

/**
 * Vitest's arguments: test files with checks that have more cases when fuzzing (`fuzz` of test/support/fuzzing.ts, `cases`
 * of test/support/duration.ts), of those whose path has one of the given parts, and the given options.
 *
 * @param {readonly string[]} args
 */
export function fuzzFiles(args) {
  const isOption = (/** @type {string} */ arg, /** @type {number} */ at) =>
    arg.startsWith('-') || WITH_VALUE.has(args[at - 1] ?? '');
  const wanted = args.filter((arg, at) => !isOption(arg, at));
  const folder = path.join(root, 'test');
  const files = fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .filter((file) => /\b(fuzz\(|cases\()/.test(fs.readFileSync(path.join(folder, file), 'utf8')))
    .map((file) => path.join('test', file))
    .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)));
  if (files.length === 0)
    throw new SetupError('nothing to fuzz', `no test with cases matches ${wanted.join(' ')}`, 'Name a path.');
  return [...files, ...args.filter(isOption)];
}

/**
 * Prints a table of the targets and leaves all of them in out/fuzz.json. Targets whose names have more than two parts
 * are one line of the table.
 *
 * @param {string} record lines of JSON, see `FuzzRecord` of test/support/fuzzing.ts
 */
export function reportFuzzing(record) {
  if (!fs.existsSync(record)) return;
  const lines = fs.readFileSync(record, 'utf8').trim().split('\n');
  const targets = lines
    .map((line) => /** @type {import('../test/support/fuzzing.ts').FuzzRecord} */ (JSON.parse(line)))
    .sort((one, other) => one.target.localeCompare(other.target));
  /** @type {Map<string, { cases: number, seconds: number, slowest: number, growth: number }>} */
  const rows = new Map();
  const total = { cases: 0, seconds: 0, slowest: 0, growth: 0 };
  for (const { target, cases, seconds, slowest, growth } of targets) {
    const name = target.split('/').slice(0, 2).join('/');
    const row = rows.get(name) ?? { cases: 0, seconds: 0, slowest: 0, growth: -Infinity };
    rows.set(name, row);
    for (const sum of [row, total]) {
      sum.cases += cases;
      sum.seconds += seconds;
      sum.slowest = Math.max(sum.slowest, slowest ?? 0);
      sum.growth = Math.max(sum.growth, growth);
    }
  }
  const megabytes = (/** @type {number} */ bytes) => (bytes / 2 ** 20).toFixed(1);
  printTable(
    ['Fuzz target', 'Cases', 'Seconds', 'Slowest ms', 'Growth MB'],
    [...rows, /** @type {const} */ (['all of them', total])].map(([name, row]) => [
      name,
      row.cases.toLocaleString('en'),
      row.seconds.toFixed(0),
      row.slowest.toFixed(0),
      megabytes(row.growth),
    ]),
  );
  fs.mkdirSync(path.join(root, 'out'), { recursive: true });
  fs.writeFileSync(
    path.join(root, 'out/fuzz.json'),
    `${JSON.stringify({ cases: total.cases, targets }, null, 2)}\n`,
  );
}

/** Vitest's options for the coverage of the fuzz targets alone. */
export function coverageOptions() {
  return [
    '--tags-filter=fuzz',
    '--coverage.enabled',
    '--coverage.provider=v8',
    '--coverage.reporter=json-summary',
    '--coverage.reporter=html',
    `--coverage.reportsDirectory=${COVERAGE}`,
    ...PARSERS.map((folder) => `--coverage.include=${folder}/**`),
  ];
}

/** Prints how many lines and branches of each folder were reached; the files are in out/fuzz-coverage. */
export function reportCoverage() {
  const file = path.join(root, COVERAGE, 'coverage-summary.json');
  if (!fs.existsSync(file)) return;
  /** @type {Record<string, Record<'lines' | 'branches', { total: number, covered: number }>>} */
  const summary = JSON.parse(fs.readFileSync(file, 'utf8'));
  /** @type {Map<string, Record<'lines' | 'branches', { total: number, covered: number }>>} */
  const rows = new Map();
  for (const [name, { lines, branches }] of Object.entries(summary)) {
    if (name === 'total') continue;
    const folder = path.relative(root, path.dirname(name));
    const row = rows.get(folder) ?? { lines: { total: 0, covered: 0 }, branches: { total: 0, covered: 0 } };
    rows.set(folder, row);
    for (const [sum, of] of /** @type {const} */ ([
      [row.lines, lines],
      [row.branches, branches],
    ])) {
      sum.total += of.total;
      sum.covered += of.covered;
    }
  }
  const share = (/** @type {{ total: number, covered: number }} */ { covered, total }) =>
    `${covered} of ${total} (${total === 0 ? 100 : Math.round((100 * covered) / total)} %)`;
  printTable(
    ['Folder', 'Lines', 'Branches'],
    [...rows]
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([folder, { lines, branches }]) => [folder, share(lines), share(branches)]),
  );
  console.log(`Files and lines: ${path.join(COVERAGE, 'index.html')}`);
}

/**
 * @param {string[]} head
 * @param {string[][]} rows the first column is text, the others numbers
 */
function printTable(head, rows) {
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (/** @type {string[]} */ cells) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ');
  console.log(['', line(head), ...rows.map(line), ''].join('\n'));
}

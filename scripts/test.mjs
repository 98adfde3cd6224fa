/**
 * `npm test`: everything that can be checked on this machine, from a fresh clone.
 *
 *   node scripts/test.mjs [--long | --soak [--minutes N]] [vitest filters and options]
 *   node scripts/test.mjs --fuzz [--seed N[:PATH]] [--coverage] [vitest filters and options]
 *
 * Installs what is missing, builds, runs the static checks and vitest. The last lines are the time of each part and
 * always `N passed, N failed, N skipped`; each static check counts as one. With filters only vitest runs.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { endLike, runChild } from './child.mjs';
import { installCommand, installPackages, unpackPackage } from './debian.mjs';
import { coverageOptions, fuzzFiles, reportCoverage, reportFuzzing } from './fuzzing.mjs';
import { SetupError, ensureBuilt, ensureInstalled, findNode, root, say, seconds } from './setup.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

const bin = (/** @type {string} */ name) => path.join(root, 'node_modules', name);

/** Each: title, arguments for Node. */
const STATIC_CHECKS = /** @type {const} */ ([
  ['types: contract, host, preload, tests', [bin('typescript/bin/tsc'), '-p', '.']],
  ['types: main process without the DOM', [bin('typescript/bin/tsc'), '-p', 'src/main']],
  ['types: scripts', [bin('typescript/bin/tsc'), '-p', 'scripts']],
  [
    'types: renderer without Node',
    [bin('svelte-check/bin/svelte-check'), '--tsconfig', 'src/renderer/tsconfig.json', '--fail-on-warnings'],
  ],
  ['lint', [bin('eslint/bin/eslint.js'), '--max-warnings', '0', '.']],
  ['format', [bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']],
  ['third-party notices', ['scripts/notices.mjs', '--check']],
]);

/** Vitest's projects (vitest.config.ts) in the order in which they run. */
const UNITS = { title: 'units', projects: ['unit', 'renderer'] };
const LIVE = { title: 'live', projects: ['live'] };
const PROGRAMS = { title: 'programs', projects: ['programs'] };
const MACHINES = { title: 'machines', projects: ['machines'] };
const SOUND = { title: 'sound', projects: ['sound'] };

const modes = { '--long': 'PINWHEEL_LONG', '--soak': 'PINWHEEL_LONG', '--fuzz': 'PINWHEEL_FUZZ' };

const started = Number(process.env['PINWHEEL_TEST_STARTED'] ?? Date.now());

try {
  await ensureInstalled();
  if (
    process.execPath !== fs.realpathSync(findNode()) &&
    process.env['PINWHEEL_TEST_STARTED'] === undefined
  ) {
    const env = { ...process.env, PINWHEEL_TEST_STARTED: String(started) };
    const args = [path.join(root, 'scripts/test.mjs'), ...process.argv.slice(2)];
    endLike(await runChild(findNode(), args, { cwd: root, env, stdio: 'inherit' }));
  } else {
    await test(process.argv.slice(2));
  }
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  finish({ passed: 0, failed: 1, skipped: 0 });
}

/** @param {string[]} args */
async function test(args) {
  const mode = Object.entries(modes).find(([flag]) => args.includes(flag));
  const filters = args.filter((arg) => arg !== mode?.[0] && arg !== '--checks');
  // A program called by a check finds the project's Node and tools first, as under npm.
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, PATH: bin('.bin') + path.delimiter + (process.env['PATH'] ?? '') };
  if (mode !== undefined) env[mode[1]] = '1';
  const minutes = filters.indexOf('--minutes');
  if (minutes >= 0) env['PINWHEEL_SOAK_MINUTES'] = filters.splice(minutes, 2)[1];
  if (mode?.[0] === '--fuzz') return fuzz(filters, env);

  /** @type {Counts} */
  const counts = { passed: 0, failed: 0, skipped: 0 };
  if (args.includes('--checks')) {
    await staticChecks(env, counts, { inBackground: false });
    return finish(counts);
  }

  await installMissing();
  try {
    await ensureBuilt();
    counts.passed += 1;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    counts.failed += 1;
  }

  if (mode?.[0] === '--soak') filters.push('.soak.test.ts');
  if (filters.length === 0) await everything(env, counts, { sideBySide: mode === undefined });
  else await vitest(filters, env, counts);
  finish(counts);
}

/**
 * The static checks take what the tests leave of the processors, until those come whose subject is time: they have the
 * machine to themselves.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {Counts} counts
 * @param {{ sideBySide: boolean }} options `sideBySide`: the guest runs beside the programs. At full length it does not,
 *   because figures are taken.
 */
async function everything(env, counts, { sideBySide }) {
  /** @type {string[]} */
  const times = [];
  /** @type {<T>(title: string, work: Promise<T>) => Promise<T>} */
  const timed = async (title, work) => {
    const begun = Date.now();
    const result = await work;
    times.push(`${title} ${seconds(begun)}`);
    return result;
  };
  const checks = timed('static checks', staticChecks(env, counts, { inBackground: true }));
  const steps = sideBySide
    ? [[UNITS], [LIVE], [PROGRAMS, MACHINES], [SOUND]]
    : [[UNITS], [LIVE], [PROGRAMS], [MACHINES], [SOUND]];
  for (const step of steps) {
    if (step.includes(SOUND)) await checks;
    const ends = step.map(({ title, projects }) => {
      const chosen = projects.flatMap((project) => ['--project', project]);
      return timed(title, vitest(chosen, env, counts, { sharesTerminal: step.length > 1 }));
    });
    if ((await Promise.all(ends)).includes('interrupted')) break;
  }
  await checks;
  say(`${times.join(', ')}; ${seconds(started)} in all`);
}

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
async function fuzz(args, env) {
  /** @type {Counts} */
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const seed = args.indexOf('--seed');
  if (seed >= 0) env['PINWHEEL_FUZZ_SEED'] = args.splice(seed, 2)[1];
  const withCoverage = args.includes('--coverage');
  const rest = args.filter((arg) => arg !== '--coverage');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pinwheel-fuzzing-'));
  const record = path.join(folder, 'record');
  env['PINWHEEL_FUZZ_RECORD'] = record;
  if (withCoverage) env['PINWHEEL_FUZZ_COVERAGE'] = '1';
  await installMissing();
  await ensureBuilt();
  await vitest([...(withCoverage ? coverageOptions() : []), ...fuzzFiles(rest)], env, counts);
  reportFuzzing(record);
  if (withCoverage) reportCoverage();
  fs.rmSync(folder, { recursive: true });
  finish(counts);
}

/**
 * Two at a time; what a failing check says is shown whole, a passing one is one line.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {Counts} counts
 * @param {{ inBackground: boolean }} options
 */
async function staticChecks(env, counts, { inBackground }) {
  const waiting = [...STATIC_CHECKS];
  const worker = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const [title, args] = check;
      const started = Date.now();
      const log = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'pinwheel-check-')), 'log');
      const file = fs.openSync(log, 'w');
      const { code } = await runChild(process.execPath, [...args], {
        cwd: root,
        env,
        stdio: ['ignore', file, file],
        inBackground,
      });
      fs.closeSync(file);
      if (code === 0) counts.passed += 1;
      else counts.failed += 1;
      console.log(`${code === 0 ? 'passed' : 'FAILED'}  ${title} (${seconds(started)})`);
      if (code !== 0) console.log(fs.readFileSync(log, 'utf8'));
      fs.rmSync(path.dirname(log), { recursive: true });
    }
  };
  await Promise.all([worker(), worker()]);
}

/**
 * @param {string[]} filters
 * @param {NodeJS.ProcessEnv} env
 * @param {Counts} counts
 * @param {{ sharesTerminal?: boolean }} options `sharesTerminal`: another one prints at the same time; it draws nothing.
 * @returns {Promise<'done' | 'interrupted'>}
 */
async function vitest(filters, env, counts, { sharesTerminal = false } = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pinwheel-vitest-'));
  const report = path.join(folder, 'report.json');
  const { code } = await runChild(
    process.execPath,
    [
      bin('vitest/vitest.mjs'),
      'run',
      '--passWithNoTests',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...filters,
    ],
    { cwd: root, env, stdio: 'inherit', linesOnly: sharesTerminal },
  );
  let failed = 0;
  try {
    const result = JSON.parse(fs.readFileSync(report, 'utf8'));
    counts.passed += result.numPassedTests;
    counts.skipped += result.numPendingTests + result.numTodoTests;
    // A file that could not be loaded has no tests to count, but failed all the same.
    const broken = result.testResults.filter(
      (/** @type {any} */ file) =>
        file.status === 'failed' &&
        !file.assertionResults.some((/** @type {any} */ check) => check.status === 'failed'),
    );
    failed = result.numFailedTests + broken.length;
    if (result.numTotalTests === 0) say(`no test matches ${filters.join(' ') || 'test/'}`);
  } catch (error) {
    console.error(`vitest left no report: ${error}`);
  }
  fs.rmSync(folder, { recursive: true });
  // Errors outside of any test only show in the exit code.
  counts.failed += code !== 0 && failed === 0 ? 1 : failed;
  return code > 128 ? 'interrupted' : 'done';
}

/** Installs the Debian packages that the suites need, where that is allowed; names them where it is not. */
async function installMissing() {
  const { missingInstalled, missingUnpacked, provisions, unpackedFolder } =
    await import('../test/support/machine.ts');
  const requirements = /** @type {import('../test/support/machine.ts').Requirement[]} */ (
    Object.keys(provisions)
  );
  const lacking = requirements.filter(
    (requirement) => provisions[requirement].packages.length > 0 && missingInstalled(requirement).length > 0,
  );
  if (lacking.length > 0) {
    const packages = lacking.flatMap((requirement) => provisions[requirement].packages);
    const result = installPackages(packages, say);
    if (result !== 'installed') {
      say(`not installed: ${lacking.join(', ')} (apt-get ${result}); the suites that need them do not run.`);
      say(`to run them: ${installCommand(packages)}`);
    }
  }
  for (const wanted of requirements.flatMap(missingUnpacked)) {
    const failure = unpackPackage(wanted, unpackedFolder(wanted.name), say);
    if (failure !== undefined) say(`not unpacked: ${wanted.name} (${failure})`);
  }
}

/** @param {Counts} counts */
function finish({ passed, failed, skipped }) {
  process.exitCode = failed > 0 ? 1 : 0;
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
}

/**
 * Makes a clone ready to run: dependencies installed, Node 24 found, bundles built. Plain JavaScript without
 * dependencies, because it runs first, on whatever Node (20 or newer) the machine has.
 *
 * Everything it has to say goes to stderr: stdout belongs to the command that follows.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { endLike, runChild } from './child.mjs';
import { installCommand, installPackages, missingRuntimePackages } from './debian.mjs';
import { ensureKernel } from './kernel.mjs';

export const root = path.resolve(import.meta.dirname, '..');

/** Oldest Node that runs the project: it must run TypeScript from source and load the native modules. */
const NODE_MAJOR = 24;
const windows = process.platform === 'win32';

/** The setup cannot go on. Says what, why and what next; has no stack worth showing. */
export class SetupError extends Error {
  /** @param {string} what @param {string} why @param {string} next */
  constructor(what, why, next) {
    super(`pinwheel: ${what}: ${why}\n${next}`);
  }
}

/** @param {string} line */
export const say = (line) => void process.stderr.write(`pinwheel: ${line}\n`);

/** @param {string} file */
const inRoot = (file) => path.join(root, file);

/** @param {string} file @returns {any} Undefined when it is missing or not JSON. */
function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

// --- Dependencies -----------------------------------------------------------------------------------------------

/** Path of the Node that the project brings along. */
const ownNode = inRoot(windows ? 'node_modules/node/bin/node.exe' : 'node_modules/.bin/node');

/**
 * Why the dependencies must be installed; undefined when node_modules is what package-lock.json says. npm keeps its
 * own record of what it installed, written last, so an interrupted installation is seen as such.
 */
export function installReason() {
  const installed = readJson(inRoot('node_modules/.package-lock.json'))?.packages;
  if (installed === undefined) return 'nothing is installed yet';
  const wanted = readJson(inRoot('package-lock.json'))?.packages ?? {};
  for (const [name, entry] of Object.entries(wanted)) {
    if (name === '') continue;
    const present = installed[name];
    if (present === undefined) {
      if (!entry.optional && !entry.devOptional && !entry.peer) return `${name} is missing`;
    } else if (present.version !== entry.version) {
      return `${name} is ${present.version} and should be ${entry.version}`;
    }
  }
  if (!fs.existsSync(ownNode)) return `Node ${NODE_MAJOR} is missing`;
  return undefined;
}

/** Runs `npm ci` when node_modules is missing or stale, and compiles what the sources import and do not contain. */
export async function ensureInstalled() {
  if (installReason() !== undefined) await install();
  try {
    if (await ensureKernel()) say('voice kernel compiled');
  } catch (error) {
    throw new SetupError(
      'compiling the voice kernel failed',
      error instanceof Error ? error.message : String(error),
      'Correct what it names in src/main/synth/kernel/assembly.',
    );
  }
}

async function install() {
  await locked(async () => {
    const reason = installReason();
    if (reason === undefined) return;
    say(`installing dependencies (${reason}) ...`);
    const started = Date.now();
    const status = await run(
      'npm',
      ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'],
      environmentWithoutOwnNode(),
    );
    if (status !== 0) {
      throw new SetupError(
        'installing dependencies failed',
        status === undefined
          ? 'npm could not be started'
          : `npm ci ended with exit code ${status} (its message is above)`,
        'Check that the npm registry can be reached and that the disk is not full, then run the command again.',
      );
    }
    const left = installReason();
    if (left !== undefined) {
      throw new SetupError(
        'installing dependencies failed',
        `npm ci went through, but ${left}`,
        'Are install scripts switched off (npm config get ignore-scripts)? Allow them and run the command again.',
      );
    }
    say(`dependencies installed in ${seconds(started)}`);
    ensureLibraries();
  });
}

/** Installs the shared libraries that sound needs, or says which to install; without them there is no sound. */
export function ensureLibraries() {
  const packages = missingRuntimePackages();
  if (packages.length === 0) return;
  const result = installPackages(packages, say);
  if (result !== 'installed')
    say(`no sound without ${packages.join(' and ')} (apt-get ${result}): ${installCommand(packages)}`);
}

/** npm ci removes node_modules/.bin/node, so neither npm nor install scripts may run on it. */
function environmentWithoutOwnNode() {
  const own = [inRoot('node_modules/.bin'), inRoot('node_modules/node/bin')];
  const env = { ...process.env };
  const key = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  env[key] = (env[key] ?? '')
    .split(path.delimiter)
    .filter((entry) => !own.includes(path.resolve(entry)))
    .join(path.delimiter);
  delete env['NODE_ENV'];
  return env;
}

/** The Node to run the project on: its own, or the present one when that is new enough and there is no own. */
export function findNode() {
  const own = readJson(inRoot('node_modules/node/package.json'))?.version;
  if (major(own) >= NODE_MAJOR && fs.existsSync(ownNode)) return ownNode;
  if (major(process.versions.node) >= NODE_MAJOR) return process.execPath;
  throw new SetupError(
    `Node ${NODE_MAJOR} is missing`,
    `node_modules has ${own ?? 'none'} and the machine's own is ${process.versions.node}`,
    'Remove node_modules and run the command again.',
  );
}

/** @param {string | undefined} version */
const major = (version) => Number(version?.split('.')[0] ?? 0);

// --- Bundles ----------------------------------------------------------------------------------------------------

const BUILD_STAMP = 'out/build.json';
/** What the bundles are made from. */
const BUILD_INPUTS = [
  'src',
  'resources',
  'electron.vite.config.ts',
  'svelte.config.js',
  'package.json',
  'package-lock.json',
];

/** Hash of everything the bundles are made from: names and contents. */
function buildKey() {
  const hash = createHash('sha256');
  /** @param {string} file */
  const add = (file) => {
    const stat = fs.statSync(inRoot(file), { throwIfNoEntry: false });
    if (stat === undefined) return;
    if (stat.isDirectory()) {
      for (const name of fs.readdirSync(inRoot(file)).sort()) add(`${file}/${name}`);
    } else {
      hash.update(`${file}\0${stat.size}\0`).update(fs.readFileSync(inRoot(file)));
    }
  };
  BUILD_INPUTS.forEach(add);
  return hash.digest('hex');
}

/** Whether out/ was built from what src/ is now. */
export const isBuilt = () => readJson(inRoot(BUILD_STAMP))?.key === buildKey();

/**
 * Builds out/ when it is missing or stale.
 *
 * @returns {Promise<boolean>} Whether there was anything to build.
 */
export async function ensureBuilt() {
  if (isBuilt()) return false;
  return locked(async () => {
    const key = buildKey();
    if (readJson(inRoot(BUILD_STAMP))?.key === key) return false;
    say('building ...');
    const started = Date.now();
    fs.rmSync(inRoot(BUILD_STAMP), { force: true });
    const status = await run(
      findNode(),
      [inRoot('node_modules/electron-vite/bin/electron-vite.js'), 'build', '--logLevel', 'warn'],
      process.env,
    );
    if (status !== 0) {
      throw new SetupError(
        'the build failed',
        `electron-vite ended with exit code ${status} (its message is above)`,
        'Correct what it names; `npm run check` shows type errors.',
      );
    }
    const bankStatus = await run(findNode(), [inRoot('scripts/make-bank.mjs')], process.env);
    if (bankStatus !== 0) {
      throw new SetupError(
        'making the built-in bank failed',
        `scripts/make-bank.mjs ended with exit code ${bankStatus} (its message is above)`,
        'Correct what it names in src/main/synth/collections.',
      );
    }
    fs.writeFileSync(inRoot(BUILD_STAMP), `${JSON.stringify({ key })}\n`);
    say(`built in ${seconds(started)}`);
    return true;
  });
}

// --- Helpers ----------------------------------------------------------------------------------------------------

/** @param {number} started Milliseconds. */
export const seconds = (started) => `${((Date.now() - started) / 1000).toFixed(1)} s`;

/**
 * Runs a program in the repository, its output on our stderr. A signal that ends it ends us too.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number | undefined>} Its exit code, undefined when it could not be started.
 */
async function run(command, args, env) {
  try {
    const ending = await runChild(command, args, { cwd: root, env, stdio: ['ignore', 2, 2], shell: windows });
    if (ending.signal !== null) endLike(ending);
    return ending.code;
  } catch {
    return undefined;
  }
}

/**
 * One process at a time installs or builds; others wait for it. The lock is a file with the owner's process id; one
 * whose owner is gone is taken over.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function locked(work) {
  const lock = inRoot('.cache/setup.lock');
  fs.mkdirSync(path.dirname(lock), { recursive: true });
  const own = String(process.pid);
  for (let said = false; ;) {
    try {
      fs.writeFileSync(lock, own, { flag: 'wx' });
      break;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') {
        throw new SetupError(
          'the setup cannot write to its folder',
          String(error),
          `Make ${root} writable for this user, or clone it to a place that is.`,
        );
      }
    }
    const owner = readText(lock);
    if (owner !== undefined && owner !== '' && !isAlive(Number(owner))) {
      fs.rmSync(lock, { force: true });
      continue;
    }
    if (!said) say(`waiting for the setup of another command (process ${owner}, ${lock}) ...`);
    said = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  try {
    return await work();
  } finally {
    if (readText(lock) === own) fs.rmSync(lock, { force: true });
  }
}

/** @param {string} file */
function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

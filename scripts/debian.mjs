/** Debian packages that the project needs at run time or for its tests. */
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Where Debian (and most others) keep shared libraries. */
const LIBRARY_FOLDERS = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/lib/arm-linux-gnueabihf',
  '/usr/lib64',
  '/usr/lib',
];

/** @param {string} file Relative to a folder of shared libraries. */
export const hasLibrary = (file) => LIBRARY_FOLDERS.some((folder) => fs.existsSync(path.join(folder, file)));

/** Packages the audio libraries need on this machine and do not find. Empty outside Linux. */
export function missingRuntimePackages() {
  if (process.platform !== 'linux') return [];
  const packages = [];
  if (!hasLibrary('libasound.so.2')) packages.push('libasound2');
  // The ALSA library reaches a sound server through its pulse plugin.
  const runtime = process.env['XDG_RUNTIME_DIR'];
  const hasServer =
    process.env['PULSE_SERVER'] !== undefined ||
    (runtime !== undefined && fs.existsSync(path.join(runtime, 'pulse/native')));
  if (hasServer && !hasLibrary('alsa-lib/libasound_module_pcm_pulse.so')) packages.push('libasound2-plugins');
  return packages;
}

/** The command a person would type. @param {string[]} packages */
export const installCommand = (packages) =>
  `sudo apt-get install --no-install-recommends ${packages.join(' ')}`;

/**
 * Installs packages where that is possible without a question: as root, or with sudo that asks for no password.
 *
 * @param {string[]} packages
 * @param {(line: string) => void} say
 * @returns {'installed' | 'not allowed' | 'failed'}
 */
export function installPackages(packages, say) {
  const prefix = privileged();
  if (prefix === undefined) return 'not allowed';
  say(`installing Debian packages: ${packages.join(' ')} ...`);
  const started = Date.now();
  // Whatever would have to be removed for it stays: better no tests than a changed desktop.
  const install = ['install', '-y', '-qq', '--no-install-recommends', '--no-remove', ...packages];
  if (!apt(prefix, install, false)) {
    // The package lists are missing or too old.
    apt(prefix, ['update', '-qq'], true);
    if (!apt(prefix, install, true)) return 'failed';
  }
  say(`packages installed in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return 'installed';
}

/**
 * Downloads a package and unpacks it into a folder of the project's own. Nobody's rights are needed, and nothing on the
 * machine changes.
 *
 * @param {{ name: string, metapackage: boolean, keep: string[] }} wanted
 * @param {string} folder Is replaced; everything is in it from the moment it is there.
 * @param {(line: string) => void} say
 * @returns {string | undefined} Why it did not go.
 */
export function unpackPackage(wanted, folder, say) {
  say(`downloading Debian package ${wanted.name} ...`);
  const unfinished = `${folder}.${process.pid}`;
  fs.mkdirSync(unfinished, { recursive: true });
  try {
    const archive = download(wanted, unfinished);
    const unpack = 'dpkg-deb --fsys-tarfile "$0" | tar -x --wildcards "$@"';
    run('sh', ['-c', unpack, archive, ...wanted.keep], unfinished);
    fs.rmSync(path.join(unfinished, archive));
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(unfinished, folder);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    fs.rmSync(unfinished, { recursive: true, force: true });
  }
}

/**
 * @param {{ name: string, metapackage: boolean }} wanted
 * @param {string} folder
 * @returns {string} Name of the file.
 */
function download({ name, metapackage }, folder) {
  const attempt = () => {
    run('apt-get', ['download', '-qq', metapackage ? firstDependency(name) : name], folder);
    return fs.readdirSync(folder)[0] ?? '';
  };
  try {
    return attempt();
  } catch (error) {
    // The package lists are missing or too old.
    const prefix = privileged();
    if (prefix === undefined || !apt(prefix, ['update', '-qq'], true)) throw error;
    return attempt();
  }
}

/** @param {string} command @param {string[]} args @param {string} cwd */
function run(command, args, cwd) {
  return execFileSync(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
}

/** @param {string} metapackage */
function firstDependency(metapackage) {
  const name = /Depends: (\S+)/.exec(run('apt-cache', ['depends', '--important', metapackage], '/'))?.[1];
  if (name === undefined) throw new Error(`apt-cache knows nothing that ${metapackage} depends on`);
  return name;
}

/** What to put before apt-get to run it as root; undefined when there is no way. */
function privileged() {
  if (process.platform !== 'linux' || spawnSync('apt-get', ['--version']).status !== 0) return undefined;
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true']).status === 0 ? ['sudo', '-n'] : undefined;
}

/**
 * @param {string[]} prefix
 * @param {string[]} args
 * @param {boolean} shown Whether its output is, on stderr.
 * @returns {boolean} Whether it went through.
 */
function apt(prefix, args, shown) {
  const [command = 'env', ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
  const stream = shown ? 2 : 'ignore';
  return spawnSync(command, rest, { stdio: ['ignore', stream, stream] }).status === 0;
}

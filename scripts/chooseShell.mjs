/** Which shell `pinwheel start` opens: Electron's window, or the panel in a browser. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { findNode, root, say } from './setup.mjs';

/**
 * @typedef {{ kind: 'electron', binary: string, line: string } | { kind: 'browser', open: boolean, line: string }} Shell
 *   `line` says which one and why; `open`: there is a display to open a browser on.
 */

const electronFolder = path.join(root, 'node_modules/electron');
const FAILURE_STAMP = path.join(root, '.cache/electron-download.json');
const REACH_LIMIT_MS = 5_000;
const DOWNLOAD_LIMIT_MS = 5 * 60_000;

/** @returns {Promise<Shell>} */
export async function chooseShell() {
  if (process.platform === 'linux') {
    if (!process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'])
      return browser(false, 'there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)');
    if (process.getuid?.() === 0)
      return browser(true, 'Electron does not run as root unless its sandbox is switched off');
  }
  const why = electronBinary() === undefined ? await fetchElectron() : undefined;
  const binary = electronBinary();
  if (binary === undefined) return browser(true, why ?? 'there is no Electron binary');
  return { kind: 'electron', binary, line: 'desktop shell: Electron is installed and there is a display' };
}

/**
 * @param {boolean} open
 * @param {string} why
 * @returns {Shell}
 */
const browser = (open, why) => ({ kind: 'browser', open, line: `browser shell: ${why}` });

/** The executable of the installed Electron, if its binary is there. */
export function electronBinary() {
  const text = (/** @type {string} */ name) => {
    try {
      return fs.readFileSync(path.join(electronFolder, name), 'utf8').trim();
    } catch {
      return undefined;
    }
  };
  const executable = text('path.txt');
  if (executable === undefined) return undefined;
  const folder = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? path.join(electronFolder, 'dist');
  const binary = path.join(folder, executable);
  return fs.existsSync(binary) ? binary : undefined;
}

/**
 * Tries once per Electron version to download the binary; a failure is remembered, so that later starts are quick.
 *
 * @returns {Promise<string | undefined>} Why there is none.
 */
async function fetchElectron() {
  const { version } = JSON.parse(fs.readFileSync(path.join(electronFolder, 'package.json'), 'utf8'));
  const again = `remove ${path.relative(process.cwd(), FAILURE_STAMP)} to try again`;
  try {
    const failure = JSON.parse(fs.readFileSync(FAILURE_STAMP, 'utf8'));
    if (failure.version === version)
      return `Electron could not be downloaded before (${failure.why}; ${again})`;
  } catch {
    // Never tried.
  }
  let why = await unreachable();
  if (why === undefined) {
    say('downloading Electron ...');
    const install = spawnSync(findNode(), [path.join(electronFolder, 'install.js')], {
      stdio: ['ignore', 2, 'pipe'],
      encoding: 'utf8',
      timeout: DOWNLOAD_LIMIT_MS,
    });
    if (install.status === 0 && electronBinary() !== undefined) return undefined;
    why =
      install.signal !== null
        ? `no end after ${DOWNLOAD_LIMIT_MS / 60_000} minutes`
        : (install.stderr.split('\n').find((line) => line.trim() !== '') ?? 'for no reason given').trim();
  }
  try {
    fs.mkdirSync(path.dirname(FAILURE_STAMP), { recursive: true });
    fs.writeFileSync(FAILURE_STAMP, `${JSON.stringify({ version, why })}\n`);
  } catch {
    // A clone that this user cannot write to: it is tried again next time.
  }
  return `Electron could not be downloaded (${why}; ${again})`;
}

/**
 * A quick look whether the place that Electron is downloaded from answers at all; a filtered network would otherwise
 * keep the user waiting for the download's own time limits.
 *
 * @returns {Promise<string | undefined>} Why not.
 */
async function unreachable() {
  const env = process.env;
  // Behind a proxy only the downloader knows the way.
  if (env['HTTPS_PROXY'] || env['https_proxy'] || env['ELECTRON_GET_USE_PROXY']) return undefined;
  const mirror =
    env['ELECTRON_MIRROR'] ?? env['npm_config_electron_mirror'] ?? 'https://github.com/electron/';
  try {
    await fetch(mirror, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(REACH_LIMIT_MS) });
    return undefined;
  } catch (error) {
    const { cause } = /** @type {{ cause?: { code?: string, message?: string } }} */ (error);
    return `${new URL(mirror).host} does not answer: ${cause?.code ?? cause?.message ?? error}`;
  }
}

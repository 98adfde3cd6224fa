/**
 * Makes installers: `node scripts/package.mjs [--dir] [--electron-dist FOLDER] [--output FOLDER] [TARGET ...]`, for this
 * platform, of what `out/` is. `--dir` makes the unpacked program only; on Linux with the desktop entry that installers
 * bring beside it. docs/packaging.md says what a release needs.
 */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { LinuxTargetHelper } from 'app-builder-lib/out/targets/LinuxTargetHelper.js';
import { build, Platform } from 'electron-builder';
import config from '../electron-builder.config.mjs';
import { runChild } from './child.mjs';
import { root } from './setup.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dir: { type: 'boolean', default: false },
    'electron-dist': { type: 'string' },
    output: { type: 'string' },
  },
});

/** @param {string} program @param {string[]} args */
async function run(program, ...args) {
  const { code } = await runChild(process.execPath, [path.join(root, program), ...args], {
    stdio: 'inherit',
  });
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
}

/** @param {import('electron-builder').AfterPackContext} context */
async function writeDesktopEntry({ packager, outDir }) {
  const linux = /** @type {import('app-builder-lib/out/linuxPackager.js').LinuxPackager} */ (packager);
  const entry = await new LinuxTargetHelper(linux).computeDesktopEntry({
    ...config.linux,
    ...linux.platformSpecificBuildOptions,
  });
  fs.writeFileSync(path.join(outDir, `${linux.executableName}.desktop`), entry);
}

if (!fs.existsSync(path.join(root, 'out/icons/512x512.png'))) await run('scripts/make-icons.mjs');
await run('out/main/headless.js', 'completion', '--write', path.join(root, 'out/shell'));

const targets = Platform.current().createTarget(values.dir ? ['dir'] : positionals);
const made = await build({
  targets,
  projectDir: root,
  publish: 'never',
  config: {
    ...config,
    ...(values['electron-dist'] === undefined ? {} : { electronDist: path.resolve(values['electron-dist']) }),
    directories: { ...config.directories, ...(values.output === undefined ? {} : { output: values.output }) },
    ...(values.dir && process.platform === 'linux' ? { afterPack: writeDesktopEntry } : {}),
  },
});
for (const file of made) process.stdout.write(`${file}\n`);

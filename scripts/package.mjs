/**
 * Makes installers: `node scripts/package.mjs [--dir] [--electron-dist FOLDER] [--output FOLDER] [TARGET ...]`, for this
 * platform, of what `out/` is. `--dir` makes the unpacked program only. docs/packaging.md says what a release needs.
 */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
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
  },
});
for (const file of made) process.stdout.write(`${file}\n`);

#!/usr/bin/env node
/**
 * `pinwheel start` opens the panel; every other verb goes to the command line of the built program. Either way the
 * clone is made ready first. Runs on Node 20 and newer without dependencies; the program itself runs on Node 24.
 */
import path from 'node:path';
import { endLike, runChild } from '../scripts/child.mjs';
import { chooseShell } from '../scripts/chooseShell.mjs';
import {
  SetupError,
  ensureBuilt,
  ensureInstalled,
  ensureLibraries,
  findNode,
  root,
} from '../scripts/setup.mjs';

try {
  const [verb = 'start', ...args] = process.argv.slice(2);
  await ensureInstalled();
  await ensureBuilt();
  endLike(await (verb === 'start' ? start(args) : commandLine([verb, ...args])));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** @param {string[]} args */
async function start(args) {
  ensureLibraries();
  const shell = await chooseShell();
  process.stderr.write(`pinwheel: ${shell.line}\n`);
  if (shell.kind === 'browser') return commandLine(['serve', ...(shell.open ? ['--open'] : []), ...args]);
  return runProgram(shell.binary, [root, ...args]);
}

/** @param {string[]} args */
function commandLine(args) {
  const program = path.join(root, 'out/main/headless.js');
  return runProgram(findNode(), ['--enable-source-maps', program, ...args]);
}

/**
 * @param {string} binary
 * @param {string[]} args
 */
async function runProgram(binary, args) {
  try {
    return await runChild(binary, args, { stdio: 'inherit' });
  } catch (error) {
    throw new SetupError(
      'the program could not be started',
      String(error),
      'Remove node_modules and run the command again.',
    );
  }
}

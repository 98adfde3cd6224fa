/** Running another program in our place: its signals, its exit code, its end are ours. */
import { spawn } from 'node:child_process';
import net from 'node:net';
import os from 'node:os';

/**
 * @typedef {{ code: number, signal: NodeJS.Signals | null }} Ending `code` is 128 + the signal's number after a signal.
 */

/**
 * Starts a program and waits for its end. Signals that reach this process are passed on to it.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions & { inBackground?: boolean, linesOnly?: boolean }} options
 *   `inBackground`: whatever else runs comes first on the processor. `linesOnly`: what it prints goes to ours, but it sees no
 *   terminal and gets no input.
 * @returns {Promise<Ending>} Rejects when the program cannot be started.
 */
export function runChild(command, args, { inBackground = false, linesOnly = false, ...options }) {
  return new Promise((resolve, reject) => {
    /** @type {import('node:child_process').SpawnOptions} */
    const how = linesOnly ? { ...options, stdio: ['ignore', 'pipe', 'pipe'] } : options;
    const child = spawn(command, args, how);
    for (const [from, to] of /** @type {const} */ ([
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ])) {
      if (!linesOnly || !(from instanceof net.Socket)) continue;
      from.pipe(to, { end: false });
      // A program that it leaves behind may keep its end open.
      child.on('exit', () => from.unref());
    }
    if (inBackground && child.pid !== undefined)
      os.setPriority(child.pid, os.constants.priority.PRIORITY_LOW);
    // Ctrl-C in a terminal reaches the child by itself; a second SIGINT from us would look like impatience.
    const inTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
    /** @type {Partial<Record<NodeJS.Signals, () => void>>} */
    const handlers = {
      SIGINT: () => void (inTerminal || child.kill('SIGINT')),
      SIGTERM: () => void child.kill('SIGTERM'),
      SIGHUP: () => void child.kill('SIGHUP'),
    };
    for (const [signal, handler] of Object.entries(handlers)) process.on(signal, handler);
    const watch = watchShell(() => child.kill('SIGTERM'));
    const release = () => {
      clearInterval(watch);
      for (const [signal, handler] of Object.entries(handlers)) process.off(signal, handler);
    };
    child.on('error', (error) => {
      release();
      reject(error);
    });
    child.on('exit', (code, signal) => {
      release();
      resolve({ code: code ?? 128 + (signal === null ? 0 : os.constants.signals[signal]), signal });
    });
  });
}

/**
 * npm passes a signal to the shell it runs a script with, and that shell dies of it without telling us. Under npm its
 * end is therefore taken for the signal.
 *
 * @param {() => void} onGone
 */
function watchShell(onGone) {
  if (process.env['npm_lifecycle_event'] === undefined || process.platform === 'win32') return undefined;
  const shell = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    onGone();
  }, 250);
  return timer;
}

/**
 * Ends this process the way the child ended, so that a shell sees the same.
 *
 * @param {Ending} ending
 */
export function endLike({ code, signal }) {
  if (signal !== null && process.platform !== 'win32') process.kill(process.pid, signal);
  process.exitCode = code;
}

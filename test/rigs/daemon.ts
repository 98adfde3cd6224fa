import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A background process that a rig started. It is known by its pid *and* its start time, so that a pid that the
 * system has given to another process meanwhile is never signalled.
 */

export interface Daemon {
  name: string;
  pid: number;
  /** Field 22 of /proc/PID/stat: clock ticks since boot. */
  startTime: string;
}

export interface DaemonOptions {
  env: Record<string, string>;
  /** Receives what the process prints. */
  logFile: string;
  /** Leave it running when this process ends; otherwise the kernel kills it then, however this process ends. */
  outlivesUs: boolean;
}

export async function startDaemon(command: string, args: string[], options: DaemonOptions): Promise<Daemon> {
  const log = openSync(options.logFile, 'a');
  try {
    // setpriv replaces itself with the command: the pid is the command's own.
    const [file, argv] = options.outlivesUs
      ? [command, args]
      : ['setpriv', ['--pdeathsig', 'SIGKILL', '--', command, ...args]];
    const child = spawn(file, argv, {
      env: options.env,
      stdio: ['ignore', log, log],
      // A group of its own: Ctrl+C at a terminal reaches only the one who owns the rig.
      detached: true,
    });
    child.unref();
    await started(child, command);
    const pid = child.pid!;
    const startTime = startTimeOf(pid);
    if (startTime === undefined) throw new Error(`${command} ended at once: ${lastLines(options.logFile)}`);
    favour(pid);
    return { name: command, pid, startTime };
  } finally {
    closeSync(log);
  }
}

/** As on a desktop: above every program, below what the kernel itself needs. */
const REAL_TIME_PRIORITY = 20;

/**
 * On a desktop the sound server's threads have a real-time priority that the system's own service gives them. Where it
 * is allowed, a process that was just started gets one, for all its threads to come, and as the leader of a session of
 * its own a larger share for that.
 */
export function favour(pid: number): void {
  try {
    execFileSync('chrt', ['--all-tasks', '--rr', '--pid', String(REAL_TIME_PRIORITY), String(pid)], {
      stdio: 'ignore',
    });
  } catch {
    // Not allowed here.
  }
  try {
    writeFileSync(`/proc/${pid}/autogroup`, '-11');
  } catch {
    // Not allowed here, or there are no such groups.
  }
}

export function isRunning(daemon: Daemon): boolean {
  return startTimeOf(daemon.pid) === daemon.startTime;
}

/** Sends the signal if it is still the process that was started. */
export function signal(daemon: Daemon, name: NodeJS.Signals): void {
  if (!isRunning(daemon)) return;
  try {
    process.kill(daemon.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Whether it was gone within the time. */
export async function waitUntilGone(daemon: Daemon, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (isRunning(daemon)) {
    if (performance.now() > deadline) return false;
    await sleep(10);
  }
  return true;
}

/** Asks it to end, and kills it when it does not. */
export async function endDaemon(daemon: Daemon): Promise<void> {
  signal(daemon, 'SIGTERM');
  if (await waitUntilGone(daemon, 2000)) return;
  signal(daemon, 'SIGKILL');
  if (!(await waitUntilGone(daemon, 2000)))
    throw new Error(`${daemon.name} (pid ${daemon.pid}) cannot be killed.`);
}

export function lastLines(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').slice(-5).join(' | ') : '';
}

function started(child: ChildProcess, command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
  });
}

/** Undefined for a process that is gone or only waits to be collected by its parent. */
function startTimeOf(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name in field 2 stands in parentheses and may contain anything; field 3 follows the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

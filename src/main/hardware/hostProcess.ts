import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Readable } from 'node:stream';
import { Emitter } from '../../contract/emitter.ts';
import type { HostCommand, HostEvent } from '../../contract/hardware.ts';
import type { HostExit, HostPort } from './hostPort.ts';

/** What is kept of the host's stderr. */
const TAIL_CHARACTERS = 4_000;

export interface SpawnHostOptions {
  /** Entry file of the device host. */
  entry: URL;
  /** Environment of the host's process, in which the audio library looks for the sound server; our own if not given. */
  env?: Readonly<Record<string, string | undefined>>;
}

/** A device host as a child process of Node. Its standard streams do not reach the user's terminal. */
export function spawnHost<Command = HostCommand, Report = HostEvent>({
  entry,
  env = process.env,
}: SpawnHostOptions): HostPort<Command, Report> {
  const child: ChildProcess = fork(fileURLToPath(entry), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
    // A session of its own: Linux shares the processor out by session, and keys in the terminal do not reach it.
    detached: true,
    env: { ...env },
  });
  return hostPort({
    pid: () => child.pid,
    // A child that is gone is reported by its exit, not by every message it no longer takes.
    post: (command) => void (child.connected && child.send(command as object, () => {})),
    stderr: child.stderr,
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => {
      child.on('exit', listener);
      // Could not be started at all, or not be signalled.
      child.on(
        'error',
        (error) => child.exitCode === null && child.pid === undefined && listener(null, error.message),
      );
    },
    kill: () => void child.kill('SIGKILL'),
  });
}

/** The part of Electron's `UtilityProcess` that a device host needs. */
export interface UtilityProcessLike {
  readonly pid: number | undefined;
  readonly stderr: NodeJS.ReadableStream | null;
  postMessage(message: unknown): void;
  on(name: 'message', listener: (message: unknown) => void): unknown;
  on(name: 'exit', listener: (code: number) => void): unknown;
  kill(): boolean;
}

/** A device host as a utility process of Electron, forked with `stdio: ['ignore', 'ignore', 'pipe']`. */
export function utilityProcessHost<Command = HostCommand, Report = HostEvent>(
  child: UtilityProcessLike,
): HostPort<Command, Report> {
  return hostPort({
    pid: () => child.pid,
    post: (command) => child.postMessage(command),
    stderr: child.stderr as Readable | null,
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.on('exit', (code) => listener(code, null)),
    kill: () => {
      // Its own `kill` asks gently, which a host that hangs does not hear.
      const { pid } = child;
      if (pid === undefined) child.kill();
      else process.kill(pid, 'SIGKILL');
    },
  });
}

interface HostChild<Command> {
  pid(): number | undefined;
  post(command: Command): void;
  stderr: Readable | null;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (code: number | null, signal: string | null) => void): void;
  kill(): void;
}

function hostPort<Command, Report>(child: HostChild<Command>): HostPort<Command, Report> {
  const events = new Emitter<Report>();
  const exits = new Emitter<HostExit>();
  const lines = new Emitter<string>();
  let stderrTail = '';
  let unfinished = '';
  let over = false;
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (text: string) => {
    stderrTail = (stderrTail + text).slice(-TAIL_CHARACTERS);
    const parts = (unfinished + text).split('\n');
    unfinished = parts.pop()!.slice(-TAIL_CHARACTERS);
    for (const line of parts) if (line.trim() !== '') lines.fire(line);
  });
  // The host is built together with this side: its messages are what the contract says.
  child.onMessage((message) => !over && events.fire(message as Report));
  child.onExit((code, signal) => {
    if (over) return;
    over = true;
    exits.fire({ code, signal, stderrTail });
    events.dispose();
    exits.dispose();
  });
  return {
    get pid() {
      return child.pid();
    },
    onEvent: events.event,
    onExit: exits.event,
    onLine: lines.event,
    send(command) {
      if (over) return;
      try {
        child.post(command);
      } catch {
        // The line broke before its end was noticed; the exit follows.
      }
    },
    kill() {
      if (over) return;
      try {
        child.kill();
      } catch {
        // Gone already; the exit follows.
      }
    },
  };
}

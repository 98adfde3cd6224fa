import { fork, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { ForkOptions, UtilityProcess } from 'electron';
import type { StandinApp } from './app.ts';
import { NotImplementedError, onlyKnownOptions, StrictEmitter, strictFacade } from './strict.ts';

const bootstrap = new URL('./utilityBootstrap.ts', import.meta.url);

/** `utilityProcess.fork` with a Node child process behind it, which is given a `process.parentPort`. */
export function forkUtilityProcess(
  app: StandinApp,
  modulePath: string,
  args: string[] = [],
  options: ForkOptions = {},
): UtilityProcess {
  // “`utilityProcess.fork` can only be called after the `ready` event has been emitted on `App`.”
  app.assertReady('utilityProcess.fork()');
  onlyKnownOptions('utilityProcess.fork', options, ['stdio', 'serviceName', 'env', 'execArgv', 'cwd']);
  const stdio = stdioOf(options.stdio);
  const child = fork(fileURLToPath(bootstrap), [modulePath, ...args], {
    execPath: process.execPath,
    execArgv: options.execArgv ?? [],
    serialization: 'advanced',
    stdio: [...stdio, 'ipc'],
    env: { ...process.env, ...(options.env as Record<string, string> | undefined) },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const standin = new StandinUtilityProcess(app, child);
  const keys = ['pid', 'stdout', 'stderr', 'postMessage', 'kill'] as const;
  return strictFacade<UtilityProcess, (typeof keys)[number]>('UtilityProcess', standin, keys);
}

/** “Configuring `stdin` to any property other than `ignore` is not supported and will result in an error.” */
function stdioOf(given: ForkOptions['stdio'] = 'inherit'): ('pipe' | 'ignore' | 'inherit')[] {
  const list = typeof given === 'string' ? ['ignore', given, given] : given;
  const [stdin, stdout, stderr] = list;
  const known = (value: string | undefined): value is 'pipe' | 'ignore' | 'inherit' =>
    value === 'pipe' || value === 'ignore' || value === 'inherit';
  if (stdin !== 'ignore' || !known(stdout) || !known(stderr) || list.length !== 3) {
    throw new TypeError(`Invalid stdio for utilityProcess.fork(): ${JSON.stringify(given)}`);
  }
  return [stdin, stdout, stderr];
}

class StandinUtilityProcess extends StrictEmitter {
  readonly #child: ChildProcess;
  #spawned = false;
  #over = false;
  #early: unknown[] = [];

  constructor(app: StandinApp, child: ChildProcess) {
    super('UtilityProcess', ['spawn', 'exit', 'message']);
    this.#child = child;
    app.utilityProcesses.add({ kill: () => void child.kill('SIGKILL') });
    child.once('spawn', () => {
      this.#spawned = true;
      this.emit('spawn');
      for (const message of this.#early.splice(0)) child.send(message as object, () => undefined);
    });
    child.on('message', (message) => this.emit('message', message));
    child.once('exit', (code, signal) => {
      this.emit('exit', code ?? constants.signals[signal ?? 'SIGTERM']);
      this.#over = true;
    });
  }

  /** “Until the child process has spawned successfully, the value is `undefined`.” */
  get pid(): number | undefined {
    return this.#spawned && !this.#over ? this.#child.pid : undefined;
  }

  get stdout(): NodeJS.ReadableStream | null {
    return this.#over ? null : this.#child.stdout;
  }

  get stderr(): NodeJS.ReadableStream | null {
    return this.#over ? null : this.#child.stderr;
  }

  postMessage(message: unknown, transfer?: unknown[]): void {
    if (transfer !== undefined) throw new NotImplementedError('transfers of UtilityProcess.postMessage()');
    const copy: unknown = structuredClone(message);
    if (!this.#spawned) this.#early.push(copy);
    else if (this.#child.connected) this.#child.send(copy as object, () => undefined);
  }

  kill(): boolean {
    return this.#child.kill('SIGTERM');
  }
}

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect, type Connection } from '../../../src/contract/rpc/client.ts';
import { connectControlSocket } from '../../../src/main/ipc/controlSocket.ts';
import { appPaths } from '../../../src/main/settings/appPaths.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const bin = path.join(root, 'bin/pinwheel.mjs');

const COMPLAINT =
  /unhandled|uncaught|MaxListenersExceeded|^\s+at .+:\d+:\d+\)?$| error program: nobody | error requests: /i;

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A person's own Pinwheel: settings and control socket in a directory of its own, programs started by the two commands. */
export class TestHome {
  readonly dir = mkdtempSync(path.join(tmpdir(), 'pwh-'));
  readonly env: Record<string, string | undefined>;
  readonly #children = new Set<ChildProcess>();
  readonly #programs: RunningProgram[] = [];

  /** `env` over the test's own; undefined takes a variable away. */
  constructor(env: Record<string, string | undefined>) {
    this.env = { ...process.env, CI: undefined, ...env, PINWHEEL_HOME: this.dir };
    // Not what the machine happens to have.
    const settings = { format: 'pinwheel-settings', version: 1, data: { bank: 'built-in' } };
    writeFileSync(appPaths(this.env).settingsFile, JSON.stringify(settings));
  }

  /** Starts `pinwheel ARGS...`, or another command with the same environment. */
  start(args: readonly string[], command: readonly string[] = [process.execPath, bin]): RunningProgram {
    const [file, ...first] = command;
    const child = spawn(file!, [...first, ...args], {
      cwd: root,
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#children.add(child);
    child.on('exit', () => this.#children.delete(child));
    const program = new RunningProgram(child);
    this.#programs.push(program);
    return program;
  }

  run(args: readonly string[], command?: readonly string[]): Promise<Finished> {
    return this.start(args, command).finished;
  }

  /** Starts the browser shell and waits until it serves. */
  async serve(): Promise<RunningPanel> {
    const program = this.start(['serve']);
    const line = await program.waitForOutput(/^http:\/\/\S+$/m);
    const transport = await connectControlSocket(appPaths(this.env).controlSocket);
    if (!transport) throw new Error('The browser shell serves no control socket.');
    return { program, url: line.trim(), connection: connect(transport) };
  }

  /** What nobody handled, listeners that were forgotten, and stacks: on the stderr of its programs, and in the log. */
  complaints(): string[] {
    const { logs } = appPaths(this.env);
    const files = existsSync(logs) ? readdirSync(logs).map((name) => path.join(logs, name)) : [];
    const texts = [
      ...files.map((file) => readFileSync(file, 'utf8')),
      ...this.#programs.map(({ stderr }) => stderr),
    ];
    return texts.flatMap((text) => text.split('\n')).filter((line) => COMPLAINT.test(line));
  }

  /** Every process of it ends as in a crash. */
  kill(): void {
    for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
      try {
        const environment = readFileSync(`/proc/${name}/environ`, 'latin1').split('\0');
        if (environment.includes(`PINWHEEL_HOME=${this.dir}`)) process.kill(Number(name), 'SIGKILL');
      } catch {
        // Another user's, or gone meanwhile.
      }
    }
  }

  async dispose(): Promise<void> {
    const ends = [...this.#children].map((child) => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      return gone.then(() => clearTimeout(timer));
    });
    await Promise.all(ends);
    const complaints = this.complaints();
    rmSync(this.dir, { recursive: true, force: true });
    if (complaints.length > 0) throw new Error(`The program complained.\n${complaints.join('\n')}`);
  }
}

export interface RunningPanel {
  program: RunningProgram;
  url: string;
  connection: Connection;
}

export class RunningProgram {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  stdout = '';
  stderr = '';

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout!.on('data', (data: Buffer) => (this.stdout += data.toString()));
    child.stderr!.on('data', (data: Buffer) => (this.stderr += data.toString()));
    this.finished = new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout: this.stdout, stderr: this.stderr }));
    });
  }

  /** The matching part of stdout, as soon as it is there. Rejects when the program ends without it. */
  async waitForOutput(pattern: RegExp, timeoutMs = 60_000): Promise<string> {
    const deadline = Date.now() + timeoutMs;
    let over = false;
    void this.finished.then(() => (over = true));
    for (;;) {
      const match = pattern.exec(this.stdout);
      if (match) return match[0];
      if (over || Date.now() > deadline) {
        throw new Error(`No ${String(pattern)} on stdout.\nstdout: ${this.stdout}\nstderr: ${this.stderr}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

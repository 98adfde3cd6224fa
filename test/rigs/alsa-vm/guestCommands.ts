import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listenForLines, type LineSocket } from './lineSocket.ts';

export interface Finished {
  /** 128 + the signal's number after a signal. */
  code: number;
  stdout: string;
  stderr: string;
}

/** A command that runs in the guest. */
export interface GuestProcess {
  /** Everything it has printed so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** Resolves when it is over; rejects when the guest is gone before. */
  readonly finished: Promise<Finished>;
  /** To it and all that it has started. */
  signal(name: 'INT' | 'TERM' | 'KILL'): void;
  /** Resolves with the match when its standard output has one. */
  waitFor(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray>;
}

/**
 * The rig's half of the conversation with guest/agent: commands go over a virtio serial port; what they print comes
 * through files in the directory that host and guest share.
 */
export class GuestCommands implements Disposable {
  readonly #dir: string;
  #socket!: LineSocket;
  #count = 0;
  readonly #commands = new Map<string, Command>();
  readonly #ready = Promise.withResolvers<void>();
  #end: Error | undefined;

  private constructor(dir: string) {
    this.#dir = dir;
    // A guest that ends while nobody waits for it is no error.
    this.#ready.promise.catch(() => {});
  }

  /** `why` explains the end of the guest. */
  static async listen(path: string, dir: string, why: () => string): Promise<GuestCommands> {
    const commands = new GuestCommands(dir);
    commands.#socket = await listenForLines(path, {
      line: (line) => commands.#receive(line),
      end: () => commands.#end ?? commands.#fail(new Error(why())),
    });
    return commands;
  }

  /** Resolves when the guest takes commands. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Starts a line (or more) of Bash. */
  start(line: string): GuestProcess {
    if (this.#end) throw this.#end;
    this.#count += 1;
    const id = String(this.#count);
    const command = new Command(line, join(this.#dir, id), (text) => this.#socket.send(text));
    this.#commands.set(id, command);
    this.#socket.send(`run ${id}`);
    return command;
  }

  [Symbol.dispose](): void {
    this.#fail(new Error('The guest has been switched off.'));
    this.#socket[Symbol.dispose]();
  }

  #receive(line: string): void {
    const [word, id = '', number] = line.split(' ');
    if (word === 'ready') this.#ready.resolve();
    if (word === 'started') this.#commands.get(id)?.started(Number(number));
    if (word === 'ended') {
      this.#commands.get(id)?.ended(Number(number));
      this.#commands.delete(id);
    }
  }

  #fail(error: Error): void {
    this.#end = error;
    this.#ready.reject(error);
    for (const command of this.#commands.values()) command.lost(error);
    this.#commands.clear();
  }
}

class Command implements GuestProcess {
  readonly #line: string;
  readonly #dir: string;
  readonly #send: (text: string) => void;
  readonly #finished = Promise.withResolvers<Finished>();
  #pid: number | undefined;
  #over = false;
  /** Sent before it had a process id. */
  readonly #pending: string[] = [];

  constructor(line: string, dir: string, send: (text: string) => void) {
    this.#line = line;
    this.#dir = dir;
    this.#send = send;
    // Whoever does not ask for the outcome is not told of the guest's end either.
    this.#finished.promise.catch(() => {});
    mkdirSync(dir);
    writeFileSync(join(dir, 'command'), `${line}\n`);
  }

  get stdout(): string {
    return this.#printed('stdout');
  }

  get stderr(): string {
    return this.#printed('stderr');
  }

  get finished(): Promise<Finished> {
    return this.#finished.promise;
  }

  signal(name: string): void {
    if (this.#pid === undefined) this.#pending.push(name);
    else if (!this.#over) this.#send(`signal ${name} ${this.#pid}`);
  }

  async waitFor(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const over = this.#over;
      const match = pattern.exec(this.stdout);
      if (match) return match;
      if (over || performance.now() > deadline) {
        const how = over ? 'ended without' : `did not print within ${timeoutMs} ms`;
        throw new Error(`${this.#line}\n${how} ${pattern}, but:\n${this.stdout}\n${this.stderr}`);
      }
      await sleep(20);
    }
  }

  started(pid: number): void {
    this.#pid = pid;
    for (const name of this.#pending.splice(0)) this.signal(name);
  }

  ended(code: number): void {
    this.#over = true;
    this.#finished.resolve({ code, stdout: this.stdout, stderr: this.stderr });
  }

  lost(error: Error): void {
    this.#over = true;
    this.#finished.reject(error);
  }

  #printed(name: string): string {
    const file = join(this.#dir, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }
}

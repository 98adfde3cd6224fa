import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BackendOutput, MidiBackend } from '../../../src/main/host/midi/backend.ts';

/** A message as it was handed to a port, with the time of the call on the monotonic clock. */
export interface FolderMessage {
  port: string;
  bytes: number[];
  atNs: string;
}

interface FolderPorts {
  inputs: string[];
  outputs: string[];
  /** Ports that cannot be opened, and why. */
  broken: Record<string, string>;
  /** Pieces in which long messages are taken. */
  pieces: BackendOutput['pieces'] | null;
}

const READ_INTERVAL_MS = 5;

/**
 * A MIDI system in a folder, for hosts in processes of their own: which ports there are is written into a file, so is
 * what is to come in, and what is sent is appended to another.
 */
export class FolderMidi implements MidiBackend {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** Says which ports there are; without a call there is no MIDI system. */
  setPorts(ports: Partial<FolderPorts>): void {
    const file = this.#file('ports.json');
    writeFileSync(
      `${file}.new`,
      JSON.stringify({ inputs: [], outputs: [], broken: {}, pieces: null, ...ports }),
    );
    renameSync(`${file}.new`, file);
  }

  /** Brings a message in at a port. */
  receive(port: string, deltaSeconds: number, ...bytes: number[]): void {
    appendFileSync(this.#file('received'), `${JSON.stringify({ port, deltaSeconds, bytes })}\n`);
  }

  get sent(): FolderMessage[] {
    return this.#lines('sent').map((line) => JSON.parse(line) as FolderMessage);
  }

  inputNames(): readonly string[] {
    return this.#ports().inputs;
  }

  outputNames(): readonly string[] {
    return this.#ports().outputs;
  }

  openInput(name: string, receive: (deltaSeconds: number, bytes: Uint8Array) => void) {
    this.#check(name);
    let seen = this.#lines('received').length;
    const timer = setInterval(() => {
      const lines = this.#lines('received');
      for (; seen < lines.length; seen++) {
        const { port, deltaSeconds, bytes } = JSON.parse(lines[seen]!) as {
          port: string;
          deltaSeconds: number;
          bytes: number[];
        };
        if (port === name) receive(deltaSeconds, Uint8Array.from(bytes));
      }
    }, READ_INTERVAL_MS);
    appendFileSync(this.#file('opened'), `${name}\n`);
    return { dispose: () => clearInterval(timer) };
  }

  /** Inputs that were opened, in their order. */
  get openedInputs(): string[] {
    return this.#lines('opened');
  }

  openOutput(name: string): BackendOutput {
    this.#check(name);
    const { pieces } = this.#ports();
    return {
      ...(pieces ? { pieces } : {}),
      send: (message) => {
        const atNs = String(process.hrtime.bigint());
        appendFileSync(this.#file('sent'), `${JSON.stringify({ port: name, bytes: [...message], atNs })}\n`);
      },
      dispose: () => undefined,
    };
  }

  #ports(): FolderPorts {
    const file = this.#file('ports.json');
    if (!existsSync(file)) throw new Error('There is no MIDI in this folder');
    return JSON.parse(readFileSync(file, 'utf8')) as FolderPorts;
  }

  #check(name: string): void {
    const why = this.#ports().broken[name];
    if (why !== undefined) throw new Error(why);
  }

  #lines(name: string): string[] {
    const file = this.#file(name);
    if (!existsSync(file)) return [];
    return readFileSync(file, 'utf8').split('\n').slice(0, -1);
  }

  #file(name: string): string {
    return path.join(this.#folder, name);
  }
}

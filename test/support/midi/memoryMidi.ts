import type { BackendOutput, MidiBackend } from '../../../src/main/host/midi/backend.ts';

/** A message as it was handed to a port. */
export interface SentMessage {
  readonly port: string;
  readonly bytes: number[];
  /** On the clock of `performance.now`, right at the call. */
  readonly atMs: number;
}

/** A MIDI system in this process: ports come and go as told, what is sent is written down, what comes in is said. */
export class MemoryMidi implements MidiBackend {
  inputs: string[] = [];
  outputs: string[] = [];
  readonly sent: SentMessage[] = [];
  /** Ports that cannot be opened, and why. */
  readonly broken = new Map<string, string>();
  /** Milliseconds a port takes for a message. */
  readonly slow = new Map<string, number>();
  readonly openOutputs: string[] = [];
  readonly #receivers = new Map<string, (deltaSeconds: number, bytes: Uint8Array) => void>();

  inputNames(): readonly string[] {
    return [...this.inputs];
  }

  outputNames(): readonly string[] {
    return [...this.outputs];
  }

  openInput(name: string, receive: (deltaSeconds: number, bytes: Uint8Array) => void) {
    this.#check(name, this.inputs);
    this.#receivers.set(name, receive);
    return { dispose: () => void this.#receivers.delete(name) };
  }

  openOutput(name: string): BackendOutput {
    this.#check(name, this.outputs);
    this.openOutputs.push(name);
    return {
      send: (message) => {
        if (!this.outputs.includes(name)) return;
        const atMs = performance.now();
        while (performance.now() < atMs + (this.slow.get(name) ?? 0));
        this.sent.push({ port: name, bytes: [...message], atMs });
      },
      dispose: () => void this.openOutputs.splice(this.openOutputs.indexOf(name), 1),
    };
  }

  get openInputs(): string[] {
    return [...this.#receivers.keys()];
  }

  /** A message comes in, if anybody has the port open. */
  receive(name: string, deltaSeconds: number, ...bytes: number[]): void {
    this.#receivers.get(name)?.(deltaSeconds, Uint8Array.from(bytes));
  }

  #check(name: string, present: readonly string[]): void {
    const why = this.broken.get(name);
    if (why !== undefined) throw new Error(why);
    if (!present.includes(name)) throw new Error('it is not there any more');
  }
}

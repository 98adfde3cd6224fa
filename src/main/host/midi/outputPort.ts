import type { Disposable } from '../../../contract/disposable.ts';
import type { BackendOutput, MidiBackend } from './backend.ts';

/** A message longer than this takes the port so long that a thread of the port's own sends it. */
const LONGEST_DIRECT_BYTES = 256;
/** A send that takes longer than this is slow; so many in a row and the port gets a thread of its own. */
const SLOW_MS = 1;
const MOST_SLOW = 3;
/** One such send is enough. */
const VERY_SLOW_MS = 10;
/** Bytes that may wait for a slow port; more are dropped. */
const MOST_WAITING_BYTES = 4 << 20;

/** The sending half of a port in a thread of its own. `post` does not wait. */
export interface PortSender extends Disposable {
  post(message: Uint8Array): void;
  /** Bytes that were posted and not sent yet. */
  readonly waiting: number;
}

export interface OutputPortOptions {
  readonly backend: MidiBackend;
  /** What the system calls the port. */
  readonly target: string;
  /** Starts a thread that opens the port and sends. */
  startSender(): PortSender;
}

/**
 * One open output port. The thread that waits for events hands short messages to the port itself, because nothing is
 * as punctual. What would hold it up leaves through a thread of the port's own, and after that everything of this port
 * does, so that the order stays.
 */
export class OutputPort implements Disposable {
  readonly #options: OutputPortOptions;
  /** Buffers by message length, since the library wants whole ones. */
  readonly #scratch: Buffer[] = [];
  #direct: BackendOutput | undefined;
  #sender: PortSender | undefined;
  #slowInARow = 0;
  #dropped = 0;

  /** @throws Error with the reason when the port cannot be opened */
  constructor(options: OutputPortOptions) {
    this.#options = options;
    this.#direct = options.backend.openOutput(options.target);
  }

  /** Bytes dropped because the port did not take what was there before. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Whether the port has a thread of its own. */
  get isApart(): boolean {
    return this.#sender !== undefined;
  }

  /** One whole message. @throws Error when the port does not take it */
  send(bytes: Uint8Array, offset: number, length: number): void {
    if (this.#direct && length > LONGEST_DIRECT_BYTES) this.#moveApart();
    const direct = this.#direct;
    if (!direct) return this.#post(bytes.slice(offset, offset + length));
    const message = (this.#scratch[length] ??= Buffer.alloc(length));
    for (let index = 0; index < length; index++) message[index] = bytes[offset + index]!;
    const started = performance.now();
    direct.send(message);
    const taken = performance.now() - started;
    this.#slowInARow = taken > SLOW_MS ? this.#slowInARow + 1 : 0;
    if (taken > VERY_SLOW_MS || this.#slowInARow >= MOST_SLOW) this.#moveApart();
  }

  dispose(): void {
    this.#direct?.dispose();
    this.#sender?.dispose();
    this.#direct = this.#sender = undefined;
  }

  /** Some systems open a port only once: it is closed here first. */
  #moveApart(): void {
    this.#direct?.dispose();
    this.#direct = undefined;
    this.#sender = this.#options.startSender();
  }

  #post(message: Uint8Array): void {
    const sender = this.#sender;
    if (!sender || sender.waiting + message.length > MOST_WAITING_BYTES) this.#dropped += message.length;
    else sender.post(message);
  }
}

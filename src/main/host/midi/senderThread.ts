import type { MessagePort } from 'node:worker_threads';
import type { BackendOutput, OpenMidiBackend } from './backend.ts';
import type { PortSender } from './outputPort.ts';

/** What a sender thread is given to do. */
export interface SenderRequest {
  readonly port: string;
  readonly target: string;
  /** Whole messages come from here; it is closed when there are no more. */
  readonly messages: MessagePort;
  /** Bytes sent, counted up modulo 2^32. */
  readonly sent: Int32Array<SharedArrayBuffer>;
}

/** The waiting thread's end of a sender thread. */
export class SenderQueue implements PortSender {
  readonly #messages: MessagePort;
  readonly #sent: Int32Array<SharedArrayBuffer>;
  #posted = 0;

  constructor(messages: MessagePort, sent: Int32Array<SharedArrayBuffer>) {
    this.#messages = messages;
    this.#sent = sent;
  }

  get waiting(): number {
    return (this.#posted - Atomics.load(this.#sent, 0)) | 0;
  }

  post(message: Uint8Array): void {
    this.#posted = (this.#posted + message.length) | 0;
    this.#messages.postMessage(message);
  }

  /** What was posted is still sent. */
  dispose(): void {
    this.#messages.close();
  }
}

/** The program of a thread that sends what one slow port is given, and waits as long as that takes. @throws Error */
export function runSenderThread(openBackend: OpenMidiBackend, request: SenderRequest): void {
  const { target, messages, sent } = request;
  const output = openBackend().openOutput(target);
  messages.on('message', (message: Uint8Array) => {
    sendPaced(output, message, (bytes) => Atomics.add(sent, 0, bytes));
  });
  messages.on('close', () => output.dispose());
}

const never = new Int32Array(new SharedArrayBuffer(4));

/** Long messages at the rate the port can take, where the library does not see to that. */
function sendPaced(output: BackendOutput, message: Uint8Array, sent: (bytes: number) => void): void {
  const whole = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  const { pieces } = output;
  if (!pieces || whole.length <= pieces.bytes) {
    output.send(whole);
    sent(whole.length);
    return;
  }
  for (let offset = 0; offset < whole.length; offset += pieces.bytes) {
    if (offset > 0) Atomics.wait(never, 0, 0, pieces.intervalMs);
    const piece = whole.subarray(offset, offset + pieces.bytes);
    output.send(piece);
    sent(piece.length);
  }
}

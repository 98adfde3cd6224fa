import {
  MessageChannel,
  parentPort,
  receiveMessageOnPort,
  Worker,
  type MessagePort,
} from 'node:worker_threads';
import { setTimeout as delay } from 'node:timers/promises';
import { REFERENCE_TIME_PER_MILLISECOND } from '../../../contract/units.ts';
import { EngineClock } from '../engineClock.ts';
import { claimRealTime } from '../priority.ts';
import type { OpenMidiBackend } from './backend.ts';
import { OutputStreams, type OutputCommand, type OutputEvent } from './outputStreams.ts';
import { PreciseWait, refuseTimerSlack, systemThreadId } from './preciseWait.ts';
import { SenderQueue, type SenderRequest } from './senderThread.ts';

/** What clients wrote is garbage when it was unpacked; a small young generation is emptied often and at once. */
const YOUNG_GENERATION_MB = 2;

/** While slow ports are waited for. */
const DRAIN_LOOK_MS = 50;
const STALLED_LOOKS = 20;

/** What the clock thread is started with. */
export interface ClockRequest {
  readonly role: 'clock';
  readonly epochNs: bigint;
  readonly commands: MessagePort;
  readonly signal: Int32Array<SharedArrayBuffer>;
}

/** What it tells besides the streams' events. */
type ThreadEvent =
  | OutputEvent
  | { type: 'started'; systemThreadId: number | undefined }
  | { type: 'startSender'; request: SenderRequest }
  | { type: 'closed' };

/**
 * The program of the clock thread: waits, sends what is due, waits. It opens the ports itself, because a port belongs
 * to the thread that opened it, and never goes back to its event loop, which would cost it its punctuality.
 */
export function runClockThread(
  openBackend: OpenMidiBackend,
  { epochNs, commands, signal }: ClockRequest,
): void {
  refuseTimerSlack();
  const tell = (event: ThreadEvent): void => parentPort!.postMessage(event);
  const clock = new EngineClock(epochNs);
  const wait = new PreciseWait(signal);
  const streams = new OutputStreams({
    backend: openBackend(),
    clock,
    report: tell,
    startSender(port, target) {
      const { port1, port2 } = new MessageChannel();
      const sent = new Int32Array(new SharedArrayBuffer(4));
      const request: SenderRequest = { port, target, messages: port2, sent };
      parentPort!.postMessage({ type: 'startSender', request } satisfies ThreadEvent, [port2]);
      return new SenderQueue(port1, sent);
    },
  });
  tell({ type: 'started', systemThreadId: systemThreadId() });
  // Performance.now and engine time differ by a constant.
  const origin = performance.now() - clock.now() / REFERENCE_TIME_PER_MILLISECOND;
  for (;;) {
    const seen = wait.signal;
    for (let next = receiveMessageOnPort(commands); next; next = receiveMessageOnPort(commands)) {
      const command = next.message as OutputCommand;
      streams.handle(command);
      if (command.type === 'close') return tell({ type: 'closed' });
      // A client that writes much keeps nothing waiting that is due.
      streams.service();
    }
    wait.until(origin + streams.service() / REFERENCE_TIME_PER_MILLISECOND, seen);
  }
}

/** The clock thread as the host's main thread sees it. */
export class ClockThread {
  readonly #entry: URL;
  readonly #report: (event: OutputEvent) => void;
  readonly #commands: MessagePort;
  readonly #signal = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker: Worker;
  readonly #closed = Promise.withResolvers<void>();
  readonly #senders = new Map<Worker, Int32Array<SharedArrayBuffer>>();
  /** Started, but without a port yet: the port that needs it cannot wait until it has loaded. */
  #spareSender: Worker;

  /** `entry`: the program of the host, which runs its threads too. `failed`: the thread is broken. */
  constructor(options: {
    entry: URL;
    epochNs: bigint;
    report(event: OutputEvent): void;
    failed(error: unknown): void;
  }) {
    this.#entry = options.entry;
    this.#report = options.report;
    const { port1, port2 } = new MessageChannel();
    this.#commands = port1;
    const request: ClockRequest = {
      role: 'clock',
      epochNs: options.epochNs,
      commands: port2,
      signal: this.#signal,
    };
    this.#worker = new Worker(options.entry, {
      workerData: request,
      transferList: [port2],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    this.#worker.on('message', (event: ThreadEvent) => this.#receive(event));
    this.#worker.on('error', options.failed);
    this.#spareSender = this.#newSender();
  }

  post(command: OutputCommand): void {
    this.#commands.postMessage(command);
    Atomics.add(this.#signal, 0, 1);
    Atomics.notify(this.#signal, 0);
  }

  /** Resolves when what sounds was released and the ports are closed, but for what slow ports still have to send. */
  async close(): Promise<void> {
    this.post({ type: 'close' });
    await this.#closed.promise;
    await this.#worker.terminate();
  }

  /** Resolves when slow ports have sent everything, or have not gone on for a while. */
  async drain(): Promise<void> {
    const progress = () => [...this.#senders.values()].reduce((sum, sent) => sum + Atomics.load(sent, 0), 0);
    let before = NaN;
    for (let stalled = 0; this.#senders.size > 0 && stalled < STALLED_LOOKS;) {
      await delay(DRAIN_LOOK_MS);
      const now = progress();
      stalled = now === before ? stalled + 1 : 0;
      before = now;
    }
  }

  #receive(event: ThreadEvent): void {
    switch (event.type) {
      case 'started':
        if (event.systemThreadId !== undefined) claimRealTime(event.systemThreadId);
        break;
      case 'startSender':
        this.#startSender(event.request);
        break;
      case 'closed':
        this.#closed.resolve();
        break;
      default:
        this.#report(event);
    }
  }

  #startSender(request: SenderRequest): void {
    const { port, messages, sent } = request;
    const worker = this.#spareSender;
    this.#spareSender = this.#newSender();
    this.#senders.set(worker, sent);
    worker.on('exit', () => this.#senders.delete(worker));
    worker.on('error', (error: unknown) => {
      const message = `“${port}” failed: ${error instanceof Error ? error.message : String(error)}.`;
      this.#report({ type: 'portFailed', port, message });
      this.post({ type: 'losePort', port, message });
    });
    worker.postMessage(request, [messages]);
  }

  #newSender(): Worker {
    return new Worker(this.#entry, { workerData: { role: 'sender' } });
  }
}

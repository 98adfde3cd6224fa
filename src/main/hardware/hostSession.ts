import { DisposableStore } from '../../contract/disposable.ts';
import type { HostCommand, HostEvent } from '../../contract/hardware.ts';
import type { OutputChoice } from './outputChoice.ts';
import type { HostPort } from './hostPort.ts';

export type OpenedEvent = Extract<HostEvent, { type: 'opened' }>;

/** What became of a session. `message` is a sentence for the user. */
export interface SessionEnd {
  cause: 'open-failed' | 'stalled' | 'host-exit' | 'closed';
  message: string;
}

export interface SessionEvents {
  opened(session: HostSession, event: OpenedEvent): void;
  /** Everything else the host reports while it is open; `pcms` and news of its bank come before, too. */
  event(session: HostSession, event: HostEvent): void;
  /** Once, when the session cannot be used any more. */
  ended(session: HostSession, end: SessionEnd): void;
  /** Once, when its process is gone. */
  exited(session: HostSession): void;
}

const LIVENESS_INTERVAL_MS = 500;
/** Intervals without a word from the host: it reports four times a second while open, and by itself after 15 s of opening. */
const SILENT_INTERVALS_OPEN = 4;
const SILENT_INTERVALS_OPENING = 34;
/** An orderly end takes the host less than 300 ms. */
const CLOSE_LIMIT_MS = 500;

/**
 * One life of a device host: opened on one output, used, ended. A host that stopped answering is killed, whatever
 * the reason; its successor gets the state replayed.
 */
export class HostSession {
  readonly choice: OutputChoice;
  /** Same key = same device in the same way. */
  readonly key: string;
  #host: HostPort;
  #events: SessionEvents;
  #store = new DisposableStore();
  #opened: OpenedEvent | undefined;
  #ended = false;
  #exited = false;
  #silentIntervals = 0;
  #liveness: NodeJS.Timeout;
  #closeLimit: NodeJS.Timeout | undefined;

  constructor(
    host: HostPort,
    choice: OutputChoice,
    key: string,
    open: Extract<HostCommand, { type: 'open' }>,
    events: SessionEvents,
  ) {
    this.#host = host;
    this.choice = choice;
    this.key = key;
    this.#events = events;
    this.#store.add(host.onEvent((event) => this.#receive(event)));
    this.#store.add(
      host.onExit(({ code, signal, stderrTail }) => {
        this.#exited = true;
        clearInterval(this.#liveness);
        clearTimeout(this.#closeLimit);
        const cause = lastError(stderrTail);
        this.#end(
          'host-exit',
          `The device host ended unexpectedly (${signal ?? `exit code ${code}`})${cause === undefined ? '' : `: ${cause}`}.`,
        );
        this.#store.dispose();
        this.#events.exited(this);
      }),
    );
    // Counted in ticks of our own timer: when the whole program was stopped for a while, only one tick has passed.
    this.#liveness = setInterval(() => {
      const limit = this.#opened ? SILENT_INTERVALS_OPEN : SILENT_INTERVALS_OPENING;
      if (++this.#silentIntervals >= limit) this.#end('stalled', 'The device host stopped answering.');
    }, LIVENESS_INTERVAL_MS);
    host.send(open);
  }

  /** What the host opened, once it has. */
  get opened(): OpenedEvent | undefined {
    return this.#opened;
  }

  get exited(): boolean {
    return this.#exited;
  }

  get processId(): number | undefined {
    return this.#host.pid;
  }

  send(command: HostCommand): void {
    if (!this.#ended) this.#host.send(command);
  }

  /** Orderly end with a short ramp to silence; the process is gone within half a second. */
  close(): void {
    if (this.#ended) return;
    this.#host.send({ type: 'close' });
    this.#closeLimit = setTimeout(() => this.#host.kill(), CLOSE_LIMIT_MS);
    this.#end('closed', '');
  }

  /** Ends the host at once. */
  kill(): void {
    this.#end('closed', '');
  }

  #receive(event: HostEvent): void {
    this.#silentIntervals = 0;
    if (this.#ended) return;
    switch (event.type) {
      case 'opened':
        this.#opened = event;
        this.#events.opened(this, event);
        break;
      case 'openFailed':
        this.#end('open-failed', event.message);
        break;
      case 'stalled':
        this.#end('stalled', 'The output device stopped answering.');
        break;
      case 'pcms':
      case 'bankProgress':
      case 'bankLoaded':
      case 'bankFailed':
        this.#events.event(this, event);
        break;
      default:
        if (this.#opened) this.#events.event(this, event);
    }
  }

  #end(cause: SessionEnd['cause'], message: string): void {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#liveness);
    // A host that is closing in an orderly way has a moment for its ramp.
    if (this.#closeLimit === undefined && !this.#exited) this.#host.kill();
    this.#events.ended(this, { cause, message });
  }
}

/** The last line of an error that ended the host, such as a library that could not be loaded. */
function lastError(stderrTail: string): string | undefined {
  const line = stderrTail.split('\n').findLast((each) => /^\s*\w*Error\b/.test(each));
  return line?.trim().replace(/[.{\s]+$/, '');
}

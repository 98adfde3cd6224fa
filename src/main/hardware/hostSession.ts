import type { CardDescription, HostCommand, HostEvent } from '../../contract/hardware.ts';
import type { HostPort } from './hostPort.ts';
import type { OutputChoice } from './outputChoice.ts';
import { WatchedHost, type HostEnd } from './watchedHost.ts';

export type OpenedEvent = Extract<HostEvent, { type: 'opened' }>;

/** What became of a session. */
export type SessionEnd = HostEnd<'open-failed'>;

export interface SessionEvents {
  opened(session: HostSession, event: OpenedEvent): void;
  /** Everything else the host reports while it is open; `pcms` and news of its bank come before, too. */
  event(session: HostSession, event: HostEvent): void;
  /** Once, when the session cannot be used any more. */
  ended(session: HostSession, end: SessionEnd): void;
  /** Once, when its process is gone. */
  exited(session: HostSession): void;
}

/** Half-second intervals without a word from the host: it reports four times a second while open, and by itself after 15 s of opening. */
const SILENT_INTERVALS_OPEN = 4;
const SILENT_INTERVALS_OPENING = 34;
/** An orderly end takes the host less than 300 ms. */
const CLOSE_LIMIT_MS = 500;

/**
 * One life of a sound host: opened on one output, used, ended. Its successor gets the state replayed.
 */
export class HostSession {
  readonly choice: OutputChoice;
  /** Same key = same device in the same way. */
  readonly key: string;
  readonly card: CardDescription;
  readonly #host: WatchedHost<HostCommand, HostEvent, 'open-failed'>;
  readonly #events: SessionEvents;
  #opened: OpenedEvent | undefined;

  constructor(
    host: HostPort,
    choice: OutputChoice,
    key: string,
    open: Extract<HostCommand, { type: 'open' }>,
    events: SessionEvents,
  ) {
    this.choice = choice;
    this.key = key;
    this.card = open.card;
    this.#events = events;
    this.#host = new WatchedHost<HostCommand, HostEvent, 'open-failed'>({
      host,
      name: 'device host',
      closeCommand: { type: 'close' },
      closeLimitMs: CLOSE_LIMIT_MS,
      silenceLimit: () => (this.#opened ? SILENT_INTERVALS_OPEN : SILENT_INTERVALS_OPENING),
      event: (event) => this.#receive(event),
      ended: (end) => events.ended(this, end),
      exited: () => events.exited(this),
    });
    host.send(open);
  }

  /** What the host opened, once it has. */
  get opened(): OpenedEvent | undefined {
    return this.#opened;
  }

  get exited(): boolean {
    return this.#host.exited;
  }

  get processId(): number | undefined {
    return this.#host.processId;
  }

  send(command: HostCommand): void {
    this.#host.send(command);
  }

  /** Orderly end with a short ramp to silence; the process is gone within half a second. */
  close(): void {
    this.#host.close();
  }

  /** Ends the host at once. */
  kill(): void {
    this.#host.end('closed', '');
  }

  #receive(event: HostEvent): void {
    switch (event.type) {
      case 'opened':
        this.#opened = event;
        this.#events.opened(this, event);
        break;
      case 'openFailed':
        this.#host.end('open-failed', event.message);
        break;
      case 'stalled':
        this.#host.end('stalled', 'The output device stopped answering.');
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
}

import type { CardDescription, CardPower, HostCommand, HostEvent } from '../../contract/hardware.ts';
import type { DevicePower } from '../../contract/services/topology.ts';
import { isHostEvent } from '../../contract/hostEvents.ts';
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

type OpenCommand = Extract<HostCommand, { type: 'open' }>;
type HostProcess = WatchedHost<HostCommand, HostEvent, 'open-failed'>;

/**
 * A sound host on one output: opened, used, ended. Its successor gets the state replayed. While all of the card sleeps
 * the session can do without its process.
 */
export class HostSession {
  readonly choice: OutputChoice;
  /** Same key = same device in the same way. */
  readonly key: string;
  readonly card: CardDescription;
  readonly #open: OpenCommand;
  readonly #events: SessionEvents;
  /** Undefined at rest. */
  #host: HostProcess | undefined;
  /** Processes that are there. */
  #processes = 0;
  #ended = false;
  #opened: OpenedEvent | undefined;
  /** What was asked of the device last, and whether it answered. */
  #output: { readonly state: DevicePower; readonly done: boolean } = { state: 'D0', done: false };

  constructor(host: HostPort, choice: OutputChoice, key: string, open: OpenCommand, events: SessionEvents) {
    this.choice = choice;
    this.key = key;
    this.card = open.card;
    this.#open = open;
    this.#events = events;
    this.#start(host, open);
  }

  /** What the host opened, once it has. */
  get opened(): OpenedEvent | undefined {
    return this.#opened;
  }

  get processId(): number | undefined {
    return this.#host?.processId;
  }

  /** At rest it is not heard. */
  send(command: HostCommand): void {
    if (command.type === 'setPower' && command.part === 'output') {
      this.#output = { state: command.state, done: false };
      this.#host?.beginPatience();
    }
    this.#host?.send(command);
  }

  /** There is no process: it was ended because nobody needs it. */
  get resting(): boolean {
    return this.#host === undefined;
  }

  /** Ends the process, in which no stream is open, and nothing else. */
  rest(): void {
    const host = this.#host;
    this.#host = undefined;
    host?.close();
  }

  /** Goes on in a new process, with the registers' and parts' states of now; the rest is the caller's to replay. */
  wake(host: HostPort, registers: OpenCommand['registers'], power: CardPower): void {
    if (this.#ended || this.#host) return host.kill();
    this.#output = { state: power.output, done: power.output !== 'D0' };
    this.#start(host, { ...this.#open, registers, power });
  }

  /** Orderly end with a short ramp to silence; the process is gone within half a second. */
  close(): void {
    if (this.#host) this.#host.close();
    else this.#end({ cause: 'closed', message: '' });
  }

  /** Ends the host at once. */
  kill(): void {
    if (this.#host) this.#host.end('closed', '');
    else this.#end({ cause: 'closed', message: '' });
  }

  #start(port: HostPort, open: OpenCommand): void {
    this.#processes++;
    const host: HostProcess = new WatchedHost({
      host: port,
      name: 'device host',
      closeCommand: { type: 'close' },
      closeLimitMs: CLOSE_LIMIT_MS,
      fits: isHostEvent,
      silenceLimit: () => this.#silenceLimit,
      event: (event) => host === this.#host && this.#receive(event),
      ended: (end) => host === this.#host && this.#end(end),
      exited: () => {
        this.#processes--;
        this.#reportExit();
      },
    });
    this.#host = host;
    port.send(open);
  }

  #end(end: SessionEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#events.ended(this, end);
    this.#reportExit();
  }

  #reportExit(): void {
    if (this.#ended && this.#processes === 0) this.#events.exited(this);
  }

  /** A device without power says nothing. */
  get #silenceLimit(): number {
    const { state, done } = this.#output;
    if (state !== 'D0') return Infinity;
    return done ? SILENT_INTERVALS_OPEN : SILENT_INTERVALS_OPENING;
  }

  #receive(event: HostEvent): void {
    switch (event.type) {
      case 'opened':
        this.#output = { state: 'D0', done: true };
        if (this.#opened) {
          // In a process after the first one: as if it had been woken.
          this.#events.event(this, { type: 'powered', part: 'output', state: 'D0', at: event.at });
        } else {
          this.#opened = event;
          this.#events.opened(this, event);
        }
        break;
      case 'powered':
        if (event.part === 'output') this.#output = { state: event.state, done: true };
        this.#events.event(this, event);
        break;
      case 'openFailed':
        this.#host?.end('open-failed', event.message);
        break;
      case 'stalled':
        this.#host?.end('stalled', 'The output device stopped answering.');
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

import { Emitter, type Event } from '../../contract/emitter.ts';
import type { HostCommand, StreamState } from '../../contract/hardware.ts';
import type { ReferenceTime } from '../../contract/units.ts';

export interface StreamPosition {
  /** Presentation time up to which the stream has been played. */
  position: ReferenceTime;
  /** Engine time of that, from hosts that tell it. */
  at?: ReferenceTime;
  eventsPlayed: number;
}

/** What every render stream asks of its host: of the sound host and of the MIDI host alike. */
export type StreamCommand = Extract<HostCommand, { type: 'setStreamState' | 'writeStream' | 'closeStream' }>;

/**
 * A DirectMusic render stream in a host: main's end of it. `send` reaches the host that owns it; the stream does not
 * outlive that host, and after `onLost` everything is ignored.
 */
export class RecordStream<Command extends { type: string } = never> {
  readonly id: number;
  readonly #send: (command: StreamCommand | Command) => void;
  readonly #closed: (id: number) => void;
  #over: 'no' | 'closed' | 'lost' = 'no';
  readonly #position = new Emitter<StreamPosition>();
  readonly #error = new Emitter<string>();
  readonly #lost = new Emitter<string>();
  /** About four times a second in RUN. */
  readonly onPosition: Event<StreamPosition> = this.#position.event;
  /** A request could not be carried out; the stream stays as it was. */
  readonly onError: Event<string> = this.#error.event;
  /** Fires once, before the hardware's own news; the reason for the user. */
  readonly onLost: Event<string> = this.#lost.event;

  constructor(id: number, send: (command: StreamCommand | Command) => void, closed: (id: number) => void) {
    this.id = id;
    this.#send = send;
    this.#closed = closed;
  }

  get lost(): boolean {
    return this.#over === 'lost';
  }

  setState(state: StreamState): void {
    this.post({ type: 'setStreamState', stream: this.id, state });
  }

  /** DMUS_EVENTHEADER records; `startTime` is the presentation time the first `rtDelta` is relative to. */
  write(startTime: ReferenceTime, records: Uint8Array): void {
    this.post({ type: 'writeStream', stream: this.id, startTime, records });
  }

  close(): void {
    if (this.#over !== 'no') return;
    this.post({ type: 'closeStream', stream: this.id });
    this.#over = 'closed';
    this.#closed(this.id);
    this.disposeEvents();
  }

  reportPosition(position: StreamPosition): void {
    this.#position.fire(position);
  }

  reportError(message: string): void {
    this.#error.fire(message);
  }

  /** `why`: a sentence for the user. */
  reportLost(why: string): void {
    if (this.#over !== 'no') return;
    this.#over = 'lost';
    this.#lost.fire(why);
    this.disposeEvents();
  }

  protected post(command: StreamCommand | Command): void {
    if (this.#over === 'no') this.#send(command);
  }

  protected disposeEvents(): void {
    this.#position.dispose();
    this.#error.dispose();
    this.#lost.dispose();
  }
}

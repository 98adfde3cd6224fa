import { Emitter, type Event } from '../../contract/emitter.ts';
import type { HostCommand, StreamState } from '../../contract/hardware.ts';
import type { ReferenceTime } from '../../contract/units.ts';

export interface StreamPosition {
  /** Presentation time up to which the stream has been rendered. */
  position: ReferenceTime;
  eventsPlayed: number;
}

/** A DirectMusic render stream in the device host. It does not outlive the host: after `onLost` everything is ignored. */
export interface HardwareStream {
  readonly id: number;
  readonly lost: boolean;
  setState(state: StreamState): void;
  /** DMUS_EVENTHEADER records; `startTime` is the presentation time the first `rtDelta` is relative to. */
  write(startTime: ReferenceTime, records: Uint8Array): void;
  close(): void;
  /** About four times a second in RUN. */
  readonly onPosition: Event<StreamPosition>;
  /** A request could not be carried out; the stream stays as it was. */
  readonly onError: Event<string>;
  /** The device was removed. Fires once, before the hardware's `onRemoved`. */
  readonly onLost: Event<void>;
}

/** Main's end of one stream; `send` reaches the host that owns it. */
export class HostStream implements HardwareStream {
  readonly id: number;
  #send: (command: HostCommand) => void;
  #closed: (stream: HostStream) => void;
  #over: 'no' | 'closed' | 'lost' = 'no';
  #position = new Emitter<StreamPosition>();
  #error = new Emitter<string>();
  #lost = new Emitter<void>();
  readonly onPosition = this.#position.event;
  readonly onError = this.#error.event;
  readonly onLost = this.#lost.event;

  constructor(id: number, send: (command: HostCommand) => void, closed: (stream: HostStream) => void) {
    this.id = id;
    this.#send = send;
    this.#closed = closed;
  }

  get lost(): boolean {
    return this.#over === 'lost';
  }

  setState(state: StreamState): void {
    if (this.#over === 'no') this.#send({ type: 'setStreamState', stream: this.id, state });
  }

  write(startTime: ReferenceTime, records: Uint8Array): void {
    if (this.#over === 'no') this.#send({ type: 'writeStream', stream: this.id, startTime, records });
  }

  close(): void {
    if (this.#over !== 'no') return;
    this.#over = 'closed';
    this.#send({ type: 'closeStream', stream: this.id });
    this.#closed(this);
    this.#dispose();
  }

  reportPosition(position: StreamPosition): void {
    if (this.#over === 'no') this.#position.fire(position);
  }

  reportError(message: string): void {
    if (this.#over === 'no') this.#error.fire(message);
  }

  reportLost(): void {
    if (this.#over !== 'no') return;
    this.#over = 'lost';
    this.#lost.fire();
    this.#dispose();
  }

  #dispose(): void {
    this.#position.dispose();
    this.#error.dispose();
    this.#lost.dispose();
  }
}

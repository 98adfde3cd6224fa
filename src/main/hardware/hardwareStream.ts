import { Emitter, type Event } from '../../contract/emitter.ts';
import type { HostCommand, StreamState, SynthCommand, SynthStatistics } from '../../contract/hardware.ts';
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
  /** To the synthesizer behind the stream; carried out at once, in any state. */
  command(command: SynthCommand): void;
  close(): void;
  /** About four times a second in RUN. */
  readonly onPosition: Event<StreamPosition>;
  /** About four times a second in RUN. */
  readonly onStatistics: Event<SynthStatistics>;
  /** Handle of a download that is gone after `unload`. */
  readonly onUnloaded: Event<number>;
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
  #statistics = new Emitter<SynthStatistics>();
  #unloaded = new Emitter<number>();
  readonly onPosition = this.#position.event;
  readonly onStatistics = this.#statistics.event;
  readonly onUnloaded = this.#unloaded.event;
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

  command(command: SynthCommand): void {
    if (this.#over === 'no') this.#send({ type: 'synthCommand', stream: this.id, command });
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

  reportStatistics(statistics: SynthStatistics): void {
    if (this.#over === 'no') this.#statistics.fire(statistics);
  }

  reportUnloaded(handle: number): void {
    if (this.#over === 'no') this.#unloaded.fire(handle);
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
    this.#statistics.dispose();
    this.#unloaded.dispose();
    this.#error.dispose();
    this.#lost.dispose();
  }
}

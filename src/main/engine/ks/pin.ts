import { Emitter, type Event } from '../../../contract/emitter.ts';
import type { StreamState } from '../../../contract/hardware.ts';
import type { ReferenceTime } from '../../../contract/units.ts';
import type { DataFormat } from './format.ts';
import { KsError } from './status.ts';

const ORDER: readonly StreamState[] = ['STOP', 'ACQUIRE', 'PAUSE', 'RUN'];

/** The streaming side a port puts behind a pin instance. */
export interface PinInstanceParts {
  /** One step of the state machine; a throw leaves the stream in the state reached so far. */
  setState(state: StreamState): void;
  /** IOCTL_KS_WRITE_STREAM: one buffer with its presentation time. */
  write?(startTime: ReferenceTime, data: Uint8Array): void;
  close(): void;
  /** Presentation time the stream has reached. */
  readonly onPosition?: Event<{ position: ReferenceTime }>;
  /** The hardware behind the stream is gone. */
  readonly onLost?: Event<string>;
}

/**
 * A pin instance (stream handle). Specification 1.1, 3.2.
 *
 * RULE-3: a jump is delivered to the miniport one legal step at a time; asking for the present state succeeds
 * without a call; a failing step leaves the stream in the last state reached.
 */
export class PinInstance {
  readonly filterName: string;
  readonly pinId: number;
  readonly format: DataFormat;
  readonly #parts: PinInstanceParts;
  readonly #closed: () => void;
  readonly #removedEmitter = new Emitter<string>();
  /** Surprise removal: the instance is in STOP and takes nothing but `close`. */
  readonly onRemoved: Event<string> = this.#removedEmitter.event;
  #state: StreamState = 'STOP';
  #open = true;
  #removed: string | undefined;

  constructor(
    filterName: string,
    pinId: number,
    format: DataFormat,
    parts: PinInstanceParts,
    closed: () => void,
  ) {
    this.filterName = filterName;
    this.pinId = pinId;
    this.format = format;
    this.#parts = parts;
    this.#closed = closed;
    parts.onLost?.((reason) => this.remove(reason));
  }

  /** KSPROPERTY_CONNECTION_STATE, get. RULE-1. */
  get state(): StreamState {
    return this.#state;
  }

  /** KSPROPERTY_CONNECTION_STATE, set. @throws KsError of the failing step, or STATUS_DEVICE_REMOVED */
  setState(target: StreamState): void {
    this.#refuseWhenGone();
    this.#walk(target);
  }

  /**
   * Queues one buffer. `startTime` is the presentation time the buffer's first record is relative to.
   * @throws KsError STATUS_INVALID_DEVICE_REQUEST when the pin takes no data, STATUS_DEVICE_REMOVED
   */
  write(startTime: ReferenceTime, data: Uint8Array): void {
    this.#refuseWhenGone();
    if (!this.#parts.write) {
      throw new KsError(
        'STATUS_INVALID_DEVICE_REQUEST',
        `Pin ${this.pinId} of “${this.filterName}” takes no data.`,
      );
    }
    this.#parts.write(startTime, data);
  }

  /** KSPROPERTY_AUDIO_POSITION as news: presentation time reached, while in RUN. Undefined without a stream clock. */
  get onPosition(): Event<{ position: ReferenceTime }> | undefined {
    return this.#parts.onPosition;
  }

  /** Ends the instance from below. RULE-12: the stream goes to STOP and the handle stays valid for close only. */
  remove(reason: string): void {
    if (!this.#open || this.#removed !== undefined) return;
    this.#removed = reason;
    this.#walk('STOP');
    this.#removedEmitter.fire(reason);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    if (this.#removed === undefined) this.#walk('STOP');
    this.#parts.close();
    this.#closed();
    this.#removedEmitter.dispose();
  }

  #walk(target: StreamState): void {
    const to = ORDER.indexOf(target);
    while (this.#state !== target) {
      const at = ORDER.indexOf(this.#state);
      const next = ORDER[at + Math.sign(to - at)]!;
      this.#parts.setState(next);
      this.#state = next;
    }
  }

  #refuseWhenGone(): void {
    if (!this.#open) throw new KsError('STATUS_INVALID_DEVICE_STATE', 'The pin instance is closed.');
    if (this.#removed !== undefined) {
      throw new KsError('STATUS_DEVICE_REMOVED', `“${this.filterName}” is gone: ${this.#removed}`);
    }
  }
}

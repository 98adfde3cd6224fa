import { Emitter, type Event } from '../../../contract/emitter.ts';
import type { Disposable } from '../../../contract/disposable.ts';
import { referenceTime, type ReferenceTime } from '../../../contract/units.ts';
import type { Filter } from '../ks/filter.ts';
import type { PinInstance } from '../ks/pin.ts';
import { EventRecordReader } from '../portcls/dmus/eventRecords.ts';
import { DIRECTMUSIC_FORMAT } from './midiClient.ts';

/** Buffers that wait at the pin, and their size: a page of events each. */
const BUFFERS = 4;
const BUFFER_BYTES = 4096;

/** One message, or a piece of a SysEx, with the presentation time at which it was captured. */
export interface CapturedEvent {
  readonly time: ReferenceTime;
  readonly channelGroup: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * A midiIn-like client: one open DirectMusic capture pin that always has buffers to fill. Specification 4.2, 4.5, 5.
 */
export class MidiCapture implements Disposable {
  readonly #pin: PinInstance;
  readonly #emitter = new Emitter<CapturedEvent>();
  /** What was captured, in order of arrival. */
  readonly onEvent: Event<CapturedEvent> = this.#emitter.event;
  readonly onRemoved: Event<string>;

  /** Opens the pin. @throws KsError as `Filter.createPin` */
  constructor(filter: Filter, pinId: number) {
    this.#pin = filter.createPin(pinId, DIRECTMUSIC_FORMAT);
    this.onRemoved = this.#pin.onRemoved;
  }

  /** RUN: events come from now on, their times from 0. @throws KsError */
  start(): void {
    if (this.#pin.state !== 'STOP') return;
    for (let count = 0; count < BUFFERS; count++) this.#read(new Uint8Array(BUFFER_BYTES));
    this.#pin.setState('RUN');
  }

  /** STOP: what was not delivered is lost. @throws KsError STATUS_DEVICE_REMOVED */
  stop(): void {
    this.#pin.setState('STOP');
  }

  dispose(): void {
    this.#pin.close();
    this.#emitter.dispose();
  }

  #read(buffer: Uint8Array<ArrayBuffer>): void {
    this.#pin.read({
      buffer,
      completed: ({ status, startTime, length }) => {
        if (status !== 'STATUS_SUCCESS') return;
        this.#deliver(startTime, buffer.subarray(0, length));
        // A listener may have stopped the stream.
        if (this.#pin.state !== 'STOP') this.#read(buffer);
      },
    });
  }

  #deliver(startTime: ReferenceTime, data: Uint8Array): void {
    const records = new EventRecordReader(startTime, data);
    while (records.next()) {
      const { time, channelGroup, dataOffset, dataLength } = records;
      const bytes = new Uint8Array(data.subarray(dataOffset, dataOffset + dataLength));
      this.#emitter.fire({ time: referenceTime(time), channelGroup, bytes });
    }
  }
}

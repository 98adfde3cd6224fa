import { referenceTime, type ReferenceTime } from '../../../../contract/units.ts';
import { EventRecordWriter } from './eventRecords.ts';
import { MusicFormatReader } from './musicFormat.ts';

/**
 * Rewrites the buffers of a legacy MIDI pin as DMUS_EVENTHEADER records, for a stream whose unpacker is elsewhere and
 * knows only those. Buffers of a legacy pin are serviced strictly in sequence. Specification 4.2.
 */
export class LegacyRecords {
  readonly #writer = new EventRecordWriter();
  #lastTime = -Infinity;

  /** Another run: nothing is left of the buffers before. */
  reset(): void {
    this.#lastTime = -Infinity;
  }

  /** @throws PinwheelError `bad-input` with the record's byte offset; nothing of the buffer counts then */
  rewrite(startTime: ReferenceTime, records: Uint8Array): Uint8Array<ArrayBuffer> {
    const reader = new MusicFormatReader(startTime, records);
    this.#writer.begin(startTime);
    let lastTime = this.#lastTime;
    while (reader.next()) {
      lastTime = Math.max(lastTime, reader.time);
      this.#writer.append(referenceTime(lastTime), records, reader.dataOffset, reader.dataLength);
    }
    this.#lastTime = lastTime;
    return this.#writer.take();
  }
}

import { PinwheelError } from '../../../../contract/errors.ts';
import {
  REFERENCE_TIME_PER_MILLISECOND,
  referenceTime,
  type ReferenceTime,
} from '../../../../contract/units.ts';
import type { RecordReader, RecordWriter } from './records.ts';

/**
 * Stream data of a legacy MIDI pin: KSMUSICFORMAT records and their bytes. Specification 4.2.
 *
 *   offset  0  u32 TimeDeltaMs   milliseconds since the record before; of the first, since the buffer's start time
 *           4  u32 ByteCount     MIDI bytes, without padding
 *           8  MIDI bytes, then padding until the record's length is a multiple of 4
 */

export const MUSIC_HEADER_BYTES = 8;

/** Bytes a record takes in its buffer: header and MIDI bytes, rounded up to 4. */
export function musicRecordLength(byteCount: number): number {
  return Math.ceil((MUSIC_HEADER_BYTES + byteCount) / 4) * 4;
}

/**
 * Walks over the records of one buffer without allocating per record. No size in the buffer is trusted: a record that
 * does not fit throws `bad-input` with its byte offset.
 */
export class MusicFormatReader implements RecordReader {
  readonly channelGroup = 1;
  readonly isStructured = false;
  readonly #records: Uint8Array;
  readonly #view: DataView;
  #next = 0;
  #recordOffset = 0;
  time: ReferenceTime;
  dataOffset = 0;
  dataLength = 0;

  constructor(startTime: ReferenceTime, records: Uint8Array) {
    this.#records = records;
    this.#view = new DataView(records.buffer, records.byteOffset, records.byteLength);
    this.time = startTime;
  }

  next(): boolean {
    const start = this.#next;
    const remaining = this.#records.length - start;
    if (remaining === 0) return false;
    this.#recordOffset = start;
    if (remaining < MUSIC_HEADER_BYTES) throw this.error(`${remaining} bytes are left for a header of 8`);
    const byteCount = this.#view.getUint32(start + 4, true);
    if (byteCount === 0) throw this.error('it has no MIDI bytes');
    if (musicRecordLength(byteCount) > remaining) {
      throw this.error(`its ${byteCount} MIDI bytes do not fit into the ${remaining} bytes left`);
    }
    const delta = this.#view.getUint32(start, true) * REFERENCE_TIME_PER_MILLISECOND;
    this.time = referenceTime(this.time + delta);
    this.dataOffset = start + MUSIC_HEADER_BYTES;
    this.dataLength = byteCount;
    this.#next = start + musicRecordLength(byteCount);
    return true;
  }

  error(why: string): PinwheelError {
    return new PinwheelError({
      code: 'bad-input',
      message: `The MIDI record at byte ${this.#recordOffset} is malformed: ${why}.`,
      subject: 'KSMUSICFORMAT',
      offset: this.#recordOffset,
      advice: 'Build the buffer with MusicFormatWriter.',
      status: 'STATUS_INVALID_PARAMETER',
    });
  }
}

/**
 * Writes records into a buffer that the client gave. Times become whole milliseconds by rounding each one, not the
 * differences, so that a long buffer does not drift. A time before the record in front of it becomes that one's: the
 * field is unsigned.
 */
export class MusicFormatWriter implements RecordWriter {
  readonly headerBytes = MUSIC_HEADER_BYTES;
  #buffer = new Uint8Array(0);
  #view = new DataView(this.#buffer.buffer);
  #startTime: ReferenceTime = referenceTime(0);
  #milliseconds = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  recordLength(eventBytes: number): number {
    return musicRecordLength(eventBytes);
  }

  begin(startTime: ReferenceTime, buffer: Uint8Array): this {
    this.#buffer = buffer as Uint8Array<ArrayBuffer>;
    this.#view = new DataView(this.#buffer.buffer, buffer.byteOffset, buffer.byteLength);
    this.#startTime = startTime;
    this.#milliseconds = 0;
    this.#size = 0;
    return this;
  }

  append(time: ReferenceTime, source: Uint8Array, offset = 0, length = source.length - offset): this {
    const start = this.#size;
    const end = start + musicRecordLength(length);
    if (length < 1 || end > this.#buffer.length) {
      throw new RangeError(`A record of ${length} bytes does not fit at ${start} of ${this.#buffer.length}.`);
    }
    const at = Math.round((time - this.#startTime) / REFERENCE_TIME_PER_MILLISECOND);
    const milliseconds = Math.max(this.#milliseconds, at);
    this.#view.setUint32(start, milliseconds - this.#milliseconds, true);
    this.#view.setUint32(start + 4, length, true);
    const data = start + MUSIC_HEADER_BYTES;
    for (let index = 0; index < length; index++) this.#buffer[data + index] = source[offset + index]!;
    this.#buffer.fill(0, data + length, end);
    this.#milliseconds = milliseconds;
    this.#size = end;
    return this;
  }
}

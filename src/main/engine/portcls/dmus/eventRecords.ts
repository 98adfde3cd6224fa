import { PinwheelError } from '../../../../contract/errors.ts';
import { referenceTime, type ReferenceTime } from '../../../../contract/units.ts';
import { isCompleteMessage } from './midiMessage.ts';
import type { RecordReader, RecordWriter } from './records.ts';

/**
 * Stream data of a DirectMusic pin: records of a packed DMUS_EVENTHEADER and its event bytes. Specification 4.2.
 *
 *   offset  0  u32 cbEvent          bytes of the event
 *           4  u32 dwChannelGroup
 *           8  i64 rtDelta          100 ns from the buffer's start time
 *          16  u32 dwFlags          DMUS_EVENT_STRUCTURED = 1: exactly one complete message
 *          20  event bytes, then padding until the record's length is a multiple of 8
 */

export const EVENT_HEADER_BYTES = 20;
export const DMUS_EVENT_STRUCTURED = 1;

const TWO_TO_32 = 0x1_0000_0000;

/** Bytes a record takes in its buffer: header and event, rounded up to 8. */
export function recordLength(eventBytes: number): number {
  return (EVENT_HEADER_BYTES + eventBytes + 7) & ~7;
}

/** Builds buffers of records. One writer serves many buffers; its memory grows to the largest. */
export class EventRecordWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView<ArrayBuffer>;
  #size = 0;
  #count = 0;
  #startTime: ReferenceTime = referenceTime(0);

  constructor(initialBytes = 4096) {
    this.#bytes = new Uint8Array(Math.max(64, initialBytes));
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes written since `begin`. */
  get size(): number {
    return this.#size;
  }

  /** Records written since `begin`. */
  get count(): number {
    return this.#count;
  }

  get startTime(): ReferenceTime {
    return this.#startTime;
  }

  /** Starts an empty buffer whose records are relative to `startTime`. */
  begin(startTime: ReferenceTime): this {
    this.#startTime = startTime;
    this.#size = 0;
    this.#count = 0;
    return this;
  }

  /**
   * Appends one record: `length` bytes of `source` from `offset` on, due at presentation time `time`. Times need not
   * rise. What is exactly one MIDI message is flagged DMUS_EVENT_STRUCTURED. @throws RangeError for no bytes of the source
   */
  append(
    time: ReferenceTime,
    source: Uint8Array,
    offset = 0,
    length = source.length - offset,
    channelGroup = 1,
  ): this {
    if (length < 1 || offset < 0 || offset + length > source.length) {
      throw new RangeError(`No ${length} event bytes at ${offset} of ${source.length}.`);
    }
    const start = this.#size;
    const total = recordLength(length);
    this.#reserve(start + total);
    writeRecord(this.#view, this.#bytes, start, time - this.#startTime, source, offset, length, channelGroup);
    this.#size = start + total;
    this.#count++;
    return this;
  }

  /** The buffer's bytes, copied to fit: they may be transferred. The writer keeps its memory. */
  take(): Uint8Array<ArrayBuffer> {
    const records = this.#bytes.slice(0, this.#size);
    this.begin(this.#startTime);
    return records;
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(bytes, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** Writes records into a buffer that the client gave. */
export class EventRecordFiller implements RecordWriter {
  readonly headerBytes = EVENT_HEADER_BYTES;
  #buffer = new Uint8Array(0);
  #view = new DataView(this.#buffer.buffer);
  #startTime: ReferenceTime = referenceTime(0);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  recordLength(eventBytes: number): number {
    return recordLength(eventBytes);
  }

  begin(startTime: ReferenceTime, buffer: Uint8Array): this {
    this.#buffer = buffer as Uint8Array<ArrayBuffer>;
    this.#view = new DataView(this.#buffer.buffer, buffer.byteOffset, buffer.byteLength);
    this.#startTime = startTime;
    this.#size = 0;
    return this;
  }

  append(
    time: ReferenceTime,
    source: Uint8Array,
    offset = 0,
    length = source.length - offset,
    channelGroup = 1,
  ): this {
    const start = this.#size;
    const total = recordLength(length);
    if (length < 1 || start + total > this.#buffer.length) {
      throw new RangeError(`A record of ${length} bytes does not fit at ${start} of ${this.#buffer.length}.`);
    }
    writeRecord(
      this.#view,
      this.#buffer,
      start,
      time - this.#startTime,
      source,
      offset,
      length,
      channelGroup,
    );
    this.#size = start + total;
    return this;
  }
}

/** One record with its padding at `start`, where there is room for it. */
function writeRecord(
  view: DataView,
  bytes: Uint8Array,
  start: number,
  time: number,
  source: Uint8Array,
  offset: number,
  length: number,
  channelGroup: number,
): void {
  const delta = Math.round(time);
  if (!Number.isSafeInteger(delta)) throw new RangeError(`${delta} x 100 ns is no time of an event.`);
  const high = Math.floor(delta / TWO_TO_32);
  view.setUint32(start, length, true);
  view.setUint32(start + 4, channelGroup, true);
  view.setUint32(start + 8, delta - high * TWO_TO_32, true);
  view.setInt32(start + 12, high, true);
  view.setUint32(start + 16, isCompleteMessage(source, offset, length) ? DMUS_EVENT_STRUCTURED : 0, true);
  const data = start + EVENT_HEADER_BYTES;
  for (let index = 0; index < length; index++) bytes[data + index] = source[offset + index]!;
  bytes.fill(0, data + length, start + recordLength(length));
}

/**
 * Walks over a buffer's records without allocating per record. No size in the buffer is trusted: a record that does
 * not fit throws `bad-input` with its byte offset.
 */
export class EventRecordReader implements RecordReader {
  readonly #records: Uint8Array;
  readonly #view: DataView;
  readonly #startTime: ReferenceTime;
  #next = 0;

  /** Presentation time of the present record. */
  time: ReferenceTime;
  channelGroup = 0;
  flags = 0;
  /** Where the event bytes of the present record are in the buffer, and how many. */
  dataOffset = 0;
  dataLength = 0;
  /** Where the present record starts. */
  recordOffset = 0;

  constructor(startTime: ReferenceTime, records: Uint8Array) {
    this.#records = records;
    this.#view = new DataView(records.buffer, records.byteOffset, records.byteLength);
    this.#startTime = startTime;
    this.time = startTime;
  }

  get isStructured(): boolean {
    return (this.flags & DMUS_EVENT_STRUCTURED) !== 0;
  }

  /** Goes to the next record; false at the end of the buffer. */
  next(): boolean {
    const start = this.#next;
    const remaining = this.#records.length - start;
    if (remaining === 0) return false;
    if (remaining < EVENT_HEADER_BYTES)
      throw malformed(start, `${remaining} bytes are left for a header of 20`);
    const view = this.#view;
    const length = view.getUint32(start, true);
    if (length === 0) throw malformed(start, 'its event is empty');
    // Compared before anything is rounded: a length near 2^32 must not wrap.
    if (length > remaining - EVENT_HEADER_BYTES || recordLength(length) > remaining) {
      throw malformed(start, `its event of ${length} bytes does not fit into the ${remaining} bytes left`);
    }
    const channelGroup = view.getUint32(start + 4, true);
    if (channelGroup > 0xffff) throw malformed(start, `channel group ${channelGroup} does not exist`);
    const delta = view.getInt32(start + 12, true) * TWO_TO_32 + view.getUint32(start + 8, true);
    const time = this.#startTime + delta;
    if (!Number.isSafeInteger(delta) || !Number.isFinite(time))
      throw malformed(start, 'its time is out of range');
    this.time = referenceTime(time);
    this.channelGroup = channelGroup;
    this.flags = view.getUint32(start + 16, true);
    this.dataOffset = start + EVENT_HEADER_BYTES;
    this.dataLength = length;
    this.recordOffset = start;
    this.#next = start + recordLength(length);
    return true;
  }

  /** The error for something wrong inside the present record. */
  error(why: string): PinwheelError {
    return malformed(this.recordOffset, why);
  }
}

function malformed(offset: number, why: string): PinwheelError {
  return new PinwheelError({
    code: 'bad-input',
    message: `The event record at byte ${offset} is malformed: ${why}.`,
    subject: 'DMUS_EVENTHEADER',
    offset,
    advice: 'Build the buffer with EventRecordWriter.',
    status: 'STATUS_INVALID_PARAMETER',
  });
}

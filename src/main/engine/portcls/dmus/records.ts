import type { PinwheelError } from '../../../../contract/errors.ts';
import type { ReferenceTime } from '../../../../contract/units.ts';

/** What the two record formats of MIDI stream pins have in common. Specification 4.2. */

/** MIDI: KSMUSICFORMAT on a legacy pin. DIRECTMUSIC: DMUS_EVENTHEADER. */
export type RecordFormat = 'MIDI' | 'DIRECTMUSIC';

/** Walks over the records of one buffer. */
export interface RecordReader {
  /** Presentation time of the present record. */
  readonly time: ReferenceTime;
  readonly channelGroup: number;
  /** The present record says it is exactly one complete message. */
  readonly isStructured: boolean;
  /** Where the MIDI bytes of the present record are in the buffer, and how many. */
  readonly dataOffset: number;
  readonly dataLength: number;
  /** Goes to the next record; false at the end of the buffer. @throws PinwheelError `bad-input` */
  next(): boolean;
  /** The error for something wrong inside the present record. */
  error(why: string): PinwheelError;
}

/** Fills a buffer that a client gave with records. */
export interface RecordWriter {
  readonly headerBytes: number;
  /** Bytes written since `begin`. */
  readonly size: number;
  /** Bytes a record of so many MIDI bytes takes. */
  recordLength(eventBytes: number): number;
  /** Starts to fill `buffer`, whose records are relative to `startTime`. */
  begin(startTime: ReferenceTime, buffer: Uint8Array): this;
  /** @throws RangeError when the record does not fit into the rest of the buffer */
  append(time: ReferenceTime, source: Uint8Array, offset: number, length: number, channelGroup: number): this;
}

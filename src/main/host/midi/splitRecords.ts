import { PinwheelError } from '../../../contract/errors.ts';
import { referenceTime } from '../../../contract/units.ts';
import { EVENT_HEADER_BYTES, EventRecordReader } from '../../engine/portcls/dmus/eventRecords.ts';

/** Records that the waiting thread takes in at a time: some 50 µs of work. */
const MOST_RECORDS = 64;

/**
 * A buffer of DMUS_EVENTHEADER records as several with the same start time, so that whoever takes them in is free in
 * between. A malformed buffer stays whole: nothing of it may be played.
 */
export function splitRecords(records: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let start = 0;
  let count = 0;
  try {
    const reader = new EventRecordReader(referenceTime(0), records);
    while (reader.next()) {
      if (++count <= MOST_RECORDS) continue;
      const end = reader.dataOffset - EVENT_HEADER_BYTES;
      parts.push(records.subarray(start, end));
      start = end;
      count = 1;
    }
  } catch (error) {
    if (!(error instanceof PinwheelError)) throw error;
    return [records];
  }
  parts.push(records.subarray(start));
  return parts;
}

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { referenceTime } from '../../../../src/contract/units.ts';
import {
  EventRecordReader,
  EventRecordWriter,
} from '../../../../src/main/engine/portcls/dmus/eventRecords.ts';
import { splitRecords } from '../../../../src/main/host/midi/splitRecords.ts';

function messages(records: Uint8Array): [number, ...number[]][] {
  const reader = new EventRecordReader(referenceTime(0), records);
  const found: [number, ...number[]][] = [];
  while (reader.next()) {
    found.push([reader.time, ...records.subarray(reader.dataOffset, reader.dataOffset + reader.dataLength)]);
  }
  return found;
}

it('parts have at most 64 records each, and together what the buffer has', () => {
  const event = fc.uint8Array({ minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 300 }), (events) => {
      const writer = new EventRecordWriter().begin(referenceTime(0));
      events.forEach((bytes, index) => writer.append(referenceTime(index), bytes));
      const records = writer.take();
      const parts = splitRecords(records).map(messages);
      expect(parts.flat()).toEqual(messages(records));
      for (const part of parts) expect(part.length).toBeLessThanOrEqual(64);
    }),
  );
});

it('a malformed buffer stays whole', () => {
  const writer = new EventRecordWriter().begin(referenceTime(0));
  for (let index = 0; index < 100; index++) writer.append(referenceTime(index), Uint8Array.of(0xf8));
  const records = writer.take().slice(0, -1);
  expect(splitRecords(records)).toEqual([records]);
});

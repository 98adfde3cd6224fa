import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PinwheelError } from '../../../../../src/contract/errors.ts';
import { referenceTime } from '../../../../../src/contract/units.ts';
import {
  DMUS_EVENT_STRUCTURED,
  EventRecordReader,
  EventRecordWriter,
  recordLength,
} from '../../../../../src/main/engine/portcls/dmus/eventRecords.ts';
import { fuzz } from '../../../../support/fuzzing.ts';
import { propertyRuns } from './support.ts';

function readAll(startTime: number, records: Uint8Array) {
  const reader = new EventRecordReader(referenceTime(startTime), records);
  const found: { time: number; bytes: number[]; flags: number; channelGroup: number }[] = [];
  while (reader.next()) {
    found.push({
      time: reader.time,
      bytes: [...records.subarray(reader.dataOffset, reader.dataOffset + reader.dataLength)],
      flags: reader.flags,
      channelGroup: reader.channelGroup,
    });
  }
  return found;
}

describe('DMUS_EVENTHEADER records', () => {
  it('lie in memory as the header file says', () => {
    const records = new EventRecordWriter()
      .begin(referenceTime(1000))
      .append(referenceTime(1000 + 0x1_2345_6789), Uint8Array.of(0x90, 60, 100), 0, 3, 2)
      .append(referenceTime(990), Uint8Array.of(0xf0, 1, 2, 3, 0xf7))
      .take();
    expect([...records]).toEqual([
      ...[3, 0, 0, 0, 2, 0, 0, 0, 0x89, 0x67, 0x45, 0x23, 1, 0, 0, 0, 1, 0, 0, 0, 0x90, 60, 100, 0],
      ...[5, 0, 0, 0, 1, 0, 0, 0, 0xf6, 255, 255, 255, 255, 255, 255, 255, 1, 0, 0, 0, 0xf0, 1, 2, 3, 0xf7],
      ...[0, 0, 0, 0, 0, 0, 0],
    ]);
  });

  it.each([
    [1, 24],
    [3, 24],
    [4, 24],
    [5, 32],
    [12, 32],
    [13, 40],
  ])('a record of %d event bytes takes %d bytes', (bytes, total) => {
    expect(recordLength(bytes)).toBe(total);
  });

  it.each([
    ['a note-on', [0x90, 60, 100], true],
    ['a program change', [0xc0, 5], true],
    ['a whole SysEx', [0xf0, 1, 0xf7], true],
    ['an open SysEx', [0xf0, 1, 2], false],
    ['a lone 0xF0', [0xf0], false],
    ['running status', [60, 100], false],
    ['two messages', [0x90, 60, 100, 0x80, 60, 0], false],
    ['a status inside SysEx', [0xf0, 0x90, 0xf7], false],
    ['a lone 0xF7', [0xf7], false],
    ['a clock', [0xf8], true],
  ])('%s is flagged as structured or not', (_what, bytes, structured) => {
    const records = new EventRecordWriter()
      .begin(referenceTime(0))
      .append(referenceTime(0), Uint8Array.from(bytes));
    expect(readAll(0, records.take())[0]!.flags).toBe(structured ? DMUS_EVENT_STRUCTURED : 0);
  });

  it('come back as they were written', { tags: 'fuzz' }, async () => {
    const record = fc.record({
      time: fc.integer({ min: -(2 ** 45), max: 2 ** 50 }),
      bytes: fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 40 }),
      channelGroup: fc.integer({ min: 0, max: 0xffff }),
    });
    const writer = new EventRecordWriter(0);
    await fuzz(
      'midi/event-records-written',
      fc.property(fc.integer({ min: -(2 ** 45), max: 2 ** 50 }), fc.array(record), (startTime, written) => {
        writer.begin(referenceTime(startTime));
        for (const { time, bytes, channelGroup } of written) {
          writer.append(referenceTime(time), Uint8Array.from(bytes), 0, bytes.length, channelGroup);
        }
        expect(writer.count).toBe(written.length);
        const records = writer.take();
        expect(records.length % 8).toBe(0);
        expect(records.buffer.byteLength).toBe(records.length);
        const found = readAll(startTime, records);
        expect(found.map(({ time, bytes, channelGroup }) => ({ time, bytes, channelGroup }))).toEqual(
          written,
        );
      }),
      propertyRuns,
    );
  });

  it('are refused with their offset when they do not fit', () => {
    const good = new EventRecordWriter()
      .begin(referenceTime(0))
      .append(referenceTime(0), Uint8Array.of(0x90, 60, 100))
      .append(referenceTime(0), Uint8Array.of(0x80, 60, 0))
      .take();
    const patched = (offset: number, ...bytes: number[]): Uint8Array => {
      const copy = good.slice();
      copy.set(bytes, offset);
      return copy;
    };
    const cases: [string, Uint8Array, number, RegExp][] = [
      ['cut header', good.subarray(0, 40), 24, /16 bytes are left for a header of 20/],
      ['cut event', good.subarray(0, 46), 24, /3 bytes does not fit into the 22 bytes left/],
      ['cut padding', good.subarray(0, 47), 24, /does not fit/],
      ['length near 2^32', patched(24, 0xfc, 0xff, 0xff, 0xff), 24, /4294967292 bytes does not fit/],
      ['length of 0', patched(0, 0), 0, /its event is empty/],
      ['channel group', patched(4, 0, 0, 1, 0), 0, /channel group 65536 does not exist/],
      ['time', patched(15, 0x7f), 0, /its time is out of range/],
    ];
    for (const [what, records, offset, message] of cases) {
      expect(() => readAll(0, records), what).toThrow(
        expect.objectContaining({ code: 'bad-input', offset, message: expect.stringMatching(message) }),
      );
    }
  });

  it('of random bytes are read or refused, never more', { tags: 'fuzz' }, async () => {
    await fuzz(
      'midi/event-records',
      fc.property(fc.uint8Array({ maxLength: 200 }), (records) => {
        try {
          const found = readAll(0, records);
          const total = found.reduce((sum, { bytes }) => sum + recordLength(bytes.length), 0);
          expect(total).toBe(records.length);
        } catch (error) {
          expect(error).toBeInstanceOf(PinwheelError);
        }
      }),
      propertyRuns,
    );
  });

  it('cannot be made of nothing', () => {
    const writer = new EventRecordWriter().begin(referenceTime(0));
    expect(() => writer.append(referenceTime(0), Uint8Array.of())).toThrow(RangeError);
    expect(() => writer.append(referenceTime(0), Uint8Array.of(1), 0, 2)).toThrow(RangeError);
    expect(() => writer.append(referenceTime(Infinity), Uint8Array.of(0xf8))).toThrow(RangeError);
  });
});

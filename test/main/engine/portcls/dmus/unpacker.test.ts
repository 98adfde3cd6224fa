import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PinwheelError } from '../../../../../src/contract/errors.ts';
import { referenceTime } from '../../../../../src/contract/units.ts';
import { EventAllocator } from '../../../../../src/main/engine/portcls/dmus/allocator.ts';
import { EventRecordWriter } from '../../../../../src/main/engine/portcls/dmus/eventRecords.ts';
import { Unpacker } from '../../../../../src/main/engine/portcls/dmus/unpacker.ts';
import { fuzz } from '../../../../support/fuzzing.ts';
import { CollectingSink, propertyRuns } from './support.ts';

function pipeline(bufferSize = 4096) {
  const allocator = new EventAllocator({ bufferSize });
  const unpacker = new Unpacker(allocator);
  const sink = new CollectingSink(allocator);
  unpacker.connectOutput(sink);
  return { allocator, unpacker, sink };
}

/** One buffer; each record is its bytes, 10 units apart from 100 on. */
function records(...events: number[][]): Uint8Array {
  const writer = new EventRecordWriter().begin(referenceTime(100));
  events.forEach((bytes, index) => writer.append(referenceTime(100 + 10 * index), Uint8Array.from(bytes)));
  return writer.take();
}

function unpack(...events: number[][]) {
  const { unpacker, sink, allocator } = pipeline();
  unpacker.unpack(referenceTime(100), records(...events));
  expect([allocator.eventsInUse, allocator.buffersInUse]).toEqual([0, 0]);
  return sink.delivered.map(({ time, bytes, flags }) => ({ time, bytes, ...(flags === 0 ? {} : { flags }) }));
}

describe('Unpacker', () => {
  it('stamps events with start time plus delta and keeps the channel group', () => {
    const { unpacker, sink } = pipeline();
    const buffer = new EventRecordWriter()
      .begin(referenceTime(0))
      .append(referenceTime(7), Uint8Array.of(0x90, 60, 1), 0, 3, 5)
      .take();
    expect(unpacker.unpack(referenceTime(1000), buffer)).toBe(1);
    expect(sink.delivered).toEqual([{ time: 1007, bytes: [0x90, 60, 1], flags: 0, channelGroup: 5 }]);
  });

  it('RULE-5: splits what a record holds by message, with running status, also across records', () => {
    expect(unpack([0x90, 60, 64, 62, 64], [64, 64])).toEqual([
      { time: 100, bytes: [0x90, 60, 64] },
      { time: 100, bytes: [0x90, 62, 64] },
      { time: 110, bytes: [0x90, 64, 64] },
    ]);
  });

  it('RULE-5: all message lengths', () => {
    const messages = [
      [0x80, 1, 2],
      [0xa0, 1, 2],
      [0xb0, 1, 2],
      [0xe0, 1, 2],
      [0xc0, 1],
      [0xd0, 1],
      [0xf1, 1],
      [0xf3, 1],
      [0xf2, 1, 2],
      [0xf6],
      [0xf8],
      [0xff],
    ];
    expect(unpack(messages.flat()).map(({ bytes }) => bytes)).toEqual(messages);
  });

  it('RULE-5: real-time bytes stand anywhere and leave running status alone', () => {
    expect(unpack([0x90, 60, 0xf8, 64, 62, 0xfe, 64]).map(({ bytes }) => bytes)).toEqual([
      [0xf8],
      [0x90, 60, 64],
      [0xfe],
      [0x90, 62, 64],
    ]);
  });

  it('RULE-5: system common cancels running status; bytes without a status are dropped', () => {
    expect(unpack([0x90, 60, 64, 0xf3, 1, 60, 64], [62, 64]).map(({ bytes }) => bytes)).toEqual([
      [0x90, 60, 64],
      [0xf3, 1],
    ]);
  });

  it('a message divided over two records is due with the second', () => {
    expect(unpack([0x90, 60], [64])).toEqual([{ time: 110, bytes: [0x90, 60, 64] }]);
  });

  it('a status byte in the middle of a message drops what came of it', () => {
    expect(unpack([0x90, 60, 0x80, 60, 0]).map(({ bytes }) => bytes)).toEqual([[0x80, 60, 0]]);
  });

  it('a SysEx of up to a buffer is one event, with real-time taken out', () => {
    expect(unpack([0xf0, 1, 2, 0xf8, 3, 4, 5, 6, 7, 8, 9, 0xf7])).toEqual([
      { time: 100, bytes: [0xf8] },
      { time: 100, bytes: [0xf0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xf7] },
    ]);
  });

  it('a SysEx longer than a buffer comes as INCOMPLETE pieces and a COMPLETE one', () => {
    const { unpacker, sink, allocator } = pipeline(16);
    const sysex = [0xf0, ...Array.from({ length: 40 }, (_, index) => index), 0xf7];
    unpacker.unpack(referenceTime(100), records(sysex));
    expect(sink.delivered.map(({ bytes, flags }) => [bytes.length, flags])).toEqual([
      [16, 1],
      [16, 1],
      [10, 0],
    ]);
    expect(sink.delivered.flatMap(({ bytes }) => bytes)).toEqual(sysex);
    expect([allocator.eventsInUse, allocator.buffersInUse]).toEqual([0, 0]);
  });

  it('a SysEx over several records does not wait for its end', () => {
    expect(unpack([0xf0, 1, 2], [3, 4], [0xf7])).toEqual([
      { time: 100, bytes: [0xf0, 1, 2], flags: 1 },
      { time: 110, bytes: [3, 4], flags: 1 },
      { time: 120, bytes: [0xf7] },
    ]);
  });

  it('RULE-5: a status byte other than real-time ends a SysEx', () => {
    expect(unpack([0xf0, 1, 2], [0x90, 60, 64])).toEqual([
      { time: 100, bytes: [0xf0, 1, 2], flags: 1 },
      { time: 110, bytes: [0xf7] },
      { time: 110, bytes: [0x90, 60, 64] },
    ]);
  });

  it('a whole real-time message may come in the middle of a SysEx or of a divided message', () => {
    expect(unpack([0xf0, 1], [0xf8], [2, 0xf7], [0x90, 60], [0xfa], [64]).map(({ bytes }) => bytes)).toEqual([
      [0xf0, 1],
      [0xf8],
      [2, 0xf7],
      [0xfa],
      [0x90, 60, 64],
    ]);
  });

  it('STOP forgets running status and an open SysEx', () => {
    const { unpacker, sink } = pipeline();
    unpacker.unpack(referenceTime(100), records([0x90, 60, 64], [0xf0, 1]));
    unpacker.setState('STOP');
    unpacker.unpack(referenceTime(100), records([60, 64]));
    expect(sink.delivered).toHaveLength(2);
  });

  it('plays nothing of a malformed buffer and goes on as before', () => {
    const { unpacker, sink, allocator } = pipeline();
    unpacker.unpack(referenceTime(100), records([0x90, 60, 64]));
    const bad = records([0x80, 60, 0], [0xf0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(() => unpacker.unpack(referenceTime(100), bad.subarray(0, bad.length - 8))).toThrow(PinwheelError);
    expect([sink.delivered.length, allocator.eventsInUse, allocator.buffersInUse]).toEqual([1, 0, 0]);
    unpacker.unpack(referenceTime(100), records([62, 64]));
    expect(sink.delivered.at(-1)!.bytes).toEqual([0x90, 62, 64]);
  });

  it('refuses a record flagged as structured that is not one whole message', () => {
    const { unpacker, sink, allocator } = pipeline();
    const buffer = records([0x90, 60], [0xf8]);
    buffer[16] = 1;
    expect(() => unpacker.unpack(referenceTime(0), buffer)).toThrow(
      expect.objectContaining({ code: 'bad-input', offset: 0 }),
    );
    expect([sink.delivered.length, allocator.eventsInUse]).toEqual([0, 0]);
  });

  it(
    'any bytes come out as whole messages, in order, and leave nothing behind',
    { tags: 'fuzz' },
    async () => {
      const bytes = fc.array(
        fc.array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0xf0, 0xf7, 0x90, 0xf8)), {
          minLength: 1,
          maxLength: 30,
        }),
        { maxLength: 12 },
      );
      await fuzz(
        'midi/unpacker-messages',
        fc.property(bytes, (events) => {
          const { unpacker, sink, allocator } = pipeline(12);
          unpacker.unpack(referenceTime(100), records(...events));
          let inSysex = false;
          for (const event of sink.delivered) {
            const status = event.bytes[0]!;
            if (status >= 0xf8) {
              expect(event.bytes).toHaveLength(1);
            } else if (inSysex || status === 0xf0) {
              expect(event.bytes.at(-1) === 0xf7).toBe(event.flags === 0);
              inSysex = event.flags === 1;
            } else {
              expect(event.flags).toBe(0);
              expect(status).toBeGreaterThanOrEqual(0x80);
              expect(event.bytes.slice(1).every((byte) => byte < 0x80)).toBe(true);
            }
          }
          expect(sink.times).toEqual([...sink.times].sort((a, b) => a - b));
          expect([allocator.eventsInUse, allocator.buffersInUse]).toEqual([0, 0]);
        }),
        propertyRuns,
      );
    },
  );

  it('random buffers never harm the stream', { tags: 'fuzz' }, async () => {
    const { unpacker, allocator } = pipeline();
    await fuzz(
      'midi/unpacker-buffers',
      fc.property(fc.uint8Array({ maxLength: 300 }), (buffer) => {
        try {
          unpacker.unpack(referenceTime(0), buffer);
        } catch (error) {
          expect(error).toBeInstanceOf(PinwheelError);
        }
        expect([allocator.eventsInUse, allocator.buffersInUse]).toEqual([0, 0]);
      }),
      propertyRuns,
    );
  });
});

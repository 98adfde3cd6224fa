import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PinwheelError } from '../../../../../src/contract/errors.ts';
import { millisecondsToReferenceTime, referenceTime } from '../../../../../src/contract/units.ts';
import { EventAllocator } from '../../../../../src/main/engine/portcls/dmus/allocator.ts';
import { LegacyRecords } from '../../../../../src/main/engine/portcls/dmus/legacyRecords.ts';
import {
  musicRecordLength,
  MusicFormatReader,
  MusicFormatWriter,
} from '../../../../../src/main/engine/portcls/dmus/musicFormat.ts';
import { Unpacker } from '../../../../../src/main/engine/portcls/dmus/unpacker.ts';
import { fuzz } from '../../../../support/fuzzing.ts';
import { CollectingSink, musicRecords, propertyRuns } from './support.ts';

const ms = millisecondsToReferenceTime;

function pipeline() {
  const allocator = new EventAllocator();
  const unpacker = new Unpacker(allocator, 'MIDI');
  const sink = new CollectingSink(allocator);
  unpacker.connectOutput(sink);
  return { allocator, unpacker, sink };
}

const FIRST = musicRecords([0, 0x90, 60, 1], [1, 0x90, 61, 1], [7, 0x90, 62, 1]);
const SECOND = musicRecords([5, 0x90, 63, 1], [15, 0x90, 64, 1]);

describe('KSMUSICFORMAT', () => {
  it('64: a later buffer with an earlier base time is delayed: 123, 124, 131, 131, 140', () => {
    const { unpacker, sink } = pipeline();
    unpacker.unpack(ms(123), FIRST);
    unpacker.unpack(ms(120), SECOND);
    expect(sink.times.map((time) => time / 10_000)).toEqual([123, 124, 131, 131, 140]);
  });

  it('64: the same for a stream whose unpacker is elsewhere', () => {
    const legacy = new LegacyRecords();
    const allocator = new EventAllocator();
    const unpacker = new Unpacker(allocator);
    const sink = new CollectingSink(allocator);
    unpacker.connectOutput(sink);
    for (const [base, records] of [
      [123, FIRST],
      [120, SECOND],
    ] as const) {
      unpacker.unpack(ms(base), legacy.rewrite(ms(base), records));
    }
    expect(sink.times.map((time) => time / 10_000)).toEqual([123, 124, 131, 131, 140]);
  });

  it('65: a record with ByteCount 3 takes 12 bytes', () => {
    expect([3, 4, 5].map(musicRecordLength)).toEqual([12, 12, 16]);
    const records = musicRecords([0, 0x90, 60, 1], [2, 0xf8]);
    expect(records).toHaveLength(24);
    const reader = new MusicFormatReader(referenceTime(0), records);
    reader.next();
    expect([reader.dataOffset, reader.dataLength]).toEqual([8, 3]);
    reader.next();
    expect([reader.dataOffset, reader.dataLength, reader.time]).toEqual([20, 1, ms(2)]);
    expect(reader.next()).toBe(false);
  });

  it('a record that does not fit is refused with its offset, and nothing of the buffer is played', () => {
    const { unpacker, sink, allocator } = pipeline();
    const records = FIRST.slice();
    new DataView(records.buffer).setUint32(12 + 4, 0xffff_fffd, true);
    expect(() => unpacker.unpack(ms(0), records)).toThrow(
      expect.objectContaining({ code: 'bad-input', offset: 12 }) as Error,
    );
    expect([sink.delivered.length, allocator.eventsInUse]).toEqual([0, 0]);
  });

  it('writes what it reads, without drift, and no time backwards', { tags: 'fuzz' }, async () => {
    const event = fc.record({
      time: fc.integer({ min: 0, max: 1_000_000_000 }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 20 }),
    });
    await fuzz(
      'midi/music-format-written',
      fc.property(fc.array(event, { minLength: 1, maxLength: 20 }), (events) => {
        const buffer = new Uint8Array(1024);
        const writer = new MusicFormatWriter().begin(referenceTime(0), buffer);
        for (const { time, bytes } of events) writer.append(referenceTime(time), bytes);
        const reader = new MusicFormatReader(referenceTime(0), buffer.subarray(0, writer.size));
        let latest = 0;
        for (const { time, bytes } of events) {
          expect(reader.next()).toBe(true);
          latest = Math.max(latest, Math.round(time / 10_000) * 10_000);
          expect(reader.time).toBe(latest);
          expect(buffer.slice(reader.dataOffset, reader.dataOffset + reader.dataLength)).toEqual(bytes);
        }
        expect(reader.next()).toBe(false);
      }),
      propertyRuns,
    );
  });

  it('random buffers never harm the stream', { tags: 'fuzz' }, async () => {
    const { unpacker, allocator } = pipeline();
    await fuzz(
      'midi/music-format',
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

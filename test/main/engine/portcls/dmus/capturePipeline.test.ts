import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { referenceTime } from '../../../../../src/contract/units.ts';
import { EventAllocator, giveBuffer } from '../../../../../src/main/engine/portcls/dmus/allocator.ts';
import { CapturePipeline } from '../../../../../src/main/engine/portcls/dmus/capturePipeline.ts';
import { EventRecordReader } from '../../../../../src/main/engine/portcls/dmus/eventRecords.ts';
import { KERNEL_EVENT_FLAGS } from '../../../../../src/main/engine/portcls/dmus/kernelEvent.ts';
import { MusicFormatReader } from '../../../../../src/main/engine/portcls/dmus/musicFormat.ts';
import type { RecordFormat } from '../../../../../src/main/engine/portcls/dmus/records.ts';
import { fuzz } from '../../../../support/fuzzing.ts';
import { propertyRuns } from './support.ts';

/** A running stream whose client reads with buffers of one size; raw bytes go in, messages come out. */
function stream(format: RecordFormat, bufferBytes: number) {
  const allocator = new EventAllocator({ bufferSize: 64 });
  const pipeline = new CapturePipeline({
    allocator,
    masterClock: { now: () => referenceTime(0) },
    format,
  });
  const records: number[][] = [];
  const read = (): void => {
    const buffer = new Uint8Array(bufferBytes);
    pipeline.read({
      buffer,
      completed({ status, startTime, length }) {
        if (status !== 'STATUS_SUCCESS') return;
        const data = buffer.subarray(0, length);
        const reader =
          format === 'MIDI' ? new MusicFormatReader(startTime, data) : new EventRecordReader(startTime, data);
        while (reader.next()) {
          records.push([...data.subarray(reader.dataOffset, reader.dataOffset + reader.dataLength)]);
        }
        read();
      },
    });
  };
  read();
  pipeline.setState('ACQUIRE');
  pipeline.setState('PAUSE');
  pipeline.setState('RUN');
  const put = (bytes: readonly number[]): void => {
    const event = allocator.getMessage();
    const buffer = allocator.getBuffer();
    buffer.set(bytes);
    giveBuffer(allocator, event, buffer, bytes.length);
    event.flags = KERNEL_EVENT_FLAGS.incomplete;
    event.channelGroup = 1;
    pipeline.sink.putMessage(event);
  };
  return { allocator, pipeline, records, put };
}

describe('CapturePipeline', () => {
  it.each(['MIDI', 'DIRECTMUSIC'] as const)(
    'any raw bytes reach a %s client as the same messages, however they are cut and read',
    { tags: 'fuzz' },
    async (format) => {
      const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x90, 0xf0, 0xf7, 0xf8));
      const chunks = fc.array(fc.array(byte, { minLength: 1, maxLength: 40 }), { maxLength: 10 });
      await fuzz(
        `midi/capture/${format}`,
        fc.property(chunks, fc.integer({ min: 24, max: 300 }), (cut, bufferBytes) => {
          const parts = stream(format, bufferBytes);
          for (const chunk of cut) parts.put(chunk);
          const whole = stream(format, 4096);
          for (const one of cut.flat()) whole.put([one]);
          expect(parts.records.flat()).toEqual(whole.records.flat());
          expect(parts.records.every((record) => record.length > 0)).toBe(true);
          for (const { pipeline, allocator } of [parts, whole]) {
            pipeline.setState('PAUSE');
            pipeline.setState('ACQUIRE');
            pipeline.setState('STOP');
            expect([allocator.eventsInUse, allocator.buffersInUse]).toEqual([0, 0]);
          }
        }),
        propertyRuns,
      );
    },
  );
});

import type { StreamState } from '../../../../contract/hardware.ts';
import { referenceTime, type ReferenceTime } from '../../../../contract/units.ts';
import type { AllocatorMxf } from './allocator.ts';
import { EventRecordReader } from './eventRecords.ts';
import type { KernelEvent } from './kernelEvent.ts';
import { isCompleteMessage } from './midiMessage.ts';
import { MidiParser } from './midiParser.ts';
import { MusicFormatReader } from './musicFormat.ts';
import { MxfOutput, type Mxf } from './mxf.ts';
import type { RecordFormat, RecordReader } from './records.ts';

/**
 * The unpacker of a render stream: records become kernel events with absolute stamps, one per MIDI message.
 * Specification 4.2, 4.5, RULE-5.
 *
 * A message that a record leaves unfinished is finished by the next one; one flagged as structured must be whole.
 * What a record brings of a SysEx does not wait for the record with the rest.
 *
 * A buffer goes on as one chain, or not at all: when it is malformed nothing of it is played and the parser is as it
 * was before.
 */
export class Unpacker {
  readonly #allocator: AllocatorMxf;
  readonly #output: MxfOutput;
  readonly #format: RecordFormat;
  readonly #parser: MidiParser;
  /** Last stamp of the buffers before: those of a legacy pin are serviced strictly in sequence. */
  #lastTime = -Infinity;

  #head: KernelEvent | null = null;
  #tail: KernelEvent | null = null;
  #count = 0;

  constructor(allocator: AllocatorMxf, format: RecordFormat = 'DIRECTMUSIC') {
    this.#allocator = allocator;
    this.#output = new MxfOutput(allocator);
    this.#format = format;
    this.#parser = new MidiParser(allocator, (event) => this.#append(event), { stamp: 'lastByte' });
  }

  connectOutput(sink: Mxf): void {
    this.#output.connect(sink);
  }

  disconnectOutput(sink: Mxf): void {
    this.#output.disconnect(sink);
  }

  /** STOP forgets running status, what is half received, and the buffers before. */
  setState(state: StreamState): void {
    if (state !== 'STOP') return;
    this.#parser.reset();
    this.#lastTime = -Infinity;
  }

  /**
   * Hands on the events of one buffer. `startTime` is the presentation time that its records are relative to.
   * Throws `bad-input` with the record's byte offset, or `bad-state` when the stream holds too many events.
   * Returns the number of events.
   */
  unpack(startTime: ReferenceTime, records: Uint8Array): number {
    const isLegacy = this.#format === 'MIDI';
    const reader = isLegacy
      ? new MusicFormatReader(startTime, records)
      : new EventRecordReader(startTime, records);
    let lastTime = this.#lastTime;
    this.#parser.checkpoint();
    try {
      while (reader.next()) {
        if (isLegacy) lastTime = Math.max(lastTime, reader.time);
        this.#unpackRecord(reader, records, isLegacy ? referenceTime(lastTime) : reader.time);
      }
    } catch (error) {
      this.#parser.rollback();
      if (this.#head !== null) this.#allocator.putMessage(this.#head);
      this.#head = this.#tail = null;
      this.#count = 0;
      throw error;
    }
    this.#lastTime = lastTime;
    const chain = this.#head;
    const count = this.#count;
    this.#head = this.#tail = null;
    this.#count = 0;
    if (chain !== null) this.#output.put(chain);
    return count;
  }

  #unpackRecord(reader: RecordReader, records: Uint8Array, time: ReferenceTime): void {
    if (reader.isStructured && !isCompleteMessage(records, reader.dataOffset, reader.dataLength)) {
      throw reader.error('it is flagged as structured but is not exactly one message');
    }
    this.#parser.begin(time, reader.channelGroup);
    const end = reader.dataOffset + reader.dataLength;
    for (let index = reader.dataOffset; index < end; index++) this.#parser.byte(records[index]!);
    this.#parser.flushPiece();
  }

  #append(event: KernelEvent): void {
    if (this.#tail === null) this.#head = event;
    else this.#tail.next = event;
    this.#tail = event;
    this.#count++;
  }
}

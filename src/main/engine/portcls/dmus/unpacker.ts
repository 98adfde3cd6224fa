import type { StreamState } from '../../../../contract/hardware.ts';
import type { ReferenceTime } from '../../../../contract/units.ts';
import type { AllocatorMxf } from './allocator.ts';
import { EventRecordReader } from './eventRecords.ts';
import { INLINE_BYTES, KERNEL_EVENT_FLAGS, type KernelEvent } from './kernelEvent.ts';
import { isCompleteMessage, messageLength, SYSEX_END, SYSEX_START } from './midiMessage.ts';
import { MxfOutput, type Mxf } from './mxf.ts';

/**
 * The unpacker of a render stream: records of a DirectMusic pin become kernel events with absolute stamps, one per
 * MIDI message. Specification 4.5, RULE-5.
 *
 * - Data bytes without a status use the stream's running status, also across records; without one they are dropped.
 * - A message that a record leaves unfinished is finished by the next one; one flagged as structured must be whole.
 * - SysEx longer than a data buffer, or spread over records, becomes INCOMPLETE pieces and a last COMPLETE one.
 * - A status byte that is not real-time ends a SysEx: an end byte is put in its place, so that what goes out is whole.
 *
 * A buffer goes on as one chain, or not at all: when it is malformed nothing of it is played and the parser is as it
 * was before.
 */
export class Unpacker {
  readonly #allocator: AllocatorMxf;
  readonly #output: MxfOutput;
  readonly #bufferSize: number;

  /** Status byte that data bytes belong to; 0 for none. */
  #runningStatus = 0;
  /** Status of the message under construction; 0 for none. */
  #pendingStatus = 0;
  #pendingData = 0;
  #pendingCount = 0;
  #inSysex = false;
  #piece: KernelEvent | null = null;

  #head: KernelEvent | null = null;
  #tail: KernelEvent | null = null;
  #count = 0;

  constructor(allocator: AllocatorMxf) {
    this.#allocator = allocator;
    this.#output = new MxfOutput(allocator);
    this.#bufferSize = allocator.getBufferSize();
  }

  connectOutput(sink: Mxf): void {
    this.#output.connect(sink);
  }

  disconnectOutput(sink: Mxf): void {
    this.#output.disconnect(sink);
  }

  /** STOP forgets running status and what is half received. */
  setState(state: StreamState): void {
    if (state === 'STOP') this.#reset();
  }

  /**
   * Hands on the events of one buffer. `startTime` is the presentation time that `rtDelta` is relative to.
   * Throws `bad-input` with the record's byte offset, or `bad-state` when the stream holds too many events.
   * Returns the number of events.
   */
  unpack(startTime: ReferenceTime, records: Uint8Array): number {
    const reader = new EventRecordReader(startTime, records);
    const runningStatus = this.#runningStatus;
    const pendingStatus = this.#pendingStatus;
    const pendingData = this.#pendingData;
    const pendingCount = this.#pendingCount;
    const inSysex = this.#inSysex;
    try {
      while (reader.next()) this.#unpackRecord(reader, records);
    } catch (error) {
      if (this.#piece !== null) this.#allocator.putMessage(this.#piece);
      this.#piece = null;
      if (this.#head !== null) this.#allocator.putMessage(this.#head);
      this.#head = this.#tail = null;
      this.#count = 0;
      this.#runningStatus = runningStatus;
      this.#pendingStatus = pendingStatus;
      this.#pendingData = pendingData;
      this.#pendingCount = pendingCount;
      this.#inSysex = inSysex;
      throw error;
    }
    const chain = this.#head;
    const count = this.#count;
    this.#head = this.#tail = null;
    this.#count = 0;
    if (chain !== null) this.#output.put(chain);
    return count;
  }

  #reset(): void {
    this.#runningStatus = 0;
    this.#pendingStatus = 0;
    this.#pendingCount = 0;
    this.#inSysex = false;
  }

  #unpackRecord(reader: EventRecordReader, records: Uint8Array): void {
    if (reader.isStructured && !isCompleteMessage(records, reader.dataOffset, reader.dataLength)) {
      throw reader.error('it is flagged as structured but is not exactly one message');
    }
    const end = reader.dataOffset + reader.dataLength;
    for (let index = reader.dataOffset; index < end; index++) this.#byte(records[index]!, reader);
    // Bytes of a SysEx do not wait for the record that brings the rest.
    if (this.#piece !== null) this.#endPiece(KERNEL_EVENT_FLAGS.incomplete);
  }

  #byte(byte: number, reader: EventRecordReader): void {
    if (byte >= 0xf8) {
      this.#emitShort(byte, 0, 0, 1, reader);
      return;
    }
    if (byte < 0x80) {
      if (this.#inSysex) this.#addToPiece(byte, reader);
      else this.#dataByte(byte, reader);
      return;
    }
    if (this.#inSysex) {
      this.#addToPiece(SYSEX_END, reader);
      this.#endPiece(KERNEL_EVENT_FLAGS.complete);
      this.#inSysex = false;
      if (byte === SYSEX_END) return;
    }
    this.#pendingStatus = 0;
    this.#pendingCount = 0;
    this.#runningStatus = byte < 0xf0 ? byte : 0;
    if (byte === SYSEX_START) {
      this.#inSysex = true;
      this.#addToPiece(byte, reader);
    } else {
      const length = messageLength(byte);
      if (length === 1) this.#emitShort(byte, 0, 0, 1, reader);
      else if (length > 1) this.#pendingStatus = byte;
    }
  }

  #dataByte(byte: number, reader: EventRecordReader): void {
    if (this.#pendingStatus === 0) {
      if (this.#runningStatus === 0) return;
      this.#pendingStatus = this.#runningStatus;
      this.#pendingCount = 0;
    }
    const length = messageLength(this.#pendingStatus);
    this.#pendingCount++;
    if (this.#pendingCount + 1 < length) {
      this.#pendingData = byte;
      return;
    }
    const first = length === 3 ? this.#pendingData : byte;
    this.#emitShort(this.#pendingStatus, first, byte, length, reader);
    this.#pendingStatus = 0;
    this.#pendingCount = 0;
  }

  #emitShort(status: number, first: number, second: number, length: number, reader: EventRecordReader): void {
    const event = this.#newEvent(reader);
    const at = event.slabOffset;
    event.slab[at] = status;
    if (length > 1) event.slab[at + 1] = first;
    if (length > 2) event.slab[at + 2] = second;
    event.length = length;
    this.#append(event);
  }

  #addToPiece(byte: number, reader: EventRecordReader): void {
    let piece = this.#piece;
    if (piece !== null && piece.length === this.#bufferSize) {
      this.#endPiece(KERNEL_EVENT_FLAGS.incomplete);
      piece = null;
    }
    if (piece === null) {
      piece = this.#newEvent(reader);
      this.#piece = piece;
    }
    if (piece.length === INLINE_BYTES && piece.buffer === null) {
      const buffer = this.#allocator.getBuffer();
      for (let index = 0; index < INLINE_BYTES; index++)
        buffer[index] = piece.slab[piece.slabOffset + index]!;
      piece.buffer = buffer;
    }
    if (piece.buffer !== null) piece.buffer[piece.length] = byte;
    else piece.slab[piece.slabOffset + piece.length] = byte;
    piece.length++;
  }

  #endPiece(flags: number): void {
    const piece = this.#piece!;
    this.#piece = null;
    piece.flags = flags;
    this.#append(piece);
  }

  #newEvent(reader: EventRecordReader): KernelEvent {
    const event = this.#allocator.getMessage();
    event.presentationTime = reader.time;
    event.channelGroup = reader.channelGroup;
    return event;
  }

  #append(event: KernelEvent): void {
    if (this.#tail === null) this.#head = event;
    else this.#tail.next = event;
    this.#tail = event;
    this.#count++;
  }
}

import { referenceTime, type ReferenceTime } from '../../../../contract/units.ts';
import type { AllocatorMxf } from './allocator.ts';
import { INLINE_BYTES, KERNEL_EVENT_FLAGS, type KernelEvent } from './kernelEvent.ts';
import { messageLength, SYSEX_END, SYSEX_START } from './midiMessage.ts';

/**
 * Cuts a stream of MIDI bytes into kernel events, one per message. RULE-5, specification 4.5.
 *
 * - Data bytes without a status use the running status; without one they are dropped.
 * - Real-time bytes are events of their own wherever they stand, and change nothing.
 * - SysEx that is longer than a data buffer becomes INCOMPLETE pieces and a last COMPLETE one.
 * - Another status byte ends a SysEx: an end byte is put in its place, so that what goes on is whole.
 */
export class MidiParser {
  readonly #allocator: AllocatorMxf;
  readonly #emit: (event: KernelEvent) => void;
  readonly #stampFirstByte: boolean;
  readonly #bufferSize: number;
  #time: ReferenceTime = referenceTime(0);
  #channelGroup = 1;

  /** Status byte that data bytes belong to; 0 for none. */
  #runningStatus = 0;
  /** Status of the message under construction; 0 for none. */
  #pendingStatus = 0;
  #pendingData = 0;
  #pendingCount = 0;
  /** Stamp of the first byte of the message under construction. */
  #pendingTime: ReferenceTime = referenceTime(0);
  #inSysex = false;
  #piece: KernelEvent | null = null;
  #kept: Kept = { runningStatus: 0, pendingStatus: 0, pendingData: 0, pendingCount: 0, inSysex: false };

  /**
   * `stamp`: whose stamp a message gets that came in parts. What is played cannot sound before its last byte is
   * there; what is captured happened when its first byte came.
   */
  constructor(
    allocator: AllocatorMxf,
    emit: (event: KernelEvent) => void,
    { stamp }: { stamp: 'firstByte' | 'lastByte' },
  ) {
    this.#allocator = allocator;
    this.#emit = emit;
    this.#stampFirstByte = stamp === 'firstByte';
    this.#bufferSize = allocator.getBufferSize();
  }

  /** Stamp and channel group of the bytes that follow. */
  begin(time: ReferenceTime, channelGroup: number): void {
    this.#time = time;
    this.#channelGroup = channelGroup;
  }

  byte(byte: number): void {
    if (byte >= 0xf8) {
      this.#emitShort(byte, 0, 0, 1, this.#time);
      return;
    }
    if (byte < 0x80) {
      if (this.#inSysex) this.#addToPiece(byte);
      else this.#dataByte(byte);
      return;
    }
    if (this.#inSysex) {
      this.#addToPiece(SYSEX_END);
      this.#endPiece(KERNEL_EVENT_FLAGS.complete);
      this.#inSysex = false;
      if (byte === SYSEX_END) return;
    }
    this.#pendingStatus = 0;
    this.#pendingCount = 0;
    this.#runningStatus = byte < 0xf0 ? byte : 0;
    if (byte === SYSEX_START) {
      this.#inSysex = true;
      this.#addToPiece(byte);
    } else {
      const length = messageLength(byte);
      if (length === 1) this.#emitShort(byte, 0, 0, 1, this.#time);
      else if (length > 1) {
        this.#pendingStatus = byte;
        this.#pendingTime = this.#time;
      }
    }
  }

  /** Hands on what is there of an unfinished SysEx, as a piece. */
  flushPiece(): void {
    if (this.#piece !== null) this.#endPiece(KERNEL_EVENT_FLAGS.incomplete);
  }

  /** Forgets running status and what is half received. */
  reset(): void {
    this.#dropPiece();
    this.#runningStatus = 0;
    this.#pendingStatus = 0;
    this.#pendingCount = 0;
    this.#inSysex = false;
  }

  /** Remembers the state for `rollback`. Only between messages or after `flushPiece`: pieces are not kept. */
  checkpoint(): void {
    const kept = this.#kept;
    kept.runningStatus = this.#runningStatus;
    kept.pendingStatus = this.#pendingStatus;
    kept.pendingData = this.#pendingData;
    kept.pendingCount = this.#pendingCount;
    kept.inSysex = this.#inSysex;
  }

  /** Goes back to the state of the last `checkpoint`; a piece begun since goes to the allocator. */
  rollback(): void {
    const kept = this.#kept;
    this.#dropPiece();
    this.#runningStatus = kept.runningStatus;
    this.#pendingStatus = kept.pendingStatus;
    this.#pendingData = kept.pendingData;
    this.#pendingCount = kept.pendingCount;
    this.#inSysex = kept.inSysex;
  }

  #dropPiece(): void {
    if (this.#piece !== null) this.#allocator.putMessage(this.#piece);
    this.#piece = null;
  }

  #dataByte(byte: number): void {
    if (this.#pendingStatus === 0) {
      if (this.#runningStatus === 0) return;
      this.#pendingStatus = this.#runningStatus;
      this.#pendingTime = this.#time;
      this.#pendingCount = 0;
    }
    const length = messageLength(this.#pendingStatus);
    this.#pendingCount++;
    if (this.#pendingCount + 1 < length) {
      this.#pendingData = byte;
      return;
    }
    const first = length === 3 ? this.#pendingData : byte;
    const time = this.#stampFirstByte ? this.#pendingTime : this.#time;
    this.#emitShort(this.#pendingStatus, first, byte, length, time);
    this.#pendingStatus = 0;
    this.#pendingCount = 0;
  }

  #emitShort(status: number, first: number, second: number, length: number, time: ReferenceTime): void {
    const event = this.#newEvent(time);
    const at = event.slabOffset;
    event.slab[at] = status;
    if (length > 1) event.slab[at + 1] = first;
    if (length > 2) event.slab[at + 2] = second;
    event.length = length;
    this.#emit(event);
  }

  #addToPiece(byte: number): void {
    let piece = this.#piece;
    if (piece !== null && piece.length === this.#bufferSize) {
      this.#endPiece(KERNEL_EVENT_FLAGS.incomplete);
      piece = null;
    }
    if (piece === null) {
      piece = this.#newEvent(this.#time);
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
    this.#emit(piece);
  }

  #newEvent(time: ReferenceTime): KernelEvent {
    const event = this.#allocator.getMessage();
    event.presentationTime = time;
    event.channelGroup = this.#channelGroup;
    return event;
  }
}

interface Kept {
  runningStatus: number;
  pendingStatus: number;
  pendingData: number;
  pendingCount: number;
  inSysex: boolean;
}

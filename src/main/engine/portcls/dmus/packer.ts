import type { StreamState } from '../../../../contract/hardware.ts';
import { referenceTime, type ReferenceTime } from '../../../../contract/units.ts';
import type { StreamRead } from '../../ks/pin.ts';
import { KsError } from '../../ks/status.ts';
import type { AllocatorMxf } from './allocator.ts';
import { EventRecordFiller } from './eventRecords.ts';
import type { KernelEvent } from './kernelEvent.ts';
import { MusicFormatWriter } from './musicFormat.ts';
import type { Mxf } from './mxf.ts';
import type { RecordFormat, RecordWriter } from './records.ts';

/** The longest message that is never divided between two buffers. */
const WHOLE_BYTES = 3;
/** Events that wait for a client that does not read; newer ones are dropped. */
const MOST_WAITING = 4096;

/**
 * The packer of a capture stream: events become records in the buffers that the client asks to have filled, in the
 * order in which it gave them. Specification 4.5.
 *
 * A buffer is completed when the next event does not fit, and also when no event waits any more: a client would
 * otherwise not hear of a key before somebody presses enough others. An event that no empty buffer can hold is divided
 * over several.
 */
export class Packer implements Mxf {
  readonly #allocator: AllocatorMxf;
  readonly #writer: RecordWriter;
  readonly #reads: StreamRead[] = [];
  #head: KernelEvent | null = null;
  #tail: KernelEvent | null = null;
  #waiting = 0;
  /** Bytes of the first waiting event that are in completed buffers already. */
  #done = 0;
  #dropped = 0;
  #isServing = false;

  constructor(allocator: AllocatorMxf, format: RecordFormat) {
    this.#allocator = allocator;
    this.#writer = format === 'MIDI' ? new MusicFormatWriter() : new EventRecordFiller();
  }

  /** Events that wait for a buffer. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Events that found neither a buffer nor room to wait, since the stream was opened. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Records are the end of the line: nothing comes out as an event. */
  connectOutput(_sink: Mxf): void {}
  disconnectOutput(_sink: Mxf): void {}

  /**
   * One buffer to fill; it belongs to the packer until it is completed.
   * @throws KsError STATUS_BUFFER_TOO_SMALL when a short message with its header does not fit
   */
  read(read: StreamRead): void {
    const least = this.#writer.recordLength(WHOLE_BYTES);
    if (read.buffer.length < least) {
      throw new KsError(
        'STATUS_BUFFER_TOO_SMALL',
        `A buffer of ${read.buffer.length} bytes cannot hold a MIDI message; ${least} are needed.`,
      );
    }
    this.#reads.push(read);
    this.#serve();
  }

  putMessage(event: KernelEvent | null): void {
    let current = event;
    while (current !== null) {
      const next: KernelEvent | null = current.next;
      current.next = null;
      this.#keep(current);
      current = next;
    }
    this.#serve();
  }

  /** STOP discards what waits and gives every buffer back empty, as cancelled. */
  setState(state: StreamState): void {
    if (state !== 'STOP') return;
    const chain = this.#head;
    this.#head = this.#tail = null;
    this.#waiting = this.#done = 0;
    this.#allocator.putMessage(chain);
    for (const read of this.#reads.splice(0)) {
      read.completed({ status: 'STATUS_CANCELLED', startTime: referenceTime(0), length: 0 });
    }
  }

  #keep(event: KernelEvent): void {
    const inner = event.packageEvent;
    if (inner !== null) {
      event.packageEvent = null;
      this.#allocator.putMessage(event);
      for (let piece: KernelEvent | null = inner; piece !== null;) {
        const next: KernelEvent | null = piece.next;
        piece.next = null;
        this.#keep(piece);
        piece = next;
      }
    } else if (event.length === 0 || this.#waiting >= MOST_WAITING) {
      if (event.length > 0) this.#dropped++;
      this.#allocator.putMessage(event);
    } else {
      if (this.#tail === null) this.#head = event;
      else this.#tail.next = event;
      this.#tail = event;
      this.#waiting++;
    }
  }

  /** A client that reads again from within `completed` is served by the loop that is running. */
  #serve(): void {
    if (this.#isServing) return;
    this.#isServing = true;
    try {
      while (this.#head !== null && this.#reads.length > 0) this.#fill(this.#reads.shift()!);
    } finally {
      this.#isServing = false;
    }
  }

  #fill(read: StreamRead): void {
    const startTime: ReferenceTime = this.#head!.presentationTime;
    const writer = this.#writer.begin(startTime, read.buffer);
    for (let event = this.#head; event !== null; event = this.#head) {
      const left = event.length - this.#done;
      const room = read.buffer.length - writer.size;
      const fits = writer.recordLength(left) <= room;
      if (!fits && writer.size > 0) break;
      let length = fits ? left : room - writer.headerBytes;
      // Less by what padding would take.
      while (writer.recordLength(length) > room) length--;
      const { data, dataOffset, presentationTime, channelGroup } = event;
      writer.append(presentationTime, data, dataOffset + this.#done, length, channelGroup);
      if (!fits) {
        this.#done += length;
        break;
      }
      this.#removeFirst(event);
    }
    read.completed({ status: 'STATUS_SUCCESS', startTime, length: writer.size });
  }

  #removeFirst(event: KernelEvent): void {
    this.#head = event.next;
    if (this.#head === null) this.#tail = null;
    event.next = null;
    this.#waiting--;
    this.#done = 0;
    this.#allocator.putMessage(event);
  }
}

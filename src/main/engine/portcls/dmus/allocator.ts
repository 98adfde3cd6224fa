import { PinwheelError } from '../../../../contract/errors.ts';
import type { StreamState } from '../../../../contract/hardware.ts';
import { INLINE_BYTES, KernelEvent } from './kernelEvent.ts';
import type { Mxf } from './mxf.ts';

/** IAllocatorMXF: where events come from and where every chain ends. Specification 4.4. */
export interface AllocatorMxf extends Mxf {
  /** IAllocatorMXF::GetMessage: an event with all fields zero. Throws `bad-state` when the limit is reached. */
  getMessage(): KernelEvent;
  /** IAllocatorMXF::GetBufferSize: constant size of data buffers in bytes. */
  getBufferSize(): number;
  /** IAllocatorMXF::GetBuffer: a data buffer for an event longer than `INLINE_BYTES`. */
  getBuffer(): Uint8Array;
  /** IAllocatorMXF::PutBuffer: returns a bare buffer; returning the event that carries it does the same. */
  putBuffer(buffer: Uint8Array): void;
}

export interface EventAllocatorOptions {
  /** Events in the pool at the start. */
  events?: number;
  /** Data buffers in the pool at the start. */
  buffers?: number;
  /** Bytes of a data buffer: a page. */
  bufferSize?: number;
  /** Beyond this many events or buffers in use the client is told to wait. */
  maximumEvents?: number;
  maximumBuffers?: number;
}

const LARGEST_SLAB_EVENTS = 16_384;

/**
 * The pool of one stream. It starts filled and grows in slabs when a client queues more, which happens while records
 * are unpacked; taking and returning allocate nothing otherwise.
 */
export class EventAllocator implements AllocatorMxf {
  readonly #bufferSize: number;
  readonly #maximumEvents: number;
  readonly #maximumBuffers: number;
  /** Free events, linked through `next`. */
  #freeEvents: KernelEvent | null = null;
  #totalEvents = 0;
  #freeEventCount = 0;
  #freeBuffers: Uint8Array[] = [];
  #totalBuffers = 0;

  constructor(options: EventAllocatorOptions = {}) {
    this.#bufferSize = options.bufferSize ?? 4096;
    this.#maximumEvents = options.maximumEvents ?? 1 << 20;
    this.#maximumBuffers = options.maximumBuffers ?? 4096;
    this.#growEvents(Math.min(options.events ?? 512, this.#maximumEvents));
    for (let count = Math.min(options.buffers ?? 4, this.#maximumBuffers); count > 0; count--)
      this.#addBuffer();
  }

  get eventsInUse(): number {
    return this.#totalEvents - this.#freeEventCount;
  }

  get buffersInUse(): number {
    return this.#totalBuffers - this.#freeBuffers.length;
  }

  getMessage(): KernelEvent {
    if (this.#freeEvents === null) {
      const room = this.#maximumEvents - this.#totalEvents;
      if (room <= 0) throw exhausted('events', this.#maximumEvents);
      this.#growEvents(Math.min(room, LARGEST_SLAB_EVENTS, Math.max(64, this.#totalEvents)));
    }
    const event = this.#freeEvents!;
    this.#freeEvents = event.next;
    this.#freeEventCount--;
    event.clear();
    event.isPooled = false;
    return event;
  }

  getBufferSize(): number {
    return this.#bufferSize;
  }

  getBuffer(): Uint8Array {
    if (this.#freeBuffers.length === 0) {
      if (this.#totalBuffers >= this.#maximumBuffers) throw exhausted('data buffers', this.#maximumBuffers);
      this.#addBuffer();
    }
    return this.#freeBuffers.pop()!;
  }

  putBuffer(buffer: Uint8Array): void {
    this.#freeBuffers.push(buffer);
  }

  /** Takes back the event, its long buffer, its package chain and its `next` chain. `null` has nothing to give. */
  putMessage(event: KernelEvent | null): void {
    let current = event;
    while (current !== null) {
      if (current.isPooled) {
        throw new PinwheelError({
          code: 'internal',
          message: 'A MIDI event was returned to its allocator twice.',
          subject: 'IAllocatorMXF::PutMessage',
        });
      }
      let next = current.next;
      if (current.packageEvent !== null) {
        // The package goes in front of the rest, so that nesting needs no stack.
        let tail = current.packageEvent;
        while (tail.next !== null) tail = tail.next;
        tail.next = next;
        next = current.packageEvent;
        current.packageEvent = null;
      }
      if (current.length > INLINE_BYTES && current.buffer !== null) this.putBuffer(current.buffer);
      current.buffer = null;
      current.isPooled = true;
      current.next = this.#freeEvents;
      this.#freeEvents = current;
      this.#freeEventCount++;
      current = next;
    }
  }

  /** The allocator is the end of the line: it has no output and no state. */
  connectOutput(_sink: Mxf): void {}
  disconnectOutput(_sink: Mxf): void {}
  setState(_state: StreamState): void {}

  #growEvents(count: number): void {
    const slab = new Uint8Array(count * INLINE_BYTES);
    for (let index = count - 1; index >= 0; index--) {
      const event = new KernelEvent(slab, index * INLINE_BYTES);
      event.next = this.#freeEvents;
      this.#freeEvents = event;
    }
    this.#totalEvents += count;
    this.#freeEventCount += count;
  }

  #addBuffer(): void {
    this.#freeBuffers.push(new Uint8Array(this.#bufferSize));
    this.#totalBuffers++;
  }
}

/** Puts the first `length` bytes of a data buffer into an event: few inline, and the buffer goes back; else as `pbData`. */
export function giveBuffer(
  allocator: AllocatorMxf,
  event: KernelEvent,
  buffer: Uint8Array,
  length: number,
): void {
  event.length = length;
  if (length > INLINE_BYTES) {
    event.buffer = buffer;
    return;
  }
  for (let index = 0; index < length; index++) event.slab[event.slabOffset + index] = buffer[index]!;
  allocator.putBuffer(buffer);
}

function exhausted(what: string, limit: number): PinwheelError {
  return new PinwheelError({
    code: 'bad-state',
    message: `The stream holds its limit of ${limit} MIDI ${what}.`,
    subject: 'IAllocatorMXF',
    advice: 'Wait until some of them have been played, or stop the stream.',
    status: 'STATUS_INSUFFICIENT_RESOURCES',
  });
}

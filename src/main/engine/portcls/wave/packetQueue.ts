import type { KsStatus } from '../../ks/status.ts';
import { KsError } from '../../ks/status.ts';

/** A client's buffer at a wave pin: an IRP with data to play or with room to record into. */
export interface ClientBuffer {
  readonly bytes: Uint8Array;
  /** Played over and over until the queue is cancelled. */
  readonly looped?: boolean;
  readonly endOfStream?: boolean;
  /** Called once: `length` bytes were used, the first of them at `start`, bytes since the stream's start. */
  completed(status: KsStatus, length: number, start: number): void;
}

/** A buffer in the queue, and how much of it went through. */
export class Packet {
  readonly buffer: ClientBuffer;
  /** Bytes since the stream's start at which the packet begins. */
  readonly start: number;
  /** Bytes the device is done with. */
  used = 0;

  constructor(buffer: ClientBuffer, start: number) {
    this.buffer = buffer;
    this.start = start;
  }

  complete(status: KsStatus): void {
    this.buffer.completed(status, this.used, this.start);
  }
}

/** A contiguous part of a packet. */
export interface Piece {
  readonly packet: Packet;
  readonly bytes: Uint8Array;
  /** The packet ends with it. */
  readonly last: boolean;
}

/**
 * The client's buffers at a WaveCyclic or WavePci pin, in order of arrival, and the cursor up to which their bytes were
 * handed on. The taker of the pieces completes the packets. Specification 3.3, 3.4.
 */
export class PacketQueue {
  readonly #waiting: ClientBuffer[] = [];
  #present: Packet | undefined;
  /** Within the present packet. */
  #offset = 0;
  /** Bytes handed on since the start. */
  #taken = 0;

  /** @throws KsError STATUS_INVALID_DEVICE_REQUEST for a looped buffer that is not alone */
  add(buffer: ClientBuffer): void {
    if (this.loopLength > 0 || (buffer.looped && !this.empty)) {
      throw new KsError('STATUS_INVALID_DEVICE_REQUEST', 'A looped buffer is the only one of its stream.');
    }
    this.#waiting.push(buffer);
  }

  /** Bytes handed on since the start. */
  get taken(): number {
    return this.#taken;
  }

  /** Length of the looped buffer the cursor is in or comes to next, bytes; 0 without one. */
  get loopLength(): number {
    const next = this.#present?.buffer ?? this.#waiting[0];
    return next?.looped ? next.bytes.length : 0;
  }

  get empty(): boolean {
    return !this.#present && this.#waiting.length === 0;
  }

  /** The next bytes in order, at most `limit`, as far as they lie in one packet; undefined when there are none. */
  next(limit: number): Piece | undefined {
    if (limit <= 0) return undefined;
    const packet = (this.#present ??= this.#start());
    if (!packet) return undefined;
    const { bytes, looped } = packet.buffer;
    const from = this.#offset;
    const to = Math.min(bytes.length, from + limit);
    this.#taken += to - from;
    this.#offset = to;
    const last = to === bytes.length;
    if (last) {
      this.#offset = 0;
      if (!looped) this.#present = undefined;
    }
    return { packet, bytes: bytes.subarray(from, to), last };
  }

  /** Ends the present packet where the cursor is; undefined when the cursor is between packets. */
  terminate(): Packet | undefined {
    const packet = this.#present;
    this.#present = undefined;
    this.#offset = 0;
    return packet;
  }

  /** Moves the cursor within the looped buffer. @throws KsError STATUS_INVALID_DEVICE_REQUEST without one, or beyond it */
  seek(offset: number): void {
    const length = this.loopLength;
    if (!Number.isInteger(offset) || offset < 0 || offset >= length) {
      throw new KsError(
        length > 0 ? 'STATUS_INVALID_PARAMETER' : 'STATUS_INVALID_DEVICE_REQUEST',
        'The position can be set within a looped buffer only.',
      );
    }
    this.#present ??= this.#start();
    this.#offset = offset;
  }

  /** Bytes handed on are taken back: they count from `taken` again. */
  rewind(taken: number): void {
    this.#taken = taken;
  }

  /** Lets go of everything: what was not used up is cancelled, and the next byte is byte 0 again. */
  cancel(): void {
    const present = this.#present;
    const waiting = this.#waiting.splice(0);
    const start = this.#taken;
    this.#present = undefined;
    this.#offset = 0;
    this.#taken = 0;
    present?.complete('STATUS_CANCELLED');
    for (const buffer of waiting) buffer.completed('STATUS_CANCELLED', 0, start);
  }

  /** The next packet with something in it; one without is done at once. */
  #start(): Packet | undefined {
    for (let buffer = this.#waiting.shift(); buffer; buffer = this.#waiting.shift()) {
      const packet = new Packet(buffer, this.#taken);
      if (buffer.bytes.length > 0) return packet;
      packet.complete('STATUS_SUCCESS');
    }
    return undefined;
  }
}

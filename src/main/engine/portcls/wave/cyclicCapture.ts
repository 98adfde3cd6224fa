import type { KsStatus } from '../../ks/status.ts';
import type { DmaChannel } from '../dmaChannel.ts';
import { CyclicCounter } from './cyclicCounter.ts';
import { PacketQueue } from './packetQueue.ts';

/** A client's buffer to record into. `start`: bytes since the stream's start of its first byte. */
export interface CaptureBuffer {
  readonly bytes: Uint8Array;
  completed(status: KsStatus, length: number, start: number): void;
}

/**
 * The capture side of the WaveCyclic port: copies what the device recorded out of the cyclic buffer into client
 * buffers. Without a client buffer it waits in the cyclic buffer until it is overwritten. Specification 3.3, 3.5.
 */
export class CyclicCapture {
  readonly #channel: DmaChannel;
  readonly #counter: CyclicCounter;
  readonly #queue = new PacketQueue();
  /** Device position up to which data was copied or lost. */
  #read = 0;
  /** Bytes overwritten before a client buffer came for them. */
  #lost = 0;
  #running = false;

  constructor(device: { getPosition(): number }, channel: DmaChannel) {
    this.#channel = channel;
    this.#counter = new CyclicCounter(() => device.getPosition());
  }

  /** One client buffer to be filled. */
  add(buffer: CaptureBuffer): void {
    this.#queue.add({
      bytes: buffer.bytes,
      // The queue counts what it handed on; the client is told where the device was.
      completed: (status, length, start) => buffer.completed(status, length, start + this.#lost),
    });
    this.service();
  }

  start(): void {
    this.#running = true;
  }

  /** After RUN was left. */
  pause(): void {
    this.service();
    this.#running = false;
  }

  service(): void {
    if (!this.#running) return;
    const size = this.#channel.bufferSize;
    const recorded = this.#counter.update(size);
    if (recorded - this.#read > size) {
      // What one client buffer holds has no gap.
      this.#queue.terminate()?.complete('STATUS_SUCCESS');
      this.#lost += recorded - size - this.#read;
      this.#read = recorded - size;
    }
    for (;;) {
      const offset = this.#read % size;
      const piece = this.#queue.next(Math.min(recorded - this.#read, size - offset));
      if (!piece) return;
      this.#channel.copyFrom(piece.bytes, offset);
      this.#read += piece.bytes.length;
      piece.packet.used += piece.bytes.length;
      if (piece.last) piece.packet.complete('STATUS_SUCCESS');
    }
  }

  /** Recorded, and read up to here. */
  position(): { playOffset: number; writeOffset: number } {
    this.service();
    return { playOffset: this.#counter.bytes, writeOffset: this.#read };
  }

  /** STOP */
  reset(): void {
    this.#running = false;
    this.#counter.reset();
    this.#read = 0;
    this.#queue.cancel();
    this.#lost = 0;
  }
}

import type { StreamWrite } from '../../ks/pin.ts';
import type { DmaChannel } from '../dmaChannel.ts';
import { CyclicCounter } from './cyclicCounter.ts';
import { LoopCursor } from './loopCursor.ts';
import { PacketQueue, type Packet } from './packetQueue.ts';
import { PositionMap } from './positionMap.ts';

/** The render pointer is kept up to this far ahead of the play pointer, ms. Specification 3.3. */
const WRITE_AHEAD_MS = 40;
/** With no more than this buffered, silence is written behind the valid data, ms. Specification 3.3. */
const STARVATION_MS = 30;

/** What the copier needs of the miniport's stream. */
export interface CyclicDevice {
  /** GetPosition: offset in the cyclic buffer of the sample at the converter. */
  getPosition(): number;
  /** Silence */
  silence(buffer: Uint8Array): void;
}

export interface CyclicRenderOptions {
  readonly device: CyclicDevice;
  readonly channel: DmaChannel;
  /** Most bytes the device moves per notification interval: what it may have fetched already. */
  readonly frameSize: number;
}

/**
 * The render side of the WaveCyclic port: copies client buffers into the cyclic buffer, ahead of the device.
 *
 * Three positions count bytes the device moved since its start: where it plays, up to where valid data lies, and up to
 * where silence was written behind it. A fourth, the stream's, counts client data only. Specification 3.3, 3.5.
 */
export class CyclicRender {
  readonly #channel: DmaChannel;
  readonly #device: CyclicDevice;
  readonly #frameSize: number;
  readonly #counter: CyclicCounter;
  readonly #queue = new PacketQueue();
  readonly #heard = new PositionMap();
  readonly #cursor = new LoopCursor();
  #bytesPerSecond = 0;
  #blockAlign = 1;
  #running = false;
  /** Device position up to which valid data was copied, and up to which silence follows it. */
  #validUntil = 0;
  #silentUntil = 0;
  /** Bytes of client data copied. */
  #written = 0;
  /** The packet that ends the stream is copied and not yet played. */
  #ending: Packet | undefined;

  constructor({ device, channel, frameSize }: CyclicRenderOptions) {
    this.#device = device;
    this.#channel = channel;
    this.#frameSize = frameSize;
    this.#counter = new CyclicCounter(() => device.getPosition());
  }

  setFormat({ avgBytesPerSec, blockAlign }: { avgBytesPerSec: number; blockAlign: number }): void {
    this.#bytesPerSecond = avgBytesPerSec;
    this.#blockAlign = blockAlign;
  }

  /** One client buffer; what fits is copied at once. @throws KsError STATUS_INVALID_DEVICE_REQUEST behind a loop */
  write(bytes: Uint8Array, header: StreamWrite): void {
    this.#queue.add({
      bytes,
      ...header,
      completed: (status) => header.completed?.(status),
    });
    if (header.looped) this.#cursor.loop(bytes.length, this.#written);
    this.service();
  }

  /** Before RUN: what there is is copied, and the device starts with it however little it is. */
  start(): void {
    this.#fill(this.#counter.bytes);
    this.#running = true;
  }

  /** After RUN was left: data stays where it is. */
  pause(): void {
    this.service();
    this.#running = false;
  }

  /** The interrupt's deferred call, and whenever the client asks or writes. */
  service(): void {
    if (!this.#running) return;
    const played = this.#counter.update(this.#channel.bufferSize);
    this.#fill(played);
    this.#heard.forget(played);
    if (this.#ending && this.#heard.at(played) >= this.#written) this.#end();
  }

  /** Play and write cursor as the client sees them. */
  position(): { playOffset: number; writeOffset: number } {
    this.service();
    const played = Math.min(this.#heard.at(this.#counter.bytes), this.#written);
    return { playOffset: this.#cursor.at(played), writeOffset: this.#cursor.at(this.#written) };
  }

  /**
   * Moves the cursor of the looped buffer. What lies ahead of the device is written anew, but in RUN not what the
   * device may have fetched.
   * @throws KsError STATUS_INVALID_DEVICE_REQUEST without a looped buffer, STATUS_INVALID_PARAMETER beyond its end
   */
  seek(offset: number): void {
    this.service();
    this.#queue.seek(offset);
    const played = this.#counter.bytes;
    const keep = Math.min(this.#validUntil, played + (this.#running ? this.#frameSize : 0));
    this.#written -= this.#validUntil - keep;
    this.#validUntil = keep;
    this.#cursor.moveTo(offset, this.#written);
    this.service();
  }

  /** STOP: nothing is left, and all positions are 0. */
  reset(): void {
    this.#running = false;
    this.#counter.reset();
    this.#heard.reset();
    this.#cursor.reset();
    this.#validUntil = this.#silentUntil = this.#written = 0;
    const ending = this.#ending;
    this.#ending = undefined;
    ending?.complete('STATUS_CANCELLED');
    this.#queue.cancel();
  }

  #fill(played: number): void {
    const ahead = Math.min(this.#bytesOf(WRITE_AHEAD_MS), this.#channel.bufferSize);
    this.#skipWhatTheDevicePassed(played);
    this.#copy(played + ahead);
    if (!this.#running || this.#validUntil - played <= this.#bytesOf(STARVATION_MS))
      this.#silence(played + ahead);
  }

  /** Data that comes too late for the device's position goes where the device has not been yet. */
  #skipWhatTheDevicePassed(played: number): void {
    const reachable = played + (this.#running ? this.#frameSize : 0);
    if (this.#validUntil >= reachable || this.#queue.empty) return;
    const stretch = this.#written - this.#heard.present.value;
    this.#heard.begin(reachable, this.#written, stretch);
    this.#validUntil = reachable;
  }

  #copy(until: number): void {
    for (;;) {
      const piece = this.#queue.next(Math.min(until - this.#validUntil, this.#toBufferEnd(this.#validUntil)));
      if (!piece) return;
      this.#channel.copyTo(this.#validUntil % this.#channel.bufferSize, piece.bytes);
      this.#validUntil += piece.bytes.length;
      this.#written += piece.bytes.length;
      const { packet, last } = piece;
      if (!last || packet.buffer.looped) continue;
      if (packet.buffer.endOfStream) this.#ending = packet;
      else packet.complete('STATUS_SUCCESS');
    }
  }

  #silence(until: number): void {
    let from = Math.max(this.#validUntil, this.#silentUntil);
    while (from < until) {
      const offset = from % this.#channel.bufferSize;
      const length = Math.min(until - from, this.#toBufferEnd(from));
      this.#device.silence(this.#channel.systemAddress.subarray(offset, offset + length));
      from += length;
    }
    this.#silentUntil = Math.max(this.#silentUntil, from);
  }

  #end(): void {
    const packet = this.#ending!;
    this.#ending = undefined;
    packet.complete('STATUS_SUCCESS');
  }

  #toBufferEnd(position: number): number {
    const size = this.#channel.bufferSize;
    return size - (position % size);
  }

  /** Whole frames only. */
  #bytesOf(milliseconds: number): number {
    const bytes = (this.#bytesPerSecond * milliseconds) / 1000;
    return bytes - (bytes % this.#blockAlign);
  }
}

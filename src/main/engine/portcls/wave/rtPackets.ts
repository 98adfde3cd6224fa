import { KsError } from '../../ks/status.ts';

/**
 * Packet mode of WaveRT: the cyclic buffer as packets that the converter and the client number in the same way.
 * Packet n lies at offset (n mod packets per buffer) · packet size. The counters are 32-bit registers, in shared memory
 * when client and converter are different threads. Specification 3.6.
 */

/** KSSTREAM_HEADER_OPTIONSF_ENDOFSTREAM: the one flag SetWritePacket knows. */
export const PACKET_END_OF_STREAM = 0x200;

/**
 * END is the number of the packet behind the last one; 0 = the stream has not ended. Of each place in the buffer, SLOTS
 * has the number of the packet behind the one that was written there.
 */
const REGISTER = { COUNT: 0, RUNNING: 1, WRITES: 2, END: 3, END_LENGTH: 4, READ: 5, SLOTS: 6 } as const;

/** What both directions share: how the buffer is cut up, and how many packets went through. */
class Packets {
  protected readonly registers: Int32Array;
  /** Bytes. */
  readonly packetSize: number;
  /** NotificationCount */
  readonly packetsPerBuffer: number;

  constructor(registers: Int32Array, packetSize: number, packetsPerBuffer: number) {
    this.registers = registers;
    this.packetSize = packetSize;
    this.packetsPerBuffer = packetsPerBuffer;
  }

  /** Packets fully transferred since STOP. */
  get count(): number {
    return Atomics.load(this.registers, REGISTER.COUNT) >>> 0;
  }

  /** STOP: nothing was moved, written or read. */
  reset(): void {
    this.registers.fill(0);
  }

  /** Byte offset of a packet in the buffer. */
  offsetOf(packet: number): number {
    return (packet % this.packetsPerBuffer) * this.packetSize;
  }

  /** The converter moved `total` bytes since STOP. Answers whether a packet ended; wakes who waits for that. */
  transferred(total: number): boolean {
    const count = Math.floor(total / this.packetSize) | 0;
    if (count === Atomics.load(this.registers, REGISTER.COUNT)) return false;
    Atomics.store(this.registers, REGISTER.COUNT, count);
    Atomics.notify(this.registers, REGISTER.COUNT);
    return true;
  }

  /** Blocks the calling thread, never the main one, until the count is not `count`; false after `milliseconds`. */
  waitForPacket(count: number, milliseconds: number): boolean {
    return Atomics.wait(this.registers, REGISTER.COUNT, count | 0, milliseconds) !== 'timed-out';
  }

  set running(running: boolean) {
    Atomics.store(this.registers, REGISTER.RUNNING, running ? 1 : 0);
  }

  get running(): boolean {
    return Atomics.load(this.registers, REGISTER.RUNNING) === 1;
  }
}

/** Render: the client says which packets it has written. */
export class RenderPackets extends Packets {
  /**
   * SetWritePacket.
   * @throws KsError STATUS_INVALID_PARAMETER for unknown flags or a length beyond the packet,
   *   STATUS_INVALID_DEVICE_STATE after the end of the stream, STATUS_DATA_LATE_ERROR for a packet sent or in flight,
   *   STATUS_DATA_OVERRUN for one that the buffer has no place for yet
   */
  setWritePacket(packet: number, flags: number, eosPacketLength: number): void {
    const ending = (flags & PACKET_END_OF_STREAM) !== 0;
    if ((flags & ~PACKET_END_OF_STREAM) !== 0) {
      throw new KsError('STATUS_INVALID_PARAMETER', `Packet flags 0x${flags.toString(16)} are unknown.`);
    }
    if (ending && eosPacketLength > this.packetSize) {
      throw new KsError(
        'STATUS_INVALID_PARAMETER',
        `A packet has ${this.packetSize} bytes; the last one cannot have ${eosPacketLength}.`,
      );
    }
    if (Atomics.load(this.registers, REGISTER.END) !== 0) {
      throw new KsError(
        'STATUS_INVALID_DEVICE_STATE',
        'The stream has ended: no packet follows its last one.',
      );
    }
    const { count } = this;
    const first = this.running ? count + 1 : count;
    if (packet < first) {
      throw new KsError(
        'STATUS_DATA_LATE_ERROR',
        `Packet ${packet} was sent or is in flight; ${first} is next.`,
      );
    }
    if (packet > Math.max(first, count + this.packetsPerBuffer - 1)) {
      throw new KsError('STATUS_DATA_OVERRUN', `The buffer has no place for packet ${packet} yet.`);
    }
    if (ending) {
      Atomics.store(this.registers, REGISTER.END_LENGTH, eosPacketLength);
      Atomics.store(this.registers, REGISTER.END, (packet + 1) | 0);
    }
    Atomics.store(this.registers, REGISTER.SLOTS + (packet % this.packetsPerBuffer), (packet + 1) | 0);
    Atomics.add(this.registers, REGISTER.WRITES, 1);
  }

  /**
   * What is at byte `total` since STOP: so many bytes of the client's, at most `length`, or, negative, so many of
   * silence, because the client has not written the packet or the stream has ended. A client that never called
   * `setWritePacket` fills the buffer by position, and all is its own.
   */
  audible(total: number, length: number): number {
    if (Atomics.load(this.registers, REGISTER.WRITES) === 0) return length;
    const packet = Math.floor(total / this.packetSize);
    const within = total - packet * this.packetSize;
    const part = Math.min(length, this.packetSize - within);
    const slot = Atomics.load(this.registers, REGISTER.SLOTS + (packet % this.packetsPerBuffer));
    if (slot >>> 0 !== packet + 1) return -part;
    if (Atomics.load(this.registers, REGISTER.END) >>> 0 !== packet + 1) return part;
    const left = Atomics.load(this.registers, REGISTER.END_LENGTH) - within;
    return left > 0 ? Math.min(part, left) : -part;
  }
}

/** Capture: the client takes packets in order; what it is too late for is gone. */
export class CapturePackets extends Packets {
  /**
   * GetReadPacket. `moreData`: call again at once. `filling`: bytes of the packet in flight that the converter has
   * written over the oldest one.
   * @throws KsError STATUS_DEVICE_NOT_READY without a new packet
   */
  getReadPacket(filling: number): { packetNumber: number; moreData: boolean } {
    const { count } = this;
    const oldest = Math.max(
      0,
      count - this.packetsPerBuffer + (filling > 0 && this.packetsPerBuffer > 1 ? 1 : 0),
    );
    const packetNumber = Math.max(Atomics.load(this.registers, REGISTER.READ) >>> 0, oldest);
    if (packetNumber >= count) {
      throw new KsError('STATUS_DEVICE_NOT_READY', `Packet ${packetNumber} is not recorded yet.`);
    }
    Atomics.store(this.registers, REGISTER.READ, (packetNumber + 1) | 0);
    return { packetNumber, moreData: packetNumber + 1 < count };
  }
}

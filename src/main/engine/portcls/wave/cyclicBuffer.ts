import type { ConvertedBlock } from './blockClock.ts';

/**
 * The cyclic buffer of a WaveRT stream: memory shared by the client's thread and the converter's thread, with the
 * stream's registers in front of it. Specification 3.6.
 */

/** Registers take a page of their own, as hardware registers would: they are mapped apart from the buffer. */
const REGISTER_BYTES = 4096;
/** Byte offsets of the registers in the shared memory. */
export const RT_REGISTER = { POSITION: 0, CLOCK: 8, BLOCK: 16 } as const;

/** Indexes of 32-bit registers. */
const WORD = { POSITION: 0, SEQUENCE: 10, PACKETS: 16 } as const;
/** Indexes of 64-bit registers. */
const DOUBLE = { CLOCK: 1, FROM: 2, LENGTH: 3, TIME: 4 } as const;
const PACKET_WORDS = 8;

/** A stream’s cyclic buffer with its registers in front, in memory that threads share. Positions are in bytes. */
export class CyclicBuffer {
  /** Crosses threads by `postMessage`; the other side makes a CyclicBuffer of it. */
  readonly shared: SharedArrayBuffer;
  readonly data: Uint8Array<SharedArrayBuffer>;
  /** Registers of the packet counter. */
  readonly packetRegisters: Int32Array<SharedArrayBuffer>;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #doubles: Float64Array<SharedArrayBuffer>;

  constructor(shared: SharedArrayBuffer) {
    this.shared = shared;
    this.data = new Uint8Array(shared, REGISTER_BYTES);
    this.#words = new Int32Array(shared, 0, REGISTER_BYTES / 4);
    this.#doubles = new Float64Array(shared, 0, REGISTER_BYTES / 8);
    this.packetRegisters = this.#words.subarray(WORD.PACKETS, WORD.PACKETS + PACKET_WORDS);
  }

  /** Zeroed memory for `size` bytes of samples. */
  static allocate(size: number): CyclicBuffer {
    return new CyclicBuffer(new SharedArrayBuffer(REGISTER_BYTES + size));
  }

  /**
   * The converter's thread took a block: the position register is where it will be at its end, the clock register
   * when. A sequence number keeps readers from seeing half of it.
   */
  publish(from: number, length: number, time: number, endTime: number): void {
    Atomics.add(this.#words, WORD.SEQUENCE, 1);
    this.#doubles[DOUBLE.FROM] = from;
    this.#doubles[DOUBLE.LENGTH] = length;
    this.#doubles[DOUBLE.TIME] = time;
    this.#doubles[DOUBLE.CLOCK] = endTime;
    Atomics.store(this.#words, WORD.POSITION, (from + length) % this.data.length);
    Atomics.add(this.#words, WORD.SEQUENCE, 1);
  }

  /** Position register: offset within the buffer. */
  get positionRegister(): number {
    return Atomics.load(this.#words, WORD.POSITION);
  }

  /** Clock register, 100 ns ticks. */
  get clockRegister(): number {
    return this.#doubles[DOUBLE.CLOCK]!;
  }

  /** Any thread: the block the converter took last. */
  readBlock(block: ConvertedBlock): void {
    for (;;) {
      const sequence = Atomics.load(this.#words, WORD.SEQUENCE);
      block.from = this.#doubles[DOUBLE.FROM]!;
      block.length = this.#doubles[DOUBLE.LENGTH]!;
      block.time = this.#doubles[DOUBLE.TIME]!;
      if (sequence % 2 === 0 && sequence === Atomics.load(this.#words, WORD.SEQUENCE)) return;
    }
  }
}

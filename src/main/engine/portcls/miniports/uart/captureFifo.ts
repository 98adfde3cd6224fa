import type { ReferenceTime } from '../../../../../contract/units.ts';

/** Bytes of one arrival: their end in the count of all bytes, and when they came if that is known. */
interface Arrival {
  end: number;
  readonly time: ReferenceTime | undefined;
}

/**
 * Bytes on their way from the interrupt to the service call. When it is full, bytes that come are dropped and those
 * that are in it stay. Specification 4.9.
 */
export class CaptureFifo {
  readonly #ring: Uint8Array;
  readonly #arrivals: Arrival[] = [];
  /** Bytes put in and taken out since the last `clear`. */
  #written = 0;
  #read = 0;
  #dropped = 0;

  constructor(capacity: number) {
    this.#ring = new Uint8Array(capacity);
  }

  get size(): number {
    return this.#written - this.#read;
  }

  /** Bytes that found no room, ever. */
  get dropped(): number {
    return this.#dropped;
  }

  put(bytes: Uint8Array, time?: ReferenceTime): void {
    const room = this.#ring.length - this.size;
    const count = Math.min(room, bytes.length);
    this.#dropped += bytes.length - count;
    if (count === 0) return;
    for (let index = 0; index < count; index++) {
      this.#ring[this.#written++ % this.#ring.length] = bytes[index]!;
    }
    const last = this.#arrivals.at(-1);
    if (last && last.time === time) last.end = this.#written;
    else this.#arrivals.push({ end: this.#written, time });
  }

  /** Time of the first byte, when it is known; undefined also for an empty FIFO. */
  get time(): ReferenceTime | undefined {
    return this.#arrivals[0]?.time;
  }

  /** Moves bytes that came together into `buffer`; answers how many. 0 = empty. */
  take(buffer: Uint8Array, most: number = buffer.length): number {
    const arrival = this.#arrivals[0];
    if (!arrival) return 0;
    const count = Math.min(most, arrival.end - this.#read);
    for (let index = 0; index < count; index++) {
      buffer[index] = this.#ring[this.#read++ % this.#ring.length]!;
    }
    if (this.#read === arrival.end) this.#arrivals.shift();
    return count;
  }

  clear(): void {
    this.#arrivals.length = 0;
    this.#written = this.#read = 0;
  }
}

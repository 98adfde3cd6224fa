/**
 * Bytes since start of a device that tells only its offset in a cyclic buffer. It must be updated at least once per
 * round of the buffer, which the notification interval sees to. Specification 3.3.
 */
export class CyclicCounter {
  readonly #offsetNow: () => number;
  #offset = 0;
  #bytes = 0;

  constructor(offsetNow: () => number) {
    this.#offsetNow = offsetNow;
  }

  /** As of the last update. */
  get bytes(): number {
    return this.#bytes;
  }

  /** `size`: bytes of the cyclic buffer. */
  update(size: number): number {
    if (size === 0) return this.#bytes;
    const offset = this.#offsetNow() % size;
    this.#bytes += (offset - this.#offset + size) % size;
    this.#offset = offset;
    return this.#bytes;
  }

  reset(): void {
    this.#offset = 0;
    this.#bytes = 0;
  }
}

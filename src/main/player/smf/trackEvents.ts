/** The events of one track as they are read: growing arrays of numbers, no object per event. */
export class TrackEvents {
  // Empty at first: a file may declare 65 535 tracks.
  #ticks = new Float64Array(0);
  #offsets = new Uint32Array(1);
  #data = new Uint8Array(0);
  #count = 0;
  #size = 0;
  /** The track's name, empty without one. */
  name = '';
  /** Tick of the last event of any kind. */
  endTick = 0;

  get count(): number {
    return this.#count;
  }

  /** Bytes of all events. */
  get size(): number {
    return this.#size;
  }

  tick(index: number): number {
    return this.#ticks[index]!;
  }

  offset(index: number): number {
    return this.#offsets[index]!;
  }

  get data(): Uint8Array {
    return this.#data;
  }

  /** Appends an event of `length` bytes of `source` from `offset` on, with `status` in front unless that is 0. */
  add(tick: number, status: number, source: Uint8Array, offset: number, length: number): void {
    const total = status === 0 ? length : length + 1;
    if (this.#count === this.#ticks.length) {
      const capacity = Math.max(16, this.#count * 2);
      const ticks = new Float64Array(capacity);
      ticks.set(this.#ticks);
      this.#ticks = ticks;
      const offsets = new Uint32Array(capacity + 1);
      offsets.set(this.#offsets);
      this.#offsets = offsets;
    }
    if (this.#size + total > this.#data.length) {
      const data = new Uint8Array(Math.max(64, this.#data.length * 2, this.#size + total));
      data.set(this.#data);
      this.#data = data;
    }
    this.#ticks[this.#count] = tick;
    let at = this.#size;
    if (status !== 0) this.#data[at++] = status;
    for (let index = 0; index < length; index++) this.#data[at++] = source[offset + index]!;
    this.#size = at;
    this.#count++;
    this.#offsets[this.#count] = at;
  }
}

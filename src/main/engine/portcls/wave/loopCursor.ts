import { PositionMap } from './positionMap.ts';

/**
 * What a client sees of a stream's byte position: the position itself, or, while a looped buffer plays, the offset in
 * that buffer, which wraps and which the client can move. Specification 3.5.
 */
export class LoopCursor {
  readonly #map = new PositionMap();
  #length = 0;

  /** The looped buffer begins at stream byte `start`. */
  loop(length: number, start: number): void {
    this.#length = length;
    this.#map.begin(start, 0, start);
  }

  /** From stream byte `from` on the buffer goes on at `offset`. */
  moveTo(offset: number, from: number): void {
    this.#map.begin(from, offset, from - this.#map.present.from);
  }

  /** The client's view of a stream byte. */
  at(position: number): number {
    if (this.#length === 0) return position;
    this.#map.forget(position);
    return this.#map.at(position) % this.#length;
  }

  /** The same, `distance` bytes on. */
  ahead(position: number, distance: number): number {
    const at = this.at(position) + distance;
    return this.#length > 0 ? at % this.#length : at;
  }

  reset(): void {
    this.#length = 0;
    this.#map.reset();
  }
}

/** From here on, and for `length` steps, one position advances with the other. */
interface Segment {
  readonly from: number;
  readonly value: number;
  length: number;
}

/**
 * Maps one byte position to another that advances with it in stretches: the hardware's to the client's data, between
 * whose stretches lies the silence of a starved stream; or the stream's to the offset in a looped buffer, which its
 * client moved. Between two stretches the value stands still at the end of the first.
 */
export class PositionMap {
  #segments: Segment[] = [{ from: 0, value: 0, length: Infinity }];

  /** From position `from` on the value counts on from `value`; the stretch before had `length` steps. */
  begin(from: number, value: number, length: number): void {
    this.#segments.at(-1)!.length = length;
    this.#segments.push({ from, value, length: Infinity });
  }

  /** Where the stretch that now goes on began. */
  get present(): { readonly from: number; readonly value: number } {
    return this.#segments.at(-1)!;
  }

  at(position: number): number {
    let index = this.#segments.length - 1;
    while (index > 0 && this.#segments[index]!.from > position) index--;
    const { from, value, length } = this.#segments[index]!;
    return value + Math.min(Math.max(0, position - from), length);
  }

  /** Forgets the stretches that ended before `position`. */
  forget(position: number): void {
    while (this.#segments.length > 1 && this.#segments[1]!.from <= position) this.#segments.shift();
  }

  reset(): void {
    this.#segments = [{ from: 0, value: 0, length: Infinity }];
  }
}

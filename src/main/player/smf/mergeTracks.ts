import type { TrackEvents } from './trackEvents.ts';

/**
 * The order of events of simultaneous tracks. By tick; at the same tick:
 *
 *   | A and B come from                                                    | order                              |
 *   |----------------------------------------------------------------------|------------------------------------|
 *   | the same track                                                       | as in the file                     |
 *   | different tracks; A stands before its track's first note-on of the   | A first: banks, programs,          |
 *   | tick and B is or follows the first note-on of its own                | controllers, note-offs, then notes |
 *   | different tracks; both before, or both from the first note-on on     | the track that comes first         |
 *   | different tracks; A is a note-off that precedes every note-on of its | A first, even from a later track:  |
 *   | channel and key in its track, B a note-on of that channel and key    | the new note is not cut off        |
 *
 * The first two rows are never broken. Where the last one would contradict the first (two tracks that wait for each
 * other), the tracks go in their order.
 */
export function mergeTracks(
  tracks: readonly TrackEvents[],
  visit: (track: number, event: number) => void,
): void {
  const heads = new Uint32Array(tracks.length);
  const heap = new TrackHeap(tracks, heads);
  const group: number[] = [];
  const merger = new TickMerger(tracks, heads, visit);
  while (heap.size > 0) {
    const first = heap.pop();
    const tick = tracks[first]!.tick(heads[first]!);
    group.length = 0;
    group.push(first);
    while (heap.size > 0 && tracks[heap.top]!.tick(heads[heap.top]!) === tick) group.push(heap.pop());
    if (group.length === 1) merger.mergeOne(first, tick);
    else merger.merge(group, tick);
    for (const track of group) if (heads[track]! < tracks[track]!.count) heap.push(track);
  }
}

/** Tracks by the tick of their next event, then by number. */
class TrackHeap {
  readonly #tracks: readonly TrackEvents[];
  readonly #heads: Uint32Array;
  readonly #heap: number[] = [];

  constructor(tracks: readonly TrackEvents[], heads: Uint32Array) {
    this.#tracks = tracks;
    this.#heads = heads;
    for (let track = 0; track < tracks.length; track++) if (tracks[track]!.count > 0) this.push(track);
  }

  get size(): number {
    return this.#heap.length;
  }

  get top(): number {
    return this.#heap[0]!;
  }

  push(track: number): void {
    const heap = this.#heap;
    let at = heap.push(track) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(track, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = track;
  }

  pop(): number {
    const heap = this.#heap;
    const top = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) {
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child >= heap.length) break;
        if (child + 1 < heap.length && this.#isBefore(heap[child + 1]!, heap[child]!)) child++;
        if (!this.#isBefore(heap[child]!, last)) break;
        heap[at] = heap[child]!;
        at = child;
      }
      heap[at] = last;
    }
    return top;
  }

  #isBefore(a: number, b: number): boolean {
    const tickA = this.#tracks[a]!.tick(this.#heads[a]!);
    const tickB = this.#tracks[b]!.tick(this.#heads[b]!);
    return tickA !== tickB ? tickA < tickB : a < b;
  }
}

const OTHER = -1;

/** Orders the events of one tick. Its cost is proportional to their number. */
class TickMerger {
  readonly #tracks: readonly TrackEvents[];
  readonly #heads: Uint32Array;
  readonly #visit: (track: number, event: number) => void;
  /** By channel and key: note-offs still to come that note-ons of other tracks wait for. */
  readonly #awaited = new Uint32Array(16 * 128);
  /** By channel and key: the walk that last met a note-on of it. */
  readonly #metNoteOn = new Uint32Array(16 * 128);
  #walks = 0;
  /** By track: its awaited note-offs, the next one last. */
  readonly #noteOffs = new Map<number, number[]>();
  /** By channel and key: tracks that wait. */
  readonly #waiting = new Map<number, number[]>();

  constructor(
    tracks: readonly TrackEvents[],
    heads: Uint32Array,
    visit: (track: number, event: number) => void,
  ) {
    this.#tracks = tracks;
    this.#heads = heads;
    this.#visit = visit;
  }

  /** The rest of a track's events of the tick, as they stand. */
  mergeOne(track: number, tick: number): void {
    while (this.#isAt(track, this.#heads[track]!, tick)) this.#emit(track);
  }

  merge(group: readonly number[], tick: number): void {
    for (const track of group) {
      while (this.#isAt(track, this.#heads[track]!, tick)) {
        if (this.#noteKey(track, this.#heads[track]!, 0x90) !== OTHER) break;
        this.#emit(track);
      }
    }
    // What is left begins with a note-on in every track.
    for (const track of group) this.#await(track, tick);
    const ready = group.slice();
    for (let index = 0; index < ready.length; index++) this.#advance(ready[index]!, tick, ready);
    if (this.#waiting.size > 0) {
      // Tracks that wait for each other: one after the other, as if nothing were awaited.
      for (const track of group) this.mergeOne(track, tick);
      this.#waiting.clear();
      this.#awaited.fill(0);
    }
    this.#noteOffs.clear();
  }

  /** Notes which note-offs of a track others have to wait for. */
  #await(track: number, tick: number): void {
    const walk = ++this.#walks;
    const found: number[] = [];
    for (let event = this.#heads[track]!; this.#isAt(track, event, tick); event++) {
      const on = this.#noteKey(track, event, 0x90);
      if (on !== OTHER) this.#metNoteOn[on] = walk;
      const off = this.#noteKey(track, event, 0x80);
      if (off === OTHER || this.#metNoteOn[off] === walk) continue;
      this.#awaited[off]!++;
      found.push(event);
    }
    if (found.length > 0) this.#noteOffs.set(track, found.reverse());
  }

  /** Emits a track's events until one has to wait; what waited for one of them becomes ready. */
  #advance(track: number, tick: number, ready: number[]): void {
    const noteOffs = this.#noteOffs.get(track);
    for (let event = this.#heads[track]!; this.#isAt(track, event, tick); event++) {
      const on = this.#noteKey(track, event, 0x90);
      if (on !== OTHER && this.#awaited[on]! > 0) {
        const others = this.#waiting.get(on);
        if (others === undefined) this.#waiting.set(on, [track]);
        else others.push(track);
        return;
      }
      this.#emit(track);
      if (noteOffs === undefined || noteOffs[noteOffs.length - 1] !== event) continue;
      noteOffs.pop();
      const off = this.#noteKey(track, event, 0x80);
      if (--this.#awaited[off]! > 0) continue;
      const released = this.#waiting.get(off);
      if (released === undefined) continue;
      this.#waiting.delete(off);
      for (const other of released) ready.push(other);
    }
  }

  #isAt(track: number, event: number, tick: number): boolean {
    const events = this.#tracks[track]!;
    return event < events.count && events.tick(event) === tick;
  }

  #emit(track: number): void {
    this.#visit(track, this.#heads[track]!++);
  }

  /** Channel and key of a note-on (`kind` 0x90) or note-off (0x80), `OTHER` for any other event. */
  #noteKey(track: number, event: number, kind: 0x80 | 0x90): number {
    const events = this.#tracks[track]!;
    const at = events.offset(event);
    if (events.offset(event + 1) - at !== 3) return OTHER;
    const status = events.data[at]!;
    const isOn = (status & 0xf0) === 0x90 && events.data[at + 2] !== 0;
    const isOff = (status & 0xf0) === 0x80 || ((status & 0xf0) === 0x90 && !isOn);
    if (kind === 0x90 ? !isOn : !isOff) return OTHER;
    return ((status & 0x0f) << 7) | events.data[at + 1]!;
  }
}

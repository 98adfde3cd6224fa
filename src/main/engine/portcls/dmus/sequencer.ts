import type { StreamState } from '../../../../contract/hardware.ts';
import { referenceTime, type ReferenceTime } from '../../../../contract/units.ts';
import type { MasterClock } from '../../ks/clock.ts';
import type { AllocatorMxf } from './allocator.ts';
import type { KernelEvent } from './kernelEvent.ts';
import { MxfOutput, type Mxf } from './mxf.ts';

export interface SequencerOptions {
  allocator: AllocatorMxf;
  /** Tells presentation time. */
  clock: MasterClock;
  /**
   * SchedulePreFetch of IMiniportDMus::NewStream in 100 ns: how long before its time an event is delivered.
   * 0 = when due; `Infinity` = on arrival.
   */
  schedulePreFetch?: number;
  /** Delivers neighbours of the same time as one chain through `pNextEvt` instead of one by one. */
  chainEqualTimes?: boolean;
}

/**
 * The sequencer of a render stream: holds events until they are due and delivers them in order of presentation time,
 * those of equal time in order of arrival. Specification 4.5.
 *
 * Events that arrive in order, which is nearly all of them, are appended to a chain at constant cost. One that is
 * earlier than the chain's end goes to a binary heap. Delivery takes the earlier of both fronts and allocates nothing.
 */
export class Sequencer implements Mxf {
  readonly #allocator: AllocatorMxf;
  readonly #output: MxfOutput;
  readonly #clock: MasterClock;
  readonly #preFetch: number;
  readonly #chains: boolean;
  #state: StreamState = 'STOP';
  #arrivals = 0;

  #head: KernelEvent | null = null;
  #tail: KernelEvent | null = null;
  #chained = 0;
  /** Binary heap of events that came out of order; only the first `#heaped` entries count. */
  #heap: KernelEvent[] = [];
  #heaped = 0;

  constructor(options: SequencerOptions) {
    this.#allocator = options.allocator;
    this.#output = new MxfOutput(options.allocator);
    this.#clock = options.clock;
    this.#preFetch = options.schedulePreFetch ?? 0;
    this.#chains = options.chainEqualTimes ?? false;
  }

  /** Events held. */
  get size(): number {
    return this.#chained + this.#heaped;
  }

  /** Presentation time of the first event held; Infinity without one. */
  get nextTime(): ReferenceTime {
    const first = this.#first();
    return first === null ? referenceTime(Infinity) : first.presentationTime;
  }

  connectOutput(sink: Mxf): void {
    this.#output.connect(sink);
  }

  disconnectOutput(sink: Mxf): void {
    this.#output.disconnect(sink);
  }

  /**
   * Takes over a chain of events; each is sequenced by its own stamp, a package as one. In RUN, what is due is
   * delivered before the call returns. In STOP nothing is held: the chain goes to the allocator.
   */
  putMessage(event: KernelEvent | null): void {
    if (event === null) return;
    if (this.#state === 'STOP') {
      this.#allocator.putMessage(event);
      return;
    }
    let current: KernelEvent | null = event;
    while (current !== null) {
      const next: KernelEvent | null = current.next;
      current.next = null;
      this.#insert(current);
      current = next;
    }
    if (this.#state === 'RUN') this.service(this.#clock.now());
  }

  /** STOP returns every held event to the allocator, unplayed. Delivery happens in RUN only. */
  setState(state: StreamState): void {
    this.#state = state;
    if (state === 'STOP') this.#flush();
  }

  /**
   * Delivers, in order, what is due at presentation time `now`: all events with
   * `now >= time - SchedulePreFetch`. Returns how many. Called by the port's timer, or by the wave sink per block.
   */
  service(now: ReferenceTime): number {
    if (this.#state !== 'RUN') return 0;
    let delivered = 0;
    for (;;) {
      const first = this.#first();
      if (first === null || now < first.presentationTime - this.#preFetch) return delivered;
      this.#removeFirst(first);
      delivered++;
      if (this.#chains) delivered += this.#chainEqual(first);
      this.#output.put(first);
    }
  }

  /** Hangs the events of the same time behind `first`; answers how many. */
  #chainEqual(first: KernelEvent): number {
    let tail = first;
    let count = 0;
    for (;;) {
      const next = this.#first();
      if (next === null || next.presentationTime !== first.presentationTime) return count;
      this.#removeFirst(next);
      tail.next = next;
      tail = next;
      count++;
    }
  }

  #first(): KernelEvent | null {
    if (this.#heaped === 0) return this.#head;
    const top = this.#heap[0]!;
    return this.#head === null || isBefore(top, this.#head) ? top : this.#head;
  }

  #removeFirst(first: KernelEvent): void {
    if (first === this.#head) {
      this.#head = first.next;
      if (this.#head === null) this.#tail = null;
      first.next = null;
      this.#chained--;
    } else {
      this.#removeTop();
    }
  }

  #insert(event: KernelEvent): void {
    event.arrival = this.#arrivals++;
    const tail = this.#tail;
    if (tail === null) {
      this.#head = this.#tail = event;
      this.#chained++;
    } else if (event.presentationTime >= tail.presentationTime) {
      tail.next = event;
      this.#tail = event;
      this.#chained++;
    } else {
      this.#siftUp(event);
    }
  }

  #siftUp(event: KernelEvent): void {
    const heap = this.#heap;
    let at = this.#heaped++;
    if (at === heap.length) heap.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(event, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = event;
  }

  #removeTop(): void {
    const heap = this.#heap;
    const count = --this.#heaped;
    const last = heap[count]!;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= count) break;
      if (child + 1 < count && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }

  #flush(): void {
    const chain = this.#head;
    this.#head = this.#tail = null;
    this.#chained = 0;
    if (chain !== null) this.#allocator.putMessage(chain);
    for (let index = 0; index < this.#heaped; index++) this.#allocator.putMessage(this.#heap[index]!);
    this.#heaped = 0;
    this.#heap = [];
    this.#arrivals = 0;
  }
}

function isBefore(a: KernelEvent, b: KernelEvent): boolean {
  if (a.presentationTime !== b.presentationTime) return a.presentationTime < b.presentationTime;
  return a.arrival < b.arrival;
}

import type { Disposable } from '../../../../contract/disposable.ts';
import type { StreamState } from '../../../../contract/hardware.ts';
import { millisecondsToReferenceTime } from '../../../../contract/units.ts';
import type { AllocatorMxf } from '../dmus/allocator.ts';
import type { KernelEvent } from '../dmus/kernelEvent.ts';
import type { Mxf } from '../dmus/mxf.ts';
import type { Scheduler } from '../scheduler.ts';
import type { MiniportMidiStream } from './midi.ts';

/** How long the port waits before it offers bytes again to a miniport that was busy. */
const RETRY = millisecondsToReferenceTime(1);

/**
 * The end of a render stream before an IMiniportMidiStream: writes the bytes of each event in order. What the miniport
 * does not take yet is offered again 1 ms later, and everything behind it waits. Specification 4.6.
 */
export class MidiRenderMxf implements Mxf, Disposable {
  readonly #stream: MiniportMidiStream;
  readonly #allocator: AllocatorMxf;
  readonly #scheduler: Scheduler;
  readonly #broken: (error: unknown) => void;
  #head: KernelEvent | null = null;
  #tail: KernelEvent | null = null;
  /** Bytes of the first event that were taken. */
  #done = 0;
  #timer: Disposable | undefined;
  #closed = false;

  /** `broken`: Write threw; what waited is dropped. */
  constructor(options: {
    stream: MiniportMidiStream;
    allocator: AllocatorMxf;
    scheduler: Scheduler;
    broken(error: unknown): void;
  }) {
    this.#stream = options.stream;
    this.#allocator = options.allocator;
    this.#scheduler = options.scheduler;
    this.#broken = options.broken;
  }

  /** Nothing comes out but bytes. */
  connectOutput(_sink: Mxf): void {}
  disconnectOutput(_sink: Mxf): void {}

  putMessage(event: KernelEvent | null): void {
    for (let current = event; current !== null;) {
      const next: KernelEvent | null = current.next;
      current.next = null;
      this.#append(current);
      current = next;
    }
    if (!this.#timer) this.#write();
  }

  /** STOP drops what the miniport did not take. */
  setState(state: StreamState): void {
    this.#stream.setState(state);
    if (state === 'STOP') this.#drop();
  }

  /** Releases the stream, after what STOP left to be written, the note-offs, when the miniport is busy now. */
  dispose(): void {
    this.#closed = true;
    if (this.#head === null) this.#stream.dispose();
  }

  #append(event: KernelEvent): void {
    if (event.packageEvent !== null) {
      const inner = event.packageEvent;
      event.packageEvent = null;
      this.#allocator.putMessage(event);
      for (let piece: KernelEvent | null = inner; piece !== null;) {
        const next: KernelEvent | null = piece.next;
        piece.next = null;
        this.#append(piece);
        piece = next;
      }
      return;
    }
    if (this.#tail === null) this.#head = event;
    else this.#tail.next = event;
    this.#tail = event;
  }

  #write(): void {
    try {
      for (let event = this.#head; event !== null; event = this.#head) {
        const { data, dataOffset, length } = event;
        const rest = data.subarray(dataOffset + this.#done, dataOffset + length);
        const taken = rest.length === 0 ? 0 : this.#stream.write(rest);
        this.#done += Math.min(rest.length, Math.max(0, taken));
        if (this.#done < length) {
          this.#retry();
          return;
        }
        this.#removeFirst(event);
      }
      if (this.#closed) this.#stream.dispose();
    } catch (error) {
      this.#done = 0;
      this.#drop();
      if (this.#closed) this.#stream.dispose();
      else this.#broken(error);
    }
  }

  #retry(): void {
    this.#timer = this.#scheduler.after(RETRY, () => {
      this.#timer = undefined;
      this.#write();
    });
  }

  #removeFirst(event: KernelEvent): void {
    this.#head = event.next;
    if (this.#head === null) this.#tail = null;
    event.next = null;
    this.#done = 0;
    this.#allocator.putMessage(event);
  }

  /** All but a message that is partly taken: half of one would swallow what comes next. */
  #drop(): void {
    const first = this.#done > 0 ? this.#head : null;
    const chain = first === null ? this.#head : first.next;
    if (first !== null) first.next = null;
    this.#head = this.#tail = first;
    this.#allocator.putMessage(chain);
  }
}

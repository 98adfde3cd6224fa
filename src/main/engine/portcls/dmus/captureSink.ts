import type { StreamState } from '../../../../contract/hardware.ts';
import { referenceTime } from '../../../../contract/units.ts';
import type { AllocatorMxf } from './allocator.ts';
import type { KernelEvent } from './kernelEvent.ts';
import { MidiParser } from './midiParser.ts';
import { MxfOutput, type Mxf } from './mxf.ts';
import type { PresentationClock } from './presentationClock.ts';

/**
 * The capture sink: where a capture miniport's events come in. Those flagged INCOMPLETE are raw bytes; they are parsed
 * and go on as one event per message. Others go on as they are. Specification 4.4, 4.5.
 *
 * Miniports stamp with the master clock; from here on stamps are presentation time. What arrives in STOP and ACQUIRE
 * is dropped; what arrives in PAUSE was captured before and carries the time at which the stream stands.
 */
export class CaptureSink implements Mxf {
  readonly #allocator: AllocatorMxf;
  readonly #output: MxfOutput;
  readonly #clock: PresentationClock;
  readonly #parser: MidiParser;
  #state: StreamState = 'STOP';

  constructor(allocator: AllocatorMxf, clock: PresentationClock) {
    this.#allocator = allocator;
    this.#output = new MxfOutput(allocator);
    this.#clock = clock;
    this.#parser = new MidiParser(allocator, (event) => this.#output.put(event), { stamp: 'firstByte' });
  }

  connectOutput(sink: Mxf): void {
    this.#output.connect(sink);
  }

  disconnectOutput(sink: Mxf): void {
    this.#output.disconnect(sink);
  }

  /** Leaving RUN and PAUSE forgets running status and what is half received. */
  setState(state: StreamState): void {
    this.#state = state;
    if (state === 'STOP' || state === 'ACQUIRE') this.#parser.reset();
  }

  putMessage(event: KernelEvent | null): void {
    if (event === null) return;
    if (this.#state === 'STOP' || this.#state === 'ACQUIRE') {
      this.#allocator.putMessage(event);
      return;
    }
    let current: KernelEvent | null = event;
    while (current !== null) {
      const next: KernelEvent | null = current.next;
      current.next = null;
      try {
        this.#forward(current);
      } catch (error) {
        this.#allocator.putMessage(next);
        throw error;
      }
      current = next;
    }
  }

  #forward(event: KernelEvent): void {
    event.presentationTime = this.#stamp(event);
    // A package is a chain of events and not raw bytes, whatever else its flags say.
    if (!event.isIncomplete || event.isPackage) {
      this.#output.put(event);
      return;
    }
    this.#parser.begin(event.presentationTime, event.channelGroup);
    const { data, dataOffset, length } = event;
    try {
      for (let index = 0; index < length; index++) this.#parser.byte(data[dataOffset + index]!);
    } finally {
      this.#allocator.putMessage(event);
    }
  }

  #stamp(event: KernelEvent) {
    if (this.#state !== 'RUN') return this.#clock.now();
    return referenceTime(Math.max(0, this.#clock.fromMaster(event.presentationTime)));
  }
}

import type { StreamState } from '../../../contract/hardware.ts';
import type { AllocatorMxf } from '../../engine/portcls/dmus/allocator.ts';
import type { KernelEvent } from '../../engine/portcls/dmus/kernelEvent.ts';
import { SYSEX_END, SYSEX_START } from '../../engine/portcls/dmus/midiMessage.ts';
import type { Mxf } from '../../engine/portcls/dmus/mxf.ts';

/** A message that grows beyond this is given up: nothing that makes sense is that long. */
const LONGEST_MESSAGE_BYTES = 16 << 20;
/** One cable carries one channel group. */
const CHANNEL_GROUP = 1;
const REAL_TIME = 0xf8;

/**
 * The end of a render stream at a MIDI port of the system: events become whole messages. A SysEx in pieces is put
 * together, because libraries take it whole only. Specification 4.4.
 */
export class PortMxf implements Mxf {
  readonly #allocator: AllocatorMxf;
  readonly #send: (bytes: Uint8Array, offset: number, length: number) => void;
  #sysex = new Uint8Array(1024);
  #collected = 0;
  #eventsPlayed = 0;

  /** `send` takes one whole message and keeps nothing of the array. */
  constructor(allocator: AllocatorMxf, send: (bytes: Uint8Array, offset: number, length: number) => void) {
    this.#allocator = allocator;
    this.#send = send;
  }

  get eventsPlayed(): number {
    return this.#eventsPlayed;
  }

  /** Nothing comes out but bytes. */
  connectOutput(_sink: Mxf): void {}
  disconnectOutput(_sink: Mxf): void {}
  setState(_state: StreamState): void {}

  putMessage(event: KernelEvent | null): void {
    if (event === null) return;
    try {
      this.#sendChain(event);
    } finally {
      this.#allocator.putMessage(event);
    }
  }

  #sendChain(first: KernelEvent): void {
    for (let event: KernelEvent | null = first; event !== null; event = event.next) {
      if (event.packageEvent !== null) this.#sendChain(event.packageEvent);
      else if (event.length > 0 && event.channelGroup <= CHANNEL_GROUP) this.#sendEvent(event);
    }
  }

  #sendEvent(event: KernelEvent): void {
    const { data, dataOffset, length } = event;
    const first = data[dataOffset]!;
    if (first >= REAL_TIME) {
      this.#send(data, dataOffset, length);
      return;
    }
    this.#eventsPlayed++;
    const belongsToSysex = first < 0x80 || first === SYSEX_END;
    if (first === SYSEX_START || !belongsToSysex) this.#collected = 0;
    if (belongsToSysex ? this.#collected === 0 : first !== SYSEX_START) {
      // A piece whose beginning is missing is nothing that a port could take.
      if (!belongsToSysex) this.#send(data, dataOffset, length);
      return;
    }
    const isLast = data[dataOffset + length - 1] === SYSEX_END;
    if (isLast && this.#collected === 0) {
      this.#send(data, dataOffset, length);
      return;
    }
    this.#collect(data, dataOffset, length);
    if (isLast) {
      this.#send(this.#sysex, 0, this.#collected);
      this.#collected = 0;
    }
  }

  #collect(data: Uint8Array, offset: number, length: number): void {
    const needed = this.#collected + length;
    if (needed > LONGEST_MESSAGE_BYTES) {
      this.#collected = 0;
      return;
    }
    if (needed > this.#sysex.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#sysex.length));
      larger.set(this.#sysex.subarray(0, this.#collected));
      this.#sysex = larger;
    }
    for (let index = 0; index < length; index++) this.#sysex[this.#collected++] = data[offset + index]!;
  }
}

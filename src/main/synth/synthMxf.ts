import type { StreamState } from '../../contract/hardware.ts';
import type { AllocatorMxf } from '../engine/portcls/dmus/allocator.ts';
import type { KernelEvent } from '../engine/portcls/dmus/kernelEvent.ts';
import { SYSEX_START } from '../engine/portcls/dmus/midiMessage.ts';
import type { Mxf } from '../engine/portcls/dmus/mxf.ts';
import type { Synthesizer } from './synthesizer.ts';

/** SysEx that comes in pieces is put together up to this length; no message the synthesizer knows is longer. */
const LONGEST_SYSEX = 256;

/**
 * The stream of a synth miniport: gives each event to the synthesizer at once and returns it to the allocator.
 * Specification 4.3, 4.4.
 */
export class SynthMxf implements Mxf {
  readonly #synth: Synthesizer;
  readonly #allocator: AllocatorMxf;
  readonly #sysex = new Uint8Array(LONGEST_SYSEX);
  #sysexLength = 0;
  #isSysexTooLong = false;
  #eventsPlayed = 0;

  constructor(synth: Synthesizer, allocator: AllocatorMxf) {
    this.#synth = synth;
    this.#allocator = allocator;
  }

  get eventsPlayed(): number {
    return this.#eventsPlayed;
  }

  /** Nothing comes out but sound. */
  connectOutput(_sink: Mxf): void {}
  disconnectOutput(_sink: Mxf): void {}

  putMessage(event: KernelEvent | null): void {
    if (event === null) return;
    this.#play(event);
    this.#allocator.putMessage(event);
  }

  setState(state: StreamState): void {
    if (state !== 'STOP') return;
    this.#sysexLength = 0;
    this.#isSysexTooLong = false;
  }

  #play(first: KernelEvent): void {
    for (let event: KernelEvent | null = first; event !== null; event = event.next) {
      if (event.packageEvent !== null) this.#play(event.packageEvent);
      if (event.length === 0) continue;
      this.#eventsPlayed++;
      const isPiece = event.isIncomplete || this.#sysexLength > 0;
      const status = event.byteAt(0);
      if (isPiece && (status < 0xf8 || event.length > 1)) this.#addPiece(event);
      else this.#synth.send(event.data, event.dataOffset, event.length, event.channelGroup);
    }
  }

  #addPiece(event: KernelEvent): void {
    if (event.byteAt(0) === SYSEX_START) {
      this.#sysexLength = 0;
      this.#isSysexTooLong = false;
    } else if (event.byteAt(0) >= 0x80 && event.byteAt(0) < 0xf0) {
      // A message of its own between two pieces, put there by its stamp.
      this.#synth.send(event.data, event.dataOffset, event.length, event.channelGroup);
      return;
    }
    if (this.#sysexLength + event.length > LONGEST_SYSEX) {
      this.#isSysexTooLong = true;
      this.#sysexLength = 1;
    }
    if (!this.#isSysexTooLong) {
      for (let index = 0; index < event.length; index++)
        this.#sysex[this.#sysexLength++] = event.byteAt(index);
    }
    if (event.isIncomplete) return;
    if (!this.#isSysexTooLong) this.#synth.send(this.#sysex, 0, this.#sysexLength);
    this.#sysexLength = 0;
    this.#isSysexTooLong = false;
  }
}

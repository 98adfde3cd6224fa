import type { StreamState } from '../../../../contract/hardware.ts';
import type { ReferenceTime } from '../../../../contract/units.ts';
import type { AllocatorMxf } from './allocator.ts';
import type { KernelEvent } from './kernelEvent.ts';
import { MxfOutput, type Mxf } from './mxf.ts';

const NOTE_OFF = 0x80;
const NOTE_ON = 0x90;
const CONTROL_CHANGE = 0xb0;
const SUSTAIN = 64;
const ALL_NOTES_OFF = 123;
const SYSEX_START = 0xf0;
const SYSEX_END = 0xf7;
const PEDAL_DOWN = 64;
const RELEASE_VELOCITY = 64;

/**
 * Stands before a miniport that cannot silence itself, and knows which notes it left sounding, so that STOP can end
 * them. Specification 4.4: a render stream in STOP silences notes.
 */
export class SoundingNotes implements Mxf {
  readonly #allocator: AllocatorMxf;
  readonly #output: MxfOutput;
  /** Channel group, channel and key of each sounding note as one number, in order of note-on. */
  readonly #notes = new Set<number>();
  /** Channel group and channel of each pedal that is down. */
  readonly #pedals = new Set<number>();
  #inSysex = false;

  constructor(allocator: AllocatorMxf) {
    this.#allocator = allocator;
    this.#output = new MxfOutput(allocator);
  }

  /** Notes whose note-off did not pass yet; "all notes off" does not count, because not every device knows it. */
  get size(): number {
    return this.#notes.size;
  }

  connectOutput(sink: Mxf): void {
    this.#output.connect(sink);
  }

  disconnectOutput(sink: Mxf): void {
    this.#output.disconnect(sink);
  }

  setState(_state: StreamState): void {}

  putMessage(event: KernelEvent | null): void {
    if (event === null) return;
    this.#watch(event);
    this.#output.put(event);
  }

  /**
   * Ends what sounds: the end of a SysEx that is under way, a note-off for every note, pedals up, and "all notes off"
   * on the channels that were used, all stamped `time`. Devices exist that know only one of the two.
   */
  silence(time: ReferenceTime): void {
    if (this.#inSysex) this.#send(time, 1, SYSEX_END);
    this.#inSysex = false;
    const channels = new Set(this.#pedals);
    for (const note of this.#notes) {
      const channel = note >> 7;
      channels.add(channel);
      this.#send(time, channel >> 4, NOTE_OFF | (channel & 0xf), note & 0x7f, RELEASE_VELOCITY);
    }
    for (const channel of channels) {
      const status = CONTROL_CHANGE | (channel & 0xf);
      if (this.#pedals.has(channel)) this.#send(time, channel >> 4, status, SUSTAIN, 0);
      this.#send(time, channel >> 4, status, ALL_NOTES_OFF, 0);
    }
    this.#notes.clear();
    this.#pedals.clear();
  }

  #watch(first: KernelEvent): void {
    for (let event: KernelEvent | null = first; event !== null; event = event.next) {
      if (event.packageEvent !== null) this.#watch(event.packageEvent);
      else if (event.length > 0) this.#watchMessage(event);
    }
  }

  #watchMessage(event: KernelEvent): void {
    const status = event.byteAt(0);
    if (status >= SYSEX_START || status < 0x80) {
      if (status < 0xf8) this.#inSysex = event.isIncomplete;
      return;
    }
    if (event.length < 3) return;
    const channel = (event.channelGroup << 4) | (status & 0xf);
    const data = event.byteAt(1);
    const value = event.byteAt(2);
    switch (status & 0xf0) {
      case NOTE_ON:
        if (value > 0) this.#notes.add((channel << 7) | data);
        else this.#notes.delete((channel << 7) | data);
        break;
      case NOTE_OFF:
        this.#notes.delete((channel << 7) | data);
        break;
      case CONTROL_CHANGE:
        if (data === SUSTAIN && value >= PEDAL_DOWN) this.#pedals.add(channel);
        else if (data === SUSTAIN) this.#pedals.delete(channel);
        break;
    }
  }

  #send(time: ReferenceTime, channelGroup: number, ...bytes: number[]): void {
    const event = this.#allocator.getMessage();
    event.presentationTime = time;
    event.channelGroup = channelGroup;
    event.length = bytes.length;
    event.slab.set(bytes, event.slabOffset);
    this.#output.put(event);
  }
}

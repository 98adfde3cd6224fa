import { referenceTime, type ReferenceTime } from '../../../../contract/units.ts';

/**
 * DMUS_KERNEL_EVENT: one time-stamped piece of MIDI on its way between port and miniport. Specification 4.3.
 *
 * Events are pooled and mutable, because the threads that pass them on may not allocate. Only an allocator makes
 * them; whoever holds an event owns it until it is handed on by `putMessage`.
 */

/** DMUS_KEF_*: `usFlags`. COMPLETE is the absence of INCOMPLETE. */
export const KERNEL_EVENT_FLAGS = {
  /** The whole message is present. */
  complete: 0,
  /** A piece of a package or SysEx; more follows. Also raw captured bytes. */
  incomplete: 1,
  /** `packageEvent` heads a chain to be treated as one. */
  package: 2,
} as const;

/** `abData`: events of up to this many bytes carry them inline, longer ones in a buffer. RULE-4, 64-bit pointers. */
export const INLINE_BYTES = 8;

/** `kBytePositionNone` stands for "no position"; a double has no all-ones pattern, so it is -1. */
export const BYTE_POSITION_NONE = -1;

/** DMUS_KERNEL_EVENT, of the allocator, to which every chain returns. Specification 4.3. */
export class KernelEvent {
  /** `cbEvent`: unrounded number of event bytes. */
  length = 0;
  /** `usChannelGroup`: a set of 16 MIDI channels, counted from 1. */
  channelGroup = 0;
  /** `usFlags`, see `KERNEL_EVENT_FLAGS`. */
  flags = 0;
  /** `ullPresTime100ns`. */
  presentationTime: ReferenceTime = referenceTime(0);
  /** `ullBytePosition`. */
  bytePosition = 0;
  /** `pNextEvt`. */
  next: KernelEvent | null = null;
  /** `uData.pPackageEvt`, with the flag PACKAGE_EVENT. */
  packageEvent: KernelEvent | null = null;
  /** `uData.pbData`: data buffer of the allocator, when `length` > `INLINE_BYTES`. */
  buffer: Uint8Array | null = null;
  /** Arrival number that the sequencer gives, so that equal stamps keep their order. */
  arrival = 0;
  /** Kept by the allocator: guards against handing an event back twice. */
  isPooled = true;

  /** `uData.abData`: `INLINE_BYTES` of `slab` from `slabOffset` on. One slab serves many events. */
  readonly slab: Uint8Array;
  readonly slabOffset: number;

  constructor(slab: Uint8Array, slabOffset: number) {
    this.slab = slab;
    this.slabOffset = slabOffset;
  }

  /** The array the event's bytes are in, from `dataOffset` on. */
  get data(): Uint8Array {
    return this.buffer ?? this.slab;
  }

  get dataOffset(): number {
    return this.buffer === null ? this.slabOffset : 0;
  }

  get isIncomplete(): boolean {
    return (this.flags & KERNEL_EVENT_FLAGS.incomplete) !== 0;
  }

  get isPackage(): boolean {
    return (this.flags & KERNEL_EVENT_FLAGS.package) !== 0;
  }

  byteAt(index: number): number {
    return this.data[this.dataOffset + index]!;
  }

  /** Copy of the event's bytes. Allocates: for tests and tracing, not for the delivery path. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.data.subarray(this.dataOffset, this.dataOffset + this.length));
  }

  /** Zeroes every field and the inline bytes. */
  clear(): void {
    this.length = 0;
    this.channelGroup = 0;
    this.flags = 0;
    this.presentationTime = referenceTime(0);
    this.bytePosition = 0;
    this.next = null;
    this.packageEvent = null;
    this.buffer = null;
    this.arrival = 0;
    this.slab.fill(0, this.slabOffset, this.slabOffset + INLINE_BYTES);
  }
}

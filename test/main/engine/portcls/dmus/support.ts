import type { StreamState } from '../../../../../src/contract/hardware.ts';
import { referenceTime } from '../../../../../src/contract/units.ts';
import type { AllocatorMxf } from '../../../../../src/main/engine/portcls/dmus/allocator.ts';
import type { KernelEvent } from '../../../../../src/main/engine/portcls/dmus/kernelEvent.ts';
import type { Mxf } from '../../../../../src/main/engine/portcls/dmus/mxf.ts';

export interface Delivered {
  time: number;
  bytes: number[];
  flags: number;
  channelGroup: number;
}

/** The end of a pipeline: notes what arrives, chain by chain, and returns it to the allocator. */
export class CollectingSink implements Mxf {
  readonly delivered: Delivered[] = [];
  readonly #allocator: AllocatorMxf;

  constructor(allocator: AllocatorMxf) {
    this.#allocator = allocator;
  }

  connectOutput(): void {}
  disconnectOutput(): void {}
  setState(_state: StreamState): void {}

  putMessage(event: KernelEvent | null): void {
    for (let current = event; current !== null; current = current.next) {
      this.delivered.push({
        time: current.presentationTime,
        bytes: [...current.toBytes()],
        flags: current.flags,
        channelGroup: current.channelGroup,
      });
    }
    this.#allocator.putMessage(event);
  }

  get times(): number[] {
    return this.delivered.map(({ time }) => time);
  }
}

/** An event of the allocator with a stamp and bytes of at most 8. */
export function makeEvent(allocator: AllocatorMxf, time: number, ...bytes: number[]): KernelEvent {
  const event = allocator.getMessage();
  event.presentationTime = referenceTime(time);
  event.length = bytes.length;
  event.slab.set(bytes, event.slabOffset);
  return event;
}

/** A buffer of KSMUSICFORMAT records, each its delta in milliseconds and its MIDI bytes. */
export function musicRecords(...records: [delta: number, ...bytes: number[]][]): Uint8Array<ArrayBuffer> {
  const parts = records.flatMap(([delta, ...bytes]) => {
    const record = new Uint8Array(Math.ceil((8 + bytes.length) / 4) * 4);
    const view = new DataView(record.buffer);
    view.setUint32(0, delta, true);
    view.setUint32(4, bytes.length, true);
    record.set(bytes, 8);
    return [...record];
  });
  return Uint8Array.from(parts);
}

/** Runs of a property: few in a normal test run, many when fuzzing. */
export const propertyRuns = { normal: 200, fuzz: 100_000 };

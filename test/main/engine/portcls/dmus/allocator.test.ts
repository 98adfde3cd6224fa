import { describe, expect, it } from 'vitest';
import { referenceTime } from '../../../../../src/contract/units.ts';
import { EventAllocator } from '../../../../../src/main/engine/portcls/dmus/allocator.ts';
import type { KernelEvent } from '../../../../../src/main/engine/portcls/dmus/kernelEvent.ts';
import { KERNEL_EVENT_FLAGS } from '../../../../../src/main/engine/portcls/dmus/kernelEvent.ts';
import { makeEvent } from './support.ts';

function longEvent(allocator: EventAllocator, length: number): KernelEvent {
  const event = allocator.getMessage();
  event.length = length;
  event.buffer = allocator.getBuffer();
  return event;
}

describe('EventAllocator', () => {
  it('check 69: hands out zeroed events, also after reuse', () => {
    const allocator = new EventAllocator({ events: 1 });
    const event = longEvent(allocator, 12);
    event.channelGroup = 3;
    event.flags = KERNEL_EVENT_FLAGS.package;
    event.presentationTime = referenceTime(77);
    event.bytePosition = 5;
    event.arrival = 9;
    event.slab.fill(0xff, event.slabOffset, event.slabOffset + 8);
    allocator.putMessage(event);
    const again = allocator.getMessage();
    expect(again).toBe(event);
    expect(again).toMatchObject({
      length: 0,
      channelGroup: 0,
      flags: 0,
      presentationTime: 0,
      bytePosition: 0,
      next: null,
      packageEvent: null,
      buffer: null,
      arrival: 0,
    });
    expect([...again.slab.subarray(again.slabOffset, again.slabOffset + 8)]).toEqual(new Array(8).fill(0));
  });

  it('check 71: a 12-byte event returns event and buffer, a 3-byte event only itself', () => {
    const allocator = new EventAllocator();
    const long = longEvent(allocator, 12);
    const short = makeEvent(allocator, 0, 0x90, 60, 100);
    expect([allocator.eventsInUse, allocator.buffersInUse]).toEqual([2, 1]);
    allocator.putMessage(short);
    expect([allocator.eventsInUse, allocator.buffersInUse]).toEqual([1, 1]);
    allocator.putMessage(long);
    expect([allocator.eventsInUse, allocator.buffersInUse]).toEqual([0, 0]);
  });

  it('RULE-4: eight bytes are inline, nine are not', () => {
    const allocator = new EventAllocator();
    const event = makeEvent(allocator, 0, 1, 2, 3, 4, 5, 6, 7, 8);
    expect([...event.toBytes()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const nine = longEvent(allocator, 9);
    nine.buffer!.set([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(nine.byteAt(8)).toBe(9);
  });

  it('takes back the whole chain and every package in it', () => {
    const allocator = new EventAllocator();
    const first = makeEvent(allocator, 0, 0xf8);
    const second = makeEvent(allocator, 0, 0xf8);
    first.next = second;
    second.flags = KERNEL_EVENT_FLAGS.package;
    second.packageEvent = longEvent(allocator, 20);
    second.packageEvent.next = longEvent(allocator, 20);
    second.packageEvent.next.packageEvent = makeEvent(allocator, 0, 0xf8);
    second.next = makeEvent(allocator, 0, 0xf8);
    expect([allocator.eventsInUse, allocator.buffersInUse]).toEqual([6, 2]);
    allocator.putMessage(first);
    expect([allocator.eventsInUse, allocator.buffersInUse]).toEqual([0, 0]);
  });

  it('starts filled, grows on demand, keeps events apart', () => {
    const allocator = new EventAllocator({ events: 4 });
    const events = Array.from({ length: 200 }, (_, index) => makeEvent(allocator, index, index & 0x7f));
    expect(new Set(events).size).toBe(200);
    expect(events.every((event, index) => event.byteAt(0) === (index & 0x7f))).toBe(true);
    for (const event of events) allocator.putMessage(event);
    expect(allocator.eventsInUse).toBe(0);
  });

  it('says that it is exhausted', () => {
    const allocator = new EventAllocator({ events: 2, maximumEvents: 2, buffers: 0, maximumBuffers: 1 });
    allocator.getMessage();
    allocator.getMessage();
    allocator.getBuffer();
    expect(() => allocator.getMessage()).toThrow(
      expect.objectContaining({ code: 'bad-state', status: 'STATUS_INSUFFICIENT_RESOURCES' }),
    );
    expect(() => allocator.getBuffer()).toThrow(/limit of 1 MIDI data buffers/);
  });

  it('notices an event that is returned twice', () => {
    const allocator = new EventAllocator();
    const event = allocator.getMessage();
    allocator.putMessage(event);
    expect(() => allocator.putMessage(event)).toThrow(/returned to its allocator twice/);
  });

  it('gives and takes bare buffers of constant size', () => {
    const allocator = new EventAllocator({ bufferSize: 64 });
    const buffer = allocator.getBuffer();
    expect([allocator.getBufferSize(), buffer.length]).toEqual([64, 64]);
    allocator.putBuffer(buffer);
    expect(allocator.buffersInUse).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { DmaChannel, DmaSlaveChannel } from '../../../../src/main/engine/portcls/dmaChannel.ts';
import { statusOf } from '../../../fixtures/statusOf.ts';

describe('DMA channel', () => {
  it('gives a zeroed buffer of what was asked, but never more than its maximum', () => {
    const channel = new DmaChannel(1_000);
    channel.allocateBuffer(4_000);
    expect([channel.allocatedBufferSize, channel.maximumBufferSize, channel.bufferSize]).toEqual([
      1_000, 1_000, 1_000,
    ]);
    expect(channel.systemAddress.every((byte) => byte === 0)).toBe(true);
    expect(statusOf(() => channel.allocateBuffer(10))).toBe('STATUS_INVALID_DEVICE_STATE');
    channel.freeBuffer();
    expect(channel.bufferSize).toBe(0);
    channel.allocateBuffer(10);
    expect(channel.bufferSize).toBe(10);
  });

  it('uses a part of the buffer, and no more than there is', () => {
    const channel = new DmaChannel(100);
    channel.allocateBuffer(100);
    channel.setBufferSize(60);
    expect([channel.bufferSize, channel.maximumBufferSize]).toEqual([60, 100]);
    expect(statusOf(() => channel.setBufferSize(101))).toBe('STATUS_INVALID_PARAMETER');
    expect(channel.bufferSize).toBe(60);
  });

  it('copies in and out within the buffer only', () => {
    const channel = new DmaChannel(8);
    channel.allocateBuffer(8);
    channel.copyTo(2, Uint8Array.of(1, 2, 3));
    const out = new Uint8Array(4);
    channel.copyFrom(out, 1);
    expect([...out]).toEqual([0, 1, 2, 3]);
    expect(statusOf(() => channel.copyTo(6, Uint8Array.of(1, 2, 3)))).toBe('STATUS_INVALID_PARAMETER');
    expect(statusOf(() => channel.copyFrom(out, -1))).toBe('STATUS_INVALID_PARAMETER');
    expect([...channel.systemAddress]).toEqual([0, 0, 1, 2, 3, 0, 0, 0]);
  });

  it('a slave counts down from the size of its transfer and starts over', () => {
    const channel = new DmaSlaveChannel(100);
    channel.allocateBuffer(100);
    expect(statusOf(() => channel.start(101, true))).toBe('STATUS_INVALID_PARAMETER');
    channel.start(80, true);
    expect([channel.transferCount, channel.readCounter()]).toEqual([80, 80]);
    channel.transferred(30);
    expect(channel.transferCount - channel.readCounter()).toBe(30);
    channel.transferred(60);
    expect(channel.transferCount - channel.readCounter()).toBe(10);
    channel.stop();
    channel.transferred(5);
    expect(channel.readCounter()).toBe(70);
  });
});

import { describe, expect, it } from 'vitest';
import { pcmFormat } from '../../../../../src/main/engine/ks/format.ts';
import { KSPROPERTY_RTAUDIO } from '../../../../../src/main/engine/ks/properties/rtAudio.ts';
import type { AudioBuffer } from '../../../../../src/main/engine/portcls/ports/waveRT.ts';
import { CyclicBuffer } from '../../../../../src/main/engine/portcls/wave/cyclicBuffer.ts';
import type { RtConverterOutput } from '../../../../../src/main/engine/portcls/wave/rtConverterStream.ts';
import {
  PACKET_END_OF_STREAM,
  RenderPackets,
} from '../../../../../src/main/engine/portcls/wave/rtPackets.ts';
import { WaveRtClient } from '../../../../../src/main/engine/wdmaud/waveRtClient.ts';
import { converterCard, counting } from '../../../../fixtures/converterCard.ts';
import { PCM_IN_PIN, PCM_OUT_PIN } from '../../../../fixtures/exampleAdapter/wave.ts';
import { statusOf } from '../../../../fixtures/statusOf.ts';

/** Cyclic buffer, registers, events and packets of a WaveRT pin over a converter. Specification 3.6. */

const FORMAT = pcmFormat(2, 48_000, 16);
const MS = 192;
/** Two packets of 10 ms. */
const SIZE = 20 * MS;

function pinOf(pinId: number, options?: Parameters<typeof converterCard>[1]) {
  const card = converterCard('rt', options);
  const pin = card.filter.createPin(pinId, FORMAT);
  const allocate = (notificationCount = 2, requestedBufferSize = SIZE) =>
    pin.get(KSPROPERTY_RTAUDIO.BUFFER_WITH_NOTIFICATION, {
      baseAddress: 0,
      requestedBufferSize,
      notificationCount,
    });
  const setWritePacket = (packetNumber: number, flags = 0, eosPacketLength = 0) =>
    pin.set(KSPROPERTY_RTAUDIO.SETWRITEPACKET, undefined, { packetNumber, flags, eosPacketLength });
  const packetCount = () => pin.get(KSPROPERTY_RTAUDIO.PACKETCOUNT, undefined);
  return { ...card, pin, allocate, setWritePacket, packetCount };
}
const renderPin = (options?: Parameters<typeof converterCard>[1]) => pinOf(PCM_OUT_PIN, options);

describe('the cyclic buffer', () => {
  it('51: a client refuses a stream whose buffer is smaller than it asked for', () => {
    const { filter, rtPort, streams } = converterCard('rt');
    const open = () => WaveRtClient.open(filter, rtPort, PCM_OUT_PIN, FORMAT, { bufferBytes: SIZE });
    const client = open();
    expect(client.memory).toHaveLength(SIZE);
    client.dispose();
    const { newStream } = rtPort.miniport;
    rtPort.miniport.newStream = (...parts) => {
      const stream = newStream(...parts);
      const allocate = stream.allocateAudioBuffer.bind(stream);
      stream.allocateAudioBuffer = (size): AudioBuffer => ({ ...allocate(size), actualSize: size - 4 });
      return stream;
    };
    expect(statusOf(open)).toBe('STATUS_UNSUCCESSFUL');
    expect(streams.at(-1)!.state).toBe('STOP');
    expect(filter.counts(PCM_OUT_PIN).filterCurrent).toBe(0);
  });

  it('52: has one or two notifications; a count of 3 is rejected', () => {
    const { allocate } = renderPin();
    expect(statusOf(() => allocate(3, 3 * SIZE))).toBe('STATUS_INVALID_PARAMETER');
    expect(statusOf(() => allocate(0))).toBe('STATUS_INVALID_PARAMETER');
    expect(allocate(2).actualBufferSize).toBe(SIZE);
    expect(renderPin().allocate(1).actualBufferSize).toBe(SIZE);
  });

  it('is at least as large as asked for, in whole frames, and refuses what makes no sense', () => {
    expect(renderPin().allocate(2, 1_002).actualBufferSize).toBe(1_008);
    expect(statusOf(() => renderPin().allocate(2, 1_001))).toBe('STATUS_INVALID_PARAMETER');
    expect(statusOf(() => renderPin().allocate(1, 3))).toBe('STATUS_UNSUCCESSFUL');
    const { allocate } = renderPin();
    allocate();
    expect(statusOf(() => allocate())).toBe('STATUS_INVALID_DEVICE_STATE');
  });

  it('57: a write-combined buffer needs a memory barrier, any other does not', () => {
    for (const [cacheType, barrier] of [
      ['writeCombined', true],
      ['cached', false],
      ['nonCached', false],
    ] as const) {
      expect(renderPin({ cacheType }).allocate().callMemoryBarrier).toBe(barrier);
    }
  });

  it('is freed when the pin closes', () => {
    const { pin, allocate, rtPort } = renderPin();
    const { bufferAddress } = allocate();
    expect(rtPort.memoryAt(bufferAddress)).toHaveLength(SIZE);
    pin.close();
    expect(statusOf(() => rtPort.memoryAt(bufferAddress))).toBe('STATUS_NOT_FOUND');
  });

  it('is played round and round, as it is at that moment', () => {
    const { pin, rtPort, play } = renderPin();
    const { bufferAddress } = pin.get(KSPROPERTY_RTAUDIO.BUFFER, {
      baseAddress: 0,
      requestedBufferSize: SIZE,
    });
    const memory = rtPort.memoryAt(bufferAddress);
    memory.set(counting(SIZE));
    pin.setState('RUN');
    expect(play()).toEqual(counting(10 * MS));
    expect(play()).toEqual(counting(10 * MS, 10 * MS));
    memory.fill(7);
    expect(new Set(play())).toEqual(new Set([7]));
  });
});

describe('registers', () => {
  it('56: the position register is mapped once; moving every 2nd sample of stereo 16-bit its accuracy is 8', () => {
    const { pin } = renderPin({ blockFrames: 2 });
    const map = () => pin.get(KSPROPERTY_RTAUDIO.POSITIONREGISTER, { baseAddress: 0 });
    expect(map()).toMatchObject({ width: 32, accuracy: 8 });
    expect(statusOf(map)).toBe('STATUS_UNSUCCESSFUL');
    expect(
      renderPin({ blockFrames: 4 }).pin.get(KSPROPERTY_RTAUDIO.POSITIONREGISTER, { baseAddress: 0 }),
    ).toMatchObject({ accuracy: 16 });
  });

  it('tell position and time to another thread through the shared memory', () => {
    const { pin, allocate, play, streams } = renderPin();
    allocate();
    const other = new CyclicBuffer((streams[0] as RtConverterOutput).buffer!.shared);
    pin.setState('RUN');
    for (let block = 0; block < 3; block++) play();
    expect(other.positionRegister).toBe(10 * MS);
    expect(other.clockRegister).toBe(300_000);
    const block = { from: 0, length: 0, time: 0 };
    other.readBlock(block);
    expect(block).toEqual({ from: 20 * MS, length: 10 * MS, time: 200_000 });
  });
});

describe('packets', () => {
  it('53: after 5 packets of two per buffer packet 6 is next, at offset 0; STOP counts from 0', () => {
    const { pin, allocate, rtPort, play, packetCount, setWritePacket } = renderPin();
    const memory = rtPort.memoryAt(allocate().bufferAddress);
    pin.setState('RUN');
    for (let packet = 0; packet < 5; packet++) play();
    expect(packetCount()).toBe(5);
    memory.set(counting(10 * MS), 0);
    expect(statusOf(() => setWritePacket(6))).toBeUndefined();
    play();
    expect(play()).toEqual(counting(10 * MS));
    pin.setState('STOP');
    expect(packetCount()).toBe(0);
  });

  it('54: late, too early and after the end: each refusal has its status', () => {
    const { pin, allocate, play, setWritePacket } = renderPin();
    allocate();
    const status = (...parts: Parameters<typeof setWritePacket>) => statusOf(() => setWritePacket(...parts));
    pin.setState('RUN');
    for (let packet = 0; packet < 5; packet++) play();
    expect(status(5)).toBe('STATUS_DATA_LATE_ERROR');
    expect(status(4)).toBe('STATUS_DATA_LATE_ERROR');
    expect(status(9)).toBe('STATUS_DATA_OVERRUN');
    expect(status(7)).toBe('STATUS_DATA_OVERRUN');
    expect(status(6, 0x400)).toBe('STATUS_INVALID_PARAMETER');
    expect(status(6, PACKET_END_OF_STREAM, 10 * MS + 1)).toBe('STATUS_INVALID_PARAMETER');
    expect(status(6, 0, 10 * MS + 1)).toBeUndefined();
    play();
    expect(status(7, PACKET_END_OF_STREAM, 0)).toBeUndefined();
    expect(status(8)).toBe('STATUS_INVALID_DEVICE_STATE');
    pin.setState('STOP');
    expect(status(0)).toBeUndefined();
    expect(status(2)).toBe('STATUS_DATA_OVERRUN');
  });

  it('play silence where the client wrote none and behind its last byte, and go on counting', () => {
    const { pin, allocate, rtPort, play, packetCount, setWritePacket } = renderPin();
    const memory = rtPort.memoryAt(allocate().bufferAddress);
    memory.set(counting(SIZE));
    setWritePacket(0);
    pin.setState('RUN');
    expect(play()).toEqual(counting(10 * MS));
    expect(new Set(play())).toEqual(new Set([0]));
    play();
    setWritePacket(4, PACKET_END_OF_STREAM, 5 * MS);
    play();
    const last = play();
    expect(last.subarray(0, 5 * MS)).toEqual(counting(5 * MS));
    expect(new Set(last.subarray(5 * MS))).toEqual(new Set([0]));
    play();
    expect(packetCount()).toBe(6);
  });

  it('wake a thread that waits for the next one, and only then', () => {
    const { pin, allocate, play, streams } = renderPin();
    allocate();
    const { packetRegisters } = (streams[0] as RtConverterOutput).buffer!;
    const waiting = new RenderPackets(packetRegisters, SIZE / 2, 2);
    pin.setState('RUN');
    expect(waiting.waitForPacket(0, 1)).toBe(false);
    play();
    expect(waiting.count).toBe(1);
    expect(waiting.waitForPacket(0, 1)).toBe(true);
  });

  it('signal registered events at the middle and the end of the buffer', () => {
    for (const [count, expected] of [
      [2, 8],
      [1, 4],
    ] as const) {
      const { pin, allocate, rtPort, play } = renderPin({ blockFrames: 240 });
      allocate(count);
      let signalled = 0;
      const notificationEvent = rtPort.createEvent(() => signalled++);
      pin.get(KSPROPERTY_RTAUDIO.REGISTER_NOTIFICATION_EVENT, { notificationEvent });
      pin.setState('RUN');
      for (let block = 0; block < 16; block++) play();
      expect(signalled).toBe(expected);
      pin.set(KSPROPERTY_RTAUDIO.UNREGISTER_NOTIFICATION_EVENT, { notificationEvent }, notificationEvent);
      for (let block = 0; block < 4; block++) play();
      expect(signalled).toBe(expected);
      rtPort.closeEvent(notificationEvent);
      expect(
        statusOf(() => pin.get(KSPROPERTY_RTAUDIO.REGISTER_NOTIFICATION_EVENT, { notificationEvent })),
      ).toBe('STATUS_INVALID_PARAMETER');
    }
  });

  it('need a buffer with notifications', () => {
    const { pin, packetCount, setWritePacket } = renderPin();
    pin.get(KSPROPERTY_RTAUDIO.BUFFER, { baseAddress: 0, requestedBufferSize: SIZE });
    expect(statusOf(packetCount)).toBe('STATUS_NOT_SUPPORTED');
    expect(statusOf(() => setWritePacket(0))).toBe('STATUS_NOT_SUPPORTED');
    expect(statusOf(() => pin.get(KSPROPERTY_RTAUDIO.PRESENTATION_POSITION, undefined))).toBe(
      'STATUS_NOT_SUPPORTED',
    );
  });

  it('have a presentation position in frames that begins with packet 0', () => {
    const { pin, allocate, play, scheduler } = renderPin();
    allocate();
    const presentation = () => pin.get(KSPROPERTY_RTAUDIO.PRESENTATION_POSITION, undefined);
    expect(presentation().positionInBlocks).toBe(0);
    pin.setState('RUN');
    play();
    expect(presentation()).toEqual({ positionInBlocks: 480, qpcPosition: scheduler.now() });
    pin.setState('STOP');
    expect(presentation().positionInBlocks).toBe(0);
  });
});

describe('captured packets', () => {
  function capturePin() {
    const card = pinOf(PCM_IN_PIN);
    const memory = card.rtPort.memoryAt(card.allocate().bufferAddress);
    const read = () => card.pin.get(KSPROPERTY_RTAUDIO.GETREADPACKET, undefined);
    return { ...card, memory, read };
  }

  it('55: without data GetReadPacket answers that the device is not ready', () => {
    const { pin, read, record } = capturePin();
    expect(statusOf(read)).toBe('STATUS_INVALID_DEVICE_STATE');
    pin.setState('RUN');
    expect(statusOf(read)).toBe('STATUS_DEVICE_NOT_READY');
    record(counting(10 * MS));
    expect(read()).toMatchObject({ packetNumber: 0, moreData: false });
    expect(statusOf(read)).toBe('STATUS_DEVICE_NOT_READY');
  });

  it('come in order, tell whether there are more, and lose the oldest first', () => {
    const { pin, read, record, memory } = capturePin();
    pin.setState('RUN');
    record(counting(10 * MS));
    record(counting(10 * MS, 10 * MS));
    expect(read()).toMatchObject({ packetNumber: 0, moreData: true });
    expect(read()).toMatchObject({ packetNumber: 1, moreData: false });
    expect(memory).toEqual(counting(SIZE));
    for (let packet = 2; packet < 7; packet++) record(counting(10 * MS, packet));
    record(counting(MS));
    expect(read()).toMatchObject({ packetNumber: 6, moreData: false });
    pin.setState('STOP');
    pin.setState('PAUSE');
    expect(statusOf(read)).toBe('STATUS_DEVICE_NOT_READY');
  });

  it('are for capture streams only, as written ones are for render streams', () => {
    const { pin, setWritePacket } = capturePin();
    expect(statusOf(() => setWritePacket(0))).toBe('STATUS_NOT_SUPPORTED');
    expect(statusOf(() => pin.get(KSPROPERTY_RTAUDIO.PACKETCOUNT, undefined))).toBe('STATUS_NOT_SUPPORTED');
    const render = renderPin();
    render.allocate();
    expect(statusOf(() => render.pin.get(KSPROPERTY_RTAUDIO.GETREADPACKET, undefined))).toBe(
      'STATUS_NOT_SUPPORTED',
    );
  });
});

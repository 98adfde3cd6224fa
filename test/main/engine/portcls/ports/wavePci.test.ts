import { describe, expect, it } from 'vitest';
import { millisecondsToReferenceTime, referenceTime } from '../../../../../src/contract/units.ts';
import { pcmFormat } from '../../../../../src/main/engine/ks/format.ts';
import { KSPROPERTY_AUDIO } from '../../../../../src/main/engine/ks/properties/audio.ts';
import type { StreamRead } from '../../../../../src/main/engine/ks/pin.ts';
import type { KsStatus } from '../../../../../src/main/engine/ks/status.ts';
import type { MiniportWavePciStream } from '../../../../../src/main/engine/portcls/ports/wavePci.ts';
import { MappingQueue } from '../../../../../src/main/engine/portcls/wave/mappingQueue.ts';
import { PciConverterStream } from '../../../../../src/main/engine/portcls/wave/pciConverterStream.ts';
import { converterCard, counting } from '../../../../fixtures/converterCard.ts';
import { PCM_IN_PIN, PCM_OUT_PIN } from '../../../../fixtures/exampleAdapter/wave.ts';
import { statusOf } from '../../../../fixtures/statusOf.ts';

/** The mappings of the WavePci port. Specification 3.4, 3.5. */

const FORMAT = pcmFormat(2, 48_000, 16);
const MS = 192;
const NOW = referenceTime(0);
const PAGE = 4096;
const join = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

/** A queue whose miniport stream writes down what it is told. */
function queue() {
  const mappings = new MappingQueue();
  const calls: string[] = [];
  mappings.attach({
    mappingAvailable: () => calls.push('MappingAvailable'),
    revokeMappings(first, last) {
      calls.push(`RevokeMappings ${first} ${last}`);
      return last - first + 1;
    },
  });
  return { mappings, calls };
}

describe('mappings', () => {
  it('47: an empty queue refuses, and only then new data is announced, once', () => {
    const { mappings, calls } = queue();
    mappings.write(counting(10), {});
    expect(calls).toEqual([]);
    expect(mappings.getMapping(1)).toEqual({ bytes: counting(10), last: true });
    mappings.write(counting(10), {});
    expect(calls).toEqual([]);
    mappings.getMapping(2);
    expect(statusOf(() => mappings.getMapping(3))).toBe('STATUS_NOT_FOUND');
    expect(statusOf(() => mappings.getMapping(3))).toBe('STATUS_NOT_FOUND');
    mappings.write(counting(10), {});
    mappings.write(counting(10), {});
    expect(calls).toEqual(['MappingAvailable']);
  });

  it('span at most 16 pages, and the last one of a buffer says so', () => {
    const { mappings } = queue();
    const data = counting(35 * PAGE);
    mappings.write(data, {});
    const got = [1, 2, 3].map((tag) => mappings.getMapping(tag));
    expect(got.map(({ bytes, last }) => [bytes.length / PAGE, last])).toEqual([
      [16, false],
      [16, false],
      [3, true],
    ]);
    expect(join(...got.map(({ bytes }) => bytes))).toEqual(data);
  });

  it('are released in order of acquisition; the last one completes the buffer', () => {
    const { mappings } = queue();
    const done: KsStatus[] = [];
    mappings.write(counting(20 * PAGE), { completed: (status) => done.push(status) });
    mappings.getMapping(10);
    mappings.getMapping(11);
    expect(statusOf(() => mappings.getMapping(11))).toBe('STATUS_INVALID_PARAMETER');
    expect(statusOf(() => mappings.releaseMapping(11))).toBe('STATUS_INVALID_PARAMETER');
    mappings.releaseMapping(10);
    expect(done).toEqual([]);
    mappings.releaseMapping(11);
    expect(done).toEqual(['STATUS_SUCCESS']);
    expect(statusOf(() => mappings.releaseMapping(11))).toBe('STATUS_INVALID_PARAMETER');
  });

  it('of a terminated packet end with the one held, and the next comes from the next buffer', () => {
    const { mappings } = queue();
    const done: KsStatus[] = [];
    expect(statusOf(() => mappings.terminatePacket())).toBe('STATUS_INVALID_DEVICE_STATE');
    mappings.write(counting(20 * PAGE), { completed: (status) => done.push(status) });
    mappings.write(counting(100), {});
    mappings.getMapping(1);
    mappings.terminatePacket();
    mappings.releaseMapping(1);
    expect(done).toEqual(['STATUS_SUCCESS']);
    expect(mappings.getMapping(2).bytes).toHaveLength(100);
  });

  it('48: revoking five of which two were released reports three', () => {
    const mappings = new MappingQueue();
    const stream = new PciConverterStream({
      format: FORMAT,
      capture: false,
      blockFrames: 1,
      now: () => NOW,
      portStream: mappings,
    });
    mappings.attach(stream);
    for (let buffer = 0; buffer < 5; buffer++) mappings.write(counting(8), {});
    stream.setState('ACQUIRE');
    stream.setState('PAUSE');
    stream.setState('RUN');
    stream.service();
    expect(mappings.heldTags).toEqual([0, 1, 2, 3, 4]);
    stream.transfer(new Uint8Array(16), NOW);
    expect(mappings.heldTags).toEqual([2, 3, 4]);
    expect(stream.revokeMappings(0, 4)).toBe(3);
    expect(stream.revokeMappings(0, 4)).toBe(0);
  });

  it('on STOP are revoked from the first to the last, and the buffers cancelled', () => {
    const { mappings, calls } = queue();
    const done: string[] = [];
    for (const name of ['first', 'second', 'third']) {
      mappings.write(counting(10), { completed: (status) => done.push(`${name} ${status}`) });
    }
    for (const tag of [5, 6]) mappings.getMapping(tag);
    mappings.reset();
    expect(calls).toEqual(['RevokeMappings 5 6']);
    expect(done).toEqual(['first', 'second', 'third'].map((name) => `${name} STATUS_CANCELLED`));
  });

  it('50: the write cursor is the pre-fetch offset ahead of the play cursor, modulo the loop', () => {
    const { mappings } = queue();
    mappings.write(counting(300), { looped: true });
    mappings.setPreFetchOffset(256);
    expect(mappings.renderPosition(100)).toEqual({ playOffset: 100, writeOffset: 56 });
    expect(statusOf(() => mappings.setPreFetchOffset(-1))).toBe('STATUS_INVALID_PARAMETER');
  });

  it('without a pre-fetch offset put the write cursor at the end of the last one handed out', () => {
    const { mappings } = queue();
    mappings.write(counting(200), {});
    mappings.write(counting(200), {});
    mappings.getMapping(1);
    expect(mappings.renderPosition(50)).toEqual({ playOffset: 50, writeOffset: 200 });
  });
});

describe('WavePci render', () => {
  function renderPin(serviceGroup = false) {
    const card = converterCard('pci', { serviceGroup });
    const pin = card.filter.createPin(PCM_OUT_PIN, FORMAT);
    return { ...card, pin, position: () => pin.get(KSPROPERTY_AUDIO.POSITION, undefined) };
  }

  it('49: a stream without a service group is serviced every 20 ms while it runs', () => {
    for (const [serviceGroup, expected] of [
      [false, 5],
      [true, 0],
    ] as const) {
      const { pin, streams, scheduler } = renderPin(serviceGroup);
      const stream = streams[0] as unknown as MiniportWavePciStream;
      let services = 0;
      stream.service = () => services++;
      scheduler.advance(millisecondsToReferenceTime(100));
      pin.setState('RUN');
      scheduler.advance(millisecondsToReferenceTime(100));
      expect(services).toBe(expected);
      pin.setState('PAUSE');
      scheduler.advance(millisecondsToReferenceTime(100));
      expect(services).toBe(expected);
      expect(scheduler.pending).toBe(0);
    }
  });

  it('plays buffers of any size without a seam, though frames straddle them, and waits for more', () => {
    const { pin, play, position } = renderPin();
    const data = counting(30 * MS);
    let sent = 0;
    for (const length of [7, 1_000, 1, 3_000, data.length]) {
      pin.write(NOW, data.subarray(sent, sent + length));
      sent += length;
    }
    pin.setState('RUN');
    expect(join(play(), play(), play())).toEqual(data);
    expect(new Set(play())).toEqual(new Set([0]));
    expect(position().playOffset).toBe(30 * MS);
    pin.write(NOW, counting(10 * MS));
    expect(play()).toEqual(counting(10 * MS));
  });

  it('plays a looped buffer round and round and moves its cursor', () => {
    const { pin, play, position } = renderPin();
    const loop = counting(15 * MS);
    pin.write(NOW, loop, { looped: true });
    pin.setState('RUN');
    expect(join(play(), play(), play())).toEqual(join(loop, loop));
    expect(position().playOffset).toBe(0);
    play();
    pin.setState('PAUSE');
    pin.set(KSPROPERTY_AUDIO.POSITION, undefined, { playOffset: 3 * MS, writeOffset: 0 });
    expect(position().playOffset).toBe(3 * MS);
    pin.setState('RUN');
    expect(play()).toEqual(loop.subarray(3 * MS, 13 * MS));
    expect(position().playOffset).toBe(13 * MS);
  });

  it('drains: the last buffer is completed when it was taken', () => {
    const { pin, play } = renderPin();
    const done: KsStatus[] = [];
    pin.write(NOW, counting(15 * MS), { endOfStream: true, completed: (status) => done.push(status) });
    pin.setState('RUN');
    play();
    expect(done).toEqual([]);
    play();
    expect(done).toEqual(['STATUS_SUCCESS']);
  });
});

describe('WavePci capture', () => {
  it('fills client buffers through mappings and says when they were recorded', () => {
    const { filter, record } = converterCard('pci');
    const pin = filter.createPin(PCM_IN_PIN, FORMAT);
    type Result = Parameters<StreamRead['completed']>[0];
    const results: Result[] = [];
    const buffers = [15, 5].map((milliseconds) => new Uint8Array(milliseconds * MS));
    for (const buffer of buffers) pin.read({ buffer, completed: (result) => results.push(result) });
    pin.setState('RUN');
    record(counting(10 * MS));
    record(counting(10 * MS, 10 * MS));
    expect(results).toEqual([
      { status: 'STATUS_SUCCESS', startTime: 0, length: 15 * MS },
      { status: 'STATUS_SUCCESS', startTime: 150_000, length: 5 * MS },
    ]);
    expect(join(...buffers)).toEqual(counting(20 * MS));
    expect(pin.get(KSPROPERTY_AUDIO.POSITION, undefined)).toEqual({
      playOffset: 20 * MS,
      writeOffset: 20 * MS,
    });
  });
});

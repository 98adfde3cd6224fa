import { describe, expect, it } from 'vitest';
import { millisecondsToReferenceTime, referenceTime } from '../../../../../src/contract/units.ts';
import type { StreamRead } from '../../../../../src/main/engine/ks/pin.ts';
import type { KsStatus } from '../../../../../src/main/engine/ks/status.ts';
import { pcmFormat } from '../../../../../src/main/engine/ks/format.ts';
import { KSPROPERTY_AUDIO } from '../../../../../src/main/engine/ks/properties/audio.ts';
import { PortCls } from '../../../../../src/main/engine/portcls/portcls.ts';
import { converterCard, counting } from '../../../../fixtures/converterCard.ts';
import { installExampleAdapter } from '../../../../fixtures/exampleAdapter/exampleAdapter.ts';
import { PCM_IN_PIN, PCM_OUT_PIN } from '../../../../fixtures/exampleAdapter/wave.ts';
import { ManualScheduler } from '../../../../fixtures/manualScheduler.ts';
import { statusOf } from '../../../../fixtures/statusOf.ts';

/** The data path of the WaveCyclic port over a converter that takes 10 ms at a time. Specification 3.3, 3.5. */

/** 192 bytes per millisecond. */
const FORMAT = pcmFormat(2, 48_000, 16);
const MS = 192;
const NOW = referenceTime(0);

function renderPin(options?: Parameters<typeof converterCard>[1], format = FORMAT) {
  const card = converterCard('cyclic', options);
  const pin = card.filter.createPin(PCM_OUT_PIN, format);
  const position = () => pin.get(KSPROPERTY_AUDIO.POSITION, undefined);
  return { ...card, pin, position };
}

const silence = (milliseconds: number) => new Uint8Array(milliseconds * MS);
const join = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

describe('WaveCyclic render', () => {
  it('44: Silence writes 0x80 for 8-bit samples and 0 for 16-bit ones', () => {
    for (const [bits, expected] of [
      [8, 0x80],
      [16, 0],
    ] as const) {
      const { pin, play } = renderPin({}, pcmFormat(2, 48_000, bits));
      pin.write(NOW, counting(200));
      pin.setState('RUN');
      const played = play();
      expect(played.subarray(0, 200)).toEqual(counting(200));
      expect(new Set(played.subarray(200))).toEqual(new Set([expected]));
    }
  });

  it('45: 25 ms of data are played at once, without waiting for 40 ms', () => {
    const { pin, play } = renderPin();
    pin.write(NOW, counting(25 * MS));
    pin.setState('RUN');
    expect(join(play(), play(), play())).toEqual(join(counting(25 * MS), silence(5)));
  });

  it('46: with 30 ms left silence follows the data, and new data takes its place', () => {
    const scheduler = new ManualScheduler();
    const portCls = new PortCls({ masterClock: scheduler, scheduler });
    const { wave, waveMiniport } = installExampleAdapter(portCls, { wavePort: 'cyclic' });
    const pin = wave.filter.createPin(PCM_OUT_PIN, FORMAT);
    const memory = waveMiniport.channels[0]!.systemAddress;
    const STALE = 0xee;
    memory.fill(STALE);
    const play = (milliseconds: number) => {
      waveMiniport.streams[0]!.advance(milliseconds * MS);
      waveMiniport.interrupt();
      scheduler.runQueued();
    };
    const ring = (from: number, to: number) => new Set(memory.subarray(from * MS, to * MS));
    pin.write(NOW, counting(40 * MS));
    pin.setState('RUN');
    play(9);
    expect(ring(40, 60)).toEqual(new Set([STALE]));
    play(1);
    expect(ring(40, 50)).toEqual(new Set([0]));
    expect(ring(50, 60)).toEqual(new Set([STALE]));
    pin.write(NOW, counting(8 * MS, 40 * MS));
    expect(memory.slice(0, 48 * MS)).toEqual(counting(48 * MS));
    expect(ring(48, 50)).toEqual(new Set([0]));
    play(10);
    expect(ring(48, 60)).toEqual(new Set([0]));
  });

  it('keeps the render pointer at most 40 ms ahead and completes buffers as they are copied', () => {
    const { pin, play, position } = renderPin();
    const done: string[] = [];
    for (const name of ['first', 'second', 'third']) {
      pin.write(NOW, new Uint8Array(20 * MS).fill(1), {
        completed: (status) => done.push(`${name} ${status}`),
      });
    }
    pin.setState('RUN');
    expect(done).toEqual(['first STATUS_SUCCESS', 'second STATUS_SUCCESS']);
    expect(position()).toEqual({ playOffset: 0, writeOffset: 40 * MS });
    play();
    expect(position()).toEqual({ playOffset: 10 * MS, writeOffset: 50 * MS });
    play();
    play();
    expect(done.at(-1)).toBe('third STATUS_SUCCESS');
  });

  it('interpolates the position within a block, and stands still at the end of the data', () => {
    const { pin, play, position, streams, scheduler } = renderPin();
    pin.write(NOW, counting(15 * MS));
    pin.setState('RUN');
    streams[0]!.transfer(new Uint8Array(10 * MS), scheduler.now());
    for (const milliseconds of [0, 2.5, 5, 9, 12]) {
      const passed = millisecondsToReferenceTime(milliseconds);
      scheduler.advance(passed - scheduler.now());
      expect(position().playOffset).toBe(Math.min(milliseconds, 10) * MS);
    }
    play();
    play();
    expect(position().playOffset).toBe(15 * MS);
  });

  it('data that comes late is played whole, and the silence before it does not count', () => {
    const { pin, play, position } = renderPin();
    pin.write(NOW, counting(5 * MS));
    pin.setState('RUN');
    play();
    play();
    expect(position()).toEqual({ playOffset: 5 * MS, writeOffset: 5 * MS });
    pin.write(NOW, counting(20 * MS, 5 * MS));
    const heard = join(play(), play(), play(), play());
    const start = heard.findIndex((byte) => byte !== 0);
    expect(start).toBeLessThanOrEqual(10 * MS);
    expect(heard.subarray(start, start + 20 * MS)).toEqual(counting(20 * MS, 5 * MS));
    expect(position().playOffset).toBe(25 * MS);
  });

  it('PAUSE keeps data and position, RUN goes on with the next byte, STOP drops everything', () => {
    const { pin, play, position } = renderPin();
    const statuses: KsStatus[] = [];
    pin.write(NOW, counting(100 * MS), { completed: (status) => statuses.push(status) });
    pin.setState('RUN');
    play();
    pin.setState('PAUSE');
    expect(play()).toEqual(silence(10));
    expect(position().playOffset).toBe(10 * MS);
    pin.setState('RUN');
    expect(play()).toEqual(counting(10 * MS, 10 * MS));
    pin.setState('STOP');
    expect(statuses).toEqual(['STATUS_CANCELLED']);
    expect(position()).toEqual({ playOffset: 0, writeOffset: 0 });
    pin.setState('RUN');
    expect(play()).toEqual(silence(10));
  });

  it('drains: a buffer that ends the stream is completed when its last byte was played', () => {
    const { pin, play } = renderPin();
    const done: KsStatus[] = [];
    pin.write(NOW, counting(15 * MS), { endOfStream: true, completed: (status) => done.push(status) });
    pin.setState('RUN');
    play();
    expect(done).toEqual([]);
    play();
    play();
    expect(done).toEqual(['STATUS_SUCCESS']);
  });

  it('plays a looped buffer round and round, with the position within it, and moves its cursor', () => {
    const { pin, play, position } = renderPin();
    const loop = counting(15 * MS);
    pin.write(NOW, loop, { looped: true });
    expect(statusOf(() => pin.write(NOW, counting(4)))).toBe('STATUS_INVALID_DEVICE_REQUEST');
    pin.setState('RUN');
    expect(join(play(), play(), play())).toEqual(join(loop, loop));
    expect(position().playOffset).toBe(0);
    play();
    expect(position()).toEqual({ playOffset: 10 * MS, writeOffset: (80 % 15) * MS });
    pin.setState('PAUSE');
    pin.set(KSPROPERTY_AUDIO.POSITION, undefined, { playOffset: 3 * MS, writeOffset: 0 });
    expect(position()).toEqual({ playOffset: 3 * MS, writeOffset: 3 * MS });
    pin.setState('RUN');
    expect(play()).toEqual(loop.subarray(3 * MS, 13 * MS));
    expect(position().playOffset).toBe(13 * MS);
    const beyond = { playOffset: loop.length, writeOffset: 0 };
    expect(statusOf(() => pin.set(KSPROPERTY_AUDIO.POSITION, undefined, beyond))).toBe(
      'STATUS_INVALID_PARAMETER',
    );
  });

  it('moves the cursor of a running loop behind what the device may have fetched', () => {
    const { pin, play, position } = renderPin();
    const loop = counting(100 * MS);
    pin.write(NOW, loop, { looped: true });
    pin.setState('RUN');
    play();
    pin.set(KSPROPERTY_AUDIO.POSITION, undefined, { playOffset: 70 * MS, writeOffset: 0 });
    expect(join(play(), play())).toEqual(
      join(loop.subarray(10 * MS, 20 * MS), loop.subarray(70 * MS, 80 * MS)),
    );
    expect(position().playOffset).toBe(80 * MS);
  });

  it('works with a cyclic buffer smaller than the write-ahead', () => {
    const { pin, play } = renderPin({ bufferBytes: 20 * MS });
    pin.write(NOW, counting(60 * MS));
    pin.setState('RUN');
    const heard = join(...Array.from({ length: 6 }, () => play()));
    expect(heard).toEqual(counting(60 * MS));
  });
});

describe('WaveCyclic capture', () => {
  function capturePin() {
    const card = converterCard('cyclic', { bufferBytes: 100 * MS });
    const pin = card.filter.createPin(PCM_IN_PIN, FORMAT);
    type Result = Parameters<StreamRead['completed']>[0] & { bytes: Uint8Array };
    const results: Result[] = [];
    const read = (length: number) => {
      const buffer = new Uint8Array(length);
      pin.read({
        buffer,
        completed: (result) => results.push({ ...result, bytes: buffer.slice(0, result.length) }),
      });
    };
    return { ...card, pin, read, results };
  }

  it('fills buffers in order with what was recorded and says when it was', () => {
    const { pin, read, record, results } = capturePin();
    read(15 * MS);
    read(5 * MS);
    pin.setState('RUN');
    record(counting(10 * MS));
    expect(results).toEqual([]);
    record(counting(10 * MS, 10 * MS));
    record(counting(10 * MS, 20 * MS));
    expect(results.map(({ status, startTime, length }) => ({ status, startTime, length }))).toEqual([
      { status: 'STATUS_SUCCESS', startTime: 0, length: 15 * MS },
      { status: 'STATUS_SUCCESS', startTime: 150_000, length: 5 * MS },
    ]);
    expect(join(...results.map(({ bytes }) => bytes))).toEqual(counting(20 * MS));
    const { playOffset, writeOffset } = pin.get(KSPROPERTY_AUDIO.POSITION, undefined);
    expect({ playOffset, writeOffset }).toEqual({ playOffset: 30 * MS, writeOffset: 20 * MS });
  });

  it('loses the oldest when nobody reads, and tells the true time of what is left', () => {
    const { pin, read, record, results } = capturePin();
    pin.setState('RUN');
    for (let block = 0; block < 12; block++) record(counting(10 * MS, block * 10 * MS));
    read(10 * MS);
    expect(results[0]).toMatchObject({ status: 'STATUS_SUCCESS', startTime: 200_000 });
    expect(results[0]!.bytes).toEqual(counting(10 * MS, 20 * MS));
  });

  it('STOP gives waiting buffers back with what they hold', () => {
    const { pin, read, record, results } = capturePin();
    read(15 * MS);
    read(15 * MS);
    pin.setState('RUN');
    record(counting(10 * MS));
    pin.setState('STOP');
    expect(results.map(({ status, length }) => [status, length])).toEqual([
      ['STATUS_CANCELLED', 10 * MS],
      ['STATUS_CANCELLED', 0],
    ]);
  });
});

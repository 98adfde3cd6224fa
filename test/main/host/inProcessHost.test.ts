import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHUNK_FRAMES } from '../../../src/contract/hardware.ts';
import { latencySettingSchema } from '../../../src/contract/services/settings.ts';
import { referenceTime, type ReferenceTime } from '../../../src/contract/units.ts';
import type { HostPort } from '../../../src/main/hardware/hostPort.ts';
import { createInProcessHost } from '../../../src/main/host/inProcessHost.ts';
import { HostEvents, openOnNull } from './hostEvents.ts';
import { METER, REGISTER } from './toneCard.ts';
import { createToneStream, toneRecords } from './toneStream.ts';

describe('the device host in this process', () => {
  let host: HostPort;
  let events: HostEvents;

  beforeEach(() => {
    host = createInProcessHost(createToneStream);
    events = new HostEvents(host);
  });
  afterEach(() => host.kill());

  const play = (stream: number, input: string, records = toneRecords(440, 0.5)) => {
    host.send({ type: 'openStream', stream, input, synth: { kind: 'wavetable' } });
    host.send({ type: 'writeStream', stream, startTime: referenceTime(0), records });
    host.send({ type: 'setStreamState', stream, state: 'RUN' });
  };

  it.each(latencySettingSchema.options)('opens the null device at latency “%s”', async (latency) => {
    host.send(openOnNull({ latency }));
    const opened = await events.next('opened');
    expect(opened).toEqual({
      type: 'opened',
      output: { kind: 'null', label: '', reason: 'No output device was found.' },
      sampleRate: 48_000,
      chunkFrames: CHUNK_FRAMES[latency],
      at: expect.any(Number) as ReferenceTime,
    });
    const { status } = await events.next('status');
    expect(status.sampleRate).toBe(48_000);
    expect(status.latencyMs).toBeGreaterThan(10);
    expect(status.latencyMs).toBeLessThan(400);
    expect(status.underruns).toBe(0);
  });

  it('refuses a real device', async () => {
    host.send(openOnNull({ output: { kind: 'sink', name: 'speakers' } }));
    expect((await events.next('openFailed')).code).toBe('no-device');
  });

  it('tells how far a stream in RUN has been rendered, until it is closed', async () => {
    host.send(openOnNull());
    play(7, 'synth');
    const first = await events.next('streamPosition');
    const later = await events.next(
      'streamPosition',
      ({ position }) => position > first.position + 5_000_000,
    );
    expect(later.stream).toBe(7);
    expect(later.eventsPlayed).toBe(1);
    const { status } = await events.next('status', ({ status: { voices } }) => voices === 1);
    expect(status.voices).toBe(1);
    host.send({ type: 'closeStream', stream: 7 });
    const count = events.of('status').length;
    await events.next(
      'status',
      (event) => events.of('status').indexOf(event) > count && event.status.voices === 0,
    );
  });

  it('is heard through its registers on its meters', async () => {
    host.send(openOnNull({ registers: [{ register: REGISTER.synthVolume, gains: [0.5, 1] }] }));
    play(1, 'synth', toneRecords(440, 0.5, 0.25));
    host.send({ type: 'setMetering', on: true });
    const near = (actual: number | undefined, wanted: number) => Math.abs((actual ?? NaN) - wanted) < 0.01;
    await events.next(
      'meters',
      ({ peaks }) =>
        near(peaks[METER.synth * 2], 0.25) &&
        near(peaks[METER.synth * 2 + 1], 0.25) &&
        near(peaks[METER.master * 2], 0.25) &&
        peaks[METER.wave * 2] === 0,
    );
    host.send({
      type: 'setRegisters',
      values: [
        { register: REGISTER.synthVolume, gains: [1, 1] },
        { register: REGISTER.masterMute, gains: [0, 1] },
      ],
    });
    await events.next(
      'meters',
      ({ peaks }) =>
        near(peaks[METER.synth * 2], 0.5) &&
        peaks[METER.master * 2] === 0 &&
        near(peaks[METER.master * 2 + 1], 0.25),
    );
    host.send({ type: 'setMetering', on: false });
    await events.next('status', (event) => events.all.indexOf(event) > events.all.length - 2);
    const count = events.of('meters').length;
    const statuses = events.of('status').length;
    await events.next('status', (event) => events.of('status').indexOf(event) > statuses);
    expect(events.of('meters')).toHaveLength(count);
  });

  it('reports malformed records, unknown streams and unknown inputs, and goes on', async () => {
    host.send(openOnNull());
    play(1, 'synth');
    host.send({ type: 'writeStream', stream: 1, startTime: referenceTime(0), records: new Uint8Array(3) });
    host.send({ type: 'setStreamState', stream: 2, state: 'RUN' });
    host.send({ type: 'openStream', stream: 3, input: 'telephone', synth: { kind: 'wavetable' } });
    const wrong = await events.next('streamError', ({ stream }) => stream === 3);
    expect(wrong.message).toContain('telephone');
    expect((await events.next('streamError', ({ stream }) => stream === 1)).message).toBe(
      'Malformed records.',
    );
    expect((await events.next('streamError', ({ stream }) => stream === 2)).message).toContain('not open');
    await events.next('streamPosition', ({ stream }) => stream === 1);
  });

  it('ends a stream that throws while it renders, and no other', async () => {
    const faulty = createInProcessHost((request) => {
      const stream = createToneStream(request);
      const render = stream.render.bind(stream);
      let blocks = 0;
      stream.render = (...block) => {
        if (request.synth && ++blocks === 5 && faults-- > 0) throw new Error('no more breath');
        render(...block);
      };
      return stream;
    });
    let faults = 1;
    const heard = new HostEvents(faulty);
    faulty.send(openOnNull());
    for (const stream of [1, 2]) {
      faulty.send({ type: 'openStream', stream, input: 'synth', synth: { kind: 'wavetable' } });
      faulty.send({ type: 'setStreamState', stream, state: 'RUN' });
    }
    const error = await heard.next('streamError');
    expect(error.message).toContain('no more breath');
    await heard.next('status', ({ status }) => status.voices === 1);
    faulty.kill();
  });

  it('closes in an orderly way', async () => {
    host.send(openOnNull());
    await events.next('opened');
    play(1, 'synth');
    host.send({ type: 'close' });
    expect((await events.ended()).code).toBe(0);
  });

  it('can be killed while it opens', async () => {
    host.send(openOnNull());
    host.kill();
    expect((await events.ended()).signal).toBe('SIGKILL');
    expect(events.all).toEqual([]);
  });
});

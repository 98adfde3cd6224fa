import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CardPart } from '../../../src/contract/hardware.ts';
import type { DevicePower } from '../../../src/contract/services/topology.ts';
import { framesToReferenceTime, referenceTime } from '../../../src/contract/units.ts';
import type { HostPort } from '../../../src/main/hardware/hostPort.ts';
import { createInProcessHost } from '../../../src/main/host/inProcessHost.ts';
import type { RenderStreamFactory } from '../../../src/main/host/renderStream.ts';
import { HostEvents, openOnNull } from './hostEvents.ts';
import { METER, REGISTER, toneCard } from './toneCard.ts';
import { createToneStream, toneRecords } from './toneStream.ts';

/** A tone whose position counts what was played of it. */
const createCountedTone: RenderStreamFactory = (request) => {
  const tone = createToneStream(request);
  let played = 0;
  const { render } = tone;
  return Object.defineProperties(
    Object.assign(tone, {
      render(left: Float32Array, right: Float32Array, frames: number, blockTime: typeof tone.position) {
        if (tone.activeVoices > 0) played += frames;
        render(left, right, frames, blockTime);
      },
    }),
    { position: { get: () => framesToReferenceTime(played, request.sampleRate) } },
  );
};

describe('power of the card’s parts in the device host', () => {
  let host: HostPort;
  let events: HostEvents;

  beforeEach(() => {
    host = createInProcessHost(createCountedTone);
    events = new HostEvents(host);
  });
  afterEach(() => host.kill());

  const play = () => {
    host.send({ type: 'openStream', stream: 1, input: 'synth', synth: { kind: 'wavetable' } });
    host.send({
      type: 'writeStream',
      stream: 1,
      startTime: referenceTime(0),
      records: toneRecords(440, 0.5),
    });
    host.send({ type: 'setStreamState', stream: 1, state: 'RUN' });
  };
  const setPower = async (part: CardPart, state: DevicePower) => {
    const before = events.of('powered').length;
    host.send({ type: 'setPower', part, state });
    return await events.next('powered', (event) => events.of('powered').indexOf(event) >= before);
  };
  const newPosition = async () => {
    const before = events.of('streamPosition').length;
    return await events.next(
      'streamPosition',
      (event) => events.of('streamPosition').indexOf(event) > before,
    );
  };

  it.each(['D1', 'D2', 'D3'] as const)(
    'does nothing with the output in %s, and goes on where it was in D0',
    async (state) => {
      host.send(openOnNull());
      play();
      await newPosition();
      // As the engine does: its streams are paused first.
      host.send({ type: 'setStreamState', stream: 1, state: 'PAUSE' });
      expect(await setPower('output', state)).toEqual({ type: 'powered', part: 'output', state });
      const { position } = events.of('streamPosition').at(-1)!;
      const heard = events.all.length;
      await delay(700);
      expect(events.all.slice(heard)).toEqual([]);
      host.send({ type: 'setPower', part: 'output', state: 'D0' });
      host.send({ type: 'setStreamState', stream: 1, state: 'RUN' });
      const { at } = await events.next('powered', (event) => event.state === 'D0');
      expect(at).toBeGreaterThan(0);
      const on = await newPosition();
      expect(on.position).toBeGreaterThan(position);
      expect(on.position).toBeLessThan(position + 10_000_000);
      expect(on.eventsPlayed).toBe(1);
      expect((await events.next('status', ({ status }) => status.voices === 1)).status.underruns).toBe(0);
    },
  );

  it.each(
    (['D2', 'D3'] as const).flatMap((state) =>
      (['analog', 'digital'] as const).map((mixing) => [state, mixing] as const),
    ),
  )(
    'has the levels and mutes that were set while the output was in %s from its first frame on, %s mixing',
    async (state, mixing) => {
      host.send(openOnNull({ card: { ...toneCard, mixing } }));
      host.send({ type: 'setMetering', on: true });
      play();
      await newPosition();
      host.send({ type: 'setStreamState', stream: 1, state: 'PAUSE' });
      await setPower('output', state);
      for (const gains of [
        [1, 1],
        [0.5, 0],
      ]) {
        host.send({ type: 'setRegisters', values: [{ register: REGISTER.synthVolume, gains }] });
      }
      const before = events.of('meters').length;
      host.send({ type: 'setPower', part: 'output', state: 'D0' });
      host.send({ type: 'setStreamState', stream: 1, state: 'RUN' });
      const { peaks } = await events.next(
        'meters',
        (event) => events.of('meters').indexOf(event) > before && event.peaks[METER.synth * 2]! > 0.2,
      );
      expect(peaks[METER.synth * 2]).toBeCloseTo(0.25, 2);
      const right = events
        .of('meters')
        .slice(before)
        .map((event) => event.peaks[METER.synth * 2 + 1]);
      expect(Math.max(...right.map(Number))).toBe(0);
    },
  );

  it('stays awake when it is needed again before it slept', async () => {
    host.send(openOnNull());
    play();
    await newPosition();
    host.send({ type: 'setPower', part: 'output', state: 'D3' });
    const { state } = await setPower('output', 'D0');
    expect(state).toBe('D0');
    expect(events.of('powered')).toHaveLength(1);
    await newPosition();
  });

  it('begins without a device when the output has no power, and opens it when it has', async () => {
    host.send(openOnNull({ power: { output: 'D3', wavetable: 'D3' } }));
    await delay(300);
    expect(events.all).toEqual([]);
    host.send({ type: 'setPower', part: 'output', state: 'D0' });
    play();
    await events.next('opened');
    await newPosition();
  });

  it('keeps what is told of a stream before the device was ever open, and plays it then', async () => {
    host.send(openOnNull({ power: { output: 'D3', wavetable: 'D0' } }));
    host.send({ type: 'openStream', stream: 2, input: 'synth', synth: { kind: 'wavetable' } });
    host.send({ type: 'closeStream', stream: 2 });
    play();
    await delay(100);
    expect(events.all).toEqual([]);
    host.send({ type: 'setPower', part: 'output', state: 'D0' });
    await events.next('opened');
    const { eventsPlayed } = await newPosition();
    expect(eventsPlayed).toBe(1);
    expect(events.of('streamError')).toEqual([]);
  });

  it('answers for parts without a device of their own', async () => {
    host.send(openOnNull());
    for (const part of ['wavetable', 'fm', 'wave', 'capture'] as const) {
      for (const state of ['D3', 'D0'] as const) {
        expect(await setPower(part, state)).toEqual({ type: 'powered', part, state });
      }
    }
  });
});

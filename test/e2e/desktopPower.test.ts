import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Connection } from '../../src/contract/rpc/client.ts';
import type { RunningDesktop } from '../electron-standin/launch.ts';
import { requires } from '../support/requirements.ts';
import { scale } from '../support/smf.ts';
import { startDesktop, type StartedDesktop } from './support/startedDesktop.ts';
import { eventually } from './support/waiting.ts';

/** Electron's news of the machine's power, told by the stand-in to the built program. */
requires('chromium')('the desktop shell when the machine sleeps, runs on battery and shuts down', () => {
  let started: StartedDesktop | undefined;
  let desktop: RunningDesktop;
  let connection: Connection;

  beforeAll(async () => {
    started = await startDesktop();
    ({ desktop, connection } = started);
  });
  afterAll(() => started?.end());

  const snapshot = () => connection.services.power.getSnapshot();
  const states = async () => [...new Set((await snapshot()).subdevices.map(({ state }) => state))];
  const player = () => connection.services.player;

  it('puts everything to sleep and wakes it, and a song goes on', async () => {
    await player().add({ name: 'song.mid', bytes: scale({ steps: 40, everySeconds: 1 }).bytes });
    await player().play(null);
    const beyond = (seconds: number) =>
      eventually(
        async () => (await player().getState()).positionSeconds > seconds,
        20_000,
        () => `the song passes ${seconds} s`,
      );
    await beyond(1);
    await desktop.person.power('suspend');
    expect(await states()).toEqual(['D3']);
    const { positionSeconds, phase } = await player().getState();
    expect(phase).toBe('playing');
    await desktop.person.power('resume');
    expect(await states()).toEqual(['D0']);
    await beyond(positionSeconds + 1);
    await player().stop();
  });

  it('counts the idle times of battery on battery, and while the screen is locked', async () => {
    await connection.services.power.setDefaultIdleTimes({
      performanceSeconds: 0,
      conservationSeconds: 60,
      state: 'D3',
    });
    const counts = async () => (await snapshot()).subdevices.some(({ idleAt }) => idleAt !== null);
    expect([(await snapshot()).source, await counts()]).toEqual(['mains', false]);
    await desktop.person.power('lock-screen');
    expect([(await snapshot()).source, await counts()]).toEqual(['mains', true]);
    await desktop.person.power('unlock-screen');
    expect(await counts()).toBe(false);
    await desktop.person.power('on-battery');
    expect([(await snapshot()).source, await counts()]).toEqual(['battery', true]);
    await desktop.person.power('on-ac');
    expect([(await snapshot()).source, await counts()]).toEqual(['mains', false]);
  });

  it('ends in order before the machine shuts down', async () => {
    expect(await desktop.person.power('shutdown')).toBe(true);
    expect(await desktop.exited).toBe(0);
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Connection } from '../../src/contract/rpc/client.ts';
import type { Hotkey } from '../../src/contract/services/hotkeys.ts';
import { lineKeys } from '../../src/contract/services/strips.ts';
import type { RunningDesktop } from '../electron-standin/launch.ts';
import { requires } from '../support/requirements.ts';
import { scale } from '../support/smf.ts';
import { startDesktop, type StartedDesktop } from './support/startedDesktop.ts';

/** Keys that work whatever program is in front, pressed on the stand-in: each changes the engine. */

/** However busy the machine is. */
const soon = <T>(probe: () => T | Promise<T>) => expect.poll(probe, { timeout: 10_000 });

requires('chromium')('hotkeys of the desktop shell', () => {
  let started: StartedDesktop | undefined;
  let desktop: RunningDesktop;
  let connection: Connection;

  beforeAll(async () => {
    started = await startDesktop();
    ({ desktop, connection } = started);
  });
  afterAll(() => started?.end());

  const mixerCard = async () => (await connection.services.mixer.getSnapshot()).devices[0]!;
  const line = async (name: string) => {
    const [speakers] = (await mixerCard()).destinations;
    return [speakers!, ...speakers!.sources].find((each) => each.name === name)!;
  };
  const levelOf = async (name: string) =>
    (await line(name)).controls.flatMap((control) => (control.type === 'VOLUME' ? control.levels : []))[0]!;
  const mutedOf = async (name: string) =>
    (await line(name)).controls.flatMap((control) => (control.type === 'MUTE' ? control.muted : []))[0]!;
  const bind = async (...hotkeys: Hotkey[]) => {
    await connection.services.settings.set({ hotkeys });
    const state = await connection.services.hotkeys.getState();
    expect(state.available).toBe(true);
    return state.hotkeys.map((hotkey) => hotkey.state);
  };
  const press = async (accelerator: string) => expect(await desktop.person.pressKey(accelerator)).toBe(true);

  it('change the master and a line, with the keys for volume too', async () => {
    const { id: deviceId, destinations } = await mixerCard();
    const synth = lineKeys(destinations).get((await line('Synth')).id)!;
    const states = await bind(
      { accelerator: 'VolumeUp', action: { kind: 'master', change: 'up' } },
      { accelerator: 'VolumeDown', action: { kind: 'master', change: 'down' } },
      { accelerator: 'VolumeMute', action: { kind: 'master', change: 'mute' } },
      { accelerator: 'Control+Alt+Down', action: { kind: 'line', deviceId, line: synth, change: 'down' } },
      { accelerator: 'Control+Alt+M', action: { kind: 'line', deviceId, line: synth, change: 'mute' } },
    );
    expect(states).toEqual(Array(5).fill('registered'));
    const master = destinations[0]!.name;
    const before = await levelOf(master);
    await press('VolumeDown');
    await soon(() => levelOf(master)).toBeLessThan(before);
    await press('VolumeUp');
    await soon(() => levelOf(master)).toBe(before);
    await press('VolumeMute');
    await soon(() => mutedOf(master)).toBe(true);
    const synthBefore = await levelOf('Synth');
    await press('Control+Alt+Down');
    await soon(() => levelOf('Synth')).toBeLessThan(synthBefore);
    await press('Control+Alt+M');
    await soon(() => mutedOf('Synth')).toBe(true);
    expect(await levelOf(master)).toBe(before);
  });

  it('apply the next profile, again and again', async () => {
    const { profiles, mixer } = connection.services;
    const mute = (await line('Synth')).controls.find(({ type }) => type === 'MUTE')!;
    const { id } = await mixerCard();
    await mixer.setControl(id, mute.id, { muted: [false] });
    await profiles.save('A heard');
    await mixer.setControl(id, mute.id, { muted: [true] });
    await profiles.save('B muted');
    await bind({ accelerator: 'F9', action: { kind: 'profile', profile: null } });
    for (const [name, muted] of [
      ['A heard', false],
      ['B muted', true],
      ['A heard', false],
    ] as const) {
      await press('F9');
      await soon(async () => (await profiles.getState()).current).toBe(name);
      expect(await mutedOf('Synth')).toBe(muted);
    }
  });

  it('control the player while its queue is not empty, and end what sounds', async () => {
    const { player, hotkeys } = connection.services;
    expect(await desktop.person.pressKey('MediaPlayPause')).toBe(false);
    await bind({ accelerator: 'Control+Alt+Backspace', action: { kind: 'panic' } });
    await player.add({
      name: 'scale.mid',
      bytes: scale({ steps: 3, everySeconds: 30, heldSeconds: 29, program: 19 }).bytes,
    });
    const { mediaKeys } = await hotkeys.getState();
    expect(mediaKeys.map(({ state }) => state)).toEqual(Array(4).fill('registered'));
    const phase = async () => (await player.getState()).phase;
    await press('MediaPlayPause');
    await soon(phase).toBe('playing');
    await press('MediaPlayPause');
    await soon(phase).toBe('paused');
    await press('MediaPlayPause');
    await soon(phase).toBe('playing');
    const voices = async () => (await connection.services.synth.getStatistics()).voices;
    await soon(voices).toBeGreaterThan(0);
    await press('Control+Alt+Backspace');
    // The organ's key is held for half a minute.
    await soon(voices).toBe(0);
    await player.clear();
    await soon(() => desktop.person.pressKey('MediaStop')).toBe(false);
  });

  it('say what another program has, and what there is nothing for', async () => {
    await desktop.person.takeKey('F10');
    expect(await bind({ accelerator: 'F10', action: { kind: 'panel' } })).toEqual(['refused']);
    await bind({ accelerator: 'F8', action: { kind: 'program', program: 'Nobody', change: 'mute' } });
    await press('F8');
    await soon(async () =>
      (await connection.services.app.getState()).notices.map(({ message }) => message),
    ).toContain('F8: “Nobody” plays nothing at the moment.');
  });
});

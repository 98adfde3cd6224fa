import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect, type Connection } from '../../../src/contract/rpc/client.ts';
import type { MidiRoute } from '../../../src/contract/midiRoute.ts';
import { localTransport } from '../../../src/main/ipc/localTransport.ts';
import type { Pinwheel } from '../../../src/main/pinwheel.ts';
import { MOST_ENTRIES } from '../../../src/main/player/playQueue.ts';
import { MOST_ROUTES } from '../../../src/main/services/midi/midiService.ts';
import { MOST_PROFILES } from '../../../src/main/services/profilesService.ts';
import { appPaths } from '../../../src/main/settings/appPaths.ts';
import { ProfileStore } from '../../../src/main/settings/profileStore.ts';
import { MOST_LOOKS } from '../../../src/main/settings/stateStore.ts';
import { pinwheelInProcess } from '../../support/pinwheelInProcess.ts';
import { smf, writeSmf } from '../../support/smf.ts';

/** What happens past a limit: a typed error that says what to do, and everything as it was. */

let home: string;
let pinwheel: Pinwheel;
let panel: Connection;
beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'limits-'));
  pinwheel = await pinwheelInProcess(home, { sound: false });
  panel = connect(localTransport(pinwheel.served));
});
afterAll(async () => {
  panel.dispose();
  await pinwheel.dispose();
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
});

const full = { code: 'bad-state', advice: expect.any(String) as string };

describe('the limit of', () => {
  it(`the player’s queue is ${MOST_ENTRIES} entries`, async () => {
    const { player } = panel.services;
    const bytes = writeSmf({ tracks: [[smf.noteOn(0, 0, 60, 100), smf.noteOff(1, 0, 60)]], division: 480 });
    const first = await player.add({ name: 'first.mid', bytes });
    for (let entry = 1; entry < MOST_ENTRIES; entry++) await player.add({ name: `${entry}.mid`, bytes });
    await expect(player.add({ name: 'more.mid', bytes })).rejects.toMatchObject(full);
    await expect(player.addFile({ path: '/more.mid' })).rejects.toMatchObject(full);
    expect((await player.getState()).queue).toHaveLength(MOST_ENTRIES);
    await player.remove(first.id);
    await player.add({ name: 'more.mid', bytes });
    expect((await player.getState()).queue.at(-1)!.name).toBe('more.mid');
    await player.clear();
  });

  it(`MIDI routes is ${MOST_ROUTES}`, async () => {
    const { midi } = panel.services;
    const route: MidiRoute = {
      from: 'a',
      to: 'b',
      channels: null,
      kinds: null,
      transpose: 0,
      velocityCurve: 1,
    };
    const ids: number[] = [];
    for (let each = 0; each < MOST_ROUTES; each++) ids.push(await midi.addRoute(route));
    await expect(midi.addRoute(route)).rejects.toMatchObject(full);
    expect((await midi.getState()).routes).toHaveLength(MOST_ROUTES);
    await midi.removeRoute(ids[7]!);
    ids.push(await midi.addRoute(route));
    for (const id of ids) await midi.removeRoute(id);
    expect((await midi.getState()).routes).toEqual([]);
  });

  it(`profiles is ${MOST_PROFILES}, whose names stay such as a file can have`, async () => {
    const { profiles } = panel.services;
    const name = 'n'.repeat(100);
    await profiles.save(name);
    const exported = await profiles.export(name);
    for (let each = 1; each < MOST_PROFILES; each++) await profiles.import(exported);
    await expect(profiles.import(exported)).rejects.toMatchObject(full);
    await expect(profiles.save('one more')).rejects.toMatchObject(full);
    // What is there can still be saved over.
    await profiles.save(name);
    const state = await profiles.getState();
    expect(new Set(state.profiles.map((each) => each.name)).size).toBe(MOST_PROFILES);
    await vi.waitFor(async () => {
      const store = await ProfileStore.open(appPaths({ PINWHEEL_HOME: home }));
      expect(store.notices).toEqual([]);
      expect(store.value.profiles).toHaveLength(MOST_PROFILES);
    }, 5_000);
  });

  it(`devices whose strips are remembered is ${MOST_LOOKS}; the oldest are forgotten`, async () => {
    const { strips } = panel.services;
    for (let each = 0; each <= MOST_LOOKS; each++)
      await strips.set(`device ${each}`, { looks: {}, order: ['a'] });
    const kept = Object.keys(await strips.getAll());
    expect(kept).toHaveLength(MOST_LOOKS);
    expect(kept).not.toContain('device 0');
    expect(kept).toContain(`device ${MOST_LOOKS}`);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { spawnHost } from '../../src/main/hardware/hostProcess.ts';
import { createPinwheel, type Pinwheel } from '../../src/main/pinwheel.ts';
import { appPaths } from '../../src/main/settings/appPaths.ts';
import { PipeWireRig } from '../rigs/pipewire/pipeWireRig.ts';
import { peak } from '../support/audio/level.ts';
import { noAlsaHost } from '../support/noAlsa.ts';
import { requires } from '../support/requirements.ts';
import { scale } from '../support/smf.ts';
import { delay } from './support/waiting.ts';

const host = new URL('../../src/main/host/host.ts', import.meta.url);
const midiHost = new URL('../../src/main/host/midiHost.ts', import.meta.url);

/** The whole program on a private sound server; the test is the shell that tells of the machine's sleep. */
requires('pipewire')('the machine sleeps while a song plays', () => {
  let rig: PipeWireRig;
  let home: string;
  let pinwheel: Pinwheel;

  beforeEach(async () => {
    rig = await PipeWireRig.start();
    for (const [name, value] of Object.entries(rig.env)) vi.stubEnv(name, value);
    home = mkdtempSync(path.join(tmpdir(), 'pws-'));
    pinwheel = await createPinwheel({
      shell: 'command-line',
      paths: appPaths({ PINWHEEL_HOME: home }),
      hostFactory: () => spawnHost({ entry: host }),
      midiHostFactory: () => spawnHost({ entry: midiHost }),
      alsaHostFactory: noAlsaHost,
      midi: false,
      sound: true,
      quit: () => undefined,
    });
    await pinwheel.start();
    const { player } = pinwheel.served.implementations;
    const song = scale({ steps: 40, everySeconds: 1, heldSeconds: 0.9 });
    await player.add({ name: 'song.mid', bytes: song.bytes });
    await player.play(null);
    await vi.waitFor(async () => expect((await state()).positionSeconds).toBeGreaterThan(1), 20_000);
  });
  afterEach(async () => {
    await pinwheel?.dispose();
    await rig?.dispose();
    vi.unstubAllEnvs();
    rmSync(home, { recursive: true, force: true });
  });

  const state = async () => await pinwheel.served.implementations.player.getState();
  const subdevices = async () => {
    const { subdevices: all } = await pinwheel.served.implementations.power.getSnapshot();
    return all.filter(({ adapter }) => adapter === 'soundCard');
  };
  const states = async () => [...new Set((await subdevices()).map((each) => each.state))];
  /** Loudest sample of what a sink plays for a while. */
  const heard = async (sink: string) => {
    const recorder = await rig.record(sink);
    await delay(700);
    return peak((await recorder.stop()).channel(0));
  };

  it('everything stops in order, and goes on where it was', async () => {
    pinwheel.systemPower.suspend();
    expect(await states()).toEqual(['D3']);
    const down = (await subdevices()).toSorted(
      (a, b) => a.history.at(-1)!.seconds - b.history.at(-1)!.seconds,
    );
    const place = (name: string) => down.findIndex((each) => each.name === name);
    expect(place('Wavetable')).toBeLessThan(place('TopologyRender'));
    expect(place('TopologyCapture')).toBeLessThan(place('WaveCapture'));
    await delay(1000);
    const { positionSeconds } = await state();
    expect(await heard('speakers')).toBe(0);
    pinwheel.systemPower.resume();
    expect(await states()).toEqual(['D0']);
    await vi.waitFor(async () => expect(await heard('speakers')).toBeGreaterThan(0.01), 20_000);
    await vi.waitFor(
      async () => expect((await state()).positionSeconds).toBeGreaterThan(positionSeconds + 1),
      20_000,
    );
    expect((await state()).phase).toBe('playing');
    expect((await state()).positionSeconds).toBeLessThan(positionSeconds + 20);
  });

  it('devices that went and came meanwhile are what it wakes to', async () => {
    pinwheel.systemPower.suspend();
    const modules = await rig.pactl('list', 'short', 'modules');
    expect(modules).not.toContain('dock');
    await rig.pactl('load-module', 'module-null-sink', 'sink_name=dock', 'rate=48000', 'channels=2');
    await rig.setDefaultSink('dock');
    await delay(500);
    pinwheel.systemPower.resume();
    await vi.waitFor(async () => expect(await heard('dock')).toBeGreaterThan(0.01), 30_000);
    pinwheel.systemPower.suspend();
    const index = /^(\d+)\s.*dock/m.exec(await rig.pactl('list', 'short', 'modules'))![1]!;
    await rig.pactl('unload-module', index);
    await rig.setDefaultSink('speakers');
    await delay(500);
    pinwheel.systemPower.resume();
    await vi.waitFor(async () => expect(await heard('speakers')).toBeGreaterThan(0.01), 30_000);
    expect(await states()).toEqual(['D0']);
    expect((await state()).phase).toBe('playing');
  });
});

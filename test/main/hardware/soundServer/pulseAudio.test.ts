import { spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  ServerWatcher,
  processIdOf,
  SoundServerClient,
} from '../../../../src/main/hardware/soundServer/index.ts';
import { PulseAudioRig } from '../../../rigs/pulseaudio/pulseAudioRig.ts';
import { requires } from '../../../support/requirements.ts';
import { setTimeout as sleep } from 'node:timers/promises';

/** The same client against PulseAudio itself. */
requires('pulseaudio')('the sound server PulseAudio', () => {
  let rig: PulseAudioRig;

  beforeAll(async () => {
    rig = await PulseAudioRig.start();
  });
  afterAll(() => rig?.dispose());

  it('tells its devices', async () => {
    const client = await SoundServerClient.connect({ env: rig.env });
    expect(await client.serverInfo()).toMatchObject({ serverName: 'pulseaudio', defaultSink: 'speakers' });
    expect(await client.sinks()).toMatchObject([
      {
        name: 'speakers',
        description: 'Test Speakers',
        volume: [1, 1],
        mute: false,
        monitorSource: 'speakers.monitor',
      },
      { name: 'headset', sampleSpec: { channels: 2, rate: 48000 }, monitorSource: 'headset.monitor' },
    ]);
    expect((await client.sources()).map(({ monitorOf }) => monitorOf)).toEqual([
      'speakers',
      'headset',
      undefined,
    ]);
    client.dispose();
  });

  it('lets a stream be moved, turned down and muted', async () => {
    const client = await SoundServerClient.connect({ env: rig.env });
    const player = spawn('pacat', ['--raw', '--device=speakers', '/dev/zero'], {
      env: { ...process.env, ...rig.env },
    });
    try {
      const mine = async () => (await client.sinkInputs()).find((one) => processIdOf(one) === player.pid);
      const stream = await eventually(mine);
      await client.moveSinkInput(stream.index, 'headset');
      await client.setSinkInputVolume(stream.index, [0.125]);
      await client.setSinkInputMute(stream.index, true);
      const headset = (await client.sinks()).find(({ name }) => name === 'headset')!;
      expect(await mine()).toMatchObject({ sink: headset.index, volume: [0.125, 0.125], mute: true });
      await expect(client.moveSinkInput(stream.index, 'nowhere')).rejects.toMatchObject({
        code: 'not-found',
      });
    } finally {
      player.kill();
      client.dispose();
    }
  });

  it('is watched', async () => {
    const watcher = new ServerWatcher({ env: rig.env });
    await watcher.ready();
    expect(watcher.outputs).toMatchObject({ serverRunning: true, defaultSink: 'speakers' });
    await watcher.client!.setDefaultSink('headset');
    await eventually(() => watcher.outputs.defaultSink === 'headset');
    await watcher.client!.setDefaultSink('speakers');
    watcher.dispose();
  });

  it('asks for the cookie where it cannot see who calls', async () => {
    const overTcp = { ...rig.env, PULSE_SERVER: `tcp:127.0.0.1:${rig.tcpPort}` };
    const client = await SoundServerClient.connect({ env: overTcp });
    expect(await client.sinks()).toHaveLength(2);
    client.dispose();
    const stranger = { PULSE_SERVER: overTcp.PULSE_SERVER };
    await expect(SoundServerClient.connect({ env: stranger })).rejects.toMatchObject({
      code: 'not-allowed',
    });
  });
});

async function eventually<T>(condition: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > deadline) throw new Error('It did not happen within 10 s.');
    await sleep(20);
  }
}

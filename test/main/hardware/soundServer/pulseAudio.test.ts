import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ServerWatcher,
  processIdOf,
  SoundServerClient,
} from '../../../../src/main/hardware/soundServer/index.ts';
import { endDaemon, lastLines, startDaemon, type Daemon } from '../../../rigs/daemon.ts';

const installed = (process.env['PATH'] ?? '')
  .split(delimiter)
  .some((folder) => existsSync(join(folder, 'pulseaudio')));

/** The same client against PulseAudio itself, where the package is installed. */
describe.skipIf(!installed)(
  `the sound server PulseAudio${installed ? '' : ' [skipped: no pulseaudio]'}`,
  () => {
    let dir: string;
    let daemon: Daemon;
    let env: Record<string, string>;
    let port: number;

    beforeAll(async () => {
      dir = mkdtempSync(join(tmpdir(), 'pa-'));
      env = {
        PATH: process.env['PATH'] ?? '',
        HOME: dir,
        XDG_RUNTIME_DIR: dir,
        XDG_CONFIG_HOME: join(dir, 'config'),
        XDG_STATE_HOME: join(dir, 'state'),
        PULSE_RUNTIME_PATH: join(dir, 'run'),
        PULSE_SERVER: `unix:${join(dir, 'native')}`,
      };
      port = await freePort();
      const script = join(dir, 'rig.pa');
      writeFileSync(
        script,
        [
          'load-module module-null-sink sink_name=speakers rate=48000 sink_properties=device.description=Speakers',
          'load-module module-null-sink sink_name=headset rate=48000',
          `load-module module-native-protocol-unix socket=${join(dir, 'native')}`,
          `load-module module-native-protocol-tcp listen=127.0.0.1 port=${port}`,
          'set-default-sink speakers',
          '',
        ].join('\n'),
      );
      const logFile = join(dir, 'log');
      const args = [
        '-n',
        '--daemonize=no',
        '--exit-idle-time=-1',
        '--use-pid-file=no',
        '--disable-shm=yes',
        '-F',
        script,
      ];
      daemon = await startDaemon('pulseaudio', args, { env, logFile, outlivesUs: false });
      try {
        (await eventually(() => SoundServerClient.connect({ env }).catch(() => undefined))).dispose();
      } catch {
        throw new Error(`PulseAudio does not answer: ${lastLines(logFile)}`);
      }
    });
    afterAll(async () => {
      await endDaemon(daemon);
      rmSync(dir, { recursive: true, force: true });
    });

    it('tells its devices', async () => {
      const client = await SoundServerClient.connect({ env });
      expect(await client.serverInfo()).toMatchObject({ serverName: 'pulseaudio', defaultSink: 'speakers' });
      expect(await client.sinks()).toMatchObject([
        {
          name: 'speakers',
          description: 'Speakers',
          volume: [1, 1],
          mute: false,
          monitorSource: 'speakers.monitor',
        },
        { name: 'headset', sampleSpec: { channels: 2, rate: 48000 }, monitorSource: 'headset.monitor' },
      ]);
      expect((await client.sources()).map(({ monitorOf }) => monitorOf)).toEqual(['speakers', 'headset']);
      client.dispose();
    });

    it('lets a stream be moved, turned down and muted', async () => {
      const client = await SoundServerClient.connect({ env });
      const player = spawn('pacat', ['--raw', '--device=speakers', '/dev/zero'], { env });
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
      const watcher = new ServerWatcher({ env });
      await watcher.ready();
      expect(watcher.outputs).toMatchObject({ serverRunning: true, defaultSink: 'speakers' });
      await watcher.client!.setDefaultSink('headset');
      await eventually(() => watcher.outputs.defaultSink === 'headset');
      await watcher.client!.setDefaultSink('speakers');
      watcher.dispose();
    });

    it('asks for the cookie where it cannot see who calls', async () => {
      const overTcp = { ...env, PULSE_SERVER: `tcp:127.0.0.1:${port}` };
      const client = await SoundServerClient.connect({ env: overTcp });
      expect(await client.sinks()).toHaveLength(2);
      client.dispose();
      const stranger = { PULSE_SERVER: overTcp.PULSE_SERVER };
      await expect(SoundServerClient.connect({ env: stranger })).rejects.toMatchObject({
        code: 'not-allowed',
      });
    });
  },
);

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function eventually<T>(condition: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > deadline) throw new Error('It did not happen within 10 s.');
    await sleep(20);
  }
}

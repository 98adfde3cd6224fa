import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import {
  ServerWatcher,
  processIdOf,
  SoundServerClient,
  type Outputs,
  type SoundServerEvent,
} from '../../../../src/main/hardware/soundServer/index.ts';
import { PipeWireRig } from '../../../rigs/pipewire/pipeWireRig.ts';
import { rmsDb } from '../../../support/audio/level.ts';
import { tone } from '../../../support/audio/tones.ts';
import { writeWav } from '../../../support/audio/wav.ts';
import { requires } from '../../../support/requirements.ts';

/** The client and the output watcher against PipeWire; `pactl` and the recorded sound are the judges. */
requires('pipewire')('the sound server of PipeWire', () => {
  let rig: PipeWireRig;
  const disposables: { dispose(): void | Promise<void> }[] = [];

  beforeAll(async () => {
    rig = await PipeWireRig.start();
    const sound = tone({ frequency: 440, seconds: 20 });
    writeFileSync(join(rig.dir, 'tone.wav'), writeWav({ rate: 48000, channels: [sound, sound] }));
  });
  afterEach(async () => {
    for (const item of disposables.splice(0).reverse()) await item.dispose();
  });
  afterAll(async () => {
    await rig.dispose();
  });

  const connect = async () => {
    const client = await SoundServerClient.connect({ env: rig.env });
    disposables.push(client);
    return client;
  };
  const watch = async () => {
    const watcher = new ServerWatcher({ env: rig.env });
    disposables.push(watcher);
    const seen: Outputs[] = [];
    watcher.onChange((outputs) => seen.push(outputs));
    await watcher.ready();
    return { watcher, seen };
  };
  /** Plays a tone to the speakers, as a program does. */
  const play = async (client: SoundServerClient) => {
    const player = spawn('paplay', ['--device=speakers', '--latency-msec=20', join(rig.dir, 'tone.wav')], {
      env: { ...process.env, ...rig.env },
    });
    disposables.push({ dispose: () => end(player) });
    const stream = await eventually(async () =>
      (await client.sinkInputs()).find(
        (one) => processIdOf(one) === player.pid && one.sink !== undefined && !one.corked,
      ),
    );
    return { player, stream };
  };
  const streamAt = async (client: SoundServerClient, index: number) =>
    (await client.sinkInputs()).find((stream) => stream.index === index);

  it('tells what pactl tells', async () => {
    const client = await connect();
    const [info, sinks, sources] = await Promise.all([client.serverInfo(), client.sinks(), client.sources()]);
    expect(info.serverName).toMatch(/PipeWire/);
    expect(info).toMatchObject({ defaultSink: 'speakers', defaultSource: 'mic' });

    const judge = JSON.parse(await rig.pactl('-f', 'json', 'list', 'sinks')) as Record<string, unknown>[];
    expect(sinks).toHaveLength(judge.length);
    sinks.forEach((sink, index) => {
      const theirs = judge[index]!;
      expect(theirs).toMatchObject({
        index: sink.index,
        name: sink.name,
        description: sink.description,
        mute: sink.mute,
        state: sink.state.toUpperCase(),
        monitor_source: sink.monitorSource,
        channel_map: sink.channelMap.join(','),
        sample_specification: `${sink.sampleSpec.format} ${sink.sampleSpec.channels}ch ${sink.sampleSpec.rate}Hz`,
        properties: Object.fromEntries(sink.properties),
      });
    });
    expect(sinks.map(({ name, volume }) => [name, volume])).toEqual([
      ['speakers', [1, 1]],
      ['headset', [1, 1]],
    ]);
    expect(sources.map(({ name, monitorOf }) => [name, monitorOf])).toEqual([
      ['speakers.monitor', 'speakers'],
      ['headset.monitor', 'headset'],
      ['mic', undefined],
    ]);
  });

  it('moves, turns down and mutes the stream of a process', async () => {
    const client = await connect();
    const { stream } = await play(client);
    const sinks = new Map((await client.sinks()).map((sink) => [sink.name, sink.index]));
    expect(stream).toMatchObject({ sink: sinks.get('speakers'), volume: [1, 1], mute: false, corked: false });
    const recorder = await rig.record('headset');

    await client.moveSinkInput(stream.index, 'headset');
    await eventually(async () => (await streamAt(client, stream.index))?.sink === sinks.get('headset'));
    expect((await rig.sinkInputs())[0]?.sink).toBe(sinks.get('headset'));
    const loud = await recorder.waitFor(sounds(-9.03), 5000);
    expect(rmsDb(loud.channel(0, loud.frames - 4800))).toBeCloseTo(-9.03, 1);

    await client.setSinkInputVolume(stream.index, [0.5, 0.25]);
    await eventually(async () => (await streamAt(client, stream.index))?.volume[0] !== 1);
    const { volume } = (await streamAt(client, stream.index))!;
    expect(volume[0]).toBeCloseTo(0.5, 3);
    expect(volume[1]).toBeCloseTo(0.25, 3);
    const quiet = await recorder.waitFor(sounds(-9.03 - 6.02), 5000);
    expect(rmsDb(quiet.channel(1, quiet.frames - 4800))).toBeCloseTo(-9.03 - 12.04, 1);
    await client.setSinkInputVolume(stream.index, [1]);
    await eventually(async () => (await streamAt(client, stream.index))?.volume.every((gain) => gain === 1));

    await client.setSinkInputMute(stream.index, true);
    await eventually(async () => (await streamAt(client, stream.index))?.mute);
    await recorder.waitFor(sounds(-Infinity), 5000);
  });

  it('makes another sink the default', async () => {
    const client = await connect();
    await client.setDefaultSink('headset');
    await eventually(async () => (await client.serverInfo()).defaultSink === 'headset');
    expect(await rig.defaultSink()).toBe('headset');
    await client.setDefaultSink('speakers');
    await eventually(async () => (await rig.defaultSink()) === 'speakers');
  });

  it('tells of streams that come, change and go', async () => {
    const client = await connect();
    const events: SoundServerEvent[] = [];
    client.onEvent((event) => events.push(event));
    const { player, stream } = await play(client);
    await client.setSinkInputMute(stream.index, true);
    const heard = (type: SoundServerEvent['type']) =>
      events.some(
        (event) => event.facility === 'sinkInput' && event.type === type && event.index === stream.index,
      );
    await eventually(() => heard('new') && heard('change'));
    await end(player);
    await eventually(() => heard('remove'));
  });

  it('refuses what does not exist', async () => {
    const client = await connect();
    await expect(client.moveSinkInput(999_999, 'speakers')).rejects.toMatchObject({ code: 'not-found' });
    await expect(client.setSinkInputMute(999_999, true)).rejects.toMatchObject({ code: 'not-found' });
    await expect(client.setDefaultSink('no such sink')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('answers two hundred requests at once', async () => {
    const client = await connect();
    const answers = await Promise.all(Array.from({ length: 200 }, () => client.sinks()));
    for (const sinks of answers) expect(sinks).toHaveLength(2);
  });

  it('drops its clients when PipeWire dies, and they know', async () => {
    const client = await connect();
    const lost = new Promise((resolve) => client.onClose(resolve));
    await rig.killServer();
    expect(await lost).toMatchObject({ code: 'disconnected' });
    await expect(client.sinks()).rejects.toMatchObject({ code: 'disconnected' });
    await expect(SoundServerClient.connect({ env: rig.env })).rejects.toMatchObject({ code: 'bad-state' });
    await rig.restartServer();
  });

  it('is watched: sinks, the default, changes of both', async () => {
    const { watcher, seen } = await watch();
    expect(watcher.outputs.serverRunning).toBe(true);
    expect(watcher.outputs.defaultSink).toBe('speakers');
    expect(watcher.outputs.sinks.map(({ name }) => name)).toEqual(['speakers', 'headset']);
    expect(seen).toEqual([watcher.outputs]);

    await rig.setDefaultSink('headset');
    await eventually(() => watcher.outputs.defaultSink === 'headset');
    await rig.setDefaultSink('speakers');
    await eventually(() => watcher.outputs.defaultSink === 'speakers');

    const module = await rig.pactl('load-module', 'module-null-sink', 'sink_name=plugged');
    await eventually(() => watcher.outputs.sinks.some(({ name }) => name === 'plugged'));
    await rig.pactl('unload-module', module.trim());
    await eventually(() => watcher.outputs.sinks.every(({ name }) => name !== 'plugged'));
    for (let index = 1; index < seen.length; index++) expect(seen[index]).not.toEqual(seen[index - 1]);
  });

  it('is watched through a crash, with and without somebody listening on the socket', async () => {
    const { watcher, seen } = await watch();
    for (const pulseToo of [false, true]) {
      await rig.killServer({ pulseToo });
      await eventually(() => !watcher.outputs.serverRunning);
      expect(watcher.outputs).toMatchObject({ serverRunning: false, sinks: [], defaultSink: undefined });
      expect(watcher.client).toBeUndefined();
      await rig.restartServer();
      await eventually(() => watcher.outputs.defaultSink === 'speakers');
      expect(watcher.outputs.sinks.map(({ name }) => name)).toEqual(['speakers', 'headset']);
      expect((await watcher.client!.serverInfo()).defaultSink).toBe('speakers');
    }
    expect(seen.filter(({ serverRunning }) => !serverRunning)).toHaveLength(2);
  });

  it('is found by a watcher that was there first', async () => {
    await rig.killServer({ pulseToo: true });
    const { watcher, seen } = await watch();
    expect(watcher.outputs.serverRunning).toBe(false);
    expect(seen).toEqual([]);
    await rig.restartServer();
    await eventually(() => watcher.outputs.defaultSink === 'speakers');
  });

  it('is let go by a disposed watcher, whatever that was doing', async () => {
    const count = async () =>
      (
        JSON.parse(await rig.pactl('-f', 'json', 'list', 'clients')) as {
          properties: Record<string, string>;
        }[]
      ).filter(({ properties }) => properties['application.name'] === 'Pinwheel').length;
    for (const afterMs of [0, 1, 3, 10, 60]) {
      const watcher = new ServerWatcher({ env: rig.env });
      await sleep(afterMs);
      watcher.dispose();
      await watcher.ready();
    }
    await eventually(async () => (await count()) === 0);
  });
});

/** The last tenth of a second is as loud as that. */
function sounds(decibels: number) {
  return (recording: { frames: number; channel(index: number, from?: number): Float32Array }) => {
    if (recording.frames < 4800) return false;
    const level = rmsDb(recording.channel(0, recording.frames - 4800));
    return decibels === -Infinity ? level === -Infinity : Math.abs(level - decibels) < 0.05;
  };
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

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await exit;
}

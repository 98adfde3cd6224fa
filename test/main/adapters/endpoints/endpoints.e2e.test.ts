import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { decodeFrame } from '../../../../src/contract/frames.ts';
import type { MixerControl, MixerDevice } from '../../../../src/contract/services/mixer.ts';
import { decibelsToKsLevel, ksLevelToDecibels } from '../../../../src/contract/units.ts';
import { Endpoints } from '../../../../src/main/adapters/endpoints/endpoints.ts';
import { PortCls } from '../../../../src/main/engine/portcls/portcls.ts';
import { ServerSound } from '../../../../src/main/hardware/serverSound.ts';
import { ServerWatcher } from '../../../../src/main/hardware/soundServer/index.ts';
import { COMMAND } from '../../../../src/main/hardware/soundServer/protocol.ts';
import { EndpointsService } from '../../../../src/main/services/endpointsService.ts';
import { MixerService } from '../../../../src/main/services/mixerService.ts';
import { ProgramMemory, type ProgramState } from '../../../../src/main/services/programMemory.ts';
import { delay, eventually } from '../../../e2e/support/waiting.ts';
import { PipeWireRig } from '../../../rigs/pipewire/pipeWireRig.ts';
import { PulseAudioRig } from '../../../rigs/pulseaudio/pulseAudioRig.ts';
import { replyLayout } from '../../../rigs/simulatedServer/recordLayout.ts';
import { FULL, simulatedDevice } from '../../../rigs/simulatedServer/serverRecords.ts';
import { SimulatedServer } from '../../../rigs/simulatedServer/simulatedServer.ts';
import { withoutGaps } from '../../../support/audio/dropout.ts';
import { rmsDb } from '../../../support/audio/level.ts';
import { tone } from '../../../support/audio/tones.ts';
import { writeWav } from '../../../support/audio/wav.ts';
import { requires } from '../../../support/requirements.ts';

const RATE = 48_000;
const TONE_PEAK = 0.5;
/** The word for “at once”, and what a machine with other work may add. */
const SEEN_MS = 1_000;

/** Left peak of one meter in a frame. */
function leftPeak(bytes: Uint8Array, meter: number): number {
  const frame = decodeFrame(bytes);
  if (frame?.kind !== 'peaks') return 0;
  return frame.meters.find((each) => each.meter === meter)?.peaks[0] ?? 0;
}

/** The servers that this is to be the same with, and the players that are used with each. */
const SERVERS = [
  {
    name: 'PipeWire',
    requirement: 'pipewire',
    Rig: PipeWireRig,
    players: ['paplay', 'pw-play'],
    serverRemembers: true,
  },
  {
    name: 'PulseAudio',
    requirement: 'pulseaudio',
    Rig: PulseAudioRig,
    players: ['paplay', 'paplay'],
    serverRemembers: false,
  },
] as const;

/** The server's devices in the engine; `pactl` and the recorded sound are the judges. */
function endpointsSuite({ Rig, players: foreignPlayers, serverRemembers }: (typeof SERVERS)[number]): void {
  let rig: PipeWireRig | PulseAudioRig;
  let watcher: ServerWatcher;
  let portCls: PortCls;
  let endpoints: Endpoints;
  let mixer: MixerService;
  let server: ServerSound;
  let service: EndpointsService;
  const remembered: string[] = [];
  const players = new Set<ChildProcess>();

  beforeAll(async () => {
    rig = await Rig.start();
    const sound = tone({ frequency: 440, seconds: 60 });
    writeFileSync(join(rig.dir, 'tone.wav'), writeWav({ rate: RATE, channels: [sound, sound] }));
    watcher = new ServerWatcher({ env: rig.env });
    await watcher.ready();
    server = new ServerSound(watcher);
    portCls = new PortCls({ masterClock: { now: () => 0 as never } });
    endpoints = new Endpoints(portCls, server);
    mixer = new MixerService(portCls, {
      mixerDevices: [],
      mixerDevice: () => ({}),
      setNode: (device) => void remembered.push(device),
    });
    service = new EndpointsService(server, endpoints, () => false);
  });
  afterEach(async () => {
    await Promise.all([...players].map(end));
  });
  afterAll(async () => {
    service?.dispose();
    mixer?.dispose();
    endpoints?.dispose();
    portCls?.dispose();
    watcher?.dispose();
    await rig?.dispose();
  });

  const deviceOf = (description: string): MixerDevice => {
    const device = mixer.getSnapshot().devices.find(({ name }) => name === description);
    if (!device) throw new Error(`No mixer device “${description}”.`);
    return device;
  };
  const control = <T extends MixerControl['type']>(device: MixerDevice, type: T) => {
    const lines = device.destinations.flatMap((line) => [line, ...line.sources]);
    const found = lines.flatMap(({ controls }) => controls).find((each) => each.type === type);
    return found as Extract<MixerControl, { type: T }>;
  };
  const speakers = () => deviceOf(sinkDescription('speakers'));
  const sinkDescription = (name: string) =>
    watcher.state.sinks.find((sink) => sink.name === name)!.description;
  const play = async (sink: string, program = 'paplay', ...more: string[]) => {
    const args = program === 'paplay' ? [`--device=${sink}`, '--latency-msec=20'] : ['--target', sink];
    const player = spawn(program, [...args, ...more, join(rig.dir, 'tone.wav')], {
      env: { ...process.env, ...rig.env },
    });
    players.add(player);
    player.on('exit', () => players.delete(player));
    return eventually(
      () =>
        service.getSnapshot().programs.find(({ processId, running }) => processId === player.pid && running),
      5_000,
      () => `${program} among the programs`,
    );
  };
  const end = (player: ChildProcess) =>
    new Promise((resolve) => {
      player.once('exit', resolve);
      player.kill();
    });
  /** Level of the left channel at a sink over half a second. */
  const heard = async (sink: string) => {
    await delay(300);
    const recorder = await rig.record(sink);
    await recorder.waitFor(({ seconds }) => seconds > 0.8, 10_000);
    const samples = (await recorder.stop()).channel(0);
    const { sound } = withoutGaps(samples, RATE, samples.length - RATE / 2);
    return sound;
  };

  it('are mixer devices with a line each, and nobody remembers their levels for them', () => {
    const device = speakers();
    expect(device.destinations).toHaveLength(1);
    expect(device.destinations[0]).toMatchObject({ component: 'DST_SPEAKERS' });
    expect(device.destinations[0]!.controls.map(({ type }) => type)).toEqual(['PEAKMETER', 'MUTE', 'VOLUME']);
    const input = mixer
      .getSnapshot()
      .devices.find(({ destinations }) => destinations[0]?.component === 'DST_WAVEIN');
    expect(input!.destinations[0]!.sources.map(({ component }) => component)).toEqual(['SRC_MICROPHONE']);
    mixer.setControl(device.id, control(device, 'VOLUME').id, { levels: [decibelsToKsLevel(-6)] });
    expect(remembered).toEqual([]);
  });

  it('are set from the mixer and read back by pactl and by ear', async () => {
    await play('speakers');
    const device = speakers();
    const set = (decibels: number) =>
      mixer.setControl(device.id, control(device, 'VOLUME').id, { levels: [decibelsToKsLevel(decibels)] });
    set(0);
    const before = rmsDb(await heard('speakers'));
    set(-12);
    await eventually(
      async () => /-12\.0\d dB/.test(await rig.pactl('get-sink-volume', 'speakers')),
      SEEN_MS,
      () => 'what pactl tells',
    );
    expect(rmsDb(await heard('speakers'))).toBeCloseTo(before - 12, 1);
    mixer.setControl(device.id, control(device, 'MUTE').id, { muted: [true] });
    await eventually(
      async () => /yes/.test(await rig.pactl('get-sink-mute', 'speakers')),
      SEEN_MS,
      () => 'what pactl tells',
    );
    expect(await heard('speakers'), 'sound where there is none').toHaveLength(0);
    mixer.setControl(device.id, control(device, 'MUTE').id, { muted: [false] });
    set(0);
  });

  it('show the level of what plays, and ask for it only while somebody reads', async () => {
    await play('speakers');
    const device = speakers();
    const frames: Uint8Array[] = [];
    const reading = setInterval(() => {
      const frame = mixer.peakFrame();
      if (frame) frames.push(frame);
    }, 30);
    const { meter } = control(device, 'PEAKMETER');
    await eventually(
      () => frames.some((frame) => Math.abs(leftPeak(frame, meter) - TONE_PEAK) < 0.01),
      5 * SEEN_MS,
      () => `a peak of ${TONE_PEAK}`,
    );
    clearInterval(reading);
    const listens = async () => /Peak meter/.test(await rig.pactl('list', 'source-outputs'));
    expect(await listens()).toBe(true);
    await eventually(
      async () => !(await listens()),
      6_000,
      () => 'the level readings to end',
    );
  });

  it('follow what pactl sets, channel by channel', async () => {
    const told: MixerControl[] = [];
    const listening = mixer.onControl((change) => told.push(change.control));
    await rig.pactl('set-sink-volume', 'speakers', '-20dB', '-10dB');
    await rig.pactl('set-sink-mute', 'speakers', '1');
    await eventually(
      () => control(speakers(), 'MUTE').muted[0] === true,
      SEEN_MS,
      () => JSON.stringify(service.getSnapshot()),
    );
    const levels = () =>
      control(speakers(), 'VOLUME').levels.map((level) => ksLevelToDecibels(level as never));
    await eventually(
      () => Math.abs(levels()[0]! + 20) < 0.05 && Math.abs(levels()[1]! + 10) < 0.05,
      SEEN_MS,
      () => JSON.stringify(service.getSnapshot()),
    );
    expect(told.map(({ type }) => type)).toEqual(expect.arrayContaining(['VOLUME', 'MUTE']));
    listening.dispose();
    await rig.pactl('set-sink-mute', 'speakers', '0');
    await rig.pactl('set-sink-volume', 'speakers', '100%');
    await eventually(
      () => levels()[0] === 0 && control(speakers(), 'MUTE').muted[0] === false,
      SEEN_MS,
      () => JSON.stringify(service.getSnapshot()),
    );
  });

  it('show the programs that play on them as pin instances, to be set, muted and moved', async () => {
    const foreign = [await play('speakers', foreignPlayers[0]), await play('speakers', foreignPlayers[1])];
    expect(foreign.map(({ program }) => program)).toEqual(foreignPlayers);
    expect(foreign.every(({ endpointId, own }) => endpointId === 'sink:speakers' && !own)).toBe(true);
    const adapter = portCls.adapters.find(({ id }) => id === speakers().id)!;
    const mixers = adapter.subdevices.filter(({ name }) => name.endsWith('mixer'));
    expect(mixers.flatMap(({ openPins }) => openPins.map(({ state }) => state))).toEqual(['RUN', 'RUN']);

    const [first, second] = foreign as [(typeof foreign)[0], (typeof foreign)[0]];
    service.setProgramMuted(second.id, true);
    const before = rmsDb(await heard('speakers'));
    service.setProgramLevels(first.id, [decibelsToKsLevel(-9)]);
    expect(rmsDb(await heard('speakers'))).toBeCloseTo(before - 9, 1);
    await service.moveProgram(first.id, 'sink:headset');
    await eventually(
      () => service.getSnapshot().programs.find(({ id }) => id === first.id)?.endpointId === 'sink:headset',
      SEEN_MS,
      () => JSON.stringify(service.getSnapshot()),
    );
    expect(await heard('speakers'), 'sound where there is none').toHaveLength(0);
    expect(rmsDb(await heard('headset'))).toBeCloseTo(before - 9, 1);
    await rig.pactl('set-sink-input-volume', String(first.id), '50%');
    await eventually(
      () => {
        const level = service.getSnapshot().programs.find(({ id }) => id === first.id)?.levels[0];
        return level !== undefined && Math.abs(ksLevelToDecibels(level) + 18.06) < 0.05;
      },
      SEEN_MS,
      () => JSON.stringify(service.getSnapshot()),
    );
  });

  it('have their programs come again at the level that they were left at, set once and by nobody twice', async () => {
    const kept = new Map<string, ProgramState>();
    const memory = new ProgramMemory({
      server,
      programs: endpoints,
      memory: { program: (key) => kept.get(key), setProgram: (key, state) => kept.set(key, state) },
      enabled: () => true,
      isOwn: () => false,
      settleMs: 200,
    });
    const decibelsOf = (id: number) => {
      const level = service.getSnapshot().programs.find((program) => program.id === id)?.levels[0];
      return level === undefined ? NaN : ksLevelToDecibels(level);
    };
    const stands = async (id: number, decibels: number) => {
      await eventually(
        () => Math.abs(decibelsOf(id) - decibels) < 0.05,
        5 * SEEN_MS,
        () => `${decibels} dB, not ${decibelsOf(id)} dB`,
      );
      await delay(500);
      expect(decibelsOf(id)).toBeCloseTo(decibels, 1);
    };
    const ends = () => Promise.all([...players].map(end));

    const first = await play('speakers');
    service.setProgramLevels(first.id, [decibelsToKsLevel(-9)]);
    await stands(first.id, -9);
    const [key, ...others] = [...kept.keys()];
    expect(key).toMatch(/paplay$/);
    expect(others).toEqual([]);
    await ends();
    const second = await play('headset');
    await stands(second.id, -9);
    expect(await rig.pactl('list', 'sink-inputs')).toMatch(/-9\.0\d dB/);
    // The user's hand, in another program.
    await rig.pactl('set-sink-input-volume', String(second.id), '100%');
    await stands(second.id, 0);
    await ends();
    await stands((await play('speakers')).id, 0);
    if (!serverRemembers) {
      // The server would set what it remembers over what the program chooses: half of full scale.
      await ends();
      kept.set(key!, { levels: [decibelsToKsLevel(-20)], muted: false });
      await stands((await play('speakers', 'paplay', '--volume=32768')).id, -18.06);
    }
    memory.dispose();
  });

  it('come and go with their devices, and a program that plays elsewhere hears nothing of it', async () => {
    await play('speakers');
    const devices = mixer.getSnapshot().devices.length;
    const recorder = await rig.record('speakers');
    await recorder.waitFor(({ seconds }) => seconds > 0.5, 10_000);
    for (let round = 0; round < 5; round++) {
      const module = (await rig.pactl('load-module', 'module-null-sink', 'sink_name=extra')).trim();
      await eventually(
        () => endpoints.find('render', 'extra'),
        SEEN_MS,
        () => JSON.stringify(service.getSnapshot()),
      );
      expect(mixer.getSnapshot().devices).toHaveLength(devices + 1);
      await rig.pactl('unload-module', module);
      await eventually(
        () => endpoints.find('render', 'extra') === undefined,
        SEEN_MS,
        () => JSON.stringify(service.getSnapshot()),
      );
      expect(mixer.getSnapshot().devices).toHaveLength(devices);
    }
    const recorded = (await recorder.stop()).channel(0);
    // What the server leaves out for want of a processor is no stutter of ours.
    const steady = withoutGaps(recorded, RATE, RATE / 4).sound;
    const quietest = Math.min(
      ...Array.from({ length: Math.floor(steady.length / 480) }, (_, at) =>
        rmsDb(steady.subarray(at * 480, at * 480 + 480)),
      ),
    );
    expect(quietest).toBeGreaterThan(rmsDb(steady) - 1);
  });

  it('have records that are laid out as those of the simulated server', async () => {
    await play('speakers');
    const simulated = await SimulatedServer.start();
    try {
      simulated.addSource(simulatedDevice('source'));
      simulated.addStream({
        name: 'stream',
        sampleSpec: { format: 's16le', channels: 2, rate: RATE },
        channelMap: ['front-left', 'front-right'],
        volume: [FULL, FULL],
        mute: false,
        corked: false,
        sink: simulated.addSink(simulatedDevice('sink')),
        properties: new Map(),
      });
      const pathOf = (env: Record<string, string>) => env['PULSE_SERVER']!.replace('unix:', '');
      for (const [command, records] of [
        [COMMAND.getServerInfo, () => 1],
        [COMMAND.getSinkInfoList, () => watcher.state.sinks.length],
        [COMMAND.getSourceInfoList, () => watcher.state.sources.length],
        [COMMAND.getSinkInputInfoList, () => watcher.state.streams.length],
      ] as const) {
        const one = await replyLayout(pathOf(simulated.env), command);
        // A stream of the test before may still be going.
        await expect
          .poll(async () => (await replyLayout(pathOf(rig.env), command)) === one.repeat(records()), {
            timeout: 5 * SEEN_MS,
          })
          .toBe(true);
      }
    } finally {
      await simulated.dispose();
    }
  });

  it('make the default, and refuse what is not there', async () => {
    await service.setDefault('sink:headset');
    expect((await rig.pactl('get-default-sink')).trim()).toBe('headset');
    await eventually(
      () => service.getSnapshot().endpoints.find(({ isDefault }) => isDefault)?.id === 'sink:headset',
      SEEN_MS,
      () => JSON.stringify(service.getSnapshot()),
    );
    await service.setDefault('sink:speakers');
    await expect(service.setDefault('sink:nowhere')).rejects.toMatchObject({ code: 'not-found' });
    await expect(service.setPort('sink:speakers', 'none')).rejects.toMatchObject({ code: 'not-found' });
    expect(() => service.setProgramMuted(4_000_000_000, true)).toThrow(/no program/);
  });
}

for (const server of SERVERS) {
  requires(server.requirement)(`the endpoints of ${server.name}`, () => endpointsSuite(server));
}

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ErrorRecord } from '../../../../src/contract/errors.ts';
import { linearGain } from '../../../../src/contract/units.ts';
import { SoundHardware } from '../../../../src/main/hardware/soundHardware.ts';
import { Emitter } from '../../../../src/contract/emitter.ts';
import type {
  SinkInfo,
  SinkInputInfo,
  SoundServerEvent,
} from '../../../../src/main/hardware/soundServer/index.ts';
import type { HeldLevels } from '../../../../src/main/hardware/spdif/unityLevels.ts';
import { burstRecord } from '../../../../src/main/wave/iec61937/codedFormat.ts';
import { toneCard } from '../../host/toneCard.ts';
import { HostScript } from '../hostScript.ts';
import { outputs, ServerScript, sink } from '../serverScript.ts';

const AC3 = burstRecord('ac3', 48_000);
const speakers = sink('speakers', 'Speakers');
const receiver: SinkInfo = {
  ...sink('receiver', 'Receiver'),
  index: 2,
  volume: [linearGain(1), linearGain(1)],
};
const turnedDown: SinkInfo = { ...receiver, volume: [linearGain(0.125), linearGain(0.125)], mute: true };

describe('the output for S/PDIF', () => {
  let hosts: HostScript[];
  let server: ServerScript;
  let hardware: SoundHardware;
  let requests: string[];
  let streams: SinkInputInfo[];
  /** What the server does not do. */
  let refused: Set<string>;
  let serverEvents: Emitter<SoundServerEvent>;
  let kept: HeldLevels | undefined;

  beforeEach(async () => {
    vi.useFakeTimers();
    hosts = [];
    requests = [];
    streams = [];
    refused = new Set();
    kept = undefined;
    serverEvents = new Emitter();
    server = new ServerScript(outputs([speakers, receiver], 'speakers'));
    server.client = {
      onEvent: serverEvents.event,
      sinkInputs: async () => streams,
      setSinkInputVolume: async () => {},
      moveSinkInput: async (index, name) => {
        requests.push(`move ${index} to ${name}`);
        if (refused.has('move')) throw new Error('It may not be moved.');
        const place = server.outputs.sinks.find((each) => each.name === name)!.index;
        streams = streams.map((each) => (each.index === index ? { ...each, sink: place } : each));
      },
      setSinkInputMute: async (index, mute) => {
        requests.push(`mute stream ${index} ${mute}`);
        if (refused.has('mute')) throw new Error('It may not be muted.');
        streams = streams.map((each) => (each.index === index ? { ...each, mute } : each));
      },
      sinks: async () => [...server.outputs.sinks],
      setSinkVolume: async (name, gains) => {
        requests.push(`volume ${gains.join()}`);
        change(name, { volume: gains.map(linearGain) });
      },
      setSinkMute: async (name, mute) => {
        requests.push(`mute ${mute}`);
        change(name, { mute });
      },
    };
    hardware = new SoundHardware({
      hostFactory: () => {
        const host = new HostScript(1000 + hosts.length);
        hosts.push(host);
        return host;
      },
      soundServer: server,
      clock: () => BigInt(Math.round(performance.now() * 1000)) * 1000n,
      heldLevels: {
        get heldLevels() {
          return kept;
        },
        holdLevels: async (held) => void (kept = held),
      },
    });
    void hardware.start({ output: 'default', latency: 'normal', card: toneCard });
    await pass(1);
    main().opens();
  });
  afterEach(async () => {
    const disposed = hardware.dispose();
    await pass(2_000);
    await disposed;
    expect(hosts.filter(({ over }) => !over)).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  const living = (target: string) => hosts.filter((host) => host.target === target && !host.over);
  const main = () => living('sink:speakers')[0]!;
  const sender = () => living('sink:receiver').at(-1)!;
  function change(name: string, changes: Partial<SinkInfo>): void {
    const sinks = server.outputs.sinks.map((each) => (each.name === name ? { ...each, ...changes } : each));
    server.becomes({ ...server.outputs, sinks });
  }
  function appears(index: number, sinkIndex: number, processId: number, changes = {}): void {
    const properties = new Map([
      ['application.process.id', String(processId)],
      ['application.name', `Program ${index}`],
    ]);
    streams.push({
      index,
      name: 'Music',
      sink: sinkIndex,
      client: index,
      sampleSpec: { format: 's16le', channels: 2, rate: 48_000 },
      channelMap: ['front-left', 'front-right'],
      volume: [],
      mute: false,
      corked: false,
      properties,
      ...changes,
    });
    serverEvents.fire({ facility: 'sinkInput', type: 'new', index });
  }
  const states = (host: HostScript) => host.of('setStreamState').map(({ state }) => state);
  async function passWell(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 250) {
      for (const host of hosts) if (!host.over && host.open) host.status();
      await pass(250);
    }
  }

  it('is refused where none was chosen, or the chosen one is away', () => {
    expect(() => hardware.openSpdif(AC3)).toThrow(
      expect.objectContaining({
        code: 'device-unavailable',
        advice: expect.stringContaining('Choose') as string,
      }),
    );
    expect(() => hardware.selectSpdif('sink:nothing')).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    );
    expect(() => hardware.selectSpdif('null')).toThrow(expect.objectContaining({ code: 'not-found' }));
    hardware.setSpdif('sink:nothing');
    expect(() => hardware.openSpdif(AC3)).toThrow(
      expect.objectContaining({ code: 'device-unavailable', subject: 'nothing' }),
    );
    expect(hardware.devices).toMatchObject({ selectedSpdif: 'sink:nothing', openSpdif: null });
    hardware.selectSpdif('sink:receiver');
    hardware.selectSpdif('none');
    expect(hosts).toHaveLength(1);
  });

  it('opens the sink at the rate of the link, exactly, and runs when that is sure', async () => {
    hardware.selectSpdif('sink:receiver');
    const stream = hardware.openSpdif(AC3);
    stream.feed({ id: 1, file: '/film.ac3', firstFrame: 0 });
    stream.setState('PAUSE');
    stream.setState('RUN');
    const host = sender();
    expect(host.open).toMatchObject({
      output: { kind: 'sink', name: 'receiver', sampleRate: 48_000, exact: true },
      card: { inputs: [{ stages: [] }], master: [] },
      registers: [],
    });
    expect(hardware.isHost(host.pid)).toBe(true);
    expect(hardware.devices.openSpdif).toBe('sink:receiver');
    expect(states(host)).toEqual(['PAUSE']);
    host.opens();
    await passWell(750);
    expect(states(host)).toEqual(['PAUSE', 'RUN']);
    expect(requests).toEqual([]);
    expect(() => hardware.openSpdif(AC3)).toThrow(expect.objectContaining({ code: 'bad-state' }));
    stream.close();
    expect(hardware.devices.openSpdif).toBeNull();
    hardware.openSpdif(AC3).close();
  });

  it('holds the sink at 100 %, and gives it its levels back', async () => {
    server.becomes(outputs([speakers, turnedDown], 'speakers'));
    hardware.selectSpdif('sink:receiver');
    const stream = hardware.openSpdif(AC3);
    stream.setState('RUN');
    sender().opens();
    await passWell(750);
    expect(requests.splice(0)).toEqual(['volume 1,1', 'mute false']);
    expect(states(sender())).toEqual(['RUN']);
    change('receiver', { volume: [linearGain(0.5), linearGain(1)] });
    await passWell(250);
    expect(requests.splice(0)).toEqual(['volume 1,1']);
    // Another stream follows: nothing happens in between.
    stream.close();
    const next = hardware.openSpdif(AC3);
    sender().opens();
    await passWell(2_000);
    expect(requests).toEqual([]);
    next.close();
    await passWell(2_000);
    expect(requests).toEqual(['mute true', 'volume 0.125,0.125']);
  });

  it('sends the streams of other programs away from the sink, and lets them back', async () => {
    hardware.selectSpdif('sink:receiver');
    appears(7, 2, 50);
    appears(8, 1, 51);
    appears(9, 2, 52, { mute: true });
    const stream = hardware.openSpdif(AC3);
    stream.setState('RUN');
    sender().opens();
    appears(10, 2, sender().pid);
    await passWell(750);
    expect(requests.splice(0)).toEqual(['move 7 to speakers']);
    expect(states(sender())).toEqual(['RUN']);
    appears(11, 2, 53);
    await passWell(250);
    expect(requests.splice(0)).toEqual(['move 11 to speakers']);
    // One that comes back by itself stays there, unheard.
    streams = streams.map((each) => (each.index === 11 ? { ...each, sink: 2 } : each));
    serverEvents.fire({ facility: 'sinkInput', type: 'change', index: 11 });
    await passWell(250);
    expect(requests.splice(0)).toEqual(['mute stream 11 true']);
    // Another stream of bursts follows: nothing happens in between.
    stream.close();
    streams = streams.filter(({ index }) => index !== 10);
    const next = hardware.openSpdif(AC3);
    sender().opens();
    await passWell(2_000);
    expect(requests).toEqual([]);
    next.close();
    await passWell(2_000);
    expect(requests).toEqual(['move 7 to receiver', 'mute stream 11 false']);
    appears(12, 2, 54);
    await passWell(250);
    expect(requests).toHaveLength(2);
  });

  it('mutes other streams where there is no other output, and fails when nothing helps', async () => {
    server.becomes(outputs([receiver], 'receiver'));
    hardware.selectSpdif('sink:receiver');
    appears(7, 2, 50);
    const failures: ErrorRecord[] = [];
    const stream = hardware.openSpdif(AC3);
    stream.onFailed((error) => failures.push(error));
    stream.setState('RUN');
    const host = sender();
    host.opens();
    await passWell(750);
    expect(requests.splice(0)).toEqual(['mute stream 7 true']);
    expect(states(host)).toEqual(['RUN']);
    server.becomes(outputs([speakers, receiver], 'speakers'));
    refused = new Set(['move', 'mute']);
    appears(8, 2, 51);
    await passWell(250);
    expect(requests.splice(0)).toEqual(['move 8 to speakers', 'mute stream 8 true']);
    expect(failures).toMatchObject([{ code: 'device-unavailable', subject: 'receiver' }]);
    expect(failures[0]!.message).toContain('Program 8');
    expect(failures[0]!.advice).toBeDefined();
    expect(states(host)).toEqual(['RUN', 'STOP']);
    stream.close();
  });

  it('keeps the levels of the sink as long as it is held, for the next start of a program that was killed', async () => {
    server.becomes(outputs([speakers, turnedDown], 'speakers'));
    hardware.selectSpdif('sink:receiver');
    const stream = hardware.openSpdif(AC3);
    sender().opens();
    await passWell(750);
    expect(kept).toEqual({ name: 'receiver', volume: [0.125, 0.125], mute: true });
    stream.close();
    await passWell(2_000);
    expect(kept).toBeUndefined();
    requests.splice(0);

    // As another program left it.
    const left = { name: 'receiver', volume: [0.25, 0.25], mute: false };
    kept = left;
    server.becomes(outputs([speakers], 'speakers'));
    await passWell(250);
    expect(kept).toBe(left);
    server.becomes(outputs([speakers, receiver], 'speakers'));
    await passWell(250);
    expect(requests.splice(0)).toEqual(['volume 0.25,0.25']);
    expect(kept).toBeUndefined();
    // Somebody has set it since.
    kept = left;
    change('receiver', { volume: [linearGain(0.5), linearGain(0.5)] });
    await passWell(250);
    expect(requests).toEqual([]);
    expect(kept).toBeUndefined();
  });

  it('fails on a sink of another rate, and on one that changes', async () => {
    hardware.selectSpdif('sink:receiver');
    const failures: ErrorRecord[] = [];
    const stream = hardware.openSpdif(burstRecord('eac3', 192_000));
    stream.onFailed((error) => failures.push(error));
    stream.setState('RUN');
    const host = sender();
    host.opens(192_000);
    await passWell(2_000);
    expect(failures).toMatchObject([{ code: 'not-supported' }]);
    expect(failures[0]!.message).toContain('48000 Hz');
    expect(states(host)).not.toContain('RUN');
    stream.close();

    const other = hardware.openSpdif(AC3);
    other.onFailed((error) => failures.push(error));
    other.setState('RUN');
    sender().opens();
    await passWell(750);
    expect(states(sender())).toEqual(['RUN']);
    change('receiver', { sampleSpec: { ...receiver.sampleSpec, rate: 44_100 } });
    await passWell(250);
    expect(states(sender())).toEqual(['RUN', 'STOP']);
    expect(failures).toHaveLength(2);
    other.close();
  });

  it('ends at once when the sink is gone, so that its data is played nowhere else', async () => {
    hardware.selectSpdif('sink:receiver');
    const stream = hardware.openSpdif(AC3);
    const lost: string[] = [];
    stream.onLost((reason) => lost.push(reason));
    stream.setState('RUN');
    sender().opens();
    await passWell(750);
    const host = sender();
    server.becomes(outputs([speakers], 'speakers'));
    await pass(5);
    expect(host.over).toBe(true);
    expect(lost).toMatchObject([expect.stringContaining('Receiver')]);
    expect(hardware.devices.openSpdif).toBeNull();
  });

  it('tells when its host dies', async () => {
    hardware.selectSpdif('sink:receiver');
    const stream = hardware.openSpdif(AC3);
    const lost: string[] = [];
    stream.onLost((reason) => lost.push(reason));
    sender().opens();
    sender().exits(1, null);
    expect(lost).toHaveLength(1);
    expect(hardware.present).toBe(true);
  });

  it('lets the card have the same device before and after, not meanwhile', async () => {
    const arrived: string[] = [];
    hardware.onArrived(({ label }) => arrived.push(label));
    hardware.selectSpdif('sink:speakers');
    const wave = hardware.openStream('wave', { kind: 'wavetable' });
    const lost: string[] = [];
    wave.onLost((reason) => lost.push(reason));
    const device = main();
    const stream = hardware.openSpdif(AC3);
    expect(lost).toHaveLength(1);
    expect(device.commands.slice(-2)).toEqual([
      { type: 'setSilent', silent: true },
      { type: 'closeStream', stream: wave.id },
    ]);
    expect(() => hardware.openStream('wave', { kind: 'wavetable' })).toThrow(
      expect.objectContaining({ code: 'bad-state', status: 'STATUS_UNSUCCESSFUL' }),
    );
    stream.close();
    expect(device.commands.at(-1)).toEqual({ type: 'setSilent', silent: false });
    expect(arrived).toEqual(['Speakers']);
    hardware.openStream('wave', { kind: 'wavetable' }).close();
  });

  it('keeps the card silent that comes to its device', async () => {
    server.becomes(outputs([speakers, receiver], 'speakers'));
    hardware.selectSpdif('sink:receiver');
    const stream = hardware.openSpdif(AC3);
    const [before] = living('sink:receiver');
    hardware.select('sink:receiver');
    await pass(1);
    const card = sender();
    expect(card).not.toBe(before);
    card.opens();
    expect(card.of('setSilent')).toEqual([{ type: 'setSilent', silent: true }]);
    expect(() => hardware.openStream('wave', { kind: 'wavetable' })).toThrow();
    stream.close();
    expect(card.of('setSilent')).toHaveLength(2);
  });
});

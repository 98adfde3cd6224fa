import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ErrorRecord } from '../../../../src/contract/errors.ts';
import { linearGain } from '../../../../src/contract/units.ts';
import { SoundHardware } from '../../../../src/main/hardware/soundHardware.ts';
import type { SinkInfo } from '../../../../src/main/hardware/soundServer/index.ts';
import { burstRecord } from '../../../../src/main/wave/iec61937/codedFormat.ts';
import { toneCard } from '../../host/toneCard.ts';
import { HostScript } from '../hostScript.ts';
import { outputs, ServerScript, sink } from '../serverScript.ts';

const AC3 = burstRecord('ac3', 48_000);
const speakers = sink('speakers', 'Speakers');
const receiver: SinkInfo = { ...sink('receiver', 'Receiver'), volume: [linearGain(1), linearGain(1)] };
const turnedDown: SinkInfo = { ...receiver, volume: [linearGain(0.125), linearGain(0.125)], mute: true };

describe('the output for S/PDIF', () => {
  let hosts: HostScript[];
  let server: ServerScript;
  let hardware: SoundHardware;
  let requests: string[];

  beforeEach(async () => {
    vi.useFakeTimers();
    hosts = [];
    requests = [];
    server = new ServerScript(outputs([speakers, receiver], 'speakers'));
    server.client = {
      sinkInputs: async () => [],
      setSinkInputVolume: async () => {},
      setSinkInputMute: async () => {},
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

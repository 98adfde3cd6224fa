import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PinwheelError } from '../../../src/contract/errors.ts';
import { referenceTime } from '../../../src/contract/units.ts';
import type { OutputState } from '../../../src/contract/services/app.ts';
import { SoundHardware } from '../../../src/main/hardware/soundHardware.ts';
import { createInProcessHost } from '../../../src/main/host/inProcessHost.ts';
import { toneCard } from '../host/toneCard.ts';
import { createToneStream, toneRecords } from '../host/toneStream.ts';
import { HostScript } from './hostScript.ts';
import { outputs, ServerScript, sink } from './serverScript.ts';

const speakers = sink('speakers', 'Speakers');
const headset = sink('headset', 'Headset');
const both = outputs([speakers, headset], 'speakers');
const away = outputs([], undefined, false);

/** Time as the fake timers tell it. */
const clock = () => BigInt(Math.round(performance.now() * 1000)) * 1000n;

describe('SoundHardware', () => {
  let hosts: HostScript[];
  let server: ServerScript;
  let hardware: SoundHardware;
  let log: string[];

  beforeEach(() => {
    vi.useFakeTimers();
    hosts = [];
    server = new ServerScript(both);
    make();
  });
  afterEach(async () => {
    const disposed = hardware.dispose();
    await vi.advanceTimersByTimeAsync(2_000);
    await disposed;
    expect(hosts.filter(({ over }) => !over)).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  function make(): void {
    log = [];
    hardware = new SoundHardware({
      hostFactory: () => {
        const host = new HostScript(1000 + hosts.length);
        hosts.push(host);
        return host;
      },
      soundServer: server,
      clock,
    });
    hardware.onArrived(({ kind, label }) => log.push(`arrived ${kind} ${label}`));
    hardware.onRemoved(({ reason }) => log.push(`removed ${reason}`));
  }

  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  /** The host that was asked to open this and still lives. */
  const host = (target: string): HostScript => {
    const found = hosts.findLast((candidate) => candidate.target === target && !candidate.over);
    if (!found) throw new Error(`No host for ${target}: ${hosts.map((each) => each.target).join(' ')}`);
    return found;
  };
  const lives = (target: string) => hosts.some((each) => each.target === target && !each.over);

  async function start(output = 'default', preferred: string[] = []): Promise<void> {
    void hardware.start({ output, preferred, latency: 'normal', card: toneCard });
    await pass(1);
  }

  /** Time passes while the hosts that are open are well. */
  async function passWell(ms: number, ...well: HostScript[]): Promise<void> {
    for (let passed = 0; passed < ms; passed += 250) {
      for (const each of well) each.status();
      await pass(Math.min(250, ms - passed));
    }
  }

  it('opens the default sink with the card and its registers', async () => {
    hardware.setRegister(3, [0.5, 0.25]);
    await start();
    expect(hardware.present).toBe(false);
    expect(hardware.state).toMatchObject({ phase: 'opening', label: 'Speakers' });
    expect(host('sink:speakers').open).toMatchObject({
      output: { kind: 'sink', name: 'speakers', sampleRate: 48_000 },
      latency: 'normal',
      card: toneCard,
      registers: [{ register: 3, gains: [0.5, 0.25] }],
    });
    host('sink:speakers').opens(44_100);
    expect(hardware.present).toBe(true);
    expect(hardware.state).toMatchObject({
      phase: 'running',
      kind: 'device',
      label: 'Speakers',
      reason: '',
      sampleRate: 44_100,
    });
    expect(hardware.devices.openOutput).toBe('sink:speakers');
    expect(log).toEqual(['arrived device Speakers']);
  });

  it('tells the host’s status as its state', async () => {
    await start();
    host('sink:speakers').opens();
    const states: OutputState[] = [];
    hardware.onState((state) => states.push(state));
    host('sink:speakers').status({ cpuPercent: 7.5, underruns: 2, latencyMs: 81 });
    expect(states).toEqual([expect.objectContaining({ cpuPercent: 7.5, underruns: 2, latencyMs: 81 })]);
  });

  it('sends the registers of one turn in one message', async () => {
    await start();
    host('sink:speakers').opens();
    await pass(10);
    hardware.setRegister(1, [0.1, 0.1]);
    hardware.setRegister(2, [0.2, 0.2]);
    hardware.setRegister(1, [0.3, 0.3]);
    expect(host('sink:speakers').of('setRegisters')).toEqual([]);
    await pass(1);
    expect(host('sink:speakers').of('setRegisters')).toEqual([
      {
        type: 'setRegisters',
        values: [
          { register: 1, gains: [0.3, 0.3] },
          { register: 2, gains: [0.2, 0.2] },
        ],
      },
    ]);
  });

  it('runs on the null device, and says why, when there is no output', async () => {
    server = new ServerScript(outputs([], undefined));
    make();
    await start();
    host('null').opens();
    expect(hardware.state).toMatchObject({
      phase: 'running',
      kind: 'null',
      reason: 'No output device was found.',
    });
    server.becomes(both);
    await pass(200);
    host('sink:speakers').opens();
    expect(log).toEqual(['arrived null Null device', 'removed switching', 'arrived device Speakers']);
    expect(lives('null')).toBe(true);
    await pass(100);
    expect(lives('null')).toBe(false);
  });

  it('falls back to the null device when the output does not open, and tries again', async () => {
    await start();
    host('sink:speakers').says({
      type: 'openFailed',
      code: 'device-busy',
      message: 'The output device is in use.',
    });
    await pass(10);
    host('null').opens();
    expect(hardware.state).toMatchObject({
      phase: 'running',
      kind: 'null',
      reason: 'The output device is in use.',
    });
    await pass(400);
    host('sink:speakers').opens();
    expect(hardware.state).toMatchObject({ kind: 'device', reason: '' });
    expect(log).toEqual(['arrived null Null device', 'removed switching', 'arrived device Speakers']);
  });

  it('has a card on the null device first, however long that takes beside an output that keeps failing', async () => {
    await start();
    host('sink:speakers').says({ type: 'openFailed', code: 'device-busy', message: 'no' });
    await pass(10);
    // Longer than until the output’s turn.
    await pass(400);
    expect(lives('null')).toBe(true);
    host('null').opens();
    expect(log).toEqual(['arrived null Null device']);
    await pass(10);
    expect(lives('sink:speakers')).toBe(true);
  });

  it('tries a failing output less and less often, and at once when asked to', async () => {
    await start();
    const attempts: number[] = [];
    const begun = performance.now();
    const fail = () => {
      if (!lives('sink:speakers')) return;
      attempts.push(performance.now() - begun);
      host('sink:speakers').says({ type: 'openFailed', code: 'failed', message: 'no' });
    };
    fail();
    await pass(10);
    host('null').opens();
    for (let step = 0; step < 600; step++) {
      if (step % 5 === 0) host('null').status();
      await pass(50);
      fail();
    }
    // After 0.3, 0.6, 1.2, 2.4, 4.8 seconds, then every 5.
    expect(attempts.length).toBeGreaterThan(6);
    expect(attempts.length).toBeLessThan(12);
    hardware.retry();
    await pass(10);
    expect(lives('sink:speakers')).toBe(true);
  });

  it('replaces a device that stalls, first by the null device, then by itself', async () => {
    await start();
    const first = host('sink:speakers');
    first.opens();
    await passWell(11_000, first);
    first.hung = true;
    const stream = hardware.openStream('synth', { kind: 'wavetable' });
    const lost = vi.fn();
    stream.onLost(lost);

    first.says({ type: 'stalled', milliseconds: 420 });
    expect(hardware.present).toBe(false);
    expect(lost).toHaveBeenCalledOnce();
    expect(stream.lost).toBe(true);
    expect(hardware.state).toMatchObject({ phase: 'lost', reason: 'The output device stopped answering.' });
    expect(() => hardware.openStream('synth', { kind: 'wavetable' })).toThrow(PinwheelError);
    await pass(5);
    expect(first.over).toBe(true);

    host('null').opens();
    expect(hardware.state.phase).toBe('lost');
    await pass(200);
    host('sink:speakers').opens();
    expect(hardware.state).toMatchObject({ phase: 'running', kind: 'device', reason: '' });
    expect(log.slice(1)).toEqual([
      'removed stalled',
      'arrived null Null device',
      'removed switching',
      'arrived device Speakers',
    ]);
    // What is sent to a stream of the past reaches nobody.
    stream.setState('RUN');
    stream.close();
    expect(hosts.flatMap((each) => each.of('setStreamState'))).toEqual([]);
  });

  it('brings the device back from a host that is ready, when the server answers again', async () => {
    await start();
    host('sink:speakers').opens();
    await pass(10);
    server.becomes(away);
    expect(log.at(-1)).toBe('removed server-gone');
    await pass(10);
    host('null').opens();
    expect(hardware.state).toMatchObject({
      phase: 'running',
      kind: 'null',
      reason: 'The sound server does not answer.',
    });
    const spare = host('waiting');
    await passWell(30_000, host('null'));
    expect(hosts).toHaveLength(3);

    server.becomes(outputs([], undefined));
    await pass(50);
    server.becomes(both);
    await pass(150);
    expect(spare.target).toBe('sink:speakers');
    spare.opens();
    await pass(100);
    expect(log.slice(-2)).toEqual(['removed switching', 'arrived device Speakers']);
    expect(hosts.filter(({ over }) => !over)).toEqual([spare]);
  });

  it('has lost a chosen device that the server does not have any more, and takes it again', async () => {
    await start('sink:headset');
    host('sink:headset').opens();
    await pass(10);
    server.becomes(outputs([speakers], 'speakers'));
    expect(log.at(-1)).toBe('removed device-gone');
    await pass(10);
    host('null').opens();
    await pass(10);
    expect(hardware.state).toMatchObject({
      kind: 'null',
      reason: 'The selected output “headset” is not connected.',
    });
    server.becomes(both);
    await pass(150);
    host('sink:headset').opens();
    await pass(100);
    expect(log.slice(-2)).toEqual(['removed switching', 'arrived device Headset']);
    expect(hardware.state.phase).toBe('running');
  });

  it('replaces a host that ended, with its registers and meters', async () => {
    await start();
    host('sink:speakers').opens();
    hardware.setMetering(true);
    hardware.setRegister(0, [0.5, 0.5]);
    await pass(11_000 - 10_000);
    const first = host('sink:speakers');
    expect(first.of('setMetering')).toEqual([{ type: 'setMetering', on: true }]);
    first.exits(null, 'SIGSEGV');
    expect(log.at(-1)).toBe('removed host-exit');
    await pass(10);
    const replacement = host('null');
    expect(replacement.open?.registers).toEqual([{ register: 0, gains: [0.5, 0.5] }]);
    replacement.opens();
    expect(replacement.of('setMetering')).toEqual([{ type: 'setMetering', on: true }]);
  });

  it('gives up a host that says nothing for two seconds', async () => {
    await start();
    host('sink:speakers').opens();
    await passWell(5_000, host('sink:speakers'));
    await pass(2_200);
    expect(log).toEqual(['arrived device Speakers', 'removed stalled']);
  });

  it('keeps trying when not even the null device works', async () => {
    server = new ServerScript(outputs([], undefined));
    make();
    await start();
    for (let attempt = 0; attempt < 5; attempt++) {
      host('null').exits(1, null);
      await pass(6_000);
    }
    host('null').opens();
    expect(hardware.present).toBe(true);
    expect(hosts.filter(({ target }) => target === 'null')).toHaveLength(6);
  });

  it('follows the system’s default and the user’s selection', async () => {
    await start();
    host('sink:speakers').opens();
    server.becomes(outputs([speakers, headset], 'headset'));
    await pass(200);
    // The old device plays until the new one does.
    expect(hardware.state).toMatchObject({ label: 'Speakers', phase: 'running' });
    const before = host('sink:speakers');
    host('sink:headset').opens();
    expect(hardware.devices.openOutput).toBe('sink:headset');
    // And until the new one is heard.
    await passWell(50, host('sink:headset'));
    expect(before.over).toBe(false);
    await passWell(150, host('sink:headset'));
    expect(before.over).toBe(true);
    hardware.select('sink:speakers');
    await pass(10);
    host('sink:speakers').opens();
    hardware.select('null');
    await pass(10);
    host('null').opens();
    await pass(200);
    expect(hardware.state).toMatchObject({
      kind: 'null',
      phase: 'running',
      reason: 'The null device is selected.',
    });
    expect(hosts.filter(({ over }) => !over)).toHaveLength(1);
    expect(() => hardware.select('sink:organ')).toThrow(/There is no output “sink:organ”/);
    expect(log.filter((line) => line.startsWith('removed'))).toEqual(Array(3).fill('removed switching'));
  });

  it('moves to a preferred output as it comes, and back as it goes', async () => {
    server = new ServerScript(outputs([speakers], 'speakers'));
    make();
    await start('preferred', ['sink:headset', 'sink:speakers']);
    host('sink:speakers').opens();
    expect(hardware.devices).toMatchObject({ selectedOutput: 'preferred', openOutput: 'sink:speakers' });
    server.becomes(both);
    await pass(200);
    host('sink:headset').opens();
    expect(hardware.devices.openOutput).toBe('sink:headset');
    await passWell(500, host('sink:headset'));
    server.becomes(outputs([speakers], 'speakers'));
    await passWell(200, host('sink:headset'));
    host('sink:speakers').opens();
    expect(hardware.devices.openOutput).toBe('sink:speakers');
    hardware.selectPreferred(['sink:headset']);
    await pass(10);
    host('null').opens();
    expect(hardware.state.reason).toBe('None of the preferred outputs is connected.');
    expect(() => hardware.selectPreferred(['sink:organ'])).toThrow(/There is no output “sink:organ”/);
  });

  it('gives up an attempt that is no longer wanted', async () => {
    await start();
    host('sink:speakers').opens();
    hardware.select('sink:headset');
    await pass(10);
    const attempt = host('sink:headset');
    hardware.select('sink:speakers');
    await pass(10);
    attempt.opens();
    await pass(10);
    expect(attempt.over).toBe(true);
    expect(log).toEqual(['arrived device Speakers']);
  });

  it('keeps playing on the old output when the new one does not open', async () => {
    await start();
    host('sink:speakers').opens();
    hardware.select('sink:headset');
    await pass(10);
    host('sink:headset').says({ type: 'openFailed', code: 'failed', message: 'The headset is broken.' });
    await pass(10);
    expect(hardware.state).toMatchObject({
      kind: 'device',
      label: 'Speakers',
      reason: 'The headset is broken.',
    });
  });

  it('opens again at another latency', async () => {
    await start();
    host('sink:speakers').opens();
    hardware.setLatency('low');
    await pass(10);
    expect(host('sink:speakers').open?.latency).toBe('low');
    host('sink:speakers').opens();
    expect(log.slice(1)).toEqual(['removed switching', 'arrived device Speakers']);
  });

  it('opens again with the chosen sample rate, and with the device’s own', async () => {
    await start();
    host('sink:speakers').opens();
    const rate = () => {
      const { output } = host('sink:speakers').open!;
      return output.kind === 'sink' ? output.sampleRate : undefined;
    };
    expect(rate()).toBe(48_000);
    hardware.setRate(96_000);
    await pass(10);
    expect(rate()).toBe(96_000);
    host('sink:speakers').opens();
    hardware.setRate('auto');
    await pass(10);
    expect(rate()).toBe(48_000);
    host('sink:speakers').opens();
    expect(log.slice(1)).toEqual([
      'removed switching',
      'arrived device Speakers',
      'removed switching',
      'arrived device Speakers',
    ]);
  });

  it('is not woken by volumes that change at the server', async () => {
    await start();
    host('sink:speakers').says({ type: 'openFailed', code: 'failed', message: 'no' });
    await pass(10);
    host('null').opens();
    const before = hosts.length;
    for (let change = 0; change < 5; change++) {
      server.becomes({ ...both, sinks: [{ ...speakers, mute: change % 2 === 0 }, headset] });
      await pass(20);
    }
    expect(hosts.length).toBe(before);
  });

  it('sets the server’s volume for its stream to 100 %', async () => {
    const requests: string[] = [];
    server.client = {
      sinkInputs: async () => [
        {
          index: 5,
          name: '',
          sink: 1,
          client: 1,
          sampleSpec: speakers.sampleSpec,
          channelMap: [],
          volume: [0.25, 0.25] as never,
          mute: true,
          corked: false,
          properties: new Map([['application.process.id', String(host('sink:speakers').pid)]]),
        },
      ],
      onEvent: () => ({ dispose: () => undefined }),
      moveSinkInput: async (index) => void requests.push(`move ${index}`),
      setSinkInputVolume: async (index, gains) => void requests.push(`volume ${index} ${gains.join()}`),
      setSinkInputMute: async (index, mute) => void requests.push(`mute ${index} ${mute}`),
      sinks: async () => [...server.outputs.sinks],
      setSinkVolume: async (name) => void requests.push(`volume of ${name}`),
      setSinkMute: async (name) => void requests.push(`mute of ${name}`),
    };
    await start();
    host('sink:speakers').opens();
    await pass(10);
    expect(requests).toEqual(['volume 5 1,1', 'mute 5 false']);
  });

  it('passes streams’ commands and events through', async () => {
    await start();
    const device = host('sink:speakers');
    device.opens();
    const stream = hardware.openStream('wave', { kind: 'wavetable' });
    const positions: number[] = [];
    const errors: string[] = [];
    stream.onPosition(({ position, eventsPlayed }) => positions.push(position, eventsPlayed));
    stream.onError((message) => errors.push(message));
    stream.write(referenceTime(10), new Uint8Array([1, 2]));
    stream.setState('RUN');
    device.says({ type: 'streamPosition', stream: stream.id, position: referenceTime(77), eventsPlayed: 3 });
    device.says({ type: 'streamError', stream: stream.id, message: 'bad' });
    stream.close();
    device.says({ type: 'streamPosition', stream: stream.id, position: referenceTime(99), eventsPlayed: 4 });
    expect(positions).toEqual([77, 3]);
    expect(errors).toEqual(['bad']);
    const ofStreams = device.commands.filter((command) => 'stream' in command);
    expect(ofStreams.map(({ type }) => type)).toEqual([
      'openStream',
      'writeStream',
      'setStreamState',
      'closeStream',
    ]);
    expect(() => hardware.openStream('telephone', { kind: 'wavetable' })).toThrow(/no input “telephone”/);
  });

  const PARTS = ['output', 'wavetable', 'fm', 'wave', 'capture'] as const;
  /** Takes power from all of the card, as its driver does, until the process is told to end. */
  async function sleep(device: HostScript): Promise<void> {
    for (const part of PARTS) {
      void hardware.setPower(part, 'D3');
      device.says({ type: 'powered', part, state: 'D3' });
    }
    hardware.setCardPower('D3');
    await pass(10);
    expect(device.of('close')).toHaveLength(1);
  }

  it('loses nothing with a process that it ended itself while all of the card sleeps', async () => {
    await start();
    const device = host('sink:speakers');
    device.opens();
    await sleep(device);
    device.exits(null, 'SIGKILL');
    await pass(10_000);
    expect(log).toEqual(['arrived device Speakers']);
    expect(hosts).toEqual([device]);
    hardware.setCardPower('D0');
    const woken = host('sink:speakers');
    woken.opens();
    woken.exits(null, 'SIGKILL');
    await pass(10);
    host('null').opens();
    expect(log).toEqual(['arrived device Speakers', 'removed host-exit', 'arrived null Null device']);
  });

  it('opens the device anew from rest, as soon as the process before is gone', async () => {
    await start();
    const device = host('sink:speakers');
    device.opens();
    await sleep(device);
    expect(device.over).toBe(false);
    hardware.reopen();
    expect(log).toEqual(['arrived device Speakers', 'removed switching']);
    await pass(10);
    expect(hosts).toEqual([device]);
    await pass(50);
    host('sink:speakers').opens();
    expect(log.at(-1)).toBe('arrived device Speakers');
    expect(hosts).toHaveLength(2);
  });

  it('does not wait for a process that cannot be ended', async () => {
    await start();
    const device = host('sink:speakers');
    device.opens();
    device.immortal = true;
    hardware.reopen();
    await pass(2_000);
    expect(hosts).toHaveLength(1);
    await pass(1_000);
    const next = host('sink:speakers');
    next.opens();
    expect(log).toEqual(['arrived device Speakers', 'removed switching', 'arrived device Speakers']);
    next.immortal = true;
    const disposed = hardware.dispose();
    await pass(3_000);
    await disposed;
    // The kernel lets go of them at last.
    for (const each of hosts) each.exits(null, 'SIGKILL');
  });

  it('kills a host that does not close', async () => {
    await start();
    const device = host('sink:speakers');
    device.opens();
    device.hung = true;
    const disposed = hardware.dispose();
    await pass(700);
    await disposed;
    expect(device.over).toBe(true);
  });
});

it('SoundHardware does not keep a caller waiting when not even the null device can be had', async () => {
  let started = 0;
  const hardware = new SoundHardware({
    hostFactory: () => {
      const host = new HostScript(++started);
      setImmediate(() => host.exits(127, null));
      return host;
    },
  });
  await hardware.start({ output: 'default', latency: 'normal', card: toneCard });
  expect(hardware.present).toBe(false);
  expect(hardware.state).toMatchObject({ phase: 'lost', kind: 'null' });
  expect(hardware.state.reason).not.toBe('');
  await hardware.dispose();
});

it('SoundHardware runs a stream on the in-process null host', async () => {
  const hardware = new SoundHardware({ hostFactory: () => createInProcessHost(createToneStream) });
  await hardware.start({ output: 'default', latency: 'normal', card: toneCard });
  const before = hardware.now();
  expect(hardware.state).toMatchObject({
    phase: 'running',
    kind: 'null',
    reason: 'No output device was found.',
  });
  const stream = hardware.openStream('synth', { kind: 'wavetable' });
  stream.write(hardware.now(), toneRecords(440, 0.5));
  stream.setState('RUN');
  await new Promise<void>((resolve) => stream.onPosition(({ position }) => position > before && resolve()));
  hardware.setMetering(true);
  const peak = await new Promise<number>((resolve) =>
    hardware.onMeters((peaks) => peaks[0]! > 0.4 && resolve(peaks[0]!)),
  );
  expect(peak).toBeCloseTo(0.5, 2);
  await hardware.dispose();
  expect(hardware.present).toBe(false);
});

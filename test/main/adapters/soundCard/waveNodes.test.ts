import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostCommand } from '../../../../src/contract/hardware.ts';
import { decibelsToKsLevel, ksLevel } from '../../../../src/contract/units.ts';
import { PCM_OUT_PIN } from '../../../../src/main/adapters/soundCard/wave.ts';
import { WAVE_NODE } from '../../../../src/main/adapters/soundCard/waveNodes.ts';
import type { WavePinStream } from '../../../../src/main/adapters/soundCard/wavePinStream.ts';
import { getPropertyWithStatus } from '../../../../src/main/engine/ks/dispatch.ts';
import { KSDATAFORMAT_SPECIFIER, pcmFormat, type DataFormat } from '../../../../src/main/engine/ks/format.ts';
import { KSNODETYPE } from '../../../../src/main/engine/ks/guid.ts';
import {
  AUDIO_QUALITY,
  CPU_RESOURCES,
  KSPROPERTY_AUDIO,
} from '../../../../src/main/engine/ks/properties/audio.ts';
import {
  DS3DALG,
  KSDSOUND_BUFFER_CTRL_3D,
  KSPROPERTY_DIRECTSOUND3DBUFFER as BUFFER,
  KSPROPERTY_DIRECTSOUND3DLISTENER as LISTENER,
} from '../../../../src/main/engine/ks/properties/sound3d.ts';
import { ALL_CHANNELS } from '../../../../src/main/engine/ks/property.ts';
import { encodeRequest } from '../../../../src/main/engine/ks/wire/request.ts';
import { LONG } from '../../../../src/main/engine/ks/wire/layout.ts';
import { SysAudio } from '../../../../src/main/engine/sysaudio/sysAudio.ts';
import { MixerDevice } from '../../../../src/main/engine/wdmaud/mixer/mixerDevice.ts';
import { TopologyService } from '../../../../src/main/services/topologyService.ts';
import { statusOf } from '../../../fixtures/statusOf.ts';
import { sineWav } from '../../../support/audio/wavFile.ts';
import { nullCard } from '../../../support/nullCard.ts';

const { VOLUME, SPACE, SUPERMIX, PAN, RATE, SUM } = WAVE_NODE;
const ALL = { channel: ALL_CHANNELS };
const at = (x: number, z = 0) => ({ x, y: 0, z });

const dsound = (format: DataFormat, control: number): DataFormat => ({
  ...format,
  specifier: KSDATAFORMAT_SPECIFIER.DSOUND,
  dsound: { flags: 0, control },
});
const SPATIAL = dsound(pcmFormat(1, 48_000, 16), KSDSOUND_BUFFER_CTRL_3D);

describe('the nodes of the card’s wave streams', () => {
  let card: ReturnType<typeof nullCard>;
  let folder: string;
  let commands: HostCommand[];
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'pinwheel-wave-'));
    card = nullCard();
    await card.start();
    commands = [];
    const host = card.hosts[0]!;
    const send = host.send.bind(host);
    host.send = (command) => {
      commands.push(command);
      send(command);
    };
  });
  afterEach(async () => {
    await card.dispose();
    rmSync(folder, { recursive: true });
  });

  const wave = () => card.card.adapter.subdevice('Wave')!.filter;
  const open = (format = pcmFormat(2, 48_000, 16)) => wave().createPin(PCM_OUT_PIN, format);
  /** An instance that plays a sine of half scale. */
  const playing = (format = pcmFormat(2, 48_000, 16)) => {
    const pin = open(format);
    const file = path.join(folder, `${format.wave!.channels}.wav`);
    writeFileSync(file, sineWav({ channels: format.wave!.channels, seconds: 10 }));
    (pin.stream as WavePinStream).feed({ id: 0, file, firstFrame: 0 });
    pin.setState('RUN');
    return pin;
  };
  /** What the mixer's meter of the wave line shows, once changes have arrived: of full scale, left and right. */
  const expectPeaks = async (...expected: readonly [number, number]): Promise<void> => {
    const device = new MixerDevice(card.card.adapter, card.portCls, () => 0);
    const line = device.destinations[0]!.sources.find(({ name }) => name === 'Wave')!;
    const { id } = line.controls.find(({ type }) => type === 'PEAKMETER')!;
    const peaks: number[] = [];
    // Each reading is the peak since the one before.
    const peaksNow = () => {
      device.readPeaks(id, peaks);
      return peaks.map((peak) => peak.toFixed(2));
    };
    const patience = { timeout: 5_000, interval: 100 };
    await expect.poll(peaksNow, patience).toEqual(expected.map((peak) => peak.toFixed(2)));
  };
  const mixes = () => commands.filter((command) => command.type === 'mixWaves');

  it('come in the order of hardware mixing, once per instance, and are the hardware’s work', () => {
    const { nodes, connections } = wave().descriptor;
    const { VOLUME: volume, EFFECTS_3D, SUPERMIX: supermix, SRC, SUM: sum } = KSNODETYPE;
    expect(nodes.map(({ type }) => type).slice(0, 6)).toEqual([
      volume,
      EFFECTS_3D,
      supermix,
      volume,
      SRC,
      sum,
    ]);
    expect(connections.map(({ toNode }) => toNode).slice(0, 6)).toEqual([
      VOLUME,
      SPACE,
      SUPERMIX,
      PAN,
      RATE,
      SUM,
    ]);
    for (const node of [VOLUME, SPACE, SUPERMIX, PAN, RATE]) {
      expect(wave().get(KSPROPERTY_AUDIO.CPU_RESOURCES, undefined, node)).toBe(CPU_RESOURCES.NOT_HOST_CPU);
    }
    expect(statusOf(() => wave().get(KSPROPERTY_AUDIO.VOLUMELEVEL, ALL, VOLUME))).toBe(
      'STATUS_INVALID_DEVICE_REQUEST',
    );
    expect(wave().counts(PCM_OUT_PIN).globalPossible).toBe(64);
  });

  it('leave the mixer’s wave line its own volume, mute and meter', () => {
    const { destinations } = new MixerDevice(card.card.adapter, card.portCls, () => 0);
    const lines = destinations[0]!.sources.filter(({ name }) => name === 'Wave');
    expect(lines).toHaveLength(1);
    expect(lines[0]!.controls.map(({ type, name }) => `${type} ${name}`)).toEqual([
      'VOLUME Wave Volume',
      'MUTE Wave Mute',
      'PEAKMETER Wave Peak Meter',
    ]);
  });

  it('set volume and pan of a playing instance, each for itself', async () => {
    const [pin, other] = [playing(), playing()];
    other.set(KSPROPERTY_AUDIO.VOLUMELEVEL, ALL, decibelsToKsLevel(-100), VOLUME);
    pin.set(KSPROPERTY_AUDIO.VOLUMELEVEL, ALL, decibelsToKsLevel(-6), VOLUME);
    pin.set(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 1 }, decibelsToKsLevel(-12), PAN);
    await expectPeaks(0.5 * 10 ** (-6 / 20), 0.5 * 10 ** (-18 / 20));
    expect(pin.get(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 1 }, VOLUME)).toBe(decibelsToKsLevel(-6));
    expect(other.get(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 1 }, PAN)).toBe(0);
    // Beyond the range: the nearest the node can do.
    pin.set(KSPROPERTY_AUDIO.VOLUMELEVEL, ALL, decibelsToKsLevel(20), VOLUME);
    expect(pin.get(KSPROPERTY_AUDIO.VOLUMELEVEL, ALL, VOLUME)).toBe(0);
    expect(statusOf(() => pin.get(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 2 }, VOLUME))).toBe(
      'STATUS_INVALID_PARAMETER',
    );
    expect(pin.basicSupport(KSPROPERTY_AUDIO.VOLUMELEVEL, VOLUME).members?.steppings).toHaveLength(2);
  });

  it('take what is set on the filter handle as the value of instances opened later', () => {
    const before = open();
    wave().set(KSPROPERTY_AUDIO.VOLUMELEVEL, ALL, decibelsToKsLevel(-3), VOLUME);
    wave().set(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 0 }, decibelsToKsLevel(-4), PAN);
    wave().set(KSPROPERTY_AUDIO.QUALITY, undefined, AUDIO_QUALITY.PC, RATE);
    const after = open(dsound(pcmFormat(2, 48_000, 16), 0));
    expect(before.get(KSPROPERTY_AUDIO.VOLUMELEVEL, ALL, VOLUME)).toBe(0);
    expect(after.get(KSPROPERTY_AUDIO.VOLUMELEVEL, ALL, VOLUME)).toBe(decibelsToKsLevel(-3));
    expect(after.get(KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 0 }, PAN)).toBe(decibelsToKsLevel(-4));
    expect(after.get(KSPROPERTY_AUDIO.QUALITY, undefined, RATE)).toBe(AUDIO_QUALITY.PC);
    // RULE-6: only what DirectSound plays follows its user's setting.
    expect(before.get(KSPROPERTY_AUDIO.QUALITY, undefined, RATE)).toBe(AUDIO_QUALITY.ADVANCED);
  });

  it('mix any channel to any side', async () => {
    const pin = playing();
    const table = pin.get(KSPROPERTY_AUDIO.MIX_LEVEL_TABLE, undefined, SUPERMIX);
    expect(table.map(({ mute }) => mute)).toEqual([false, true, true, false]);
    pin.set(
      KSPROPERTY_AUDIO.MIX_LEVEL_TABLE,
      undefined,
      table.map(({ mute }, path) => ({ mute: path === 3 || (mute && path !== 1), level: ksLevel(0) })),
      SUPERMIX,
    );
    // Left alone, to both sides.
    await expectPeaks(0.5, 0.5);
    const caps = pin.get(KSPROPERTY_AUDIO.MIX_LEVEL_CAPS, undefined, SUPERMIX);
    expect([caps.inputChannels, caps.outputChannels, caps.capabilities.length]).toEqual([2, 2, 4]);
    const surround = open(pcmFormat(6, 48_000, 16));
    const levels = surround.get(KSPROPERTY_AUDIO.MIX_LEVEL_TABLE, undefined, SUPERMIX);
    // The centre goes to both sides with half its power; low-frequency effects go nowhere.
    expect(levels.slice(4, 8)).toEqual([
      { mute: false, level: decibelsToKsLevel(20 * Math.log10(Math.SQRT1_2)) },
      { mute: false, level: decibelsToKsLevel(20 * Math.log10(Math.SQRT1_2)) },
      { mute: true, level: decibelsToKsLevel(-100) },
      { mute: true, level: decibelsToKsLevel(-100) },
    ]);
    expect(statusOf(() => pin.set(KSPROPERTY_AUDIO.MIX_LEVEL_TABLE, undefined, levels, SUPERMIX))).toBe(
      'STATUS_INVALID_PARAMETER',
    );
  });

  it('play data at another rate, within what the converter can do', async () => {
    const pin = open();
    expect(pin.get(KSPROPERTY_AUDIO.SAMPLING_RATE, undefined, RATE)).toBe(48_000);
    const rate = (hertz: number) => () => pin.set(KSPROPERTY_AUDIO.SAMPLING_RATE, undefined, hertz, RATE);
    expect(statusOf(rate(99))).toBe('STATUS_INVALID_PARAMETER');
    expect(statusOf(rate(11_999))).toBe('STATUS_INVALID_PARAMETER');
    expect(statusOf(rate(192_001))).toBe('STATUS_INVALID_PARAMETER');
    rate(96_000)();
    expect(pin.get(KSPROPERTY_AUDIO.SAMPLING_RATE, undefined, RATE)).toBe(96_000);
    await Promise.resolve();
    expect(mixes().at(-1)).toMatchObject({ streams: [{ mix: { rate: 96_000 } }] });
  });

  it('are reached by the number of a running instance, typed and in bytes', async () => {
    const service = new TopologyService(card.portCls, new SysAudio(card.portCls));
    const [pin] = [playing(pcmFormat(1, 48_000, 16)), playing()];
    const filter = service.getSnapshot().filters.find(({ name }) => name === 'Wave')!;
    const { open: instances } = filter.pins[PCM_OUT_PIN]!;
    expect(instances.map(({ state }) => state)).toEqual(['RUN', 'RUN']);
    const changes: (number | null)[] = [];
    service.onNodeChange(({ node }) => changes.push(node));
    const target = { filter: filter.path, pinInstance: instances[0]!.instance };
    const level = { ...target, node: VOLUME, property: 'VOLUMELEVEL', channel: 0 };
    expect((await service.setProperty(level, decibelsToKsLevel(-9))).value).toBe(decibelsToKsLevel(-9));
    expect(pin.get(KSPROPERTY_AUDIO.VOLUMELEVEL, ALL, VOLUME)).toBe(decibelsToKsLevel(-9));
    const position = { ...target, node: SPACE, property: 'DIRECTSOUND3DBUFFER_POSITION' };
    expect((await service.setProperty(position, { x: 1, y: 2, z: 3 })).value).toEqual({ x: 1, y: 2, z: 3 });
    expect(changes).toEqual([VOLUME, SPACE]);
    const bytes = encodeRequest('GET', KSPROPERTY_AUDIO.VOLUMELEVEL, { channel: 0 }, VOLUME);
    expect(service.sendBytes(target, bytes, new Uint8Array(4))).toMatchObject({
      status: 'STATUS_SUCCESS',
      output: LONG.encode(decibelsToKsLevel(-9)),
    });
    pin.close();
    expect(statusOf(() => service.getProperty(level))).toBe('STATUS_INVALID_DEVICE_STATE');
    service.dispose();
  });

  it('send what is set in one turn as one command, and before a state that follows', async () => {
    const pin = open();
    for (let level = 0; level > -50; level--) {
      pin.set(KSPROPERTY_AUDIO.VOLUMELEVEL, ALL, decibelsToKsLevel(level), VOLUME);
    }
    pin.setState('ACQUIRE');
    expect(commands.map(({ type }) => type)).toEqual(['openWave', 'mixWaves', 'setStreamState']);
    const gain = 10 ** (-49 / 20);
    expect(mixes()[0]).toMatchObject({ streams: [{ mix: { volumes: [gain, gain] } }] });
    await Promise.resolve();
    expect(mixes()).toHaveLength(1);
  });
});

describe('the 3D node', () => {
  let card: ReturnType<typeof nullCard>;
  let commands: HostCommand[];
  beforeEach(async () => {
    card = nullCard();
    await card.start();
    commands = [];
    const host = card.hosts[0]!;
    const send = host.send.bind(host);
    host.send = (command) => {
      commands.push(command);
      send(command);
    };
  });
  afterEach(() => card.dispose());

  const open = (format = SPATIAL) =>
    card.card.adapter.subdevice('Wave')!.filter.createPin(PCM_OUT_PIN, format);
  const mixes = () => commands.splice(0).flatMap((command) => (command.type === 'mixWaves' ? [command] : []));
  const turn = () => Promise.resolve();

  it('places streams opened for it, and no other before it is told to', async () => {
    const [spatial, mono] = [open(), open(pcmFormat(1, 48_000, 16))];
    expect(spatial.get(BUFFER.MODE, undefined, SPACE)).toBe('NORMAL');
    expect(mono.get(BUFFER.MODE, undefined, SPACE)).toBe('DISABLE');
    await turn();
    const [first] = mixes();
    expect(first!.streams.map(({ mix }) => mix.source?.mode)).toEqual(['NORMAL', undefined]);
    mono.set(BUFFER.MODE, undefined, 'NORMAL', SPACE);
    await turn();
    expect(mixes()[0]!.streams).toMatchObject([{ mix: { source: { mode: 'NORMAL' } } }]);
  });

  it('places one channel only', () => {
    expect(statusOf(() => open(dsound(pcmFormat(2, 48_000, 16), KSDSOUND_BUFFER_CTRL_3D)))).toBe(
      'STATUS_NO_MATCH',
    );
    const stereo = open(pcmFormat(2, 48_000, 16));
    expect(statusOf(() => stereo.set(BUFFER.MODE, undefined, 'NORMAL', SPACE))).toBe('STATUS_NOT_SUPPORTED');
    const all = { ...stereo.get(BUFFER.ALL, undefined, SPACE), mode: 'HEADRELATIVE' } as const;
    expect(statusOf(() => stereo.set(BUFFER.ALL, undefined, all, SPACE))).toBe('STATUS_NOT_SUPPORTED');
    expect(
      statusOf(() => stereo.set(KSPROPERTY_AUDIO.ALGORITHM_3D, undefined, DS3DALG.HRTF_FULL, SPACE)),
    ).toBe('STATUS_NOT_SUPPORTED');
    stereo.set(BUFFER.ALL, undefined, { ...all, mode: 'DISABLE' }, SPACE);
  });

  it('holds a batch back and sends it as one command: listener and all streams at once', async () => {
    const [one, two] = [open(), open()];
    await turn();
    mixes();
    one.set(LISTENER.BATCH, undefined, true, SPACE);
    one.set(LISTENER.POSITION, undefined, at(1), SPACE);
    one.set(BUFFER.POSITION, undefined, at(2), SPACE);
    await turn();
    two.set(BUFFER.POSITION, undefined, at(3), SPACE);
    await turn();
    expect(mixes()).toEqual([]);
    two.set(LISTENER.BATCH, undefined, false, SPACE);
    await turn();
    expect(mixes()).toMatchObject([
      {
        listener: { position: { x: 1 } },
        streams: [{ mix: { source: { position: { x: 2 } } } }, { mix: { source: { position: { x: 3 } } } }],
      },
    ]);
  });

  it('has head-related transfer functions for four streams; a fifth is told that it has none', async () => {
    const pins = Array.from({ length: 5 }, () => open());
    await turn();
    mixes();
    const algorithm = (pin: (typeof pins)[number]) =>
      getPropertyWithStatus(pin, KSPROPERTY_AUDIO.ALGORITHM_3D, undefined, SPACE);
    for (const pin of pins) pin.set(KSPROPERTY_AUDIO.ALGORITHM_3D, undefined, DS3DALG.HRTF_FULL, SPACE);
    expect(pins.slice(0, 4).map(algorithm)).toEqual(
      Array.from({ length: 4 }, () => ({ value: DS3DALG.HRTF_FULL, status: 'STATUS_SUCCESS' })),
    );
    const none = { value: DS3DALG.NO_VIRTUALIZATION, status: 'STATUS_NOT_ALL_ASSIGNED' };
    expect(algorithm(pins[4]!)).toEqual(none);
    await turn();
    expect(mixes()[0]!.streams.map(({ mix }) => mix.hrtf)).toEqual([true, true, true, true, false]);
    // Nobody waits for one: who wants it asks again.
    pins[0]!.close();
    expect(algorithm(pins[4]!)).toEqual(none);
    pins[4]!.set(KSPROPERTY_AUDIO.ALGORITHM_3D, undefined, DS3DALG.HRTF_LIGHT, SPACE);
    expect(algorithm(pins[4]!)).toEqual({ value: DS3DALG.HRTF_LIGHT, status: 'STATUS_SUCCESS' });
    pins[4]!.set(KSPROPERTY_AUDIO.ALGORITHM_3D, undefined, DS3DALG.DEFAULT, SPACE);
    expect(algorithm(pins[4]!)).toEqual({ value: DS3DALG.NO_VIRTUALIZATION, status: 'STATUS_SUCCESS' });
    expect(
      statusOf(() => pins[1]!.set(KSPROPERTY_AUDIO.ALGORITHM_3D, undefined, KSNODETYPE.SUM, SPACE)),
    ).toBe('STATUS_INVALID_PARAMETER');
  });

  it('answers for the card’s two speakers', () => {
    const pin = open();
    expect(pin.get(KSPROPERTY_AUDIO.CHANNEL_CONFIG, undefined, SPACE)).toBe(3);
    expect(statusOf(() => pin.set(KSPROPERTY_AUDIO.CHANNEL_CONFIG, undefined, 0x3f, SPACE))).toBe(
      'STATUS_INVALID_PARAMETER',
    );
  });
});

it('the digital layout has no place for head-related transfer functions', async () => {
  const card = nullCard('digital');
  await card.start();
  const pin = card.card.adapter.subdevice('Wave')!.filter.createPin(PCM_OUT_PIN, SPATIAL);
  pin.set(KSPROPERTY_AUDIO.ALGORITHM_3D, undefined, DS3DALG.HRTF_FULL, SPACE);
  expect(getPropertyWithStatus(pin, KSPROPERTY_AUDIO.ALGORITHM_3D, undefined, SPACE)).toEqual({
    value: DS3DALG.NO_VIRTUALIZATION,
    status: 'STATUS_NOT_ALL_ASSIGNED',
  });
  await card.dispose();
});

describe('formats of the PCM pin', () => {
  let card: ReturnType<typeof nullCard>;
  beforeEach(async () => {
    card = nullCard();
    await card.start();
  });
  afterEach(() => card.dispose());

  it('are taken with both specifiers and refused with STATUS_NO_MATCH', () => {
    const { filter } = card.card.adapter.subdevice('Wave')!;
    const open = (format: DataFormat) => filter.createPin(PCM_OUT_PIN, format).close();
    const refused = (format: DataFormat) => expect(statusOf(() => open(format))).toBe('STATUS_NO_MATCH');
    open(dsound(pcmFormat(2, 44_100, 16), 0));
    refused(pcmFormat(9, 48_000, 16));
    refused(pcmFormat(2, 7_999, 16));
    refused(pcmFormat(2, 192_001, 16));
    refused(pcmFormat(2, 48_000, 12));
    refused({ ...pcmFormat(2, 48_000, 16), specifier: KSDATAFORMAT_SPECIFIER.NONE });
    const { wave, ...rest } = pcmFormat(2, 48_000, 16);
    refused({ ...rest, wave: { ...wave!, blockAlign: 3 } });
    refused(rest);
  });
});

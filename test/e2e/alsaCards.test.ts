import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AlsaVm } from '../rigs/alsa-vm/alsaVm.ts';
import { rmsDb } from '../support/audio/level.ts';
import { findOnsets } from '../support/audio/onset.ts';
import { tone } from '../support/audio/tones.ts';
import { writeWav } from '../support/audio/wav.ts';
import { duration, full } from '../support/duration.ts';
import { requires } from '../support/requirements.ts';
import { AlsaEngine } from './support/alsaEngine.ts';
import type { CardReport } from './support/alsaEngineProgram.ts';

/** An element as `amixer contents` has it. */
interface Outside {
  numid: number;
  iface: string;
  name: string;
  type: string;
  writable: boolean;
  count: number;
  items: string[];
  /** Least value. */
  min: number;
  /** Decibels at the least value, and of a step. */
  scale: { base: number; step: number } | undefined;
}

const RATE = 48_000;

requires('alsaVm')('ALSA cards as topology filters', () => {
  let vm: AlsaVm;
  let engine: AlsaEngine;
  let cards: CardReport[];
  let ac97: CardReport;
  let elements: Outside[];

  beforeAll(async () => {
    vm = await AlsaVm.start();
    engine = await AlsaEngine.start(vm);
    cards = await engine.cards();
    ac97 = cards.find(({ id }) => id === 'alsa:AC97')!;
    elements = elementsOf(await vm.output('amixer -c AC97 contents'));
  });
  afterAll(async () => {
    await engine?.dispose();
    await vm?.dispose();
  });

  const nodeOf = (numid: number) => ac97.nodes.find(({ numids }) => numids.includes(numid));
  const numidOf = (name: string) => elements.find((element) => element.name === name)!.numid;

  it('makes a card that starts muted audible when it is played on first, and not again', async () => {
    const master = () => vm.output('amixer -c AC97 sget Master');
    expect(await master()).toContain('[-94.50dB] [off]');
    const player = vm.spawn('echo $$; exec aplay -q -D plughw:AC97 -f dat -d 60 /dev/zero');
    const [, processId] = await player.waitFor(/^(\d+)\n/, 5000);
    await vm.output('until grep -q RUNNING /proc/asound/card0/pcm0p/sub0/status; do sleep 0.1; done');
    expect(await engine.firstUse(Number(processId))).toEqual([0]);
    await expect.poll(master, { timeout: 5000 }).toContain('[-12.00dB] [on]');
    expect(await vm.output('amixer -c AC97 sget PCM')).toContain('[0.00dB] [on]');
    await vm.output('amixer -q -c AC97 set Master mute');
    await engine.firstUse(Number(processId));
    await vm.output('sleep 0.3');
    expect(await master()).toContain('[-12.00dB] [off]');
    player.signal('TERM');
    await player.finished;
    expect(await engine.firstUse(Number(processId))).toEqual([]);
  });

  it('has a filter for every card that sounds, and none for one that only has MIDI', () => {
    expect(cards.map(({ id, name }) => `${id} ${name}`)).toEqual([
      'alsa:AC97 Intel 82801AA-ICH',
      'alsa:Loopback Loopback',
      'alsa:Dummy Dummy',
    ]);
  });

  it('has a node for every control that amixer lists, by the name of what it does', () => {
    expect(elements.length).toBeGreaterThanOrEqual(9);
    const described = elements.map(({ numid, name }) => {
      const { type, constant } = nodeOf(numid)!;
      return `${name}: ${type} ${constant}`.trim();
    });
    expect(described.sort()).toEqual([
      '3D Control Sigmatel - Depth: STEREO_WIDE KSAUDFNAME_3D_DEPTH',
      'Capture Source: MUX KSAUDFNAME_RECORDING_SOURCE',
      'Capture Switch: MUTE',
      'Capture Volume: VOLUME KSAUDFNAME_WAVE_IN_VOLUME',
      'Master Playback Switch: MUTE KSAUDFNAME_MASTER_MUTE',
      'Master Playback Volume: VOLUME KSAUDFNAME_MASTER_VOLUME',
      'PCM Playback Switch: MUTE KSAUDFNAME_WAVE_MUTE',
      'PCM Playback Volume: VOLUME KSAUDFNAME_WAVE_VOLUME',
      'Playback Channel Map: DEV_SPECIFIC',
    ]);
  });

  it('wires them in the order of a codec', () => {
    expect(ac97.connections).toEqual([
      '(PCM) > D/A Converter',
      'D/A Converter > Wave Volume',
      'Wave Volume > Wave Mute',
      'Wave Mute > Playback Mix',
      'Playback Mix > 3D Depth',
      '3D Depth > Master Volume',
      'Master Volume > Master Mute',
      'Master Mute > (Speakers)',
      ...['Mic', 'CD', 'Video', 'Aux', 'Line'].map((input) => `(${input}) > Recording Source`),
      'Playback Mix > Mix',
      'Mix > Recording Source',
      'Playback Mix > Mix Mono',
      'Mix Mono > Recording Source',
      '(Phone) > Recording Source',
      'Recording Source > Wave In Volume',
      'Wave In Volume > Capture Switch',
      'Capture Switch > A/D Converter',
      'A/D Converter > (Recording)',
    ]);
    const recording = ac97.lines.find(({ name }) => name === 'Recording')!;
    expect(recording.items).toEqual(elements.find(({ name }) => name === 'Capture Source')!.items);
  });

  it('sets what amixer then reads, and tells what amixer sets', async () => {
    for (const element of elements.filter(({ writable }) => writable)) {
      const { numid, name, count } = element;
      const { value, raw, other, otherValue } = changesOf(element);
      const trip = await engine.roundTrip('AC97', numid, value, other);
      expect(trip.outside, name).toBe(Array.from({ length: count }, () => raw).join(','));
      expect(trip.events, name).toBeGreaterThan(0);
      trip.inside.forEach((each, at) => expect(each, name).toBeCloseTo(otherValue[at]!, 3));
      expect(trip.tookMs, name).toBeLessThan(1000);
    }
  });

  it.each(['Dummy', 'Loopback'])('does the same with every control of %s', async (card) => {
    const { nodes } = cards.find(({ id }) => id === `alsa:${card}`)!;
    const typeOf = (numid: number) => nodes.find(({ numids }) => numids.includes(numid))?.type;
    const listed = elementsOf(await vm.output(`amixer -c ${card} contents`));
    expect(listed.length).toBeGreaterThanOrEqual(11);
    expect(listed.filter(({ numid }) => typeOf(numid) === undefined)).toEqual([]);
    // The same six controls again and again for the sixteen ends of the loops.
    const some = card === 'Loopback' ? duration({ short: 12, full: Infinity }) : Infinity;
    for (const element of listed.slice(0, some).filter(({ writable }) => writable)) {
      const { numid, name, count } = element;
      const { value, raw, other, otherValue } = plainChanges(element, typeOf(numid)!);
      const trip = await engine.roundTrip(card, numid, value, other);
      expect(trip.outside, name).toBe(Array.from({ length: count }, () => raw).join(','));
      expect(trip.events, name).toBeGreaterThan(0);
      expect(trip.inside, name).toHaveLength(otherValue.length);
      trip.inside.forEach((each, at) => expect(each, name).toBeCloseTo(otherValue[at]!, 2));
    }
  });

  it('chooses each of the inputs that amixer knows', async () => {
    const { numid, items } = elements.find(({ name }) => name === 'Capture Source')!;
    await engine.set('AC97', numid, [2]);
    const chosen = items.map((_item, index) => `${index},${index}`);
    expect(
      await engine.setEach(
        'AC97',
        numid,
        items.map((_item, index) => [index + 1]),
      ),
    ).toEqual(chosen);
    expect(await engine.get('AC97', numid)).toEqual([items.length]);
  });

  it('plays as loud as the master is set', async () => {
    const file = path.join(vm.dir, 'tone.wav');
    const sound = tone({ frequency: 440, seconds: 1, attack: 0.01, release: 0.01 });
    writeFileSync(file, writeWav({ rate: RATE, channels: [sound, sound] }));
    const [masterVolume, masterMute] = [numidOf('Master Playback Volume'), numidOf('Master Playback Switch')];
    await engine.set('AC97', numidOf('PCM Playback Switch'), [0]);
    await engine.set('AC97', numidOf('PCM Playback Volume'), [12, 12]);
    await engine.set('AC97', masterMute, [0]);
    const levels: number[] = [];
    let played = 0;
    const play = async () => {
      await vm.output(`aplay -q -D plughw:AC97 '${file}'`);
      const [left] = vm.wav('ac97').channels;
      const heard = left!.subarray(played);
      played = left!.length;
      return heard;
    };
    // The emulated codec takes a step n of 63 as that share of full scale, which is -12 dB at step 16.
    for (const decibels of [0, -12, 16 * 1.5 - 94.5]) {
      await engine.set('AC97', masterVolume, [decibels, decibels]);
      const heard = await play();
      const [onset] = findOnsets(heard, RATE);
      const from = Math.round((onset! + 0.2) * RATE);
      levels.push(rmsDb(heard, from, from + 24_000));
    }
    const [full, twelve, emulatedTwelve] = levels;
    expect(await vm.output('amixer -c AC97 sget Master')).toContain('[-70.50dB] [on]');
    expect(full! - twelve!).toBeCloseTo(20 * Math.log10(63 / 55), 1);
    expect(Math.abs(full! - emulatedTwelve! - 12)).toBeLessThan(0.5);
    await engine.set('AC97', masterMute, [1]);
    await play();
    // The end of a sound may be heard at the beginning of the next.
    expect(rmsDb((await play()).subarray(RATE / 10))).toBeLessThan(-100);
  });

  it(
    'follows cards that are plugged in and out, and keeps nothing of them',
    { timeout: 900_000 },
    async () => {
      const cycle = async () => {
        const arrived = engine.arrived('Audio');
        await vm.plug('usb-audio');
        await arrived;
        await vm.unplug('usb-audio');
        await engine.removed('Audio');
        await vm.output('echo snd_dummy.0 > /sys/bus/platform/drivers/snd_dummy/unbind');
        await engine.removed('Dummy');
        await vm.output('echo snd_dummy.0 > /sys/bus/platform/drivers/snd_dummy/bind');
        await engine.arrived('Dummy');
      };
      // What is compiled and loaded once has its memory from then on. Of the host, whose garbage nobody collects, V8's
      // young generation grows for some 250 rounds, by 8 MB, and stays.
      for (let round = 0; round < duration({ short: 3, full: 300 }); round++) await cycle();
      const before = await engine.footprint();
      for (let round = 0; round < duration({ short: 20, full: 200 }); round++) await cycle();
      const after = await engine.footprint();
      expect(after).toMatchObject({
        descriptors: before.descriptors,
        adapters: 3,
        subdevices: 3,
        registers: 3,
        emitters: before.emitters,
        resources: before.resources,
      });
      expect(after.memory[0] - before.memory[0]).toBeLessThan(500_000);
      expect(after.memory[1] - before.memory[1]).toBeLessThan(full ? 2_000_000 : 4_000_000);
    },
  );
});

/** A value to set from the engine with its raw form, and another for amixer with what the engine then says. */
function changesOf({ name, type, count, items, scale }: Outside) {
  const all = <T>(value: T): T[] => Array.from({ length: count }, () => value);
  if (type === 'BOOLEAN') {
    // In the engine it is a mute.
    return name === 'Capture Switch'
      ? { value: [1], raw: 'off', other: 'on', otherValue: [0] }
      : { value: [0], raw: 'on', other: 'off', otherValue: [1] };
  }
  if (type === 'ENUMERATED') {
    const last = items.length - 1;
    return { value: [last + 1], raw: String(last), other: all(2).join(','), otherValue: [3] };
  }
  if (!scale) return { value: [1], raw: '3', other: all(1).join(','), otherValue: [1 / 3] };
  const level = (raw: number) => scale.base + raw * scale.step;
  return { value: all(level(9)), raw: '9', other: all(6).join(','), otherValue: all(level(6)) };
}

/** As `changesOf`, of cards whose controls are all alike: by the node that an element has become. */
function plainChanges({ type, count, min, scale }: Outside, node: string) {
  const all = <T>(value: T): T[] => Array.from({ length: count }, () => value);
  const bytes = (value: number) => [...new Uint8Array(Int32Array.from(all(value)).buffer)];
  if (type === 'ENUMERATED') return { value: [1], raw: '0', other: '1', otherValue: [2] };
  if (type === 'BOOLEAN') {
    const [on, off] = node === 'MUTE' ? [all(0), all(1)] : [bytes(1), bytes(0)];
    return { value: on, raw: 'on', other: all('off').join(','), otherValue: off };
  }
  if (!scale)
    return { value: bytes(90_000), raw: '90000', other: all(110_000).join(','), otherValue: bytes(110_000) };
  const level = (raw: number) => scale.base + (raw - min) * scale.step;
  return { value: all(level(9)), raw: '9', other: all(6).join(','), otherValue: all(level(6)) };
}

function elementsOf(contents: string): Outside[] {
  return contents.split(/^(?=numid=)/m).map((text) => {
    const field = (pattern: RegExp) => pattern.exec(text)?.[1] ?? '';
    const scale = /dBscale-min=(-?[\d.]+)dB,step=([\d.]+)dB/.exec(text);
    return {
      numid: Number(field(/^numid=(\d+)/)),
      iface: field(/iface=(\w+)/),
      name: field(/name='(.*)'/),
      type: field(/type=(\w+)/),
      writable: /access=.w/.test(text),
      count: Number(field(/values=(\d+)/)),
      min: Number(field(/min=(-?\d+)/)),
      items: Array.from(text.matchAll(/Item #\d+ '(.*)'/g), ([, item]) => item!),
      scale: scale ? { base: Number(scale[1]), step: Number(scale[2]) } : undefined,
    };
  });
}

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PinwheelError } from '../../../src/contract/errors.ts';
import type { SynthStatistics } from '../../../src/contract/hardware.ts';
import type { PlayerState } from '../../../src/contract/services/player.ts';
import { KSMUSIC_TECHNOLOGY } from '../../../src/main/engine/ks/format.ts';
import { WaveFiles } from '../../../src/main/decoding/waveFiles.ts';
import { formatOfRecord } from '../../../src/main/engine/portcls/wave/pcmFormats.ts';
import { MixerDevice } from '../../../src/main/engine/wdmaud/mixer/mixerDevice.ts';
import { WaveClient } from '../../../src/main/engine/wdmaud/waveClient.ts';
import { MidiClient } from '../../../src/main/engine/wdmaud/midiClient.ts';
import { Player } from '../../../src/main/player/player.ts';
import { chunkOf, listOf } from '../../../src/main/synth/collections/riffWriter.ts';
import { writeDls } from '../../../src/main/synth/collections/dls/writeDls.ts';
import { collection, instrument, region } from '../synth/testCollection.ts';
import { nullCard } from '../../support/nullCard.ts';
import { scale, smf, truncate, writeSmf } from '../../support/smf.ts';

/** A song of `seconds` with one held note. */
const held = (seconds: number): Uint8Array =>
  writeSmf({
    tracks: [[smf.program(0, 0, 19), smf.noteOn(0, 0, 60, 100), smf.noteOff(seconds * 1000, 0, 60)]],
    division: 500,
  });

describe('the player', () => {
  let card: ReturnType<typeof nullCard>;
  let player: Player;
  let waveFiles: WaveFiles;
  let states: PlayerState[];

  beforeEach(async () => {
    card = nullCard();
    await card.start();
    waveFiles = new WaveFiles();
    player = new Player({
      clock: card.hardware,
      openWave: (format) => WaveClient.open(card.portCls, formatOfRecord(format)),
      describe: (file) => waveFiles.describe(file),
      openClient: ({ synth }) =>
        MidiClient.openSynthesizer(
          card.portCls,
          synth === 'fm' ? KSMUSIC_TECHNOLOGY.FMSYNTH : KSMUSIC_TECHNOLOGY.WAVETABLE,
        ),
    });
    states = [];
    player.onState((state) => states.push(state));
  });
  afterEach(async () => {
    player.dispose();
    waveFiles.dispose();
    await card.dispose();
  });

  const until = async (reached: () => boolean): Promise<void> => {
    while (!reached()) await new Promise((resolve) => setTimeout(resolve, 10));
  };

  it('describes what it adds', () => {
    expect(player.add({ name: 'scale.mid', bytes: scale().bytes })).toMatchObject({
      name: 'scale.mid',
      detail: '10 notes · 1 track',
    });
    expect(states.at(-1)!.queue).toHaveLength(1);
    const signatures = [
      [0xff, 0x58, 6, 3, 36, 8],
      [0xff, 0x59, 0xfd, 1],
    ].map((bytes) => ({ tick: 0, bytes }));
    const bytes = writeSmf({ division: 96, tracks: [[...signatures, smf.noteOn(0, 0, 60, 1)]] });
    expect(player.add({ name: 'jig.mid', bytes }).detail).toBe('1 note · 1 track · 6/8 · C minor');
  });

  it('refuses a broken file and keeps its queue', () => {
    player.add({ name: 'good.mid', bytes: scale().bytes });
    const broken = truncate(scale().bytes, 60);
    let refusal: unknown;
    try {
      player.add({ name: 'broken.mid', bytes: broken });
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(PinwheelError);
    expect(refusal).toMatchObject({ code: 'bad-input', subject: 'broken.mid' });
    expect((refusal as PinwheelError).offset).toBeGreaterThan(0);
    expect(player.getState().queue.map((entry) => entry.name)).toEqual(['good.mid']);
  });

  it('has nothing to play at first, and says so', async () => {
    await expect(player.play(null)).rejects.toThrow('nothing to play');
  });

  it('waits for the sounds of the synthesizer, unless it is stopped meanwhile', async () => {
    const ready = Promise.withResolvers<void>();
    player.dispose();
    player = new Player({
      clock: card.hardware,
      openWave: () => expect.fail(),
      describe: () => expect.fail(),
      openClient: () => MidiClient.openSynthesizer(card.portCls),
      soundsReady: () => ready.promise,
    });
    player.onState((state) => states.push(state));
    player.add({ name: 'a.mid', bytes: held(0.3) });
    const stopped = player.play(null);
    player.stop();
    const played = player.play(null);
    expect(player.getState().phase).toBe('stopped');
    ready.resolve();
    await Promise.all([stopped, played]);
    expect(states.filter(({ phase }) => phase === 'playing')).toHaveLength(1);
  });

  it('plays a song that brings its own bank with that, as downloads of its client', async () => {
    const patch = { bankMsb: 5, bankLsb: 6, program: 7 };
    const song = writeSmf({
      tracks: [
        [
          smf.controller(0, 0, 0, patch.bankMsb),
          smf.controller(0, 0, 32, patch.bankLsb),
          smf.program(0, 0, patch.program),
          smf.noteOn(1, 0, 60, 100),
          smf.noteOff(400, 0, 60),
        ],
      ],
      division: 500,
    });
    const bank = writeDls(collection([instrument([region()], patch)]));
    const heard: SynthStatistics[] = [];
    card.hosts[0]!.onEvent((event) => event.type === 'synthStatistics' && heard.push(event.statistics));
    const sounds = async (bytes: Uint8Array): Promise<boolean> => {
      heard.length = 0;
      const { id } = player.add({ name: 'song.rmi', bytes });
      await player.play(id);
      await until(() => heard.length > 1);
      player.stop();
      return heard.some(({ peak }) => peak > 0);
    };
    // The built-in bank has no such instrument; no other takes its place for a bank of its own.
    expect(await sounds(listOf('RIFF', 'RMID', chunkOf('data', song), bank))).toBe(true);
  });

  it('mutes, solos and replaces channels of a song at once and for as long as it is said', async () => {
    const song = writeSmf({
      tracks: [
        [
          smf.program(0, 0, 19),
          smf.noteOn(0, 0, 60, 100),
          // Comes while the channel is muted, and was written ahead before that.
          smf.controller(3000, 0, 7, 127),
          smf.program(30_000, 0, 5),
          smf.noteOff(60_000, 0, 60),
        ],
        [smf.program(0, 4, 40)],
      ],
      division: 500,
    });
    const device = new MixerDevice(card.card.adapter, card.portCls, () => 0);
    const line = device.destinations[0]!.sources.find(({ name }) => name === 'Synth')!;
    const meter = line.controls.find(({ type }) => type === 'PEAKMETER')!;
    /** What was heard since it was asked last, or at least for 0.2 s. */
    const peak = async (): Promise<number> => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      const peaks: number[] = [];
      device.readPeaks(meter.id, peaks);
      return Math.max(...peaks);
    };
    const heard = () => expect.poll(peak, { timeout: 10_000 }).toBeGreaterThan(0.01);
    const silent = () => expect.poll(peak, { timeout: 10_000 }).toBeLessThan(0.001);
    expect(() => player.setChannel(1, { muted: true })).toThrow('No song is current');
    const { id } = player.add({ name: 'held.mid', bytes: song });
    await player.play(id);
    await heard();
    const played: number[][] = [];
    player.onMessages((messages) => played.push(...messages.map(({ bytes }) => bytes)));
    player.setChannel(1, { muted: true });
    await silent();
    while (player.getState().positionSeconds < 3.5) {
      expect(await peak()).toBeLessThan(0.001);
    }
    // The song goes on below.
    expect(played).toContainEqual([0xb0, 7, 127]);
    player.setChannel(1, { muted: false });
    await heard();
    player.setChannel(5, { solo: true });
    await silent();
    player.setChannel(1, { program: 70 });
    const [first, , , , fifth] = player.getChannels().channels;
    expect(first).toMatchObject({ channel: 1, used: true, songProgram: 19, program: 70, muted: false });
    expect(fifth).toMatchObject({ channel: 5, used: false, solo: true });
    player.resetChannels();
    await heard();
    expect(player.getChannels().channels[0]).toMatchObject({ program: null, level: 1 });
    player.panic();
    await silent();
  });

  it('plays songs faster and slower, and tells where it is in the time of the song', async () => {
    player.add({ name: 'long.mid', bytes: held(600) });
    await player.play(null);
    await until(() => player.getState().positionSeconds > 0.2);
    const before = player.getState().positionSeconds;
    player.setTempo(4);
    const begun = { at: card.hardware.now(), position: player.getState().positionSeconds };
    expect(begun.position).toBeGreaterThanOrEqual(before);
    // Long enough for what the position is late by, on a machine with other work, to be little of it.
    await until(() => player.getState().positionSeconds > 16);
    const played = player.getState().positionSeconds - begun.position;
    const passed = (card.hardware.now() - begun.at) / 1e7;
    expect(played / passed).toBeGreaterThan(3);
    expect(played / passed).toBeLessThan(4.5);
    expect(player.getState()).toMatchObject({ tempo: 4, durationSeconds: 600 });
  });

  it('does not play a song whose own bank is damaged, and says where', async () => {
    const bank = writeDls(collection([instrument([region()])]));
    // The size of the first chunk inside, `colh`.
    bank.fill(0xff, 16, 20);
    const bytes = listOf('RIFF', 'RMID', chunkOf('data', scale().bytes), bank);
    const { id } = player.add({ name: 'damaged.rmi', bytes });
    await expect(player.play(id)).rejects.toMatchObject({ code: 'bad-input', subject: 'damaged.rmi' });
    expect(player.getState().phase).toBe('stopped');
  });

  it('plays the queue to its end, one song after the other', async () => {
    const first = player.add({ name: 'a.mid', bytes: held(0.3) });
    const second = player.add({ name: 'b.mid', bytes: held(0.3) });
    void player.play(null);
    expect(player.getState()).toMatchObject({ phase: 'playing', currentId: first.id });
    await until(() => player.getState().currentId === second.id);
    expect(player.getState().phase).toBe('playing');
    await until(() => player.getState().phase === 'stopped');
    expect(player.getState()).toMatchObject({ currentId: second.id, positionSeconds: 0 });
    expect(card.card.adapter.subdevice('Wavetable')!.filter.openPins).toHaveLength(0);
  });

  it('goes on where it is when the synthesizer is changed', async () => {
    const openPins = (name: string) => card.card.adapter.subdevice(name)!.filter.openPins.length;
    player.add({ name: 'a.mid', bytes: held(30) });
    void player.play(null);
    await until(() => player.getState().positionSeconds > 0.2);
    player.setSynth('fm');
    expect(player.getState()).toMatchObject({ phase: 'playing', synth: 'fm' });
    expect(player.getState().positionSeconds).toBeGreaterThan(0.2);
    expect([openPins('Wavetable'), openPins('FmSynth')]).toEqual([0, 1]);
    player.pause();
    player.setSynth('dls');
    const at = player.getState().positionSeconds;
    expect([openPins('Wavetable'), openPins('FmSynth')]).toEqual([0, 0]);
    void player.play(null);
    expect(player.getState().positionSeconds).toBeGreaterThanOrEqual(at);
    expect([openPins('Wavetable'), openPins('FmSynth')]).toEqual([1, 0]);
  });

  it('stands still while paused and goes on from there', async () => {
    player.add({ name: 'a.mid', bytes: held(30) });
    void player.play(null);
    await until(() => player.getState().positionSeconds > 0.3);
    player.pause();
    // The device says where it stopped.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const at = player.getState().positionSeconds;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(player.getState()).toMatchObject({ phase: 'paused', positionSeconds: at });
    void player.play(null);
    expect(player.getState().phase).toBe('playing');
    await until(() => player.getState().positionSeconds > at + 0.1);
  });

  it('seeks while playing and while stopped, within the song', () => {
    player.add({ name: 'a.mid', bytes: held(30) });
    void player.play(null);
    player.seek(12);
    expect(player.getState().positionSeconds).toBeGreaterThanOrEqual(12);
    expect(player.getState().positionSeconds).toBeLessThan(13);
    player.stop();
    expect(player.getState().positionSeconds).toBe(0);
    player.seek(99);
    expect(player.getState().positionSeconds).toBe(30);
  });

  it('is interrupted by the loss of the device, keeps its place and goes on when told that sound is back', async () => {
    player.add({ name: 'a.mid', bytes: held(30) });
    void player.play(null);
    await until(() => player.getState().positionSeconds > 0.5);
    card.hosts[0]!.kill();
    await until(() => player.getState().phase === 'interrupted');
    const at = player.getState().positionSeconds;
    expect(at).toBeGreaterThan(0.4);
    await until(() => card.hardware.present);
    expect(player.getState()).toMatchObject({ phase: 'interrupted', positionSeconds: at });
    void player.deviceArrived();
    expect(player.getState().phase).toBe('playing');
    await until(() => player.getState().positionSeconds > at + 0.1);
  });

  it('stops when the current song is removed', () => {
    const entry = player.add({ name: 'a.mid', bytes: held(30) });
    void player.play(entry.id);
    player.remove(entry.id);
    expect(player.getState()).toMatchObject({ phase: 'stopped', currentId: null, queue: [] });
    expect(() => player.remove(entry.id)).toThrow('not in the queue');
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PlayerFailure, PlayerState } from '../../../src/contract/services/player.ts';
import { WaveFiles } from '../../../src/main/decoding/waveFiles.ts';
import { formatOfRecord } from '../../../src/main/engine/portcls/wave/pcmFormats.ts';
import { MidiClient } from '../../../src/main/engine/wdmaud/midiClient.ts';
import { WaveClient } from '../../../src/main/engine/wdmaud/waveClient.ts';
import { Player } from '../../../src/main/player/player.ts';
import { sineWav } from '../../support/audio/wavFile.ts';
import { nullCard } from '../../support/nullCard.ts';
import { scale, writeSmf } from '../../support/smf.ts';

describe('a queue of songs and sound files', () => {
  let card: ReturnType<typeof nullCard>;
  let files: WaveFiles;
  let player: Player;
  let folder: string;
  let states: PlayerState[];
  let failures: PlayerFailure[];
  let opened: number;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'pinwheel-queue-'));
    card = nullCard();
    await card.start();
    files = new WaveFiles();
    opened = 0;
    player = new Player({
      clock: card.hardware,
      openClient: () => MidiClient.openSynthesizer(card.portCls),
      openWave: (format) => {
        opened++;
        return WaveClient.open(card.portCls, formatOfRecord(format));
      },
      describe: (file) => files.describe(file),
    });
    states = [];
    failures = [];
    player.onState((state) => states.push(state));
    player.onFailure((failure) => failures.push(failure));
  });
  afterEach(async () => {
    player.dispose();
    files.dispose();
    await card.dispose();
    rmSync(folder, { recursive: true });
  });

  const write = (name: string, bytes: Uint8Array): { path: string } => {
    const file = path.join(folder, name);
    writeFileSync(file, bytes);
    return { path: file };
  };
  const wave = (name: string, seconds: number, options: Parameters<typeof sineWav>[0] = {}) =>
    player.addFile(write(name, sineWav({ seconds, ...options })));
  const state = () => player.getState();
  const waitFor = (reached: () => boolean) => expect.poll(reached, { timeout: 8_000 }).toBe(true);
  const playing = (id: number) => waitFor(() => state().phase === 'playing' && state().currentId === id);

  it('describes what it adds, and knows a file by what is in it', async () => {
    expect(await wave('a.wav', 2.5, { rate: 44_100, bits: 24, channels: 1 })).toMatchObject({
      kind: 'wave',
      name: 'a.wav',
      durationSeconds: 2.5,
      detail: 'WAV · 44.1 kHz · 24 bit · mono',
    });
    const song = write('really a song.wav', scale().bytes);
    expect(await player.addFile(song)).toMatchObject({ kind: 'song' });
    await expect(
      player.addFile(write('text.wav', new TextEncoder().encode('no sound'))),
    ).rejects.toMatchObject({
      code: 'bad-input',
      subject: 'text.wav',
    });
    await expect(player.addFile({ path: path.join(folder, 'none.wav') })).rejects.toMatchObject({
      code: 'bad-input',
    });
    await expect(player.addFile({ path: 'a.wav' })).rejects.toMatchObject({ code: 'bad-input' });
    expect(state().queue).toHaveLength(2);
  });

  it('plays files of one format on one stream, and another format or a song on its own', async () => {
    const ids: number[] = [];
    for (const [name, rate] of [
      ['a', 48_000],
      ['b', 48_000],
      ['c', 44_100],
    ] as const) {
      ids.push((await wave(`${name}.wav`, 0.8, { rate })).id);
    }
    ids.push(player.add({ name: 'song.mid', bytes: writeSmf({ tracks: [[]], division: 500 }) }).id);
    ids.push((await wave('d.wav', 0.3)).id);
    await player.play(null);
    await waitFor(() => state().phase === 'stopped');
    const order = states.filter(({ phase }) => phase === 'playing').map(({ currentId }) => currentId);
    expect([...new Set(order)]).toEqual(ids);
    expect(opened).toBe(3);
    expect(failures).toEqual([]);
  });

  it('tells the position in the file, which never goes back while it plays, and keeps it in pause', async () => {
    await wave('a.wav', 10, { rate: 44_100 });
    await player.play(null);
    player.seek(4);
    const positions: number[] = [];
    await waitFor(() => {
      positions.push(state().positionSeconds);
      return positions.at(-1)! > 4.6;
    });
    expect(positions[0]).toBeCloseTo(4, 1);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    player.pause();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const paused = state().positionSeconds;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(state().positionSeconds).toBe(paused);
    await player.play(null);
    await waitFor(() => state().positionSeconds > paused + 0.3);
    expect(state().positionSeconds).toBeLessThan(paused + 3);
    expect(opened).toBe(2);
  });

  it('repeats a file on its stream, and goes on behind it when the loop is off', async () => {
    const first = await wave('a.wav', 0.7);
    const second = await wave('b.wav', 5);
    player.setLoop(true);
    await player.play(null);
    const positions: number[] = [];
    await waitFor(() => {
      positions.push(state().positionSeconds);
      return positions.filter((position, index) => position < (positions[index - 1] ?? 0)).length >= 2;
    });
    expect(state().currentId).toBe(first.id);
    expect(Math.max(...positions)).toBeLessThanOrEqual(0.7);
    player.setLoop(false);
    await playing(second.id);
    expect(opened).toBe(1);
  });

  it('follows changes of the queue, also when it has read on already', async () => {
    const a = await wave('a.wav', 1.2);
    const b = await wave('b.wav', 1.2);
    const c = await wave('c.wav', 5);
    await player.play(a.id);
    // By now the feeder is in b.
    await waitFor(() => state().positionSeconds > 0.9);
    player.remove(b.id);
    await playing(c.id);
    expect(state().queue.map(({ id }) => id)).toEqual([a.id, c.id]);
    await waitFor(() => state().positionSeconds > 0.2);
    player.previous();
    await playing(a.id);
    player.next();
    await playing(c.id);
  });

  it('goes on by itself where what follows in another format cannot be opened beforehand, or is another by then', async () => {
    const a = await wave('a.wav', 2);
    const bad = await wave('bad.wav', 1, { rate: 44_100 });
    const c = await wave('c.wav', 1, { rate: 22_050 });
    const d = await wave('d.wav', 5, { rate: 32_000 });
    writeFileSync(path.join(folder, 'bad.wav'), 'gone');
    await player.play(a.id);
    await playing(c.id);
    expect(failures).toMatchObject([{ id: bad.id }]);
    // d was opened meanwhile; it is not to be heard.
    await waitFor(() => state().positionSeconds > 0.3);
    player.setLoop(true);
    await waitFor(() => state().positionSeconds > 0.8);
    await waitFor(() => state().positionSeconds < 0.5);
    expect(state().currentId).toBe(c.id);
    player.setLoop(false);
    await playing(d.id);
    await waitFor(() => state().positionSeconds > 0.2);
  });

  it('says which file fails, and goes on with the next', async () => {
    const bad = await wave('bad.wav', 1);
    const good = await wave('good.wav', 5);
    // It was in order when it was added.
    writeFileSync(path.join(folder, 'bad.wav'), 'gone');
    await player.play(bad.id);
    await playing(good.id);
    expect(failures).toMatchObject([{ id: bad.id, name: 'bad.wav', error: { code: 'bad-input' } }]);
  });

  it('goes on where it was when the output is replaced', async () => {
    await wave('a.wav', 20);
    await player.play(null);
    player.seek(7);
    await waitFor(() => state().positionSeconds > 7.3);
    card.hardware.onArrived(() => void player.deviceArrived());
    const before = state().positionSeconds;
    card.hardware.setLatency('saving');
    await waitFor(() => states.some(({ phase }) => phase === 'interrupted'));
    await waitFor(() => state().phase === 'playing' && state().positionSeconds > before + 0.2);
    expect(state().positionSeconds).toBeLessThan(before + 4);
  });
});

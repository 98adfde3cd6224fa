import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WaveFormatRecord, WavePlan } from '../../../src/contract/hardware.ts';
import { WavePlaylist } from '../../../src/main/host/wavePlaylist.ts';
import { pcmWav } from '../../support/audio/wavFile.ts';

const FORMAT: WaveFormatRecord = {
  encoding: 'pcm',
  channels: 1,
  sampleRate: 8_000,
  containerBits: 16,
  validBits: 16,
  channelMask: 0,
};

describe('what a stream plays', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'pinwheel-playlist-'));
    // Every sample tells its file and its frame.
    for (const [name, frames, base, rate] of [
      ['a', 100, 1_000, 8_000],
      ['b', 50, 2_000, 8_000],
      ['other', 50, 3_000, 16_000],
      ['empty', 0, 0, 8_000],
    ] as const) {
      const bytes = pcmWav(frames, (frame) => base + frame, { rate, channels: 1 });
      writeFileSync(path.join(folder, `${name}.wav`), bytes);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const feed = (id: number, name: string, firstFrame = 0) => ({
    id,
    file: path.join(folder, `${name}.wav`),
    firstFrame,
  });
  const plan = (id: number, rest: Partial<WavePlan> = {}): WavePlan => ({
    feed: id,
    loop: null,
    next: [],
    ...rest,
  });
  const read = async (playlist: WavePlaylist, frames: number) => {
    const bytes = new Uint8Array(2 * frames);
    const result = await playlist.read(bytes);
    return { ...result, samples: [...new Int16Array(bytes.buffer, 0, result.bytes / 2)] };
  };
  const from = (base: number, first: number, end: number) =>
    Array.from({ length: end - first }, (_, index) => base + first + index);

  it('is a file from the frame asked for, then the files that follow, without a frame between', async () => {
    const playlist = await WavePlaylist.open(
      FORMAT,
      feed(1, 'a', 60),
      plan(1, { next: [feed(2, 'b'), feed(3, 'a', 95)] }),
    );
    const { samples, stretches, bytes } = await read(playlist, 200);
    expect(samples).toEqual([...from(1_000, 60, 100), ...from(2_000, 0, 50), ...from(1_000, 95, 100)]);
    expect(stretches).toEqual([
      { offset: 0, feed: 1, fileFrame: 60 },
      { offset: 80, feed: 2, fileFrame: 0 },
      { offset: 180, feed: 3, fileFrame: 95 },
    ]);
    expect(bytes).toBe(190);
    playlist.dispose();
  });

  it('is a part over and over, until the plan changes', async () => {
    const playlist = await WavePlaylist.open(
      FORMAT,
      feed(1, 'a', 90),
      plan(1, { loop: { first: 20, end: 30 } }),
    );
    // From behind the loop to the end of the file first.
    const { samples } = await read(playlist, 35);
    expect(samples).toEqual([
      ...from(1_000, 90, 100),
      ...from(1_000, 20, 30),
      ...from(1_000, 20, 30),
      ...from(1_000, 20, 25),
    ]);
    playlist.plan(plan(1, { next: [feed(2, 'b')] }));
    expect((await read(playlist, 100)).samples).toEqual([...from(1_000, 25, 100), ...from(2_000, 0, 25)]);
    // The plan of a file that is over is of no use any more.
    playlist.plan(plan(1, { loop: { first: 0, end: null } }));
    expect((await read(playlist, 100)).samples).toEqual(from(2_000, 25, 50));
    playlist.dispose();
  });

  it('repeats a whole file', async () => {
    const playlist = await WavePlaylist.open(
      FORMAT,
      feed(1, 'b'),
      plan(1, { loop: { first: 0, end: null } }),
    );
    expect((await read(playlist, 120)).samples).toEqual([
      ...from(2_000, 0, 50),
      ...from(2_000, 0, 50),
      ...from(2_000, 0, 20),
    ]);
    playlist.dispose();
  });

  it('ends where nothing of the right format follows, and with files that have no frame', async () => {
    for (const name of ['other', 'missing']) {
      const playlist = await WavePlaylist.open(FORMAT, feed(1, 'b'), plan(1, { next: [feed(2, name)] }));
      expect((await read(playlist, 120)).samples).toEqual(from(2_000, 0, 50));
      playlist.dispose();
    }
    const playlist = await WavePlaylist.open(
      FORMAT,
      feed(1, 'empty'),
      plan(1, { loop: { first: 0, end: null } }),
    );
    expect((await read(playlist, 120)).bytes).toBe(0);
    playlist.dispose();
    await expect(WavePlaylist.open(FORMAT, feed(1, 'other'))).rejects.toMatchObject({ code: 'bad-input' });
  });
});

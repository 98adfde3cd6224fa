import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { blockAlignOf } from '../../../src/main/decoding/decodedSource.ts';
import { FileSource } from '../../../src/main/decoding/fileSource.ts';
import { describeWave, openWave } from '../../../src/main/decoding/waveContainers.ts';
import { encode } from '../../support/audio/soundFixtures.ts';
import { pcmWav } from '../../support/audio/wavFile.ts';
import { full } from '../../support/duration.ts';
import { requires } from '../../support/requirements.ts';

const HOURS = 2;
const SECONDS = HOURS * 3_600;
/** What decoding may take beyond what it took at the beginning: garbage that nobody has collected yet. */
const MOST_BYTES = 96 * 1024 * 1024;

requires('ffmpeg')('files of two hours', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'pinwheel-long-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Holes on the disk, but for the last frame. */
  const longWav = (): string => {
    const file = path.join(folder, 'long.wav');
    const frames = SECONDS * 48_000;
    const bytes = pcmWav(0, () => 0);
    const view = new DataView(bytes.buffer);
    view.setUint32(4, 36 + 4 * frames, true);
    view.setUint32(40, 4 * frames, true);
    writeFileSync(file, bytes);
    truncateSync(file, 44 + 4 * frames);
    const handle = openSync(file, 'r+');
    writeSync(handle, Uint8Array.of(1, 2, 3, 4), 0, 4, 44 + 4 * (frames - 1));
    closeSync(handle);
    return file;
  };
  /** The same half minute over and over: no frame takes bits from the one before. */
  const longMp3 = (): string => {
    const part = path.join(folder, 'part.mp3');
    const options = [
      '-c:a',
      'libmp3lame',
      '-b:a',
      '128k',
      '-reservoir',
      '0',
      '-write_xing',
      '0',
      '-id3v2_version',
      '0',
    ];
    encode({ seed: 9, rate: 48_000, channels: 2, seconds: 30 }, [...options, part]);
    const bytes = readFileSync(part);
    const file = path.join(folder, 'long.mp3');
    for (let count = 0; count < SECONDS / 30; count++) appendFileSync(file, bytes);
    return file;
  };

  it.each([
    ['WAV', longWav],
    ['MP3', longMp3],
  ])(
    '%s takes no more memory at the end than at the beginning',
    async (_kind, make) => {
      const bytes = new FileSource(make());
      const { frames } = describeWave(bytes);
      expect(frames! / 48_000 / SECONDS).toBeCloseTo(1, 2);
      const source = await openWave(bytes);
      const block = new Uint8Array(12_000 * blockAlignOf(source.format));
      const play = async (seconds: number): Promise<number> => {
        let most = 0;
        for (let at = 0; at < 4 * seconds; at++) {
          const got = await source.read(block);
          most = Math.max(most, process.memoryUsage.rss());
          if (got < block.length) break;
        }
        return most;
      };
      const beginning = await play(20);
      // All of it, or three minutes from three places.
      let most = full ? await play(SECONDS) : 0;
      for (const from of [0.3, 0.7, 0.99]) {
        await source.seek(Math.floor(frames! * from));
        most = Math.max(most, await play(60));
      }
      expect(most - beginning).toBeLessThan(MOST_BYTES);
      await source.seek(frames! - 1);
      expect(await source.read(block)).toBe(blockAlignOf(source.format));
      source.dispose();
      bytes.dispose();
    },
    full ? 900_000 : 60_000,
  );
});

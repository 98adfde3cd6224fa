import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PinwheelError } from '../../../src/contract/errors.ts';
import { describeWave } from '../../../src/main/decoding/waveContainers.ts';
import { WaveFiles } from '../../../src/main/decoding/waveFiles.ts';
import { byteSource } from '../../support/audio/byteSource.ts';
import { encode } from '../../support/audio/soundFixtures.ts';
import { requires } from '../../support/requirements.ts';

const text = (value: string) => [...value].map((letter) => letter.charCodeAt(0));
const u16 = (value: number) => [(value >> 8) & 0xff, value & 0xff];
const u32 = (value: number) => [...u16(value >>> 16), ...u16(value & 0xffff)];
const chunk = (name: string, ...body: number[]) => [
  ...text(name),
  ...u32(body.length),
  ...body,
  ...(body.length % 2 ? [0] : []),
];
/** An 80-bit number. */
const extended = (value: number) => {
  const exponent = Math.floor(Math.log2(value || 1));
  return [...u16(value ? exponent + 16_383 : 0), ...u32(value * 2 ** (31 - exponent)), ...u32(0)];
};
const aiff = ({ channels = 2, frames = 4, bits = 16, rate = 44_100 }, ...more: number[][]) => {
  const body = [
    ...text('AIFF'),
    ...chunk('COMM', ...u16(channels), ...u32(frames), ...u16(bits), ...extended(rate)),
    ...more.flat(),
    ...chunk('SSND', ...u32(0), ...u32(0), ...Array.from({ length: 16 }, (_, index) => index)),
  ];
  return Uint8Array.from([...text('FORM'), ...u32(body.length), ...body]);
};
const marker = (id: number, frame: number, name: string) => [
  ...u16(id),
  ...u32(frame),
  name.length,
  ...text(name),
  ...(name.length % 2 ? [] : [0]),
];
const errorOf = (bytes: Uint8Array): PinwheelError => {
  try {
    describeWave(byteSource(bytes, 'lying'));
  } catch (error) {
    if (error instanceof PinwheelError) return error;
    throw error;
  }
  throw new Error('The file was taken.');
};

describe('an AIFF file', () => {
  it('tells the loop of its instrument, between two markers', () => {
    const marks = chunk('MARK', ...u16(2), ...marker(1, 1, 'begin'), ...marker(9, 3, 'end!'));
    const instrument = chunk(
      'INST',
      ...Array<number>(8).fill(0),
      ...u16(1),
      ...u16(1),
      ...u16(9),
      ...Array<number>(6).fill(0),
    );
    expect(describeWave(byteSource(aiff({}, marks, instrument)))).toMatchObject({
      kind: 'AIFF',
      frames: 4,
      loop: { first: 1, end: 3 },
      truncated: false,
    });
  });

  it('that lies is refused with what and where, or played as far as it goes', () => {
    expect(errorOf(aiff({ rate: 0 })).message).toContain('0 Hz');
    expect(errorOf(aiff({ channels: 1_000 }))).toMatchObject({ code: 'bad-input', subject: 'lying' });
    expect(errorOf(aiff({ channels: 1_000 })).offset).toBe(20);
    expect(errorOf(aiff({ bits: 80 })).message).toContain('80 bits');
    expect(describeWave(byteSource(aiff({ frames: 2 ** 32 - 1 })))).toMatchObject({
      frames: 4,
      truncated: true,
    });
  });
});

requires('ffmpeg')('compressed files', () => {
  let folder: string;
  let files: WaveFiles;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'pinwheel-files-'));
    files = new WaveFiles();
  });
  afterAll(() => {
    files.dispose();
    rmSync(folder, { recursive: true });
  });
  const make = (name: string, ...args: string[]): string => {
    const file = path.join(folder, name);
    encode({ seed: 1, rate: 48_000, channels: 2, seconds: 0.5 }, [...args, file]);
    return file;
  };
  const bytes = (file: string) => new Uint8Array(readFileSync(file));

  it('tell title, artist and loop of whatever tags they have', async () => {
    const tags = ['-metadata', 'title=Ä Song', '-metadata', 'artist=Some Body'];
    const loop = ['-metadata', 'LOOPSTART=1000', '-metadata', 'LOOPLENGTH=20000'];
    for (const [name, codec] of [
      ['a.flac', 'flac'],
      ['a.ogg', 'libvorbis'],
      ['a.opus', 'libopus'],
      ['a.oga', 'flac'],
    ] as const) {
      expect(await files.describe(make(name, '-c:a', codec, ...tags, ...loop)), name).toMatchObject({
        title: 'Ä Song',
        artist: 'Some Body',
        loop: { first: 1_000, end: 21_000 },
      });
    }
    // RIFF does not say how its letters are coded.
    for (const [name, title] of [
      ['a.mp3', 'Ä Song'],
      ['a.wav', 'A Song'],
    ] as const) {
      const described = await files.describe(
        make(name, '-metadata', `title=${title}`, '-metadata', 'artist=Some Body'),
      );
      expect(described).toMatchObject({ title, artist: 'Some Body' });
    }
    const outside = ['-metadata', 'LOOPSTART=1000', '-metadata', 'LOOPLENGTH=24000'];
    expect((await files.describe(make('b.flac', ...outside))).loop).toBeUndefined();
    expect(await files.describe(make('c.flac'))).toMatchObject({ title: null, artist: null });
  });

  it('that lie are refused with what and where, or played as far as they go', async () => {
    const flac = bytes(make('lie.flac'));
    const view = new DataView(flac.buffer);
    view.setUint32(22, 0xffffffff);
    flac[21]! |= 15;
    expect(describeWave(byteSource(flac))).toMatchObject({ frames: 24_000, truncated: true });
    view.setUint32(22, 0);
    flac[21]! &= 0xf0;
    expect(describeWave(byteSource(flac))).toMatchObject({ frames: 24_000, truncated: false });
    flac.fill(0, 18, 20);
    flac[20]! &= 15;
    expect(errorOf(flac)).toMatchObject({ code: 'bad-input', subject: 'lying', offset: 18 });

    const mp3 = bytes(make('lie.mp3', '-id3v2_version', '0'));
    const xing = mp3.findIndex(
      (_, at) =>
        String.fromCharCode(...mp3.subarray(at, at + 4)) === 'Info' ||
        String.fromCharCode(...mp3.subarray(at, at + 4)) === 'Xing',
    );
    new DataView(mp3.buffer).setUint32(xing + 8, 0xffffffff);
    expect(describeWave(byteSource(mp3))).toMatchObject({ frames: 24_000, truncated: true });

    for (const [name, ...codec] of [['cut.ogg'], ['cut.opus'], ['cut.oga', '-c:a', 'flac']] as const) {
      const file = make(name, ...codec, '-page_duration', '100000');
      const whole = bytes(file);
      writeFileSync(file, whole.subarray(0, whole.length - 900));
      const described = await files.describe(file);
      expect(described.truncated, name).toBe(true);
      expect(described.frames).toBeGreaterThan(10_000);
      expect(described.frames).toBeLessThan(24_000);
    }
    const ogg = bytes(make('none.ogg', '-c:a', 'libspeex', '-ar', '32000'));
    expect(errorOf(ogg).code).toBe('not-supported');
    expect(errorOf(bytes(make('whole.opus')).subarray(0, 60))).toMatchObject({ code: 'bad-input' });
  });
});

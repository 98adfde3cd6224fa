import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { blockAlignOf, type DecodedSource } from '../../../src/main/decoding/decodedSource.ts';
import { FileSource } from '../../../src/main/decoding/fileSource.ts';
import { describeWave, openWave } from '../../../src/main/decoding/waveContainers.ts';
import { decodeByFfmpeg, encode, snr, type RawFormat } from '../../support/audio/soundFixtures.ts';
import { requires } from '../../support/requirements.ts';

interface Case {
  readonly name: string;
  readonly kind: string;
  readonly rate?: number;
  readonly channels?: number;
  /** What ffmpeg is told to write. */
  readonly codec: readonly string[];
  /** What both decode it to. */
  readonly raw: RawFormat;
  /** Of ffmpeg; its own of Opus resamples low rates in another way than the reference, which gives 16 bits there. */
  readonly decoder?: string;
  /** Decibels between ours and ffmpeg's; none: they are the same bytes. */
  readonly snr?: number;
  /** Decibels between what is read behind a jump and what is read straight on; none: the same bytes. */
  readonly seekSnr?: number;
}

const mp3 = ['-c:a', 'libmp3lame'];
const CASES: readonly Case[] = [
  { name: 'u8.wav', kind: 'WAV', codec: ['-c:a', 'pcm_u8'], raw: 'u8' },
  { name: 's16.wav', kind: 'WAV', codec: ['-c:a', 'pcm_s16le'], raw: 's16' },
  { name: 's24.wav', kind: 'WAV', codec: ['-c:a', 'pcm_s24le'], raw: 's24', channels: 6 },
  { name: 's32.wav', kind: 'WAV', codec: ['-c:a', 'pcm_s32le'], raw: 's32' },
  { name: 'f32.wav', kind: 'WAV', codec: ['-c:a', 'pcm_f32le'], raw: 'f32' },
  { name: 'f64.wav', kind: 'WAV', codec: ['-c:a', 'pcm_f64le'], raw: 'f32' },
  { name: 's8.aiff', kind: 'AIFF', codec: ['-c:a', 'pcm_s8'], raw: 'u8' },
  { name: 's16.aiff', kind: 'AIFF', codec: ['-c:a', 'pcm_s16be'], raw: 's16' },
  { name: 's24.aiff', kind: 'AIFF', codec: ['-c:a', 'pcm_s24be'], raw: 's24', channels: 1 },
  { name: 's32.aiff', kind: 'AIFF', codec: ['-c:a', 'pcm_s32be'], raw: 's32' },
  { name: 'sowt.aifc', kind: 'AIFF', codec: ['-f', 'aiff', '-c:a', 'pcm_s16le'], raw: 's16' },
  { name: 'f32.aifc', kind: 'AIFF', codec: ['-f', 'aiff', '-c:a', 'pcm_f32be'], raw: 'f32' },
  { name: 'f64.aifc', kind: 'AIFF', codec: ['-f', 'aiff', '-c:a', 'pcm_f64be'], raw: 'f32' },
  { name: 's16.flac', kind: 'FLAC', codec: ['-sample_fmt', 's16'], raw: 's16' },
  { name: 's24.flac', kind: 'FLAC', codec: ['-sample_fmt', 's32', '-compression_level', '12'], raw: 's24' },
  { name: '96k.flac', kind: 'FLAC', codec: ['-sample_fmt', 's32'], raw: 's24', rate: 96_000, channels: 1 },
  { name: 'surround.flac', kind: 'FLAC', codec: ['-sample_fmt', 's16'], raw: 's16', channels: 6 },
  { name: 's16.oga', kind: 'Ogg FLAC', codec: ['-c:a', 'flac', '-sample_fmt', 's16'], raw: 's16' },
  {
    name: 's24.oga',
    kind: 'Ogg FLAC',
    codec: ['-c:a', 'flac', '-sample_fmt', 's32', '-page_duration', '50000'],
    raw: 's24',
    rate: 96_000,
    channels: 6,
  },
  { name: 'cbr.mp3', kind: 'MP3', codec: [...mp3, '-b:a', '128k'], raw: 'f32', snr: 90, seekSnr: 120 },
  {
    name: 'vbr.mp3',
    kind: 'MP3',
    codec: [...mp3, '-q:a', '4'],
    raw: 'f32',
    rate: 48_000,
    snr: 90,
    seekSnr: 120,
  },
  {
    name: 'mono.mp3',
    kind: 'MP3',
    codec: [...mp3, '-b:a', '40k'],
    raw: 'f32',
    rate: 22_050,
    channels: 1,
    snr: 90,
    seekSnr: 120,
  },
  {
    name: 'low.mp3',
    kind: 'MP3',
    codec: [...mp3, '-b:a', '16k'],
    raw: 'f32',
    rate: 8_000,
    channels: 1,
    snr: 90,
    seekSnr: 120,
  },
  {
    name: 'bare.mp3',
    kind: 'MP3',
    codec: [...mp3, '-write_xing', '0', '-id3v2_version', '0'],
    raw: 'f32',
    snr: 90,
    seekSnr: 120,
  },
  {
    name: 'layer2.mp2',
    kind: 'MP2',
    codec: ['-c:a', 'mp2', '-b:a', '192k'],
    raw: 'f32',
    snr: 80,
    seekSnr: 120,
  },
  { name: 'stereo.ogg', kind: 'Ogg Vorbis', codec: ['-c:a', 'libvorbis', '-q:a', '4'], raw: 'f32', snr: 100 },
  {
    name: 'surround.ogg',
    kind: 'Ogg Vorbis',
    codec: ['-c:a', 'libvorbis'],
    raw: 'f32',
    channels: 6,
    snr: 100,
  },
  {
    name: 'stereo.opus',
    kind: 'Opus',
    codec: ['-c:a', 'libopus', '-b:a', '96k'],
    raw: 'f32',
    rate: 48_000,
    snr: 70,
    seekSnr: 60,
  },
  {
    name: 'mono.opus',
    kind: 'Opus',
    codec: ['-c:a', 'libopus', '-b:a', '20k'],
    raw: 'f32',
    rate: 48_000,
    channels: 1,
    decoder: 'libopus',
    snr: 80,
    seekSnr: 50,
  },
  {
    name: 'surround.opus',
    kind: 'Opus',
    codec: ['-c:a', 'libopus', '-mapping_family', '1'],
    raw: 'f32',
    rate: 48_000,
    channels: 6,
    snr: 60,
    seekSnr: 60,
  },
];
const SECONDS = 3.7;

requires('ffmpeg')('decoded sound files', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'pinwheel-decoders-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const make = ({ name, codec, rate = 44_100, channels = 2 }: Case, index: number): string => {
    const file = path.join(folder, name);
    encode({ seed: index + 1, rate, channels, seconds: SECONDS }, [...codec, file]);
    return file;
  };
  const open = async (file: string) => {
    const bytes = new FileSource(file);
    const source = await openWave(bytes);
    return {
      source,
      close: () => {
        source.dispose();
        bytes.dispose();
      },
    };
  };

  it.each(CASES.map((each, index) => [each.name, each, index] as const))(
    '%s is what ffmpeg decodes, from every frame on',
    async (_name, each, index) => {
      const file = make(each, index);
      const expected = decodeByFfmpeg(file, each.raw, each.decoder);
      const bytes = new FileSource(file);
      const info = describeWave(bytes);
      bytes.dispose();
      const { source, close } = await open(file);
      expect(source.format).toEqual(info.format);
      const frameBytes = blockAlignOf(source.format);
      const frames = expected.length / frameBytes;
      expect(info).toMatchObject({ kind: each.kind, frames, truncated: false });

      const straight = await readAll(source, frames);
      expect(straight.length).toBe(expected.length);
      if (each.snr === undefined) expect(Buffer.compare(straight, expected)).toBe(0);
      else expect(snr(floats(expected), floats(straight))).toBeGreaterThan(each.snr);

      // Frames drawn by a seed, and those at the edges.
      let state = index + 99;
      const random = () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32;
      const targets = [
        0,
        1,
        frames - 1,
        frames - 200,
        1_152,
        ...Array.from({ length: 12 }, () => Math.floor(random() * frames)),
      ];
      for (const target of targets) {
        await source.seek(target);
        const length = Math.min(3_000, frames - target);
        const part = await readAll(source, length);
        const same = straight.subarray(target * frameBytes, (target + length) * frameBytes);
        expect(part.length).toBe(same.length);
        if (each.seekSnr === undefined) expect(Buffer.compare(part, same), `from frame ${target}`).toBe(0);
        else if (length > 1_000)
          expect(snr(floats(same), floats(part)), `from frame ${target}`).toBeGreaterThan(each.seekSnr);
      }
      await source.seek(frames);
      expect(await source.read(new Uint8Array(10 * frameBytes))).toBe(0);
      close();
    },
    30_000,
  );
});

/** Up to `frames` frames, in pieces of changing lengths; it stops where the source does. */
async function readAll(source: DecodedSource, frames: number): Promise<Uint8Array> {
  const frameBytes = blockAlignOf(source.format);
  const whole = new Uint8Array(frames * frameBytes);
  let done = 0;
  for (let step = 1; done < whole.length; step = (step * 7) % 5_003) {
    const part = whole.subarray(done, done + step * frameBytes);
    const got = await source.read(part);
    done += got;
    if (got < part.length) break;
  }
  return whole.subarray(0, done);
}

function floats(bytes: Uint8Array): Float32Array {
  return new Float32Array(bytes.slice().buffer);
}

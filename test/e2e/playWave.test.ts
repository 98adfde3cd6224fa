import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PipeWireRig } from '../rigs/pipewire/pipeWireRig.ts';
import { findGaps, withoutGaps } from '../support/audio/dropout.ts';
import { firstSound } from '../support/audio/level.ts';
import { decodeByFfmpeg, encodeSamples, snr, sound } from '../support/audio/soundFixtures.ts';
import { requires } from '../support/requirements.ts';
import { TestHome } from './support/program.ts';

const RATE = 48_000;

requires('pipewire', 'ffmpeg')('pinwheel play with sound files', () => {
  let rig: PipeWireRig;
  let home: TestHome;

  beforeAll(async () => {
    rig = await PipeWireRig.start();
    home = new TestHome(rig.env);
  });
  afterAll(async () => {
    await home?.dispose();
    await rig?.dispose();
  });

  const record = async (files: string[]) => {
    const recorder = await rig.record('speakers');
    const finished = await home.run(['play', ...files]);
    expect(finished, finished.stderr).toMatchObject({ code: 0 });
    return await recorder.stop();
  };
  /**
   * The recorded sound beside the expected one, from the first frame on. Without what the sound server leaves out when it
   * gets no processor, of which there must be nothing where one file joins the next.
   */
  const aligned = (heard: Float32Array, expected: Float32Array, joins: readonly number[]) => {
    const start = firstSound(heard) - firstSound(expected);
    const to = heard.findLastIndex((value) => value !== 0);
    let missing = 0;
    for (const gap of findGaps(heard, RATE, { from: firstSound(heard), to, floor: 1e-7 })) {
      const at = gap.from - start - missing;
      missing += gap.to - gap.from;
      for (const join of joins) expect(Math.abs(at - join), `gap at ${at}`).toBeGreaterThan(RATE / 50);
    }
    const { sound: whole } = withoutGaps(heard, RATE, firstSound(heard));
    const first = firstSound(expected);
    const length = Math.min(whole.length, expected.length - first);
    expect(length).toBeGreaterThan(expected.length - first - 100);
    return { heard: whole.subarray(0, length), expected: expected.subarray(first, first + length) };
  };
  const side = (samples: Float32Array, channel: 0 | 1) => samples.filter((_, index) => index % 2 === channel);
  /** Stereo samples cut into files of the kinds named, which are played one after the other. */
  const cut = (
    samples: Float32Array,
    kinds: readonly (readonly [name: string, ...codec: string[]])[],
  ): { files: string[]; joins: number[] } => {
    const frames = samples.length / 2;
    const joins: number[] = [];
    const files = kinds.map(([name, ...codec], index) => {
      // No cut is at a round number of anything.
      const at = (part: number) =>
        part === kinds.length ? frames : Math.floor((frames * part) / kinds.length) + 17 * part;
      const file = path.join(home.dir, name);
      encodeSamples(samples.subarray(2 * at(index), 2 * at(index + 1)), { rate: RATE, channels: 2 }, [
        ...codec,
        file,
      ]);
      if (index > 0) joins.push(at(index));
      return file;
    });
    return { files, joins };
  };

  it('plays files of one format without a gap: what is recorded is bit for bit what was cut into them', async () => {
    const noise = sound({ seed: 7, rate: RATE, channels: 2, seconds: 4 });
    const samples = noise.map((value) => Math.round(value * 0x4000) / 0x8000);
    const { files, joins } = cut(samples, [
      ['a.flac', '-sample_fmt', 's16'],
      ['b.wav', '-c:a', 'pcm_s16le'],
      ['c.flac', '-sample_fmt', 's16'],
      ['d.aiff', '-c:a', 'pcm_s16be'],
    ]);
    const recording = await record(files);
    for (const channel of [0, 1] as const) {
      const { heard, expected } = aligned(recording.channel(channel), side(samples, channel), joins);
      expect(heard.findIndex((value, index) => value !== expected[index])).toBe(-1);
    }
  });

  it.each([
    ['MP3', 'mp3', 'libmp3lame', '-b:a', '192k'],
    ['Ogg Vorbis', 'ogg', 'libvorbis', '-q:a', '6'],
    ['Opus', 'opus', 'libopus', '-b:a', '160k'],
  ])(
    'joins %s files to the frame: it is what ffmpeg decodes of one behind the other',
    async (_kind, ending, codec, ...options) => {
      const samples = sound({ seed: 11, rate: RATE, channels: 2, seconds: 4 });
      const names = ['a', 'b', 'c'].map((name) => [`${name}.${ending}`, '-c:a', codec, ...options] as const);
      const { files, joins } = cut(samples, names);
      const decoded = Buffer.concat(files.map((file) => decodeByFfmpeg(file, 'f32')));
      const all = new Float32Array(new Uint8Array(decoded).buffer);
      // To the frame as many as were put in.
      expect(all.length).toBe(samples.length);
      const { heard, expected } = aligned((await record(files)).channel(0), side(all, 0), joins);
      expect(snr(expected, heard)).toBeGreaterThan(60);
    },
  );

  it('refuses bad files with one line naming file and offset, and plays the next queue', async () => {
    const bad = path.join(home.dir, 'bad.wav');
    writeFileSync(bad, Buffer.concat([Buffer.from('RIFF....WAVEfmt '), Buffer.alloc(64)]));
    const refused = await home.run(['play', bad]);
    expect(refused.code).toBe(2);
    expect(refused.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(refused.stderr).toMatch(/bad\.wav/);
  });
});

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PipeWireRig } from '../rigs/pipewire/pipeWireRig.ts';
import { findGaps } from '../support/audio/dropout.ts';
import { firstSound } from '../support/audio/level.ts';
import { decodeByFfmpeg, encodeSamples, snr, sound } from '../support/audio/soundFixtures.ts';
import { requires } from '../support/requirements.ts';
import { TestHome } from './support/program.ts';

const RATE = 48_000;
/** Frames on both sides of a place that is looked at. */
const WINDOW = 2_400;

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
   * The recorded sound around every join, and at the end, beside the expected one. Each place is looked for by itself: a
   * sound server that gets no processor leaves out or puts in a period of its own anywhere.
   */
  const places = (heard: Float32Array, expected: Float32Array, joins: readonly number[]) => {
    const start = firstSound(heard) - firstSound(expected);
    return [...joins, expected.length - WINDOW].map((middle) => {
      const from = middle - WINDOW;
      const at = findIn(heard, expected.subarray(from, from + 256), start + from);
      return {
        heard: heard.subarray(at, at + 2 * WINDOW),
        expected: expected.subarray(from, from + 2 * WINDOW),
      };
    });
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

  it('plays files of one format without a gap: around every join it is bit for bit what was cut into them', async () => {
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
      for (const { heard, expected } of places(recording.channel(channel), side(samples, channel), joins)) {
        expect(heard.findIndex((value, index) => value !== expected[index])).toBe(-1);
      }
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
      for (const { heard, expected } of places((await record(files)).channel(0), side(all, 0), joins)) {
        expect(snr(expected, heard)).toBeGreaterThan(60);
      }
    },
  );

  it('joins files of two rates: a sine goes on in phase, without a gap', async () => {
    const frequency = 997;
    const seconds = 1.5;
    const files = [44_100, RATE, 96_000].map((rate, index) => {
      const frames = rate * seconds;
      const samples = Float32Array.from({ length: 2 * frames }, (_, at) => {
        const time = (at >> 1) / rate + index * seconds;
        return 0.4 * Math.sin(2 * Math.PI * frequency * time);
      });
      const file = path.join(home.dir, `${rate}.flac`);
      encodeSamples(samples, { rate, channels: 2 }, ['-sample_fmt', 's32', file]);
      return file;
    });
    const recorded = (await record(files)).channel(0);
    const start = firstSound(recorded);
    for (const join of [1, 2]) {
      // One frame more or less would turn the phase by 7.5 degrees, a gap by anything.
      const middle = start + join * seconds * RATE;
      const before = phaseOf(recorded, frequency, middle - WINDOW - 200, WINDOW);
      const behind = phaseOf(recorded, frequency, middle + 200, WINDOW);
      expect(Math.abs(((behind - before + 540) % 360) - 180), `join ${join}`).toBeLessThan(1);
      expect(findGaps(recorded, RATE, { from: middle - WINDOW, to: middle + WINDOW })).toEqual([]);
    }
  });

  it('refuses a bad file with one line that names file and place', async () => {
    const bad = path.join(home.dir, 'bad.wav');
    writeFileSync(bad, Buffer.concat([Buffer.from('RIFF....WAVEfmt '), Buffer.alloc(64)]));
    const refused = await home.run(['play', bad]);
    expect(refused.code).toBe(2);
    expect(refused.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(refused.stderr).toMatch(/bad\.wav.*byte \d+/);
  });
});

/** Degrees, of a sine of this frequency against one that begins with frame 0. */
function phaseOf(samples: Float32Array, frequency: number, from: number, length: number): number {
  let [real, imaginary] = [0, 0];
  for (let index = from; index < from + length; index++) {
    const turn = (2 * Math.PI * frequency * index) / RATE;
    real += samples[index]! * Math.cos(turn);
    imaginary += samples[index]! * Math.sin(turn);
  }
  return (Math.atan2(imaginary, real) * 180) / Math.PI;
}

/** Where a piece of sound is, within a quarter of a second of `near`. */
function findIn(samples: Float32Array, piece: Float32Array, near: number): number {
  let best = near;
  let least = Infinity;
  for (let at = Math.max(0, near - RATE / 4); at < near + RATE / 4; at++) {
    let difference = 0;
    for (let index = 0; index < piece.length && difference < least; index++) {
      difference += (samples[at + index]! - piece[index]!) ** 2;
    }
    if (difference < least) [best, least] = [at, difference];
  }
  return best;
}

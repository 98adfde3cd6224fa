import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc, { type Arbitrary } from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { PinwheelError } from '../../../src/contract/errors.ts';
import { blockAlignOf } from '../../../src/main/decoding/decodedSource.ts';
import { describeWave, openWave, wrappedFlacMetadata } from '../../../src/main/decoding/waveContainers.ts';
import { byteSource } from '../../support/audio/byteSource.ts';
import { encode } from '../../support/audio/soundFixtures.ts';
import { fuzz } from '../../support/fuzzing.ts';
import { mutateBytes, mutateChunks, mutated, mutatePages, type Pick } from '../../support/mutations.ts';
import { requires } from '../../support/requirements.ts';

/**
 * Sound files, whatever was done to them: what they say of themselves can be, what can be played of them is played, and
 * the rest is a refusal with file and place, in few passes over the file.
 */

type Structure = (bytes: Uint8Array, pick: Pick) => Uint8Array;
const iff: Structure = (bytes, pick) => mutateChunks(bytes, pick, { bigEndian: true });
const title = ['-metadata', 'title=Sound'];
const pages = ['-page_duration', '50000'];

/** How ffmpeg writes it, what it is made of, and how many headers are looked at when fuzzing. */
const FILES: readonly [name: string, codec: readonly string[], structure: Structure, headers: number][] = [
  ['a.wav', ['-c:a', 'pcm_s16le', ...title], mutateChunks, 60_000],
  ['a.aiff', ['-c:a', 'pcm_s24be', ...title], iff, 60_000],
  ['a.flac', ['-sample_fmt', 's16', ...title], mutateBytes, 20_000],
  ['a.mp3', ['-c:a', 'libmp3lame', '-q:a', '5', ...title], mutateBytes, 20_000],
  ['a.mp2', ['-c:a', 'mp2'], mutateBytes, 20_000],
  ['a.oga', ['-c:a', 'flac', ...pages], mutatePages, 10_000],
  ['a.ogg', ['-c:a', 'libvorbis', ...pages], mutatePages, 10_000],
  ['a.opus', ['-c:a', 'libopus', ...pages], mutatePages, 10_000],
];
const SECONDS = 0.6;
/** More than any of the files holds; what claims more is not read to its end. */
const MOST_BYTES = 4 * 1024 * 1024;

requires('ffmpeg')('damaged sound files', () => {
  let folder: string;
  const files = new Map<string, Uint8Array>();
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'pinwheel-damaged-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  // Decoders complain of every packet that they cannot use.
  beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined));
  afterEach(() => void vi.restoreAllMocks());

  /** The whole file; made once. */
  function encoded(name: string, codec: readonly string[]): Uint8Array {
    let bytes = files.get(name);
    if (!bytes) {
      const file = path.join(folder, name);
      encode({ seed: 5, rate: 48_000, channels: 2, seconds: SECONDS }, [...codec, file]);
      bytes = new Uint8Array(readFileSync(file));
      files.set(name, bytes);
    }
    return bytes;
  }

  it.each(FILES)(
    '%s is played as far as it goes, or refused with file and place',
    { tags: 'fuzz' },
    async (name, codec, structure) => {
      let played = 0;
      let all = 0;
      await fuzz(
        `decoding/play-${name}`,
        fc.asyncProperty(damaged(encoded(name, codec), structure), async (bytes) => {
          all++;
          try {
            played += (await playThrough(bytes)) > 0 ? 1 : 0;
          } catch (error) {
            expectRefusal(error);
          }
        }),
        { normal: 20, fuzz: 1_000 },
      );
      // Much of the damage is somewhere in the sound, and the rest is played.
      expect(played).toBeGreaterThan(all / 30);
    },
  );

  it.each(FILES)(
    '%s says of itself what can be, or is refused with file and place',
    { tags: 'fuzz' },
    async (name, codec, structure, headers) => {
      // A part of the sound is enough behind the headers; the beginning claims more.
      const whole = encoded(name, codec);
      const inputs = damaged(whole.subarray(0, Math.max(6_000, whole.length / 6)), structure);
      const outcomes = { described: 0, refused: 0 };
      await fuzz(
        `decoding/describe-${name}`,
        fc.property(inputs, fc.boolean(), (bytes, sends) => {
          outcomes[describe(bytes, sends)]++;
        }),
        { normal: 50, fuzz: headers },
      );
      expect(outcomes.described).toBeGreaterThan(5);
      expect(outcomes.refused).toBeGreaterThan(0);
    },
  );
});

/** A third each: the structure, bytes anywhere, both. */
function damaged(whole: Uint8Array, structure: Structure): Arbitrary<Uint8Array> {
  return mutated((pick) => {
    const how = pick(3);
    const bytes = how === 0 ? whole : structure(whole, pick);
    return how === 1 ? bytes : mutateBytes(bytes, pick);
  });
}

function expectRefusal(error: unknown): void {
  if (!(error instanceof PinwheelError)) throw error;
  expect(['bad-input', 'not-supported']).toContain(error.code);
  expect(error).toMatchObject({ subject: 'memory' });
  expect(error.offset).toBeTypeOf('number');
}

/** Bytes of sound that came out; jumps go on from there. */
async function playThrough(bytes: Uint8Array): Promise<number> {
  const file = byteSource(bytes);
  const info = describeWave(file);
  const source = await openWave(file);
  try {
    const block = new Uint8Array(1_000 * blockAlignOf(source.format));
    let total = 0;
    for (let got = block.length; got === block.length && total < MOST_BYTES;) {
      got = await source.read(block);
      total += got;
    }
    for (const part of [0.9, 0.1, 0.5]) {
      await source.seek(Math.floor((info.frames ?? 0) * part));
      await source.read(block);
    }
    return total;
  } finally {
    source.dispose();
  }
}

function describe(bytes: Uint8Array, sends: boolean): 'described' | 'refused' {
  let read = 0;
  const whole = byteSource(bytes);
  const source = {
    ...whole,
    read(offset: number, into: Uint8Array) {
      const got = whole.read(offset, into);
      read += got;
      return got;
    },
  };
  try {
    const { frames, loop } = describeWave(source, sends);
    expect(Number.isSafeInteger(frames ?? 0)).toBe(true);
    expect(frames ?? 0).toBeGreaterThanOrEqual(0);
    if (loop) {
      expect(loop.first).toBeLessThanOrEqual(loop.end);
      expect(loop.end).toBeLessThanOrEqual(frames ?? 0);
    }
    wrappedFlacMetadata(source);
    return 'described';
  } catch (error) {
    expectRefusal(error);
    return 'refused';
  } finally {
    expect(read).toBeLessThan(40 * bytes.length + 0x40000);
  }
}

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { PinwheelError } from '../../../src/contract/errors.ts';
import { blockAlignOf } from '../../../src/main/decoding/decodedSource.ts';
import { describeWave, openWave } from '../../../src/main/decoding/waveContainers.ts';
import { byteSource } from '../../support/audio/byteSource.ts';
import { encode } from '../../support/audio/soundFixtures.ts';
import { cases } from '../../support/duration.ts';
import { requires } from '../../support/requirements.ts';

const FILES: Readonly<Record<string, readonly string[]>> = {
  'a.wav': ['-c:a', 'pcm_s16le'],
  'a.aiff': ['-c:a', 'pcm_s24be'],
  'a.flac': ['-sample_fmt', 's16'],
  'a.mp3': ['-c:a', 'libmp3lame', '-q:a', '5'],
  'a.mp2': ['-c:a', 'mp2'],
  'a.oga': ['-c:a', 'flac', '-page_duration', '50000'],
  'a.ogg': ['-c:a', 'libvorbis', '-page_duration', '50000'],
  'a.opus': ['-c:a', 'libopus', '-page_duration', '50000'],
};
const CASES = cases({ normal: 25, fuzz: 2_000 });
/** More than any of the files holds; what claims more is not read to its end. */
const MOST_BYTES = 4 * 1024 * 1024;

requires('ffmpeg')('damaged sound files', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'pinwheel-damaged-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  // Decoders complain of every packet that they cannot use.
  beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined));
  afterEach(() => void vi.restoreAllMocks());

  it.each(Object.entries(FILES))(
    '%s is played as far as it goes, or refused with file and place',
    async (name, codec) => {
      const file = path.join(folder, name);
      encode({ seed: 5, rate: 48_000, channels: 2, seconds: 0.6 }, [...codec, file]);
      const whole = new Uint8Array(readFileSync(file));
      let played = 0;
      for (let seed = 1; seed <= CASES; seed++) {
        const damaged = damage(whole, seed);
        try {
          played += (await playThrough(damaged)) > 0 ? 1 : 0;
        } catch (error) {
          expect(error, `seed ${seed}`).toBeInstanceOf(PinwheelError);
          expect(error, `seed ${seed}`).toMatchObject({ subject: 'memory' });
          expect((error as PinwheelError).offset, `seed ${seed}`).toBeTypeOf('number');
        }
      }
      // Most damage is somewhere in the sound, and the rest is played.
      expect(played).toBeGreaterThan(CASES / 8);
    },
    cases({ normal: 60_000, fuzz: 3_600_000 }),
  );
});

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

/** Bytes overwritten, blocks left out, doubled or filled, the end cut off, junk in front or behind. */
function damage(whole: Uint8Array, seed: number): Uint8Array {
  let state = seed;
  const random = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  let bytes: Uint8Array = whole.slice();
  for (let count = 1 + random(4); count > 0; count--) {
    // Half of it among the headers.
    const at = random(random(2) === 0 ? Math.min(200, bytes.length) : bytes.length);
    const length = 1 + random(random(2) === 0 ? 4 : 600);
    switch (random(6)) {
      case 0:
      case 1:
        for (let index = 0; index < length && at + index < bytes.length; index++)
          bytes[at + index] = random(256);
        break;
      case 2:
        bytes = joined(bytes.subarray(0, at), bytes.subarray(at + length));
        break;
      case 3:
        bytes = joined(bytes.subarray(0, at + length), bytes.subarray(at));
        break;
      case 4:
        bytes.fill(random(2) * 255, at, at + length);
        break;
      case 5:
        bytes = bytes.slice(0, Math.max(16, at));
        break;
    }
  }
  return bytes;
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const whole = new Uint8Array(one.length + other.length);
  whole.set(one);
  whole.set(other, one.length);
  return whole;
}

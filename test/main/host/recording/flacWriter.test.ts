import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FlacWriter, loadFlac } from '../../../../src/main/host/recording/flacWriter.ts';
import type { WavWriterOptions } from '../../../../src/main/wave/files/wavWriter.ts';
import { FLOAT_SAMPLES, integerSamples } from '../../../../src/main/wave/samples/sampleFormat.ts';
import { requires } from '../../../support/requirements.ts';

/** A file in memory. */
function memory() {
  let bytes = new Uint8Array(1 << 20);
  let length = 0;
  return {
    write(offset: number, part: Uint8Array) {
      length = Math.max(length, offset + part.length);
      if (length > bytes.length) {
        const larger = new Uint8Array(2 * length);
        larger.set(bytes);
        bytes = larger;
      }
      bytes.set(part, offset);
    },
    content: () => bytes.slice(0, length),
  };
}

/** Noise that a shift register makes, so that nothing compresses away. */
function noise(bytes: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: bytes }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  });
}

requires('ffmpeg', 'sox')('written FLAC files', () => {
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'pinwheel-flac-'));
    await loadFlac();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const file = (content: Uint8Array): string => {
    const name = path.join(folder, 'made.flac');
    writeFileSync(name, content);
    return name;
  };
  const decode = (name: string, encoding: string): Buffer =>
    execFileSync('ffmpeg', ['-v', 'error', '-i', name, '-f', encoding, '-'], {
      maxBuffer: 1 << 26,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const options = (bits: number, channels: number, sampleRate: number): WavWriterOptions => ({
    format: integerSamples(bits),
    channels,
    sampleRate,
    channelMask: 0,
  });

  it.each([
    [16, 2, 48_000],
    [24, 2, 192_000],
    [16, 1, 8_000],
    [24, 6, 44_100],
  ])('of %i bits, %i channels, %i Hz are read as they were written', (bits, channels, rate) => {
    const made = memory();
    const writer = new FlacWriter(made, options(bits, channels, rate));
    const samples = noise(20_001 * channels * (bits / 8));
    writer.write(samples.subarray(0, 999 * channels * (bits / 8)));
    writer.write(samples.subarray(999 * channels * (bits / 8)));
    writer.finish();
    const name = file(made.content());
    expect(decode(name, `s${bits}le`).equals(samples)).toBe(true);
    expect(execFileSync('soxi', ['-s', name], { encoding: 'utf8' }).trim()).toBe('20001');
    expect(execFileSync('soxi', ['-r', name], { encoding: 'utf8' }).trim()).toBe(String(rate));
  });

  it('can be read at every moment, up to the last frame that was encoded', () => {
    const made = memory();
    const writer = new FlacWriter(made, options(16, 2, 48_000));
    const samples = noise(100_000 * 4);
    for (let done = 0; done < samples.length; done += 40_000) {
      writer.write(samples.subarray(done, done + 40_000));
      writer.update();
      const name = file(made.content());
      const decoded = decode(name, 's16le');
      // The encoder holds back one frame of 4096 and one sample.
      expect(decoded.length / 4).toBeGreaterThanOrEqual((done + 40_000) / 4 - 2 * 4096);
      expect(decoded.equals(samples.subarray(0, decoded.length))).toBe(true);
      const bySox = execFileSync('sox', [name, '-t', 'raw', '-'], { stdio: ['ignore', 'pipe', 'ignore'] });
      expect(bySox.length).toBe(decoded.length);
    }
    writer.finish();
  });

  it('refuses what FLAC does not have', () => {
    const made = memory();
    expect(() => new FlacWriter(made, { ...options(32, 2, 48_000) })).toThrow(/24 bits/);
    expect(() => new FlacWriter(made, { ...options(16, 2, 48_000), format: FLOAT_SAMPLES })).toThrow(
      /24 bits/,
    );
    expect(made.content()).toHaveLength(0);
  });

  it('tells what the disk said', () => {
    const writer = new FlacWriter(
      {
        write(offset) {
          if (offset > 20_000) throw new Error('full');
        },
      },
      options(16, 2, 48_000),
    );
    expect(() => writer.write(noise(400_000))).toThrow('full');
  });
});

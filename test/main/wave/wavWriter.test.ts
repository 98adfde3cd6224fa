import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseWav, type WavFile } from '../../../src/main/wave/files/wavFile.ts';
import { WavWriter, type WavWriterOptions } from '../../../src/main/wave/files/wavWriter.ts';
import { FLOAT_SAMPLES, integerSamples } from '../../../src/main/wave/samples/sampleFormat.ts';
import { requires } from '../../support/requirements.ts';

const STEREO: WavWriterOptions = {
  format: integerSamples(16),
  channels: 2,
  sampleRate: 48_000,
  channelMask: 3,
};

/** A file in memory; what lies beyond `keep` bytes is only counted. */
function memory(keep = 1_000_000) {
  const bytes = new Uint8Array(keep);
  let length = 0;
  const write = (offset: number, part: Uint8Array) => {
    if (offset < keep) bytes.set(part.subarray(0, keep - offset), offset);
    length = Math.max(length, offset + part.length);
  };
  const parse = (): WavFile =>
    parseWav({
      name: 'made.wav',
      length,
      read(offset, into) {
        const part = bytes.subarray(offset, offset + into.length);
        into.set(part);
        return part.length;
      },
    });
  return { write, parse, content: () => bytes.slice(0, length) };
}

describe('written WAV files', () => {
  it.each([
    ['16-bit stereo', STEREO],
    [
      '24 valid bits in 32, six channels',
      { ...STEREO, format: integerSamples(32, 24), channels: 6, channelMask: 0x3f },
    ],
    ['floats', { ...STEREO, format: FLOAT_SAMPLES }],
    ['8-bit mono', { ...STEREO, format: integerSamples(8), channels: 1, channelMask: 4 }],
  ])('of %s are read as they were written', (_name, options) => {
    const file = memory();
    const writer = new WavWriter(file, options);
    const samples = Uint8Array.from({ length: 3 * writer.blockAlign }, (_, index) => index);
    writer.write(samples.subarray(0, 2));
    writer.write(samples.subarray(2));
    writer.finish();
    const wav = file.parse();
    expect(wav).toMatchObject({ ...options, frames: 3, truncated: false });
    expect(file.content().slice(wav.dataOffset, wav.dataOffset + samples.length)).toEqual(samples);
    expect(file.content().length % 2).toBe(0);
  });

  it('are whole up to the last update when their writer dies', () => {
    const file = memory();
    const writer = new WavWriter(file, STEREO);
    expect(file.parse()).toMatchObject({ frames: 0, truncated: false });
    writer.write(new Uint8Array(400));
    writer.update();
    writer.write(new Uint8Array(402));
    expect(file.parse()).toMatchObject({ frames: 100, truncated: false });
  });

  it('become RF64 beyond 4 GB', () => {
    const file = memory(1_000);
    const writer = new WavWriter(file, STEREO);
    const part = new Uint8Array(1 << 28);
    for (let count = 0; count < 17; count++) writer.write(part);
    writer.finish();
    expect(file.parse()).toMatchObject({ frames: (17 * part.length) / 4, truncated: false });
    expect(new TextDecoder().decode(file.content().subarray(0, 4))).toBe('RF64');
  });
});

requires('sox')('beside sox', () => {
  it('sox reads what was written', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'pinwheel-wav-'));
    try {
      const file = memory();
      const writer = new WavWriter(file, { ...STEREO, format: integerSamples(24) });
      writer.write(new Uint8Array(6 * 4_800));
      writer.finish();
      const name = path.join(folder, 'made.wav');
      writeFileSync(name, file.content());
      const told = (option: string) => execFileSync('soxi', [option, name], { encoding: 'utf8' }).trim();
      expect([told('-s'), told('-c'), told('-r'), told('-b')]).toEqual(['4800', '2', '48000', '24']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

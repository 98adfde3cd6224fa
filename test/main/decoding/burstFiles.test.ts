import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { PinwheelError } from '../../../src/contract/errors.ts';
import { describeWave, openWave } from '../../../src/main/decoding/waveContainers.ts';
import { byteSource } from '../../support/audio/byteSource.ts';
import { encodeNoise, wrapByFfmpeg } from '../../support/audio/codedSound.ts';
import { pcmWav, sineWav } from '../../support/audio/wavFile.ts';
import { requires } from '../../support/requirements.ts';

/** A WAV file whose samples are these words, with a format of its own; `subFormat`: a WAVEFORMATEXTENSIBLE. */
function wavOf(words: Uint8Array, rate: number, tag = 1, subFormat?: [number, number]): Buffer {
  const fmt = Buffer.alloc(subFormat ? 40 : 16);
  fmt.writeUInt16LE(subFormat ? 0xfffe : tag, 0);
  fmt.writeUInt16LE(2, 2);
  fmt.writeUInt32LE(rate, 4);
  fmt.writeUInt32LE(4 * rate, 8);
  fmt.writeUInt16LE(4, 12);
  fmt.writeUInt16LE(16, 14);
  if (subFormat) {
    fmt.writeUInt16LE(22, 16);
    fmt.writeUInt16LE(16, 18);
    fmt.writeUInt32LE(3, 20);
    fmt.writeUInt32LE(subFormat[0], 24);
    fmt.writeUInt16LE(subFormat[1], 28);
    fmt.write('001000800000aa00389b71'.padStart(24, '0').slice(2), 30, 'hex');
  }
  const chunk = (name: string, body: Uint8Array) => {
    const head = Buffer.from(`${name}    `);
    head.writeUInt32LE(body.length, 4);
    return Buffer.concat([head, body]);
  };
  const body = Buffer.concat([Buffer.from('WAVE'), chunk('fmt ', fmt), chunk('data', words)]);
  return chunk('RIFF', body);
}

async function readAll(
  bytes: Uint8Array,
  name: string,
  { from = 0, block = 10_000, sends = false } = {},
): Promise<Buffer> {
  const source = await openWave(byteSource(bytes, name), sends);
  if (from > 0) await source.seek(from);
  const parts: Buffer[] = [];
  for (;;) {
    const part = Buffer.alloc(block);
    const got = await source.read(part);
    parts.push(part.subarray(0, got));
    if (got < block) break;
  }
  source.dispose();
  return Buffer.concat(parts);
}

const describe = (bytes: Uint8Array, name = 'file') => describeWave(byteSource(bytes, name));

requires('ffmpeg')('files of coded sound', () => {
  const ac3 = encodeNoise({ codec: 'ac3', kbps: 192, rate: 44_100, seconds: 4 });
  const ac3Bursts = wrapByFfmpeg('ac3', ac3);
  const eac3 = encodeNoise({ codec: 'eac3', kbps: 1_536, layout: '5.1', seconds: 1 });

  it.each([
    ['ac3', 192, 'AC-3', { encoding: 'ac3', sampleRate: 48_000 }],
    ['eac3', 192, 'E-AC-3', { encoding: 'eac3', sampleRate: 192_000 }],
    ['dts', 768, 'DTS', { encoding: 'dts', sampleRate: 48_000 }],
    ['mp2', 192, 'MPEG audio', { encoding: 'mpeg', sampleRate: 48_000 }],
  ] as const)(
    'of frames are told by their content, and give the bursts of ffmpeg: %s',
    async (codec, kbps, kind, format) => {
      const frames = encodeNoise({ codec, kbps, seconds: 2 });
      const bursts = wrapByFfmpeg(codec, frames);
      const info = describeWave(byteSource(frames), true);
      expect(info).toMatchObject({ kind, format: { ...format, channels: 2, containerBits: 16 } });
      expect(Math.abs(info.frames! - bursts.length / 4)).toBeLessThan(0.02 * (bursts.length / 4));
      expect((await readAll(frames, 'file', { sends: true })).equals(bursts)).toBe(true);
      // Without an output for it, only what nobody decodes is.
      expect(describe(frames).format.encoding === 'pcm' || describe(frames).format.encoding === 'float').toBe(
        codec === 'mp2',
      );
    },
  );

  it.each([
    ['ac3', ac3, ac3Bursts],
    ['eac3', eac3, wrapByFfmpeg('eac3', eac3)],
  ])('begin at any frame, exactly: %s', async (_codec, frames, bursts) => {
    const source = await openWave(byteSource(frames));
    const last = bursts.length / 4;
    // Backwards, too, and over more bursts than are marked at a time.
    for (const frame of [
      0,
      1,
      1_535,
      1_536,
      6_144,
      last - 1,
      6_143,
      Math.floor(last / 2),
      100_001,
      last,
      last + 5,
      7,
    ]) {
      await source.seek(frame);
      const words = Buffer.alloc(8_000);
      const got = await source.read(words);
      expect(words.subarray(0, got).equals(bursts.subarray(4 * frame, 4 * frame + 8_000))).toBe(true);
    }
    expect(source.frames).toBe(last);
  });

  it('may begin with something else when their name says what they are', async () => {
    const tagged = Buffer.concat([Buffer.alloc(3_001, 0x20), ac3]);
    expect(() => describe(tagged)).toThrow(expect.objectContaining({ code: 'bad-input' }));
    expect(describe(tagged, 'film.AC3')).toMatchObject({ kind: 'AC-3' });
    expect((await readAll(tagged, 'film.ac3')).equals(ac3Bursts)).toBe(true);
    expect(() => describe(Buffer.alloc(5_000), 'film.ac3')).toThrow(
      expect.objectContaining({ code: 'not-supported' }),
    );
    expect(() => describe(Buffer.alloc(5_000), 'film.spdif')).toThrow(PinwheelError);
  });

  it('that were wrapped already pass unchanged, whatever their byte order', async () => {
    const bigEndian = wrapByFfmpeg('ac3', ac3, { bigEndian: true });
    for (const file of [ac3Bursts, bigEndian, Buffer.concat([Buffer.alloc(400), ac3Bursts])]) {
      expect(describe(file, 'film.spdif')).toMatchObject({
        kind: 'AC-3',
        format: { encoding: 'ac3', sampleRate: 44_100 },
        frames: file.length / 4,
      });
    }
    expect((await readAll(ac3Bursts, 'film.spdif')).equals(ac3Bursts)).toBe(true);
    expect((await readAll(bigEndian, 'film.spdif')).equals(ac3Bursts)).toBe(true);
    const from = 5_000;
    expect((await readAll(ac3Bursts, 'x', { from })).equals(ac3Bursts.subarray(4 * from))).toBe(true);
  });

  it('in WAV files are found by the tag, or by what is in them', async () => {
    const files = [
      wavOf(ac3Bursts, 44_100),
      wavOf(ac3Bursts, 44_100, 0x92),
      wavOf(ac3Bursts, 44_100, 0, [0x92, 0]),
      wavOf(Buffer.concat([Buffer.alloc(20_000), ac3Bursts]), 44_100),
    ];
    for (const file of files) {
      expect(describe(file, 'film.wav')).toMatchObject({
        kind: 'AC-3',
        format: { encoding: 'ac3', sampleRate: 44_100 },
      });
    }
    expect((await readAll(files[0]!, 'film.wav')).equals(ac3Bursts)).toBe(true);
    const dolbyPlus = wavOf(wrapByFfmpeg('eac3', eac3), 192_000, 0, [0x0a, 0x0cea]);
    expect(describe(dolbyPlus)).toMatchObject({
      kind: 'E-AC-3',
      format: { encoding: 'eac3', sampleRate: 192_000 },
    });
    const mpeg = wavOf(
      wrapByFfmpeg('mp2', encodeNoise({ codec: 'mp2', kbps: 192 })),
      48_000,
      0,
      [0x03, 0x0cea],
    );
    expect(describe(mpeg)).toMatchObject({ kind: 'MPEG audio', format: { encoding: 'mpeg' } });
    expect(() => describe(wavOf(ac3Bursts, 48_000, 0, [0x06, 0x0cea]))).toThrow(
      expect.objectContaining({ code: 'not-supported' }),
    );
  });

  it.each([44_100, 48_000])('of WMA Pro pass unchanged at %i Hz', async (rate) => {
    // Type I: 2,048 frames; its data mean nothing to anybody but the receiver.
    const burst = (seed: number) => {
      const bytes = Buffer.from(Array.from({ length: 8_192 }, (_, index) => (index * seed) & 0xff));
      [0xf872, 0x4e1f, 0x12, 8 * 3_000].forEach((word, index) => bytes.writeUInt16LE(word, 2 * index));
      return bytes;
    };
    const bursts = Buffer.concat([3, 5, 7, 11].map(burst));
    for (const file of [wavOf(bursts, rate, 0x164), wavOf(bursts, rate)]) {
      expect(describe(file)).toMatchObject({
        kind: 'WMA Pro',
        format: { encoding: 'wmaPro', sampleRate: rate },
      });
      expect((await readAll(file, 'music.wav')).equals(bursts)).toBe(true);
    }
    expect(describe(bursts)).toMatchObject({ kind: 'WMA Pro', format: { sampleRate: 48_000 } });
  });

  it('leave samples alone', () => {
    const noise = pcmWav(
      100_000,
      (frame, channel) => ((frame * 7_919 + channel * 104_729) & 0xffff) - 0x8000,
    );
    for (const file of [noise, sineWav()])
      expect(describe(file)).toMatchObject({ kind: 'WAV', format: { encoding: 'pcm' } });
    const decoded = execFileSync('ffmpeg', ['-v', 'error', '-f', 'ac3', '-i', '-', '-f', 'wav', '-'], {
      input: ac3,
    });
    expect(describe(decoded)).toMatchObject({ format: { encoding: 'pcm' } });
  });
});

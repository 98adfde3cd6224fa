import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PinwheelError } from '../../../src/contract/errors.ts';
import type { ByteSource } from '../../../src/main/wave/files/byteSource.ts';
import { parseWav } from '../../../src/main/wave/files/wavFile.ts';
import { requires } from '../../support/requirements.ts';
import { fuzz } from '../../support/fuzzing.ts';
import { mutateBytes, mutateChunks, mutated } from '../../support/mutations.ts';

function source(bytes: Uint8Array, length = bytes.length): ByteSource {
  return {
    name: 'test.wav',
    length,
    read(offset, into) {
      const part = bytes.subarray(offset, offset + into.length);
      into.set(part);
      return part.length;
    },
  };
}

const text = (name: string) => [...name].map((letter) => letter.charCodeAt(0));
const u16 = (value: number) => [value & 0xff, (value >> 8) & 0xff];
const u32 = (value: number) => [...u16(value & 0xffff), ...u16(value >>> 16)];
const u64 = (value: number) => [...u32(value % 2 ** 32), ...u32(Math.floor(value / 2 ** 32))];
const chunk = (name: string, body: number[], size = body.length) => [
  ...text(name),
  ...u32(size),
  ...body,
  ...(body.length & 1 ? [0] : []),
];
interface Claims {
  tag?: number;
  channels?: number;
  rate?: number;
  bits?: number;
  align?: number;
}
const fmt = ({ tag = 1, channels = 2, rate = 48_000, bits = 16, align }: Claims = {}) => {
  const frame = align ?? (channels * bits) / 8;
  return chunk('fmt ', [
    ...u16(tag),
    ...u16(channels),
    ...u32(rate),
    ...u32(rate * frame),
    ...u16(frame),
    ...u16(bits),
  ]);
};
const file = (...chunks: number[][]) => {
  const body = chunks.flat();
  return Uint8Array.from([...text('RIFF'), ...u32(body.length + 4), ...text('WAVE'), ...body]);
};
const parse = (bytes: Uint8Array, length?: number) => parseWav(source(bytes, length));
const errorOf = (bytes: Uint8Array): PinwheelError => {
  try {
    parse(bytes);
  } catch (error) {
    if (error instanceof PinwheelError) return error;
    throw error;
  }
  throw new Error('The file was read.');
};

describe('WAV files', () => {
  it('tell format, samples and loop, in whatever order their chunks come', () => {
    const smpl = new Array<number>(60).fill(0);
    smpl.splice(28, 4, ...u32(1));
    smpl.splice(44, 8, ...u32(1), ...u32(2));
    const bytes = file(
      chunk('LIST', [1, 2, 3]),
      chunk('smpl', smpl),
      fmt(),
      chunk('data', [1, 2, 3, 4, 5, 6, 7, 8, 9]),
    );
    expect(parse(bytes)).toEqual({
      format: { encoding: 'integer', containerBytes: 2, validBits: 16 },
      channels: 2,
      sampleRate: 48_000,
      channelMask: 0,
      blockAlign: 4,
      dataOffset: bytes.length - 10,
      frames: 2,
      truncated: false,
      loop: { first: 1, last: 2 },
    });
  });

  it('know floats, odd widths and extensible formats with their mask', () => {
    const formatOf = (...parts: Parameters<typeof fmt>) =>
      parse(file(fmt(...parts), chunk('data', []))).format;
    expect(formatOf({ tag: 3, bits: 32 })).toEqual({ encoding: 'float', containerBytes: 4, validBits: 24 });
    expect(formatOf({ tag: 3, bits: 64 })).toEqual({ encoding: 'float', containerBytes: 8, validBits: 53 });
    expect(formatOf({ bits: 20, align: 6 })).toEqual({
      encoding: 'integer',
      containerBytes: 3,
      validBits: 20,
    });
    const extensible = chunk('fmt ', [
      ...u16(0xfffe),
      ...u16(6),
      ...u32(96_000),
      ...u32(0),
      ...u16(24),
      ...u16(32),
      ...u16(22),
      ...u16(24),
      ...u32(0x3f),
      ...u16(1),
      0,
      0,
      0,
      0,
      0x10,
      0,
      0x80,
      0,
      0,
      0xaa,
      0,
      0x38,
      0x9b,
      0x71,
    ]);
    expect(parse(file(extensible, chunk('data', new Array<number>(48).fill(0))))).toMatchObject({
      format: { containerBytes: 4, validBits: 24 },
      channelMask: 0x3f,
      frames: 2,
    });
  });

  it('that were cut off, or whose size nobody knew, have the frames that are there', () => {
    const cut = file(fmt(), chunk('data', [1, 2, 3, 4, 5], 4_000));
    expect(parse(cut)).toMatchObject({ frames: 1, truncated: true });
    const streamed = file(fmt(), chunk('data', [1, 2, 3, 4], 0xffffffff));
    expect(parse(streamed)).toMatchObject({ frames: 1, truncated: false });
  });

  it('beyond 4 GB keep their size in a chunk of its own, which may lie too', () => {
    const long = (bytes: number) => {
      const made = file(
        chunk('ds64', [...u64(bytes + 72), ...u64(bytes), ...u64(bytes / 4), ...u32(0)]),
        fmt(),
        chunk('data', [], 0xffffffff),
      );
      made.set(text('RF64'));
      return made;
    };
    const real = long(6e9);
    expect(parse(real, real.length + 6e9)).toMatchObject({ frames: 1.5e9, truncated: false });
    expect(parse(long(2 ** 40 * 4))).toMatchObject({ frames: 0, truncated: true });
  });

  it('that are none, or lie about what they hold, are refused with what is wrong and where', () => {
    const data = chunk('data', [0, 0, 0, 0]);
    for (const [bytes, message] of [
      [new Uint8Array(0), 'is no WAV file'],
      [Uint8Array.from(text('RIFFxxxxAVI ')), 'is no WAV file'],
      [file(data), 'has no “fmt ” chunk'],
      [file(fmt()), 'has no “data” chunk'],
      [file(chunk('fmt ', [1, 0]), data), 'needs 16'],
      [file(fmt({ rate: 0 }), data), '0 Hz'],
      [file(fmt({ channels: 1_000, align: 2_000 }), data), '1000 channels'],
      [file(fmt({ channels: 0, align: 0 }), data), '0 channels'],
      [file(fmt({ align: 3 }), data), 'frames of 3 bytes'],
      [file(fmt({ bits: 0, align: 0 }), data), '0 of 0 bits'],
      [file(fmt({ bits: 48 }), data), '48 of 48 bits'],
      [file(fmt({ tag: 3, bits: 16 }), data), '16 of 16 bits'],
    ] as const) {
      const error = errorOf(bytes);
      expect(error.message).toContain(message);
      expect(error).toMatchObject({ code: 'bad-input', subject: 'test.wav' });
      expect(error.advice).toBeTruthy();
    }
    expect(errorOf(file(fmt({ tag: 0x55 }), data))).toMatchObject({ code: 'not-supported', offset: 20 });
  });

  it('of random bytes end in an answer or a clear error', { tags: 'fuzz' }, async () => {
    const good = file(
      fmt(),
      chunk('smpl', new Array<number>(60).fill(1)),
      chunk('data', new Array<number>(40).fill(7)),
    );
    const damaged = mutated((pick) => {
      const bytes = mutateChunks(good, pick);
      return pick(2) === 0 ? bytes : mutateBytes(bytes, pick);
    });
    await fuzz(
      'decoding/wav-chunks',
      fc.property(damaged, (bytes) => {
        try {
          const wav = parse(bytes);
          expect(wav.dataOffset + wav.frames * wav.blockAlign).toBeLessThanOrEqual(bytes.length);
        } catch (error) {
          expect(error).toBeInstanceOf(PinwheelError);
        }
      }),
      { normal: 1_000, fuzz: 200_000 },
    );
  });
});

requires('sox')('WAV files made by sox', () => {
  it.each([
    ['8-bit', ['-b', '8', '-e', 'unsigned-integer'], { containerBytes: 1, validBits: 8 }],
    ['24-bit', ['-b', '24'], { containerBytes: 3, validBits: 24 }],
    ['32-bit float', ['-b', '32', '-e', 'floating-point'], { encoding: 'float', containerBytes: 4 }],
  ])('%s with 6 channels', (_name, options, format) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'pinwheel-wav-'));
    try {
      const name = path.join(folder, 'made.wav');
      execFileSync('sox', ['-n', '-r', '44100', '-c', '6', ...options, name, 'synth', '0.1', 'sine', '440']);
      expect(parse(new Uint8Array(readFileSync(name)))).toMatchObject({
        format,
        channels: 6,
        sampleRate: 44_100,
        frames: 4_410,
        truncated: false,
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

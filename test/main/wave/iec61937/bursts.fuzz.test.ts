import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PinwheelError } from '../../../../src/contract/errors.ts';
import { ac3Frames } from '../../../../src/main/wave/iec61937/ac3Frames.ts';
import { BurstParser } from '../../../../src/main/wave/iec61937/burstParser.ts';
import { BurstWriter } from '../../../../src/main/wave/iec61937/burstWriter.ts';
import { dtsFrames } from '../../../../src/main/wave/iec61937/dtsFrames.ts';
import { FrameScanner } from '../../../../src/main/wave/iec61937/frameScanner.ts';
import { mpegFrames } from '../../../../src/main/wave/iec61937/mpegFrames.ts';
import { byteSource } from '../../../support/audio/byteSource.ts';
import { encodeNoise, wrapByFfmpeg } from '../../../support/audio/codedSound.ts';
import { requires } from '../../../support/requirements.ts';
import { fuzz } from '../../../support/fuzzing.ts';

const READERS = { ac3: ac3Frames, eac3: ac3Frames, dts: dtsFrames, mp2: mpegFrames } as const;
type Codec = keyof typeof READERS;
const CODECS = Object.keys(READERS) as Codec[];
const RATES = { ac3: 192, eac3: 1_536, dts: 768, mp2: 192 } as const;

/** Reads much more often than a linear pass does mean that something goes back again and again. */
function counting(bytes: Uint8Array) {
  const source = byteSource(bytes);
  let read = 0;
  return {
    ...source,
    read(offset: number, into: Uint8Array) {
      const got = source.read(offset, into);
      read += got;
      return got;
    },
    get bytesRead() {
      return read;
    },
  };
}

/** Frames of the source are disjoint, in order and inside it. Answers the length of each. */
function scan(codec: Codec, bytes: Uint8Array): number[] {
  const source = counting(bytes);
  const scanner = new FrameScanner(source, READERS[codec]);
  let end = 0;
  const lengths: number[] = [];
  for (let scanned = scanner.next(); scanned; scanned = scanner.next()) {
    expect(scanned.offset).toBeGreaterThanOrEqual(end);
    expect(scanned.bytes.length).toBe(scanned.frame.length);
    end = scanned.offset + scanned.frame.length;
    lengths.push(scanned.frame.length);
    expect(Buffer.from(scanned.bytes).equals(bytes.subarray(scanned.offset, end))).toBe(true);
  }
  expect(end).toBeLessThanOrEqual(bytes.length);
  expect(source.bytesRead).toBeLessThan(8 * bytes.length + 0x20000);
  return lengths;
}

/** Bursts or a typed error. */
function wrap(codec: Codec, bytes: Uint8Array): void {
  const writer = new BurstWriter(new FrameScanner(byteSource(bytes), READERS[codec]));
  try {
    for (let burst = writer.next(); burst; burst = writer.next()) expect(burst.length % 4).toBe(0);
  } catch (error) {
    expect(error).toBeInstanceOf(PinwheelError);
    expect((error as PinwheelError).code).toBe('not-supported');
  }
}

function parse(bytes: Uint8Array, bigEndian: boolean): number {
  const source = counting(bytes);
  const parser = new BurstParser(source, { bigEndian });
  let end = 0;
  let count = 0;
  for (let burst = parser.next(); burst; burst = parser.next()) {
    expect(burst.offset).toBeGreaterThanOrEqual(end);
    expect(burst.offset + 8 + burst.length).toBeLessThanOrEqual(bytes.length);
    end = burst.offset + burst.period;
    count++;
  }
  expect(source.bytesRead).toBeLessThan(4 * bytes.length + 0x40000);
  return count;
}

type Mutation = { at: number; kind: 'flip' | 'cut' | 'insert' | 'repeat'; size: number; value: number };

function mutate(original: Uint8Array, mutations: readonly Mutation[]): Buffer {
  let bytes = Buffer.from(original);
  for (const { at, kind, size, value } of mutations) {
    const offset = Math.floor(at * bytes.length);
    const [before, after] = [bytes.subarray(0, offset), bytes.subarray(offset)];
    if (kind === 'flip') bytes[offset] = (bytes[offset] ?? 0) ^ value;
    else if (kind === 'cut') bytes = Buffer.concat([before, after.subarray(size)]);
    else if (kind === 'insert') bytes = Buffer.concat([before, Buffer.alloc(size, value), after]);
    else bytes = Buffer.concat([before, after.subarray(0, size), after]);
  }
  return bytes;
}

const mutations = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 0.999, noNaN: true }),
    kind: fc.constantFrom('flip' as const, 'cut' as const, 'insert' as const, 'repeat' as const),
    size: fc.integer({ min: 1, max: 3_000 }),
    value: fc.integer({ min: 1, max: 255 }),
  }),
  { maxLength: 12 },
);
const codec = fc.constantFrom(...CODECS);

/** Bytes among which headers are frequent. */
const headers = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.constantFrom(
        ...[
          [0x0b, 0x77],
          [0x7f, 0xfe, 0x80, 0x01],
          [0xfe, 0x7f, 0x01, 0x80],
          [0xff, 0xfd],
          [0x64, 0x58, 0x20, 0x25],
        ],
        ...[
          [0x1f, 0xff, 0xe8, 0, 7, 0xf0],
          [0x72, 0xf8, 0x1f, 0x4e],
          [0xf8, 0x72, 0x4e, 0x1f],
        ],
        // A long repetition period, claimed again and again.
        Array.from({ length: 100 }, () => [0x72, 0xf8, 0x1f, 0x4e, 22, 0, 8, 0]).flat(),
      ),
    ),
    { maxLength: 200 },
  )
  .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

requires('ffmpeg')('frames and bursts of anybody', () => {
  const frames = Object.fromEntries(
    CODECS.map((name) => [
      name,
      encodeNoise({
        codec: name,
        kbps: RATES[name],
        layout: name === 'eac3' ? '5.1' : 'stereo',
        seconds: 0.4,
      }),
    ]),
  ) as Record<Codec, Buffer>;
  const wrapped = Object.fromEntries(
    CODECS.map((name) => [name, wrapByFfmpeg(name, frames[name])]),
  ) as Record<Codec, Buffer>;

  it('bytes of any kind: typed errors, one pass', { tags: 'fuzz' }, async () => {
    await fuzz(
      'iec61937/bytes',
      fc.property(codec, headers, fc.boolean(), (name, bytes, bigEndian) => {
        scan(name, bytes);
        wrap(name, bytes);
        parse(bytes, bigEndian);
      }),
      { normal: 200, fuzz: 60_000 },
    );
  });

  it('damaged frames: what is whole is found again', { tags: 'fuzz' }, async () => {
    await fuzz(
      'iec61937/damaged-frames',
      fc.property(codec, mutations, (name, damage) => {
        const bytes = mutate(frames[name], damage);
        const found = scan(name, bytes).reduce((sum, length) => sum + length, 0);
        wrap(name, bytes);
        // Each mutation costs what it cuts out, the frames it meets and their neighbours.
        const longest = Math.max(...scan(name, frames[name]));
        const lost = damage.reduce(
          (sum, { kind, size }) => sum + 4 * longest + (kind === 'cut' ? size : 0),
          0,
        );
        expect(found).toBeGreaterThanOrEqual(frames[name].length - lost);
      }),
      { normal: 200, fuzz: 20_000 },
    );
  });

  it('damaged bursts: the parser gets into sync again', { tags: 'fuzz' }, async () => {
    await fuzz(
      'iec61937/damaged-bursts',
      fc.property(codec, mutations, (name, damage) => {
        const found = parse(mutate(wrapped[name], damage), false);
        const whole = parse(wrapped[name], false);
        if (damage.length === 0) expect(found).toBeGreaterThan(3);
        // Bursts that a mutation moved to odd bytes are no words any more.
        if (damage.every(({ kind, size }) => kind === 'flip' || size % 2 === 0)) {
          expect(found).toBeGreaterThanOrEqual(whole - 4 * damage.length);
        }
      }),
      { normal: 200, fuzz: 20_000 },
    );
  });
});

import { expect, it } from 'vitest';
import { ac3Frames } from '../../../../src/main/wave/iec61937/ac3Frames.ts';
import { BurstParser } from '../../../../src/main/wave/iec61937/burstParser.ts';
import { BurstWriter, burstLayout } from '../../../../src/main/wave/iec61937/burstWriter.ts';
import type { FrameReader } from '../../../../src/main/wave/iec61937/codedFrame.ts';
import { dtsFrames } from '../../../../src/main/wave/iec61937/dtsFrames.ts';
import { FrameScanner } from '../../../../src/main/wave/iec61937/frameScanner.ts';
import { mpegFrames } from '../../../../src/main/wave/iec61937/mpegFrames.ts';
import { byteSource } from '../../../support/audio/byteSource.ts';
import { encodeNoise, wrapByFfmpeg, type Encoding } from '../../../support/audio/codedSound.ts';
import { requires } from '../../../support/requirements.ts';

const READERS: Readonly<Record<Encoding['codec'], FrameReader>> = {
  ac3: ac3Frames,
  eac3: ac3Frames,
  dts: dtsFrames,
  mp2: mpegFrames,
};

/** All bursts, and what was skipped. */
function wrap(codec: Encoding['codec'], frames: Uint8Array): { bytes: Buffer; skipped: number } {
  const scanner = new FrameScanner(byteSource(frames), READERS[codec]);
  const writer = new BurstWriter(scanner);
  const bursts: Buffer[] = [];
  for (let burst = writer.next(); burst; burst = writer.next()) bursts.push(Buffer.from(burst));
  return { bytes: Buffer.concat(bursts), skipped: scanner.skipped };
}

const ENCODINGS: Encoding[] = [
  { codec: 'ac3', kbps: 32, layout: 'mono' },
  { codec: 'ac3', kbps: 192 },
  { codec: 'ac3', kbps: 448, layout: '5.1' },
  { codec: 'ac3', kbps: 640, layout: '5.1', rate: 32_000 },
  { codec: 'ac3', kbps: 96, layout: '2.1', rate: 44_100 },
  { codec: 'ac3', kbps: 384, layout: 'quad', rate: 44_100 },
  { codec: 'eac3', kbps: 64, layout: 'mono' },
  { codec: 'eac3', kbps: 192 },
  { codec: 'eac3', kbps: 768, layout: '5.1' },
  { codec: 'eac3', kbps: 192, rate: 44_100 },
  { codec: 'eac3', kbps: 96, rate: 32_000 },
  // Frames of fewer than six blocks.
  { codec: 'eac3', kbps: 1_536, layout: '5.1' },
  { codec: 'eac3', kbps: 2_560, layout: '5.1' },
  { codec: 'eac3', kbps: 6_000, layout: '5.1' },
  { codec: 'dts', kbps: 768 },
  { codec: 'dts', kbps: 1_411, layout: '5.1(side)' },
  { codec: 'dts', kbps: 768, rate: 44_100, layout: 'mono' },
  { codec: 'dts', kbps: 1_024, rate: 32_000, layout: 'quad(side)' },
  { codec: 'mp2', kbps: 192 },
  { codec: 'mp2', kbps: 384, rate: 44_100 },
  { codec: 'mp2', kbps: 64, rate: 32_000, layout: 'mono' },
  { codec: 'mp2', kbps: 64, rate: 24_000 },
  { codec: 'mp2', kbps: 32, rate: 22_050, layout: 'mono' },
];

/** The frames one by one. */
function split(codec: Encoding['codec'], bytes: Uint8Array): Buffer[] {
  const scanner = new FrameScanner(byteSource(bytes), READERS[codec]);
  const frames: Buffer[] = [];
  for (let scanned = scanner.next(); scanned; scanned = scanner.next())
    frames.push(Buffer.from(scanned.bytes));
  return frames;
}

/** 14 bits of each 16, the sign repeated above them, as on DTS discs. */
function in14Bits(frame: Uint8Array): Buffer {
  const bits = [...frame].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const words = Array.from({ length: Math.ceil(bits.length / 14) }, (_, index) =>
    parseInt(bits.slice(14 * index, 14 * index + 14).padEnd(14, '0'), 2),
  );
  const stored = Buffer.alloc(2 * words.length);
  words.forEach((word, index) => stored.writeUInt16BE(word & 0x2000 ? word | 0xc000 : word, 2 * index));
  return stored;
}

/** `count` blocks in the header instead of its own. */
function withBlocks(frame: Buffer, count: number): Buffer {
  const changed = Buffer.from(frame);
  changed.writeUInt16BE((frame.readUInt16BE(4) & ~0x01fc) | ((count - 1) << 2), 4);
  return changed;
}

requires('ffmpeg')('bursts', () => {
  it.each(ENCODINGS)(
    '$codec at $kbps kbit/s, $rate Hz, $layout: those of ffmpeg, byte for byte',
    (encoding) => {
      const { codec } = encoding;
      const frames = encodeNoise(encoding);
      const wrapped = wrapByFfmpeg(codec, frames);
      const { bytes, skipped } = wrap(codec, frames);
      expect(wrapped.length).toBeGreaterThan(30_000);
      expect(bytes.length).toBe(wrapped.length);
      expect(bytes.equals(wrapped)).toBe(true);
      expect(skipped).toBe(0);
    },
  );

  it('of DTS, however its words are stored, and of all three types', () => {
    const frames = split('dts', encodeNoise({ codec: 'dts', kbps: 512 }));
    const stored = [
      Buffer.concat(frames).swap16(),
      Buffer.concat(frames.map(in14Bits)),
      Buffer.concat(frames.map(in14Bits)).swap16(),
      Buffer.concat(frames.map((frame) => withBlocks(frame, 32))),
      Buffer.concat(frames.map((frame) => withBlocks(frame, 64))),
    ];
    for (const dts of stored) expect(wrap('dts', dts).bytes.equals(wrapByFfmpeg('dts', dts))).toBe(true);
    expect(() => wrap('dts', Buffer.concat(frames.map((frame) => withBlocks(frame, 8))))).toThrow(
      expect.objectContaining({ code: 'not-supported', offset: 0 }),
    );
  });

  it('of DTS frames that fill them have no preamble', () => {
    const frames = split('dts', encodeNoise({ codec: 'dts', kbps: 1_411, rate: 44_100 }));
    // Stored in 14 bits of each word they are as long as 512 samples of a CD.
    const disc = frames.map((frame) => {
      const padded = Buffer.alloc(1_792);
      frame.copy(padded, 0, 0, padded.length);
      padded.writeUIntBE((frame.readUIntBE(5, 3) & ~0x03fff0) | ((padded.length - 1) << 4), 5, 3);
      return in14Bits(padded);
    });
    const { bytes } = wrap('dts', Buffer.concat(disc));
    expect(bytes.length).toBe(disc.length * 2_048);
    expect(bytes.swap16().equals(Buffer.concat(disc))).toBe(true);
  });

  it('leave out what DTS-HD adds to a core', () => {
    const frames = split('dts', encodeNoise({ codec: 'dts', kbps: 768 }));
    const extension = (length: number) => {
      const bytes = Buffer.alloc(length, 0xa5);
      // Header size 8 bits, frame size 16 bits.
      bytes.set([0x64, 0x58, 0x20, 0x25, 0, 0x00 | (20 >> 3), ((20 & 7) << 5) | ((length - 1) >> 11)]);
      bytes.writeUInt16BE((((length - 1) << 5) & 0xffff) | 0x1f, 7);
      return bytes;
    };
    const hd = Buffer.concat(frames.flatMap((frame, index) => [frame, extension(200 + 100 * index)]));
    const { bytes, skipped } = wrap('dts', hd);
    expect(bytes.equals(wrap('dts', Buffer.concat(frames)).bytes)).toBe(true);
    expect(skipped).toBe(0);
  });

  it('go on after damage, and leave out what was cut off', () => {
    const frames = split('ac3', encodeNoise({ codec: 'ac3', kbps: 192 }));
    const noise = Buffer.from(Array.from({ length: 999 }, (_, index) => (index * 197) & 0xff));
    const damaged = Buffer.concat([
      noise,
      ...frames.slice(0, 4),
      // A header that stands alone is chance, and so is half a frame.
      Buffer.from([0x0b, 0x77, 0, 0, 0x1e, 0x40, 1, 2, 3]),
      frames[4]!.subarray(0, 100),
      ...frames.slice(5),
      frames[0]!.subarray(0, 500),
    ]);
    const { bytes, skipped } = wrap('ac3', damaged);
    const kept = [...frames.slice(0, 4), ...frames.slice(5)];
    expect(bytes.equals(wrapByFfmpeg('ac3', Buffer.concat(kept)))).toBe(true);
    expect(skipped).toBe(noise.length + 9 + 100 + 500);
  });

  it('of E-AC-3 begin with substream 0 and hold six blocks of it, with all that belongs to them', () => {
    const frames = split('eac3', encodeNoise({ codec: 'eac3', kbps: 2_560, layout: '5.1', seconds: 0.3 }));
    const dependent = Buffer.from(frames[0]!);
    dependent[2] = (dependent[2]! & 0x3f) | 0x40;
    // Begins in the middle of a period; the dependent substream of every frame follows it.
    const stream = Buffer.concat(frames.flatMap((frame) => [frame, dependent]).slice(1));
    const burst = new BurstWriter(new FrameScanner(byteSource(stream), ac3Frames)).next()!;
    // Two blocks in each.
    const period = frames.slice(1, 4).reduce((sum, { length }) => sum + length + dependent.length, 0);
    expect(Buffer.from(burst).readUInt16LE(6)).toBe(period);
    expect(Buffer.from(burst.subarray(8, 12)).swap16().readUInt16BE(0)).toBe(0x0b77);
  });

  it('say when a bit rate is too high for them', () => {
    const frames = split('eac3', encodeNoise({ codec: 'eac3', kbps: 6_000, layout: '5.1', seconds: 0.3 }));
    const twice = Buffer.concat(
      frames.flatMap((frame) => {
        const dependent = Buffer.from(frame);
        dependent[2] = (dependent[2]! & 0x3f) | 0x40;
        return [frame, dependent];
      }),
    );
    expect(() => wrap('eac3', twice)).toThrow(
      expect.objectContaining({
        code: 'not-supported',
        message: expect.stringContaining('bit rate') as string,
      }),
    );
  });

  it('travel at the rate of their codec', () => {
    const layoutOf = (encoding: Encoding) => {
      const frames = byteSource(encodeNoise(encoding));
      return burstLayout(new FrameScanner(frames, READERS[encoding.codec]).next()!.frame);
    };
    expect(layoutOf({ codec: 'ac3', kbps: 192, rate: 44_100 })).toEqual({
      carrierRate: 44_100,
      period: 6_144,
    });
    expect(layoutOf({ codec: 'eac3', kbps: 192 })).toEqual({ carrierRate: 192_000, period: 24_576 });
    expect(layoutOf({ codec: 'dts', kbps: 768 })).toEqual({ carrierRate: 48_000, period: 2_048 });
    expect(layoutOf({ codec: 'mp2', kbps: 192 })).toEqual({ carrierRate: 48_000, period: 4_608 });
    expect(layoutOf({ codec: 'mp2', kbps: 64, rate: 24_000 })).toEqual({
      carrierRate: 48_000,
      period: 9_216,
    });
  });
});

requires('ffmpeg')('the parser of bursts', () => {
  const parse = (bytes: Uint8Array, options: ConstructorParameters<typeof BurstParser>[1] = {}) => {
    const parser = new BurstParser(byteSource(bytes), options);
    const bursts = [];
    const payloads = [];
    for (let burst = parser.next(); burst; burst = parser.next()) {
      bursts.push(burst);
      payloads.push(parser.readPayload(burst));
    }
    return { bursts, payload: Buffer.concat(payloads), skipped: parser.skipped };
  };

  it.each([
    { codec: 'ac3', kbps: 192, dataType: 1 },
    { codec: 'eac3', kbps: 1_536, dataType: 21 },
    { codec: 'dts', kbps: 768, dataType: 11 },
    { codec: 'mp2', kbps: 192, dataType: 5 },
  ] as const)('gives back what went into those of ffmpeg: $codec', ({ codec, kbps, dataType }) => {
    const frames = encodeNoise({ codec, kbps, layout: codec === 'eac3' ? '5.1' : 'stereo' });
    const { bursts, payload, skipped } = parse(wrapByFfmpeg(codec, frames));
    expect(bursts.every((burst) => burst.dataType === dataType)).toBe(true);
    expect(skipped).toBe(0);
    // An E-AC-3 burst that is not full at the end is not sent.
    expect(payload.equals(frames.subarray(0, payload.length))).toBe(true);
    expect(payload.length).toBeGreaterThan(0.9 * frames.length);
    const other = parse(wrapByFfmpeg(codec, frames, { bigEndian: true }), { bigEndian: true });
    expect(other.payload.equals(payload)).toBe(true);
  });

  it('gets into sync, passes over damage and pauses, and rejects what is no burst', () => {
    const frames = encodeNoise({ codec: 'ac3', kbps: 192 });
    const wrapped = wrapByFfmpeg('ac3', frames);
    const burst = (index: number) => wrapped.subarray(6_144 * index, 6_144 * (index + 1));
    const preamble = (pc: number, pd: number) => {
      const bytes = Buffer.alloc(8);
      [0xf872, 0x4e1f, pc, pd].forEach((word, index) => bytes.writeUInt16LE(word, 2 * index));
      return bytes;
    };
    const pause = Buffer.concat([preamble(3, 32), Buffer.alloc(24)]);
    const stream = Buffer.concat([
      Buffer.alloc(1_000, 0x11),
      burst(0),
      burst(1),
      pause,
      burst(2),
      burst(3),
      // Too long, reserved, empty, alone.
      preamble(1, 0xffff),
      preamble(31, 64),
      preamble(1, 0),
      preamble(1, 64),
      burst(4),
      burst(5).subarray(0, 2_000),
    ]);
    const { bursts, skipped } = parse(stream);
    expect(bursts.map(({ offset }) => offset)).toEqual([
      1_000,
      1_000 + 6_144,
      1_000 + 2 * 6_144 + 32,
      1_000 + 3 * 6_144 + 32,
      1_000 + 4 * 6_144 + 64,
      1_000 + 5 * 6_144 + 64,
    ]);
    expect(skipped).toBe(1_000 + 32 + 32);
  });

  it('knows the repetition periods of all types', () => {
    const period = (pc: number) => {
      const bytes = Buffer.alloc(200_000);
      bytes.writeUInt16LE(0xf872, 0);
      bytes.writeUInt16LE(0x4e1f, 2);
      bytes.writeUInt16LE(pc, 4);
      bytes.writeUInt16LE(64, 6);
      bytes.copy(bytes, 0);
      return new BurstParser(byteSource(bytes), { end: 100 }).next()?.period;
    };
    const wmaPro = [0x12, 0x32, 0x52, 0x72].map(period);
    expect(wmaPro).toEqual([8_192, 8_192, 4_096, 2_048]);
    expect([4, 6, 7, 8, 9, 10, 14, 15, 16, 17, 19, 22].map(period)).toEqual([
      1_536, 4_608, 4_096, 3_072, 9_216, 4_608, 2_048, 4_096, 8_192, 2_048, 8_192, 61_440,
    ]);
    expect([0, 2, 3, 20, 23, 31].map(period)).toEqual(Array(6).fill(undefined));
  });
});

/** The sample headers of a SoundFont and the data they name: 16-bit, 24-bit, or Vorbis streams (.sf3). */
import type { Sample } from '../model.ts';
import type { Chunk, RiffFile } from '../riff.ts';
import { int16View } from '../sampleData.ts';
import { readOggVorbis } from '../vorbis.ts';
import { recordAt, type Table } from './tables.ts';

export interface SampleHeader {
  readonly sample: Sample;
  /** Byte offset of the record in the file. */
  readonly offset: number;
  /** Relative to the sample's first frame; equal when there is no loop. */
  readonly loopStart: number;
  readonly loopEnd: number;
  readonly rootKey: number;
  /** Cents. */
  readonly correction: number;
  /** Index of the header of the other channel; -1 for none. */
  readonly linked: number;
  /** The data are in the ROM of a sound card. */
  readonly isRom: boolean;
}

/** SFSampleLink. SoundFont 2.04 7.10; 0x10 is the mark of Vorbis samples. */
const STEREO_TYPES = 0x000e;
const VORBIS = 0x0010;
const ROM = 0x8000;
/** What is impractical is brought to the next practical rate. SoundFont 2.04 7.10. */
const SLOWEST_RATE = 400;
const FASTEST_RATE = 384_000;
/** Samples of unknown pitch, and invalid ones, have this root key. */
const UNPITCHED_KEY = 60;

/** Frames of all Vorbis samples together, for each byte of the file. Real banks have 3 to 6. */
const MOST_FRAMES_PER_BYTE = 24;
/** A stream of short blocks only has 16 times as much room in its packets as it needs. */
const MOST_WASTE = 32;
const SMALL_STREAM = 0x40000;

/** 16-bit data of the `smpl` chunk, or floats where `sm24` completes them to 24 bits. */
type Pool = Int16Array | Float32Array;

/** The records of `shdr` in order, with their samples; yields how much of it is done, 0 to 1. */
export function* readSampleHeaders(
  file: RiffFile,
  table: Table,
  smpl: Chunk | undefined,
  sm24: Chunk | undefined,
): Generator<number, SampleHeader[], void> {
  const pool = yield* readPool(file, smpl, sm24);
  const headers: SampleHeader[] = [];
  const budget = { frames: file.bytes.length * MOST_FRAMES_PER_BYTE + SMALL_STREAM };
  for (let index = 0; index < table.count; index++) {
    headers.push(readHeader(file, table, index, smpl, pool, budget));
    if (index % 256 === 0) yield index / table.count;
  }
  return headers;
}

function readHeader(
  file: RiffFile,
  table: Table,
  index: number,
  smpl: Chunk | undefined,
  pool: Pool,
  budget: { frames: number },
): SampleHeader {
  const at = recordAt(table, index);
  const type = file.u16(at + 44);
  const start = file.u32(at + 20);
  const end = file.u32(at + 24);
  const isVorbis = (type & VORBIS) !== 0;
  const name = file.text(at, at + 20);
  const rate = Math.min(FASTEST_RATE, Math.max(SLOWEST_RATE, file.u32(at + 36)));
  const isRom = (type & ROM) !== 0;
  let sample: Sample;
  if (isRom || smpl === undefined) {
    sample = { name, rate, frames: 0, data: undefined, compressed: undefined };
  } else if (isVorbis) {
    sample = readCompressed(file, table.chunk, at, { name, rate, smpl, start, end }, budget);
  } else {
    const data = pool.subarray(Math.min(start, end), end);
    sample = { name, rate, frames: data.length, data, compressed: undefined };
  }
  // Loop points of Vorbis samples count from the sample's own start already.
  const base = isVorbis ? 0 : start;
  const key = file.u8(at + 40);
  return {
    sample,
    offset: at,
    loopStart: file.u32(at + 28) - base,
    loopEnd: Math.min(file.u32(at + 32) - base, sample.frames),
    rootKey: key > 127 ? UNPITCHED_KEY : key,
    correction: (file.u8(at + 41) << 24) >> 24,
    linked: (type & STEREO_TYPES) === 0 ? -1 : file.u16(at + 42),
    isRom,
  };
}

interface CompressedSample {
  readonly name: string;
  readonly rate: number;
  readonly smpl: Chunk;
  /** Bytes from the start of the smpl chunk's data. */
  readonly start: number;
  readonly end: number;
}

function readCompressed(
  file: RiffFile,
  table: Chunk,
  at: number,
  header: CompressedSample,
  budget: { frames: number },
): Sample {
  const { smpl, start, end, name } = header;
  if (start > end || smpl.start + end > smpl.end) {
    const room = smpl.end - smpl.start;
    throw file.error(table, at, `puts sample “${name}” at bytes ${start} to ${end} of ${room}`);
  }
  const compressed = file.bytes.subarray(smpl.start + start, smpl.start + end);
  if (compressed.length === 0)
    return { name, rate: header.rate, frames: 0, data: undefined, compressed: undefined };
  const stream = readOggVorbis(compressed);
  const offset = smpl.start + start;
  if (stream === undefined) {
    throw file.error(smpl, offset, `should hold the Vorbis stream of sample “${name}”`);
  }
  if (stream.mostFrames > stream.frames * MOST_WASTE + SMALL_STREAM) {
    const message = `has packets for ${stream.mostFrames} frames of sample “${name}” and calls it ${stream.frames}`;
    throw file.error(smpl, offset, message);
  }
  budget.frames -= stream.frames;
  if (budget.frames < 0) {
    throw file.error(smpl, offset, 'holds more sound than can be packed into a file of this size');
  }
  return { name, rate: header.rate, frames: stream.frames, data: undefined, compressed };
}

function* readPool(
  file: RiffFile,
  smpl: Chunk | undefined,
  sm24: Chunk | undefined,
): Generator<number, Pool, void> {
  if (smpl === undefined) return new Int16Array(0);
  const frames = Math.floor((smpl.end - smpl.start) / 2);
  const high = int16View(file.bytes, smpl.start, frames);
  // The chunk is ignored unless it has exactly one byte per frame, rounded up to even. SoundFont 2.04 6.2.
  if (sm24 === undefined || sm24.end - sm24.start !== frames + (frames % 2)) return high;
  const pool = new Float32Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    pool[frame] = (high[frame]! * 256 + file.bytes[sm24.start + frame]!) / 0x800000;
    if (frame % 0x100000 === 0) yield frame / frames;
  }
  return pool;
}

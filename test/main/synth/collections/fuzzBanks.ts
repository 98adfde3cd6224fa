/**
 * Reads mutated banks. An error that is not typed, a case that takes too long or too much memory, and running out of
 * memory end it.
 */
import { PinwheelError } from '../../../../src/contract/errors.ts';
import { readCollection } from '../../../../src/main/synth/collections/readCollection.ts';
import { SFGenerator } from '../../../../src/main/synth/collections/soundFont/generators.ts';
import { createVorbisDecoder, decodeSample } from '../../../../src/main/synth/collections/vorbis.ts';
import { chunkOf, listOf } from '../../../../src/main/synth/collections/riffWriter.ts';
import { heldBytes } from '../../../support/garbage.ts';
import { mutateChunks, type Pick } from '../../../support/mutations.ts';
import { measuresPeakMemory, peakMemory } from '../../../support/peakMemory.ts';
import { processorTime } from '../../../support/processorTime.ts';
import {
  makeArticulation,
  makeDls,
  makeSoundFont,
  makeWave,
  range,
  regionHeader,
  waveLink,
  waveSample,
  type ZoneEntry,
} from './support.ts';

/** Time limit: 50 ms per 100 kB, and never less than for 100 kB. */
const MILLISECONDS_PER_BYTE = 50 / 100_000;
const SMALLEST = 100_000;
type VorbisDecoder = Awaited<ReturnType<typeof createVorbisDecoder>>;

/** A case over a limit is tried again: the compiler and other cases' garbage may have counted. */
const ATTEMPTS = 5;
/** Memory limit: 32 MB and eight times the file, 60 times for one with Vorbis samples. */
const FIXED_BYTES = 32 * 1024 * 1024;
const PER_BYTE = 8;
const COMPRESSED_PER_BYTE = 60;

const { instrument, sampleID, keyRange, velRange, sampleModes, pan, initialFilterFc } = SFGenerator;

function soundFont(vorbis?: Uint8Array): Uint8Array {
  const zones = Array.from({ length: 12 }, (_, index): ZoneEntry => ({
    generators: [
      [keyRange, range(index * 10, index * 10 + 9)],
      [velRange, range(0, 127)],
      [pan, index * 20],
      [sampleModes, 1],
      [sampleID, index % 4],
    ],
    modulators: [
      [0x0081, initialFilterFc, -1200, 0, 0],
      [0x007f, pan, 100, 0, 0],
      [0x0082, 0x8001, 64, 0, 0],
    ],
  }));
  const data = Uint8Array.from({ length: 4000 }, (_, index) => index * 13);
  const samples = vorbis
    ? Array.from({ length: 4 }, () => ({
        start: 0,
        end: vorbis.length,
        loopStart: 9,
        loopEnd: 99,
        type: 0x11,
      }))
    : Array.from({ length: 4 }, (_, index) => ({
        start: index * 500,
        end: index * 500 + 400,
        link: index ^ 1,
        type: index % 2 === 0 ? 4 : 2,
      }));
  return makeSoundFont({
    presets: Array.from({ length: 10 }, (_, program) => ({
      program,
      zones: [{ generators: [[pan, 3]] }, { generators: [[instrument, program % 3]] }],
    })),
    instruments: [{ zones: [{ generators: [[pan, 1]] }, ...zones] }, { zones }, { zones: zones.slice(3) }],
    samples,
    smpl: vorbis ?? data,
    ...(vorbis ? {} : { sm24: data.subarray(0, 2000) }),
  });
}

function dls(): Uint8Array {
  const blocks = Array.from(
    { length: 12 },
    (_, index) => [index % 10, index % 3, 0x200 + index, index << 9, index << 20] as const,
  );
  return makeDls({
    regions: Array.from({ length: 8 }, (_, index) => [
      regionHeader({ keys: [index * 10, index * 10 + 9], group: index % 3 }),
      waveSample(60, index, index << 16, [index % 2, 10, 100]),
      waveLink(index % 3, index % 4, index >> 1, 1 + (index % 2)),
      ...(index % 2 === 0 ? [makeArticulation('lar2', blocks)] : []),
    ]),
    extra: [makeArticulation('lart', blocks)],
    waves: [
      makeWave(new Uint8Array(900)),
      makeWave(new Uint8Array(901), { bits: 8, extra: [waveSample(60, 0, 0, [0, 1, 2])] }),
      makeWave(new Uint8Array(600)),
    ],
  });
}

/** Numbers at which readers tend to break. */
const EDGES = [
  0, 1, 2, 3, 7, 8, 0x7f, 0x80, 0xff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff,
];

/** Byte offset of a mutation. What is not samples is at the ends of a file: so are most of them in big ones. */
function place(length: number, random: Pick): number {
  const end = Math.min(length, 4096 + Math.ceil(length / 16));
  switch (random(3)) {
    case 0:
      return random(end);
    case 1:
      return length - end + random(end);
    default:
      return random(length);
  }
}

function mutate(original: Uint8Array, random: Pick): Uint8Array {
  let bytes = original.slice();
  for (let count = 1 + random(6); count > 0 && bytes.length > 16; count--) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const at = place(bytes.length - 4, random);
    switch (random(8)) {
      case 0:
        bytes[at] = random(256);
        break;
      case 1:
        bytes[at]! ^= 1 << random(8);
        break;
      case 2:
        view.setUint16(at & ~1, EDGES[random(EDGES.length)]! & 0xffff, true);
        break;
      case 3:
        view.setUint32(at & ~1, EDGES[random(EDGES.length)]!, true);
        break;
      case 4:
        view.setUint32(at & ~1, random(bytes.length * 2), true);
        break;
      case 5:
        bytes = bytes.slice(0, at);
        break;
      case 6: {
        // A piece of the file a second time, over another place.
        const length = 1 + random(Math.min(200, bytes.length - at));
        bytes.set(bytes.subarray(at, at + length), random(bytes.length - length));
        break;
      }
      default: {
        // A piece of the file out of it.
        const length = 1 + random(Math.min(64, bytes.length - at - 1));
        const rest = new Uint8Array(bytes.length - length);
        rest.set(bytes.subarray(0, at));
        rest.set(bytes.subarray(at + length), at);
        bytes = rest;
      }
    }
  }
  return bytes;
}

interface Result {
  readonly outcome: 'read' | 'refused';
  /** Of the longest step: reading, and decoding one sample. */
  readonly milliseconds: number;
  /** Most bytes that the files of this kind may take. */
  readonly mostBytes: number;
}

/** Reads one file and decodes its samples, each of which is a step of its own. */
function read(bytes: Uint8Array, decoder: VorbisDecoder): Result {
  let start = processorTime();
  let milliseconds = 0;
  let mostBytes = FIXED_BYTES + PER_BYTE * bytes.length;
  const lap = (): void => {
    milliseconds = Math.max(milliseconds, processorTime() - start);
    start = processorTime();
  };
  try {
    const collection = readCollection('fuzz', bytes);
    lap();
    if (collection.format === 'sf3') mostBytes = FIXED_BYTES + COMPRESSED_PER_BYTE * bytes.length;
    const decoded: unknown[] = [];
    for (const sample of collection.samples) {
      // All of them are held until the last one is there, as a loader does.
      decoded.push(decodeSample(decoder, sample));
      lap();
    }
    return { outcome: 'read', milliseconds, mostBytes };
  } catch (error) {
    lap();
    if (!(error instanceof PinwheelError)) throw error;
    if (error.code !== 'bad-input' || error.subject !== 'fuzz') throw error;
    const { offset } = error;
    if (offset === undefined || offset < 0 || offset > bytes.length) throw error;
    return { outcome: 'refused', milliseconds, mostBytes };
  }
}

/** As `read`, with the bytes it took at its peak. */
function measured(bytes: Uint8Array, decoder: VorbisDecoder): Result & { readonly peakBytes: number } {
  let result: Result | undefined;
  const work = (): void => void (result = read(bytes, decoder));
  const peakBytes = measuresPeakMemory ? peakMemory(work) : (work(), 0);
  return { ...result!, peakBytes };
}

export interface BanksOptions {
  readonly cases: number;
  readonly seed: number;
  /** Of a sample of a SoundFont with compressed ones. */
  readonly vorbis: Uint8Array;
  /** Banks to mutate in place of small ones that are made here. */
  readonly banks: readonly Uint8Array[];
  /** Banks that are read first, as they are. */
  readonly kept: readonly Uint8Array[];
}

export interface BanksSummary {
  readonly read: number;
  readonly refused: number;
  /** The slowest case over its time limit, and the largest over its memory limit. */
  readonly slowest: number;
  readonly largest: number;
  /** Bytes held at the end that were not after the first cases. */
  readonly growth: number;
}

/** Half of the small banks, whose structure can be taken apart at no cost, keep their sizes right. */
function mutatedBank(original: Uint8Array, random: Pick): Uint8Array {
  if (original.length > SMALLEST || random(2) === 0) return mutate(original, random);
  const bytes = mutateChunks(original, random);
  return random(3) === 0 && bytes.length > 16 ? mutate(bytes, random) : bytes;
}

const WARM_UP_CASES = 200;

export async function fuzzBanks({ cases, seed, vorbis, banks, kept }: BanksOptions): Promise<BanksSummary> {
  const decoder = await createVorbisDecoder();
  let state = seed;
  const random: Pick = (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const seeds: readonly Uint8Array[] =
    banks.length > 0
      ? banks
      : [
          soundFont(),
          soundFont(vorbis),
          dls(),
          listOf('RIFF', 'RMID', chunkOf('data', new Uint8Array(40)), dls()),
        ];

  const counts = { read: 0, refused: 0 };
  let slowest = 0;
  let largest = 0;
  let before = 0;
  for (let index = 0; index < cases; index++) {
    if (index === WARM_UP_CASES) before = await heldBytes();
    const bytes = kept[index] ?? mutatedBank(seeds[index % seeds.length]!, random);
    const limit = Math.max(bytes.length, SMALLEST) * MILLISECONDS_PER_BYTE;
    try {
      const { outcome, mostBytes, ...first } = measured(bytes, decoder);
      let { milliseconds, peakBytes } = first;
      counts[outcome]++;
      const isOver = (): boolean => milliseconds > limit || peakBytes > mostBytes;
      for (let attempt = 1; isOver() && attempt < ATTEMPTS; attempt++) {
        const again = measured(bytes, decoder);
        milliseconds = Math.min(milliseconds, again.milliseconds);
        peakBytes = Math.min(peakBytes, again.peakBytes);
      }
      if (milliseconds > limit) throw new Error(`${milliseconds} ms for ${bytes.length} bytes`);
      if (peakBytes > mostBytes) throw new Error(`${peakBytes} bytes of memory for ${bytes.length}`);
      slowest = Math.max(slowest, milliseconds / limit);
      largest = Math.max(largest, peakBytes / mostBytes);
    } catch (error) {
      // The file is all that is needed to see it again; a big one by its mutations, which the seed repeats.
      const file = bytes.length > SMALLEST ? '' : JSON.stringify(Buffer.from(bytes).toString('base64'));
      process.stderr.write(
        `Case ${index} of seed ${seed}. To keep it, put it into test/fixtures/fuzz/collections/banks.json:\n` +
          `{ "bug": "What was wrong.", "input": { "$bytes": ${file} } }\n`,
      );
      throw error;
    }
  }
  const growth = cases > WARM_UP_CASES ? (await heldBytes()) - before : 0;
  return { ...counts, slowest: share(slowest), largest: share(largest), growth };
}

const share = (value: number): number => Math.round(value * 1000) / 1000;

/**
 * Reads mutated banks in a process of its own, whose heap is as small as the files allow, and prints a summary as
 * JSON: `fuzzProgram.ts CASES SEED VORBIS_FILE`. An error that is not typed, and running out of memory, end it.
 */
import fs from 'node:fs';
import { PinwheelError } from '../../../../src/contract/errors.ts';
import type { Collection } from '../../../../src/main/synth/collections/model.ts';
import { readCollection } from '../../../../src/main/synth/collections/readCollection.ts';
import { SFGenerator } from '../../../../src/main/synth/collections/soundFont/generators.ts';
import { createVorbisDecoder, decodeSample } from '../../../../src/main/synth/collections/vorbis.ts';
import { chunkOf, listOf } from '../../../../src/main/synth/collections/riffWriter.ts';
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
/** A case that was slow is tried again: the machine may have been busy. */
const ATTEMPTS = 5;
const FIXED_BYTES = 32 * 1024 * 1024;

const [cases = 100, seed = 1] = process.argv.slice(2, 4).map(Number);
const vorbis = new Uint8Array(fs.readFileSync(process.argv[4]!));
const decoder = await createVorbisDecoder();

let state = seed;
/** 0 to `below` - 1. */
function random(below: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

const { instrument, sampleID, keyRange, velRange, sampleModes, pan, initialFilterFc } = SFGenerator;

function soundFont(compressed: boolean): Uint8Array {
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
  const samples = compressed
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
    smpl: compressed ? vorbis : data,
    ...(compressed ? {} : { sm24: data.subarray(0, 2000) }),
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

const seeds: readonly Uint8Array[] = [
  soundFont(false),
  soundFont(true),
  dls(),
  listOf('RIFF', 'RMID', chunkOf('data', new Uint8Array(40)), dls()),
];

/** Numbers at which readers tend to break. */
const EDGES = [
  0, 1, 2, 3, 7, 8, 0x7f, 0x80, 0xff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff,
];

function mutate(original: Uint8Array): Uint8Array {
  let bytes = original.slice();
  for (let count = 1 + random(6); count > 0 && bytes.length > 16; count--) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const at = random(bytes.length - 4);
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

/** Bytes outside of the heap that a collection holds on to, besides the file itself. */
function heldBytes(collection: Collection, file: Uint8Array): number {
  const buffers = new Set<ArrayBufferLike>();
  for (const { data } of collection.samples) if (data !== undefined) buffers.add(data.buffer);
  for (const { regions } of collection.instruments) {
    for (const region of regions) buffers.add(region.articulation.parameters.buffer);
  }
  buffers.delete(file.buffer);
  let bytes = 0;
  for (const buffer of buffers) bytes += buffer.byteLength;
  return bytes;
}

/** Reads one file and decodes its samples, each of which is a step of its own; the longest step in milliseconds. */
function read(bytes: Uint8Array): { milliseconds: number; code: string } {
  let start = performance.now();
  let longest = 0;
  const lap = (): void => {
    longest = Math.max(longest, performance.now() - start);
    start = performance.now();
  };
  try {
    const collection = readCollection('fuzz', bytes);
    lap();
    const isCompressed = collection.format === 'sf3';
    const samples = collection.samples.map((sample) => {
      const decoded = decodeSample(decoder, sample);
      lap();
      return decoded;
    });
    const held = heldBytes({ ...collection, samples }, bytes);
    const most = (isCompressed ? 60 : 8) * bytes.length + FIXED_BYTES;
    if (held > most) throw new Error(`${held} bytes are held for a file of ${bytes.length}`);
    return { milliseconds: longest, code: 'read' };
  } catch (error) {
    lap();
    if (!(error instanceof PinwheelError)) throw error;
    if (error.code !== 'bad-input' || error.subject !== 'fuzz') throw error;
    const { offset } = error;
    if (offset === undefined || offset < 0 || offset > bytes.length) throw error;
    return { milliseconds: longest, code: 'refused' };
  }
}

const counts: Record<string, number> = { read: 0, refused: 0 };
let slowest = 0;
for (let index = 0; index < cases; index++) {
  const bytes = mutate(seeds[index % seeds.length]!);
  const limit = Math.max(bytes.length, SMALLEST) * MILLISECONDS_PER_BYTE;
  try {
    let result = read(bytes);
    counts[result.code]!++;
    for (let attempt = 1; result.milliseconds > limit && attempt < ATTEMPTS; attempt++) {
      const again = read(bytes);
      if (again.milliseconds < result.milliseconds) result = again;
    }
    if (result.milliseconds > limit) throw new Error(`${result.milliseconds} ms for ${bytes.length} bytes`);
    slowest = Math.max(slowest, result.milliseconds / limit);
  } catch (error) {
    // The file is all that is needed to see it again.
    process.stderr.write(`case ${index} of seed ${seed}: ${Buffer.from(bytes).toString('base64')}\n`);
    throw error;
  }
}
process.stdout.write(JSON.stringify({ ...counts, slowest: Math.round(slowest * 1000) / 1000 }));

import type { Collection, Instrument, Loop, MidiRange, Region, Sample } from '../model.ts';
import { readInfo, type Chunk, type RiffFile } from '../riff.ts';
import { ArticulationOffsets, articulationOf, levelOneBlock } from './articulation.ts';
import { evaluateCondition } from './condition.ts';
import { CONNECTION_BYTES, type ConnectionBlock } from './connections.ts';
import {
  DEFAULT_WAVE_SAMPLE,
  readName,
  readWave,
  readWaveSample,
  type Wave,
  type WaveSample,
} from './waves.ts';

/** F_INSTRUMENT_DRUMS of MIDILOCALE.ulBank. */
const DRUMS = 0x80000000;
/** F_RGN_OPTION_SELFNONEXCLUSIVE. */
const SELF_NON_EXCLUSIVE = 1;
/** F_WAVELINK_MULTICHANNEL of fusOptions. */
const MULTICHANNEL = 2;
/** WAVELINK_CHANNEL_LEFT and _RIGHT of ulChannel. */
const LEFT = 1;
const RIGHT = 2;
/** Percent. */
const HARD_SIDE = 50;

/**
 * Reads a DLS collection of level 1 or 2. Yields progress, 0 to 1. Sample data of 16 bits are views of the file's
 * bytes.
 *
 * Throws `bad-input` with chunk path and byte offset for everything that contradicts itself.
 */
export function* readDls(file: RiffFile, root: Chunk): Generator<number, Collection, void> {
  const info = readInfo(file, root);
  const condition = file.find(root, 'cdl ');
  if (condition !== undefined && !evaluateCondition(file, condition)) {
    throw file.error(condition, condition.offset, 'says that the collection is not for this synthesizer');
  }
  const pool = yield* readPool(file, root);
  const reader = new InstrumentReader(file, pool);
  const instruments: Instrument[] = [];
  const list = file.require(root, 'LIST', 'lins');
  const bytes = Math.max(1, list.end - list.start);
  for (const chunk of file.children(list)) {
    if (chunk.type === 'ins ') instruments.push(reader.readInstrument(chunk));
    yield 0.5 + (0.5 * (chunk.end - list.start)) / bytes;
  }
  return {
    format: 'dls',
    name: info.get('INAM') ?? '',
    copyright: info.get('ICOP') ?? '',
    author: info.get('IENG') ?? '',
    comment: info.get('ICMT') ?? '',
    instruments,
    samples: pool.waves.map((wave): Sample => wave.sample),
  };
}

interface WavePool {
  readonly waves: readonly Wave[];
  /** Index in `waves` of each cue of the pool table. */
  readonly cues: readonly number[];
}

/** The wave pool and the pool table that numbers it. DLS level 2 2.15 and 2.16. */
function* readPool(file: RiffFile, root: Chunk): Generator<number, WavePool, void> {
  const list = file.require(root, 'LIST', 'wvpl');
  const waves: Wave[] = [];
  const byOffset = new Map<number, number>();
  const bytes = Math.max(1, list.end - list.start);
  for (const chunk of file.children(list)) {
    // Some programs write the waves as RIFF chunks of type WAVE.
    if (chunk.type === 'wave' || chunk.type === 'WAVE') {
      byOffset.set(chunk.offset - list.start, waves.length);
      waves.push(readWave(file, chunk, waves.length));
    }
    yield (0.5 * (chunk.end - list.start)) / bytes;
  }
  const table = file.require(root, 'ptbl');
  file.need(table, table.start, 8);
  const first = table.start + Math.max(8, file.u32(table.start));
  const count = file.u32(table.start + 4);
  file.need(table, first, count * 4);
  const cues: number[] = [];
  for (let index = 0; index < count; index++) {
    const at = first + index * 4;
    const wave = byOffset.get(file.u32(at));
    // A cue into nothing is an error of the region that uses it.
    cues.push(wave ?? -1);
  }
  return { waves, cues };
}

interface WaveLink {
  readonly chunk: Chunk;
  readonly wave: number;
  /** fusOptions. */
  readonly options: number;
  /** usPhaseGroup; 0 for none. */
  readonly phaseGroup: number;
  /** ulChannel. */
  readonly channel: number;
}

interface RegionHeader {
  readonly keys: MidiRange;
  readonly velocities: MidiRange;
  /** fusOptions. */
  readonly options: number;
  /** usKeyGroup. */
  readonly keyGroup: number;
}

class InstrumentReader {
  readonly #file: RiffFile;
  readonly #pool: WavePool;

  constructor(file: RiffFile, pool: WavePool) {
    this.#file = file;
    this.#pool = pool;
  }

  readInstrument(list: Chunk): Instrument {
    const file = this.#file;
    const header = file.require(list, 'insh');
    file.need(header, header.start, 12);
    const bank = file.u32(header.start + 4);
    let name = '';
    let regionList: Chunk | undefined;
    const blocks: ConnectionBlock[] = [];
    for (const chunk of file.children(list)) {
      if (chunk.type === 'INFO') name = readName(file, chunk);
      else if (chunk.type === 'lrgn') regionList ??= chunk;
      else if (chunk.type === 'lart' || chunk.type === 'lar2') this.#readArticulation(chunk, blocks);
    }
    const common = new ArticulationOffsets(articulationOf(blocks));
    return {
      name,
      bankMsb: (bank >> 8) & 0x7f,
      bankLsb: bank & 0x7f,
      program: file.u32(header.start + 8) & 0x7f,
      isDrum: (bank & DRUMS) !== 0,
      regions: regionList === undefined ? [] : this.#readRegions(regionList, common),
    };
  }

  #readRegions(list: Chunk, common: ArticulationOffsets): readonly Region[] {
    const regions: Region[] = [];
    const links: WaveLink[] = [];
    for (const chunk of this.#file.children(list)) {
      if (chunk.type !== 'rgn ' && chunk.type !== 'rgn2') continue;
      this.#readRegion(chunk, common, regions, links);
    }
    return withPartners(regions, links);
  }

  /** Adds the region unless it is one of silence or of another synthesizer. */
  #readRegion(list: Chunk, common: ArticulationOffsets, regions: Region[], links: WaveLink[]): void {
    const file = this.#file;
    let header: RegionHeader | undefined;
    let link: WaveLink | undefined;
    let own: WaveSample | undefined;
    let blocks: ConnectionBlock[] | undefined;
    for (const chunk of file.children(list)) {
      if (chunk.id === 'cdl ') {
        if (!evaluateCondition(file, chunk)) return;
      } else if (chunk.id === 'rgnh') header ??= this.#readHeader(chunk);
      else if (chunk.id === 'wlnk') link ??= this.#readLink(chunk);
      else if (chunk.id === 'wsmp') own ??= readWaveSample(file, chunk);
      else if (chunk.type === 'lart' || chunk.type === 'lar2') {
        blocks ??= [];
        if (!this.#readArticulation(chunk, blocks) && blocks.length === 0) blocks = undefined;
      }
    }
    if (header === undefined) throw file.error(list, list.offset, 'has no “rgnh” chunk');
    if (link === undefined) throw file.error(list, list.offset, 'has no “wlnk” chunk');
    const wave = this.#pool.waves[link.wave]!;
    if (wave.sample.frames === 0) return;
    const waveSample = own ?? wave.waveSample ?? DEFAULT_WAVE_SAMPLE;
    // A region's own articulation takes the place of the instrument's. DLS level 2 1.14.
    const articulation = blocks === undefined ? common : new ArticulationOffsets(articulationOf(blocks));
    links.push(link);
    regions.push({
      keys: header.keys,
      velocities: header.velocities,
      exclusiveClass: header.keyGroup,
      isSelfExclusive: (header.options & SELF_NON_EXCLUSIVE) === 0,
      sample: link.wave,
      rootKey: waveSample.rootKey,
      loop: fittingLoop(waveSample.loop, wave.sample.frames),
      partner: -1,
      articulation: articulation.with({
        pitch: waveSample.fineTune,
        attenuation: -waveSample.gain,
        pan: sideOf(link),
      }),
    });
  }

  #readHeader(chunk: Chunk): RegionHeader {
    const file = this.#file;
    file.need(chunk, chunk.start, 12);
    const keys = this.#readRange(chunk, chunk.start);
    const velocities = this.#readRange(chunk, chunk.start + 4);
    return {
      keys,
      // Level 1 has no velocities: many files have 0 to 0.
      velocities: velocities.high === 0 ? { low: 0, high: 127 } : velocities,
      options: file.u16(chunk.start + 8),
      keyGroup: file.u16(chunk.start + 10),
    };
  }

  #readRange(chunk: Chunk, at: number): MidiRange {
    const low = this.#file.u16(at);
    const high = this.#file.u16(at + 2);
    if (low > high || high > 127) throw this.#file.error(chunk, at, `has the range ${low} to ${high}`);
    return { low, high };
  }

  #readLink(chunk: Chunk): WaveLink {
    const file = this.#file;
    file.need(chunk, chunk.start, 12);
    const index = file.u32(chunk.start + 8);
    const wave = this.#pool.cues[index];
    if (wave === undefined || wave === -1) {
      const message =
        wave === undefined
          ? `names entry ${index} of the pool table, which has ${this.#pool.cues.length}`
          : `names entry ${index} of the pool table, where no wave is`;
      throw file.error(chunk, chunk.start + 8, message);
    }
    return {
      chunk,
      wave,
      options: file.u16(chunk.start),
      phaseGroup: file.u16(chunk.start + 2),
      channel: file.u32(chunk.start + 4),
    };
  }

  /** Adds the blocks of a LIST(lart) or LIST(lar2); false when its condition says that it is not to be read. */
  #readArticulation(list: Chunk, blocks: ConnectionBlock[]): boolean {
    const file = this.#file;
    for (const chunk of file.children(list)) {
      if (chunk.id === 'cdl ' && !evaluateCondition(file, chunk)) return false;
    }
    for (const chunk of file.children(list)) {
      if (chunk.id === 'art1' || chunk.id === 'art2') this.#readBlocks(chunk, blocks);
    }
    return true;
  }

  #readBlocks(chunk: Chunk, blocks: ConnectionBlock[]): void {
    const file = this.#file;
    file.need(chunk, chunk.start, 8);
    const count = file.u32(chunk.start + 4);
    const first = chunk.start + Math.max(8, file.u32(chunk.start));
    file.need(chunk, first, count * CONNECTION_BYTES);
    if (blocks.length + count > MOST_BLOCKS) {
      throw file.error(chunk, chunk.start + 4, `has ${count} connections; ${MOST_BLOCKS} are read`);
    }
    for (let index = 0; index < count; index++) {
      const at = first + index * CONNECTION_BYTES;
      const block: ConnectionBlock = {
        source: file.u16(at),
        control: file.u16(at + 2),
        destination: file.u16(at + 4),
        transform: file.u16(at + 6),
        scale: file.i32(at + 8),
      };
      blocks.push(chunk.id === 'art1' ? levelOneBlock(block) : block);
    }
  }
}

/** Connections of one articulation. Level 2 defines fewer than this many different ones. */
const MOST_BLOCKS = 1024;

/** A loop's end is the wave's at the latest. */
function fittingLoop(loop: Loop | undefined, frames: number): Loop | undefined {
  if (loop === undefined || loop.start >= frames) return undefined;
  return loop.end <= frames ? loop : { ...loop, end: frames };
}

function sideOf(link: WaveLink): number {
  if ((link.options & MULTICHANNEL) === 0) return 0;
  return link.channel === LEFT ? -HARD_SIDE : link.channel === RIGHT ? HARD_SIDE : 0;
}

/** Joins regions of one phase group that stand for different channels of the same keys and velocities. */
function withPartners(regions: Region[], links: readonly WaveLink[]): readonly Region[] {
  const waiting = new Map<string, number>();
  links.forEach((link, index) => {
    if (link.phaseGroup === 0) return;
    const { keys, velocities } = regions[index]!;
    const key = `${link.phaseGroup} ${keys.low} ${keys.high} ${velocities.low} ${velocities.high}`;
    const other = waiting.get(key);
    if (other === undefined) {
      waiting.set(key, index);
    } else if (links[other]!.channel !== link.channel) {
      regions[index] = { ...regions[index]!, partner: other };
      regions[other] = { ...regions[other]!, partner: index };
      waiting.delete(key);
    }
  });
  return regions;
}

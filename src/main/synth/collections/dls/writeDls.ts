import type { Articulation, Collection, Instrument, Loop, Region, Sample } from '../model.ts';
import { Parameter } from '../parameter.ts';
import { chunkOf, infoOf, listOf, numbers } from '../riffWriter.ts';
import type { ConnectionBlock } from './connections.ts';
import { connectionsOf } from './toConnections.ts';

const DRUMS = 0x80000000;
export const SELF_NON_EXCLUSIVE = 1;
const PHASE_MASTER = 1;
export const MULTICHANNEL = 2;
export const LEFT = 1;
const RIGHT = 2;
export const GAIN_PER_DECIBEL = 655_360;
export const WLOOP_TYPE_FORWARD = 0;
export const WLOOP_TYPE_RELEASE = 1;
/** Percent: the place of a region whose link says left or right. */
const HARD_SIDE = 50;

/**
 * Writes a collection as a DLS level 2 file. What `connectionsOf` leaves out is left out here; samples become 16-bit;
 * a Vorbis sample must have been decoded.
 *
 * A region's tuning, gain and loop go to its wave sample chunk, where level 1 readers find them, so reading the file
 * again gives the same collection but for names of samples cut to what DLS has, and loops that wave data do not hold.
 */
export function writeDls(collection: Collection): Uint8Array {
  const waves = collection.samples.map((sample) => writeWave(sample));
  const cues: (readonly [4, number])[] = [];
  let offset = 0;
  for (const wave of waves) {
    cues.push([4, offset]);
    offset += wave.length;
  }
  return listOf(
    'RIFF',
    'DLS ',
    chunkOf('colh', numbers([4, collection.instruments.length])),
    // 2.0, the version of the format.
    chunkOf('vers', numbers([4, 0x00020000], [4, 0])),
    listOf('LIST', 'lins', ...collection.instruments.map(writeInstrument)),
    chunkOf('ptbl', numbers([4, 8], [4, waves.length], ...cues)),
    listOf('LIST', 'wvpl', ...waves),
    infoOf({
      INAM: collection.name,
      ICOP: collection.copyright,
      IENG: collection.author,
      ICMT: collection.comment,
    }),
  );
}

function writeInstrument(instrument: Instrument): Uint8Array {
  const { regions, bankMsb, bankLsb, isDrum } = instrument;
  const bank = (bankMsb << 8) | bankLsb | (isDrum ? DRUMS : 0);
  const common = commonConnections(regions);
  return listOf(
    'LIST',
    'ins ',
    chunkOf('insh', numbers([4, regions.length], [4, bank], [4, instrument.program])),
    listOf('LIST', 'lrgn', ...regions.map((region, index) => writeRegion(region, index, common))),
    ...(common === undefined ? [] : [writeArticulation(common)]),
    infoOf({ INAM: instrument.name }),
  );
}

/** The instrument's articulation, when all regions have the same one. */
function commonConnections(regions: readonly Region[]): readonly ConnectionBlock[] | undefined {
  const [first, ...others] = regions;
  if (first === undefined) return undefined;
  const blocks = regionConnections(first);
  const same = others.every((region) => isEqual(blocks, regionConnections(region)));
  return same ? blocks : undefined;
}

function isEqual(a: readonly ConnectionBlock[], b: readonly ConnectionBlock[]): boolean {
  return a.length === b.length && a.every((block, index) => isEqualBlock(block, b[index]!));
}

function isEqualBlock(a: ConnectionBlock, b: ConnectionBlock): boolean {
  return (
    a.source === b.source &&
    a.control === b.control &&
    a.destination === b.destination &&
    a.transform === b.transform &&
    a.scale === b.scale
  );
}

/** The region's articulation without what its wave sample chunk and wave link say. */
export function regionConnections(region: Region): readonly ConnectionBlock[] {
  const parameters = Float64Array.from(region.articulation.parameters);
  const { fineTune, gain } = waveSampleOf(region.articulation);
  parameters[Parameter.pitch]! -= fineTune;
  parameters[Parameter.attenuation]! += gain;
  if (sideOf(region) !== undefined) parameters[Parameter.pan] = 0;
  return connectionsOf({ ...region.articulation, parameters });
}

/** sFineTune takes whole cents, lGain all of the gain. */
export function waveSampleOf(articulation: Articulation): { fineTune: number; gain: number } {
  const pitch = Math.round(articulation.parameters[Parameter.pitch]!);
  const fineTune = Math.max(-32_768, Math.min(32_767, pitch));
  return { fineTune, gain: -articulation.parameters[Parameter.attenuation]! };
}

/** A region that is the left or right one of a stereo pair. */
export function sideOf(region: Region): typeof LEFT | typeof RIGHT | undefined {
  if (region.partner === -1) return undefined;
  const pan = region.articulation.parameters[Parameter.pan]!;
  return pan === -HARD_SIDE ? LEFT : pan === HARD_SIDE ? RIGHT : undefined;
}

function writeRegion(
  region: Region,
  index: number,
  common: readonly ConnectionBlock[] | undefined,
): Uint8Array {
  const { keys, velocities, partner } = region;
  const options = region.isSelfExclusive ? 0 : SELF_NON_EXCLUSIVE;
  const side = sideOf(region);
  const isPair = partner !== -1;
  const linkOptions =
    (side === undefined ? 0 : MULTICHANNEL) | (isPair && index < partner ? PHASE_MASTER : 0);
  // Pairs are numbered from 1 on by their first region.
  const phaseGroup = isPair ? (Math.min(index, partner) % 0xffff) + 1 : 0;
  const channel = side ?? (isPair && index > partner ? RIGHT : LEFT);
  return listOf(
    'LIST',
    'rgn2',
    chunkOf(
      'rgnh',
      numbers(
        [2, keys.low],
        [2, keys.high],
        [2, velocities.low],
        [2, velocities.high],
        [2, options],
        [2, region.exclusiveClass],
        // usLayer, for editors.
        [2, 0],
      ),
    ),
    writeWaveSample(region),
    chunkOf('wlnk', numbers([2, linkOptions], [2, phaseGroup], [4, channel], [4, region.sample])),
    ...(common === undefined ? [writeArticulation(regionConnections(region))] : []),
  );
}

/** Loop points with the region's own shifts, which DLS does not have. */
export function loopOf({ loop, articulation }: Region): Loop | undefined {
  if (loop === undefined) return undefined;
  const start = loop.start + articulation.parameters[Parameter.loopStartOffset]!;
  const end = loop.end + articulation.parameters[Parameter.loopEndOffset]!;
  return start >= 0 && start < end ? { ...loop, start, end } : undefined;
}

function writeWaveSample(region: Region): Uint8Array {
  const loop = loopOf(region);
  const { fineTune, gain } = waveSampleOf(region.articulation);
  const scaled = Math.round(gain * GAIN_PER_DECIBEL);
  return chunkOf(
    'wsmp',
    numbers([4, 20], [2, region.rootKey], [2, fineTune], [4, scaled], [4, 0], [4, loop ? 1 : 0]),
    loop === undefined ? new Uint8Array(0) : writeLoop(loop),
  );
}

function writeLoop({ start, end, mode }: Loop): Uint8Array {
  const type = mode === 'continuous' ? WLOOP_TYPE_FORWARD : WLOOP_TYPE_RELEASE;
  return numbers([4, 16], [4, type], [4, start], [4, end - start]);
}

function writeArticulation(blocks: readonly ConnectionBlock[]): Uint8Array {
  const fields: (readonly [2 | 4, number])[] = [
    [4, 8],
    [4, blocks.length],
  ];
  for (const { source, control, destination, transform, scale } of blocks) {
    fields.push([2, source], [2, control], [2, destination], [2, transform], [4, scale]);
  }
  return listOf('LIST', 'lar2', chunkOf('art2', numbers(...fields)));
}

function writeWave(sample: Sample): Uint8Array {
  const { rate } = sample;
  const data = toInt16(sample);
  return listOf(
    'LIST',
    'wave',
    // WAVEFORMATEX of one 16-bit channel.
    chunkOf('fmt ', numbers([2, 1], [2, 1], [4, rate], [4, rate * 2], [2, 2], [2, 16], [2, 0])),
    chunkOf('data', new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
    infoOf({ INAM: sample.name }),
  );
}

/** What is beyond full scale is clipped; a sample without data is silence. */
export function toInt16({ data, frames }: Sample): Int16Array {
  if (data instanceof Int16Array) return data;
  if (data === undefined) return new Int16Array(frames);
  return Int16Array.from(data, (value) => Math.max(-32_768, Math.min(32_767, Math.round(value * 32_768))));
}

import { DOWNLOAD_TYPE, PATCH_DRUMS } from '../../../engine/portcls/dmus/dlsDownload.ts';
import type { Collection, Instrument, Region } from '../model.ts';
import { numbers } from '../riffWriter.ts';
import type { ConnectionBlock } from './connections.ts';
import {
  GAIN_PER_DECIBEL,
  LEFT,
  loopOf,
  MULTICHANNEL,
  regionConnections,
  SELF_NON_EXCLUSIVE,
  sideOf,
  toInt16,
  waveSampleOf,
  WLOOP_TYPE_FORWARD,
  WLOOP_TYPE_RELEASE,
} from './writeDls.ts';

const GM_INSTRUMENT = 1;

/**
 * A collection as DLS download buffers, for a client that brings its own sounds: the waves first, then the instruments
 * that link to them. Ids count from 0, waves and instruments apart. What DLS does not have is left out, as `writeDls`
 * does. Specification 4.8.
 */
export function writeDownloads(collection: Collection): Uint8Array<ArrayBuffer>[] {
  const waves = new Set(collection.instruments.flatMap(({ regions }) => regions.map(({ sample }) => sample)));
  return [
    ...[...waves].map((wave) => waveDownload(wave, collection)),
    ...collection.instruments.map((instrument, id) => instrumentDownload(id, instrument)),
  ];
}

/** DMUS_WAVE with WAVEFORMATEX of one 16-bit channel, then DMUS_WAVEDATA. */
function waveDownload(id: number, { samples }: Collection): Uint8Array<ArrayBuffer> {
  const sample = samples[id]!;
  const { rate } = sample;
  const frames = toInt16(sample);
  const data = new Uint8Array(frames.buffer, frames.byteOffset, frames.byteLength);
  return downloadBuffer(DOWNLOAD_TYPE.WAVE, id, [
    numbers([4, 0], [4, 0], [4, 1], [2, 1], [2, 1], [4, rate], [4, rate * 2], [2, 2], [2, 16], [2, 0]),
    concatenated([numbers([4, data.length]), data]),
  ]);
}

/** DMUS_INSTRUMENT, its regions, and an articulation and its connections for each of them. */
function instrumentDownload(id: number, instrument: Instrument): Uint8Array<ArrayBuffer> {
  const { regions, bankMsb, bankLsb, program, isDrum } = instrument;
  const patch = (isDrum ? PATCH_DRUMS : 0) + (bankMsb << 16) + (bankLsb << 8) + program;
  const count = regions.length;
  const firstRegion = 1;
  const firstArticulation = firstRegion + count;
  const firstList = firstArticulation + count;
  return downloadBuffer(DOWNLOAD_TYPE.INSTRUMENT2, id, [
    numbers([4, patch], [4, count > 0 ? firstRegion : 0], [4, 0], [4, 0], [4, 0], [4, GM_INSTRUMENT]),
    ...regions.map((region, index) =>
      regionObject(region, firstArticulation + index, index + 1 < count ? firstRegion + index + 1 : 0),
    ),
    ...regions.map((_region, index) => numbers([4, firstList + index], [4, 0], [4, 0])),
    ...regions.map((region) => connectionList(regionConnections(region))),
  ]);
}

/** DMUS_REGION with WAVELINK, WSMPL and WLOOP. */
function regionObject(region: Region, articulation: number, next: number): Uint8Array {
  const { keys, velocities, isSelfExclusive, exclusiveClass, sample, rootKey } = region;
  const side = sideOf(region);
  const { fineTune, gain } = waveSampleOf(region.articulation);
  const loop = loopOf(region);
  return numbers(
    [2, keys.low],
    [2, keys.high],
    [2, velocities.low],
    [2, velocities.high],
    [2, isSelfExclusive ? 0 : SELF_NON_EXCLUSIVE],
    [2, exclusiveClass],
    [4, articulation],
    [4, next],
    [4, 0],
    [2, side === undefined ? 0 : MULTICHANNEL],
    [2, 0],
    [4, side ?? LEFT],
    [4, sample],
    [4, 20],
    [2, rootKey],
    [2, fineTune],
    [4, Math.round(gain * GAIN_PER_DECIBEL)],
    [4, 0],
    [4, loop === undefined ? 0 : 1],
    [4, 16],
    [4, loop?.mode === 'untilRelease' ? WLOOP_TYPE_RELEASE : WLOOP_TYPE_FORWARD],
    [4, loop?.start ?? 0],
    [4, loop === undefined ? 0 : loop.end - loop.start],
  );
}

function connectionList(blocks: readonly ConnectionBlock[]): Uint8Array {
  const fields: (readonly [2 | 4, number])[] = [
    [4, 8],
    [4, blocks.length],
  ];
  for (const { source, control, destination, transform, scale } of blocks)
    fields.push([2, source], [2, control], [2, destination], [2, transform], [4, scale]);
  return numbers(...fields);
}

/** DMUS_DOWNLOADINFO, DMUS_OFFSETTABLE, objects. */
function downloadBuffer(type: number, id: number, objects: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const offsets: (readonly [4, number])[] = [];
  const padded: Uint8Array[] = [];
  let size = 16 + 4 * objects.length;
  for (const object of objects) {
    offsets.push([4, size]);
    const padding = -object.length & 3;
    padded.push(object, new Uint8Array(padding));
    size += object.length + padding;
  }
  return concatenated([numbers([4, type], [4, id], [4, objects.length], [4, size], ...offsets), ...padded]);
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

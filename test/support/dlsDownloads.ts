import { DOWNLOAD_TYPE } from '../../src/main/engine/portcls/dmus/dlsDownload.ts';

/** Writes DLS download buffers as a client of a synthesizer would. Specification 4.8. */

class ObjectWriter {
  readonly #bytes: number[] = [];

  u16(...values: number[]): this {
    for (const value of values) this.#bytes.push(value & 0xff, (value >> 8) & 0xff);
    return this;
  }

  u32(...values: number[]): this {
    for (const value of values) this.u16(value & 0xffff, (value >>> 16) & 0xffff);
    return this;
  }

  raw(bytes: Uint8Array): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  get bytes(): number[] {
    while (this.#bytes.length % 4 !== 0) this.#bytes.push(0);
    return this.#bytes;
  }
}

const object = (): ObjectWriter => new ObjectWriter();

/** DMUS_DOWNLOADINFO, offset table, objects. */
export function downloadBuffer(
  type: number,
  id: number,
  objects: readonly ObjectWriter[],
): Uint8Array<ArrayBuffer> {
  const head = 16 + 4 * objects.length;
  const body = objects.map(({ bytes }) => bytes);
  const size = head + body.reduce((sum, { length }) => sum + length, 0);
  const start = object().u32(type, id, objects.length, size);
  let offset = head;
  for (const { length } of body) {
    start.u32(offset);
    offset += length;
  }
  return Uint8Array.from([...start.bytes, ...body.flat()]);
}

/** A mono 16-bit wave. */
export function waveDownload(id: number, samples: Int16Array, rate: number): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  return downloadBuffer(DOWNLOAD_TYPE.WAVE, id, [
    // DMUS_WAVE: extension chunk, copyright, wave data, then WAVEFORMATEX.
    object()
      .u32(0, 0, 1)
      .u16(1, 1)
      .u32(rate, rate * 2)
      .u16(2, 16, 0),
    object().u32(data.length).raw(data),
  ]);
}

export interface DownloadedRegion {
  keys?: readonly [number, number];
  wave: number;
  unityNote?: number;
  /** First frame and number of frames. */
  loop?: readonly [number, number];
}

/** A DLS level 2 instrument whose regions share one articulation, given as connections. */
export function instrumentDownload(
  id: number,
  patch: number,
  regions: readonly DownloadedRegion[],
  connections: readonly (readonly [
    source: number,
    control: number,
    destination: number,
    scale: number,
  ])[] = [],
): Uint8Array<ArrayBuffer> {
  const first = 1;
  const articulation = first + regions.length;
  const list = object().u32(8, connections.length);
  for (const [source, control, destination, scale] of connections)
    list.u16(source, control, destination, 0).u32(scale);
  return downloadBuffer(DOWNLOAD_TYPE.INSTRUMENT2, id, [
    // DMUS_INSTRUMENT: patch, first region, articulation, extension chunk, copyright, flags.
    object().u32(patch, regions.length > 0 ? first : 0, articulation, 0, 0, 0),
    ...regions.map(({ keys = [0, 127], wave, unityNote = 60, loop }, index) =>
      object()
        .u16(keys[0], keys[1], 0, 127)
        .u16(1, 0)
        .u32(0, index + 1 < regions.length ? first + index + 1 : 0, 0)
        // WAVELINK
        .u16(0, 0)
        .u32(1, wave)
        // WSMPL with its WLOOP
        .u32(20)
        .u16(unityNote, 0)
        .u32(0, 0, loop ? 1 : 0)
        .u32(16, 0, loop?.[0] ?? 0, loop?.[1] ?? 0),
    ),
    object().u32(articulation + 1, 0, 0),
    list,
  ]);
}

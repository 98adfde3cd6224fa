/**
 * High-rate data: binary frames at display rate on a channel of their own, so that meters never queue behind
 * calls. A frame is little endian:
 *
 *   u8 kind | u8 version (1) | u16 count | count entries
 *
 *   kind 1, peaks:    entry = u16 meter, u16 channels, channels x f32 (linear, 1 = full scale)
 *   kind 2, position: entry = f64 seconds played of the player's current file
 *   kind 3, channels: 16 entries, one for each MIDI channel of the current song: u8 velocity of its loudest key
 *
 * `meter` is the number a PEAKMETER control of the mixer names.
 */

export const FRAME_VERSION = 1;
export const FRAME_KIND = { peaks: 1, position: 2, channels: 3 } as const;

export interface MeterPeaks {
  meter: number;
  peaks: readonly number[] | Float32Array;
}

export type Frame =
  | { kind: 'peaks'; meters: { meter: number; peaks: number[] }[] }
  | { kind: 'position'; seconds: number }
  | { kind: 'channels'; velocities: Uint8Array };

const HEADER_BYTES = 4;

/** Peaks are linear, 1 = full scale, one for each channel. */
export function encodePeaks(meters: readonly MeterPeaks[]): Uint8Array<ArrayBuffer> {
  let size = HEADER_BYTES;
  for (const meter of meters) size += 4 + 4 * meter.peaks.length;
  const bytes = new Uint8Array(size);
  const view = header(bytes, FRAME_KIND.peaks, meters.length);
  let offset = HEADER_BYTES;
  for (const { meter, peaks } of meters) {
    view.setUint16(offset, meter, true);
    view.setUint16(offset + 2, peaks.length, true);
    offset += 4;
    for (const peak of peaks) {
      view.setFloat32(offset, peak, true);
      offset += 4;
    }
  }
  return bytes;
}

/** Seconds of the song or file that plays. */
export function encodePosition(positionSeconds: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES + 8);
  header(bytes, FRAME_KIND.position, 1).setFloat64(HEADER_BYTES, positionSeconds, true);
  return bytes;
}

/** `velocities`: 0 to 127, 0 = silent. */
export function encodeChannels(velocities: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES + velocities.length);
  header(bytes, FRAME_KIND.channels, velocities.length);
  bytes.set(velocities, HEADER_BYTES);
  return bytes;
}

/** Undefined for a frame of another version, an unknown kind or a wrong length: a panel of another build ignores it. */
export function decodeFrame(bytes: Uint8Array): Frame | undefined {
  if (bytes.byteLength < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(1) !== FRAME_VERSION) return undefined;
  const count = view.getUint16(2, true);
  switch (view.getUint8(0)) {
    case FRAME_KIND.position:
      if (count !== 1 || bytes.byteLength !== HEADER_BYTES + 8) return undefined;
      return { kind: 'position', seconds: view.getFloat64(HEADER_BYTES, true) };
    case FRAME_KIND.channels:
      if (count !== 16 || bytes.byteLength !== HEADER_BYTES + count) return undefined;
      return { kind: 'channels', velocities: bytes.slice(HEADER_BYTES) };
    case FRAME_KIND.peaks: {
      const meters: { meter: number; peaks: number[] }[] = [];
      let offset = HEADER_BYTES;
      for (let index = 0; index < count; index++) {
        if (offset + 4 > bytes.byteLength) return undefined;
        const meter = view.getUint16(offset, true);
        const channels = view.getUint16(offset + 2, true);
        offset += 4;
        if (offset + 4 * channels > bytes.byteLength) return undefined;
        const peaks: number[] = [];
        for (let channel = 0; channel < channels; channel++, offset += 4)
          peaks.push(view.getFloat32(offset, true));
        meters.push({ meter, peaks });
      }
      return offset === bytes.byteLength ? { kind: 'peaks', meters } : undefined;
    }
    default:
      return undefined;
  }
}

function header(bytes: Uint8Array, kind: number, count: number): DataView {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint8(0, kind);
  view.setUint8(1, FRAME_VERSION);
  view.setUint16(2, count, true);
  return view;
}

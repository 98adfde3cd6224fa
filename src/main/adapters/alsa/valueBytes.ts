import type { AlsaElement } from '../../../contract/alsaHardware.ts';

/** Values of an element as bytes of KSPROPERTY_AUDIO_DEV_SPECIFIC: little-endian LONGs, LONGLONGs, or bytes as they are. */

const WIDTHS: Readonly<Record<AlsaElement['type'], number>> = {
  boolean: 4,
  integer: 4,
  enumerated: 4,
  integer64: 8,
  bytes: 1,
  iec958: 1,
};

/** Bytes */
export const valueLength = ({ type, count }: AlsaElement): number => WIDTHS[type] * count;

/** Zeros for what could not be read. */
export function valueBytes(element: AlsaElement, values: readonly number[]): Uint8Array {
  const width = WIDTHS[element.type];
  const bytes = new Uint8Array(valueLength(element));
  const view = new DataView(bytes.buffer);
  values.slice(0, element.count).forEach((value, at) => {
    if (width === 8) view.setBigInt64(8 * at, BigInt(value), true);
    else if (width === 4) view.setInt32(4 * at, value, true);
    else view.setUint8(at, value);
  });
  return bytes;
}

/** Bytes of `valueLength`. */
export function valuesOfBytes({ type, count }: AlsaElement, bytes: Uint8Array): number[] {
  const width = WIDTHS[type];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, at) => {
    if (width === 8) return Number(view.getBigInt64(8 * at, true));
    return width === 4 ? view.getInt32(4 * at, true) : view.getUint8(at);
  });
}

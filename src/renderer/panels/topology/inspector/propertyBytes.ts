import type { PropertyTopology } from '../../../../contract/services/topology.ts';

/** Property requests as bytes: KSPROPERTY, with a node KSNODEPROPERTY, and what follows by the kind of request. */

const FLAG = { GET: 0x1, SET: 0x2, TOPOLOGY: 0x10000000 } as const;

export interface RequestParts {
  verb: 'GET' | 'SET';
  node: number | null;
  /** KSNODEPROPERTY_AUDIO_CHANNEL */
  channel?: number;
  /** KSP_PIN */
  pin?: number;
}

export function requestBytes(
  { propertySet, id }: Pick<PropertyTopology, 'propertySet' | 'id'>,
  { verb, node, channel, pin }: RequestParts,
): Uint8Array {
  const words = [id, FLAG[verb] | (node === null ? 0 : FLAG.TOPOLOGY)];
  if (node !== null) words.push(node, 0);
  if (channel !== undefined) words.push(channel, 0);
  if (pin !== undefined) words.push(pin, 0);
  const bytes = new Uint8Array(16 + 4 * words.length);
  bytes.set(guidBytes(propertySet.guid));
  const view = new DataView(bytes.buffer);
  words.forEach((word, index) => view.setUint32(16 + 4 * index, word >>> 0, true));
  return bytes;
}

/** The first three groups are little endian numbers, the rest bytes in the order of the text. */
export function guidBytes(guid: string): Uint8Array {
  const digits = guid.replace(/[{}-]/g, '');
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  return Uint8Array.from(order, (at) => parseInt(digits.slice(2 * at, 2 * at + 2), 16));
}

/** `00 80 F7 FF` */
export function hexText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ');
}

/** Undefined for anything but pairs of hexadecimal digits. */
export function parseHex(text: string): Uint8Array | undefined {
  const digits = text.replace(/\s+/g, '');
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) return undefined;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

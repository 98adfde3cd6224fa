/**
 * A Vorbis stream's comment and setup headers, looked through before a decoder is: a few damaged bits in them say
 * sixteen million comments or codebook entries, for which a decoder would take its time and memory. Vorbis I
 * specification 3.2.1 and 5.2.1.
 */

/** Entries of all codebooks together, and entries times dimensions. libvorbis has a tenth of this. */
const MOST_ENTRIES = 0x20000;
const MOST_VALUES = 0x80000;

const SYNC = 0x564342;
/** Bits of a code word. */
const LONGEST_CODE = 32;

/** Bits of a packet, each byte's lowest first. */
class BitReader {
  readonly #bytes: Uint8Array;
  #bit = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isOver(): boolean {
    return this.#bit > this.#bytes.length * 8;
  }

  /** Up to 24 bits; zeros behind the end. */
  read(count: number): number {
    let value = 0;
    for (let index = 0; index < count; index++) {
      const byte = this.#bytes[this.#bit >> 3] ?? 0;
      value |= ((byte >> (this.#bit & 7)) & 1) << index;
      this.#bit++;
    }
    return value;
  }

  skip(count: number): void {
    this.#bit += count;
  }
}

/** Whether a comment packet holds the comments that it says it has. */
export function hasPlausibleComments(packet: Uint8Array): boolean {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  // 3, "vorbis".
  let at = 7;
  const skipText = (): boolean => {
    if (at + 4 > packet.length) return false;
    at += 4 + view.getUint32(at, true);
    return at <= packet.length;
  };
  if (!skipText() || at + 4 > packet.length) return false;
  const count = view.getUint32(at, true);
  at += 4;
  for (let index = 0; index < count; index++) if (!skipText()) return false;
  return true;
}

/** Whether the codebooks of a setup packet are as large as an encoder would make them. */
export function hasPlausibleCodebooks(packet: Uint8Array): boolean {
  const bits = new BitReader(packet);
  // 5, "vorbis".
  bits.skip(56);
  const books = bits.read(8) + 1;
  let entries = 0;
  let values = 0;
  for (let book = 0; book < books; book++) {
    if (bits.read(24) !== SYNC) return false;
    const dimensions = bits.read(16);
    const count = bits.read(24);
    entries += count;
    values += count * dimensions;
    if (entries > MOST_ENTRIES || values > MOST_VALUES) return false;
    if (!skipLengths(bits, count) || !skipLookup(bits, count, dimensions)) return false;
  }
  return true;
}

function skipLengths(bits: BitReader, entries: number): boolean {
  if (bits.read(1) === 1) {
    // Runs of entries with the same length of code, one length after the other.
    let length = bits.read(5) + 1;
    for (let entry = 0; entry < entries; length++) {
      if (length > LONGEST_CODE) return false;
      entry += bits.read(bitsOf(entries - entry));
      if (entry > entries) return false;
    }
    return !bits.isOver;
  }
  const sparse = bits.read(1) === 1;
  for (let entry = 0; entry < entries && !bits.isOver; entry++) {
    if (!sparse || bits.read(1) === 1) bits.skip(5);
  }
  return !bits.isOver;
}

function skipLookup(bits: BitReader, entries: number, dimensions: number): boolean {
  const type = bits.read(4);
  if (type === 0) return !bits.isOver;
  if (type > 2) return false;
  bits.skip(64);
  const valueBits = bits.read(4) + 1;
  bits.skip(1);
  const values = type === 2 ? entries * dimensions : lookupValues(entries, dimensions);
  bits.skip(values * valueBits);
  return !bits.isOver;
}

/** Bits that a number has. */
function bitsOf(value: number): number {
  return 32 - Math.clz32(value);
}

/** The greatest number whose power of `dimensions` is not above `entries`. Vorbis I 9.2.3. */
function lookupValues(entries: number, dimensions: number): number {
  if (dimensions === 0) return 0;
  let values = Math.floor(entries ** (1 / dimensions)) + 1;
  while (values > 0 && values ** dimensions > entries) values--;
  return values;
}

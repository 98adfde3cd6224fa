import type { ByteSource } from './byteSource.ts';
import { ByteWindow } from './byteWindow.ts';
import { crc32 } from './crc.ts';

/** Ogg: pages found by their checksums, and the packets of one stream in them. */

export interface OggPage {
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
  /** Position at the end of the last packet that ends in it; -1 when none does. */
  readonly granule: number;
  /** Its first packet began in a page before. */
  readonly continued: boolean;
  /** Of the logical stream. */
  readonly first: boolean;
  readonly last: boolean;
  readonly serial: number;
  /** Bytes of each piece of a packet; all but the last piece of the page are the ends of theirs. */
  readonly pieces: readonly { readonly offset: number; readonly length: number }[];
  /** The last piece is the end of its packet, too. */
  readonly complete: boolean;
}

export interface OggPacket {
  readonly bytes: Uint8Array;
  /** Of its page, for the last packet that ends in it; undefined for the others. */
  readonly granule: number | undefined;
  /** Nothing follows in the stream. */
  readonly last: boolean;
  /** Where it ends, for messages. */
  readonly offset: number;
}

const CAPTURE = 0x4f676753;
const HEADER_BYTES = 27;
const LARGEST_PAGE = HEADER_BYTES + 255 + 255 * 255;
/** No codec has packets like that; a stream of nothing but continued pages would fill the memory. */
const LARGEST_PACKET = 16 * 1024 * 1024;
const NO_BYTES = new Uint8Array(0);

export function isOgg(head: DataView): boolean {
  return head.byteLength >= 4 && head.getUint32(0) === CAPTURE;
}

/** The pages of one logical stream. */
export class OggPages {
  readonly window: ByteWindow;
  /** Undefined: of any. */
  readonly serial: number | undefined;

  constructor(source: ByteSource, serial?: number) {
    this.window = new ByteWindow(source);
    this.serial = serial;
  }

  /** The first page of the stream that begins at or behind `offset`, and before `limit`. */
  find(offset: number, limit = this.window.length): OggPage | undefined {
    for (let at = offset; at < limit;) {
      const page = this.#pageAt(at);
      if (!page) {
        at = this.#capture(at + 1, limit);
        continue;
      }
      if (this.serial === undefined || page.serial === this.serial) return page;
      at = page.offset + page.length;
    }
    return undefined;
  }

  /** The last page that says a position; undefined without one. */
  last(): OggPage | undefined {
    const { length } = this.window;
    for (let step = LARGEST_PAGE; ; step *= 4) {
      const from = Math.max(0, length - step);
      let found: OggPage | undefined;
      for (let page = this.find(from); page; page = this.find(page.offset + page.length)) {
        if (page.granule >= 0) found = page;
      }
      if (found || from === 0) return found;
    }
  }

  /** The last page at or behind `from` whose position is at most `granule`; undefined when there is none. */
  before(granule: number, from: number): OggPage | undefined {
    let low = from;
    let high = this.window.length;
    let found: OggPage | undefined;
    while (low < high) {
      const middle = high - low > 2 * LARGEST_PAGE ? Math.floor((low + high) / 2) : low;
      let page = this.find(middle, high);
      while (page && page.granule < 0) page = this.find(page.offset + page.length, high);
      if (!page || page.granule > granule) {
        if (middle === low) break;
        high = middle;
      } else {
        found = page;
        low = page.offset + page.length;
      }
    }
    return found;
  }

  /** The page of the stream in front of this one. */
  previous(page: OggPage, from: number): OggPage | undefined {
    for (let step = LARGEST_PAGE; ; step *= 4) {
      const start = Math.max(from, page.offset - step);
      let found: OggPage | undefined;
      for (
        let each = this.find(start, page.offset);
        each;
        each = this.find(each.offset + each.length, page.offset)
      ) {
        found = each;
      }
      if (found || start === from) return found;
    }
  }

  #pageAt(offset: number): OggPage | undefined {
    const { window } = this;
    const head = window.at(offset, HEADER_BYTES);
    if (head.length < HEADER_BYTES) return undefined;
    const view = new DataView(head.buffer, head.byteOffset, HEADER_BYTES);
    if (view.getUint32(0) !== CAPTURE || view.getUint8(4) !== 0) return undefined;
    const flags = view.getUint8(5);
    const granule = Number(view.getBigInt64(6, true));
    const serial = view.getUint32(14, true);
    const claimed = view.getUint32(22, true);
    const segments = view.getUint8(26);
    const lacing = window.at(offset + HEADER_BYTES, segments).slice();
    const body = lacing.reduce((sum, byte) => sum + byte, 0);
    const length = HEADER_BYTES + segments + body;
    const bytes = window.at(offset, length);
    if (lacing.length < segments || bytes.length < length) return undefined;
    // The checksum is taken with itself as 0.
    let crc = crc32(bytes.subarray(0, 22));
    crc = crc32(bytes.subarray(26), crc32(new Uint8Array(4), crc));
    if (crc !== claimed) return undefined;
    const pieces: { offset: number; length: number }[] = [];
    let at = offset + HEADER_BYTES + segments;
    let piece = 0;
    for (const segment of lacing) {
      piece += segment;
      if (segment === 255) continue;
      pieces.push({ offset: at, length: piece });
      at += piece;
      piece = 0;
    }
    const complete = lacing.at(-1) !== 255;
    if (!complete) pieces.push({ offset: at, length: piece });
    return {
      offset,
      length,
      granule: granule >= 0 ? granule : -1,
      continued: (flags & 1) !== 0,
      first: (flags & 2) !== 0,
      last: (flags & 4) !== 0,
      serial,
      pieces,
      complete,
    };
  }

  #capture(offset: number, limit: number): number {
    for (let at = offset; at < limit;) {
      const bytes = this.window.at(at, Math.min(4_096, this.window.length - at));
      for (let index = 0; index + 3 < bytes.length && at + index < limit; index++) {
        if (
          bytes[index] === 0x4f &&
          bytes[index + 1] === 0x67 &&
          bytes[index + 2] === 0x67 &&
          bytes[index + 3] === 0x53
        )
          return at + index;
      }
      if (bytes.length < 4) return limit;
      at += bytes.length - 3;
    }
    return limit;
  }
}

/** The packets of a stream in order, put together from their pieces. One that lacks its beginning is left out. */
export class OggPackets {
  readonly #pages: OggPages;
  #offset: number;
  #partial: Uint8Array[] | undefined;
  #ready: OggPacket[] = [];
  #over = false;

  /** From the page at, or behind, byte `offset` on. */
  constructor(pages: OggPages, offset: number) {
    this.#pages = pages;
    this.#offset = offset;
  }

  next(): OggPacket | undefined {
    while (this.#ready.length === 0 && !this.#over) this.#page();
    return this.#ready.shift();
  }

  /** Where the first page begins that nothing was taken from yet. */
  get offset(): number {
    return this.#offset;
  }

  #page(): void {
    const page = this.#pages.find(this.#offset);
    if (!page) {
      this.#over = true;
      return;
    }
    const isGap = page.offset !== this.#offset && this.#pages.serial === undefined;
    if (isGap || !page.continued) this.#partial = undefined;
    this.#offset = page.offset + page.length;
    this.#over = page.last;
    const ends = page.pieces.length - (page.complete ? 0 : 1);
    for (const [index, { offset, length }] of page.pieces.entries()) {
      const begins = index > 0 || !page.continued;
      const parts = begins ? [] : this.#partial;
      this.#partial = undefined;
      const bytes = this.#pages.window.at(offset, length).slice();
      if (index === ends) {
        const size = (parts ?? []).reduce((sum, part) => sum + part.length, length);
        this.#partial = parts && size <= LARGEST_PACKET ? [...parts, bytes] : undefined;
      } else if (parts) {
        const isLast = index === ends - 1;
        this.#ready.push({
          bytes: parts.length === 0 ? bytes : joined([...parts, bytes]),
          granule: isLast && page.granule >= 0 ? page.granule : undefined,
          last: isLast && page.last,
          offset: offset + length,
        });
      } else if (index === ends - 1 && page.granule >= 0) {
        // The position holds though the packet is lost.
        this.#ready.push({
          bytes: NO_BYTES,
          granule: page.granule,
          last: page.last,
          offset: offset + length,
        });
      }
    }
  }
}

/** All of it in one piece. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

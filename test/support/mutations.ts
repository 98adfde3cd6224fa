import fc from 'fast-check';
import { crc32 } from '../../src/main/wave/files/crc.ts';

/**
 * What befalls a file: bytes anywhere, and its structure, whose lengths and checksums stay right, so that what is behind
 * them is reached.
 */

/** 0 to `below` - 1. */
export type Pick = (below: number) => number;

/** A file made by choices; what fails is made of few and small ones. */
export function mutated(make: (pick: Pick) => Uint8Array): fc.Arbitrary<Uint8Array> {
  return fc.array(fc.nat(0x7fffffff), { minLength: 4, maxLength: 80, size: 'max' }).map((choices) => {
    let next = 0;
    return make((below) => (below < 1 ? 0 : (choices[next++ % choices.length]! + next) % below));
  });
}

/** Numbers at which readers tend to break. */
const EDGES = [
  0, 1, 2, 3, 7, 8, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffff0,
  0xffffffff,
];
/** Half of what is done to bytes is done among the first. */
const HEAD = 200;

/** Bytes changed, put in, left out, doubled or filled, numbers of both orders that are edges, the end cut off. */
export function mutateBytes(original: Uint8Array, pick: Pick): Uint8Array {
  let bytes = original.slice();
  for (let count = 1 + pick(5); count > 0 && bytes.length > 8; count--) {
    const view = new DataView(bytes.buffer);
    const at = pick(pick(2) === 0 ? Math.min(HEAD, bytes.length - 4) : bytes.length - 4);
    const length = 1 + pick(Math.min(pick(2) === 0 ? 4 : 600, bytes.length - at));
    const isLittle = pick(2) === 0;
    switch (pick(9)) {
      case 0:
        bytes[at] = pick(256);
        break;
      case 1:
        bytes[at]! ^= 1 << pick(8);
        break;
      case 2:
        view.setUint16(at, EDGES[pick(EDGES.length)]! & 0xffff, isLittle);
        break;
      case 3:
        view.setUint32(at, EDGES[pick(EDGES.length)]!, isLittle);
        break;
      case 4:
        view.setUint32(at, pick(bytes.length * 2), isLittle);
        break;
      case 5:
        bytes.fill(pick(2) * 255, at, at + length);
        break;
      case 6:
        bytes = joined(bytes.subarray(0, at), bytes.subarray(at + length));
        break;
      case 7:
        bytes = joined(bytes.subarray(0, at + length), bytes.subarray(at));
        break;
      default:
        bytes = bytes.slice(0, Math.max(8, at));
    }
  }
  return bytes;
}

/** A part of a file: another list of parts, or data. */
interface Chunk {
  id: string;
  /** Of a list. */
  type: string;
  parts: Chunk[] | undefined;
  data: Uint8Array;
}
const LISTS = new Set(['RIFF', 'RIFX', 'LIST', 'FORM']);

/**
 * Chunks of RIFF, and of IFF with `bigEndian`: left out, doubled, moved, named otherwise, put into a list, their data
 * changed. The sizes of all of them are right.
 */
export function mutateChunks(original: Uint8Array, pick: Pick, { bigEndian = false } = {}): Uint8Array {
  const parts = chunksOf(original, !bigEndian);
  for (let count = 1 + pick(4); count > 0; count--) {
    const lists = [parts, ...listsIn(parts)].filter((list) => list.length > 0);
    const list = lists[pick(lists.length)];
    if (!list) break;
    const at = pick(list.length);
    const chunk = list[at]!;
    const others = lists[pick(lists.length)]!;
    const other = others[pick(others.length)]!;
    switch (pick(8)) {
      case 0:
        list.splice(at, 1);
        break;
      case 1:
        list.splice(at, 0, chunk);
        break;
      case 2:
        list.splice(at, 1);
        list.splice(pick(list.length + 1), 0, chunk);
        break;
      case 3:
        if (pick(2) === 0) chunk.id = other.id;
        else chunk.type = other.type.padEnd(4, ' ');
        break;
      case 4:
        if (chunk.parts) chunk.parts.splice(pick(chunk.parts.length + 1), 0, { ...other });
        break;
      default:
        if (!chunk.parts) chunk.data = mutateBytes(chunk.data, pick);
        else if (chunk.parts.length > 0) {
          const inner = chunk.parts[pick(chunk.parts.length)]!;
          if (!inner.parts) inner.data = mutateBytes(inner.data, pick);
        }
    }
  }
  return joined(...parts.map((part) => bytesOf(part, !bigEndian, LEVELS)));
}

/** Lists that were put into themselves end here. */
const LEVELS = 12;

function chunksOf(bytes: Uint8Array, isLittle: boolean): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  for (let at = 0; at + 8 <= bytes.length;) {
    const id = Buffer.from(bytes.subarray(at, at + 4)).toString('latin1');
    const size = Math.min(view.getUint32(at + 4, isLittle), bytes.length - at - 8);
    const data = bytes.subarray(at + 8, at + 8 + size);
    const isList = LISTS.has(id) && size >= 4;
    chunks.push({
      id,
      type: isList ? Buffer.from(data.subarray(0, 4)).toString('latin1') : '',
      parts: isList ? chunksOf(data.subarray(4), isLittle) : undefined,
      data,
    });
    at += 8 + size + (size % 2);
  }
  return chunks;
}

function listsIn(chunks: readonly Chunk[], levels = LEVELS): Chunk[][] {
  if (levels === 0) return [];
  return chunks.flatMap(({ parts }) => (parts ? [parts, ...listsIn(parts, levels - 1)] : []));
}

function bytesOf({ id, type, parts, data }: Chunk, isLittle: boolean, levels: number): Uint8Array {
  const inside = levels > 0 ? (parts ?? []) : [];
  const content = parts
    ? joined(Buffer.from(type, 'latin1'), ...inside.map((part) => bytesOf(part, isLittle, levels - 1)))
    : data;
  const head = new Uint8Array(8);
  head.set(Buffer.from(id, 'latin1'));
  new DataView(head.buffer).setUint32(4, content.length, isLittle);
  return joined(head, content, new Uint8Array(content.length % 2));
}

const PAGE_HEAD = 27;

/** Pages of Ogg: left out, doubled, moved, their heads and packets changed. Their checksums are right. */
export function mutatePages(original: Uint8Array, pick: Pick): Uint8Array {
  const pages = pagesOf(original);
  for (let count = 1 + pick(4); count > 0 && pages.length > 0; count--) {
    // Half of it among the first, which say what the others are.
    const at = pick(pick(2) === 0 ? Math.min(3, pages.length) : pages.length);
    const page = pages[at]!;
    const view = new DataView(page.buffer);
    switch (pick(8)) {
      case 0:
        pages.splice(at, 1);
        break;
      case 1:
        pages.splice(at, 0, page.slice());
        break;
      case 2:
        pages.splice(at, 1);
        pages.splice(pick(pages.length + 1), 0, page);
        break;
      case 3:
        page[5] = pick(8);
        break;
      case 4:
        view.setBigUint64(6, BigInt(EDGES[pick(EDGES.length)]!) << BigInt(32 * pick(2)), true);
        break;
      case 5:
        view.setUint32(14 + 4 * pick(2), EDGES[pick(EDGES.length)]!, true);
        break;
      default: {
        const start = Math.min(page.length, PAGE_HEAD + page[26]!);
        const packet = mutateBytes(page.subarray(start), pick).subarray(0, page.length - start);
        page.set(packet, start);
      }
    }
  }
  for (const page of pages) {
    const view = new DataView(page.buffer);
    view.setUint32(22, 0, true);
    view.setUint32(22, crc32(page), true);
  }
  return joined(...pages);
}

function pagesOf(bytes: Uint8Array): Uint8Array<ArrayBuffer>[] {
  const pages: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at + PAGE_HEAD <= bytes.length;) {
    const pieces = bytes.subarray(at + PAGE_HEAD, at + PAGE_HEAD + bytes[at + 26]!);
    const length = PAGE_HEAD + pieces.length + pieces.reduce((sum, piece) => sum + piece, 0);
    const page = bytes.slice(at, at + length);
    if (page.length < length) break;
    pages.push(page);
    at += length;
  }
  return pages;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

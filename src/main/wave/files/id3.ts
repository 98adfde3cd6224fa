import { bytesOf, type ByteSource } from './byteSource.ts';

const HEADER_BYTES = 10;
const FOOTER = 0x10;
const MOST_TAGS = 16;

/** Byte behind the ID3v2 tags that a file begins with. */
export function afterId3(source: ByteSource): number {
  let offset = 0;
  for (let count = 0; count < MOST_TAGS; count++) {
    const head = bytesOf(source, offset, HEADER_BYTES);
    if (head.length < HEADER_BYTES || String.fromCharCode(...head.subarray(0, 3)) !== 'ID3') break;
    // Seven bits of every byte.
    const size = head.subarray(6).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0);
    offset += HEADER_BYTES + size + (head[5]! & FOOTER ? HEADER_BYTES : 0);
  }
  return offset;
}

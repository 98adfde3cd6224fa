/** 16-bit little-endian samples at a byte offset: a view where alignment allows it, otherwise a copy. */
export function int16View(bytes: Uint8Array, offset: number, length: number): Int16Array {
  const at = bytes.byteOffset + offset;
  if (at % 2 === 0) return new Int16Array(bytes.buffer, at, length);
  return new Int16Array(bytes.slice(offset, offset + length * 2).buffer);
}

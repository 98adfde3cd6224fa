import type { ByteSource } from '../../../src/main/wave/files/byteSource.ts';

/** Bytes in memory as a file; `length` may claim more than there is. */
export function byteSource(bytes: Uint8Array, name = 'memory', length = bytes.length): ByteSource {
  return {
    name,
    length,
    read(offset, into) {
      const part = bytes.subarray(offset, offset + into.length);
      into.set(part);
      return part.length;
    },
  };
}

/** Cyclic redundancy checks as the containers of sound use them: highest bit first, starting from 0. */

/** Of polynomial `polynomial` in `bits` bits, byte by byte. */
function crcTable(bits: 8 | 16 | 32, polynomial: number): Uint32Array {
  const top = 2 ** (bits - 1);
  const mask = 2 ** bits - 1;
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte * 2 ** (bits - 8);
    for (let bit = 0; bit < 8; bit++) {
      const carry = crc >= top;
      crc = (crc * 2) % (mask + 1);
      if (carry) crc = (crc ^ polynomial) >>> 0;
    }
    return crc;
  });
}

const CRC8 = crcTable(8, 0x07);
const CRC16 = crcTable(16, 0x8005);
const CRC32 = crcTable(32, 0x04c11db7);

/** Of a FLAC frame's header. */
export function crc8(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = CRC8[crc ^ byte]!;
  return crc;
}

/** Of a FLAC frame. */
export function crc16(bytes: Uint8Array, crc = 0): number {
  for (let index = 0; index < bytes.length; index++)
    crc = ((crc << 8) & 0xffff) ^ CRC16[(crc >> 8) ^ bytes[index]!]!;
  return crc;
}

/** Of an Ogg page. */
export function crc32(bytes: Uint8Array, crc = 0): number {
  for (let index = 0; index < bytes.length; index++) crc = (crc << 8) ^ CRC32[(crc >>> 24) ^ bytes[index]!]!;
  return crc >>> 0;
}

/** Lengths of MIDI messages on the wire, as far as unpacker, packer and record writer must know them. RULE-5. */

export const SYSEX_START = 0xf0;
export const SYSEX_END = 0xf7;

/**
 * Bytes of a complete message with this status byte, status included; 0 for SysEx (any length), for the undefined
 * 0xF4 and 0xF5, for a lone 0xF7, and for what is not a status byte.
 */
export function messageLength(status: number): number {
  if (status < 0x80) return 0;
  if (status < 0xf0) return (status & 0xe0) === 0xc0 ? 2 : 3;
  if (status >= 0xf8) return 1;
  switch (status) {
    case 0xf1:
    case 0xf3:
      return 2;
    case 0xf2:
      return 3;
    case 0xf6:
      return 1;
    default:
      return 0;
  }
}

/** Whether `length` bytes at `offset` are exactly one message with its own status byte. */
export function isCompleteMessage(bytes: Uint8Array, offset: number, length: number): boolean {
  if (length < 1) return false;
  const status = bytes[offset]!;
  if (status !== SYSEX_START && messageLength(status) !== length) return false;
  const lastData = status === SYSEX_START ? length - 2 : length - 1;
  if (status === SYSEX_START && (length < 2 || bytes[offset + length - 1] !== SYSEX_END)) return false;
  for (let index = 1; index <= lastData; index++) if (bytes[offset + index]! >= 0x80) return false;
  return true;
}

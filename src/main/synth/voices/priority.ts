/** Voice priorities: the class in the upper bits, an offset by channel in the lower ones. Specification 4.8. */
export const VOICE_PRIORITY = {
  critical: 0xf0000000,
  high: 0xc0000000,
  standard: 0x80000000,
  low: 0x40000000,
  persist: 0x10000000,
} as const;

/** Offsets of channels 1 to 16: percussion first, then as the numbers go. */
const OFFSETS = [0xe, 0xd, 0xc, 0xb, 0xa, 9, 8, 7, 6, 0xf, 5, 4, 3, 2, 1, 0];

/** Priority of a channel (0-based) that nobody set another one for. */
export const defaultPriority = (channel: number): number => VOICE_PRIORITY.standard + OFFSETS[channel]!;

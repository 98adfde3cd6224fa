/**
 * How Vorbis and Opus order their channels, and what WAVEFORMATEXTENSIBLE has in that place: for each channel of a
 * stream of ours, the channel of theirs.
 */
const ORDERS: Readonly<Record<number, readonly number[]>> = {
  1: [0],
  2: [0, 1],
  3: [0, 2, 1],
  4: [0, 1, 2, 3],
  5: [0, 2, 1, 3, 4],
  6: [0, 2, 1, 5, 3, 4],
  7: [0, 2, 1, 6, 5, 3, 4],
  8: [0, 2, 1, 7, 5, 6, 3, 4],
};

/** SPEAKER_* of each count of channels, as Xiph's codecs define them; 0 = the usual ones. */
const MASKS: Readonly<Record<number, number>> = { 3: 0x7, 4: 0x33, 5: 0x37, 6: 0x3f, 7: 0x70f, 8: 0x63f };

export function xiphOrder(channels: number): readonly number[] {
  return ORDERS[channels] ?? Array.from({ length: channels }, (_, index) => index);
}

export function xiphMask(channels: number): number {
  return MASKS[channels] ?? 0;
}

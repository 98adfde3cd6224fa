import type { Ac3Frame, CodedFrame, Eac3Frame, FrameReader } from './codedFrame.ts';

/** AC-3 and E-AC-3 synchronisation frames (ATSC A/52, annex E). */

const SAMPLE_RATES = [48_000, 44_100, 32_000] as const;
/** kbit/s of each pair of `frmsizecod`. */
const BIT_RATES = [
  32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640,
] as const;
const BLOCK_SAMPLES = 256;
const FRAME_SAMPLES = 6 * BLOCK_SAMPLES;
const BLOCKS = [1, 2, 3, 6] as const;
/** `bsid` up to this is AC-3; 9 and 10 halve and quarter the rate. */
const HIGHEST_AC3_BSID = 10;
const HIGHEST_EAC3_BSID = 16;
const DEPENDENT = 1;
const RESERVED_TYPE = 3;

export const ac3Frames: FrameReader = {
  headerBytes: 6,
  read(bytes, offset): CodedFrame | undefined {
    if (bytes[offset] !== 0x0b || bytes[offset + 1] !== 0x77 || offset + 6 > bytes.length) return undefined;
    const bsid = bytes[offset + 5]! >> 3;
    if (bsid <= HIGHEST_AC3_BSID) return readAc3(bytes, offset, bsid);
    return bsid <= HIGHEST_EAC3_BSID ? readEac3(bytes, offset) : undefined;
  },
};

function readAc3(bytes: Uint8Array, offset: number, bsid: number): Ac3Frame | undefined {
  const rate = SAMPLE_RATES[bytes[offset + 4]! >> 6];
  const sizeCode = bytes[offset + 4]! & 0x3f;
  const bitRate = BIT_RATES[sizeCode >> 1];
  if (rate === undefined || bitRate === undefined) return undefined;
  // At 44.1 kHz a frame is no whole number of words; every other size code has the one that makes up for it.
  const words =
    Math.floor((bitRate * 1000 * FRAME_SAMPLES) / 16 / rate) + (rate === 44_100 ? sizeCode & 1 : 0);
  return {
    codec: 'ac3',
    length: 2 * words,
    sampleRate: rate >> Math.max(0, bsid - 8),
    samples: FRAME_SAMPLES,
    bitstreamMode: bytes[offset + 5]! & 7,
  };
}

function readEac3(bytes: Uint8Array, offset: number): Eac3Frame | undefined {
  const type = bytes[offset + 2]! >> 6;
  const substream = (bytes[offset + 2]! >> 3) & 7;
  const words = (((bytes[offset + 2]! & 7) << 8) | bytes[offset + 3]!) + 1;
  const rateCode = bytes[offset + 4]! >> 6;
  const second = (bytes[offset + 4]! >> 4) & 3;
  if (type === RESERVED_TYPE || 2 * words <= ac3Frames.headerBytes) return undefined;
  // Half rates have no room for a number of blocks, which is 6 then.
  const isHalf = rateCode === 3;
  if (isHalf && second === 3) return undefined;
  const blocks = isHalf ? 6 : BLOCKS[second]!;
  return {
    codec: 'eac3',
    length: 2 * words,
    sampleRate: isHalf ? SAMPLE_RATES[second]! / 2 : SAMPLE_RATES[rateCode]!,
    samples: blocks * BLOCK_SAMPLES,
    leading: type !== DEPENDENT && substream === 0,
    blocks,
  };
}

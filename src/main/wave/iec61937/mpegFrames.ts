import type { FrameReader, MpegFrame } from './codedFrame.ts';

/** Frames of MPEG-1 and MPEG-2 LSF audio, layers I and II (ISO/IEC 11172-3, 13818-3). */

const SAMPLE_RATES = [44_100, 48_000, 32_000] as const;
/** kbit/s of `bitrate_index`; 0 is a rate that the header does not tell. */
const BIT_RATES = {
  mpeg1: {
    1: [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    2: [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  },
  lsf: {
    1: [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  },
} as const;
const SAMPLES = { 1: 384, 2: 1152 } as const;
/** Bytes that a frame is counted in. */
const SLOT = { 1: 4, 2: 1 } as const;
const VERSION = { MPEG1: 3, LSF: 2 } as const;

export const mpegFrames: FrameReader = {
  headerBytes: 4,
  read(bytes, offset): MpegFrame | undefined {
    const [sync, kind, rates] = [bytes[offset], bytes[offset + 1], bytes[offset + 2]];
    if (sync !== 0xff || offset + 4 > bytes.length || (kind! & 0xe0) !== 0xe0) return undefined;
    const version = (kind! >> 3) & 3;
    const layer = 4 - ((kind! >> 1) & 3);
    if ((version !== VERSION.MPEG1 && version !== VERSION.LSF) || (layer !== 1 && layer !== 2))
      return undefined;
    const lsf = version === VERSION.LSF;
    const bitRate = BIT_RATES[lsf ? 'lsf' : 'mpeg1'][layer][rates! >> 4];
    const rate = SAMPLE_RATES[(rates! >> 2) & 3];
    if (!bitRate || rate === undefined) return undefined;
    const sampleRate = lsf ? rate / 2 : rate;
    const padding = (rates! >> 1) & 1;
    const slots = Math.floor((SAMPLES[layer] * bitRate * 1000) / 8 / SLOT[layer] / sampleRate) + padding;
    return { codec: 'mpeg', length: slots * SLOT[layer], sampleRate, samples: SAMPLES[layer], layer, lsf };
  },
};

/** What IEC 61937 says of bursts. A frame of IEC 60958 is two words of 16 bits, one in each channel. */

/** Pa and Pb, the words a burst begins with. */
export const SYNC = [0xf872, 0x4e1f] as const;
/** Pa, Pb, Pc and Pd. */
export const PREAMBLE_BYTES = 8;
/** Bytes of an IEC 60958 frame. */
export const CARRIER_FRAME_BYTES = 4;

/** Data types of Pc, bits 0 to 4. */
export const DATA_TYPE = {
  NULL: 0,
  AC3: 1,
  PAUSE: 3,
  MPEG1_LAYER1: 4,
  /** Layers II and III of MPEG-1, and of MPEG-2 without extension. */
  MPEG1_LAYER23: 5,
  MPEG2_EXTENSION: 6,
  AAC: 7,
  MPEG2_LAYER1_LSF: 8,
  MPEG2_LAYER2_LSF: 9,
  MPEG2_LAYER3_LSF: 10,
  DTS_I: 11,
  DTS_II: 12,
  DTS_III: 13,
  ATRAC: 14,
  ATRAC3: 15,
  ATRAC_X: 16,
  DTS_IV: 17,
  WMA_PRO: 18,
  AAC_LSF: 19,
  EAC3: 21,
  MAT: 22,
} as const;

/** IEC 60958 frames from the start of one burst to that of the next, by data type. */
const PERIODS: Readonly<Record<number, number>> = {
  [DATA_TYPE.AC3]: 1536,
  [DATA_TYPE.MPEG1_LAYER1]: 384,
  [DATA_TYPE.MPEG1_LAYER23]: 1152,
  [DATA_TYPE.MPEG2_EXTENSION]: 1152,
  [DATA_TYPE.AAC]: 1024,
  [DATA_TYPE.MPEG2_LAYER1_LSF]: 768,
  [DATA_TYPE.MPEG2_LAYER2_LSF]: 2304,
  [DATA_TYPE.MPEG2_LAYER3_LSF]: 1152,
  [DATA_TYPE.DTS_I]: 512,
  [DATA_TYPE.DTS_II]: 1024,
  [DATA_TYPE.DTS_III]: 2048,
  [DATA_TYPE.ATRAC]: 512,
  [DATA_TYPE.ATRAC3]: 1024,
  [DATA_TYPE.ATRAC_X]: 2048,
  [DATA_TYPE.EAC3]: 6144,
  [DATA_TYPE.MAT]: 15_360,
};
/** By the subtype in bits 5 and 6. */
const WMA_PRO_PERIODS = [2048, 2048, 1024, 512] as const;
const AAC_LSF_PERIODS = [2048, 4096] as const;
/** By bits 8 to 10. */
const DTS_IV_PERIODS = [512, 1024, 2048, 4096, 8192, 16_384] as const;

/**
 * Bytes from the start of one burst to that of the next, by its Pc; undefined for types that have no period (null and
 * pause) and for reserved ones.
 */
export function burstPeriod(pc: number): number | undefined {
  const frames = periodFrames(pc);
  return frames === undefined ? undefined : frames * CARRIER_FRAME_BYTES;
}

function periodFrames(pc: number): number | undefined {
  const subtype = (pc >> 5) & 3;
  switch (dataTypeOf(pc)) {
    case DATA_TYPE.WMA_PRO:
      return WMA_PRO_PERIODS[subtype];
    case DATA_TYPE.AAC_LSF:
      return AAC_LSF_PERIODS[subtype];
    case DATA_TYPE.DTS_IV:
      return DTS_IV_PERIODS[(pc >> 8) & 7];
    default:
      return PERIODS[dataTypeOf(pc)];
  }
}

export const dataTypeOf = (pc: number): number => pc & 0x1f;

/** Bytes of the payload: Pd counts bits, or bytes where a burst can have more than 65,535 bits. */
export function payloadBytes(pc: number, pd: number): number {
  const type = dataTypeOf(pc);
  const inBytes = type === DATA_TYPE.EAC3 || type === DATA_TYPE.MAT || type === DATA_TYPE.DTS_IV;
  return inBytes ? pd : Math.ceil(pd / 8);
}

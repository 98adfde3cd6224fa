/** How the samples of a PCM stream are written as bytes, little endian and interleaved. Specification 3.8. */
export interface SampleFormat {
  readonly encoding: 'integer' | 'float';
  /** Bytes of one sample: 1 to 4 for integers, 4 or 8 for floats. 8-bit samples are unsigned. */
  readonly containerBytes: number;
  /** Bits that carry the sample, left-justified in the container. */
  readonly validBits: number;
}

/** Samples of one channel, full scale = 1. A 32-bit float holds integers of up to 24 bits exactly, a 64-bit one all. */
export type SampleBuffer = Float32Array | Float64Array;

export const integerSamples = (bits: number, validBits = bits): SampleFormat => ({
  encoding: 'integer',
  containerBytes: bits / 8,
  validBits,
});

export const FLOAT_SAMPLES: SampleFormat = { encoding: 'float', containerBytes: 4, validBits: 24 };

/** Whether values of one format lose bits in the other, and dither is due. */
export function narrows(from: SampleFormat, to: SampleFormat): boolean {
  return to.encoding === 'integer' && (from.encoding === 'float' || from.validBits > to.validBits);
}

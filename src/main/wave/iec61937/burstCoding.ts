import type { BurstCoding } from '../../../contract/hardware.ts';
import type { ByteSource } from '../files/byteSource.ts';
import { ac3Frames } from './ac3Frames.ts';
import { DATA_TYPE } from './burst.ts';
import type { Burst, BurstParser } from './burstParser.ts';
import { burstLayout } from './burstWriter.ts';
import type { FrameCodec, FrameReader } from './codedFrame.ts';
import { dtsFrames } from './dtsFrames.ts';
import { mpegFrames } from './mpegFrames.ts';

/** Which coding is in a burst, and how fast its link is. */

const CODINGS: Readonly<Record<number, BurstCoding>> = {
  [DATA_TYPE.AC3]: 'ac3',
  [DATA_TYPE.EAC3]: 'eac3',
  [DATA_TYPE.DTS_I]: 'dts',
  [DATA_TYPE.DTS_II]: 'dts',
  [DATA_TYPE.DTS_III]: 'dts',
  [DATA_TYPE.MPEG1_LAYER1]: 'mpeg',
  [DATA_TYPE.MPEG1_LAYER23]: 'mpeg',
  [DATA_TYPE.MPEG2_LAYER1_LSF]: 'mpeg',
  [DATA_TYPE.MPEG2_LAYER2_LSF]: 'mpeg',
  [DATA_TYPE.WMA_PRO]: 'wmaPro',
};
/** What WMA Pro is sent at when nothing tells. */
const USUAL_RATE = 48_000;

export const FRAME_READERS: Readonly<Record<FrameCodec, FrameReader>> = {
  ac3: ac3Frames,
  eac3: ac3Frames,
  dts: dtsFrames,
  mpeg: mpegFrames,
};

/** Undefined for data types that no pin takes. */
export function codingOfBurst({ dataType }: Burst): BurstCoding | undefined {
  return CODINGS[dataType];
}

/** Rate of the link that a burst was made for, Hz, as the frames in it tell. */
export function rateOfBurst(parser: BurstParser, burst: Burst): number {
  const coding = codingOfBurst(burst);
  if (!coding || coding === 'wmaPro') return USUAL_RATE;
  const frame = FRAME_READERS[coding].read(parser.readPayload(burst), 0);
  return frame ? burstLayout(frame).carrierRate : USUAL_RATE;
}

/** A part of a source as one of its own. */
export function partOf(source: ByteSource, offset: number, length: number): ByteSource {
  return {
    name: source.name,
    length,
    read: (at, into) => source.read(offset + at, into.subarray(0, Math.max(0, length - at))),
  };
}

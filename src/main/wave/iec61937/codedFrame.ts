/** Frames of coded sound, as their headers describe them. Nothing is decoded. */

/** Codecs whose frames are wrapped into IEC 61937 bursts. `mpeg`: MPEG-1 and MPEG-2 LSF audio, layers I and II. */
export type FrameCodec = 'ac3' | 'eac3' | 'dts' | 'mpeg';

interface FrameHeader {
  /** Bytes of the frame. */
  readonly length: number;
  /** Of the coded sound, Hz. */
  readonly sampleRate: number;
  /** Samples per channel that the frame stands for. */
  readonly samples: number;
}

export interface Ac3Frame extends FrameHeader {
  readonly codec: 'ac3';
  /** `bsmod`: what the service is for, told in the burst's preamble. */
  readonly bitstreamMode: number;
}

export interface Eac3Frame extends FrameHeader {
  readonly codec: 'eac3';
  /** Independent substream 0: the one whose blocks count. */
  readonly leading: boolean;
  /** Of 256 samples: 1, 2, 3 or 6. */
  readonly blocks: number;
}

export interface DtsFrame extends FrameHeader {
  readonly codec: 'dts';
  /** Its 16-bit words have the low byte first. */
  readonly littleEndian: boolean;
}

export interface MpegFrame extends FrameHeader {
  readonly codec: 'mpeg';
  readonly layer: 1 | 2;
  /** Low sampling frequencies: half of those of MPEG-1. */
  readonly lsf: boolean;
}

export type CodedFrame = Ac3Frame | Eac3Frame | DtsFrame | MpegFrame;

/** Finds the frames of one codec. Of the bytes that are asked for there may be fewer at the end of a file. */
export interface FrameReader {
  /** Bytes from the start of a frame that tell all about it. */
  readonly headerBytes: number;
  /** The frame that begins at `offset`; undefined where none does. */
  read(bytes: Uint8Array, offset: number): CodedFrame | undefined;
  /** Bytes of an extension that begins at `offset`, right behind a frame, and is not sent; 0 where none does. */
  extension?(bytes: Uint8Array, offset: number): number;
}

/** Frames that can follow each other in one stream. */
export function isSameStream(one: CodedFrame, other: CodedFrame): boolean {
  return (
    one.codec === other.codec &&
    one.sampleRate === other.sampleRate &&
    (one.codec === 'eac3' || one.samples === other.samples) &&
    (one.codec !== 'mpeg' || one.layer === (other as MpegFrame).layer) &&
    (one.codec !== 'dts' || one.littleEndian === (other as DtsFrame).littleEndian)
  );
}

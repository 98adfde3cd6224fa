import { PinwheelError } from '../../../contract/errors.ts';
import { CARRIER_FRAME_BYTES, DATA_TYPE, PREAMBLE_BYTES, SYNC } from './burst.ts';
import type { CodedFrame, DtsFrame, Eac3Frame, MpegFrame } from './codedFrame.ts';
import type { FrameScanner, ScannedFrame } from './frameScanner.ts';

/** A burst holds what stands for six blocks. */
const EAC3_BLOCKS = 6;
const EAC3_PERIOD = 6144 * CARRIER_FRAME_BYTES;
const DTS_TYPES: Readonly<Record<number, number>> = {
  512: DATA_TYPE.DTS_I,
  1024: DATA_TYPE.DTS_II,
  2048: DATA_TYPE.DTS_III,
};

/** How the frames of a stream travel. */
export interface BurstLayout {
  /** IEC 60958 frames per second, Hz. */
  readonly carrierRate: number;
  /** Bytes of a burst with its padding. */
  readonly period: number;
}

/** E-AC-3 travels at four times its sample rate, MPEG at low sampling frequencies at twice its own. */
export function burstLayout(frame: CodedFrame): BurstLayout {
  if (frame.codec === 'eac3') return { carrierRate: 4 * frame.sampleRate, period: EAC3_PERIOD };
  const times = frame.codec === 'mpeg' && frame.lsf ? 2 : 1;
  return {
    carrierRate: times * frame.sampleRate,
    period: times * frame.samples * CARRIER_FRAME_BYTES,
  };
}

/**
 * Wraps the frames of a stream into IEC 61937 bursts of 16-bit words with the low byte first: preamble, frames, and
 * zeros up to the repetition period.
 */
export class BurstWriter {
  readonly #frames: FrameScanner;
  readonly #burst = new Uint8Array(EAC3_PERIOD);
  /** Bytes of E-AC-3 frames that wait in the burst for their period to be complete. */
  #gathered = 0;
  #blocks = 0;
  /** The frame that begins the next period. */
  #ahead: ScannedFrame | undefined;

  constructor(frames: FrameScanner) {
    this.#frames = frames;
  }

  /**
   * The next burst; undefined at the end. It holds until the one after it is asked for.
   *
   * @throws PinwheelError `not-supported` for frames that do not fit
   */
  next(): Uint8Array | undefined {
    const scanned = this.#ahead ?? this.#frames.next();
    this.#ahead = undefined;
    if (!scanned) return undefined;
    const { frame } = scanned;
    if (frame.codec === 'eac3') return this.#gather(scanned, frame);
    const { period } = burstLayout(frame);
    if (frame.codec === 'dts' && frame.length === period) return this.#bare(scanned, frame);
    this.#put(PREAMBLE_BYTES, scanned, period, frame.codec !== 'dts' || !frame.littleEndian);
    return this.#finish(typeOf(scanned, frame), 8 * evenLength(frame), frame.length, period);
  }

  /** Where what the next burst holds begins in the source, or before that. */
  get offset(): number {
    return this.#ahead?.offset ?? this.#frames.offset;
  }

  /** Passes over the next burst; answers whether there was one. @throws PinwheelError as `next` */
  skip(): boolean {
    if (this.#ahead) return this.next() !== undefined;
    const scanned = this.#frames.next();
    if (scanned?.frame.codec !== 'eac3') return scanned !== undefined;
    this.#ahead = scanned;
    return this.next() !== undefined;
  }

  /** Frames up to the next one that begins a period. What is left of one at the end is not sent. */
  #gather(first: ScannedFrame, frame: Eac3Frame): Uint8Array | undefined {
    this.#gathered = 0;
    this.#blocks = 0;
    let scanned: ScannedFrame | undefined = first;
    let current: Eac3Frame = frame;
    for (;;) {
      if (current.leading) {
        // A period that others began, or that lost frames, is incomplete and begins anew.
        if (this.#blocks + current.blocks > EAC3_BLOCKS) this.#gathered = this.#blocks = 0;
        this.#blocks += current.blocks;
      }
      if (this.#blocks > 0) {
        this.#put(PREAMBLE_BYTES + this.#gathered, scanned, EAC3_PERIOD, true);
        this.#gathered += current.length;
      }
      scanned = this.#frames.next();
      const isComplete = this.#blocks === EAC3_BLOCKS;
      if (!scanned) {
        if (!isComplete) return undefined;
        break;
      }
      current = scanned.frame as Eac3Frame;
      if (isComplete && current.leading) break;
    }
    this.#ahead = scanned;
    return this.#finish(DATA_TYPE.EAC3, this.#gathered, this.#gathered, EAC3_PERIOD);
  }

  /** A frame that leaves no room for a preamble travels without one, as on DTS discs. */
  #bare(scanned: ScannedFrame, frame: DtsFrame): Uint8Array {
    this.#put(0, scanned, frame.length, !frame.littleEndian);
    return this.#burst.subarray(0, frame.length);
  }

  #put(at: number, { frame, offset, bytes }: ScannedFrame, period: number, swap: boolean): void {
    if (at + bytes.length > period) {
      throw new PinwheelError({
        code: 'not-supported',
        message: `A frame of ${frame.length} bytes does not fit into its burst: its bit rate is too high for S/PDIF.`,
        offset,
        advice: 'Convert the file to a lower bit rate.',
      });
    }
    if (!swap) return this.#burst.set(bytes, at);
    // An odd place or a lone last byte takes the high half of its word.
    for (let index = 0; index < bytes.length; index++) this.#burst[(at + index) ^ 1] = bytes[index]!;
  }

  #finish(pc: number, pd: number, length: number, period: number): Uint8Array {
    const words = [...SYNC, pc, pd];
    words.forEach((word, index) => {
      this.#burst[2 * index] = word & 0xff;
      this.#burst[2 * index + 1] = word >> 8;
    });
    const end = PREAMBLE_BYTES + length;
    if (end % 2 === 1) this.#burst[end - 1] = 0;
    this.#burst.fill(0, end + (end % 2), period);
    return this.#burst.subarray(0, period);
  }
}

/** Pc: the data type, and what AC-3 says of its service. */
function typeOf({ offset }: ScannedFrame, frame: Exclude<CodedFrame, Eac3Frame>): number {
  switch (frame.codec) {
    case 'ac3':
      return DATA_TYPE.AC3 | (frame.bitstreamMode << 8);
    case 'mpeg':
      return mpegType(frame);
    case 'dts': {
      const type = DTS_TYPES[frame.samples];
      if (type !== undefined) return type;
      throw new PinwheelError({
        code: 'not-supported',
        message: `DTS frames of ${frame.samples} samples cannot be sent: bursts have 512, 1024 or 2048.`,
        offset,
      });
    }
  }
}

function mpegType({ layer, lsf }: MpegFrame): number {
  if (layer === 1) return lsf ? DATA_TYPE.MPEG2_LAYER1_LSF : DATA_TYPE.MPEG1_LAYER1;
  return lsf ? DATA_TYPE.MPEG2_LAYER2_LSF : DATA_TYPE.MPEG1_LAYER23;
}

const evenLength = ({ length }: CodedFrame): number => length + (length % 2);

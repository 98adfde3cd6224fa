import { badFile, type ByteSource } from './byteSource.ts';
import { checkChannels, checkRate } from './limits.ts';
import { OggPackets, OggPages } from './oggFile.ts';

/** Vorbis in Ogg: its headers, as the Vorbis I specification has them. */

export interface VorbisFile {
  readonly channels: number;
  /** Hz */
  readonly sampleRate: number;
  /** The first and the third header packet, which a decoder needs. */
  readonly identification: Uint8Array;
  readonly setup: Uint8Array;
  /** Frames of a long block. */
  readonly longBlock: number;
  readonly serial: number;
  /** Byte of the first page with sound. */
  readonly dataOffset: number;
}

const KIND = { IDENTIFICATION: 1, COMMENT: 3, SETUP: 5 } as const;

/** Whether a packet is the first one of a Vorbis stream. */
export function isVorbisHead(packet: Uint8Array): boolean {
  return isHeader(packet, KIND.IDENTIFICATION);
}

/** @throws PinwheelError `bad-input` */
export function parseVorbis(source: ByteSource, serial: number): VorbisFile {
  const packets = new OggPackets(new OggPages(source, serial), 0);
  const head = packets.next();
  if (!head || !isVorbisHead(head.bytes) || head.bytes.length < 30) {
    throw badFile(source, 'has no whole Vorbis header', 0);
  }
  const view = new DataView(head.bytes.buffer, head.bytes.byteOffset, head.bytes.length);
  const channels = view.getUint8(11);
  const sampleRate = view.getUint32(12, true);
  checkChannels(source, channels, head.offset);
  checkRate(source, sampleRate, head.offset);
  const [short, long] = [view.getUint8(28) & 15, view.getUint8(28) >> 4];
  if (view.getUint32(7, true) !== 0 || short < 6 || long > 13 || short > long) {
    throw badFile(source, 'has a Vorbis header that contradicts itself', head.offset);
  }
  const comment = packets.next();
  const setup = packets.next();
  if (!comment || !isHeader(comment.bytes, KIND.COMMENT) || !setup || !isHeader(setup.bytes, KIND.SETUP)) {
    throw badFile(source, 'lacks one of the three headers of Vorbis', head.offset);
  }
  return {
    channels,
    sampleRate,
    identification: head.bytes,
    setup: setup.bytes,
    longBlock: 2 ** long,
    serial,
    dataOffset: packets.offset,
  };
}

/**
 * How many frames are played, as far as it can be told without decoding: a stream that begins in the middle of a
 * broadcast is known to the length of a page.
 */
export function framesOfVorbis(pages: OggPages, { dataOffset, longBlock }: VorbisFile): number | undefined {
  const first = pages.find(dataOffset);
  const last = pages.last();
  if (!first || !last) return undefined;
  const held = first.pieces.length * longBlock;
  return first.granule > held ? last.granule - first.granule : last.granule;
}

function isHeader(packet: Uint8Array, kind: number): boolean {
  return packet[0] === kind && String.fromCharCode(...packet.subarray(1, 7)) === 'vorbis';
}

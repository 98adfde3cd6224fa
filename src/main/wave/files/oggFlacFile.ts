import { badFile, type ByteSource } from './byteSource.ts';
import { flacFrameHeader, isFlac, readStreamInfo, type FlacStream } from './flacFile.ts';
import { joined, OggPackets, OggPages } from './oggFile.ts';

/** FLAC in Ogg: each packet is a metadata block or a frame, as the FLAC to Ogg mapping 1.0 has them. */

export interface OggFlacFile extends FlacStream {
  readonly serial: number;
  /** All metadata, as a FLAC file has them in front of its frames. */
  readonly metadata: Uint8Array;
  /** Byte of the first page with sound. */
  readonly dataOffset: number;
}

/** Of the first packet, before what a FLAC file begins with: what it is, version, number of the other headers. */
const MAPPING_BYTES = 9;
const STREAM_INFO_BYTES = 34;
const BLOCK_HEADER_BYTES = 4;
const MOST_BLOCKS = 10_000;

/** Whether a packet is the first one of a FLAC stream. */
export function isOggFlacHead(packet: Uint8Array): boolean {
  return packet[0] === 0x7f && String.fromCharCode(...packet.subarray(1, 5)) === 'FLAC' && packet[5] === 1;
}

/** @throws PinwheelError `bad-input`, `not-supported` */
export function parseOggFlac(source: ByteSource, serial: number): OggFlacFile {
  const packets = new OggPackets(new OggPages(source, serial), 0);
  const head = packets.next();
  const blockAt = MAPPING_BYTES + BLOCK_HEADER_BYTES;
  if (
    !head ||
    !isOggFlacHead(head.bytes) ||
    head.bytes.length < blockAt + BLOCK_HEADER_BYTES + STREAM_INFO_BYTES
  ) {
    throw badFile(source, 'has no whole FLAC header', 0);
  }
  const { bytes, offset } = head;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!isFlac(new DataView(bytes.buffer, bytes.byteOffset + MAPPING_BYTES)) || (bytes[blockAt]! & 0x7f) !== 0)
    throw badFile(source, 'has a FLAC header that contradicts itself', offset - bytes.length);
  const infoAt = offset - bytes.length + blockAt + BLOCK_HEADER_BYTES;
  const stream = readStreamInfo(source, infoAt, view.getUint32(blockAt) & 0xffffff);
  const metadata = [bytes.subarray(MAPPING_BYTES)];
  let last = bytes[blockAt]! >= 0x80;
  for (let count = 0; !last; count++) {
    const block = packets.next();
    if (!block || count === MOST_BLOCKS) throw badFile(source, 'ends within its metadata', offset);
    last = block.bytes[0]! >= 0x80;
    metadata.push(block.bytes);
  }
  return { ...stream, serial, metadata: joined(metadata), dataOffset: packets.offset };
}

/** Where the stream begins, above 0 in what was recorded from the middle of a broadcast, and what it holds, in frames. */
export function extentOfOggFlac(pages: OggPages, flac: OggFlacFile): { beginning: number; frames: number } {
  const packets = new OggPackets(pages, flac.dataOffset);
  let beginning: number | undefined;
  for (let packet = packets.next(); packet && beginning === undefined; packet = packets.next())
    beginning = flacFrameHeader(packet.bytes, flac)?.first;
  const there = (pages.last()?.granule ?? 0) - (beginning ?? 0);
  return { beginning: beginning ?? 0, frames: Math.max(0, there) };
}

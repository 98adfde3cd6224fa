import { badFile, unsupportedFile, type ByteSource } from './byteSource.ts';
import { checkChannels } from './limits.ts';
import { OggPackets, OggPages } from './oggFile.ts';

/** Opus in Ogg: RFC 7845. */

export interface OpusFile {
  readonly channels: number;
  /** Decoders give 48 kHz whatever was encoded. */
  readonly sampleRate: 48_000;
  /** Frames at the start that are decoded and not played. */
  readonly preSkip: number;
  /** Factor on every sample. */
  readonly gain: number;
  readonly streamCount: number;
  readonly coupledStreamCount: number;
  readonly channelMapping: readonly number[];
  /** Channels are in the order of Xiph's codecs. */
  readonly ordered: boolean;
  readonly serial: number;
  /** Byte of the first page with sound. */
  readonly dataOffset: number;
}

const HEAD = 'OpusHead';
const TAGS = 'OpusTags';

/** Whether a packet is the first one of an Opus stream. */
export function isOpusHead(packet: Uint8Array): boolean {
  return startsWith(packet, HEAD);
}

/** @throws PinwheelError `bad-input`, `not-supported` */
export function parseOpus(source: ByteSource, serial: number): OpusFile {
  const packets = new OggPackets(new OggPages(source, serial), 0);
  const head = packets.next();
  if (!head || !isOpusHead(head.bytes) || head.bytes.length < 19) {
    throw badFile(source, 'has no whole Opus header', 0);
  }
  const view = new DataView(head.bytes.buffer, head.bytes.byteOffset, head.bytes.length);
  if (view.getUint8(8) > 15)
    throw unsupportedFile(source, `is of version ${view.getUint8(8)} of Opus in Ogg`, head.offset);
  const channels = view.getUint8(9);
  const family = view.getUint8(18);
  checkChannels(source, channels, head.offset);
  const mapping = mappingOf(source, view, family, channels, head.offset);
  const tags = packets.next();
  if (!tags || !startsWith(tags.bytes, TAGS))
    throw badFile(source, 'has no Opus tags behind its header', head.offset);
  return {
    channels,
    sampleRate: 48_000,
    preSkip: view.getUint16(10, true),
    gain: 10 ** (view.getInt16(16, true) / 256 / 20),
    ...mapping,
    ordered: family === 1,
    serial,
    dataOffset: packets.offset,
  };
}

function mappingOf(source: ByteSource, view: DataView, family: number, channels: number, offset: number) {
  if (family === 0) {
    if (channels > 2) throw badFile(source, `claims ${channels} channels in a mapping of two`, offset);
    const channelMapping = channels === 2 ? [0, 1] : [0];
    return { streamCount: 1, coupledStreamCount: channels - 1, channelMapping };
  }
  if (family !== 1 && family !== 255) {
    throw unsupportedFile(source, `has Opus channels of mapping family ${family}`, offset);
  }
  if (view.byteLength < 21 + channels) throw badFile(source, 'has a channel mapping that is cut off', offset);
  const streamCount = view.getUint8(19);
  const coupledStreamCount = view.getUint8(20);
  const channelMapping = Array.from({ length: channels }, (_, channel) => view.getUint8(21 + channel));
  const decoded = streamCount + coupledStreamCount;
  const fits = channelMapping.every((from) => from < decoded || from === 255);
  if (streamCount === 0 || coupledStreamCount > streamCount || decoded > 255 || !fits) {
    throw badFile(source, 'has a channel mapping that contradicts itself', offset);
  }
  return { streamCount, coupledStreamCount, channelMapping };
}

/** Frames at 48 kHz that a packet holds; 0 for what is none. RFC 6716, 3.1. */
export function opusPacketFrames(packet: Uint8Array): number {
  if (packet.length === 0) return 0;
  const config = packet[0]! >> 3;
  const code = packet[0]! & 3;
  const count = code === 0 ? 1 : code < 3 ? 2 : packet.length > 1 ? packet[1]! & 63 : 0;
  const frames = count * frameLength(config);
  // 120 ms is the most.
  return frames <= 5_760 ? frames : 0;
}

/** Position of the first sample that is decoded, and how many frames are played. RFC 7845, 4. */
export function extentOfOpus(
  pages: OggPages,
  { dataOffset, preSkip }: OpusFile,
): { beginning: number; frames: number | undefined } {
  const packets = new OggPackets(pages, dataOffset);
  let beginning = 0;
  let held = 0;
  for (let packet = packets.next(); packet; packet = packets.next()) {
    held += opusPacketFrames(packet.bytes);
    if (packet.granule === undefined) continue;
    beginning = Math.max(0, packet.granule - held);
    break;
  }
  const last = pages.last();
  return { beginning, frames: last && Math.max(0, last.granule - beginning - preSkip) };
}

function frameLength(config: number): number {
  if (config < 12) return [480, 960, 1_920, 2_880][config & 3]!;
  if (config < 16) return config & 1 ? 960 : 480;
  return 120 << (config & 3);
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return [...text].every((letter, index) => bytes[index] === letter.charCodeAt(0));
}

/** Vorbis streams in an Ogg container: what their pages say before anything is decoded, and decoding. */
import type { Sample } from './model.ts';
import { hasPlausibleCodebooks, hasPlausibleComments } from './vorbisHeaders.ts';

export interface OggVorbis {
  readonly channels: number;
  /** Frames per second. */
  readonly rate: number;
  /** Frames, by the position of the last page. */
  readonly frames: number;
  /** No decoder can make more frames of the stream's packets. */
  readonly mostFrames: number;
}

const PAGE_HEADER_BYTES = 27;
const IDENTIFICATION_BYTES = 30;
/** Identification, comment and setup. */
const HEADER_PACKETS = 3;
const COMMENT_PACKET = 1;
const SETUP_PACKET = 2;
/** "OggS". */
const CAPTURE_PATTERN = 0x4f676753;
/** Samples of a bank have one; of two the first is taken. */
const MOST_CHANNELS = 2;

/**
 * What the pages of a stream say; undefined when they are not one Vorbis stream with sensible headers. RFC 3533;
 * Vorbis I specification 4.2.
 */
export function readOggVorbis(bytes: Uint8Array): OggVorbis | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const comments: Uint8Array[] = [];
  const setup: Uint8Array[] = [];
  let head: Identification | undefined;
  let frames = 0;
  let packets = 0;
  for (let at = 0; at + PAGE_HEADER_BYTES <= bytes.length;) {
    if (view.getUint32(at, false) !== CAPTURE_PATTERN) break;
    const table = at + PAGE_HEADER_BYTES;
    const data = table + bytes[at + 26]!;
    if (data > bytes.length) break;
    let end = data;
    for (let index = table; index < data; index++) {
      const lacing = bytes[index]!;
      const segment = bytes.subarray(end, end + lacing);
      if (packets === COMMENT_PACKET) comments.push(segment);
      else if (packets === SETUP_PACKET) setup.push(segment);
      end += lacing;
      // A packet ends with the first segment that is not full.
      if (lacing < 255) packets++;
    }
    if (end > bytes.length) break;
    head ??= readIdentification(view, data, end - data);
    if (head === undefined) return undefined;
    // All ones: no packet ends on this page.
    if (view.getUint32(at + 10, true) === 0) frames = view.getUint32(at + 6, true);
    at = end;
  }
  if (head === undefined || packets < HEADER_PACKETS) return undefined;
  if (!hasPlausibleComments(joined(comments)) || !hasPlausibleCodebooks(joined(setup))) return undefined;
  const mostFrames = (packets - HEADER_PACKETS) * (head.longBlock / 2);
  return { channels: head.channels, rate: head.rate, frames: Math.min(frames, mostFrames), mostFrames };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

interface Identification {
  readonly channels: number;
  readonly rate: number;
  /** Frames of the longer of its two block sizes. */
  readonly longBlock: number;
}

function readIdentification(view: DataView, at: number, length: number): Identification | undefined {
  if (length < IDENTIFICATION_BYTES) return undefined;
  // 1, "vorbis", version 0.
  const isVorbis =
    view.getUint32(at, false) === 0x01766f72 &&
    view.getUint16(at + 4, false) === 0x6269 &&
    view.getUint8(at + 6) === 0x73 &&
    view.getUint32(at + 7, true) === 0;
  const channels = view.getUint8(at + 11);
  const longBlock = 1 << (view.getUint8(at + 28) >> 4);
  if (!isVorbis || channels === 0 || channels > MOST_CHANNELS || longBlock < 64 || longBlock > 8192)
    return undefined;
  return { channels, rate: view.getUint32(at + 12, true), longBlock };
}

/** Decodes Vorbis streams; loaded only for a collection that has some. */
export interface VorbisDecoder {
  /** 16-bit samples of the first channel, `frames` of them. Undefined when the stream is damaged. */
  decode(compressed: Uint8Array, frames: number): Int16Array | undefined;
}

/** Resolves when the library is there. What it cannot decode is undefined, and no error. */
export async function createVorbisDecoder(): Promise<VorbisDecoder> {
  const { StbVorbis } = await import('stb-vorbis');
  await StbVorbis.ready;
  return {
    decode: (compressed, frames) => {
      let channel;
      try {
        channel = StbVorbis.decode(compressed).channels[0];
      } catch {
        // The reader says which sample is damaged.
        return undefined;
      }
      return channel && toInt16(channel, frames);
    },
  };
}

/** Exactly `frames` samples: loop points count on them. */
function toInt16(samples: Float32Array, frames: number): Int16Array {
  const data = new Int16Array(frames);
  const length = Math.min(frames, samples.length);
  for (let frame = 0; frame < length; frame++) {
    data[frame] = Math.max(-32_768, Math.min(32_767, Math.round(samples[frame]! * 32_768)));
  }
  return data;
}

/** The sample with its data; the compressed form is given up. A damaged stream becomes silence. */
export function decodeSample(decoder: VorbisDecoder, sample: Sample): Sample {
  if (sample.compressed === undefined || sample.data !== undefined) return sample;
  const data = decoder.decode(sample.compressed, sample.frames) ?? new Int16Array(sample.frames);
  return { ...sample, data, compressed: undefined };
}

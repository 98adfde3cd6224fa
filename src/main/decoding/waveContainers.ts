import { PinwheelError } from '../../contract/errors.ts';
import { isAiff, parseAiff } from '../wave/files/aiffFile.ts';
import {
  ascii,
  badFile,
  bytesOf,
  unsupportedFile,
  viewOf,
  type ByteSource,
} from '../wave/files/byteSource.ts';
import { FlacFrames, isFlac, parseFlac } from '../wave/files/flacFile.ts';
import { recordOfSamples } from '../wave/files/formatRecord.ts';
import { afterId3 } from '../wave/files/id3.ts';
import { framesOfMpeg, isMpeg, MpegFrames, parseMpeg } from '../wave/files/mpegFile.ts';
import { isOgg, OggPages, type OggPage } from '../wave/files/oggFile.ts';
import { extentOfOggFlac, isOggFlacHead, parseOggFlac } from '../wave/files/oggFlacFile.ts';
import { extentOfOpus, isOpusHead, parseOpus } from '../wave/files/opusFile.ts';
import { framesOfVorbis, isVorbisHead, parseVorbis } from '../wave/files/vorbisFile.ts';
import { parseWav } from '../wave/files/wavFile.ts';
import {
  burstsInWav,
  codedFrames,
  describeWrapped,
  mpegFrames,
  openWrapped,
  rawBursts,
} from './burstFiles.ts';
import { formatOfFlac, formatOfMpeg, formatOfOpus, formatOfVorbis } from './decodedFormats.ts';
import type { DecodedSource, WaveFileInfo } from './decodedSource.ts';
import { PcmSource } from './pcmSource.ts';

/** One kind of file: how it is known, what it says of itself, and what decodes it. */
export interface WaveContainer {
  /** Names of files that are looked into as this kind although they begin in another way. */
  readonly extensions?: readonly string[];
  /** Whether a file begins as this kind does; `head` are its first bytes, at least 64. */
  recognises(head: DataView, source: ByteSource): boolean;
  /** @throws PinwheelError `bad-input` with file and offset, `not-supported` */
  describe(source: ByteSource): WaveFileInfo;
  /** @throws PinwheelError as `describe` */
  open(source: ByteSource): Promise<DecodedSource>;
}

const wav: WaveContainer = {
  recognises: (head) => ['RIFF', 'RF64', 'BW64'].includes(ascii(head, 0)) && ascii(head, 8) === 'WAVE',
  describe(source) {
    const parsed = parseWav(source);
    const bursts = burstsInWav(source, parsed);
    if (bursts) return describeWrapped(bursts, parsed.truncated);
    const { format, frames, loop, truncated, ...layout } = parsed;
    return {
      kind: 'WAV',
      format: recordOfSamples(format, layout),
      frames,
      loop: loop && loop.last < frames ? { first: loop.first, end: loop.last + 1 } : undefined,
      truncated,
    };
  },
  open(source) {
    const parsed = parseWav(source);
    const bursts = burstsInWav(source, parsed);
    return Promise.resolve(bursts ? openWrapped(source, bursts) : new PcmSource(source, parsed));
  },
};

const aiff: WaveContainer = {
  recognises: isAiff,
  describe(source) {
    const { format, frames, loop, truncated, ...layout } = parseAiff(source);
    return {
      kind: 'AIFF',
      format: recordOfSamples(format, { ...layout, channelMask: 0 }),
      frames,
      loop: loop && loop.end <= frames ? loop : undefined,
      truncated,
    };
  },
  open: (source) => Promise.resolve(new PcmSource(source, { ...parseAiff(source), channelMask: 0 })),
};

const flac: WaveContainer = {
  recognises: (head, source) => isFlac(head) || isFlac(viewOf(source, afterId3(source), 4) ?? head),
  describe(source) {
    const file = parseFlac(source);
    const there = new FlacFrames(source, file).countFrames();
    return {
      kind: 'FLAC',
      format: formatOfFlac(file),
      frames: file.frames > 0 ? Math.min(file.frames, there) : there,
      loop: undefined,
      truncated: file.frames > there,
    };
  },
  open: async (source) => {
    const { FlacSource } = await import('./flacSource.ts');
    return FlacSource.open(source, parseFlac(source));
  },
};

const ogg: WaveContainer = {
  recognises: isOgg,
  describe(source) {
    const stream = findOggStream(source);
    const pages = new OggPages(source, stream.serial);
    const ended = pages.last()?.last ?? false;
    if (stream.codec === 'vorbis') {
      const file = parseVorbis(source, stream.serial);
      const frames = framesOfVorbis(pages, file);
      return { kind: 'Ogg Vorbis', format: formatOfVorbis(file), frames, loop: undefined, truncated: !ended };
    }
    if (stream.codec === 'flac') {
      const file = parseOggFlac(source, stream.serial);
      const { frames } = extentOfOggFlac(pages, file);
      const truncated = !ended || file.frames > frames;
      return { kind: 'Ogg FLAC', format: formatOfFlac(file), frames, loop: undefined, truncated };
    }
    const file = parseOpus(source, stream.serial);
    const { frames } = extentOfOpus(pages, file);
    return { kind: 'Opus', format: formatOfOpus(file), frames, loop: undefined, truncated: !ended };
  },
  open: async (source) => {
    const { codec, serial } = findOggStream(source);
    if (codec === 'vorbis') {
      const { VorbisSource } = await import('./vorbisSource.ts');
      return VorbisSource.open(source, parseVorbis(source, serial));
    }
    if (codec === 'flac') {
      const { OggFlacSource } = await import('./oggFlacSource.ts');
      return OggFlacSource.open(source, parseOggFlac(source, serial));
    }
    const { OpusSource } = await import('./opusSource.ts');
    return OpusSource.open(source, parseOpus(source, serial));
  },
};

const mpeg: WaveContainer = {
  recognises: (_head, source) => isMpeg(source),
  describe(source) {
    const file = parseMpeg(source);
    const there = new MpegFrames(source, file).countFrames();
    const { claimedFrames } = file;
    return {
      kind: file.head.layer === 3 ? 'MP3' : `MP${file.head.layer}`,
      format: formatOfMpeg(file),
      frames: framesOfMpeg(Math.min(there, claimedFrames ?? there), file),
      loop: undefined,
      truncated: (claimedFrames ?? 0) > there,
    };
  },
  open: async (source) => {
    const { MpegSource } = await import('./mpegSource.ts');
    return MpegSource.open(source, parseMpeg(source));
  },
};

/** Asked in this order: MPEG audio has no beginning of its own that would tell it from others. */
const CONTAINERS: readonly WaveContainer[] = [wav, aiff, flac, ogg, rawBursts, codedFrames, mpeg];
/** Layers I and II of MPEG audio are sent rather than decoded. */
const SENDING: readonly WaveContainer[] = [...CONTAINERS.slice(0, -1), mpegFrames, mpeg];
const HEAD_BYTES = 64;

/**
 * What a wave file says of itself. With `sends`, what could be sent over S/PDIF or decoded is sent.
 *
 * @throws PinwheelError `bad-input` with file and offset, `not-supported`
 */
export function describeWave(source: ByteSource, sends = false): WaveFileInfo {
  return containerOf(source, sends).describe(source);
}

/** Metadata of FLAC within another container, as a FLAC file would have them; undefined for all other files. */
export function wrappedFlacMetadata(source: ByteSource): Uint8Array | undefined {
  if (containerOf(source, false) !== ogg) return undefined;
  const { codec, serial } = findOggStream(source);
  return codec === 'flac' ? parseOggFlac(source, serial).metadata : undefined;
}

/** Whether a file begins like one that can be played. @throws PinwheelError `bad-input` when it does not */
export function recogniseWave(source: ByteSource): void {
  containerOf(source, false);
}

/** Opens a wave file for decoding, or for sending. @throws PinwheelError as `describeWave` */
export function openWave(source: ByteSource, sends = false): Promise<DecodedSource> {
  return containerOf(source, sends).open(source);
}

/** The first stream in the file that can be played. @throws PinwheelError `bad-input`, `not-supported` */
function findOggStream(source: ByteSource): { codec: 'vorbis' | 'opus' | 'flac'; serial: number } {
  const pages = new OggPages(source);
  let other: OggPage | undefined;
  for (let page = pages.find(0); page?.first; page = pages.find(page.offset + page.length)) {
    const [piece] = page.pieces;
    const packet = piece ? bytesOf(source, piece.offset, piece.length) : new Uint8Array(0);
    if (isVorbisHead(packet)) return { codec: 'vorbis', serial: page.serial };
    if (isOpusHead(packet)) return { codec: 'opus', serial: page.serial };
    if (isOggFlacHead(packet)) return { codec: 'flac', serial: page.serial };
    other ??= page;
  }
  if (other) throw unsupportedFile(source, 'is an Ogg file without Vorbis, Opus or FLAC in it', other.offset);
  throw badFile(source, 'has no whole Ogg page at its beginning', 0);
}

function containerOf(source: ByteSource, sends: boolean): WaveContainer {
  const containers = sends ? SENDING : CONTAINERS;
  const bytes = new Uint8Array(HEAD_BYTES);
  bytes.set(bytesOf(source, 0, HEAD_BYTES));
  const head = new DataView(bytes.buffer);
  const extension = source.name.slice(source.name.lastIndexOf('.') + 1).toLowerCase();
  const container =
    containers.find((each) => each.recognises(head, source)) ??
    containers.find(({ extensions }) => extensions?.includes(extension));
  if (container) return container;
  throw new PinwheelError({
    code: 'bad-input',
    message: `“${source.name}” is not a sound file Pinwheel can play.`,
    subject: source.name,
    offset: 0,
    advice:
      'It plays WAV, AIFF, FLAC, MP3, Ogg Vorbis, Opus and MIDI files, and over S/PDIF AC-3, E-AC-3, DTS and MP2.',
  });
}

import { PinwheelError } from '../../contract/errors.ts';
import { isAiff, parseAiff } from '../wave/files/aiffFile.ts';
import { ascii, bytesOf, type ByteSource } from '../wave/files/byteSource.ts';
import { recordOfSamples } from '../wave/files/formatRecord.ts';
import { parseWav } from '../wave/files/wavFile.ts';
import type { DecodedSource, WaveFileInfo } from './decodedSource.ts';
import { PcmSource } from './pcmSource.ts';

/** One kind of file: how it is known, what it says of itself, and what decodes it. */
export interface WaveContainer {
  /** Whether a file begins as this kind does; `head` are its first bytes, at least 16. */
  recognises(head: DataView): boolean;
  /** @throws PinwheelError `bad-input` with file and offset, `not-supported` */
  describe(source: ByteSource): WaveFileInfo;
  /** @throws PinwheelError as `describe` */
  open(source: ByteSource): Promise<DecodedSource>;
}

const wav: WaveContainer = {
  recognises: (head) => ['RIFF', 'RF64', 'BW64'].includes(ascii(head, 0)) && ascii(head, 8) === 'WAVE',
  describe(source) {
    const { format, frames, loop, truncated, ...layout } = parseWav(source);
    return {
      kind: 'WAV',
      format: recordOfSamples(format, layout),
      frames,
      loop: loop && loop.last < frames ? { first: loop.first, end: loop.last + 1 } : undefined,
      truncated,
    };
  },
  open: (source) => Promise.resolve(new PcmSource(source, parseWav(source))),
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

/** Asked in this order. */
const CONTAINERS: readonly WaveContainer[] = [wav, aiff];
const HEAD_BYTES = 64;

/** What a wave file says of itself. @throws PinwheelError `bad-input` with file and offset, `not-supported` */
export function describeWave(source: ByteSource): WaveFileInfo {
  return containerOf(source).describe(source);
}

/** Opens a wave file for decoding. @throws PinwheelError as `describeWave` */
export function openWave(source: ByteSource): Promise<DecodedSource> {
  return containerOf(source).open(source);
}

function containerOf(source: ByteSource): WaveContainer {
  const bytes = new Uint8Array(HEAD_BYTES);
  bytes.set(bytesOf(source, 0, HEAD_BYTES));
  const head = new DataView(bytes.buffer);
  const container = CONTAINERS.find((each) => each.recognises(head));
  if (container) return container;
  throw new PinwheelError({
    code: 'bad-input',
    message: `“${source.name}” is no sound file that can be played.`,
    subject: source.name,
    offset: 0,
    advice: 'WAV, AIFF, FLAC, MP3, Ogg Vorbis and Opus files can be played, and MIDI files.',
  });
}

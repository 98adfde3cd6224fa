import type { WaveFormatRecord } from '../../contract/hardware.ts';
import type { FlacStream } from '../wave/files/flacFile.ts';
import { floatRecord, recordOfSamples } from '../wave/files/formatRecord.ts';
import type { MpegFile } from '../wave/files/mpegFile.ts';
import type { OpusFile } from '../wave/files/opusFile.ts';
import type { VorbisFile } from '../wave/files/vorbisFile.ts';
import { xiphMask } from '../wave/files/xiphChannels.ts';

/** The format of the stream that plays each kind of compressed file, known without its decoder. */

/** What the stream of a FLAC file takes: its samples as they are, up to 24 bits; beyond, floats, as the decoder gives. */
export function formatOfFlac({ channels, sampleRate, bitsPerSample }: FlacStream): WaveFormatRecord {
  const channelMask = xiphMask(channels);
  if (bitsPerSample > 24) return floatRecord(channels, sampleRate, channelMask);
  const containerBytes = Math.ceil(bitsPerSample / 8);
  const samples = { encoding: 'integer', containerBytes, validBits: bitsPerSample } as const;
  return recordOfSamples(samples, { channels, sampleRate, channelMask });
}

export function formatOfMpeg({ head }: MpegFile): WaveFormatRecord {
  return floatRecord(head.channels, head.sampleRate);
}

export function formatOfVorbis({ channels, sampleRate }: VorbisFile): WaveFormatRecord {
  return floatRecord(channels, sampleRate, xiphMask(channels));
}

export function formatOfOpus({ channels, sampleRate, ordered }: OpusFile): WaveFormatRecord {
  return floatRecord(channels, sampleRate, ordered ? xiphMask(channels) : 0);
}

import type { WaveFormatRecord } from '../../../contract/hardware.ts';
import type { SampleFormat } from '../samples/sampleFormat.ts';

/** The format a stream has that plays such samples; floats of 64 bits are played as those of 32. */
export function recordOfSamples(
  format: SampleFormat,
  { channels, sampleRate, channelMask }: Pick<WaveFormatRecord, 'channels' | 'sampleRate' | 'channelMask'>,
): WaveFormatRecord {
  const float = format.encoding === 'float';
  return {
    encoding: float ? 'float' : 'pcm',
    channels,
    sampleRate,
    containerBits: float ? 32 : 8 * format.containerBytes,
    validBits: float ? 24 : format.validBits,
    channelMask,
  };
}

/** Samples as decoders give them that compute in floats: 32-bit floats. */
export function floatRecord(channels: number, sampleRate: number, channelMask = 0): WaveFormatRecord {
  return { encoding: 'float', channels, sampleRate, containerBits: 32, validBits: 24, channelMask };
}

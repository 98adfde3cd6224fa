import type { WaveFormatRecord } from '../../../contract/hardware.ts';
import { PinwheelError } from '../../../contract/errors.ts';
import type { WavFile } from './wavFile.ts';

/** The format a stream has that plays a WAV file. @throws PinwheelError `not-supported` for 64-bit floats */
export function recordOfWav({ format, channels, sampleRate, channelMask }: WavFile): WaveFormatRecord {
  const containerBits = 8 * format.containerBytes;
  if (format.encoding === 'float' && containerBits !== 32) {
    throw new PinwheelError({
      code: 'not-supported',
      message: `Samples that are floats of ${containerBits} bits cannot be played.`,
      advice: 'Convert the file to 32-bit floats.',
    });
  }
  return {
    encoding: format.encoding === 'float' ? 'float' : 'pcm',
    channels,
    sampleRate,
    containerBits,
    validBits: format.validBits,
    channelMask,
  };
}

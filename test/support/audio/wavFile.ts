/** WAV files for tests, in memory. */

export interface PcmOptions {
  rate?: number;
  channels?: number;
  /** 16 or 24 */
  bits?: 16 | 24;
}

/** `sample(frame, channel)` in whole steps of the width. */
export function pcmWav(
  frames: number,
  sample: (frame: number, channel: number) => number,
  { rate = 48_000, channels = 2, bits = 16 }: PcmOptions = {},
): Uint8Array {
  const width = bits / 8;
  const data = frames * channels * width;
  const bytes = new Uint8Array(44 + data);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode('RIFF    WAVEfmt '));
  view.setUint32(4, 36 + data, true);
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * channels * width, true);
  view.setUint16(32, channels * width, true);
  view.setUint16(34, bits, true);
  bytes.set(new TextEncoder().encode('data'), 36);
  view.setUint32(40, data, true);
  for (let frame = 0, at = 44; frame < frames; frame++) {
    for (let channel = 0; channel < channels; channel++, at += width) {
      const value = sample(frame, channel);
      view.setUint16(at, value & 0xffff, true);
      if (bits === 24) view.setInt8(at + 2, value >> 16);
    }
  }
  return bytes;
}

/** The same sine on all channels; `amplitude` 1 = full scale. */
export function sineWav({
  frequency = 440,
  seconds = 1,
  amplitude = 0.5,
  ...options
}: PcmOptions & { frequency?: number; seconds?: number; amplitude?: number } = {}): Uint8Array {
  const { rate = 48_000, bits = 16 } = options;
  const scale = amplitude * (2 ** (bits - 1) - 1);
  const turn = (2 * Math.PI * frequency) / rate;
  return pcmWav(Math.round(seconds * rate), (frame) => Math.round(scale * Math.sin(turn * frame)), options);
}

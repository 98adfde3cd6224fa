/** How loud: peaks, RMS, digital silence. Ranges are in frames: from the first, to before the last. */

export type Samples = ArrayLike<number>;

export function peak(samples: Samples, from = 0, to = samples.length): number {
  let highest = 0;
  for (let index = from; index < to; index++) highest = Math.max(highest, Math.abs(samples[index]!));
  return highest;
}

export function rms(samples: Samples, from = 0, to = samples.length): number {
  if (to <= from) throw new Error(`There is nothing between frames ${from} and ${to}.`);
  let sum = 0;
  for (let index = from; index < to; index++) sum += samples[index]! ** 2;
  return Math.sqrt(sum / (to - from));
}

/** dB relative to full scale: a full-scale square wave is 0 dB, a sine -3.01 dB, silence minus infinity. */
export function rmsDb(samples: Samples, from = 0, to = samples.length): number {
  return 20 * Math.log10(rms(samples, from, to));
}

/** Every sample is zero exactly. */
export function isDigitalSilence(samples: Samples, from = 0, to = samples.length): boolean {
  for (let index = from; index < to; index++) if (samples[index] !== 0) return false;
  return true;
}

/** First frame that is not digital silence, -1 if there is none. */
export function firstSound(samples: Samples, from = 0): number {
  for (let index = from; index < samples.length; index++) if (samples[index] !== 0) return index;
  return -1;
}

/**
 * Amplitude of the sine of `frequency` (Hz) in the sound, by a Hann-windowed correlation: other tones do not matter
 * when they are 4 / duration Hz away.
 */
export function toneAmplitude(
  samples: Samples,
  rate: number,
  frequency: number,
  from = 0,
  to = samples.length,
): number {
  const step = (2 * Math.PI * frequency) / rate;
  const length = to - from;
  let real = 0;
  let imaginary = 0;
  let weight = 0;
  for (let index = 0; index < length; index++) {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * (index + 0.5)) / length);
    const sample = samples[from + index]! * window;
    real += sample * Math.cos(step * index);
    imaginary += sample * Math.sin(step * index);
    weight += window;
  }
  return (2 * Math.hypot(real, imaginary)) / weight;
}

/** Synthetic sounds for the tests of the analysis: what is in them is known exactly. */

export const RATE = 48000;

export interface Tone {
  frequency: number;
  seconds: number;
  /** Amplitude of each harmonic, from the fundamental up. */
  harmonics?: readonly number[];
  phase?: number;
  /** Linear, in seconds. */
  attack?: number;
  release?: number;
  /** Time in which the level falls by a factor of e; Infinity holds it. */
  decay?: number;
}

export function tone(description: Tone): Float32Array<ArrayBuffer> {
  const {
    frequency,
    seconds,
    harmonics = [0.5],
    phase = 0,
    attack = 0,
    release = 0,
    decay = Infinity,
  } = description;
  const length = Math.round(seconds * RATE);
  return Float32Array.from({ length }, (_, frame) => {
    const time = frame / RATE;
    const gain = Math.min(1, attack > 0 ? time / attack : 1, release > 0 ? (seconds - time) / release : 1);
    const sample = harmonics.reduce(
      (sum, amplitude, index) =>
        sum + amplitude * Math.sin((2 * Math.PI * frequency * time + phase) * (index + 1)),
      0,
    );
    return sample * gain * Math.exp(-time / decay);
  });
}

/** A bright tone: harmonics falling with their number, as far as they stay below 18 kHz, at most 24 of them. */
export function bright(frequency: number): number[] {
  return Array.from(
    { length: Math.max(1, Math.min(24, Math.floor(18000 / frequency))) },
    (_, index) => 0.3 / (index + 1),
  );
}

/** Silence of that length with each sound mixed in at its time. */
export function mix(
  seconds: number,
  ...sounds: { at: number; sound: Float32Array }[]
): Float32Array<ArrayBuffer> {
  const result = new Float32Array(Math.round(seconds * RATE));
  for (const { at, sound } of sounds) {
    const start = Math.round(at * RATE);
    for (let frame = 0; frame < sound.length && start + frame < result.length; frame++) {
      result[start + frame]! += sound[frame]!;
    }
  }
  return result;
}

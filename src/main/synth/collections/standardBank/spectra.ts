/** Spectra of kinds of instruments, as lists of partials. */
import { randomNumbers, type Sine } from './wave.ts';

/** Amplitude of harmonic `k` at `hertz`. */
export type Spectrum = (k: number, hertz: number) => number;

/** Harmonics beyond this add nothing that a filter would not take away. */
const MOST_HARMONICS = 90;

/** All harmonics, 6 dB less for each octave. */
export const saw: Spectrum = (k) => 1 / k;
/** Odd harmonics only. */
export const square: Spectrum = (k) => (k % 2 === 1 ? 1 / k : 0);

/** A pulse that is high for `width` of the period. */
export function pulse(width: number): Spectrum {
  return (k) => Math.sin(Math.PI * k * width) / k;
}

/** Amplitudes of the first harmonics, one after the other. */
export function listed(...amplitudes: readonly number[]): Spectrum {
  return (k) => amplitudes[k - 1] ?? 0;
}

export interface Formant {
  readonly hertz: number;
  readonly width: number;
  readonly gain: number;
}

/** Resonances over a floor: they stay where they are whatever key is played. */
export function shaped(spectrum: Spectrum, formants: readonly Formant[], floor: number): Spectrum {
  return (k, hertz) => {
    let gain = floor;
    for (const formant of formants) {
      const distance = (hertz - formant.hertz) / formant.width;
      gain += formant.gain / (1 + distance * distance);
    }
    return spectrum(k, hertz) * gain;
  };
}

/** A fall by 6 dB per octave and `order` above a frequency. */
export function rolledOff(spectrum: Spectrum, hertz: number, order = 1): Spectrum {
  return (k, own) => spectrum(k, own) / (1 + (own / hertz) ** 2) ** (order / 2);
}

/** Harmonics of a spectrum, as they are. */
export function harmonics(spectrum: Spectrum): (frequency: number) => Sine[] {
  return (frequency) => {
    const partials: Sine[] = [];
    for (let k = 1; k <= MOST_HARMONICS && k * frequency < 18_000; k++) {
      partials.push({ ratio: k, amplitude: spectrum(k, k * frequency) });
    }
    return partials;
  };
}

/** Harmonics that sound at once or in turn: higher ones rise later by `delay` seconds per harmonic. */
export function swelling(spectrum: Spectrum, first: number, delay: number): (frequency: number) => Sine[] {
  return (frequency) =>
    harmonics(spectrum)(frequency).map((partial) => ({
      ...partial,
      onset: Math.min(0.3, first + delay * (partial.ratio - 1)),
    }));
}

/**
 * Several players a few cents apart. One of them is in tune and louder than the others together, so that the pitch is
 * clear and the level steady.
 */
export function ensemble(
  spectrum: Spectrum,
  cents: number,
  players: number,
  seed: number,
): (frequency: number) => Sine[] {
  return (frequency) => {
    const random = randomNumbers(seed);
    const detune: number[] = [];
    // In pairs around the one in tune.
    for (let pair = 0; pair < players / 2; pair++) {
      const ratio = 2 ** ((cents * (0.35 + 0.65 * random())) / 1200);
      detune.push(ratio, 2 - ratio);
    }
    const share = 0.62 / Math.sqrt(detune.length);
    return harmonics(spectrum)(frequency).flatMap((partial) => [
      partial,
      ...detune.map((ratio) => ({ ratio: partial.ratio * ratio, amplitude: partial.amplitude * share })),
    ]);
  };
}

export interface StringSpectrum {
  /** Part of the string at which it is struck or plucked. */
  readonly position: number;
  /** Amplitudes fall with this power of the harmonic. */
  readonly power: number;
  /** Hertz from which the hammer or finger is too soft; rises with the key. */
  readonly hardness: number;
  /** Stretch of the partials by stiffness. */
  readonly stiffness: number;
  /** Seconds for the second harmonic's extra fall by 60 dB; higher ones fall faster. */
  readonly damping: number;
}

/** A struck or plucked string. */
export function stringPartials(string: StringSpectrum): (frequency: number) => Sine[] {
  const { position, power, hardness, stiffness, damping } = string;
  return (frequency) => {
    const partials: Sine[] = [];
    const soft = hardness * (frequency / 262) ** 0.35;
    for (let k = 1; k <= MOST_HARMONICS; k++) {
      const ratio = k * Math.sqrt((1 + stiffness * k * k) / (1 + stiffness));
      const hertz = ratio * frequency;
      if (hertz > 17_000) break;
      const node = 0.06 + 0.94 * Math.abs(Math.sin(Math.PI * k * position));
      const amplitude = (node * Math.exp(-hertz / soft)) / k ** power;
      const fall = k === 1 ? undefined : (damping * (262 / frequency) ** 0.4) / (k - 1) ** 0.7;
      partials.push(fall === undefined ? { ratio, amplitude } : { ratio, amplitude, decay: fall });
    }
    return partials;
  };
}

/** A bar, plate or bell: ratios of its modes, their amplitudes, and seconds of their extra fall (0 for none). */
export function modes(
  list: readonly (readonly [ratio: number, amplitude: number, decay: number])[],
): (frequency: number) => Sine[] {
  return () =>
    list.map(([ratio, amplitude, decay]) =>
      decay === 0 ? { ratio, amplitude } : { ratio, amplitude, decay },
    );
}

/** Frequency modulation of one sine by another, as the partials it makes. */
export function modulated(
  carrier: number,
  modulator: number,
  index: number,
  decay: number,
): (frequency: number) => Sine[] {
  return () => {
    const partials: Sine[] = [];
    for (let n = -12; n <= 12; n++) {
      const ratio = carrier + n * modulator;
      const amplitude = bessel(Math.abs(n), index) * (n < 0 && n % 2 !== 0 ? -1 : 1);
      if (Math.abs(amplitude) < 1e-4 || ratio === 0) continue;
      const own = Math.abs(ratio);
      partials.push(n === 0 || decay === 0 ? { ratio: own, amplitude } : { ratio: own, amplitude, decay });
    }
    return partials;
  };
}

/** Bessel function of the first kind, by its series. */
function bessel(order: number, x: number): number {
  let term = 1;
  for (let index = 1; index <= order; index++) term *= x / 2 / index;
  let sum = term;
  for (let index = 1; index < 30; index++) {
    term *= -((x / 2) ** 2) / (index * (index + order));
    sum += term;
  }
  return sum;
}

/** Several lists as one, each with a factor. */
export function mixed(
  ...parts: readonly (readonly [factor: number, partials: (frequency: number) => readonly Sine[]])[]
): (frequency: number) => Sine[] {
  return (frequency) =>
    parts.flatMap(([factor, partials]) =>
      partials(frequency).map((partial) => ({ ...partial, amplitude: partial.amplitude * factor })),
    );
}

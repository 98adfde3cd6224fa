/** Words in which the programs of the built-in bank are described. */
import type { EnvelopeShape, Layer, LfoShape, Program } from './program.ts';
import { ensemble, modes, saw, shaped, swelling, type Formant, type Spectrum } from './spectra.ts';
import type { Noise, Sine, WaveRecipe } from './wave.ts';

export type Partials = (frequency: number) => readonly Sine[];

/** Root keys of waves: how many zones an instrument's range has. */
export const WIDE = [36, 48, 60, 72, 84];
export const MIDDLE = [48, 60, 72];
export const THREE = [45, 60, 75];
export const TWO = [50, 69];
export const BASS = [31, 43, 55];

/** Periods in a loop of `seconds`. */
export const lasting =
  (seconds: number) =>
  (frequency: number): number =>
    Math.max(8, Math.round(frequency * seconds));

/** Highest frequency: so many harmonics, within bounds. */
export const upTo =
  (harmonic: number, least: number, most: number) =>
  (frequency: number): number =>
    Math.min(most, Math.max(least, frequency * harmonic));

/** A wave of these sines with a loop of `loop` seconds; everything else has a common value. */
export function wave(
  partials: Partials,
  options: Omit<Partial<WaveRecipe>, 'partials' | 'periods'> & { readonly loop?: number } = {},
): WaveRecipe {
  const { loop = 0.03, ...rest } = options;
  return { partials, head: 0, periods: lasting(loop), top: upTo(24, 4500, 10_000), ...rest };
}

/** Noise of the start: hammer, pick, tongue. */
export const burst = (amplitude: number, low: number, high: number, decay: number): Noise => ({
  amplitude,
  low,
  high,
  decay,
});
/** The dull sound of a body or soundboard that is struck. */
export const knock = (amplitude: number): Noise => burst(amplitude, 45, 420, 0.12);
/** Noise that lasts as long as the note. */
export const breath = (amplitude: number, low: number, high: number): Noise => ({ amplitude, low, high });

/** Full level as long as the key is down. */
export const held = (attack: number, release = 0.2): EnvelopeShape => ({ attack, release });
/** Dies away by itself, in seconds for 60 dB. */
export const struck = (decay: number, release = 0.3, keyDecay = 40): EnvelopeShape => ({
  attack: 0.001,
  decay,
  sustain: 96,
  release,
  keyDecay,
});

/** In cents, after some seconds. */
export const vibrato = (pitch: number, delay = 0.35, hertz = 5.4): LfoShape => ({ hertz, delay, pitch });

/** Layers sound together. */
export function program(name: string, ...layers: Layer[]): Program {
  return { name, layers };
}

/** One wave for each of the roots, which are MIDI keys. */
export function layer(
  recipe: WaveRecipe,
  roots: readonly number[],
  envelope: EnvelopeShape,
  rest: Omit<Layer, 'wave' | 'roots' | 'envelope'> = {},
): Layer {
  return { wave: recipe, roots, envelope, reverb: 12, ...rest };
}

export const GUITAR = [40, 52, 64, 77];
export const ENSEMBLE = [43, 55, 67, 80];

/** A plucked string in a box. */
export function boxed(partials: Partials, formants: readonly Formant[], floor: number): Partials {
  const gain = shaped(() => 1, formants, floor);
  return (frequency) =>
    partials(frequency).map((partial) => ({
      ...partial,
      amplitude: partial.amplitude * gain(1, partial.ratio * frequency),
    }));
}

/** Bars, bells and reeds that are struck: modes as in `modes`. */
export const bar = (
  list: readonly (readonly [number, number, number])[],
  head: number,
  noise: readonly Noise[] = [],
  loop = 0.06,
): WaveRecipe => wave(modes(list), { head, loop, noise, top: upTo(14, 6000, 16_000) });

/** A string that is bowed, with formants of its body. */
export const bowed = (
  formants: readonly Formant[],
  floor: number,
  seed: number,
  bow = breath(0.012, 1500, 6000),
): WaveRecipe =>
  wave(ensemble(shaped(saw, formants, floor), 3, 2, seed), {
    head: 0.03,
    loop: 0.18,
    top: upTo(26, 4500, 10_000),
    noise: [bow],
  });

/** A reed with its noise; `top` is the highest harmonic. */
export const reedWave = (
  spectrum: Spectrum,
  noise: readonly Noise[] = [],
  top = upTo(22, 4500, 9000),
): WaveRecipe => wave(swelling(spectrum, 0.012, 0.002), { head: 0.07, loop: 0.06, top, noise });

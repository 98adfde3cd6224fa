/**
 * The timbres of the built-in synthesizer. A timbre is two additive spectra of one waveform, a dull and a bright one,
 * each with an envelope of its own, so that a struck note loses its brightness first.
 */

/** Amplitude of the n-th harmonic, n from 1. */
export type Spectrum = (harmonic: number) => number;

export interface EnvelopeShape {
  /** Seconds from 0 to full level, linear. */
  attack: number;
  /** Time constant in seconds of the fall from full level to `sustain`. */
  decay: number;
  /** Level held while the key is down, 0 to 1. */
  sustain: number;
}

export interface Timbre {
  name: string;
  dull: Spectrum;
  bright: Spectrum;
  dullEnvelope: EnvelopeShape;
  brightEnvelope: EnvelopeShape;
  /** Time constant in seconds of the fall after the key is let go. */
  release: number;
  /** How much the decay shortens towards high keys: 0 = not, 1 = halved per octave. */
  keyScaling: number;
  /**
   * Peak of a note against that of a piano note. Sounds of few harmonics and long notes add up higher: sixteen notes
   * of any timbre must fit below full scale.
   */
  level: number;
}

const power =
  (exponent: number, cutoff: number): Spectrum =>
  (harmonic) =>
    Math.pow(harmonic, -exponent) * Math.exp(-harmonic / cutoff);

const odd =
  (exponent: number, cutoff: number, evenLevel = 0): Spectrum =>
  (harmonic) =>
    power(exponent, cutoff)(harmonic) * (harmonic % 2 === 1 ? 1 : evenLevel);

/** Only the listed harmonics: drawbars, bars, bells. */
const partials =
  (levels: Readonly<Record<number, number>>): Spectrum =>
  (harmonic) =>
    levels[harmonic] ?? 0;

/** A string plucked or struck at `position` of its length lacks the harmonics with a node there. */
const plucked =
  (position: number, exponent: number, cutoff: number): Spectrum =>
  (harmonic) =>
    Math.abs(Math.sin(Math.PI * harmonic * position)) * power(exponent, cutoff)(harmonic);

const held = (attack: number): EnvelopeShape => ({ attack, decay: 1, sustain: 1 });
const struck = (attack: number, decay: number): EnvelopeShape => ({ attack, decay, sustain: 0 });
const swell = (attack: number, decay: number, sustain: number): EnvelopeShape => ({ attack, decay, sustain });

function timbre(
  name: string,
  [dull, dullEnvelope]: [Spectrum, EnvelopeShape],
  [bright, brightEnvelope]: [Spectrum, EnvelopeShape],
  release: number,
  keyScaling = 0,
  level = 0.68,
): Timbre {
  return { name, dull, dullEnvelope, bright, brightEnvelope, release, keyScaling, level };
}

const piano = timbre(
  'piano',
  [plucked(0.13, 0.9, 7), struck(0.0025, 2.2)],
  [plucked(0.13, 0.6, 18), struck(0.0025, 0.45)],
  0.09,
  0.6,
  1,
);
const electricPiano = timbre(
  'electric piano',
  [partials({ 1: 1, 2: 0.18, 3: 0.06 }), struck(0.003, 2.0)],
  [partials({ 1: 0.2, 2: 0.3, 4: 0.12, 7: 0.25, 14: 0.08 }), struck(0.002, 0.3)],
  0.12,
  0.4,
);
const harpsichord = timbre(
  'harpsichord',
  [plucked(0.09, 0.5, 14), struck(0.0015, 1.0)],
  [plucked(0.07, 0.2, 24), struck(0.0015, 0.5)],
  0.06,
  0.5,
  1,
);
const clavinet = timbre(
  'clavinet',
  [odd(0.7, 9, 0.4), struck(0.002, 0.9)],
  [plucked(0.2, 0.3, 20), struck(0.002, 0.35)],
  0.04,
  0.5,
  0.9,
);
const mallet = timbre(
  'mallet',
  [partials({ 1: 1, 4: 0.12 }), struck(0.003, 0.7)],
  [partials({ 4: 0.3, 10: 0.12 }), struck(0.003, 0.12)],
  0.25,
  0.7,
);
const bells = timbre(
  'bells',
  [partials({ 1: 1, 2: 0.25, 3: 0.3, 5: 0.12 }), struck(0.002, 1.8)],
  [partials({ 4: 0.25, 6: 0.2, 9: 0.18, 13: 0.1 }), struck(0.0015, 0.6)],
  0.6,
  0.4,
);
const timpani = timbre(
  'timpani',
  [partials({ 1: 1, 2: 0.35, 3: 0.12 }), struck(0.003, 0.6)],
  [power(1, 6), struck(0.002, 0.08)],
  0.3,
  0.3,
);
const organ = timbre(
  'organ',
  [partials({ 1: 1, 2: 0.8, 3: 0.6, 4: 0.4, 6: 0.15, 8: 0.3 }), held(0.006)],
  [partials({ 8: 0.12, 10: 0.06, 12: 0.06, 16: 0.06 }), held(0.004)],
  0.025,
);
const accordion = timbre(
  'accordion',
  [odd(0.8, 10, 0.7), held(0.03)],
  [power(0.5, 14), swell(0.04, 0.6, 0.6)],
  0.05,
  0,
  0.85,
);
const guitar = timbre(
  'guitar',
  [plucked(0.18, 1.1, 8), struck(0.002, 1.4)],
  [plucked(0.12, 0.6, 16), struck(0.0015, 0.3)],
  0.08,
  0.5,
  1,
);
const mutedGuitar = timbre(
  'muted guitar',
  [plucked(0.18, 1.2, 5), struck(0.002, 0.18)],
  [plucked(0.12, 0.7, 12), struck(0.0015, 0.06)],
  0.05,
  0.3,
  1,
);
const distortedGuitar = timbre(
  'distorted guitar',
  [power(0.9, 12), swell(0.004, 3, 0.6)],
  [odd(0.6, 24, 0.8), swell(0.004, 1.5, 0.4)],
  0.06,
  0,
  0.75,
);
const bass = timbre(
  'bass',
  [power(1.2, 6), struck(0.003, 1.6)],
  [plucked(0.2, 0.7, 12), struck(0.002, 0.25)],
  0.06,
  0.3,
  0.75,
);
const synthBass = timbre(
  'synth bass',
  [power(1, 10), swell(0.003, 0.6, 0.6)],
  [odd(0.8, 24, 0.5), swell(0.002, 0.25, 0.15)],
  0.05,
  0,
  0.75,
);
const strings = timbre(
  'strings',
  [power(1.05, 12), swell(0.07, 1.5, 0.85)],
  [power(0.8, 22), swell(0.12, 1.2, 0.6)],
  0.16,
  0,
  0.85,
);
const soloStrings = timbre(
  'solo strings',
  [power(0.95, 12), swell(0.04, 1.5, 0.9)],
  [power(0.75, 20), swell(0.06, 1.0, 0.7)],
  0.08,
  0,
  0.8,
);
const pizzicato = timbre(
  'pizzicato',
  [plucked(0.25, 1.2, 6), struck(0.002, 0.25)],
  [plucked(0.2, 0.8, 12), struck(0.0015, 0.08)],
  0.1,
  0.5,
  0.85,
);
const choir = timbre(
  'choir',
  [partials({ 1: 1, 2: 0.55, 3: 0.35, 4: 0.14, 5: 0.06 }), swell(0.08, 2, 0.9)],
  [partials({ 3: 0.15, 4: 0.12, 5: 0.08, 6: 0.06, 8: 0.04 }), swell(0.12, 2, 0.8)],
  0.2,
);
const brass = timbre(
  'brass',
  [power(0.9, 8), swell(0.025, 0.5, 0.85)],
  [power(0.35, 9), swell(0.045, 0.35, 0.55)],
  0.07,
  0,
  0.85,
);
const stab = timbre(
  'stab',
  [power(0.9, 14), struck(0.005, 0.35)],
  [power(0.5, 20), struck(0.004, 0.2)],
  0.1,
  0,
  0.85,
);
const reed = timbre(
  'reed',
  [odd(0.85, 9, 0.55), swell(0.02, 0.8, 0.9)],
  [odd(0.5, 12, 0.6), swell(0.03, 0.6, 0.7)],
  0.05,
  0,
  0.75,
);
const clarinet = timbre(
  'clarinet',
  [odd(0.9, 8, 0.06), swell(0.02, 0.8, 0.9)],
  [odd(0.6, 12, 0.2), swell(0.03, 0.6, 0.6)],
  0.05,
);
const flute = timbre(
  'flute',
  [partials({ 1: 1, 2: 0.3, 3: 0.1, 4: 0.03 }), swell(0.035, 1, 0.92)],
  [partials({ 2: 0.15, 3: 0.1, 4: 0.06, 5: 0.03 }), swell(0.03, 0.4, 0.4)],
  0.06,
);
const squareLead = timbre(
  'square lead',
  [odd(1, 30), swell(0.004, 1, 0.9)],
  [odd(0.8, 40), swell(0.004, 0.6, 0.5)],
  0.04,
  0,
  0.65,
);
const sawLead = timbre(
  'saw lead',
  [power(1, 30), swell(0.004, 1, 0.9)],
  [power(0.8, 40), swell(0.004, 0.6, 0.5)],
  0.04,
  0,
  0.85,
);
const warmPad = timbre(
  'warm pad',
  [power(1.3, 9), swell(0.18, 2, 0.9)],
  [power(1, 14), swell(0.5, 2, 0.7)],
  0.4,
);
const glassPad = timbre(
  'glass pad',
  [partials({ 1: 1, 2: 0.4, 3: 0.25, 5: 0.12 }), swell(0.05, 2.5, 0.6)],
  [partials({ 4: 0.2, 7: 0.16, 9: 0.1, 12: 0.08 }), swell(0.01, 1.2, 0.2)],
  0.5,
);
const kalimba = timbre(
  'kalimba',
  [partials({ 1: 1, 2: 0.1, 6: 0.08 }), struck(0.002, 0.5)],
  [partials({ 5: 0.25, 6: 0.2, 11: 0.1 }), struck(0.0015, 0.08)],
  0.2,
  0.5,
);

const repeat = (one: Timbre, count: number): Timbre[] => new Array<Timbre>(count).fill(one);

/** The timbre of each General MIDI program, 0 to 127. */
export const PROGRAM_TIMBRES: readonly Timbre[] = [
  // Piano
  ...[piano, piano, piano, piano, electricPiano, electricPiano, harpsichord, clavinet],
  // Chromatic percussion
  ...[bells, bells, bells, bells, mallet, mallet, bells, guitar],
  // Organ
  ...[organ, organ, organ, organ, organ, accordion, accordion, accordion],
  // Guitar
  ...[guitar, guitar, guitar, guitar, mutedGuitar, distortedGuitar, distortedGuitar, bells],
  // Bass
  ...[bass, bass, bass, bass, bass, bass, synthBass, synthBass],
  // Strings
  ...[soloStrings, soloStrings, soloStrings, soloStrings, strings, pizzicato, guitar, timpani],
  // Ensemble
  ...[strings, strings, strings, strings, choir, choir, choir, stab],
  // Brass
  ...repeat(brass, 8),
  // Reed
  ...[reed, reed, reed, reed, reed, reed, reed, clarinet],
  // Pipe
  ...repeat(flute, 8),
  // Synth lead
  ...[squareLead, sawLead, flute, sawLead, sawLead, choir, sawLead, sawLead],
  // Synth pad
  ...[glassPad, warmPad, warmPad, choir, glassPad, glassPad, warmPad, warmPad],
  // Synth effects
  ...[glassPad, warmPad, bells, warmPad, glassPad, warmPad, glassPad, glassPad],
  // Ethnic
  ...[guitar, guitar, guitar, guitar, kalimba, reed, soloStrings, reed],
  // Percussive
  ...[bells, mallet, mallet, mallet, timpani, timpani, timpani, warmPad],
  // Sound effects
  ...[mutedGuitar, flute, warmPad, glassPad, bells, warmPad, warmPad, stab],
];

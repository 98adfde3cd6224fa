/** Strings, choirs and ensembles: programs 40 to 55. */
import type { Program } from './program.ts';
import {
  ENSEMBLE,
  bowed,
  boxed,
  breath,
  burst,
  held,
  knock,
  layer,
  program,
  struck,
  upTo,
  vibrato,
  wave,
} from './recipes.ts';
import { ensemble, mixed, modes, rolledOff, saw, shaped, stringPartials, type Formant } from './spectra.ts';

// --- Strings ----------------------------------------------------------------------------------------------------

const violinBody: readonly Formant[] = [
  { hertz: 290, width: 90, gain: 0.4 },
  { hertz: 500, width: 140, gain: 1 },
  { hertz: 1100, width: 350, gain: 1.2 },
  { hertz: 2700, width: 700, gain: 1.8 },
];
const violaBody: readonly Formant[] = [
  { hertz: 220, width: 80, gain: 0.4 },
  { hertz: 400, width: 120, gain: 0.4 },
  { hertz: 1000, width: 350, gain: 2.2 },
  { hertz: 2100, width: 600, gain: 1 },
];
const celloBody: readonly Formant[] = [
  { hertz: 110, width: 40, gain: 0.8 },
  { hertz: 200, width: 70, gain: 1.1 },
  { hertz: 600, width: 250, gain: 0.9 },
  { hertz: 1500, width: 600, gain: 0.7 },
];
const contrabassBody: readonly Formant[] = [
  { hertz: 70, width: 30, gain: 0.9 },
  { hertz: 120, width: 45, gain: 1 },
  { hertz: 420, width: 250, gain: 0.7 },
  { hertz: 1100, width: 500, gain: 0.7 },
];

const stringsSpectrum = shaped(
  saw,
  [
    { hertz: 520, width: 250, gain: 0.9 },
    { hertz: 1300, width: 700, gain: 0.5 },
    { hertz: 3200, width: 1200, gain: 0.5 },
  ],
  0.45,
);
const stringsWave = wave(ensemble(stringsSpectrum, 13, 5, 21), { loop: 0.36, top: upTo(24, 4500, 9000) });
export const synthStringsWave = wave(ensemble(saw, 16, 4, 22), { loop: 0.34, top: upTo(24, 4500, 9000) });
const ah: readonly Formant[] = [
  { hertz: 730, width: 110, gain: 1.6 },
  { hertz: 1090, width: 130, gain: 1 },
  { hertz: 2440, width: 220, gain: 0.45 },
  { hertz: 3400, width: 300, gain: 0.25 },
];
export const ee: readonly Formant[] = [
  { hertz: 300, width: 120, gain: 1.4 },
  { hertz: 2300, width: 250, gain: 2 },
  { hertz: 3000, width: 300, gain: 1.2 },
];
export const oh: readonly Formant[] = [
  { hertz: 340, width: 110, gain: 1.8 },
  { hertz: 800, width: 110, gain: 0.5 },
  { hertz: 2600, width: 250, gain: 0.12 },
];
export const choirWave = wave(
  ensemble(
    shaped((k) => 1 / k ** 0.9, ah, 0.06),
    11,
    5,
    31,
  ),
  {
    loop: 0.34,
    top: upTo(22, 4000, 6000),
    noise: [breath(0.02, 1500, 5000)],
  },
);
export const oohWave = wave(
  ensemble(
    shaped((k) => 1 / k ** 1.3, oh, 0.03),
    9,
    4,
    32,
  ),
  {
    loop: 0.3,
    top: upTo(14, 3000, 5000),
    noise: [breath(0.012, 800, 3000)],
  },
);

export const soloStrings: Program[] = [
  program(
    'Violin',
    layer(bowed(violinBody, 0.35, 41), [57, 69, 81, 93], held(0.1, 0.28), {
      vibrato: vibrato(14),
      filter: { cutoff: 9000, velocity: 2000 },
    }),
  ),
  program(
    'Viola',
    layer(bowed(violaBody, 0.2, 42, breath(0.035, 800, 6000)), [50, 62, 74, 86], held(0.08, 0.3), {
      vibrato: vibrato(12),
      filter: { cutoff: 7500, velocity: 1800 },
    }),
  ),
  program(
    'Cello',
    layer(bowed(celloBody, 0.16, 43), [38, 50, 62, 74], held(0.09, 0.34), {
      vibrato: vibrato(11),
      filter: { cutoff: 4500, velocity: 1800 },
    }),
  ),
  program(
    'Contrabass',
    layer(bowed(contrabassBody, 0.12, 44, breath(0.05, 150, 3000)), [30, 42, 54], held(0.11, 0.38), {
      vibrato: vibrato(7),
      filter: { cutoff: 3600, velocity: 1600 },
    }),
  ),
  program(
    'Tremolo Strings',
    layer(stringsWave, ENSEMBLE, held(0.1, 0.8), {
      tremolo: { hertz: 11, level: 4.5 },
      filter: { cutoff: 5500, velocity: 1500 },
      reverb: 22,
    }),
  ),
  program(
    'Pizzicato Strings',
    layer(
      wave(
        boxed(
          stringPartials({ position: 0.2, power: 0.6, hardness: 4200, stiffness: 0.0001, damping: 1.2 }),
          violaBody,
          0.4,
        ),
        {
          head: 0.14,
          loop: 0.08,
          top: upTo(16, 4000, 7000),
          noise: [knock(0.4), burst(0.12, 200, 4000, 0.03)],
        },
      ),
      [40, 54, 68, 82],
      struck(0.95, 0.5, 30),
      { reverb: 24 },
    ),
  ),
  program(
    'Orchestral Harp',
    layer(
      wave(stringPartials({ position: 0.42, power: 0.8, hardness: 3200, stiffness: 0.00005, damping: 3.4 }), {
        head: 0.2,
        loop: 0.08,
        top: upTo(14, 4000, 9000),
        noise: [knock(0.08), burst(0.04, 400, 2500, 0.02)],
      }),
      [36, 52, 66, 82],
      struck(3.8, 1.4, 45),
      { reverb: 26 },
    ),
  ),
  program(
    'Timpani',
    layer(
      wave(
        modes([
          [1, 0.8, 0],
          [1.5, 0.8, 2.4],
          [1.98, 0.7, 1.6],
          [2.44, 0.5, 1.1],
          [2.9, 0.34, 0.8],
          [3.9, 0.2, 0.5],
          [0.52, 0.25, 0.3],
        ]),
        {
          head: 0.4,
          loop: 0.3,
          top: () => 2600,
          noise: [burst(0.6, 60, 700, 0.12), burst(0.35, 500, 2600, 0.1)],
        },
      ),
      [36, 45],
      struck(2.6, 1.2, 20),
      { reverb: 28 },
    ),
  ),
];

export const ensembles: Program[] = [
  program(
    'String Ensemble 1',
    layer(stringsWave, ENSEMBLE, held(0.2, 1), { filter: { cutoff: 5200, velocity: 1600 }, reverb: 26 }),
  ),
  program(
    'String Ensemble 2',
    layer(stringsWave, ENSEMBLE, held(0.4, 1.2), {
      filter: { cutoff: 1500, velocity: 1200, envelope: 700, attack: 0.8, decay: 4, sustain: 100 },
      reverb: 30,
    }),
  ),
  program(
    'SynthStrings 1',
    layer(synthStringsWave, ENSEMBLE, held(0.14, 1.2), {
      filter: { cutoff: 2300, resonance: 8, tracking: 30, velocity: 600 },
      chorus: 40,
    }),
  ),
  program(
    'SynthStrings 2',
    layer(synthStringsWave, ENSEMBLE, held(0.28, 1.3), {
      filter: {
        cutoff: 1100,
        resonance: 9,
        envelope: 1000,
        attack: 0.7,
        decay: 3,
        sustain: 60,
        velocity: 900,
      },
      chorus: 50,
    }),
  ),
  program(
    'Choir Aahs',
    layer(choirWave, ENSEMBLE, held(0.2, 0.7), {
      vibrato: vibrato(6, 0.3, 5),
      filter: { cutoff: 2400, velocity: 600 },
      reverb: 32,
    }),
  ),
  program(
    'Voice Oohs',
    layer(oohWave, ENSEMBLE, held(0.12, 0.7), { vibrato: vibrato(8, 0.3, 5), reverb: 30 }),
  ),
  program(
    'Synth Voice',
    layer(
      wave(
        ensemble(
          shaped(
            (k) => k ** -1.7,
            [
              { hertz: 350, width: 160, gain: 1.8 },
              { hertz: 900, width: 160, gain: 0.3 },
            ],
            0.03,
          ),
          6,
          3,
          33,
        ),
        { loop: 0.26, top: upTo(20, 4000, 7000) },
      ),
      ENSEMBLE,
      held(0.09, 0.85),
      {
        vibrato: vibrato(7, 0.3),
        chorus: 30,
      },
    ),
  ),
  program(
    'Orchestra Hit',
    layer(
      wave(
        mixed(
          [1, ensemble(rolledOff(saw, 3500), 12, 4, 51)],
          [
            0.7,
            (f) => ensemble(rolledOff(saw, 3500), 12, 3, 52)(f).map((p) => ({ ...p, ratio: p.ratio * 2 })),
          ],
          [1, (f) => ensemble(rolledOff(saw, 3500), 12, 3, 53)(f).map((p) => ({ ...p, ratio: p.ratio / 2 }))],
        ),
        {
          head: 0.2,
          loop: 0.24,
          top: upTo(26, 5000, 9000),
          noise: [burst(1.4, 40, 400, 0.3), burst(0.9, 100, 6000, 0.2)],
        },
      ),
      [48, 60, 72],
      { attack: 0.004, hold: 0.1, decay: 2, sustain: 96, release: 1.2 },
      { reverb: 34 },
    ),
  ),
];

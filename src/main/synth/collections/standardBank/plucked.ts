/** Guitars and basses: programs 24 to 39. */
import type { Program } from './program.ts';
import {
  BASS,
  GUITAR,
  bar,
  boxed,
  breath,
  burst,
  knock,
  layer,
  program,
  struck,
  upTo,
  vibrato,
  wave,
} from './recipes.ts';
import {
  ensemble,
  harmonics,
  mixed,
  modes,
  pulse,
  rolledOff,
  saw,
  shaped,
  square,
  stringPartials,
  type Formant,
} from './spectra.ts';
import type { Noise, WaveRecipe } from './wave.ts';

// --- Guitar -----------------------------------------------------------------------------------------------------

const body: readonly Formant[] = [
  { hertz: 110, width: 40, gain: 0.8 },
  { hertz: 220, width: 80, gain: 0.9 },
  { hertz: 430, width: 160, gain: 0.5 },
];

export const nylonWave = wave(
  boxed(
    stringPartials({ position: 0.19, power: 0.75, hardness: 4200, stiffness: 0.00006, damping: 4.5 }),
    body,
    0.6,
  ),
  { head: 0.24, loop: 0.1, top: upTo(18, 3800, 7500), noise: [knock(0.36), burst(0.09, 300, 5000, 0.03)] },
);
const steelWave = wave(
  boxed(
    stringPartials({ position: 0.2, power: 0.75, hardness: 16_000, stiffness: 0.0001, damping: 6 }),
    body,
    0.8,
  ),
  { head: 0.24, loop: 0.1, top: upTo(26, 5500, 10_000), noise: [knock(0.42), burst(0.14, 2000, 8000, 0.03)] },
);
const electricWave = wave(
  stringPartials({ position: 0.16, power: 0.35, hardness: 4200, stiffness: 0.0001, damping: 7 }),
  { head: 0.2, loop: 0.1, top: upTo(20, 4500, 8000), noise: [burst(0.05, 800, 4000, 0.012)] },
);
const jazzWave = wave(
  stringPartials({ position: 0.36, power: 0.55, hardness: 3800, stiffness: 0.0001, damping: 7 }),
  { head: 0.2, loop: 0.1, top: upTo(20, 4500, 7000), noise: [knock(0.2), burst(0.05, 400, 2500, 0.02)] },
);
const driveWave = wave(
  ensemble(
    rolledOff(
      shaped(
        (k) => k ** -0.35 * (0.25 + Math.abs(Math.cos(0.8 * k))),
        [{ hertz: 1500, width: 900, gain: 1.2 }],
        0.4,
      ),
      4500,
      2,
    ),
    5,
    2,
    11,
  ),
  { head: 0.04, loop: 0.2, top: upTo(26, 5000, 8000), noise: [burst(0.12, 900, 4000, 0.03)] },
);
export const distortionWave = wave(
  mixed(
    [
      1,
      ensemble(
        rolledOff((k) => (k < 3 ? 0.5 : k ** -0.3), 4200, 3),
        6,
        3,
        12,
      ),
    ],
    [0.5, ensemble(shaped(square, [{ hertz: 1500, width: 700, gain: 2.5 }], 0.3), 9, 2, 13)],
  ),
  { head: 0.04, loop: 0.22, top: upTo(34, 6000, 9000), noise: [breath(0.02, 1500, 6000)] },
);

export const guitars: Program[] = [
  program(
    'Acoustic Guitar (nylon)',
    layer(nylonWave, GUITAR, struck(5, 0.4, 30), { filter: { cutoff: 7000, velocity: 2200 } }),
  ),
  program(
    'Acoustic Guitar (steel)',
    layer(steelWave, GUITAR, struck(4.6, 0.3, 30), { filter: { cutoff: 9000, velocity: 2600 } }),
  ),
  program(
    'Electric Guitar (jazz)',
    layer(jazzWave, GUITAR, struck(6.4, 0.14, 30), {
      filter: { cutoff: 1700, envelope: 600, decay: 1, velocity: 1200 },
    }),
  ),
  program(
    'Electric Guitar (clean)',
    layer(electricWave, GUITAR, struck(6, 0.3, 30), {
      filter: { cutoff: 11_000, velocity: 2400 },
      chorus: 35,
    }),
  ),
  program(
    'Electric Guitar (muted)',
    layer(electricWave, GUITAR, struck(1, 0.12, 20), {
      filter: { cutoff: 1500, envelope: 2200, decay: 0.25, velocity: 1800 },
    }),
  ),
  program(
    'Overdriven Guitar',
    layer(
      driveWave,
      GUITAR,
      { attack: 0.002, decay: 8.5, sustain: 26, release: 0.15 },
      { filter: { cutoff: 12_000, velocity: 900 } },
    ),
  ),
  program(
    'Distortion Guitar',
    layer(
      distortionWave,
      GUITAR,
      { attack: 0.002, decay: 9, sustain: 24, release: 0.15 },
      { filter: { cutoff: 6500, velocity: 600 }, chorus: 10 },
    ),
  ),
  program(
    'Guitar Harmonics',
    layer(
      bar(
        [
          [1, 0.03, 0],
          [2, 0.04, 0],
          [4, 1, 0],
          [8, 0.2, 2.5],
          [12, 0.3, 1.6],
          [16, 0.2, 1.2],
        ],
        0.25,
        [knock(0.18), burst(0.06, 600, 8000, 0.02)],
      ),
      [52, 66, 80],
      struck(9, 0.14, 0),
    ),
  ),
];

// --- Bass -------------------------------------------------------------------------------------------------------

const bassWave = (
  position: number,
  power: number,
  hardness: number,
  damping: number,
  noise: readonly Noise[],
  top = upTo(30, 3200, 5500),
): WaveRecipe =>
  wave(stringPartials({ position, power, hardness, stiffness: 0.00008, damping }), {
    head: 0.22,
    loop: 0.12,
    top,
    noise,
  });

export const basses: Program[] = [
  program(
    'Acoustic Bass',
    layer(
      bassWave(0.22, 0.95, 1500, 4.5, [knock(1.5), burst(0.1, 80, 1800, 0.05)]),
      BASS,
      struck(4, 0.16, 20),
    ),
  ),
  program(
    'Electric Bass (finger)',
    layer(
      bassWave(0.15, 0.25, 1900, 5, [knock(0.15), burst(0.08, 200, 2500, 0.03)]),
      BASS,
      struck(7, 0.12, 20),
      {
        filter: { cutoff: 2600, envelope: 900, decay: 0.9, velocity: 2000 },
      },
    ),
  ),
  program(
    'Electric Bass (pick)',
    layer(
      bassWave(0.11, 0.2, 2600, 4, [knock(0.15), burst(0.16, 1500, 4500, 0.015)]),
      BASS,
      struck(7, 0.1, 20),
      {
        filter: { cutoff: 5500, velocity: 2000 },
      },
    ),
  ),
  program(
    'Fretless Bass',
    layer(
      wave(harmonics(shaped((k) => 1 / k ** 1, [{ hertz: 800, width: 500, gain: 1.4 }], 0.6)), {
        head: 0.02,
        loop: 0.06,
        top: upTo(18, 2500, 5000),
      }),
      BASS,
      { attack: 0.03, decay: 7, sustain: 96, release: 0.14 },
      {
        vibrato: vibrato(9, 0.25, 5),
        filter: { cutoff: 1300, envelope: 1100, attack: 0.1, decay: 1, velocity: 1500 },
        chorus: 15,
      },
    ),
  ),
  program(
    'Slap Bass 1',
    layer(
      bassWave(0.28, 1.2, 4200, 6, [knock(0.3), burst(0.9, 1600, 9000, 0.05)], () => 8500),
      BASS,
      struck(8, 0.08, 20),
      {
        filter: { cutoff: 2600, envelope: 2600, decay: 0.4, velocity: 2400 },
      },
    ),
  ),
  program(
    'Slap Bass 2',
    layer(
      bassWave(0.12, 0.35, 5200, 4, [knock(5), burst(1.6, 2000, 9000, 0.05)], () => 8500),
      BASS,
      struck(5.4, 0.08, 20),
      {
        filter: { cutoff: 4800, envelope: 2000, decay: 0.2, velocity: 1800 },
      },
    ),
  ),
  program(
    'Synth Bass 1',
    layer(
      wave(harmonics(saw), { loop: 0.06, top: upTo(60, 4000, 9000) }),
      BASS,
      { attack: 0.001, decay: 2.6, sustain: 96, release: 0.12 },
      {
        filter: { cutoff: 440, envelope: 3300, decay: 0.25, resonance: 6, velocity: 1200, tracking: 70 },
      },
    ),
  ),
  program(
    'Synth Bass 2',
    layer(
      wave(mixed([1, harmonics(pulse(0.3))], [0.14, modes([[0.5, 1, 0]])]), {
        loop: 0.08,
        top: upTo(40, 3000, 7000),
      }),
      BASS,
      { attack: 0.002, decay: 4.4, sustain: 96, release: 0.08 },
      {
        filter: { cutoff: 1000, envelope: 1600, decay: 0.8, resonance: 3, velocity: 900, tracking: 70 },
      },
    ),
  ),
];

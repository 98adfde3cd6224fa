/** Guitars and basses: programs 24 to 39. */
import type { Program } from './program.ts';
import {
  BASS,
  GUITAR,
  bar,
  boxed,
  breath,
  burst,
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
    stringPartials({ position: 0.19, power: 0.85, hardness: 2000, stiffness: 0.00006, damping: 1.5 }),
    body,
    0.6,
  ),
  { head: 0.24, loop: 0.1, top: upTo(18, 3800, 7500), noise: [burst(0.09, 150, 1800, 0.035)] },
);
const steelWave = wave(
  boxed(
    stringPartials({ position: 0.11, power: 0.5, hardness: 5200, stiffness: 0.00018, damping: 2.1 }),
    body,
    0.8,
  ),
  { head: 0.24, loop: 0.1, top: upTo(26, 5500, 10_000), noise: [burst(0.12, 2000, 7000, 0.02)] },
);
const electricWave = wave(
  stringPartials({ position: 0.27, power: 0.55, hardness: 3000, stiffness: 0.0001, damping: 3 }),
  { head: 0.2, loop: 0.1, top: upTo(20, 4500, 8000), noise: [burst(0.05, 800, 4000, 0.012)] },
);
const driveWave = wave(
  ensemble(rolledOff(shaped(pulse(0.36), [{ hertz: 1100, width: 700, gain: 0.9 }], 0.6), 2600, 2), 5, 2, 11),
  { head: 0.04, loop: 0.2, top: upTo(26, 5000, 8000), noise: [burst(0.12, 900, 4000, 0.03)] },
);
export const distortionWave = wave(
  mixed(
    [1, ensemble(rolledOff(saw, 4200, 2), 6, 3, 12)],
    [0.5, ensemble(shaped(square, [{ hertz: 2200, width: 900, gain: 1.5 }], 0.3), 9, 2, 13)],
  ),
  { head: 0.04, loop: 0.22, top: upTo(34, 6000, 9000), noise: [breath(0.02, 1500, 6000)] },
);

export const guitars: Program[] = [
  program(
    'Acoustic Guitar (nylon)',
    layer(nylonWave, GUITAR, struck(3.4, 0.25, 30), { filter: { cutoff: 5000, velocity: 2200 } }),
  ),
  program(
    'Acoustic Guitar (steel)',
    layer(steelWave, GUITAR, struck(4.4, 0.28, 30), { filter: { cutoff: 9000, velocity: 2600 } }),
  ),
  program(
    'Electric Guitar (jazz)',
    layer(electricWave, GUITAR, struck(5, 0.2, 30), {
      filter: { cutoff: 1000, envelope: 500, decay: 1, velocity: 1200 },
    }),
  ),
  program(
    'Electric Guitar (clean)',
    layer(electricWave, GUITAR, struck(6, 0.2, 30), { filter: { cutoff: 7500, velocity: 2400 }, chorus: 35 }),
  ),
  program(
    'Electric Guitar (muted)',
    layer(electricWave, GUITAR, struck(0.32, 0.08, 20), {
      filter: { cutoff: 2200, envelope: 1200, decay: 0.12, velocity: 1800 },
    }),
  ),
  program(
    'Overdriven Guitar',
    layer(
      driveWave,
      GUITAR,
      { attack: 0.002, decay: 8.5, sustain: 26, release: 0.15 },
      { filter: { cutoff: 3000, velocity: 900 } },
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
          [1, 0.5, 0],
          [2, 1, 3],
          [4, 0.22, 0.8],
          [6, 0.1, 0.4],
        ],
        0.2,
        [burst(0.06, 2000, 6000, 0.012)],
      ),
      [52, 66, 80],
      struck(4, 0.4, 20),
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
): WaveRecipe =>
  wave(stringPartials({ position, power, hardness, stiffness: 0.00008, damping }), {
    head: 0.22,
    loop: 0.12,
    top: upTo(30, 3200, 5500),
    noise,
  });

export const basses: Program[] = [
  program(
    'Acoustic Bass',
    layer(bassWave(0.22, 1.15, 900, 1.1, [burst(0.14, 80, 900, 0.05)]), BASS, struck(2.8, 0.12, 20)),
  ),
  program(
    'Electric Bass (finger)',
    layer(bassWave(0.17, 0.75, 1300, 2.2, [burst(0.05, 200, 1500, 0.02)]), BASS, struck(5, 0.1, 20), {
      filter: { cutoff: 1500, envelope: 900, decay: 0.9, velocity: 2000 },
    }),
  ),
  program(
    'Electric Bass (pick)',
    layer(bassWave(0.09, 0.45, 3200, 2, [burst(0.16, 1500, 4500, 0.012)]), BASS, struck(4.4, 0.1, 20), {
      filter: { cutoff: 4500, velocity: 2000 },
    }),
  ),
  program(
    'Fretless Bass',
    layer(
      wave(harmonics(shaped((k) => 1 / k ** 1.5, [{ hertz: 480, width: 220, gain: 1.6 }], 0.7)), {
        head: 0.02,
        loop: 0.06,
        top: upTo(18, 2500, 5000),
      }),
      BASS,
      { attack: 0.03, decay: 7, sustain: 96, release: 0.14 },
      {
        vibrato: vibrato(9, 0.25, 5),
        filter: { cutoff: 1100, envelope: 900, attack: 0.08, decay: 1.4, velocity: 1500 },
        chorus: 15,
      },
    ),
  ),
  program(
    'Slap Bass 1',
    layer(bassWave(0.06, 0.25, 5000, 1.2, [burst(0.34, 1200, 5000, 0.02)]), BASS, struck(3.2, 0.08, 20), {
      filter: { cutoff: 1900, envelope: 3000, decay: 0.3, velocity: 2400, resonance: 3 },
    }),
  ),
  program(
    'Slap Bass 2',
    layer(bassWave(0.31, 0.2, 6000, 0.8, [burst(0.5, 2000, 5200, 0.03)]), BASS, struck(2.2, 0.08, 20), {
      filter: { cutoff: 4800, envelope: 2000, decay: 0.2, velocity: 1800 },
    }),
  ),
  program(
    'Synth Bass 1',
    layer(
      wave(harmonics(saw), { loop: 0.06, top: upTo(60, 4000, 9000) }),
      BASS,
      { attack: 0.001, decay: 3.5, sustain: 96, release: 0.06 },
      {
        filter: { cutoff: 440, envelope: 3300, decay: 0.35, resonance: 6, velocity: 1200, tracking: 70 },
      },
    ),
  ),
  program(
    'Synth Bass 2',
    layer(
      wave(mixed([1, harmonics(square)], [0.7, modes([[0.5, 1, 0]])]), {
        loop: 0.08,
        top: upTo(40, 3000, 7000),
      }),
      BASS,
      { attack: 0.002, decay: 6, sustain: 96, release: 0.08 },
      {
        filter: { cutoff: 620, envelope: 1300, decay: 0.8, resonance: 3, velocity: 900, tracking: 70 },
      },
    ),
  ),
];

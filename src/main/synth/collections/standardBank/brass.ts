/** Brass: programs 56 to 63. */
import type { FilterShape, Program } from './program.ts';
import { MIDDLE, breath, held, layer, program, upTo, vibrato, wave } from './recipes.ts';
import { type Formant, ensemble, pulse, saw, shaped, swelling } from './spectra.ts';
import type { Noise, WaveRecipe } from './wave.ts';

const brassWave = (
  formants: readonly Formant[],
  power: number,
  floor: number,
  lag: number,
  noise: readonly Noise[] = [],
): WaveRecipe =>
  wave(
    swelling(
      shaped((k) => 1 / k ** power, formants, floor),
      0.015,
      lag,
    ),
    {
      head: 0.12,
      loop: 0.05,
      top: upTo(22, 4500, 9000),
      noise,
    },
  );
const brassFilter = (cutoff: number, envelope: number, attack = 0.05): FilterShape => ({
  cutoff,
  envelope,
  attack,
  decay: 1.2,
  sustain: 60,
  velocity: 2600,
  tracking: 40,
});
const sectionWave = wave(
  ensemble(
    shaped((k) => (k === 1 ? 0.5 : 1 / k ** 0.5), [{ hertz: 1200, width: 700, gain: 1.6 }], 0.45),
    13,
    4,
    61,
  ),
  {
    head: 0.05,
    loop: 0.24,
    top: upTo(20, 4500, 8000),
  },
);

export const brass: Program[] = [
  program(
    'Trumpet',
    layer(
      brassWave(
        [
          { hertz: 1350, width: 450, gain: 1.6 },
          { hertz: 2500, width: 800, gain: 0.5 },
        ],
        0.3,
        0.14,
        0.004,
      ),
      [55, 67, 80],
      held(0.025, 0.22),
      { vibrato: vibrato(6, 0.5), filter: brassFilter(2600, 1800) },
    ),
  ),
  program(
    'Trombone',
    layer(
      brassWave(
        [
          { hertz: 620, width: 300, gain: 1.9 },
          { hertz: 1250, width: 400, gain: 0.9 },
        ],
        0.4,
        0.16,
        0.005,
      ),
      [41, 53, 66],
      held(0.035, 0.25),
      { vibrato: vibrato(4, 0.6, 4.8), filter: brassFilter(1900, 1700), level: 1.5 },
    ),
  ),
  program(
    'Tuba',
    layer(
      brassWave([{ hertz: 240, width: 150, gain: 1.6 }], 0.8, 0.2, 0.008, [breath(0.02, 150, 1500)]),
      [29, 41, 53],
      held(0.05, 0.27),
      { filter: brassFilter(1000, 1200, 0.07) },
    ),
  ),
  program(
    'Muted Trumpet',
    layer(
      brassWave(
        [
          { hertz: 1900, width: 350, gain: 1.2 },
          { hertz: 3500, width: 700, gain: 1 },
        ],
        0.5,
        0.4,
        0.002,
      ),
      [55, 67, 80],
      held(0.02, 0.18),
      { vibrato: vibrato(8, 0.4), filter: { cutoff: 9000, velocity: 1500 } },
    ),
  ),
  program(
    'French Horn',
    layer(
      brassWave(
        [
          { hertz: 560, width: 220, gain: 1.5 },
          { hertz: 1000, width: 350, gain: 0.9 },
        ],
        0.4,
        0.1,
        0.009,
      ),
      [41, 53, 66],
      held(0.06, 0.4),
      { filter: brassFilter(1500, 1100, 0.12), reverb: 28 },
    ),
  ),
  program(
    'Brass Section',
    layer(sectionWave, [43, 55, 67, 79], held(0.045, 0.32), {
      filter: brassFilter(4200, 1500, 0.07),
      reverb: 22,
    }),
  ),
  program(
    'SynthBrass 1',
    layer(
      wave(ensemble(saw, 10, 3, 62), { loop: 0.24, top: upTo(24, 4500, 9000) }),
      MIDDLE,
      held(0.03, 0.36),
      {
        filter: {
          cutoff: 700,
          envelope: 3600,
          attack: 0.06,
          decay: 0.9,
          sustain: 45,
          resonance: 4,
          velocity: 1500,
          tracking: 70,
        },
        chorus: 25,
      },
    ),
  ),
  program(
    'SynthBrass 2',
    layer(
      wave(ensemble(pulse(0.32), 7, 2, 63), { loop: 0.2, top: upTo(20, 4000, 8000) }),
      MIDDLE,
      held(0.06, 0.45),
      {
        filter: {
          cutoff: 560,
          envelope: 1900,
          attack: 0.15,
          decay: 1.6,
          sustain: 70,
          resonance: 1,
          velocity: 1200,
          tracking: 80,
        },
      },
    ),
  ),
];

/** Synthesizer pads: programs 88 to 95. */
import type { Program } from './program.ts';
import { ENSEMBLE, MIDDLE, breath, held, layer, program, struck, upTo, wave } from './recipes.ts';
import { ensemble, mixed, modes, pulse, saw, shaped } from './spectra.ts';
import { choirWave, oohWave, synthStringsWave } from './strings.ts';

const bellPartials = modes([
  [1, 1, 0],
  [2.0, 0.5, 3],
  [3.51, 0.55, 2],
  [5.02, 0.4, 1.4],
  [7.03, 0.3, 0.8],
  [9.5, 0.2, 0.5],
]);
export const bellWave = wave(bellPartials, { head: 0.3, loop: 0.1, top: upTo(12, 6000, 13_000) });

export const pads: Program[] = [
  program(
    'Pad 1 (new age)',
    layer(synthStringsWave, ENSEMBLE, held(0.2, 1), {
      filter: { cutoff: 700, velocity: 600 },
      chorus: 40,
      reverb: 34,
    }),
    layer(bellWave, [60, 76], struck(4.5, 1.2, 20), { level: -5, tune: 1200, reverb: 34 }),
  ),
  program(
    'Pad 2 (warm)',
    layer(synthStringsWave, ENSEMBLE, held(0.5, 1.2), {
      filter: { cutoff: 420, velocity: 500 },
      chorus: 40,
      reverb: 30,
    }),
  ),
  program(
    'Pad 3 (polysynth)',
    layer(
      wave(ensemble(pulse(0.25), 9, 3, 72), { loop: 0.24, top: upTo(24, 5000, 10_000) }),
      MIDDLE,
      held(0.05, 0.6),
      { filter: { cutoff: 1400, envelope: 1300, decay: 1.5, sustain: 30, velocity: 900 }, chorus: 40 },
    ),
  ),
  program(
    'Pad 4 (choir)',
    layer(choirWave, ENSEMBLE, held(0.22, 1.3), { filter: { cutoff: 650, velocity: 500 }, reverb: 38 }),
    layer(oohWave, ENSEMBLE, held(0.06, 1.3), { reverb: 38 }),
  ),
  program(
    'Pad 5 (bowed)',
    layer(
      wave(
        mixed(
          [1, ensemble((k) => 1 / k ** 2.2, 5, 3, 73)],
          [
            0.5,
            modes([
              [4.02, 0.3, 0],
              [6.73, 0.08, 0],
              [9.4, 0.05, 0],
            ]),
          ],
        ),
        { loop: 0.26, top: upTo(12, 5000, 10_000), noise: [breath(0.006, 2500, 8000)] },
      ),
      MIDDLE,
      held(0.25, 1.3),
      { filter: { cutoff: 700, envelope: 2200, decay: 2, velocity: 300 }, reverb: 38 },
    ),
  ),
  program(
    'Pad 6 (metallic)',
    layer(
      wave(
        modes([
          [1, 1, 0],
          [2.41, 0.4, 0],
          [3.87, 0.4, 0],
          [5.31, 0.3, 0],
          [6.83, 0.22, 0],
          [8.47, 0.2, 0],
          [10.9, 0.16, 0],
          [13.3, 0.12, 0],
        ]),
        { loop: 0.24, top: upTo(15, 6000, 12_000) },
      ),
      MIDDLE,
      held(0.3, 1),
      {
        tremolo: { hertz: 3.1, level: 1 },
        filter: { cutoff: 600, envelope: 3200, attack: 0.1, decay: 2.4, velocity: 300 },
        chorus: 40,
        reverb: 30,
      },
    ),
  ),
  program(
    'Pad 7 (halo)',
    layer(
      wave(
        ensemble(
          shaped(
            (k) => 1 / k ** 1.3,
            [
              { hertz: 2300, width: 500, gain: 2.5 },
              { hertz: 4200, width: 800, gain: 1.5 },
            ],
            0.7,
          ),
          14,
          4,
          74,
        ),
        { loop: 0.34, top: upTo(20, 6000, 9000), noise: [breath(0.012, 3000, 8000)] },
      ),
      ENSEMBLE,
      held(0.18, 1.4),
      {
        filter: { cutoff: 1300, envelope: 800, decay: 2, tracking: 30, velocity: 300 },
        reverb: 44,
        chorus: 40,
      },
    ),
  ),
  program(
    'Pad 8 (sweep)',
    layer(wave(ensemble(saw, 12, 4, 75), { loop: 0.3, top: upTo(26, 5000, 10_000) }), MIDDLE, held(0.3, 1), {
      filter: {
        cutoff: 380,
        envelope: 3300,
        attack: 2.2,
        decay: 3.5,
        sustain: 20,
        resonance: 10,
        velocity: 300,
      },
      reverb: 30,
    }),
  ),
];

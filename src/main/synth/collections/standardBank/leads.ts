/** Synthesizer leads: programs 80 to 87. */
import { distortionWave } from './plucked.ts';
import type { Program } from './program.ts';
import {
  ENSEMBLE,
  GUITAR,
  MIDDLE,
  THREE,
  TWO,
  breath,
  burst,
  held,
  layer,
  program,
  upTo,
  vibrato,
  wave,
} from './recipes.ts';
import {
  type Spectrum,
  ensemble,
  harmonics,
  listed,
  mixed,
  modes,
  rolledOff,
  saw,
  shaped,
  square,
} from './spectra.ts';
import { ee } from './strings.ts';
import type { WaveRecipe } from './wave.ts';

const single = (spectrum: Spectrum): WaveRecipe =>
  wave(harmonics(spectrum), { loop: 0.03, top: upTo(40, 6000, 13_000) });
const SYNTH = [36, 50, 62, 74, 86];
const squareWave = single(square);
const sawWave = single(saw);
export const detunedSawWave = wave(ensemble(saw, 8, 2, 71), { loop: 0.22, top: upTo(26, 5000, 10_000) });

export const leads: Program[] = [
  program(
    'Lead 1 (square)',
    layer(squareWave, SYNTH, held(0.01, 0.2), {
      vibrato: vibrato(7, 0.4),
      filter: { cutoff: 5000, velocity: 800 },
    }),
  ),
  program(
    'Lead 2 (sawtooth)',
    layer(detunedSawWave, MIDDLE, held(0.01, 0.2), {
      vibrato: vibrato(7, 0.4),
      filter: { cutoff: 8000, velocity: 800 },
    }),
  ),
  program(
    'Lead 3 (calliope)',
    layer(
      wave(harmonics(listed(1, 0.16, 0.3, 0.12, 0.05, 0.05, 0.02, 0.02)), {
        head: 0.06,
        loop: 0.2,
        top: upTo(8, 5000, 9000),
        noise: [breath(0.02, 2500, 8000), burst(0.4, 2000, 7000, 0.05)],
      }),
      TWO,
      held(0.03, 0.3),
      { vibrato: vibrato(9, 0.3) },
    ),
  ),
  program(
    'Lead 4 (chiff)',
    layer(
      wave(
        mixed(
          [1, harmonics(listed(1, 0.25, 0.2, 0.1, 0.05, 0.04, 0.03, 0.02))],
          [
            0.8,
            modes([
              [2, 0.6, 0.2],
              [5, 0.8, 0.12],
              [7, 0.5, 0.08],
            ]),
          ],
        ),
        { head: 0.1, loop: 0.04, top: upTo(12, 5000, 10_000), noise: [burst(1.1, 2500, 9000, 0.05)] },
      ),
      THREE,
      held(0.004, 0.2),
    ),
  ),
  program(
    'Lead 5 (charang)',
    layer(distortionWave, GUITAR, held(0.003, 0.12), {
      filter: { cutoff: 5200, velocity: 400, resonance: 6 },
    }),
    layer(sawWave, SYNTH, held(0.003, 0.12), { tune: 1200, level: -14 }),
  ),
  program(
    'Lead 6 (voice)',
    layer(
      wave(harmonics(shaped((k) => k ** -1.9, ee, 0.3)), {
        loop: 0.15,
        top: upTo(20, 7000, 9000),
        noise: [breath(0.03, 3000, 8500)],
      }),
      ENSEMBLE,
      held(0.05, 0.3),
      { vibrato: vibrato(12, 0.25), filter: { cutoff: 2200, velocity: 600 } },
    ),
  ),
  program(
    'Lead 7 (fifths)',
    layer(
      wave(
        mixed(
          [1, harmonics(saw)],
          [0.5, (f) => harmonics(saw)(f).map((p) => ({ ...p, ratio: p.ratio * 1.5 }))],
        ),
        { loop: 0.08, top: upTo(26, 5000, 10_000) },
      ),
      MIDDLE,
      held(0.008, 0.5),
      { filter: { cutoff: 900, envelope: 3400, decay: 1.8, sustain: 15, velocity: 800 } },
    ),
  ),
  program(
    'Lead 8 (bass + lead)',
    layer(
      wave(
        mixed(
          [1, harmonics(saw)],
          [1, harmonics(rolledOff(saw, 500, 2))],
          [0.1, (f) => harmonics(square)(f).map((p) => ({ ...p, ratio: p.ratio * 0.5 }))],
        ),
        { loop: 0.12, top: upTo(30, 5000, 9000) },
      ),
      MIDDLE,
      held(0.002, 0.1),
      {
        filter: { cutoff: 1400, envelope: 2700, decay: 1.2, sustain: 10, resonance: 5, velocity: 900 },
      },
    ),
  ),
];

/** Synthesizer effects: programs 96 to 103. */
import { detunedSawWave } from './leads.ts';
import { bellWave } from './pads.ts';
import { nylonWave } from './plucked.ts';
import type { Program } from './program.ts';
import {
  ENSEMBLE,
  GUITAR,
  MIDDLE,
  TWO,
  breath,
  held,
  layer,
  program,
  struck,
  upTo,
  wave,
} from './recipes.ts';
import { ensemble, harmonics, mixed, modes, rolledOff, saw, shaped } from './spectra.ts';
import { oh, synthStringsWave } from './strings.ts';

export const synthEffects: Program[] = [
  program(
    'FX 1 (rain)',
    layer(
      wave(
        modes([
          [1, 1, 0],
          [2.01, 0.3, 0],
          [4.02, 0.3, 5],
          [6.3, 0.35, 4],
          [9.1, 0.3, 3],
          [13.2, 0.2, 2],
        ]),
        { head: 0.2, loop: 0.24, top: upTo(14, 6000, 13_000), noise: [breath(0.03, 3000, 11_000)] },
      ),
      TWO,
      { attack: 0.004, decay: 7, sustain: 30, release: 1.6 },
      { tremolo: { hertz: 9, level: 2 }, reverb: 44 },
    ),
  ),
  program(
    'FX 2 (soundtrack)',
    layer(
      wave(
        mixed(
          [1, ensemble(saw, 12, 3, 81)],
          [0.7, (f) => ensemble(saw, 12, 2, 82)(f).map((p) => ({ ...p, ratio: p.ratio * 1.5 }))],
        ),
        { loop: 0.3, top: upTo(20, 4000, 7000) },
      ),
      MIDDLE,
      held(0.25, 1.6),
      {
        filter: { cutoff: 800, envelope: 1100, attack: 0.3, decay: 4, sustain: 60, velocity: 300 },
        reverb: 40,
      },
    ),
  ),
  program(
    'FX 3 (crystal)',
    layer(
      wave(
        modes([
          [1, 1, 0],
          [2.01, 0.2, 5],
          [4.1, 0.4, 3],
          [8.2, 0.4, 2],
          [12.1, 0.14, 0.8],
          [16.4, 0.08, 0.5],
        ]),
        { head: 0.3, loop: 0.12, top: upTo(18, 8000, 15_000) },
      ),
      [60, 76, 90],
      struck(5, 2, 15),
      { reverb: 40, chorus: 40 },
    ),
  ),
  program(
    'FX 4 (atmosphere)',
    layer(nylonWave, GUITAR, struck(4.6, 1.2, 20), { reverb: 34, filter: { cutoff: 6000, velocity: 1500 } }),
    layer(synthStringsWave, ENSEMBLE, held(0.1, 1), {
      level: -6,
      filter: { cutoff: 700, envelope: 900, decay: 2 },
      reverb: 34,
    }),
  ),
  program(
    'FX 5 (brightness)',
    layer(bellWave, [60, 76], struck(4, 1.4, 20), { tune: 1200, level: -3, reverb: 34 }),
    layer(
      detunedSawWave,
      MIDDLE,
      { attack: 0.01, decay: 5, sustain: 12, release: 0.9 },
      { filter: { cutoff: 5200, resonance: 5 }, reverb: 34, chorus: 40 },
    ),
  ),
  program(
    'FX 6 (goblins)',
    layer(
      wave(
        mixed(
          [
            1,
            ensemble(
              shaped((k) => k ** -2.1, oh, 0.6),
              9,
              4,
              83,
            ),
          ],
          [
            0.25,
            modes([
              [0.5, 0.1, 0],
              [2.02, 0.5, 0],
              [7.7, 0.06, 0],
            ]),
          ],
        ),
        { loop: 0.34, top: upTo(14, 4000, 7000), noise: [breath(0.03, 700, 2600)] },
      ),
      MIDDLE,
      held(0.8, 1.6),
      {
        tremolo: { hertz: 1.3, cutoff: 900, level: 2 },
        vibrato: { hertz: 3.3, pitch: 14 },
        filter: { cutoff: 1500, resonance: 9, velocity: 300 },
        reverb: 44,
      },
    ),
  ),
  program(
    'FX 7 (echoes)',
    layer(
      wave(
        mixed(
          [1, harmonics(rolledOff((k) => k ** -1.7, 1800))],
          [
            0.6,
            modes([
              [2.01, 1, 0],
              [3.02, 0.4, 0],
            ]),
          ],
        ),
        { loop: 0.24, top: upTo(14, 4500, 9000) },
      ),
      MIDDLE,
      { attack: 0.04, decay: 12, sustain: 9, release: 1.5 },
      { tremolo: { hertz: 3.6, level: 4 }, chorus: 50, reverb: 60 },
    ),
  ),
  program(
    'FX 8 (sci-fi)',
    layer(
      wave(
        modes([
          [1, 1, 0],
          [1.41, 0.4, 0],
          [2.23, 0.35, 0],
          [3.37, 0.4, 0],
          [4.51, 0.35, 0],
          [6.13, 0.25, 0],
          [9.37, 0.2, 0],
          [14.2, 0.2, 0],
        ]),
        { loop: 0.22, top: upTo(16, 5000, 12_000) },
      ),
      MIDDLE,
      held(0.15, 1.2),
      {
        tremolo: { hertz: 7.3, pitch: 0, level: 3, cutoff: 1500 },
        filter: {
          cutoff: 600,
          envelope: 4200,
          attack: 0.05,
          decay: 1.8,
          sustain: 5,
          resonance: 9,
          velocity: 300,
        },
        reverb: 40,
      },
    ),
  ),
];

/** Organs and accordions: programs 16 to 23. */
import type { Program } from './program.ts';
import {
  type Partials,
  WIDE,
  breath,
  burst,
  held,
  layer,
  program,
  struck,
  upTo,
  vibrato,
  wave,
} from './recipes.ts';
import { harmonics, listed, mixed, modes, pulse, rolledOff, saw, shaped } from './spectra.ts';
import type { Noise, WaveRecipe } from './wave.ts';

/** Drawbars 16', 5 1/3', 8', 4', 2 2/3', 2', 1 3/5', 1 1/3', 1'. */
const drawbars =
  (...levels: readonly number[]): Partials =>
  () =>
    [0.5, 1.5, 1, 2, 3, 4, 5, 6, 8].map((ratio, index) => ({ ratio, amplitude: (levels[index] ?? 0) / 8 }));
const organWave = (partials: Partials, noise: readonly Noise[] = [], head = 0.05): WaveRecipe =>
  wave(partials, { head, loop: 0.05, top: upTo(10, 3000, 10_000), noise });

export const organs: Program[] = [
  program(
    'Drawbar Organ',
    layer(
      organWave(drawbars(8, 3, 8, 5, 3, 3, 1, 1, 1), [burst(0.1, 1500, 6000, 0.015)]),
      WIDE,
      held(0.004, 0.1),
      {
        vibrato: { hertz: 6.4, pitch: 5 },
        tremolo: { hertz: 6.4, level: 0.7 },
        chorus: 30,
      },
    ),
  ),
  program(
    'Percussive Organ',
    layer(organWave(drawbars(6, 2, 4, 5, 3, 1)), WIDE, held(0.003, 0.1), { chorus: 20 }),
    layer(
      organWave(
        modes([
          [3, 1, 0],
          [6, 0.3, 0],
        ]),
      ),
      WIDE,
      struck(0.8, 0.1, 0),
      { level: -1 },
    ),
  ),
  program(
    'Rock Organ',
    layer(
      organWave(mixed([1, drawbars(5, 6, 8, 7, 6, 3, 2, 2, 2)], [0.3, harmonics(rolledOff(saw, 2000))])),
      WIDE,
      held(0.003, 0.1),
      {
        vibrato: { hertz: 6.8, pitch: 9 },
        tremolo: { hertz: 6.8, level: 1.6 },
        chorus: 40,
      },
    ),
  ),
  program(
    'Church Organ',
    layer(
      wave(
        mixed(
          [0.6, harmonics(listed(1, 0.5, 0.22, 0.3, 0.1, 0.12, 0.05, 0.16, 0.03, 0.05, 0.02, 0.06))],
          [
            0.5,
            modes([
              [2.004, 1, 0],
              [4.008, 0.8, 0],
              [8.01, 0.5, 0],
              [6.01, 0.35, 0],
              [12.02, 0.25, 0],
              [16.03, 0.2, 0],
            ]),
          ],
          [0.06, modes([[0.5, 1, 0]])],
        ),
        { head: 0.06, loop: 0.24, top: upTo(17, 4000, 12_000), noise: [breath(0.006, 400, 5000)] },
      ),
      [36, 50, 64, 78],
      held(0.05, 0.5),
      { reverb: 40 },
    ),
  ),
  program(
    'Reed Organ',
    layer(
      wave(
        harmonics(
          shaped(
            (k) => pulse(0.28)(k, 0) * (k === 1 ? 0.4 : 1),
            [{ hertz: 1300, width: 800, gain: 1.6 }],
            0.45,
          ),
        ),
        {
          loop: 0.05,
          top: upTo(18, 4000, 8000),
        },
      ),
      WIDE,
      held(0.04, 0.22),
      { tremolo: { hertz: 5.5, level: 0.8 } },
    ),
  ),
  program(
    'Accordion',
    layer(
      wave(
        mixed(
          [1, harmonics(shaped(saw, [{ hertz: 1700, width: 900, gain: 1.5 }], 0.35))],
          [
            0.55,
            (f) =>
              harmonics(shaped(saw, [{ hertz: 1700, width: 900, gain: 1.5 }], 0.35))(f).map((p) => ({
                ...p,
                ratio: p.ratio * 1.0058,
              })),
          ],
        ),
        {
          loop: 0.3,
          top: upTo(22, 4500, 9000),
        },
      ),
      [45, 60, 75],
      held(0.03, 0.2),
    ),
  ),
  program(
    'Harmonica',
    layer(
      wave(
        harmonics(
          shaped(
            saw,
            [
              { hertz: 1250, width: 350, gain: 2 },
              { hertz: 3000, width: 700, gain: 0.7 },
            ],
            0.12,
          ),
        ),
        {
          loop: 0.06,
          top: upTo(22, 5000, 9000),
          noise: [breath(0.012, 1500, 6000)],
        },
      ),
      [55, 67, 80],
      held(0.045, 0.1),
      { vibrato: vibrato(8, 0.3, 5.2), tremolo: { hertz: 5.2, level: 1.2, delay: 0.3 } },
    ),
  ),
  program(
    'Tango Accordion',
    layer(
      wave(
        mixed(
          [1, harmonics(shaped(saw, [{ hertz: 1000, width: 500, gain: 1.6 }], 0.2))],
          [
            1.3,
            (f) =>
              harmonics(shaped(saw, [{ hertz: 2600, width: 900, gain: 0.8 }], 0.3))(2 * f).map((p) => ({
                ...p,
                ratio: p.ratio * 2,
              })),
          ],
        ),
        {
          loop: 0.06,
          top: upTo(14, 3500, 6000),
        },
      ),
      [45, 60, 75],
      held(0.035, 0.2),
    ),
  ),
];

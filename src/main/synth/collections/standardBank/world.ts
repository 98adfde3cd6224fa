/** Instruments of the world: programs 104 to 111. */
import type { Program } from './program.ts';
import {
  bar,
  bowed,
  boxed,
  breath,
  burst,
  held,
  knock,
  layer,
  program,
  reedWave,
  struck,
  upTo,
  vibrato,
  wave,
} from './recipes.ts';
import { harmonics, mixed, shaped, stringPartials } from './spectra.ts';

export const ethnic: Program[] = [
  program(
    'Sitar',
    layer(
      wave(
        (frequency) =>
          stringPartials({ position: 0.1, power: 0.4, hardness: 6500, stiffness: 0.0001, damping: 5 })(
            frequency,
          ).map((partial) =>
            // The bridge feeds high partials slowly.
            partial.ratio > 5 ? { ratio: partial.ratio, amplitude: partial.amplitude, onset: 0.12 } : partial,
          ),
        { head: 0.24, loop: 0.16, top: upTo(30, 5500, 9000), noise: [burst(0.12, 1500, 6000, 0.02)] },
      ),
      [45, 57, 69],
      struck(5.6, 1.4, 25),
      { bend: { cents: 40, seconds: 0.2 }, reverb: 22 },
    ),
  ),
  program(
    'Banjo',
    layer(
      wave(
        boxed(
          stringPartials({ position: 0.09, power: 0.2, hardness: 6500, stiffness: 0.0001, damping: 3 }),
          [
            { hertz: 900, width: 350, gain: 1.6 },
            { hertz: 1900, width: 700, gain: 1.2 },
          ],
          0.2,
        ),
        { head: 0.16, loop: 0.07, top: upTo(22, 5000, 9000), noise: [burst(0.24, 700, 5000, 0.03)] },
      ),
      [50, 64, 77],
      struck(2.6, 0.35, 30),
    ),
  ),
  program(
    'Shamisen',
    layer(
      wave(
        boxed(
          stringPartials({ position: 0.05, power: 0.2, hardness: 4200, stiffness: 0.0002, damping: 2.6 }),
          [
            { hertz: 1000, width: 300, gain: 2.4 },
            { hertz: 2400, width: 600, gain: 0.8 },
          ],
          0.12,
        ),
        { head: 0.14, loop: 0.08, top: upTo(22, 4500, 8000), noise: [burst(0.6, 300, 3500, 0.05)] },
      ),
      [48, 62, 75],
      struck(2.2, 0.4, 30),
      { bend: { cents: 25, seconds: 0.06 } },
    ),
  ),
  program(
    'Koto',
    layer(
      wave(stringPartials({ position: 0.09, power: 0.2, hardness: 3600, stiffness: 0.00006, damping: 4.5 }), {
        head: 0.2,
        loop: 0.08,
        top: upTo(18, 5000, 9000),
        noise: [knock(0.3), burst(0.2, 2500, 7000, 0.015)],
      }),
      [48, 62, 76],
      struck(3, 0.9, 30),
      { bend: { cents: 18, seconds: 0.1 }, reverb: 26 },
    ),
  ),
  program(
    'Kalimba',
    layer(
      bar(
        [
          [1, 1, 0],
          [5.8, 0.3, 0.16],
          [8.9, 0.16, 0.1],
          [15.1, 0.05, 0.05],
        ],
        0.16,
        [knock(0.3), burst(0.2, 500, 5000, 0.03)],
      ),
      [55, 69, 82],
      struck(1.15, 0.6, 30),
    ),
  ),
  program(
    'Bag pipe',
    layer(
      wave(
        mixed(
          [
            1,
            harmonics(
              shaped(
                (k) => 1 / k ** 0.3,
                [
                  { hertz: 1200, width: 300, gain: 2 },
                  { hertz: 2600, width: 500, gain: 0.7 },
                ],
                0.16,
              ),
            ),
          ],
          [0.1, (f) => harmonics((k) => 1 / k ** 0.6)(f).map((p) => ({ ...p, ratio: p.ratio * 0.5 }))],
        ),
        { loop: 0.1, top: upTo(24, 5500, 9000) },
      ),
      [52, 64, 76],
      held(0.05, 0.25),
    ),
  ),
  program(
    'Fiddle',
    layer(
      bowed(
        [
          { hertz: 450, width: 140, gain: 0.6 },
          { hertz: 1000, width: 300, gain: 1.5 },
          { hertz: 3300, width: 900, gain: 1.6 },
        ],
        0.25,
        45,
      ),
      [57, 69, 82],
      held(0.06, 0.28),
      {
        vibrato: vibrato(9, 0.3, 6),
        bend: { cents: -35, seconds: 0.08 },
        filter: { cutoff: 11_000, velocity: 1200 },
      },
    ),
  ),
  program(
    'Shanai',
    layer(
      reedWave(
        shaped(
          (k) => 1 / k ** 0.3,
          [
            { hertz: 1400, width: 400, gain: 2.2 },
            { hertz: 3100, width: 500, gain: 0.8 },
          ],
          0.14,
        ),
        [breath(0.012, 2500, 8000)],
      ),
      [60, 72, 84],
      held(0.03, 0.1),
      { vibrato: vibrato(20, 0.25, 5.8), bend: { cents: -60, seconds: 0.1 } },
    ),
  ),
];

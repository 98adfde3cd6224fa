/** Instruments of the world, percussive ones and sound effects: programs 104 to 127. */
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
import { harmonics, listed, mixed, modes, shaped, stringPartials } from './spectra.ts';

// --- Ethnic and percussive --------------------------------------------------------------------------------------

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

export const percussive: Program[] = [
  program(
    'Tinkle Bell',
    layer(
      bar(
        [
          [1, 0.5, 0],
          [2.31, 0.7, 1.6],
          [3.93, 0.9, 1],
          [5.7, 0.7, 0.6],
          [7.9, 0.5, 0.3],
        ],
        0.3,
        [burst(0.1, 5000, 14_000, 0.02)],
        0.1,
      ),
      [72, 86],
      struck(1.7, 1.3, 10),
      { reverb: 26 },
    ),
  ),
  program(
    'Agogo',
    layer(
      bar(
        [
          [1, 0.12, 0],
          [2.02, 0.8, 0],
          [2.95, 0.3, 0.3],
          [5.6, 0.4, 0.6],
          [7.4, 1, 0.6],
          [11.6, 0.4, 0.4],
          [16.3, 0.25, 0.2],
        ],
        0.2,
        [burst(0.3, 1500, 7000, 0.03)],
        0.1,
      ),
      [60, 76],
      struck(0.55, 0.3, 20),
    ),
  ),
  program(
    'Steel Drums',
    layer(
      wave(
        mixed(
          [
            1,
            modes([
              [1, 0.7, 0],
              [2, 0.8, 2],
              [3, 0.5, 1.2],
              [4.02, 0.5, 0.9],
              [2.99, 0.35, 0.9],
              [6.03, 0.2, 0.5],
              [8.1, 0.12, 0.3],
            ]),
          ],
          [
            0.3,
            modes([
              [1.004, 1, 0],
              [2.013, 0.7, 1],
            ]),
          ],
        ),
        { head: 0.2, loop: 0.26, top: upTo(9, 5000, 9000), noise: [burst(0.12, 500, 4000, 0.03)] },
      ),
      [55, 69, 82],
      struck(1.45, 0.45, 25),
      { reverb: 22 },
    ),
  ),
  program(
    'Woodblock',
    layer(
      bar(
        [
          [1, 0.16, 0],
          [2.42, 0.4, 0],
          [3.9, 1, 0.16],
          [6.4, 0.5, 0.12],
          [10.3, 0.3, 0.08],
        ],
        0.1,
        [burst(0.5, 700, 5000, 0.02)],
      ),
      [60, 76],
      struck(0.22, 0.16, 10),
    ),
  ),
  program(
    'Taiko Drum',
    layer(
      wave(
        modes([
          [0.25, 0.9, 1],
          [0.5, 1, 0],
          [1, 0.5, 0],
          [1.59, 0.3, 0.3],
          [2.14, 0.2, 0.2],
          [3.16, 0.12, 0.1],
        ]),
        { head: 0.3, loop: 0.12, top: () => 3200, noise: [burst(1.1, 80, 1500, 0.09)] },
      ),
      [40, 55],
      struck(1.35, 1, 10),
      { bend: { cents: 160, seconds: 0.09 }, reverb: 30 },
    ),
  ),
  program(
    'Melodic Tom',
    layer(
      wave(
        modes([
          [1, 1, 0],
          [0.5, 0.2, 0.6],
          [1.59, 0.35, 0.3],
          [2.3, 0.25, 0.2],
          [3.6, 0.15, 0.12],
        ]),
        { head: 0.2, loop: 0.06, top: upTo(20, 2600, 7000), noise: [burst(0.5, 300, 7000, 0.12)] },
      ),
      [43, 57, 71],
      struck(0.9, 0.6, 15),
      { bend: { cents: 250, seconds: 0.07 } },
    ),
  ),
  program(
    'Synth Drum',
    layer(
      wave(
        modes([
          [1, 1, 0],
          [2, 0.1, 0.2],
        ]),
        { head: 0.1, loop: 0.06, top: upTo(5, 2600, 6000), noise: [burst(0.5, 800, 5000, 0.08)] },
      ),
      [43, 60],
      struck(0.75, 0.4, 10),
      { bend: { cents: 900, seconds: 0.14 } },
    ),
  ),
  program(
    'Reverse Cymbal',
    layer(
      wave(() => [], { loop: 0.5, top: () => 9500, noise: [breath(1, 1800, 9000), breath(0.5, 5000, 9400)] }),
      [60],
      { attack: 1.4, hold: 0.04, decay: 0.2, sustain: 96, release: 0.1 },
      { filter: { cutoff: 4200, envelope: 1600, attack: 1.3, decay: 0.3, tracking: 20, velocity: 300 } },
    ),
  ),
];

export const soundEffects: Program[] = [
  program(
    'Guitar Fret Noise',
    layer(
      wave(() => [], { head: 0.24, once: true, top: () => 8000, noise: [burst(1, 1600, 6500, 0.4)] }),
      [60],
      struck(0.5, 0.2, 0),
      { bend: { cents: 900, seconds: 0.12 } },
    ),
  ),
  program(
    'Breath Noise',
    layer(
      wave(() => [], { loop: 0.4, top: () => 7000, noise: [breath(1, 500, 6500)] }),
      [60],
      { attack: 0.12, decay: 1.3, sustain: 96, release: 0.3 },
      { filter: { cutoff: 2200, resonance: 5, tracking: 60, velocity: 300 } },
    ),
  ),
  program(
    'Seashore',
    layer(
      wave(() => [], { loop: 0.6, top: () => 6500, noise: [breath(1, 120, 6000)] }),
      [60],
      { attack: 1.8, decay: 8, sustain: 6, release: 2 },
      {
        tremolo: { hertz: 0.22, level: 5, cutoff: 1400 },
        filter: { cutoff: 1100, tracking: 20, velocity: 300 },
        reverb: 30,
      },
    ),
  ),
  program(
    'Bird Tweet',
    layer(
      wave(harmonics(listed(1, 0.12)), { loop: 0.03, top: upTo(5, 6000, 15_000) }),
      [84, 98],
      { attack: 0.05, decay: 1.4, sustain: 96, release: 0.2 },
      { tune: 4500, vibrato: { hertz: 14, pitch: 420 }, tremolo: { hertz: 6.5, level: 12 } },
    ),
  ),
  program(
    'Telephone Ring',
    layer(
      wave(
        modes([
          [1, 0.4, 0],
          [1.26, 0.4, 0],
          [2.97, 0.6, 0],
          [4.41, 1, 0],
          [6.2, 0.9, 0],
          [9.1, 0.6, 0],
        ]),
        { loop: 0.1, top: upTo(10, 6000, 12_000) },
      ),
      [72],
      { attack: 0.002, decay: 3, sustain: 96, release: 0.5 },
      { tremolo: { hertz: 20, level: 14 }, tune: 700 },
    ),
  ),
  program(
    'Helicopter',
    layer(
      wave(() => [], { loop: 0.5, top: () => 3500, noise: [breath(1, 40, 900), breath(0.3, 900, 3200)] }),
      [60],
      held(0.3, 0.6),
      {
        tremolo: { hertz: 11.5, level: 14, cutoff: 1300 },
        filter: { cutoff: 800, tracking: 20, velocity: 300 },
      },
    ),
  ),
  program(
    'Applause',
    layer(
      wave(() => [], { loop: 0.7, top: () => 7500, noise: [breath(1, 700, 4200), breath(0.4, 3000, 7000)] }),
      [60],
      held(0.4, 1),
      { tremolo: { hertz: 16, level: 3 }, filter: { cutoff: 6500, tracking: 20, velocity: 300 }, reverb: 34 },
    ),
  ),
  program(
    'Gunshot',
    layer(
      wave(() => [], {
        head: 0.9,
        once: true,
        top: () => 5500,
        noise: [burst(0.8, 60, 5000, 0.3), burst(1.4, 60, 900, 1)],
      }),
      [60],
      struck(2.4, 1.4, 0),
      { filter: { cutoff: 2400, envelope: 1900, decay: 0.3, velocity: 400 }, reverb: 40 },
    ),
  ),
];

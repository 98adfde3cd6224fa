/** Instruments of the world, percussive ones and sound effects: programs 104 to 127. */
import type { Program } from './program.ts';
import {
  bar,
  bowed,
  boxed,
  breath,
  burst,
  held,
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
          stringPartials({ position: 0.07, power: 0.25, hardness: 5200, stiffness: 0.0001, damping: 4 })(
            frequency,
          ).map((partial) =>
            // The bridge feeds high partials slowly.
            partial.ratio > 5 ? { ratio: partial.ratio, amplitude: partial.amplitude, onset: 0.12 } : partial,
          ),
        { head: 0.24, loop: 0.16, top: upTo(30, 5500, 9000), noise: [burst(0.12, 1500, 6000, 0.02)] },
      ),
      [45, 57, 69],
      struck(3.4, 0.6, 25),
      { bend: { cents: 40, seconds: 0.2 }, reverb: 22 },
    ),
  ),
  program(
    'Banjo',
    layer(
      wave(
        boxed(
          stringPartials({ position: 0.08, power: 0.3, hardness: 5200, stiffness: 0.0001, damping: 0.9 }),
          [
            { hertz: 700, width: 260, gain: 1.6 },
            { hertz: 1500, width: 500, gain: 0.9 },
          ],
          0.3,
        ),
        { head: 0.16, loop: 0.07, top: upTo(22, 5000, 9000), noise: [burst(0.24, 700, 5000, 0.03)] },
      ),
      [50, 64, 77],
      struck(1.4, 0.15, 30),
    ),
  ),
  program(
    'Shamisen',
    layer(
      wave(
        boxed(
          stringPartials({ position: 0.05, power: 0.4, hardness: 4200, stiffness: 0.0002, damping: 0.6 }),
          [
            { hertz: 450, width: 180, gain: 1.5 },
            { hertz: 2400, width: 600, gain: 1.3 },
          ],
          0.25,
        ),
        { head: 0.14, loop: 0.08, top: upTo(22, 4500, 8000), noise: [burst(0.6, 300, 3500, 0.05)] },
      ),
      [48, 62, 75],
      struck(1, 0.15, 30),
      { bend: { cents: 25, seconds: 0.06 } },
    ),
  ),
  program(
    'Koto',
    layer(
      wave(stringPartials({ position: 0.13, power: 0.6, hardness: 3600, stiffness: 0.00006, damping: 1.5 }), {
        head: 0.2,
        loop: 0.08,
        top: upTo(18, 5000, 9000),
        noise: [burst(0.2, 2500, 7000, 0.015)],
      }),
      [48, 62, 76],
      struck(2.6, 0.9, 30),
      { bend: { cents: 18, seconds: 0.1 }, reverb: 26 },
    ),
  ),
  program(
    'Kalimba',
    layer(
      bar(
        [
          [1, 1, 0],
          [5.8, 0.4, 0.16],
          [9.9, 0.16, 0.06],
        ],
        0.14,
        [burst(0.2, 500, 3000, 0.02)],
      ),
      [55, 69, 82],
      struck(1.5, 0.6, 30),
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
                  { hertz: 1200, width: 500, gain: 1.4 },
                  { hertz: 2600, width: 700, gain: 1.2 },
                ],
                0.3,
              ),
            ),
          ],
          [0.55, (f) => harmonics((k) => 1 / k ** 0.6)(f).map((p) => ({ ...p, ratio: p.ratio * 0.5 }))],
        ),
        { loop: 0.1, top: upTo(24, 5500, 9000) },
      ),
      [52, 64, 76],
      held(0.05, 0.08),
    ),
  ),
  program(
    'Fiddle',
    layer(
      bowed(
        [
          { hertz: 330, width: 100, gain: 0.7 },
          { hertz: 900, width: 220, gain: 1.3 },
          { hertz: 3300, width: 900, gain: 1.6 },
        ],
        0.25,
        45,
      ),
      [57, 69, 82],
      held(0.03, 0.1),
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
            { hertz: 1500, width: 300, gain: 2 },
            { hertz: 3300, width: 600, gain: 1.8 },
          ],
          0.14,
        ),
        [breath(0.03, 2500, 8000)],
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
          [1, 1, 0],
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
      struck(2.4, 1.6, 10),
      { reverb: 26 },
    ),
  ),
  program(
    'Agogo',
    layer(
      bar(
        [
          [1, 1, 0],
          [1.51, 0.5, 0.5],
          [2.62, 0.7, 0.3],
          [4.3, 0.5, 0.2],
        ],
        0.2,
        [burst(0.2, 1500, 7000, 0.02)],
        0.1,
      ),
      [60, 76],
      struck(0.9, 0.4, 20),
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
              [1, 1, 0],
              [2, 0.8, 1.6],
              [3, 0.36, 0.8],
              [4.02, 0.3, 0.5],
              [2.99, 0.25, 0.7],
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
      struck(1.9, 0.5, 25),
      { reverb: 22 },
    ),
  ),
  program(
    'Woodblock',
    layer(
      bar(
        [
          [1, 1, 0],
          [2.42, 0.5, 0.08],
          [3.9, 0.4, 0.05],
        ],
        0.1,
        [burst(0.5, 700, 5000, 0.02)],
      ),
      [60, 76],
      struck(0.16, 0.1, 10),
    ),
  ),
  program(
    'Taiko Drum',
    layer(
      wave(
        modes([
          [1, 1, 0],
          [1.59, 0.6, 0.3],
          [2.14, 0.4, 0.2],
          [2.65, 0.3, 0.15],
          [3.16, 0.2, 0.1],
        ]),
        { head: 0.3, loop: 0.12, top: () => 3200, noise: [burst(1.1, 80, 1500, 0.09)] },
      ),
      [40, 55],
      struck(1.2, 0.8, 10),
      { bend: { cents: 160, seconds: 0.09 }, reverb: 30 },
    ),
  ),
  program(
    'Melodic Tom',
    layer(
      wave(
        modes([
          [1, 1, 0],
          [1.59, 0.35, 0.2],
          [2.3, 0.2, 0.12],
        ]),
        { head: 0.16, loop: 0.06, top: upTo(8, 2600, 5000), noise: [burst(0.6, 300, 4000, 0.05)] },
      ),
      [43, 57, 71],
      struck(0.7, 0.4, 15),
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
        { head: 0.1, loop: 0.06, top: upTo(5, 2600, 6000), noise: [burst(0.35, 800, 5000, 0.04)] },
      ),
      [43, 60],
      struck(0.75, 0.4, 10),
      { bend: { cents: 1500, seconds: 0.22 } },
    ),
  ),
  program(
    'Reverse Cymbal',
    layer(
      wave(() => [], { loop: 0.5, top: () => 9500, noise: [breath(1, 1800, 9000), breath(0.5, 5000, 9400)] }),
      [60],
      { attack: 1.6, hold: 0.02, decay: 0.12, sustain: 96, release: 0.1 },
      { filter: { cutoff: 1800, envelope: 2800, attack: 1.5, decay: 0.3, tracking: 20, velocity: 300 } },
    ),
  ),
];

export const soundEffects: Program[] = [
  program(
    'Guitar Fret Noise',
    layer(
      wave(() => [], { head: 0.14, once: true, top: () => 8000, noise: [burst(1, 1400, 6500, 0.14)] }),
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
      { attack: 0.03, decay: 1.2, sustain: 96, release: 0.2 },
      { tune: 2400, vibrato: { hertz: 14, pitch: 420 }, tremolo: { hertz: 6.5, level: 12 } },
    ),
  ),
  program(
    'Telephone Ring',
    layer(
      wave(
        modes([
          [1, 1, 0],
          [1.26, 0.9, 0],
          [2.97, 0.6, 0],
          [4.41, 0.5, 0],
          [6.2, 0.3, 0],
        ]),
        { loop: 0.1, top: upTo(8, 6000, 10_000) },
      ),
      [72],
      held(0.005, 0.2),
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
        head: 0.5,
        once: true,
        top: () => 8000,
        noise: [burst(1, 60, 7000, 0.5), burst(0.8, 60, 500, 0.4)],
      }),
      [60],
      struck(0.9, 0.8, 0),
      { filter: { cutoff: 900, envelope: 3800, decay: 0.3, velocity: 400 }, reverb: 40 },
    ),
  ),
];

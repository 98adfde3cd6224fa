/** Pianos, chromatic percussion and organs: programs 0 to 23. */
import type { EnvelopeShape, FilterShape, Program } from './program.ts';
import {
  type Partials,
  WIDE,
  bar,
  breath,
  burst,
  held,
  knock,
  layer,
  program,
  struck,
  upTo,
  vibrato,
  wave,
} from './recipes.ts';
import {
  harmonics,
  listed,
  mixed,
  modes,
  modulated,
  pulse,
  rolledOff,
  saw,
  shaped,
  stringPartials,
} from './spectra.ts';
import type { Noise, WaveRecipe } from './wave.ts';

// --- Piano ------------------------------------------------------------------------------------------------------

const pianoWave = wave(
  stringPartials({ position: 0.122, power: 0.95, hardness: 5200, stiffness: 0.0004, damping: 6 }),
  {
    head: 0.34,
    loop: 0.12,
    top: upTo(22, 4200, 9000),
    noise: [knock(0.36), burst(0.05, 300, 5000, 0.1)],
  },
);
const brightPianoWave = wave(
  stringPartials({ position: 0.105, power: 0.78, hardness: 4200, stiffness: 0.0006, damping: 7 }),
  {
    head: 0.3,
    loop: 0.12,
    top: upTo(26, 5000, 10_000),
    noise: [knock(1.1), burst(0.16, 300, 6000, 0.1)],
  },
);
const pianoRoots = [33, 45, 57, 69, 81, 93];
const pianoDecay: EnvelopeShape = { attack: 0.001, decay: 5.2, sustain: 96, release: 0.42, keyDecay: 35 };
const pianoFilter = (cutoff: number, envelope = 1500): FilterShape => ({
  cutoff,
  envelope,
  decay: 3.5,
  velocity: 2400,
  tracking: 55,
});
const harpsichordWave = wave(
  stringPartials({ position: 0.13, power: 0.3, hardness: 9000, stiffness: 0.00008, damping: 9 }),
  {
    head: 0.24,
    loop: 0.1,
    top: upTo(34, 6000, 13_000),
    noise: [knock(0.18), burst(0.16, 1500, 8000, 0.03)],
  },
);
const clavinetWave = wave(
  stringPartials({ position: 0.07, power: 0.05, hardness: 4200, stiffness: 0.0003, damping: 7 }),
  { head: 0.2, loop: 0.08, top: upTo(30, 4500, 9000), noise: [burst(0.12, 300, 5000, 0.02)] },
);
const rhodesWave = wave(
  mixed(
    [
      1,
      modes([
        [1, 1, 0],
        [2, 0.26, 8],
        [3, 0.2, 6],
        [4, 0.1, 4],
        [5, 0.05, 3],
      ]),
    ],
    [
      0.35,
      modes([
        [6.99, 1, 0.25],
        [13.2, 0.4, 0.12],
      ]),
    ],
  ),
  { head: 0.25, loop: 0.06, top: upTo(15, 4500, 12_000) },
);
const dxWave = wave(
  mixed([1, modulated(1, 1, 0.95, 7)], [0.2, modulated(14, 1, 0.4, 0.28)], [0.14, modes([[14, 1, 0.3]])]),
  { head: 0.28, loop: 0.06, top: upTo(17, 6000, 14_000) },
);

export const pianos: Program[] = [
  program(
    'Acoustic Grand Piano',
    layer(pianoWave, pianoRoots, pianoDecay, { filter: pianoFilter(2600, 1400) }),
  ),
  program(
    'Bright Acoustic Piano',
    layer(
      brightPianoWave,
      [33, 48, 62, 76, 90],
      { ...pianoDecay, decay: 4.8, release: 0.5 },
      { filter: { ...pianoFilter(14_000, 1200), tracking: 20, velocity: 1200 } },
    ),
  ),
  program(
    'Electric Grand Piano',
    layer(
      wave(stringPartials({ position: 0.16, power: 1.1, hardness: 12_000, stiffness: 0.001, damping: 6 }), {
        head: 0.26,
        loop: 0.1,
        top: upTo(24, 4200, 9000),
        noise: [knock(0.3), burst(0.09, 600, 5000, 0.06)],
      }),
      [36, 50, 64, 80],
      { ...pianoDecay, decay: 7, release: 0.5 },
      { filter: pianoFilter(5200, 1800), chorus: 20 },
    ),
  ),
  program(
    'Honky-tonk Piano',
    layer(pianoWave, pianoRoots, { ...pianoDecay, decay: 4.4 }, { filter: pianoFilter(4200, 900), tune: 9 }),
    layer(pianoWave, pianoRoots, { ...pianoDecay, decay: 4.4 }, { filter: pianoFilter(4200, 900), tune: -9 }),
  ),
  program(
    'Electric Piano 1',
    layer(rhodesWave, [40, 55, 70, 85], struck(9, 0.2), {
      filter: { cutoff: 2600, envelope: 1300, decay: 2, velocity: 3000 },
      tremolo: { hertz: 5, level: 0.8 },
      chorus: 15,
    }),
  ),
  program(
    'Electric Piano 2',
    layer(dxWave, [40, 55, 70, 85], struck(8.5, 0.4), {
      chorus: 30,
      filter: { cutoff: 9000, velocity: 3600 },
    }),
  ),
  program('Harpsichord', layer(harpsichordWave, [38, 53, 68, 82], struck(5.4, 0.14))),
  program(
    'Clavi',
    layer(clavinetWave, [38, 53, 68], struck(6.5, 0.06), {
      filter: { cutoff: 4200, envelope: 1400, decay: 0.8, resonance: 3, velocity: 2400 },
    }),
  ),
];

// --- Chromatic percussion ---------------------------------------------------------------------------------------

export const chromaticPercussion: Program[] = [
  program(
    'Celesta',
    layer(
      bar(
        [
          [1, 1, 0],
          [2, 0.08, 0.9],
          [4.02, 0.2, 0.7],
          [8.9, 0.16, 0.6],
          [14.6, 0.05, 0.3],
        ],
        0.22,
        [knock(0.15), burst(0.08, 900, 6000, 0.06)],
      ),
      [60, 76, 90],
      struck(3.6, 0.9),
    ),
  ),
  program(
    'Glockenspiel',
    layer(
      bar(
        [
          [1, 0.1, 0],
          [2.76, 0.15, 1.4],
          [3.99, 1, 2.4],
          [5.4, 0.3, 1.2],
          [10.8, 0.5, 1.4],
          [16.1, 0.4, 1],
        ],
        0.3,
        [knock(0.15), burst(0.1, 4000, 12_000, 0.02)],
      ),
      [72, 86, 98],
      struck(3.6, 1.2, 25),
      { reverb: 20 },
    ),
  ),
  program(
    'Music Box',
    layer(
      bar(
        [
          [1, 1, 0],
          [2.01, 0.24, 3],
          [4.02, 0.14, 2],
          [6.27, 0.2, 0.5],
          [9.8, 0.1, 0.3],
        ],
        0.24,
        [knock(0.09), burst(0.06, 1500, 9000, 0.03)],
      ),
      [60, 76, 90],
      struck(3.4, 1.6),
      { reverb: 18 },
    ),
  ),
  program(
    'Vibraphone',
    layer(
      bar(
        [
          [1, 1, 0],
          [3.98, 0.28, 0.9],
          [10.6, 0.08, 0.15],
        ],
        0.24,
        [knock(0.3), burst(0.06, 300, 4000, 0.03)],
      ),
      [53, 69, 84],
      struck(7, 0.7, 20),
      {
        tremolo: { hertz: 5.6, level: 3.2 },
        reverb: 18,
      },
    ),
  ),
  program(
    'Marimba',
    layer(
      bar(
        [
          [1, 1, 0],
          [3.93, 0.4, 0.22],
          [9.2, 0.16, 0.12],
        ],
        0.16,
        [knock(0.3), burst(0.12, 200, 4000, 0.04)],
      ),
      [45, 60, 75],
      struck(1.3, 0.7, 60),
    ),
  ),
  program(
    'Xylophone',
    layer(
      bar(
        [
          [1, 1, 0],
          [3.01, 0.3, 0.25],
          [6.2, 0.5, 0.2],
          [10.1, 0.4, 0.14],
        ],
        0.16,
        [knock(0.3), burst(0.3, 900, 8000, 0.025)],
      ),
      [65, 79, 93],
      struck(0.7, 0.4, 50),
    ),
  ),
  program(
    'Tubular Bells',
    layer(
      bar(
        [
          [0.5, 0.05, 0],
          [1, 0.12, 0],
          [2, 0.16, 0],
          [3.01, 1, 5],
          [4.17, 0.8, 4],
          [5.43, 0.35, 1.1],
          [6.8, 0.24, 0.8],
          [8.2, 0.15, 0.6],
          [11.2, 0.06, 0.4],
        ],
        0.42,
        [knock(0.24), burst(0.05, 800, 6000, 0.05)],
        0.1,
      ),
      [55, 69, 81],
      struck(6, 2.5, 15),
      { reverb: 28 },
    ),
  ),
  program(
    'Dulcimer',
    layer(
      wave(
        mixed(
          [1, stringPartials({ position: 0.14, power: 0.3, hardness: 9000, stiffness: 0.0002, damping: 4 })],
          [
            0.3,
            modes([
              [0.9975, 1, 0],
              [1.0025, 1, 0],
              [2.006, 1, 2],
            ]),
          ],
        ),
        {
          head: 0.2,
          loop: 0.24,
          top: upTo(30, 5000, 10_000),
          noise: [knock(0.42), burst(0.1, 1200, 8000, 0.03)],
        },
      ),
      [50, 64, 78],
      struck(3.4, 0.8),
      { reverb: 18 },
    ),
  ),
];

// --- Organ ------------------------------------------------------------------------------------------------------

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

/** Pianos, chromatic percussion and organs: programs 0 to 23. */
import type { EnvelopeShape, FilterShape, Program } from './program.ts';
import {
  type Partials,
  WIDE,
  bar,
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
  square,
  stringPartials,
} from './spectra.ts';
import type { Noise, WaveRecipe } from './wave.ts';

// --- Piano ------------------------------------------------------------------------------------------------------

const pianoWave = wave(
  stringPartials({ position: 0.122, power: 0.75, hardness: 2600, stiffness: 0.0004, damping: 5 }),
  { head: 0.34, loop: 0.12, top: upTo(22, 4200, 9000), noise: [burst(0.05, 120, 2600, 0.09)] },
);
const brightPianoWave = wave(
  stringPartials({ position: 0.105, power: 0.42, hardness: 5200, stiffness: 0.0004, damping: 6 }),
  { head: 0.3, loop: 0.12, top: upTo(26, 5000, 10_000), noise: [burst(0.07, 200, 5000, 0.06)] },
);
const pianoRoots = [33, 45, 57, 69, 81, 93];
const pianoDecay: EnvelopeShape = { attack: 0.001, decay: 8.5, sustain: 96, release: 0.32, keyDecay: 35 };
const pianoFilter = (cutoff: number, envelope = 1500): FilterShape => ({
  cutoff,
  envelope,
  decay: 3.5,
  velocity: 2400,
  tracking: 55,
});
const harpsichordWave = wave(
  stringPartials({ position: 0.09, power: 0.12, hardness: 9000, stiffness: 0.00008, damping: 2.2 }),
  { head: 0.2, loop: 0.1, top: upTo(34, 6000, 13_000), noise: [burst(0.16, 1500, 8000, 0.03)] },
);
const clavinetWave = wave(
  stringPartials({ position: 0.21, power: 0.35, hardness: 3800, stiffness: 0.0003, damping: 1.1 }),
  { head: 0.16, loop: 0.08, top: upTo(24, 4500, 9000), noise: [burst(0.12, 300, 3000, 0.02)] },
);
const rhodesWave = wave(
  mixed(
    [
      1,
      modes([
        [1, 1, 0],
        [2, 0.28, 3],
        [3, 0.05, 1.2],
        [4, 0.03, 0.8],
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
  mixed([1, modulated(1, 1, 0.9, 1.6)], [0.42, modulated(14, 1, 0.4, 0.28)], [0.3, modes([[14, 1, 0.3]])]),
  { head: 0.28, loop: 0.06, top: upTo(17, 6000, 14_000) },
);

export const pianos: Program[] = [
  program(
    'Acoustic Grand Piano',
    layer(pianoWave, pianoRoots, pianoDecay, { filter: pianoFilter(1500, 1400) }),
  ),
  program(
    'Bright Acoustic Piano',
    layer(
      brightPianoWave,
      [33, 48, 62, 76, 90],
      { ...pianoDecay, decay: 6.6 },
      { filter: { ...pianoFilter(14_000, 1200), tracking: 20, velocity: 1200 } },
    ),
  ),
  program(
    'Electric Grand Piano',
    layer(
      wave(stringPartials({ position: 0.16, power: 0.5, hardness: 2400, stiffness: 0.001, damping: 3 }), {
        head: 0.22,
        loop: 0.1,
        top: upTo(18, 4200, 9000),
        noise: [burst(0.07, 600, 4000, 0.03)],
      }),
      [36, 50, 64, 80],
      { ...pianoDecay, decay: 6 },
      { filter: pianoFilter(5200, 1800), chorus: 20 },
    ),
  ),
  program(
    'Honky-tonk Piano',
    layer(pianoWave, pianoRoots, { ...pianoDecay, decay: 5.5 }, { filter: pianoFilter(3000, 900), tune: 9 }),
    layer(pianoWave, pianoRoots, { ...pianoDecay, decay: 5.5 }, { filter: pianoFilter(3000, 900), tune: -9 }),
  ),
  program(
    'Electric Piano 1',
    layer(rhodesWave, [40, 55, 70, 85], struck(6, 0.3), {
      filter: { cutoff: 1900, envelope: 1300, decay: 2, velocity: 3000 },
      tremolo: { hertz: 5, level: 0.8 },
      chorus: 15,
    }),
  ),
  program(
    'Electric Piano 2',
    layer(dxWave, [40, 55, 70, 85], struck(7, 0.35), {
      chorus: 30,
      filter: { cutoff: 9000, velocity: 3600 },
    }),
  ),
  program('Harpsichord', layer(harpsichordWave, [38, 53, 68, 82], struck(3.2, 0.12))),
  program(
    'Clavi',
    layer(clavinetWave, [38, 53, 68], struck(2.2, 0.06), {
      filter: { cutoff: 2600, envelope: 2400, decay: 0.6, resonance: 6, velocity: 3000 },
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
          [4.02, 0.16, 0.5],
          [8.9, 0.1, 0.12],
        ],
        0.18,
        [burst(0.06, 900, 5000, 0.03)],
      ),
      [60, 76, 90],
      struck(2.6),
    ),
  ),
  program(
    'Glockenspiel',
    layer(
      bar(
        [
          [1, 1, 0],
          [2.76, 0.5, 1.4],
          [5.4, 0.42, 0.5],
          [8.93, 0.2, 0.2],
        ],
        0.25,
        [burst(0.1, 4000, 12_000, 0.02)],
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
          [2.01, 0.3, 1.2],
          [6.27, 0.34, 0.25],
          [9.8, 0.12, 0.1],
        ],
        0.22,
        [burst(0.05, 3000, 9000, 0.012)],
      ),
      [60, 76, 90],
      struck(2.2, 0.9),
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
        [burst(0.04, 300, 2000, 0.03)],
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
          [3.93, 0.3, 0.12],
          [9.2, 0.12, 0.05],
        ],
        0.12,
        [burst(0.16, 200, 1400, 0.03)],
      ),
      [45, 60, 75],
      struck(1.1, 0.5, 60),
    ),
  ),
  program(
    'Xylophone',
    layer(
      bar(
        [
          [1, 1, 0],
          [3.01, 0.62, 0.25],
          [6.2, 0.34, 0.1],
          [10.1, 0.16, 0.05],
        ],
        0.14,
        [burst(0.24, 1800, 8000, 0.015)],
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
          [1, 0.62, 0],
          [2, 1, 3.5],
          [3.01, 0.5, 2.4],
          [4.17, 0.6, 1.8],
          [5.43, 0.42, 1.1],
          [6.8, 0.24, 0.7],
          [8.2, 0.15, 0.4],
        ],
        0.4,
        [burst(0.05, 800, 4000, 0.04)],
        0.1,
      ),
      [55, 69, 81],
      struck(7.5, 2.5, 15),
      { reverb: 28 },
    ),
  ),
  program(
    'Dulcimer',
    layer(
      wave(
        mixed(
          [
            1,
            stringPartials({ position: 0.14, power: 0.45, hardness: 5200, stiffness: 0.0002, damping: 2.4 }),
          ],
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
          top: upTo(20, 5000, 10_000),
          noise: [burst(0.1, 1200, 6000, 0.02)],
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
      organWave(drawbars(6, 4, 8, 6, 3, 5, 2, 3, 4), [burst(0.1, 1500, 6000, 0.015)]),
      WIDE,
      held(0.004, 0.06),
      {
        vibrato: { hertz: 6.4, pitch: 5 },
        tremolo: { hertz: 6.4, level: 0.7 },
        chorus: 30,
      },
    ),
  ),
  program(
    'Percussive Organ',
    layer(organWave(drawbars(6, 2, 8, 3)), WIDE, held(0.003, 0.06), { chorus: 20 }),
    layer(
      organWave(
        modes([
          [3, 1, 0],
          [6, 0.3, 0],
        ]),
      ),
      WIDE,
      struck(0.8, 0.08, 0),
      { level: -1 },
    ),
  ),
  program(
    'Rock Organ',
    layer(
      organWave(mixed([1, drawbars(8, 8, 8, 6, 6, 4, 4, 5, 8)], [0.35, harmonics(rolledOff(saw, 3000))])),
      WIDE,
      held(0.003, 0.05),
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
          [0.85, harmonics(listed(1, 0.5, 0.22, 0.3, 0.1, 0.12, 0.05, 0.16, 0.03, 0.05, 0.02, 0.06))],
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
          [0.3, modes([[0.5, 1, 0]])],
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
      wave(harmonics(shaped(pulse(0.28), [{ hertz: 900, width: 500, gain: 1.4 }], 0.45)), {
        loop: 0.05,
        top: upTo(18, 4000, 8000),
      }),
      WIDE,
      held(0.04, 0.12),
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
      held(0.03, 0.1),
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
              { hertz: 1250, width: 300, gain: 2 },
              { hertz: 3300, width: 700, gain: 2.4 },
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
          [1, harmonics(shaped(square, [{ hertz: 800, width: 500, gain: 1.6 }], 0.3))],
          [0.5, harmonics(shaped(saw, [{ hertz: 2400, width: 800, gain: 1.2 }], 0.1))],
        ),
        {
          loop: 0.06,
          top: upTo(20, 4500, 8000),
        },
      ),
      [45, 60, 75],
      held(0.035, 0.1),
    ),
  ),
];

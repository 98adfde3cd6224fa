/** Pianos and other keyboards with strings or tines: programs 0 to 7. */
import type { EnvelopeShape, FilterShape, Program } from './program.ts';
import { burst, knock, layer, program, struck, upTo, wave } from './recipes.ts';
import { mixed, modes, modulated, stringPartials } from './spectra.ts';

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

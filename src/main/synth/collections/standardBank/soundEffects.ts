/** Sound effects: programs 120 to 127. */
import type { Program } from './program.ts';
import { breath, burst, held, layer, program, struck, upTo, wave } from './recipes.ts';
import { harmonics, listed, modes } from './spectra.ts';

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

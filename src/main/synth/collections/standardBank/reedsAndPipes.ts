/** Reeds and pipes: programs 64 to 79. */
import type { Program } from './program.ts';
import { breath, burst, held, layer, program, reedWave, upTo, vibrato, wave } from './recipes.ts';
import { type Spectrum, harmonics, listed, shaped, swelling } from './spectra.ts';
import type { Noise, WaveRecipe } from './wave.ts';

const pipeWave = (spectrum: Spectrum, noise: readonly Noise[]): WaveRecipe =>
  wave(swelling(spectrum, 0.02, 0.01), { head: 0.1, loop: 0.22, top: upTo(8, 3500, 10_000), noise });

const sax = (first: number, second: number, fundamental: number): Spectrum =>
  shaped(
    (k) => (k === 1 ? fundamental : k === 2 ? 0.6 : 1) / k ** 0.6,
    [
      { hertz: first, width: first * 0.35, gain: 1.3 },
      { hertz: second, width: second * 0.3, gain: 0.8 },
    ],
    0.25,
  );

export const reeds: Program[] = [
  program(
    'Soprano Sax',
    layer(
      reedWave(
        sax(980, 3100, 1.6),
        [breath(0.05, 2500, 9000), burst(0.12, 1000, 4000, 0.04)],
        upTo(26, 6000, 11_000),
      ),
      [58, 70, 82],
      held(0.035, 0.18),
      {
        vibrato: vibrato(11, 0.3),
        filter: { cutoff: 4200, velocity: 1800 },
      },
    ),
  ),
  program(
    'Alto Sax',
    layer(
      reedWave(sax(820, 2300, 0.55), [breath(0.035, 1500, 7000), burst(0.12, 600, 3000, 0.05)]),
      [51, 63, 75],
      held(0.035, 0.18),
      {
        vibrato: vibrato(10, 0.35),
        filter: { cutoff: 3600, velocity: 2000 },
      },
    ),
  ),
  program(
    'Tenor Sax',
    layer(
      reedWave(sax(640, 1350, 1), [breath(0.1, 300, 5000), burst(0.16, 400, 2500, 0.06)]),
      [45, 57, 69],
      held(0.04, 0.2),
      { vibrato: vibrato(9, 0.4, 5), filter: { cutoff: 2600, velocity: 2000 } },
    ),
  ),
  program(
    'Baritone Sax',
    layer(
      reedWave(sax(420, 1900, 0.8), [breath(0.09, 200, 3000), burst(0.2, 300, 1800, 0.05)]),
      [37, 49, 61],
      held(0.04, 0.2),
      { vibrato: vibrato(6, 0.4, 4.8), filter: { cutoff: 4200, tracking: 10, velocity: 2000 } },
    ),
  ),
  program(
    'Oboe',
    layer(
      reedWave(
        shaped(
          (k) => 1 / k ** 0.5,
          [
            { hertz: 1100, width: 260, gain: 2.4 },
            { hertz: 2700, width: 400, gain: 0.12 },
          ],
          0.06,
        ),
      ),
      [58, 70, 82],
      held(0.03, 0.16),
      { vibrato: vibrato(7, 0.4) },
    ),
  ),
  program(
    'English Horn',
    layer(
      reedWave(
        shaped(
          (k) => 1 / k ** 0.75,
          [
            { hertz: 900, width: 260, gain: 2.2 },
            { hertz: 1900, width: 400, gain: 0.9 },
          ],
          0.09,
        ),
        [breath(0.012, 2500, 7000)],
      ),
      [52, 64, 76],
      held(0.04, 0.18),
      { vibrato: vibrato(8, 0.4, 5), filter: { cutoff: 2600, velocity: 1200 }, level: -1.5 },
    ),
  ),
  program(
    'Bassoon',
    layer(
      reedWave(
        shaped(
          (k) => 1 / k ** 0.95,
          [
            { hertz: 480, width: 110, gain: 3 },
            { hertz: 1150, width: 200, gain: 0.35 },
          ],
          0.08,
        ),
      ),
      [34, 46, 58],
      held(0.035, 0.18),
      { vibrato: vibrato(4, 0.5, 4.8) },
    ),
  ),
  program(
    'Clarinet',
    layer(
      reedWave(
        (k, hertz) =>
          k % 2 === 1
            ? (k === 1 ? 0.6 : 1.5 / k ** 0.6) / (1 + (hertz / 2600) ** 2)
            : Math.min(0.3, (hertz / 5500) ** 1.6) / k,
        [burst(0.05, 800, 3000, 0.03)],
        upTo(16, 4000, 8000),
      ),
      [50, 62, 75, 87],
      held(0.03, 0.16),
      { filter: { cutoff: 3200, velocity: 1600 } },
    ),
  ),
];

export const pipes: Program[] = [
  program(
    'Piccolo',
    layer(
      pipeWave(listed(1, 0.12, 0.1, 0.03, 0.02, 0.01), [
        breath(0.05, 3000, 9000),
        burst(0.2, 2500, 7000, 0.04),
      ]),
      [76, 88, 99],
      held(0.07, 0.3),
      { vibrato: vibrato(9, 0.3, 5.8) },
    ),
  ),
  program(
    'Flute',
    layer(
      pipeWave(listed(0.7, 0.5, 0.35, 0.18, 0.1, 0.06, 0.05, 0.04, 0.03, 0.02), [
        breath(0.035, 1200, 6000),
        burst(0.2, 1000, 4500, 0.06),
      ]),
      [60, 72, 84, 96],
      held(0.045, 0.18),
      { vibrato: vibrato(10, 0.35, 5.2), tremolo: { hertz: 5.2, level: 0.9, delay: 0.35 } },
    ),
  ),
  program(
    'Recorder',
    layer(
      pipeWave(listed(1, 0.04, 0.12, 0.03, 0.05, 0.02, 0.04, 0.02), [
        breath(0.008, 2000, 5000),
        burst(0.12, 1500, 4500, 0.03),
      ]),
      [65, 77, 89],
      held(0.05, 0.16),
    ),
  ),
  program(
    'Pan Flute',
    layer(
      pipeWave(listed(1, 0.03, 0.28, 0.02, 0.07), [breath(0.14, 600, 3500), burst(0.7, 500, 3500, 0.09)]),
      [60, 72, 84],
      held(0.04, 0.25),
      { vibrato: vibrato(6, 0.4, 4.8), reverb: 30 },
    ),
  ),
  program(
    'Blown Bottle',
    layer(
      pipeWave(listed(1, 0.01, 0.1, 0.01, 0.03), [breath(0.09, 900, 4200), burst(0.9, 300, 2600, 0.1)]),
      [48, 60, 72],
      held(0.09, 0.18),
      { vibrato: vibrato(4, 0.3, 4.2) },
    ),
  ),
  program(
    'Shakuhachi',
    layer(
      pipeWave(listed(1, 0.12, 0.1, 0.05, 0.03, 0.02), [
        breath(0.12, 600, 6000),
        burst(0.8, 1000, 6000, 0.12),
      ]),
      [57, 69, 81],
      held(0.08, 0.4),
      {
        vibrato: vibrato(22, 0.5, 4.6),
        tremolo: { hertz: 4.6, level: 1.4, delay: 0.5 },
        bend: { cents: -90, seconds: 0.12 },
        reverb: 28,
      },
    ),
  ),
  program(
    'Whistle',
    layer(
      wave(harmonics(listed(1, 0.02)), {
        loop: 0.22,
        head: 0.03,
        top: upTo(5, 4000, 9000),
        noise: [breath(0.012, 600, 3000)],
      }),
      [72, 86],
      held(0.1, 0.18),
      { vibrato: vibrato(15, 0.25, 5.6) },
    ),
  ),
  program(
    'Ocarina',
    layer(
      wave(harmonics(listed(1, 0.012, 0.08, 0.008, 0.012)), {
        loop: 0.06,
        head: 0.05,
        top: upTo(6, 3000, 8000),
        noise: [burst(0.08, 800, 2500, 0.03)],
      }),
      [64, 78],
      held(0.05, 0.22),
      { vibrato: vibrato(7, 0.4, 5) },
    ),
  ),
];

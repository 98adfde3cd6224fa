/** Bars, bells and the dulcimer: programs 8 to 15. */
import type { Program } from './program.ts';
import { bar, burst, knock, layer, program, struck, upTo, wave } from './recipes.ts';
import { mixed, modes, stringPartials } from './spectra.ts';

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

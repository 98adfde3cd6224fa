/** Percussion with a pitch: programs 112 to 119. */
import type { Program } from './program.ts';
import { bar, breath, burst, layer, program, struck, upTo, wave } from './recipes.ts';
import { mixed, modes } from './spectra.ts';

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

/** Synthesizer leads, pads and effects: programs 80 to 103. */
import type { Program } from './program.ts';
import {
  ENSEMBLE,
  GUITAR,
  MIDDLE,
  THREE,
  TWO,
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
  ensemble,
  harmonics,
  listed,
  mixed,
  modes,
  pulse,
  rolledOff,
  saw,
  shaped,
  square,
  type Spectrum,
} from './spectra.ts';
import type { WaveRecipe } from './wave.ts';
import { nylonWave, distortionWave } from './plucked.ts';
import { synthStringsWave, ee, oh, choirWave, oohWave } from './strings.ts';

// --- Synthesizers -----------------------------------------------------------------------------------------------

const single = (spectrum: Spectrum): WaveRecipe =>
  wave(harmonics(spectrum), { loop: 0.03, top: upTo(40, 6000, 13_000) });
const SYNTH = [36, 50, 62, 74, 86];
const squareWave = single(square);
const sawWave = single(saw);
const detunedSawWave = wave(ensemble(saw, 8, 2, 71), { loop: 0.22, top: upTo(26, 5000, 10_000) });

export const leads: Program[] = [
  program(
    'Lead 1 (square)',
    layer(squareWave, SYNTH, held(0.01, 0.2), {
      vibrato: vibrato(7, 0.4),
      filter: { cutoff: 5000, velocity: 800 },
    }),
  ),
  program(
    'Lead 2 (sawtooth)',
    layer(detunedSawWave, MIDDLE, held(0.01, 0.2), {
      vibrato: vibrato(7, 0.4),
      filter: { cutoff: 8000, velocity: 800 },
    }),
  ),
  program(
    'Lead 3 (calliope)',
    layer(
      wave(harmonics(listed(1, 0.16, 0.3, 0.12, 0.05, 0.05, 0.02, 0.02)), {
        head: 0.06,
        loop: 0.2,
        top: upTo(8, 5000, 9000),
        noise: [breath(0.02, 2500, 8000), burst(0.4, 2000, 7000, 0.05)],
      }),
      TWO,
      held(0.03, 0.3),
      { vibrato: vibrato(9, 0.3) },
    ),
  ),
  program(
    'Lead 4 (chiff)',
    layer(
      wave(
        mixed(
          [1, harmonics(listed(1, 0.25, 0.2, 0.1, 0.05, 0.04, 0.03, 0.02))],
          [
            0.8,
            modes([
              [2, 0.6, 0.2],
              [5, 0.8, 0.12],
              [7, 0.5, 0.08],
            ]),
          ],
        ),
        { head: 0.1, loop: 0.04, top: upTo(12, 5000, 10_000), noise: [burst(1.1, 2500, 9000, 0.05)] },
      ),
      THREE,
      held(0.004, 0.2),
    ),
  ),
  program(
    'Lead 5 (charang)',
    layer(distortionWave, GUITAR, held(0.003, 0.12), {
      filter: { cutoff: 5200, velocity: 400, resonance: 6 },
    }),
    layer(sawWave, SYNTH, held(0.003, 0.12), { tune: 1200, level: -14 }),
  ),
  program(
    'Lead 6 (voice)',
    layer(
      wave(harmonics(shaped((k) => k ** -1.9, ee, 0.3)), {
        loop: 0.15,
        top: upTo(20, 7000, 9000),
        noise: [breath(0.03, 3000, 8500)],
      }),
      ENSEMBLE,
      held(0.05, 0.3),
      { vibrato: vibrato(12, 0.25), filter: { cutoff: 2200, velocity: 600 } },
    ),
  ),
  program(
    'Lead 7 (fifths)',
    layer(
      wave(
        mixed(
          [1, harmonics(saw)],
          [0.5, (f) => harmonics(saw)(f).map((p) => ({ ...p, ratio: p.ratio * 1.5 }))],
        ),
        { loop: 0.08, top: upTo(26, 5000, 10_000) },
      ),
      MIDDLE,
      held(0.008, 0.5),
      { filter: { cutoff: 900, envelope: 3400, decay: 1.8, sustain: 15, velocity: 800 } },
    ),
  ),
  program(
    'Lead 8 (bass + lead)',
    layer(
      wave(
        mixed(
          [1, harmonics(saw)],
          [1, harmonics(rolledOff(saw, 500, 2))],
          [0.1, (f) => harmonics(square)(f).map((p) => ({ ...p, ratio: p.ratio * 0.5 }))],
        ),
        { loop: 0.12, top: upTo(30, 5000, 9000) },
      ),
      MIDDLE,
      held(0.002, 0.1),
      {
        filter: { cutoff: 1400, envelope: 2700, decay: 1.2, sustain: 10, resonance: 5, velocity: 900 },
      },
    ),
  ),
];

const bellPartials = modes([
  [1, 1, 0],
  [2.0, 0.5, 3],
  [3.51, 0.55, 2],
  [5.02, 0.4, 1.4],
  [7.03, 0.3, 0.8],
  [9.5, 0.2, 0.5],
]);
const bellWave = wave(bellPartials, { head: 0.3, loop: 0.1, top: upTo(12, 6000, 13_000) });

export const pads: Program[] = [
  program(
    'Pad 1 (new age)',
    layer(synthStringsWave, ENSEMBLE, held(0.2, 1), {
      filter: { cutoff: 700, velocity: 600 },
      chorus: 40,
      reverb: 34,
    }),
    layer(bellWave, [60, 76], struck(4.5, 1.2, 20), { level: -5, tune: 1200, reverb: 34 }),
  ),
  program(
    'Pad 2 (warm)',
    layer(synthStringsWave, ENSEMBLE, held(0.5, 1.2), {
      filter: { cutoff: 420, velocity: 500 },
      chorus: 40,
      reverb: 30,
    }),
  ),
  program(
    'Pad 3 (polysynth)',
    layer(
      wave(ensemble(pulse(0.25), 9, 3, 72), { loop: 0.24, top: upTo(24, 5000, 10_000) }),
      MIDDLE,
      held(0.05, 0.6),
      { filter: { cutoff: 1400, envelope: 1300, decay: 1.5, sustain: 30, velocity: 900 }, chorus: 40 },
    ),
  ),
  program(
    'Pad 4 (choir)',
    layer(choirWave, ENSEMBLE, held(0.22, 1.3), { filter: { cutoff: 650, velocity: 500 }, reverb: 38 }),
    layer(oohWave, ENSEMBLE, held(0.06, 1.3), { reverb: 38 }),
  ),
  program(
    'Pad 5 (bowed)',
    layer(
      wave(
        mixed(
          [1, ensemble((k) => 1 / k ** 2.2, 5, 3, 73)],
          [
            0.5,
            modes([
              [4.02, 0.3, 0],
              [6.73, 0.08, 0],
              [9.4, 0.05, 0],
            ]),
          ],
        ),
        { loop: 0.26, top: upTo(12, 5000, 10_000), noise: [breath(0.006, 2500, 8000)] },
      ),
      MIDDLE,
      held(0.25, 1.3),
      { filter: { cutoff: 700, envelope: 2200, decay: 2, velocity: 300 }, reverb: 38 },
    ),
  ),
  program(
    'Pad 6 (metallic)',
    layer(
      wave(
        modes([
          [1, 1, 0],
          [2.41, 0.4, 0],
          [3.87, 0.4, 0],
          [5.31, 0.3, 0],
          [6.83, 0.22, 0],
          [8.47, 0.2, 0],
          [10.9, 0.16, 0],
          [13.3, 0.12, 0],
        ]),
        { loop: 0.24, top: upTo(15, 6000, 12_000) },
      ),
      MIDDLE,
      held(0.3, 1),
      {
        tremolo: { hertz: 3.1, level: 1 },
        filter: { cutoff: 600, envelope: 3200, attack: 0.1, decay: 2.4, velocity: 300 },
        chorus: 40,
        reverb: 30,
      },
    ),
  ),
  program(
    'Pad 7 (halo)',
    layer(
      wave(
        ensemble(
          shaped(
            (k) => 1 / k ** 1.3,
            [
              { hertz: 2300, width: 500, gain: 2.5 },
              { hertz: 4200, width: 800, gain: 1.5 },
            ],
            0.7,
          ),
          14,
          4,
          74,
        ),
        { loop: 0.34, top: upTo(20, 6000, 9000), noise: [breath(0.012, 3000, 8000)] },
      ),
      ENSEMBLE,
      held(0.18, 1.4),
      {
        filter: { cutoff: 1300, envelope: 800, decay: 2, tracking: 30, velocity: 300 },
        reverb: 44,
        chorus: 40,
      },
    ),
  ),
  program(
    'Pad 8 (sweep)',
    layer(wave(ensemble(saw, 12, 4, 75), { loop: 0.3, top: upTo(26, 5000, 10_000) }), MIDDLE, held(0.3, 1), {
      filter: {
        cutoff: 380,
        envelope: 3300,
        attack: 2.2,
        decay: 3.5,
        sustain: 20,
        resonance: 10,
        velocity: 300,
      },
      reverb: 30,
    }),
  ),
];

export const effects: Program[] = [
  program(
    'FX 1 (rain)',
    layer(
      wave(
        modes([
          [1, 1, 0],
          [2.01, 0.3, 0],
          [4.02, 0.3, 5],
          [6.3, 0.35, 4],
          [9.1, 0.3, 3],
          [13.2, 0.2, 2],
        ]),
        { head: 0.2, loop: 0.24, top: upTo(14, 6000, 13_000), noise: [breath(0.03, 3000, 11_000)] },
      ),
      TWO,
      { attack: 0.004, decay: 7, sustain: 30, release: 1.6 },
      { tremolo: { hertz: 9, level: 2 }, reverb: 44 },
    ),
  ),
  program(
    'FX 2 (soundtrack)',
    layer(
      wave(
        mixed(
          [1, ensemble(saw, 12, 3, 81)],
          [0.7, (f) => ensemble(saw, 12, 2, 82)(f).map((p) => ({ ...p, ratio: p.ratio * 1.5 }))],
        ),
        { loop: 0.3, top: upTo(20, 4000, 7000) },
      ),
      MIDDLE,
      held(0.25, 1.6),
      {
        filter: { cutoff: 800, envelope: 1100, attack: 0.3, decay: 4, sustain: 60, velocity: 300 },
        reverb: 40,
      },
    ),
  ),
  program(
    'FX 3 (crystal)',
    layer(
      wave(
        modes([
          [1, 1, 0],
          [2.01, 0.2, 5],
          [4.1, 0.4, 3],
          [8.2, 0.4, 2],
          [12.1, 0.14, 0.8],
          [16.4, 0.08, 0.5],
        ]),
        { head: 0.3, loop: 0.12, top: upTo(18, 8000, 15_000) },
      ),
      [60, 76, 90],
      struck(5, 2, 15),
      { reverb: 40, chorus: 40 },
    ),
  ),
  program(
    'FX 4 (atmosphere)',
    layer(nylonWave, GUITAR, struck(4.6, 1.2, 20), { reverb: 34, filter: { cutoff: 6000, velocity: 1500 } }),
    layer(synthStringsWave, ENSEMBLE, held(0.1, 1), {
      level: -6,
      filter: { cutoff: 700, envelope: 900, decay: 2 },
      reverb: 34,
    }),
  ),
  program(
    'FX 5 (brightness)',
    layer(bellWave, [60, 76], struck(4, 1.4, 20), { tune: 1200, level: -3, reverb: 34 }),
    layer(
      detunedSawWave,
      MIDDLE,
      { attack: 0.01, decay: 5, sustain: 12, release: 0.9 },
      { filter: { cutoff: 5200, resonance: 5 }, reverb: 34, chorus: 40 },
    ),
  ),
  program(
    'FX 6 (goblins)',
    layer(
      wave(
        mixed(
          [
            1,
            ensemble(
              shaped((k) => k ** -2.1, oh, 0.6),
              9,
              4,
              83,
            ),
          ],
          [
            0.25,
            modes([
              [0.5, 0.1, 0],
              [2.02, 0.5, 0],
              [7.7, 0.06, 0],
            ]),
          ],
        ),
        { loop: 0.34, top: upTo(14, 4000, 7000), noise: [breath(0.03, 700, 2600)] },
      ),
      MIDDLE,
      held(0.8, 1.6),
      {
        tremolo: { hertz: 1.3, cutoff: 900, level: 2 },
        vibrato: { hertz: 3.3, pitch: 14 },
        filter: { cutoff: 1500, resonance: 9, velocity: 300 },
        reverb: 44,
      },
    ),
  ),
  program(
    'FX 7 (echoes)',
    layer(
      wave(
        mixed(
          [1, harmonics(rolledOff((k) => k ** -1.7, 1800))],
          [
            0.6,
            modes([
              [2.01, 1, 0],
              [3.02, 0.4, 0],
            ]),
          ],
        ),
        { loop: 0.24, top: upTo(14, 4500, 9000) },
      ),
      MIDDLE,
      { attack: 0.04, decay: 12, sustain: 9, release: 1.5 },
      { tremolo: { hertz: 3.6, level: 4 }, chorus: 50, reverb: 60 },
    ),
  ),
  program(
    'FX 8 (sci-fi)',
    layer(
      wave(
        modes([
          [1, 1, 0],
          [1.41, 0.4, 0],
          [2.23, 0.35, 0],
          [3.37, 0.4, 0],
          [4.51, 0.35, 0],
          [6.13, 0.25, 0],
          [9.37, 0.2, 0],
          [14.2, 0.2, 0],
        ]),
        { loop: 0.22, top: upTo(16, 5000, 12_000) },
      ),
      MIDDLE,
      held(0.15, 1.2),
      {
        tremolo: { hertz: 7.3, pitch: 0, level: 3, cutoff: 1500 },
        filter: {
          cutoff: 600,
          envelope: 4200,
          attack: 0.05,
          decay: 1.8,
          sustain: 5,
          resonance: 9,
          velocity: 300,
        },
        reverb: 40,
      },
    ),
  ),
];

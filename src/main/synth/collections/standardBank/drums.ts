/** The standard drum kit of General MIDI: keys 35 to 81. */
import {
  DRUM_ROOT,
  agogoWave,
  blockWave,
  chinaWave,
  congaWave,
  crashWave,
  cuicaWave,
  hatWave,
  rideWave,
  scrape,
  stroke,
  timbaleWave,
  tomWave,
  triangleWave,
  whistleWave,
} from './drumWaves.ts';
import type { EnvelopeShape, Layer } from './program.ts';
import { burst } from './recipes.ts';
import type { WaveRecipe } from './wave.ts';

export interface DrumSound {
  readonly key: number;
  readonly name: string;
  readonly layers: readonly Layer[];
  /** Sounds of one class end each other; 0 for none. */
  readonly exclusiveClass: number;
}

/** One-shots sound to their end whenever the key is let go. */
const WHOLE: EnvelopeShape = { attack: 0.0003, release: 6 };
const fading = (decay: number, attack = 0.0005): EnvelopeShape => ({
  attack,
  decay,
  sustain: 96,
  release: decay,
});

function drum(key: number, name: string, layers: readonly Layer[], exclusiveClass = 0): DrumSound {
  return { key, name, layers, exclusiveClass };
}

function layer(
  wave: WaveRecipe,
  envelope: EnvelopeShape = WHOLE,
  rest: Omit<Layer, 'wave' | 'roots' | 'envelope'> = {},
): Layer {
  return { wave, roots: [DRUM_ROOT], envelope, reverb: 10, ...rest };
}

function tom(key: number, name: string, semitones: number): DrumSound {
  return drum(key, name, [
    layer(tomWave, WHOLE, { tune: semitones * 100, bend: { cents: 300, seconds: 0.1 } }),
  ]);
}

export const DRUMS: readonly DrumSound[] = [
  drum(35, 'Acoustic Bass Drum', [
    layer(
      stroke(
        0.42,
        3000,
        [
          [54, 1, 0.42],
          [96, 0.4, 0.15],
        ],
        [burst(0.35, 60, 1200, 0.05)],
      ),
      WHOLE,
      { bend: { cents: 700, seconds: 0.06 }, reverb: 4 },
    ),
  ]),
  drum(36, 'Bass Drum 1', [
    layer(
      stroke(
        0.3,
        6500,
        [
          [62, 1, 0.26],
          [124, 0.25, 0.08],
        ],
        [burst(0.5, 1800, 6000, 0.012), burst(0.3, 80, 900, 0.03)],
      ),
      WHOLE,
      { bend: { cents: 1500, seconds: 0.045 }, reverb: 4 },
    ),
  ]),
  drum(37, 'Side Stick', [
    layer(
      stroke(
        0.16,
        10_000,
        [
          [215, 0.3, 0.08],
          [430, 0.5, 0.09],
          [1150, 0.7, 0.06],
          [1720, 0.9, 0.05],
          [2680, 0.5, 0.05],
        ],
        [burst(0.9, 1200, 9500, 0.03), burst(0.12, 800, 9000, 0.14)],
      ),
    ),
  ]),
  drum(38, 'Acoustic Snare', [
    layer(
      stroke(
        0.4,
        9500,
        [
          [184, 1.6, 0.26],
          [331, 0.6, 0.2],
          [455, 0.3, 0.14],
        ],
        [burst(0.9, 1400, 8800, 0.34), burst(0.7, 200, 3000, 0.12)],
      ),
    ),
  ]),
  drum(39, 'Hand Clap', [
    layer({
      partials: () => [],
      noise: [0, 0.011, 0.021, 0.032].map((delay, index) => ({
        amplitude: index === 3 ? 1 : 0.8,
        low: 850,
        high: 3600,
        decay: index === 3 ? 0.2 : 0.018,
        delay,
      })),
      head: 0.28,
      periods: 512,
      top: () => 6500,
      once: true,
    }),
  ]),
  drum(40, 'Electric Snare', [
    layer(
      stroke(
        0.34,
        9500,
        [
          [205, 2.6, 0.22],
          [410, 0.8, 0.16],
        ],
        [burst(0.8, 2800, 9000, 0.3), burst(0.5, 400, 2800, 0.14)],
      ),
      WHOLE,
      { bend: { cents: 200, seconds: 0.04 } },
    ),
  ]),
  tom(41, 'Low Floor Tom', -5),
  drum(42, 'Closed Hi-Hat', [layer(hatWave, fading(0.17), { reverb: 4 })], 1),
  tom(43, 'High Floor Tom', -2),
  drum(
    44,
    'Pedal Hi-Hat',
    [
      layer(hatWave, fading(0.24, 0.006), {
        tune: -500,
        filter: { cutoff: 6500, tracking: 0, velocity: 300 },
        reverb: 4,
      }),
    ],
    1,
  ),
  tom(45, 'Low Tom', 1),
  drum(46, 'Open Hi-Hat', [layer(hatWave, fading(1.9), { tune: -100, reverb: 6 })], 1),
  tom(47, 'Low-Mid Tom', 4),
  tom(48, 'Hi-Mid Tom', 8),
  drum(49, 'Crash Cymbal 1', [
    layer(
      crashWave,
      { attack: 0.002, decay: 3.6, sustain: 96, release: 3.6 },
      { filter: { cutoff: 8000, tracking: 0, envelope: 1500, decay: 1.2, velocity: 900 } },
    ),
  ]),
  tom(50, 'High Tom', 12),
  drum(51, 'Ride Cymbal 1', [
    layer(rideWave, fading(2.4), { level: -4 }),
    layer(
      stroke(
        0.1,
        9500,
        [
          [3300, 0.7, 0.08],
          [5100, 0.5, 0.06],
        ],
        [burst(0.5, 3500, 9000, 0.02)],
      ),
      WHOLE,
      { level: -2 },
    ),
  ]),
  drum(52, 'Chinese Cymbal', [layer(chinaWave, { attack: 0.003, decay: 1.3, sustain: 96, release: 1.3 })]),
  drum(53, 'Ride Bell', [
    layer(
      stroke(
        1.3,
        9500,
        [
          [420, 0.14, 1.6],
          [1180, 0.5, 1.6],
          [1870, 0.4, 1.4],
          [2540, 0.7, 1.5],
          [3120, 0.9, 1.5],
          [4480, 0.6, 1.2],
          [6200, 0.35, 1],
          [8300, 0.2, 0.8],
        ],
        [burst(0.5, 3000, 9000, 0.05)],
      ),
    ),
    layer(rideWave, fading(1.4), { level: -14 }),
  ]),
  drum(54, 'Tambourine', [
    layer(
      stroke(
        0.26,
        14_000,
        [
          [5200, 0.3, 0.2],
          [7300, 0.35, 0.24],
          [9100, 0.3, 0.2],
          [11_300, 0.2, 0.16],
        ],
        [burst(0.6, 5500, 13_000, 0.2), burst(0.5, 300, 1600, 0.02)],
      ),
    ),
  ]),
  drum(55, 'Splash Cymbal', [layer(crashWave, fading(0.62), { tune: 500 })]),
  drum(56, 'Cowbell', [
    layer(
      stroke(
        0.3,
        7500,
        [
          [545, 1, 0.26],
          [815, 0.9, 0.24],
          [1650, 0.35, 0.1],
          [2480, 0.25, 0.07],
        ],
        [burst(0.2, 800, 5000, 0.015)],
      ),
    ),
  ]),
  drum(57, 'Crash Cymbal 2', [
    layer(
      crashWave,
      { attack: 0.002, decay: 2.7, sustain: 96, release: 2.7 },
      { tune: -400, filter: { cutoff: 4600, tracking: 0, envelope: 1500, decay: 0.9, velocity: 900 } },
    ),
  ]),
  drum(58, 'Vibraslap', [
    layer({
      partials: () => [],
      noise: Array.from({ length: 22 }, (_, index) => ({
        amplitude: 0.9 * 0.9 ** index,
        low: 2300,
        high: 9000,
        decay: 0.02,
        delay: 0.004 + index * 0.03,
      })),
      head: 0.7,
      periods: 512,
      top: () => 10_500,
      once: true,
    }),
  ]),
  drum(59, 'Ride Cymbal 2', [
    layer(rideWave, fading(1.6), { tune: 350, level: -4 }),
    layer(stroke(0.06, 9500, [[4300, 0.7, 0.05]], [burst(0.5, 4500, 9000, 0.015)]), WHOLE, { level: -4 }),
  ]),
  drum(60, 'Hi Bongo', [layer(congaWave, fading(0.22), { tune: 1150 })]),
  drum(61, 'Low Bongo', [layer(congaWave, fading(0.3), { tune: 650 })]),
  drum(62, 'Mute Hi Conga', [
    layer(
      stroke(
        0.14,
        5500,
        [
          [330, 0.8, 0.07],
          [690, 0.5, 0.04],
        ],
        [burst(0.9, 700, 4500, 0.035)],
      ),
    ),
  ]),
  drum(63, 'Open Hi Conga', [layer(congaWave, WHOLE, { tune: 300 })]),
  drum(64, 'Low Conga', [layer(congaWave, WHOLE, { tune: -250 })]),
  drum(65, 'High Timbale', [layer(timbaleWave, WHOLE, { tune: 400 })]),
  drum(66, 'Low Timbale', [layer(timbaleWave, WHOLE, { tune: -200 })]),
  drum(67, 'High Agogo', [layer(agogoWave, WHOLE)]),
  drum(68, 'Low Agogo', [layer(agogoWave, WHOLE, { tune: -420 })]),
  drum(69, 'Cabasa', [
    layer(
      {
        partials: () => [],
        noise: [{ amplitude: 1, low: 5000, high: 11_000, decay: 0.09 }],
        head: 0.13,
        periods: 512,
        top: () => 12_000,
        once: true,
      },
      { attack: 0.005, release: 3 },
      { level: 3 },
    ),
  ]),
  drum(70, 'Maracas', [
    layer(
      {
        partials: () => [],
        noise: [{ amplitude: 1, low: 3800, high: 9000, decay: 0.05 }],
        head: 0.09,
        periods: 512,
        top: () => 10_000,
        once: true,
      },
      { attack: 0.008, release: 3 },
      { level: 5 },
    ),
  ]),
  drum(
    71,
    'Short Whistle',
    [
      layer(
        whistleWave,
        { attack: 0.01, hold: 0.1, decay: 0.06, sustain: 96, release: 0.06 },
        { vibrato: { hertz: 32, pitch: 60 } },
      ),
    ],
    2,
  ),
  drum(
    72,
    'Long Whistle',
    [
      layer(
        whistleWave,
        { attack: 0.015, hold: 0.5, decay: 0.16, sustain: 96, release: 0.1 },
        { tune: -120, vibrato: { hertz: 26, pitch: 60 } },
      ),
    ],
    2,
  ),
  drum(73, 'Short Guiro', [layer(scrape(6, 0.013, 1800, 6500))], 3),
  drum(74, 'Long Guiro', [layer(scrape(24, 0.016, 1500, 6000))], 3),
  drum(75, 'Claves', [
    layer(
      stroke(
        0.1,
        8000,
        [
          [2500, 1, 0.09],
          [5020, 0.15, 0.04],
        ],
        [burst(0.08, 2000, 7000, 0.008)],
      ),
    ),
  ]),
  drum(76, 'Hi Wood Block', [layer(blockWave, WHOLE, { tune: 300 })]),
  drum(77, 'Low Wood Block', [layer(blockWave, WHOLE, { tune: -300 })]),
  drum(
    78,
    'Mute Cuica',
    [
      layer(
        cuicaWave,
        { attack: 0.01, hold: 0.04, decay: 0.12, sustain: 96, release: 0.1 },
        { tune: 500, bend: { cents: 500, seconds: 0.12 } },
      ),
    ],
    4,
  ),
  drum(
    79,
    'Open Cuica',
    [
      layer(
        cuicaWave,
        { attack: 0.03, hold: 0.14, decay: 0.3, sustain: 96, release: 0.2 },
        { bend: { cents: -600, seconds: 0.3 } },
      ),
    ],
    4,
  ),
  drum(80, 'Mute Triangle', [layer(triangleWave, fading(0.16))], 5),
  drum(81, 'Open Triangle', [layer(triangleWave, fading(2.6))], 5),
];

import { SFGenerator as G } from '../../../../src/main/synth/collections/soundFont/generators.ts';
import {
  besideOracles,
  expectAgreement,
  measured,
  NO_DLS,
  relativeTo,
  type Case,
  type FormatName,
} from './compare.ts';
import { amplitudes, between, pitches, relative, relativeDecibels, slopeBetween } from './measure.ts';
import type { Played } from './probeTape.ts';

const attack = (played: Played): number => 1 / slopeBetween(relative(amplitudes(played)), 0.1, 0.9).slope;
/** How the level falls, from a second on. */
const falling = (played: Played, from = 0.02) => {
  const { seconds, values } = between(relativeDecibels(amplitudes(played)), from, Infinity);
  return slopeBetween({ seconds, values }, -60, -3);
};
const fall = (played: Played, from?: number): number => -96 / falling(played, from).slope;
const hold = (played: Played): number => {
  const { start, slope } = falling(played);
  return -start / slope;
};
/** When half of the amplitude is reached. */
const onset = (played: Played): number => {
  const { seconds, values } = relative(amplitudes(played));
  return seconds[values.findIndex((value) => value > 0.5)]!;
};
/** SpessaSynth writes key scaling as a bipolar source, and reads it as a unipolar one. */
const NO_KEY_SCALING: readonly FormatName[] = ['DLS by SpessaSynth'];
const volume = (
  name: string,
  generators: readonly (readonly [number, number])[],
  rest: Partial<Case> = {},
) => ({
  name,
  key: 96,
  velocity: 127,
  held: 1.2,
  region: { generators },
  ...rest,
});
const timeCases: (Case & { measure: (played: Played) => number })[] = [
  ...[-4800, -3600, -2400, -1200].map((time) => ({
    ...volume(`attackVolEnv ${time}`, [[G.attackVolEnv, time]]),
    measure: attack,
  })),
  ...[-2400, -1200].map((time) => ({
    ...volume(`delayVolEnv ${time}`, [[G.delayVolEnv, time]]),
    measure: onset,
  })),
  ...[-2400, -1200].map((time) => ({
    ...volume(`holdVolEnv ${time}`, [
      [G.holdVolEnv, time],
      [G.decayVolEnv, 0],
      [G.sustainVolEnv, 1000],
    ]),
    measure: hold,
  })),
  ...[-1200, 0, 1200].map((time) => ({
    ...volume(`decayVolEnv ${time}`, [
      [G.decayVolEnv, time],
      [G.sustainVolEnv, 1440],
    ]),
    measure: (played: Played) => fall(played),
  })),
  ...[-12_000, -7200, -3600, -1200, 0, 1200].map((time) => ({
    ...volume(`releaseVolEnv ${time}`, [[G.releaseVolEnv, time]], { held: 0.3 }),
    measure: (played: Played) => fall(played, 0.303),
  })),
  ...[60, 72, 84].flatMap((key) =>
    [30, 80].flatMap((velocity) => {
      const where = `on key ${key}, velocity ${velocity}`;
      return [
        {
          ...volume(`attackVolEnv -2400 ${where}`, [[G.attackVolEnv, -2400]], { key, velocity }),
          measure: attack,
        },
        {
          ...volume(
            `decayVolEnv 0 ${where}`,
            [
              [G.decayVolEnv, 0],
              [G.sustainVolEnv, 1440],
            ],
            { key, velocity },
          ),
          measure: (played: Played) => fall(played),
        },
        {
          ...volume(`releaseVolEnv -1200 ${where}`, [[G.releaseVolEnv, -1200]], { key, velocity, held: 0.3 }),
          measure: (played: Played) => fall(played, 0.303),
        },
      ];
    }),
  ),
  {
    ...volume(
      'keynumToVolEnvHold',
      [
        [G.holdVolEnv, -1200],
        [G.keynumToVolEnvHold, 50],
        [G.decayVolEnv, -1200],
        [G.sustainVolEnv, 1000],
      ],
      { key: 84, notIn: NO_KEY_SCALING },
    ),
    measure: hold,
  },
  {
    ...volume(
      'keynumToVolEnvDecay',
      [
        [G.decayVolEnv, 1200],
        [G.sustainVolEnv, 1440],
        [G.keynumToVolEnvDecay, 100],
      ],
      { key: 72, notIn: NO_KEY_SCALING },
    ),
    measure: (played: Played) => fall(played),
  },
  ...(
    [
      // In DLS it rises in a straight line: DLS level 2 1.5.3.
      ['attackModEnv', G.attackModEnv, NO_DLS],
      ['delayModEnv', G.delayModEnv, []],
    ] as const
  ).map(([name, generator, notIn]) => ({
    ...volume(
      `${name} -1200`,
      [
        [G.modEnvToPitch, 1200],
        [generator, -1200],
      ],
      { key: 84, notIn },
    ),
    // When it has come nine tenths of its way up; it is convex.
    measure: (played: Played) => {
      const { seconds, values } = between(pitches(played), 0.01, 1.2);
      return seconds[values.findIndex((cents) => cents > 1080)]!;
    },
  })),
  ...(
    [
      ['holdModEnv', G.holdModEnv, -1200],
      ['decayModEnv', G.decayModEnv, 0],
    ] as const
  ).map(([name, generator, time]) => ({
    ...volume(
      `${name} ${time}`,
      [
        [G.modEnvToPitch, 1200],
        [G.sustainModEnv, 1000],
        [generator, time],
      ],
      { key: 84 },
    ),
    measure: (played: Played) => {
      const { seconds, values } = between(pitches(played), 0.05, 1.2);
      return seconds[values.findIndex((cents) => cents < 600)]!;
    },
  })),
  {
    ...volume(
      'releaseModEnv -1200',
      [
        [G.modEnvToPitch, 1200],
        [G.releaseModEnv, -1200],
        [G.releaseVolEnv, 1200],
      ],
      { key: 84, held: 0.3 },
    ),
    measure: (played: Played) => {
      const { seconds, values } = between(pitches(played), 0.31, 1.2);
      return seconds[values.findIndex((cents) => cents < 600)]! - 0.3;
    },
  },
];
besideOracles('times of envelopes, to 5 %', timeCases, 1.5, (three, { measure, decided }) => {
  expectAgreement(measured(three, measure), { tolerance: 0.05, difference: relativeTo, decided });
});

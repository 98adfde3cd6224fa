import { SFGenerator as G } from '../../../../src/main/synth/collections/soundFont/generators.ts';
import { besideOracles, expectAgreement, NO_DLS, relativeTo, type Case } from './compare.ts';
import { corner } from './measure.ts';

/** What the others are measured against. */
const OPEN: Case = { name: 'open', region: { sample: 'comb' } };
const filterCases: Case[] = [
  OPEN,
  ...[4500, 6000, 7500, 9000, 10_500, 12_000].flatMap((cutoff) =>
    [0, 60, 120, 240].map((resonance): Case => ({
      name: `initialFilterFc ${cutoff}, initialFilterQ ${resonance}`,
      region: {
        sample: 'comb',
        generators: [
          [G.initialFilterFc, cutoff],
          [G.initialFilterQ, resonance],
        ],
      },
      // “A value of 0 or less indicates the filter has no resonance”: its corner is where it has fallen by 3 dB.
      // SpessaSynth has a peak of 1 dB there.
      ...(resonance === 0
        ? { decided: { text: 'SoundFont 2.04 8.1.2 (9)', value: 8.1758 * 2 ** (cutoff / 1200) } }
        : {}),
    })),
  ),
  // A root key of its own leaves the comb as it is.
  ...[24, 48, 72, 96].flatMap((key) =>
    [30, 127].map((velocity): Case => ({
      name: `key ${key}, velocity ${velocity}`,
      key,
      velocity,
      region: {
        sample: 'comb',
        generators: [
          [G.overridingRootKey, key],
          [G.initialFilterFc, 7500],
          [G.initialFilterQ, 120],
        ],
      },
    })),
  ),
  {
    name: 'modEnvToFilterFc',
    region: {
      sample: 'comb',
      generators: [
        [G.initialFilterFc, 6000],
        [G.initialFilterQ, 120],
        [G.modEnvToFilterFc, 3600],
        [G.decayModEnv, -6000],
        [G.sustainModEnv, 500],
      ],
    },
  },
  {
    // SpessaSynth reads and writes no such connection of a DLS file.
    name: 'a controller as modulator',
    notIn: NO_DLS,
    before: [[0xb0, 16, 100]],
    region: {
      sample: 'comb',
      generators: [
        [G.initialFilterFc, 6000],
        [G.initialFilterQ, 120],
      ],
      modulators: [[0x0090, G.initialFilterFc, 2400, 0, 0]],
    },
  },
  {
    name: 'velocity as modulator',
    velocity: 64,
    region: {
      sample: 'comb',
      generators: [
        [G.initialFilterFc, 9000],
        [G.initialFilterQ, 120],
      ],
      modulators: [[0x0102, G.initialFilterFc, -2400, 0, 0]],
    },
  },
];
besideOracles('corner of the filter, to 5 %', filterCases, 0.6, (three, { decided }, played) => {
  const open = played.get(OPEN.name)!;
  if (three === open) return;
  const corners = [corner(three[0], open[0]), corner(three[1], open[1]), corner(three[2], open[2])] as const;
  expectAgreement(corners, { tolerance: 0.05, difference: relativeTo, decided });
});

import { it } from 'vitest';
import { SFGenerator as G } from '../../../../src/main/synth/collections/soundFont/generators.ts';
import {
  besideOracles,
  expectAgreement,
  measured,
  playAll,
  relativeTo,
  type Case,
  type FormatName,
} from './compare.ts';
import { amplitudes, between, cycle, decibels, depth, mean, pitches } from './measure.ts';
import type { Played } from './probeTape.ts';

/** SpessaSynth does not write SoundFont's standard modulators, and in DLS these two are none. DLS level 2 1.6.6. */
const NO_VIBRATO: readonly FormatName[] = ['DLS by SpessaSynth'];

const vibrato = (name: string, rest: Partial<Case>): Case => ({ name, key: 84, held: 1.2, ...rest });
const lfoCases: Case[] = [
  vibrato('vibLfoToPitch 50 at freqVibLFO -500', {
    region: {
      generators: [
        [G.vibLfoToPitch, 50],
        [G.freqVibLFO, -500],
      ],
    },
  }),
  vibrato('modLfoToPitch 100 at freqModLFO -900', {
    region: {
      generators: [
        [G.modLfoToPitch, 100],
        [G.freqModLFO, -900],
      ],
    },
  }),
  ...[40, 80, 127].map((value) =>
    vibrato(`controller 1 at ${value}`, {
      before: [[0xb0, 1, value]],
      notIn: NO_VIBRATO,
      region: { generators: [[G.freqVibLFO, -500]] },
      // SpessaSynth leaves fractions of a cent away.
      ...(value === 40 ? { decided: { text: 'SoundFont 2.04 8.4.4', value: (50 * 40) / 128 } } : {}),
    }),
  ),
  vibrato('channel pressure 100', {
    before: [[0xd0, 100]],
    notIn: NO_VIBRATO,
    region: { generators: [[G.freqVibLFO, -500]] },
  }),
];
besideOracles('depth of LFOs to a cent, rate to 5 %', lfoCases, 1.5, (three, { decided }) => {
  const course = (played: Played) => between(pitches(played), 0.05, 1.15);
  expectAgreement(
    measured(three, (played) => depth(course(played))),
    { tolerance: 1, decided },
  );
  expectAgreement(
    measured(three, (played) => cycle(course(played))),
    { tolerance: 0.05, difference: relativeTo },
  );
});

it('modLfoToVolume makes louder and softer: SoundFont 2.04 8.1.2 (13); FluidSynth makes nothing louder', async () => {
  const cases: Case[] = [
    {
      name: 'tremolo',
      key: 84,
      held: 1.2,
      region: {
        generators: [
          [G.modLfoToVolume, 60],
          [G.freqModLFO, -500],
        ],
      },
    },
    { name: 'none', key: 84, held: 1.2 },
  ];
  const played = await playAll(cases, 1.5);
  const steady = measured(played.get('none')!, (one) => mean(between(amplitudes(one), 0.1, 1.1).values));
  const highest = measured(played.get('tremolo')!, (one) =>
    Math.max(...between(amplitudes(one), 0.1, 1.1).values),
  );
  const lowest = measured(played.get('tremolo')!, (one) =>
    Math.min(...between(amplitudes(one), 0.1, 1.1).values),
  );
  const up = highest.map((value, index) => decibels(value / steady[index]!)) as unknown as readonly [
    number,
    number,
    number,
  ];
  const down = lowest.map((value, index) => decibels(value / steady[index]!)) as unknown as readonly [
    number,
    number,
    number,
  ];
  expectAgreement(up, { tolerance: 1, decided: { text: 'SoundFont 2.04 8.1.2 (13)', value: 6 } });
  expectAgreement(down, { tolerance: 1 });
});

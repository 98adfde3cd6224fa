import { SFGenerator as G } from '../../../../src/main/synth/collections/soundFont/generators.ts';
import { partialFrequency } from '../../../support/audio/spectrum.ts';
import { besideOracles, expectAgreement, measured, NO_DLS, type Case } from './compare.ts';
import { plainHertz } from './measure.ts';
import type { Played } from './probeTape.ts';
import { RATE } from './render.ts';

const rpn = (parameter: number, msb: number, lsb = 0): number[][] => [
  [0xb0, 101, 0],
  [0xb0, 100, parameter],
  [0xb0, 6, msb],
  [0xb0, 38, lsb],
];
const bend = (value: number): number[] => [0xe0, value & 0x7f, value >> 7];

const pitchOf =
  (cents: number) =>
  (played: Played): number => {
    const { left } = played;
    const expected = plainHertz(played) * 2 ** (cents / 1200);
    const range = { from: Math.round(0.1 * RATE), to: Math.round(0.45 * RATE) };
    return 1200 * Math.log2(partialFrequency(left, RATE, expected, range)! / plainHertz(played));
  };
const tuned = (name: string, cents: number, rest: Partial<Case>): Case & { cents: number } => ({
  name,
  cents,
  ...rest,
});
const pitchCases = [
  ...[24, 36, 48, 55, 60, 67, 72, 84, 96, 108].map((key) => tuned(`key ${key}`, 0, { key })),
  ...[0, 2000, 4096, 8192, 10_000, 16_383].map((value) =>
    tuned(`bend ${value}`, ((value - 8192) / 8192) * 200, { before: [bend(value)], notIn: NO_DLS }),
  ),
  // SoundFont 2.04 8.4.10: a range of 12 counts as 12/128 of 12700 cents. DLS level 2 1.6.6 says 12800.
  tuned('a bend range of 12', -1190.6, { before: [...rpn(0, 12), bend(0)], notIn: NO_DLS }),
  tuned('a bend range of 2 semitones and 50 cents', -248, {
    before: [...rpn(0, 2, 50), bend(0)],
    notIn: NO_DLS,
    decided: {
      text: 'MIDI 1.0, RPN 0: the LSB is in cents; SoundFont 2.04 8.4.10',
      value: (-12_700 * 2.5) / 128,
    },
  }),
  tuned('fine tuning', 50, { before: rpn(1, 96) }),
  tuned('coarse tuning', 500, { before: rpn(2, 69) }),
  tuned('coarseTune and fineTune', 325, {
    region: {
      generators: [
        [G.coarseTune, 3],
        [G.fineTune, 25],
      ],
    },
  }),
  tuned('tuning of the preset', -775, {
    region: {
      generators: [[G.coarseTune, -12]],
      presetGenerators: [
        [G.coarseTune, 4],
        [G.fineTune, 25],
      ],
    },
  }),
  tuned('scaleTuning', -900, { key: 78, region: { generators: [[G.scaleTuning, 50]] } }),
  tuned('overridingRootKey', 700, { region: { generators: [[G.overridingRootKey, 53]] } }),
  tuned('keynum', -1200, { key: 72, region: { generators: [[G.keynum, 60]] }, notIn: NO_DLS }),
  // SpessaSynth reads and writes no such connection of a DLS file.
  tuned('a controller as modulator', 468.75, {
    before: [[0xb0, 16, 100]],
    notIn: NO_DLS,
    region: { modulators: [[0x0090, G.fineTune, 600, 0, 0]] },
  }),
];
besideOracles('pitch, to a cent', pitchCases, 0.6, (three, { cents, decided }) => {
  expectAgreement(measured(three, pitchOf(cents)), { tolerance: 1, decided });
});

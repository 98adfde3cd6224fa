import { SFGenerator as G } from '../../../../src/main/synth/collections/soundFont/generators.ts';
import { rmsDb } from '../../../support/audio/level.ts';
import { besideOracles, expectAgreement, measured, NO_DLS, type Case } from './compare.ts';
import { decibels } from './measure.ts';
import { SINE_AMPLITUDE } from './probeBank.ts';
import type { Played } from './probeTape.ts';
import { RATE, VOICE_GAIN } from './render.ts';

/** dBFS of either side for a note of velocity 100 at the standard volume, 100. */
const PLAIN_LEVEL = decibels((VOICE_GAIN * SINE_AMPLITUDE) / 2) - 2 * 40 * Math.log10(127 / 100);
const level = (side: 'left' | 'right') => (played: Played) =>
  rmsDb(played[side], Math.round(0.1 * RATE), Math.round(0.4 * RATE));
const levelCases: Case[] = [
  ...[24, 48, 60, 72, 96].flatMap((key) =>
    [8, 32, 64, 100, 127].map((velocity) => ({
      name: `key ${key}, velocity ${velocity}`,
      key,
      velocity,
    })),
  ),
  ...[7, 11].flatMap((controller) =>
    [16, 48, 80, 100, 127].map((value) => ({
      name: `controller ${controller} at ${value}`,
      before: [[0xb0, controller, value]],
    })),
  ),
  ...[0, 1, 24, 48, 64, 80, 104, 127].map((value) => ({
    name: `pan ${value}`,
    before: [[0xb0, 10, value]],
  })),
  ...[-500, -250, 100, 500].map((pan) => ({
    name: `pan generator ${pan}`,
    region: { generators: [[G.pan, pan] as const] },
  })),
  ...[50, 100, 250].map((attenuation) => ({
    name: `initialAttenuation ${attenuation}`,
    region: { generators: [[G.initialAttenuation, attenuation] as const] },
  })),
  {
    name: 'attenuation of instrument and preset',
    region: {
      generators: [[G.initialAttenuation, 100]],
      presetGenerators: [[G.initialAttenuation, 100]],
    },
  },
  {
    name: 'velocity generator',
    notIn: NO_DLS,
    velocity: 20,
    region: { generators: [[G.velocity, 90]] },
  },
  { name: 'sustain pedal', held: 0.05, before: [[0xb0, 64, 127]] },
  { name: 'sustain pedal at 63', held: 0.3, before: [[0xb0, 64, 63]] },
  {
    name: 'volume, expression, velocity',
    velocity: 90,
    before: [
      [0xb0, 7, 90],
      [0xb0, 11, 90],
    ],
  },
  ...[100, 300, 600].map((sustain) => ({
    name: `sustainVolEnv ${sustain}`,
    region: {
      generators: [
        [G.decayVolEnv, -5000],
        [G.sustainVolEnv, sustain],
      ] as const,
    },
    // DLS level 2 1.5.2 has thousandths of 96 dB, which SpessaSynth takes for 100 dB.
    notIn: NO_DLS,
    // FluidSynth takes centibels for thousandths of its 96 dB.
    ...(sustain === 600
      ? { decided: { text: 'SoundFont 2.04 8.1.2 (37): centibels', value: PLAIN_LEVEL - 60 } }
      : {}),
  })),
  {
    // SpessaSynth reads and writes no such connection of a DLS file.
    name: 'a controller as modulator',
    notIn: NO_DLS,
    before: [[0xb0, 16, 64]],
    region: { modulators: [[0x0090, G.initialAttenuation, 200, 0, 0]] },
  },
];
besideOracles('level, to a decibel', levelCases, 0.6, (three, { decided }) => {
  const loudest = Math.max(level('left')(three[0]), level('right')(three[0]));
  for (const side of ['left', 'right'] as const) {
    // What is 30 dB under the other side is not heard beside it.
    if (level(side)(three[0]) > loudest - 30)
      expectAgreement(measured(three, level(side)), { tolerance: 1, decided });
  }
});

import fs from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { readCollection } from '../../../../src/main/synth/collections/readCollection.ts';
import { rmsDb } from '../../../support/audio/level.ts';
import { keyFrequency } from '../../../support/audio/pitch.ts';
import { partialFrequency } from '../../../support/audio/spectrum.ts';
import { full } from '../../../support/duration.ts';
import { requires } from '../../../support/requirements.ts';
import { TIM_GM } from '../collections/support.ts';
import type { Three } from './compare.ts';
import { playTape, type Played } from './probeTape.ts';
import { RATE, renderFluidSynth, renderOwn, renderSpessaSynth } from './render.ts';

const HELD = 0.8;
/** Both oracles tune in whole cents, so a cent is reached exactly; the rest is the measurement's. */
const CENT = 1.02;
const KEYS = full ? [36, 48, 60, 72, 84] : [60];
const probes = Array.from({ length: 120 }, (_none, program) =>
  KEYS.map((key) => ({ name: `program ${program}, key ${key}`, program, key, held: HELD })),
).flat();

const level = ({ left, right }: Played): number =>
  10 *
  Math.log10(
    [left, right].reduce((sum, side) => sum + 10 ** (rmsDb(side, 0, Math.round(HELD * RATE)) / 10), 0),
  );

/** Cents of the partial at the key; undefined where there is none. */
function cents({ left, probe }: Played): number | undefined {
  const hertz = keyFrequency(probe.key!);
  const range = { from: Math.round(0.2 * RATE), to: Math.round(0.75 * RATE) };
  const found = partialFrequency(left, RATE, hertz, range);
  return found === undefined ? undefined : 1200 * Math.log2(found / hertz);
}

const instruments = fs.existsSync(TIM_GM)
  ? readCollection('TimGM6mb.sf2', new Uint8Array(fs.readFileSync(TIM_GM))).instruments
  : [];

/** Regions that sound: several are mostly detuned, so that they beat and their partials have no pitch. */
function layers({ probe: { program, key = 60 } }: Played): number {
  const found = instruments.find((one) => one.program === program && one.bankMsb === 0 && !one.isDrum);
  const regions = found?.regions ?? [];
  return regions.filter(
    ({ keys, velocities }) =>
      keys.low <= key && key <= keys.high && velocities.low <= 100 && velocities.high >= 100,
  ).length;
}

/** How far a value lies outside the span of two others. */
const outside = (own: number, one: number, other: number): number =>
  Math.max(Math.min(one, other) - own, own - Math.max(one, other), 0);

/**
 * The oracles are further than the tolerance from each other in some of these: where detuned layers beat, and where
 * SpessaSynth's filter has its peak (filter.test.ts). So the span between them counts.
 */
requires('fluidsynth')('programs of TimGM6mb.sf2 beside FluidSynth and SpessaSynth', () => {
  let all: readonly Three[];
  beforeAll(async () => {
    const bank = new Uint8Array(fs.readFileSync(TIM_GM));
    const tape = { probes, slot: 1 };
    const own = await playTape(tape, bank, renderOwn);
    const fluid = await playTape(tape, bank, renderFluidSynth);
    const spessa = await playTape(tape, bank, renderSpessaSynth);
    all = probes.map((_probe, index) => [own[index]!, fluid[index]!, spessa[index]!]);
  }, 120_000);

  it('level: within a decibel of their span, and most within a decibel of both', () => {
    let close = 0;
    for (const [own, fluid, spessa] of all) {
      const [a, b, c] = [level(own), level(fluid), level(spessa)];
      // No sample reaches that key.
      if (a === -Infinity && b === -Infinity && c === -Infinity) continue;
      expect(outside(a, b, c), `${own.probe.name}: ${a} beside ${b} and ${c}`).toBeLessThanOrEqual(1);
      if (Math.abs(a - b) <= 1 && Math.abs(a - c) <= 1) close++;
    }
    expect(close / all.length).toBeGreaterThan(0.9);
  });

  it('pitch: within a cent of their span where that is a cent, and most within a cent of both', () => {
    let pitched = 0;
    let close = 0;
    for (const [own, fluid, spessa] of all) {
      const [a, b, c] = [cents(own), cents(fluid), cents(spessa)];
      if (a === undefined || b === undefined || c === undefined) continue;
      pitched++;
      if (Math.abs(a - b) <= CENT && Math.abs(a - c) <= CENT) close++;
      if (Math.abs(b - c) <= 1 && layers(own) === 1)
        expect(outside(a, b, c), `${own.probe.name}: ${a} beside ${b} and ${c}`).toBeLessThanOrEqual(1);
    }
    expect(pitched).toBeGreaterThan(100 * KEYS.length);
    expect(close / pitched).toBeGreaterThan(0.85);
  });
});

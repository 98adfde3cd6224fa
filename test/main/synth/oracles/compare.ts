/** Cases that all three synthesizers play, and what counts as agreement. */
import { SoundBankLoader } from 'spessasynth_core';
import { beforeAll, expect, it } from 'vitest';
import { writeDls } from '../../../../src/main/synth/collections/dls/writeDls.ts';
import { readCollection } from '../../../../src/main/synth/collections/readCollection.ts';
import { requires } from '../../../support/requirements.ts';
import { probeBank, type ProbeProgram } from './probeBank.ts';
import { playTape, type Played, type Probe } from './probeTape.ts';
import { renderFluidSynth, renderOwn, renderSpessaSynth } from './render.ts';

/** What the text of a format says where FluidSynth and SpessaSynth differ by more than the tolerance. */
export interface Decision {
  readonly text: string;
  readonly value: number;
}

export interface Case extends Probe {
  readonly region?: ProbeProgram;
  readonly decided?: Decision;
  /** Formats that cannot say it, or mean something else by it. */
  readonly notIn?: readonly FormatName[];
}

/** A note by this project's synthesizer, FluidSynth and SpessaSynth. */
export type Three = readonly [own: Played, fluid: Played, spessa: Played];

export type FormatName = 'SoundFont' | 'DLS by this project' | 'DLS by SpessaSynth';

/** Cases that are for SoundFonts only. */
export const NO_DLS: readonly FormatName[] = ['DLS by this project', 'DLS by SpessaSynth'];

/** How a bank of probes is written. */
export interface Format {
  readonly name: FormatName;
  write(soundFont: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
}

export const FORMATS: readonly Format[] = [
  { name: 'SoundFont', write: (soundFont) => soundFont },
  {
    name: 'DLS by this project',
    write: (soundFont) => new Uint8Array(writeDls(readCollection('probes.sf2', soundFont))),
  },
  {
    name: 'DLS by SpessaSynth',
    write: (soundFont) =>
      new Uint8Array(SoundBankLoader.fromArrayBuffer(soundFont.slice().buffer).writeDLS()),
  },
];

/**
 * Plays cases, each with a region of its own as program, on all three. FluidSynth, which reads keys and waves of a DLS
 * file but no articulation, plays the SoundFont that the file was made of.
 */
export async function playAll(
  cases: readonly Case[],
  slot: number,
  format: Format = FORMATS[0]!,
): Promise<ReadonlyMap<string, Three>> {
  const soundFont = probeBank(cases.map(({ region }) => region ?? {}));
  const bank = format.write(soundFont);
  const probes = cases.map((one, program): Probe => ({ ...one, program }));
  const own = await playTape({ probes, slot }, bank, renderOwn);
  const fluid = await playTape({ probes, slot }, soundFont, renderFluidSynth);
  const spessa = await playTape({ probes, slot }, bank, renderSpessaSynth);
  return new Map(cases.map(({ name }, index) => [name, [own[index]!, fluid[index]!, spessa[index]!]]));
}

export type Difference = (one: number, other: number) => number;
export const plain: Difference = (one, other) => Math.abs(one - other);
/** As a part of the other. */
export const relativeTo: Difference = (one, other) => Math.abs(one / other - 1);

/** Own within `tolerance` of both oracles, or, where these are not of each other, of what the text says. */
export function expectAgreement(
  [own, fluid, spessa]: readonly [number, number, number],
  {
    tolerance,
    difference = plain,
    decided,
  }: { tolerance: number; difference?: Difference; decided?: Decision | undefined },
): void {
  const said = `own ${own}, FluidSynth ${fluid}, SpessaSynth ${spessa}`;
  if (decided === undefined) {
    expect(difference(own, fluid), said).toBeLessThanOrEqual(tolerance);
    expect(difference(own, spessa), said).toBeLessThanOrEqual(tolerance);
  } else {
    expect(difference(fluid, spessa), `${said}: nothing to decide`).toBeGreaterThan(tolerance);
    expect(difference(own, decided.value), `${said}; ${decided.text}`).toBeLessThanOrEqual(tolerance);
  }
}

export const measured = (
  three: Three,
  measure: (played: Played) => number,
): readonly [number, number, number] => [measure(three[0]), measure(three[1]), measure(three[2])];

/**
 * A group of cases, once for every format: their tape is played once, then each is measured in a test of its own.
 * `check` is given all that were played, too.
 */
export function besideOracles<T extends Case>(
  title: string,
  all: readonly T[],
  slot: number,
  check: (three: Three, one: T, played: ReadonlyMap<string, Three>) => void,
): void {
  for (const format of FORMATS) {
    requires('fluidsynth')(`${title}: ${format.name}`, () => {
      const cases = all.filter(({ notIn = [] }) => !notIn.includes(format.name));
      let played: ReadonlyMap<string, Three>;
      beforeAll(async () => void (played = await playAll(cases, slot, format)), 60_000);
      it.each(cases.map((one) => [one.name, one] as const))('%s', (name, one) =>
        check(played.get(name)!, one, played),
      );
    });
  }
}

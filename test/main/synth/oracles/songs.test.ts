import fs from 'node:fs';
import { expect, it } from 'vitest';
import { bandLevels, spectralDistance, type BandLevels } from '../../../support/audio/spectrum.ts';
import { full } from '../../../support/duration.ts';
import { requires } from '../../../support/requirements.ts';
import { TIM_GM } from '../collections/support.ts';
import { RATE, renderFluidSynth, renderOwn, renderSpessaSynth, type Stereo } from './render.ts';
import { generatedSong, ORACLE_DELAY_FRAMES } from './songs.ts';

const SONGS = full ? 20 : 4;
const SECONDS = full ? 6 : 5;

const levels = ({ left, right }: Stereo): readonly BandLevels[] =>
  [left, right].map((side) => bandLevels(side, RATE));

/** Mean difference of third-octave bands in frames of 50 ms, over both sides; dB. */
const distance = (one: readonly BandLevels[], other: readonly BandLevels[]): number =>
  (spectralDistance(one[0]!, other[0]!) + spectralDistance(one[1]!, other[1]!)) / 2;

function delayed({ left, right }: Stereo): Stereo {
  const late = (side: Float32Array): Float32Array => {
    const sound = new Float32Array(side.length);
    sound.set(side.subarray(0, side.length - ORACLE_DELAY_FRAMES), ORACLE_DELAY_FRAMES);
    return sound;
  };
  return { left: late(left), right: late(right) };
}

/**
 * Dry: a reverb and a chorus have no specification, and the three synthesizers' rooms are as different as rooms are.
 */
requires('fluidsynth')('generated songs with TimGM6mb.sf2', () => {
  it.each(Array.from({ length: SONGS }, (_none, index) => index + 1))(
    'song %i is no further from either oracle than these are from each other',
    { timeout: 120_000 },
    async (seed) => {
      const bank = new Uint8Array(fs.readFileSync(TIM_GM));
      const job = { bank, song: generatedSong(seed, SECONDS), seconds: SECONDS };
      const own = levels(delayed(await renderOwn(job)));
      const fluid = levels(await renderFluidSynth(job));
      const spessa = levels(await renderSpessaSynth(job));
      const between = distance(fluid, spessa);
      const said = `FluidSynth and SpessaSynth: ${between.toFixed(2)} dB`;
      expect(between, said).toBeGreaterThan(0.3);
      expect(distance(own, fluid), `from FluidSynth; ${said}`).toBeLessThanOrEqual(between);
      expect(distance(own, spessa), `from SpessaSynth; ${said}`).toBeLessThanOrEqual(between);
    },
  );
});

import fs from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { bandLevels, spectralDistance, type BandLevels } from '../../../support/audio/spectrum.ts';
import { full } from '../../../support/duration.ts';
import { requires } from '../../../support/requirements.ts';
import { TIM_GM } from '../collections/support.ts';
import { FORMATS, type Format } from './compare.ts';
import { RATE, renderFluidSynth, renderOwn, renderSpessaSynth, type Stereo } from './render.ts';
import { sameInDls } from './sameInDls.ts';
import { generatedSong, ORACLE_DELAY_FRAMES, type SongOptions } from './songs.ts';

const SONGS = full ? 20 : 3;
const SECONDS = 6;

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

const [soundFont, byThisProject, bySpessaSynth] = FORMATS as readonly [Format, Format, Format];
/**
 * dB by which this project may be further away with what SpessaSynth writes: attenuations in tenths of a decibel, no
 * delay in place of SoundFont’s shortest, pan and pitch wheel a percent wider (DLS level 2 1.6.6). SpessaSynth plays
 * its file as it does the SoundFont.
 */
const WRITTEN_BY_SPESSA_SYNTH = 0.15;

interface Variant {
  readonly title: string;
  readonly format: Format;
  readonly options?: SongOptions;
  /** dB. */
  readonly allowance?: number;
}

const VARIANTS: readonly Variant[] = [
  { title: 'as SoundFont', format: soundFont },
  { title: 'with reverb and chorus', format: soundFont, options: { sends: true } },
  { title: 'as DLS by this project', format: byThisProject },
  {
    title: 'as DLS by SpessaSynth',
    format: bySpessaSynth,
    options: { plain: true },
    allowance: WRITTEN_BY_SPESSA_SYNTH,
  },
];

/** FluidSynth, which reads no articulation of a DLS file, plays the SoundFont that the file was made of. */
for (const { title, format, options = {}, allowance = 0 } of VARIANTS) {
  requires('fluidsynth')(`songs with TimGM6mb ${title}`, () => {
    let soundFontBank: Uint8Array<ArrayBuffer>;
    let bank: Uint8Array<ArrayBuffer>;
    beforeAll(() => {
      const file = new Uint8Array(fs.readFileSync(TIM_GM));
      soundFontBank = format === soundFont ? file : sameInDls(file);
      bank = format.write(soundFontBank);
    });

    it.each(Array.from({ length: SONGS }, (_none, index) => index + 1))(
      'song %i is no further from either oracle than these are from each other',
      { timeout: 120_000 },
      async (seed) => {
        const song = generatedSong(seed, SECONDS, options);
        const job = { bank, song, seconds: SECONDS, effects: options.sends ?? false };
        const own = levels(delayed(await renderOwn(job)));
        const fluid = levels(await renderFluidSynth({ ...job, bank: soundFontBank }));
        const spessa = levels(await renderSpessaSynth(job));
        const between = distance(fluid, spessa);
        const said = `FluidSynth and SpessaSynth: ${between.toFixed(2)} dB`;
        expect(between, said).toBeGreaterThan(0.3);
        expect(distance(own, fluid), `from FluidSynth; ${said}`).toBeLessThanOrEqual(between + allowance);
        expect(distance(own, spessa), `from SpessaSynth; ${said}`).toBeLessThanOrEqual(between + allowance);
      },
    );
  });
}

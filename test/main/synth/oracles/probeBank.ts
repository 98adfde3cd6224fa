/** SoundFonts to probe synthesizers with: every program is one region with a few generators. */
import { SFGenerator as G } from '../../../../src/main/synth/collections/soundFont/generators.ts';
import { seededRandom } from '../../../support/smfRandom.ts';
import { makeSoundFont, type GeneratorEntry, type ModulatorEntry } from '../collections/support.ts';
import { RATE } from './render.ts';

/** Frames of the sine's period: 441 Hz at the root key. */
const SINE_PERIOD = 100;
export const SINE_HERTZ = RATE / SINE_PERIOD;
/** Amplitude of the sine, of a full scale of 1. */
export const SINE_AMPLITUDE = 0.5;
/** Frames of the comb's period: it has a line every 10.02 Hz. */
export const COMB_PERIOD = 4400;
const COMB_AMPLITUDE = 0.003;
export const ROOT_KEY = 60;

/** Frames before a loop, and behind the end of a sample: no interpolation reads over it. */
const MARGIN = 100;

export interface ProbeProgram {
  /** `sine` by default. */
  readonly sample?: 'sine' | 'comb';
  readonly generators?: readonly GeneratorEntry[];
  readonly presetGenerators?: readonly GeneratorEntry[];
  readonly modulators?: readonly ModulatorEntry[];
  /** The sample is not looped. */
  readonly isOnce?: boolean;
}

/** A bank with these programs, from 0 on. */
export function probeBank(programs: readonly ProbeProgram[]): Uint8Array<ArrayBuffer> {
  const sine = looped(
    SINE_PERIOD,
    (frame) => SINE_AMPLITUDE * Math.sin((2 * Math.PI * frame) / SINE_PERIOD),
    10,
  );
  const comb = looped(COMB_PERIOD, combPeriod(), 1);
  const data = new Int16Array(sine.length + comb.length);
  data.set(sine);
  data.set(comb, sine.length);
  const sampleOf = (start: number, period: number, repeats: number) => ({
    start,
    end: start + 2 * MARGIN + period * repeats,
    loopStart: start + MARGIN,
    loopEnd: start + MARGIN + period * repeats,
    rate: RATE,
    key: ROOT_KEY,
  });
  return Uint8Array.from(
    makeSoundFont({
      presets: programs.map((program, index) => ({
        program: index,
        zones: [{ generators: [...(program.presetGenerators ?? []), [G.instrument, index]] }],
      })),
      instruments: programs.map((program) => ({
        zones: [
          {
            generators: [
              ...(program.generators ?? []),
              ...(program.isOnce === true ? [] : ([[G.sampleModes, 1]] as const)),
              [G.sampleID, program.sample === 'comb' ? 1 : 0],
            ],
            modulators: program.modulators ?? [],
          },
        ],
      })),
      samples: [sampleOf(0, SINE_PERIOD, 10), sampleOf(sine.length, COMB_PERIOD, 1)],
      smpl: new Uint8Array(data.buffer),
    }),
  );
}

/** A sample that goes through whole periods, with as much of them before and behind the loop as the margin asks. */
function looped(period: number, value: (frame: number) => number, repeats: number): Int16Array {
  const length = 2 * MARGIN + period * repeats;
  const data = new Int16Array(length + MARGIN);
  for (let frame = 0; frame < length; frame++)
    data[frame] = Math.round(32_767 * value((frame - MARGIN + period) % period));
  return data;
}

/** Lines of equal level at random phases. */
function combPeriod(): (frame: number) => number {
  const random = seededRandom(1);
  const period = new Float64Array(COMB_PERIOD);
  for (let line = 1; line < COMB_PERIOD / 2.1; line++) {
    const phase = 2 * Math.PI * random.next();
    for (let frame = 0; frame < COMB_PERIOD; frame++)
      period[frame]! += COMB_AMPLITUDE * Math.cos((2 * Math.PI * line * frame) / COMB_PERIOD + phase);
  }
  return (frame) => period[frame]!;
}

import { PROGRAM_TIMBRES, type Spectrum, type Timbre } from './timbres.ts';

/** Samples of one period. Every table carries one more, equal to the first, for interpolation. */
export const TABLE_LENGTH = 4096;
/** A table of octave `n` holds harmonics up to 2^n. */
export const OCTAVES = 9;

/** One waveform at every octave of bandwidth. */
export interface WavetableSet {
  /** `octaves[n]` holds harmonics 1 to 2^n. */
  readonly octaves: readonly Float32Array[];
}

export interface TimbreTables {
  readonly timbre: Timbre;
  readonly dull: WavetableSet;
  readonly bright: WavetableSet;
}

/** All tables of the built-in synthesizer. They hold for every sample rate. */
export interface WavetableBank {
  /** By General MIDI program, 0 to 127. */
  readonly programs: readonly TimbreTables[];
  readonly sine: Float32Array;
  readonly silence: Float32Array;
}

let sharedBank: WavetableBank | undefined;

/** The bank, built on first use (some 50 ms) and immutable from then on; every synthesizer of a thread shares it. */
export function standardBank(): WavetableBank {
  sharedBank ??= buildBank(PROGRAM_TIMBRES);
  return sharedBank;
}

/** Builds the tables of each different timbre by adding up its harmonics. */
export function buildBank(timbres: readonly Timbre[]): WavetableBank {
  const sine = new Float32Array(TABLE_LENGTH + 1);
  for (let index = 0; index <= TABLE_LENGTH; index++)
    sine[index] = Math.sin((2 * Math.PI * index) / TABLE_LENGTH);
  sine[TABLE_LENGTH] = sine[0]!;
  const built = new Map<Timbre, TimbreTables>();
  const programs = timbres.map((timbre) => {
    let tables = built.get(timbre);
    if (tables === undefined) {
      tables = buildTimbre(timbre, sine);
      built.set(timbre, tables);
    }
    return tables;
  });
  return { programs, sine, silence: new Float32Array(TABLE_LENGTH + 1) };
}

/**
 * Octave of the table for a frequency: the largest whose highest harmonic stays below half the sample rate.
 * -1 when not even the fundamental does.
 */
export function octaveFor(frequency: number, sampleRate: number): number {
  const harmonics = sampleRate / (2 * frequency);
  // The fundamental is kept a little away from the limit, where a sine is no longer a tone.
  if (!(harmonics >= 1.05)) return -1;
  return Math.min(OCTAVES - 1, Math.floor(Math.log2(harmonics)));
}

function buildTimbre(timbre: Timbre, sine: Float32Array): TimbreTables {
  const dull = addUp(timbre.dull, sine);
  const bright = addUp(timbre.bright, sine);
  // Both layers together reach full scale with all harmonics present.
  let peak = 0;
  const fullDull = dull[OCTAVES - 1]!;
  const fullBright = bright[OCTAVES - 1]!;
  for (let index = 0; index < TABLE_LENGTH; index++) {
    peak = Math.max(peak, Math.abs(fullDull[index]! + fullBright[index]!));
  }
  const scale = timbre.level / peak;
  return { timbre, dull: finish(dull, scale), bright: finish(bright, scale) };
}

function addUp(spectrum: Spectrum, sine: Float32Array): Float64Array[] {
  const octaves: Float64Array[] = [];
  const sum = new Float64Array(TABLE_LENGTH);
  let harmonic = 1;
  for (let octave = 0; octave < OCTAVES; octave++) {
    for (; harmonic <= 1 << octave; harmonic++) {
      const amplitude = spectrum(harmonic);
      if (amplitude < 1e-6) continue;
      // Phases that rise with the square of the harmonic spread the energy over the period: a lower peak.
      const start = Math.round(((0.11 * harmonic * harmonic) % 1) * TABLE_LENGTH);
      const mask = TABLE_LENGTH - 1;
      for (let index = 0; index < TABLE_LENGTH; index++) {
        sum[index]! += amplitude * sine[(start + harmonic * index) & mask]!;
      }
    }
    octaves.push(sum.slice());
  }
  return octaves;
}

function finish(octaves: readonly Float64Array[], scale: number): WavetableSet {
  return {
    octaves: octaves.map((octave) => {
      const table = new Float32Array(TABLE_LENGTH + 1);
      for (let index = 0; index < TABLE_LENGTH; index++) table[index] = octave[index]! * scale;
      table[TABLE_LENGTH] = table[0]!;
      return table;
    }),
  };
}

/** The generators of a SoundFont: their numbers, and which parameter of the articulation model each one is. */
import { Parameter } from '../parameter.ts';

/** Numbers of the generators. SoundFont 2.04 8.1.2. */
export const SFGenerator = {
  startAddrsOffset: 0,
  endAddrsOffset: 1,
  startloopAddrsOffset: 2,
  endloopAddrsOffset: 3,
  startAddrsCoarseOffset: 4,
  modLfoToPitch: 5,
  vibLfoToPitch: 6,
  modEnvToPitch: 7,
  initialFilterFc: 8,
  initialFilterQ: 9,
  modLfoToFilterFc: 10,
  modEnvToFilterFc: 11,
  endAddrsCoarseOffset: 12,
  modLfoToVolume: 13,
  chorusEffectsSend: 15,
  reverbEffectsSend: 16,
  pan: 17,
  delayModLFO: 21,
  freqModLFO: 22,
  delayVibLFO: 23,
  freqVibLFO: 24,
  delayModEnv: 25,
  attackModEnv: 26,
  holdModEnv: 27,
  decayModEnv: 28,
  sustainModEnv: 29,
  releaseModEnv: 30,
  keynumToModEnvHold: 31,
  keynumToModEnvDecay: 32,
  delayVolEnv: 33,
  attackVolEnv: 34,
  holdVolEnv: 35,
  decayVolEnv: 36,
  sustainVolEnv: 37,
  releaseVolEnv: 38,
  keynumToVolEnvHold: 39,
  keynumToVolEnvDecay: 40,
  instrument: 41,
  keyRange: 43,
  velRange: 44,
  startloopAddrsCoarseOffset: 45,
  keynum: 46,
  velocity: 47,
  initialAttenuation: 48,
  endloopAddrsCoarseOffset: 50,
  coarseTune: 51,
  fineTune: 52,
  sampleID: 53,
  sampleModes: 54,
  scaleTuning: 56,
  exclusiveClass: 57,
  overridingRootKey: 58,
} as const;

export const GENERATOR_COUNT = 61;

/** How a generator's amount becomes a parameter's value: value += amount × factor. */
export interface GeneratorParameter {
  readonly parameter: Parameter;
  readonly factor: number;
  /** What the amount is when no zone has the generator, in the generator's unit. */
  readonly default: number;
  /** Sample generators: a preset zone must not have them, and one that does has no effect. */
  readonly instrumentOnly: boolean;
}

const TENTH = 0.1;
const COARSE_FRAMES = 32_768;

const table: (GeneratorParameter | undefined)[] = Array.from({ length: GENERATOR_COUNT }, () => undefined);

function define(
  generator: number,
  parameter: Parameter,
  factor: number,
  standard: number,
  instrumentOnly = false,
): void {
  table[generator] = { parameter, factor, default: standard, instrumentOnly };
}

define(SFGenerator.startAddrsOffset, Parameter.startOffset, 1, 0, true);
define(SFGenerator.endAddrsOffset, Parameter.endOffset, 1, 0, true);
define(SFGenerator.startloopAddrsOffset, Parameter.loopStartOffset, 1, 0, true);
define(SFGenerator.endloopAddrsOffset, Parameter.loopEndOffset, 1, 0, true);
define(SFGenerator.startAddrsCoarseOffset, Parameter.startOffset, COARSE_FRAMES, 0, true);
define(SFGenerator.endAddrsCoarseOffset, Parameter.endOffset, COARSE_FRAMES, 0, true);
define(SFGenerator.startloopAddrsCoarseOffset, Parameter.loopStartOffset, COARSE_FRAMES, 0, true);
define(SFGenerator.endloopAddrsCoarseOffset, Parameter.loopEndOffset, COARSE_FRAMES, 0, true);
define(SFGenerator.modLfoToPitch, Parameter.modulationLfoToPitch, 1, 0);
define(SFGenerator.vibLfoToPitch, Parameter.vibratoLfoToPitch, 1, 0);
define(SFGenerator.modEnvToPitch, Parameter.modulationEnvelopeToPitch, 1, 0);
define(SFGenerator.initialFilterFc, Parameter.filterCutoff, 1, 13_500);
define(SFGenerator.initialFilterQ, Parameter.filterResonance, TENTH, 0);
define(SFGenerator.modLfoToFilterFc, Parameter.modulationLfoToCutoff, 1, 0);
define(SFGenerator.modEnvToFilterFc, Parameter.modulationEnvelopeToCutoff, 1, 0);
define(SFGenerator.modLfoToVolume, Parameter.modulationLfoToVolume, TENTH, 0);
define(SFGenerator.chorusEffectsSend, Parameter.chorusSend, TENTH, 0);
define(SFGenerator.reverbEffectsSend, Parameter.reverbSend, TENTH, 0);
define(SFGenerator.pan, Parameter.pan, TENTH, 0);
define(SFGenerator.delayModLFO, Parameter.modulationLfoDelay, 1, -12_000);
define(SFGenerator.freqModLFO, Parameter.modulationLfoFrequency, 1, 0);
define(SFGenerator.delayVibLFO, Parameter.vibratoLfoDelay, 1, -12_000);
define(SFGenerator.freqVibLFO, Parameter.vibratoLfoFrequency, 1, 0);
define(SFGenerator.delayModEnv, Parameter.modulationDelay, 1, -12_000);
define(SFGenerator.attackModEnv, Parameter.modulationAttack, 1, -12_000);
define(SFGenerator.holdModEnv, Parameter.modulationHold, 1, -12_000);
define(SFGenerator.decayModEnv, Parameter.modulationDecay, 1, -12_000);
// 0.1 percent below the peak; the model counts from zero.
define(SFGenerator.sustainModEnv, Parameter.modulationSustain, -TENTH, 0);
define(SFGenerator.releaseModEnv, Parameter.modulationRelease, 1, -12_000);
define(SFGenerator.keynumToModEnvHold, Parameter.keyToModulationHold, 1, 0);
define(SFGenerator.keynumToModEnvDecay, Parameter.keyToModulationDecay, 1, 0);
define(SFGenerator.delayVolEnv, Parameter.volumeDelay, 1, -12_000);
define(SFGenerator.attackVolEnv, Parameter.volumeAttack, 1, -12_000);
define(SFGenerator.holdVolEnv, Parameter.volumeHold, 1, -12_000);
define(SFGenerator.decayVolEnv, Parameter.volumeDecay, 1, -12_000);
define(SFGenerator.sustainVolEnv, Parameter.volumeSustain, TENTH, 0);
define(SFGenerator.releaseVolEnv, Parameter.volumeRelease, 1, -12_000);
define(SFGenerator.keynumToVolEnvHold, Parameter.keyToVolumeHold, 1, 0);
define(SFGenerator.keynumToVolEnvDecay, Parameter.keyToVolumeDecay, 1, 0);
define(SFGenerator.keynum, Parameter.fixedKey, 1, -1, true);
define(SFGenerator.velocity, Parameter.fixedVelocity, 1, -1, true);
define(SFGenerator.initialAttenuation, Parameter.attenuation, TENTH, 0);
define(SFGenerator.coarseTune, Parameter.pitch, 100, 0);
define(SFGenerator.fineTune, Parameter.pitch, 1, 0);
define(SFGenerator.scaleTuning, Parameter.scaleTuning, 1, 100);

/** By generator number; undefined for those that are no parameter. */
export const GENERATOR_PARAMETERS: readonly (GeneratorParameter | undefined)[] = table;

/** Generators that are no parameter but belong to an instrument zone only. */
export const INSTRUMENT_ONLY: ReadonlySet<number> = new Set([
  SFGenerator.sampleModes,
  SFGenerator.exclusiveClass,
  SFGenerator.overridingRootKey,
]);

/**
 * The EMU8000 took a zone's attenuation times 0.4, every bank since is made by ear against that, and both FluidSynth
 * and SpessaSynth do the same. It applies to the generator, not to modulators, whose 960 stay 96 dB.
 */
export const ATTENUATION_FACTOR = 0.4;

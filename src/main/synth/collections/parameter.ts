/**
 * The parameters of a sounding region, as one numbered table: what SoundFont calls generators and DLS calls
 * destinations. A modulator adds to a parameter in the parameter's own unit, so a voice copies the table, adds the
 * modulators' outputs, clamps each sum to `PARAMETER_RANGES`, and converts to what it computes with.
 *
 * Units:
 * - timecents: 1200 log2(seconds). -12000 is 1 ms; a time below that is "at once".
 * - absolute cents: 1200 log2(hertz / 8.176), so that MIDI key k is 100 k.
 * - attenuation and level changes: dB. Positive attenuation is quieter.
 * - pan: percent, -50 left, +50 right. Sends and the modulation envelope's sustain: percent, 0 to 100.
 */
export const Parameter = {
  /** Tuning in cents over what key, root key and `scaleTuning` give. initialPitch, coarseTune, fineTune; CONN_DST_PITCH. */
  pitch: 0,
  /** Cents per key around the root key. scaleTuning; KEYNUMBER to CONN_DST_PITCH. */
  scaleTuning: 1,
  /** dB. initialAttenuation; CONN_DST_GAIN with its sign turned. */
  attenuation: 2,
  /** Percent. pan; CONN_DST_PAN. */
  pan: 3,
  /** Percent. reverbEffectsSend; CONN_DST_REVERB. */
  reverbSend: 4,
  /** Percent. chorusEffectsSend; CONN_DST_CHORUS. */
  chorusSend: 5,
  /** Absolute cents of the low-pass filter's corner; 13500 and more is an open filter. initialFilterFc. */
  filterCutoff: 6,
  /** dB of the peak at the corner over the level at DC. initialFilterQ. */
  filterResonance: 7,

  /** Timecents. */
  volumeDelay: 8,
  /** Timecents; amplitude rises linearly. */
  volumeAttack: 9,
  /** Timecents. */
  volumeHold: 10,
  /** Timecents for a fall by 96 dB, falling linearly in dB; ends at the sustain level. */
  volumeDecay: 11,
  /** dB below the peak. */
  volumeSustain: 12,
  /** Timecents for a fall by 96 dB, falling linearly in dB. */
  volumeRelease: 13,
  /** Timecents for a fall by 96 dB when the voice is ended early: exclusive class, stealing. CONN_DST_EG1_SHUTDOWNTIME. */
  volumeShutdown: 14,
  /** Timecents per key below 60, added to the hold time. keynumToVolEnvHold. */
  keyToVolumeHold: 15,
  /** Timecents per key below 60, added to the decay time. keynumToVolEnvDecay. */
  keyToVolumeDecay: 16,

  /** Timecents. */
  modulationDelay: 17,
  /** Timecents; `Articulation.modulationAttackCurve` says its form. */
  modulationAttack: 18,
  /** Timecents. */
  modulationHold: 19,
  /** Timecents for a fall from 100 to 0 percent, linear; ends at the sustain level. */
  modulationDecay: 20,
  /** Percent of the peak. */
  modulationSustain: 21,
  /** Timecents for a fall from 100 to 0 percent, linear. */
  modulationRelease: 22,
  /** Timecents per key below 60, added to the hold time. keynumToModEnvHold. */
  keyToModulationHold: 23,
  /** Timecents per key below 60, added to the decay time. keynumToModEnvDecay. */
  keyToModulationDecay: 24,
  /** Cents at the envelope's peak. modEnvToPitch; EG2 to CONN_DST_PITCH. */
  modulationEnvelopeToPitch: 25,
  /** Cents at the envelope's peak. modEnvToFilterFc; EG2 to CONN_DST_FILTER_CUTOFF. */
  modulationEnvelopeToCutoff: 26,

  /** Timecents. The LFOs rise from 0 after their delay; triangle. */
  modulationLfoDelay: 27,
  /** Absolute cents. */
  modulationLfoFrequency: 28,
  /** Cents at the positive peak. */
  modulationLfoToPitch: 29,
  /** Cents at the positive peak. */
  modulationLfoToCutoff: 30,
  /** dB louder at the positive peak. */
  modulationLfoToVolume: 31,
  /** Timecents. */
  vibratoLfoDelay: 32,
  /** Absolute cents. */
  vibratoLfoFrequency: 33,
  /** Cents at the positive peak. */
  vibratoLfoToPitch: 34,

  /** Frames added to the sample's first frame. startAddrsOffset and its coarse twin. */
  startOffset: 35,
  /** Frames added to the sample's end. */
  endOffset: 36,
  /** Frames added to the loop's start. */
  loopStartOffset: 37,
  /** Frames added to the loop's end. */
  loopEndOffset: 38,
  /** Key that sounds whatever key was pressed; -1 for the pressed one. keynum. */
  fixedKey: 39,
  /** Velocity that counts whatever was played; -1 for the played one. velocity. */
  fixedVelocity: 40,
} as const;

export type Parameter = (typeof Parameter)[keyof typeof Parameter];

export const PARAMETER_COUNT = 41;

/**
 * dB that a volume envelope falls by in its decay and release times. DLS level 2 1.5.2; SoundFont 2.04 8.1.2 says 100,
 * which FluidSynth and SpessaSynth take for the same 96 dB that attenuating controllers have.
 */
export const FALL_DECIBELS = 96;

/** A time so short that it is none: a DLS time of 0x80000000, "0 seconds". */
export const AT_ONCE = -32768;

/** Filter corner from which on a filter is open: 20 kHz. */
export const OPEN_FILTER = 13500;

interface ParameterRange {
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

const time = (max: number): ParameterRange => ({ default: -12000, min: AT_ONCE, max });
const pitchDepth: ParameterRange = { default: 0, min: -12000, max: 12000 };
const keyScaling: ParameterRange = { default: 0, min: -1200, max: 1200 };
const frames: ParameterRange = { default: 0, min: -0x80000000, max: 0x7fffffff };
const percent: ParameterRange = { default: 0, min: 0, max: 100 };

/**
 * Default and permitted range of every parameter, by number. SoundFont 2.04 8.1.3; where DLS level 2 (1.5) allows
 * more, its range holds.
 */
export const PARAMETER_RANGES: readonly ParameterRange[] = [
  { default: 0, min: -25600, max: 25600 },
  { default: 100, min: -1200, max: 1200 },
  { default: 0, min: -96, max: 144 },
  { default: 0, min: -50, max: 50 },
  percent,
  percent,
  { default: OPEN_FILTER, min: 1500, max: OPEN_FILTER },
  { default: 0, min: 0, max: 96 },
  time(5000),
  time(8000),
  time(5000),
  time(8000),
  { default: 0, min: 0, max: 144 },
  time(8000),
  // 15 ms, DLS level 2 1.7.
  { default: -7271, min: AT_ONCE, max: 8000 },
  keyScaling,
  keyScaling,
  time(5000),
  time(8000),
  time(5000),
  time(8000),
  { default: 100, min: 0, max: 100 },
  time(8000),
  keyScaling,
  keyScaling,
  pitchDepth,
  pitchDepth,
  time(5000),
  { default: 0, min: -16000, max: 4500 },
  pitchDepth,
  pitchDepth,
  { default: 0, min: -96, max: 96 },
  time(5000),
  { default: 0, min: -16000, max: 4500 },
  pitchDepth,
  frames,
  frames,
  frames,
  frames,
  { default: -1, min: -1, max: 127 },
  { default: -1, min: -1, max: 127 },
];

/** A table of parameters at their defaults. */
export function defaultParameters(): Float64Array {
  return Float64Array.from(PARAMETER_RANGES, (range) => range.default);
}

/** `value` inside the range of `parameter`. */
export function clampParameter(parameter: number, value: number): number {
  const range = PARAMETER_RANGES[parameter]!;
  return value < range.min ? range.min : value > range.max ? range.max : value;
}

/** Connection blocks: the one kind of statement that DLS articulation is made of. DLS level 2 1.6 and 2.10. */
import { FALL_DECIBELS, Parameter } from '../parameter.ts';

/** CONNECTION as in an art1 or art2 chunk. */
export interface ConnectionBlock {
  /** usSource, CONN_SRC_xxx. */
  readonly source: number;
  /** usControl, CONN_SRC_xxx. */
  readonly control: number;
  /** usDestination, CONN_DST_xxx. */
  readonly destination: number;
  /** usTransform. */
  readonly transform: number;
  /** lScale, in the destination's 16.16 unit. */
  readonly scale: number;
}

export const CONNECTION_BYTES = 12;

/** CONN_SRC_xxx. */
export const Source = {
  none: 0x0000,
  lfo: 0x0001,
  keyOnVelocity: 0x0002,
  keyNumber: 0x0003,
  eg1: 0x0004,
  eg2: 0x0005,
  pitchWheel: 0x0006,
  polyPressure: 0x0007,
  channelPressure: 0x0008,
  vibrato: 0x0009,
  /** A MIDI controller has its number in the lower seven bits. */
  controller: 0x0080,
  /** Pitch bend range. */
  rpn0: 0x0100,
  /** Fine tune. */
  rpn1: 0x0101,
  /** Coarse tune. */
  rpn2: 0x0102,
} as const;

/** CONN_DST_xxx. */
export const Destination = {
  gain: 0x0001,
  pitch: 0x0003,
  pan: 0x0004,
  keyNumber: 0x0005,
  chorus: 0x0080,
  reverb: 0x0081,
  lfoFrequency: 0x0104,
  lfoStartDelay: 0x0105,
  vibratoFrequency: 0x0114,
  vibratoStartDelay: 0x0115,
  eg1AttackTime: 0x0206,
  eg1DecayTime: 0x0207,
  eg1ReleaseTime: 0x0209,
  eg1SustainLevel: 0x020a,
  eg1DelayTime: 0x020b,
  eg1HoldTime: 0x020c,
  eg1ShutdownTime: 0x020d,
  eg2AttackTime: 0x030a,
  eg2DecayTime: 0x030b,
  eg2ReleaseTime: 0x030d,
  eg2SustainLevel: 0x030e,
  eg2DelayTime: 0x030f,
  eg2HoldTime: 0x0310,
  filterCutoff: 0x0500,
  filterQ: 0x0501,
} as const;

/** CONN_TRN_xxx, and also the order of the transform bits of a source. */
export const CURVES = ['linear', 'concave', 'convex', 'switch'] as const;

/** Bits of usTransform. The output transform, in the lowest four, is level 1's only one and 0 in level 2. */
export const Transform = {
  sourceInverted: 0x8000,
  sourceBipolar: 0x4000,
  sourceShift: 10,
  controlInverted: 0x0200,
  controlBipolar: 0x0100,
  controlShift: 4,
  curveMask: 0x000f,
} as const;

/** Units of lScale: 16.16 of cents or timecents, and of tenths of dB or of a percent. */
const PER_CENT = 1 / 0x10000;
const PER_TENTH = 1 / 655_360;

/** How lScale becomes a parameter: scale × factor, plus `offset` when the connection has no source. */
export interface DestinationParameter {
  readonly destination: number;
  readonly parameter: Parameter;
  readonly factor: number;
  readonly offset: number;
  /** Timecents: 0x80000000 is no time at all. */
  readonly isTime: boolean;
}

const level = (
  destination: number,
  parameter: Parameter,
  factor: number,
  offset = 0,
): DestinationParameter => ({
  destination,
  parameter,
  factor,
  offset,
  isTime: false,
});

const time = (destination: number, parameter: Parameter): DestinationParameter => ({
  destination,
  parameter,
  factor: PER_CENT,
  offset: 0,
  isTime: true,
});

export const DESTINATION_PARAMETERS: readonly DestinationParameter[] = [
  level(Destination.gain, Parameter.attenuation, -PER_TENTH),
  level(Destination.pitch, Parameter.pitch, PER_CENT),
  level(Destination.pan, Parameter.pan, PER_TENTH),
  level(Destination.chorus, Parameter.chorusSend, PER_TENTH),
  level(Destination.reverb, Parameter.reverbSend, PER_TENTH),
  level(Destination.lfoFrequency, Parameter.modulationLfoFrequency, PER_CENT),
  time(Destination.lfoStartDelay, Parameter.modulationLfoDelay),
  level(Destination.vibratoFrequency, Parameter.vibratoLfoFrequency, PER_CENT),
  time(Destination.vibratoStartDelay, Parameter.vibratoLfoDelay),
  time(Destination.eg1DelayTime, Parameter.volumeDelay),
  time(Destination.eg1AttackTime, Parameter.volumeAttack),
  time(Destination.eg1HoldTime, Parameter.volumeHold),
  time(Destination.eg1DecayTime, Parameter.volumeDecay),
  // Tenths of a percent of the peak, which the model counts in dB below it.
  level(
    Destination.eg1SustainLevel,
    Parameter.volumeSustain,
    (-FALL_DECIBELS / 1000) * PER_CENT,
    FALL_DECIBELS,
  ),
  time(Destination.eg1ReleaseTime, Parameter.volumeRelease),
  time(Destination.eg1ShutdownTime, Parameter.volumeShutdown),
  time(Destination.eg2DelayTime, Parameter.modulationDelay),
  time(Destination.eg2AttackTime, Parameter.modulationAttack),
  time(Destination.eg2HoldTime, Parameter.modulationHold),
  time(Destination.eg2DecayTime, Parameter.modulationDecay),
  level(Destination.eg2SustainLevel, Parameter.modulationSustain, PER_TENTH),
  time(Destination.eg2ReleaseTime, Parameter.modulationRelease),
  level(Destination.filterCutoff, Parameter.filterCutoff, PER_CENT),
  level(Destination.filterQ, Parameter.filterResonance, PER_TENTH),
];

/** A filter cutoff of this scale is no filter. */
export const NO_FILTER = 0x7fffffff;
/** A time of this scale is no time. */
export const NO_TIME = -0x80000000;

/** A parameter that says how far an LFO or envelope moves something: a connection from that source. */
export interface Route {
  readonly source: number;
  readonly destination: number;
  readonly parameter: Parameter;
  readonly factor: number;
}

export const ROUTES: readonly Route[] = [
  {
    source: Source.lfo,
    destination: Destination.pitch,
    parameter: Parameter.modulationLfoToPitch,
    factor: PER_CENT,
  },
  {
    source: Source.lfo,
    destination: Destination.filterCutoff,
    parameter: Parameter.modulationLfoToCutoff,
    factor: PER_CENT,
  },
  {
    source: Source.lfo,
    destination: Destination.gain,
    parameter: Parameter.modulationLfoToVolume,
    factor: PER_TENTH,
  },
  {
    source: Source.vibrato,
    destination: Destination.pitch,
    parameter: Parameter.vibratoLfoToPitch,
    factor: PER_CENT,
  },
  {
    source: Source.eg2,
    destination: Destination.pitch,
    parameter: Parameter.modulationEnvelopeToPitch,
    factor: PER_CENT,
  },
  {
    source: Source.eg2,
    destination: Destination.filterCutoff,
    parameter: Parameter.modulationEnvelopeToCutoff,
    factor: PER_CENT,
  },
];

/** A time that grows with the key: a connection from the key number, which the model has as a parameter of its own. */
export interface KeyScaling {
  readonly destination: number;
  readonly time: Parameter;
  readonly perKey: Parameter;
}

export const KEY_SCALINGS: readonly KeyScaling[] = [
  {
    destination: Destination.eg1HoldTime,
    time: Parameter.volumeHold,
    perKey: Parameter.keyToVolumeHold,
  },
  {
    destination: Destination.eg1DecayTime,
    time: Parameter.volumeDecay,
    perKey: Parameter.keyToVolumeDecay,
  },
  {
    destination: Destination.eg2HoldTime,
    time: Parameter.modulationHold,
    perKey: Parameter.keyToModulationHold,
  },
  {
    destination: Destination.eg2DecayTime,
    time: Parameter.modulationDecay,
    perKey: Parameter.keyToModulationDecay,
  },
];

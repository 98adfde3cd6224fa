import type { Parameter } from './parameter.ts';

/**
 * What a controller does to a parameter: a SoundFont modulator (SoundFont 2.04 8.2) or a DLS connection block from a
 * controller (DLS level 2 1.6).
 *
 * Output = transform(source × amountSource × amount), added to the destination.
 */
export interface Modulator {
  readonly source: ModulatorSource;
  /** Second factor; `kind: 'none'` counts as 1. */
  readonly amountSource: ModulatorSource;
  readonly destination: ModulatorDestination;
  /** In the destination's unit. */
  readonly amount: number;
  readonly transform: 'linear' | 'absolute';
}

export type ModulatorDestination =
  | { readonly parameter: Parameter }
  /** Index, in the same list and always a later one, of the modulator whose source (a `link`) this output is added to. */
  | { readonly modulator: number };

/**
 * - `none`: constant 1.
 * - `velocity`, `key`: of the note. `polyPressure`, `channelPressure`: 0 to 127.
 * - `pitchWheel`: 14 bits.
 * - `pitchWheelRange`: RPN 0, in semitones.
 * - `controller`: MIDI controller `controller`, 0 to 127.
 * - `link`: sum of the modulators that name this one as their destination.
 *
 * Channel and master tuning (RPN 1 and 2, SysEx) are no modulators: the synthesizer adds them to every voice.
 */
export type ModulatorSourceKind =
  | 'none'
  | 'velocity'
  | 'key'
  | 'polyPressure'
  | 'channelPressure'
  | 'pitchWheel'
  | 'pitchWheelRange'
  | 'controller'
  | 'link';

export type Curve = 'linear' | 'concave' | 'convex' | 'switch';

export interface ModulatorSource {
  readonly kind: ModulatorSourceKind;
  /** Number of the MIDI controller; 0 for every other kind. */
  readonly controller: number;
  readonly curve: Curve;
  /** The output runs from -1 to 1 instead of from 0 to 1. */
  readonly bipolar: boolean;
  /** The input runs backwards: its maximum gives the minimum. */
  readonly inverted: boolean;
}

/** Constant 1. */
export const NO_SOURCE: ModulatorSource = {
  kind: 'none',
  controller: 0,
  curve: 'linear',
  bipolar: false,
  inverted: false,
};

/**
 * Concave and convex curves reach their end at this distance: 127 steps of a squared law end at -84 dB, and value 0
 * stands for -96 dB. SoundFont 2.04 9.5.3 and figure 10; DLS level 2 1.6.4.
 */
const FULL_SCALE_DECIBELS = 96;

/** What a linear source gives at its maximum. SoundFont 2.04 8.4; DLS level 2 1.6.4. */
const LINEAR_MAXIMUM = 127 / 128;
const WHEEL_VALUES = 16_384;
const MIDDLE = 64;

/**
 * A source's output for its value: 0 to 127, of the pitch wheel 0 to 16383. The middle of a bipolar source is 64 or
 * 8192. Linear sources count in 128ths, curves reach their end at 127.
 */
export function sourceOutput(source: ModulatorSource, value: number): number {
  const { kind, curve, bipolar, inverted } = source;
  if (kind === 'pitchWheel') return shape(curve, bipolar, inverted, value / WHEEL_VALUES);
  const isStraight = curve === 'linear' || curve === 'switch';
  if (bipolar) {
    const steps = isStraight || value <= MIDDLE ? 2 * MIDDLE : 2 * (127 - MIDDLE);
    return shape(curve, bipolar, inverted, 0.5 + (value - MIDDLE) / steps);
  }
  return shape(curve, bipolar, inverted, value / 127) * (curve === 'linear' ? LINEAR_MAXIMUM : 1);
}

/** Output of a curve at a place from 0 to 1; of a bipolar one 0.5 is the middle. SoundFont 2.04 9.5. */
export function shape(curve: Curve, bipolar: boolean, inverted: boolean, position: number): number {
  const place = inverted ? 1 - position : position;
  if (!bipolar) return shapeUnipolar(curve, place);
  if (curve === 'switch') return place < 0.5 ? -1 : 1;
  const side = 2 * place - 1;
  return side < 0 ? -shapeUnipolar(curve, -side) : shapeUnipolar(curve, side);
}

function shapeUnipolar(curve: Curve, place: number): number {
  switch (curve) {
    case 'linear':
      return place;
    case 'switch':
      return place < 0.5 ? 0 : 1;
    case 'concave':
      return concave(place);
    case 'convex':
      return 1 - concave(1 - place);
  }
}

/** 0 to 1: minus 40 log10 of the way that is left, as a part of 96 dB. */
function concave(place: number): number {
  if (place <= 0) return 0;
  if (place >= 1) return 1;
  return Math.min(1, (-40 * Math.log10(1 - place)) / FULL_SCALE_DECIBELS);
}

/**
 * A text that is equal for modulators whose sources, destination and transform are: of those a list has one.
 * SoundFont 2.04 9.5.1.
 */
export function modulatorKey(modulator: Modulator): string {
  const { source, amountSource, destination, transform } = modulator;
  const target = 'parameter' in destination ? `p${destination.parameter}` : `m${destination.modulator}`;
  return `${sourceKey(source)} ${sourceKey(amountSource)} ${target} ${transform}`;
}

function sourceKey(source: ModulatorSource): string {
  const { kind, controller, curve, bipolar, inverted } = source;
  return `${kind}${controller}${curve}${bipolar ? 'b' : 'u'}${inverted ? 'i' : 'n'}`;
}

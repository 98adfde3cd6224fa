/**
 * What a bank of sounds is after reading, whatever its format was: DLS level 1 and 2, SoundFont 2.04 and its
 * Vorbis-compressed form are one articulation model here, with one unit system (`parameter.ts`).
 *
 * Everything is plain immutable data, so that a collection read in one thread is handed to another by structured
 * clone; sample data are views of as few buffers as possible.
 */
import type { Modulator } from './modulator.ts';

export type CollectionFormat = 'dls' | 'sf2' | 'sf3';

export interface Collection {
  readonly format: CollectionFormat;
  /** INAM; empty when the file has none. */
  readonly name: string;
  /** ICOP; empty when the file has none. */
  readonly copyright: string;
  /** IENG; empty when the file has none. */
  readonly author: string;
  /** ICMT; empty when the file has none. */
  readonly comment: string;
  readonly instruments: readonly Instrument[];
  readonly samples: readonly Sample[];
}

/** A SoundFont preset or a DLS instrument. */
export interface Instrument {
  readonly name: string;
  /** Bank select MSB, controller 0. A SoundFont's bank number is this one; its bank 128 is `isDrum` with 0 here. */
  readonly bankMsb: number;
  /** Bank select LSB, controller 32; 0 in a SoundFont. */
  readonly bankLsb: number;
  readonly program: number;
  /** For percussion channels: every key is a sound of its own. SoundFont bank 128, F_INSTRUMENT_DRUMS. */
  readonly isDrum: boolean;
  /** A note-on sounds every region whose ranges hold its key and velocity. */
  readonly regions: readonly Region[];
}

/** Inclusive, 0 to 127. */
export interface MidiRange {
  readonly low: number;
  readonly high: number;
}

/** One sample under some keys and velocities: a SoundFont instrument zone within a preset zone, or a DLS region. */
export interface Region {
  readonly keys: MidiRange;
  readonly velocities: MidiRange;
  /** A new note of the same class on the same channel and instrument ends this one; 0 for none. exclusiveClass, usKeyGroup. */
  readonly exclusiveClass: number;
  /** A new note on the same key ends this one. DLS regions without F_RGN_OPTION_SELFNONEXCLUSIVE. */
  readonly isSelfExclusive: boolean;
  /** Index in `Collection.samples`. */
  readonly sample: number;
  /** MIDI key at which the sample plays at its own rate, when `Parameter.pitch` is 0. */
  readonly rootKey: number;
  /** Relative to the sample's first frame; undefined when the sample plays once. */
  readonly loop: Loop | undefined;
  /** Index, in the same instrument, of the other channel's region of a stereo pair; they sound in phase. -1 for none. */
  readonly partner: number;
  readonly articulation: Articulation;
}

export interface Loop {
  /** First frame of the loop. */
  readonly start: number;
  /** Frame behind the loop's last. */
  readonly end: number;
  /** `untilRelease`: the rest of the sample sounds after note-off. sampleModes 3, WLOOP_TYPE_RELEASE. */
  readonly mode: 'continuous' | 'untilRelease';
}

/** How a region sounds; several regions may share one. */
export interface Articulation {
  /** `PARAMETER_COUNT` values, by `Parameter`. The sample's own tuning and gain are part of them. */
  readonly parameters: Float64Array;
  /** Complete: the format's default modulators are among them unless the file replaced them. */
  readonly modulators: readonly Modulator[];
  /** `convex`: in a SoundFont, so that what it moves in cents or dB moves linearly in hertz or amplitude. */
  readonly modulationAttackCurve: 'linear' | 'convex';
}

export interface Sample {
  readonly name: string;
  /** Frames per second. */
  readonly rate: number;
  /** Frames; known before the data of a compressed sample are. */
  readonly frames: number;
  /**
   * One channel. 16-bit (full scale 32768) or float (full scale 1: 24-bit samples, exact in a float). Undefined as
   * long as a compressed sample was not decoded.
   */
  readonly data: Int16Array | Float32Array | undefined;
  /** A Vorbis stream in an Ogg container; undefined for a sample that was not compressed. */
  readonly compressed: Uint8Array | undefined;
}

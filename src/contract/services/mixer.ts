import * as v from 'valibot';
import { event, method } from '../service.ts';
import type { KsLevel } from '../units.ts';

/** Range of a level in 1/65536 dB, as basic support of the node reports it. */
export interface LevelRange {
  min: KsLevel;
  max: KsLevel;
  step: KsLevel;
}

/** Range of a fader in 16.16 fixed point. */
export interface FixedPointRange {
  min: number;
  max: number;
  step: number;
}

/** In place of a line id: there is no line. */
export const NO_LINE = 0xffffffff;

interface ControlBase {
  /** Unique within the mixer device; a vanished control's id is not used again while the device is open. */
  id: number;
  /** KSPROPERTY_TOPOLOGY_NAME of the node. */
  name: string;
  /** The node behind the control. */
  node: { filter: string; node: number };
}

export interface VolumeControl extends ControlBase {
  type: 'VOLUME';
  /** One value drives all channels. */
  uniform: boolean;
  range: LevelRange;
  /** One level per channel. */
  levels: KsLevel[];
}

export interface MuteControl extends ControlBase {
  type: 'MUTE';
  uniform: boolean;
  /** One switch per channel; TRUE = muted. */
  muted: boolean[];
}

/** AGC and bass boost are ONOFF; a LOUDNESS node has a control type of its own. */
export interface SwitchControl extends ControlBase {
  type: 'ONOFF' | 'LOUDNESS';
  uniform: boolean;
  /** One switch per channel. */
  on: boolean[];
}

/** BASS and TREBLE of a tone node. */
export interface ToneControl extends ControlBase {
  type: 'BASS' | 'TREBLE';
  uniform: boolean;
  range: LevelRange;
  /** One level per channel. */
  levels: KsLevel[];
}

/** STEREO_WIDE, CHORUS and REVERB nodes. */
export interface FaderControl extends ControlBase {
  type: 'FADER';
  /** What 1.0 (0x10000) means: an unchanged stereo width (FACTOR), or 100 % of an effect (PERCENT). */
  unit: 'FACTOR' | 'PERCENT';
  range: FixedPointRange;
  /** 16.16 fixed point; these nodes have no channels. */
  value: number;
}

export interface PeakMeterControl extends ControlBase {
  type: 'PEAKMETER';
  channels: number;
  /** Where this meter's peaks stand in a meter frame; see frames.ts. */
  meter: number;
}

export interface MuxControl extends ControlBase {
  type: 'MUX';
  /**
   * One per input of the node, in the order of its logical input pins. `lineId` is the source line that feeds the
   * input, `NO_LINE` when none does.
   */
  items: { name: string; lineId: number }[];
  /** -1 while the node reports an input it does not have. */
  selected: number;
}

/** A client shows the types it knows and leaves out the others. */
export type MixerControl =
  VolumeControl | MuteControl | SwitchControl | ToneControl | FaderControl | PeakMeterControl | MuxControl;

export interface MixerLine {
  /** Destination = 0xFFFF0000 + index, source = source index * 0x10000 + destination index. Specification RULE-9. */
  id: number;
  name: string;
  /** MIXERLINE_COMPONENTTYPE without its prefix: DST_SPEAKERS, SRC_SYNTHESIZER ... */
  component: string;
  /** MIXERLINE_TARGETTYPE without its prefix: WAVEOUT, MIDIOUT, UNDEFINED ... */
  target: string;
  channels: number;
  controls: MixerControl[];
}

export interface MixerDestination extends MixerLine {
  sources: MixerLine[];
}

export interface MixerDevice {
  /** Stable over restarts. */
  id: string;
  name: string;
  /** False between surprise removal and arrival: the lines are the last known ones and cannot be set. */
  present: boolean;
  destinations: MixerDestination[];
}

export interface MixerSnapshot {
  devices: MixerDevice[];
}

export interface ControlChange {
  deviceId: string;
  control: MixerControl;
}

export interface RecentControl {
  deviceId: string;
  controlId: number;
}

const levelSchema = v.pipe(v.number(), v.integer(), v.minValue(-0x80000000), v.maxValue(0x7fffffff));
const fixedPointSchema = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff));

export const controlValueSchema = v.union([
  /** VOLUME, BASS, TREBLE: one level for all channels, or one per channel. Clamped and stepped by the node. */
  v.strictObject({ levels: v.pipe(v.array(levelSchema), v.minLength(1), v.maxLength(32)) }),
  /** MUTE: one switch for all channels, or one per channel. */
  v.strictObject({ muted: v.pipe(v.array(v.boolean()), v.minLength(1), v.maxLength(32)) }),
  /** ONOFF, LOUDNESS: one switch for all channels, or one per channel. */
  v.strictObject({ on: v.pipe(v.array(v.boolean()), v.minLength(1), v.maxLength(32)) }),
  /** FADER: 16.16 fixed point. */
  v.strictObject({ value: fixedPointSchema }),
  /** MUX: index of the item. */
  v.strictObject({ selected: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
]);
export type ControlValue = v.InferOutput<typeof controlValueSchema>;

/** What a control was set to, as it is kept. */
export const controlStateSchema = v.object({
  /** VOLUME, BASS, TREBLE: 1/65536 dB, one per channel. */
  levels: v.exactOptional(v.array(levelSchema)),
  /** MUTE: one per channel. */
  muted: v.exactOptional(v.array(v.boolean())),
  /** ONOFF, LOUDNESS: one per channel. */
  on: v.exactOptional(v.array(v.boolean())),
  /** FADER: 16.16 fixed point. */
  value: v.exactOptional(fixedPointSchema),
  /** MUX: index of the chosen input. */
  selected: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0))),
});
export type ControlState = v.InferOutput<typeof controlStateSchema>;

export const mixerService = {
  name: 'mixer',
  methods: {
    getSnapshot: method<MixerSnapshot>()(v.strictTuple([])),
    /** Controls that clients set last, newest first. */
    getRecent: method<RecentControl[]>()(v.strictTuple([])),
    /** Answers the control as the device then reads: clamped, stepped. */
    setControl: method<MixerControl>()(
      v.strictTuple([v.string(), v.pipe(v.number(), v.integer()), controlValueSchema]),
    ),
  },
  events: {
    /** Lines, controls or devices came, went or changed their description. */
    onSnapshot: event<MixerSnapshot>(),
    /** One control has a new value, whoever set it. */
    onControl: event<ControlChange>(),
  },
} as const;

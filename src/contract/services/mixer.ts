import * as v from 'valibot';
import { event, method } from '../service.ts';
import type { KsLevel } from '../units.ts';

/** Range of a level in 1/65536 dB, as basic support of the node reports it. */
export interface LevelRange {
  min: KsLevel;
  max: KsLevel;
  step: KsLevel;
}

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

export interface PeakMeterControl extends ControlBase {
  type: 'PEAKMETER';
  channels: number;
  /** Where this meter's peaks stand in a meter frame; see frames.ts. */
  meter: number;
}

export interface MuxControl extends ControlBase {
  type: 'MUX';
  /** In the order of the node's logical input pins. */
  items: { name: string; lineId: number }[];
  selected: number;
}

export type MixerControl = VolumeControl | MuteControl | PeakMeterControl | MuxControl;

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

const levelSchema = v.pipe(v.number(), v.integer(), v.minValue(-0x80000000), v.maxValue(0x7fffffff));

export const controlValueSchema = v.union([
  /** VOLUME: one level for all channels, or one per channel. Clamped and stepped by the node. */
  v.strictObject({ levels: v.pipe(v.array(levelSchema), v.minLength(1), v.maxLength(32)) }),
  /** MUTE: one switch for all channels, or one per channel. */
  v.strictObject({ muted: v.pipe(v.array(v.boolean()), v.minLength(1), v.maxLength(32)) }),
  /** MUX: index of the item. */
  v.strictObject({ selected: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
]);
export type ControlValue = v.InferOutput<typeof controlValueSchema>;

export const mixerService = {
  name: 'mixer',
  methods: {
    getSnapshot: method<MixerSnapshot>()(v.strictTuple([])),
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

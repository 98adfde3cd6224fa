import type { Property, ChannelInstance, Stepping, NoInstance } from '../../ks/property.ts';
import { ALL_CHANNELS } from '../../ks/property.ts';
import { KsError } from '../../ks/status.ts';
import type { NodeVertex } from '../../sysaudio/deviceGraph.ts';

/** MIXERCONTROL_CONTROLTYPE_* a node can become; CUSTOM does not exist for WDM drivers. Specification 6.4. */
export type ControlType =
  'VOLUME' | 'MUTE' | 'ONOFF' | 'LOUDNESS' | 'BASS' | 'TREBLE' | 'FADER' | 'PEAKMETER' | 'MUX';

/** Range of one channel, in the unit of the node. */
export interface ControlRange extends Stepping {
  /** False when the node reports no range and a usual one stands in. */
  readonly known: boolean;
}

/** What a control's values are: 1/65536 dB, 0 or 1, 16.16 fixed point, linear peak, logical pin. */
export type ControlUnit = 'LEVEL' | 'SWITCH' | 'FACTOR' | 'PERCENT' | 'PEAK' | 'INPUT';

/** One control as found on a node, before it has an id. Values are numbers; a switch is 0 or 1. */
export interface NodeControl {
  readonly type: ControlType;
  readonly unit: ControlUnit;
  readonly vertex: NodeVertex;
  readonly channels: number;
  /** One value drives all channels. */
  readonly uniform: boolean;
  range(channel: number): ControlRange;
  /** @throws KsError of the node */
  read(channel: number): number;
  /** The node clamps and rounds (RULE-2). @throws KsError of the node */
  write(channel: number, value: number): void;
}

/** Basic support of a node that reports no range: (MS) the range of the sample drivers, 0xC0 steps as in (R). */
const ASSUMED_LEVELS: ControlRange = { minimum: -96 * 0x10000, maximum: 0, step: 0x8000, known: false };
/** 0 to 100 % in 0xC0 steps. */
const ASSUMED_FIXED_POINT: ControlRange = {
  minimum: 0,
  maximum: 0x10000,
  step: 0x10000 / 0xc0,
  known: false,
};
const SWITCH_RANGE: ControlRange = { minimum: 0, maximum: 1, step: 1, known: true };

/** Answers undefined where the node does not take the query. */
export function query<T>(get: () => T): T | undefined {
  try {
    return get();
  } catch (error) {
    if (error instanceof KsError) return undefined;
    throw error;
  }
}

/**
 * A control over a per-channel property. Existence test: channel 0 and 1 are queried; if both fail, channel -1; if
 * that fails too there is no control. The channel count comes from the MULTICHANNEL members where the node reports
 * them. Specification 6.4, 6.5.
 */
export function channelControl(
  vertex: NodeVertex,
  type: ControlType,
  unit: 'LEVEL' | 'SWITCH',
  property: Property<ChannelInstance, number> | Property<ChannelInstance, boolean>,
): NodeControl | undefined {
  const { nodeId } = vertex;
  const { filter } = vertex.subdevice;
  // Switches are booleans on the node and 0 or 1 here; the two are converted in read and write only.
  const values = property as Property<ChannelInstance, number | boolean>;
  const get = (channel: number) => filter.get(values, { channel }, nodeId);
  const answered = answeredChannels((channel) => query(() => get(channel)) !== undefined);
  if (answered.length === 0) return undefined;
  const members = query(() =>
    filter.basicSupport(property as Property<ChannelInstance, never>, nodeId),
  )?.members;
  const addresses =
    members?.multichannel && answered[0] === 0
      ? Array.from({ length: members.steppings.length }, (_, channel) => channel)
      : answered;
  const assumed = unit === 'SWITCH' ? SWITCH_RANGE : ASSUMED_LEVELS;
  return {
    type,
    unit,
    vertex,
    channels: addresses.length,
    uniform: members?.uniform ?? false,
    range: (channel) => (unit === 'SWITCH' ? assumed : rangeOf(members?.steppings, channel, assumed)),
    read: (channel) => Number(get(addresses[channel] ?? ALL_CHANNELS)),
    write(channel, value) {
      const instance = { channel: addresses[channel] ?? ALL_CHANNELS };
      filter.set(values, instance, unit === 'SWITCH' ? value !== 0 : value, nodeId);
    },
  };
}

/** Left and right, one of them, the master channel only, or none. */
function answeredChannels(answers: (channel: number) => boolean): number[] {
  const stereo = [0, 1].filter(answers);
  if (stereo.length > 0) return stereo;
  return answers(ALL_CHANNELS) ? [ALL_CHANNELS] : [];
}

/** A control over a property of the whole node, which is queried once. */
export function nodeControl(
  vertex: NodeVertex,
  type: 'FADER' | 'MUX',
  unit: 'FACTOR' | 'PERCENT' | 'INPUT',
  property: Property<NoInstance, number>,
): NodeControl | undefined {
  const { nodeId } = vertex;
  const { filter } = vertex.subdevice;
  const read = () => filter.get(property, undefined, nodeId);
  if (query(read) === undefined) return undefined;
  const members = query(() => filter.basicSupport(property, nodeId))?.members;
  return {
    type,
    unit,
    vertex,
    channels: 1,
    uniform: members?.uniform ?? false,
    range: () => rangeOf(members?.steppings, 0, ASSUMED_FIXED_POINT),
    read,
    write: (_channel, value) => filter.set(property, undefined, value, nodeId),
  };
}

/** Peak meters: `fullScale` is the property's value for a linear peak of 1. Reading resets PEAKMETER2. */
export function peakControl(
  vertex: NodeVertex,
  property: Property<ChannelInstance, number>,
  fullScale: number,
): NodeControl | undefined {
  const control = channelControl(vertex, 'PEAKMETER', 'LEVEL', property);
  if (!control) return undefined;
  const { type, channels, uniform } = control;
  const range: ControlRange = { minimum: 0, maximum: 1, step: 1 / fullScale, known: true };
  return {
    type,
    unit: 'PEAK',
    vertex,
    channels,
    uniform,
    range: () => range,
    read: (channel) => control.read(channel) / fullScale,
    write() {
      throw new KsError('STATUS_INVALID_DEVICE_REQUEST', 'A peak meter can only be read.');
    },
  };
}

function rangeOf(
  steppings: readonly Stepping[] | undefined,
  channel: number,
  assumed: ControlRange,
): ControlRange {
  const stepping = steppings?.[Math.min(channel, steppings.length - 1)];
  return stepping ? { ...stepping, known: true } : assumed;
}

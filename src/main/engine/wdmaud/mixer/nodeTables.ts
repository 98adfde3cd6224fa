import { KSNODETYPE, type Guid } from '../../ks/guid.ts';
import { ALL_CHANNELS, type BasicSupport, type ChannelInstance, type Property } from '../../ks/property.ts';
import { KSPROPERTY_AUDIO } from '../../ks/properties/audio.ts';
import type { NodeVertex } from '../../sysaudio/deviceGraph.ts';
import { KsError } from '../../ks/status.ts';

/** MIXERCONTROL_CONTROLTYPE_* a node can become. Specification 6.4. */
export type ControlType = 'VOLUME' | 'MUTE' | 'PEAKMETER' | 'MUX';

/** A control as found on a node, before it has an id. */
export interface FoundControl {
  readonly type: ControlType;
  readonly vertex: NodeVertex;
  readonly channels: number;
  /** Channel to address when the node answers for the master channel only; else undefined. */
  readonly masterOnly: boolean;
  readonly uniform: boolean;
  readonly support: BasicSupport;
}

const PER_CHANNEL = new Map<Guid, { type: ControlType; property: Property<ChannelInstance, unknown> }>([
  [KSNODETYPE.VOLUME, { type: 'VOLUME', property: KSPROPERTY_AUDIO.VOLUMELEVEL }],
  [KSNODETYPE.MUTE, { type: 'MUTE', property: KSPROPERTY_AUDIO.MUTE }],
  [KSNODETYPE.PEAKMETER, { type: 'PEAKMETER', property: KSPROPERTY_AUDIO.PEAKMETER2 }],
]);

/**
 * The controls a node yields. Existence test per control: channel 0 and 1; if both fail, channel -1; if that fails
 * too the node has no control. The channel count comes from the MULTICHANNEL members where the node reports them.
 */
export function controlsOf(vertex: NodeVertex): FoundControl[] {
  const { filter } = vertex.subdevice;
  const entry = PER_CHANNEL.get(vertex.node.type);
  if (entry) {
    const answers = (channel: number) => answersChannel(vertex, entry.property, channel);
    const left = answers(0);
    const right = answers(1);
    const masterOnly = !left && !right;
    if (masterOnly && !answers(ALL_CHANNELS)) return [];
    const support = filter.basicSupport(entry.property, vertex.nodeId);
    const members = support.members;
    const channels = masterOnly ? 1 : members?.multichannel ? members.steppings.length : right ? 2 : 1;
    return [{ type: entry.type, vertex, channels, masterOnly, uniform: members?.uniform ?? false, support }];
  }
  return [];
}

/** The one control of a MUX node, which is queried without a channel. */
export function muxControlOf(vertex: NodeVertex): FoundControl | undefined {
  const { filter } = vertex.subdevice;
  if (!filter.supports(KSPROPERTY_AUDIO.MUX_SOURCE, vertex.nodeId)) return undefined;
  const support = filter.basicSupport(KSPROPERTY_AUDIO.MUX_SOURCE, vertex.nodeId);
  return { type: 'MUX', vertex, channels: 1, masterOnly: false, uniform: false, support };
}

function answersChannel(
  vertex: NodeVertex,
  property: Property<ChannelInstance, unknown>,
  channel: number,
): boolean {
  try {
    vertex.subdevice.filter.get(property, { channel }, vertex.nodeId);
    return true;
  } catch (error) {
    if (error instanceof KsError) return false;
    throw error;
  }
}

import { KSNODETYPE, type Guid } from '../../ks/guid.ts';
import { KSPROPERTY_AUDIO } from '../../ks/properties/audio.ts';
import type { NodeVertex } from '../../sysaudio/deviceGraph.ts';
import { channelControl, nodeControl, peakControl, type NodeControl } from './nodeControl.ts';
import { superMixControls } from './superMix.ts';

/** Full scale of KSPROPERTY_AUDIO_PEAKMETER2, and of the older 16-bit KSPROPERTY_AUDIO_PEAKMETER. */
const PEAKMETER2_FULL_SCALE = 0x7fffffff;
const PEAKMETER_FULL_SCALE = 0x7fff;

type Query = (vertex: NodeVertex) => NodeControl | undefined;

/** Specification 6.4: what each node type is asked for. A node whose type is not here has no control. */
const QUERIES = new Map<Guid, readonly Query[]>([
  [KSNODETYPE.VOLUME, [(node) => channelControl(node, 'VOLUME', 'LEVEL', KSPROPERTY_AUDIO.VOLUMELEVEL)]],
  [KSNODETYPE.MUTE, [(node) => channelControl(node, 'MUTE', 'SWITCH', KSPROPERTY_AUDIO.MUTE)]],
  [KSNODETYPE.AGC, [(node) => channelControl(node, 'ONOFF', 'SWITCH', KSPROPERTY_AUDIO.AGC)]],
  [KSNODETYPE.LOUDNESS, [(node) => channelControl(node, 'LOUDNESS', 'SWITCH', KSPROPERTY_AUDIO.LOUDNESS)]],
  [
    // Every property the node answers is a control of its own, all with the node's name; MID is none.
    KSNODETYPE.TONE,
    [
      (node) => channelControl(node, 'BASS', 'LEVEL', KSPROPERTY_AUDIO.BASS),
      (node) => channelControl(node, 'TREBLE', 'LEVEL', KSPROPERTY_AUDIO.TREBLE),
      (node) => channelControl(node, 'ONOFF', 'SWITCH', KSPROPERTY_AUDIO.BASS_BOOST),
    ],
  ],
  [
    KSNODETYPE.PEAKMETER,
    [
      (node) =>
        peakControl(node, KSPROPERTY_AUDIO.PEAKMETER2, PEAKMETER2_FULL_SCALE) ??
        peakControl(node, KSPROPERTY_AUDIO.PEAKMETER, PEAKMETER_FULL_SCALE),
    ],
  ],
  [KSNODETYPE.STEREO_WIDE, [(node) => nodeControl(node, 'FADER', 'FACTOR', KSPROPERTY_AUDIO.WIDENESS)]],
  [KSNODETYPE.CHORUS, [(node) => nodeControl(node, 'FADER', 'PERCENT', KSPROPERTY_AUDIO.CHORUS_LEVEL)]],
  [KSNODETYPE.REVERB, [(node) => nodeControl(node, 'FADER', 'PERCENT', KSPROPERTY_AUDIO.REVERB_LEVEL)]],
]);

/** The controls a node yields on a line. The MUX has its own function: it belongs to destinations only. */
export function controlsOf(vertex: NodeVertex): readonly NodeControl[] {
  if (vertex.node.type === KSNODETYPE.SUPERMIX) return superMixControls(vertex);
  return (QUERIES.get(vertex.node.type) ?? []).flatMap((ask) => ask(vertex) ?? []);
}

/** The control of a MUX node: one query without a channel. */
export function muxControlOf(vertex: NodeVertex): NodeControl | undefined {
  return nodeControl(vertex, 'MUX', 'INPUT', KSPROPERTY_AUDIO.MUX_SOURCE);
}

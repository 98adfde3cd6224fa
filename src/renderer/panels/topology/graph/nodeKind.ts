import type { NodeTopology } from '../../../../contract/services/topology.ts';
import { text } from '../../../text.ts';

/** What a node looks like and which of its properties its face tells, by node type. */

export type GlyphName =
  | 'volume'
  | 'mute'
  | 'sum'
  | 'mux'
  | 'demux'
  | 'dac'
  | 'adc'
  | 'src'
  | 'synth'
  | 'meter'
  | 'tone'
  | 'equalizer'
  | 'agc'
  | 'loudness'
  | 'delay'
  | 'reverb'
  | 'wide'
  | 'effect'
  | 'matrix'
  | 'other';

/** What the line under a node tells: its level, its switch, or which input it selects. */
export type FaceKind = 'level' | 'mute' | 'switch' | 'source';

export interface NodeKind {
  glyph: GlyphName;
  /** Short name of the type. */
  label: string;
  /** The property on the face, as KSPROPERTY_AUDIO_*. */
  face?: { kind: FaceKind; property: string };
}

const { kinds } = text.topology;
const AUDIO = 'KSPROPERTY_AUDIO_';

const KINDS: Readonly<Record<string, NodeKind>> = {
  VOLUME: {
    glyph: 'volume',
    label: kinds.volume,
    face: { kind: 'level', property: `${AUDIO}VOLUMELEVEL` },
  },
  MUTE: { glyph: 'mute', label: kinds.mute, face: { kind: 'mute', property: `${AUDIO}MUTE` } },
  SUM: { glyph: 'sum', label: kinds.sum },
  MUX: { glyph: 'mux', label: kinds.mux, face: { kind: 'source', property: `${AUDIO}MUX_SOURCE` } },
  DEMUX: { glyph: 'demux', label: kinds.demux },
  DAC: { glyph: 'dac', label: kinds.dac },
  ADC: { glyph: 'adc', label: kinds.adc },
  SRC: { glyph: 'src', label: kinds.src },
  SUPERMIX: { glyph: 'matrix', label: kinds.supermix },
  SYNTHESIZER: { glyph: 'synth', label: kinds.synth },
  SWSYNTH: { glyph: 'synth', label: kinds.synth },
  SWMIDI: { glyph: 'synth', label: kinds.synth },
  PEAKMETER: { glyph: 'meter', label: kinds.meter },
  TONE: { glyph: 'tone', label: kinds.tone },
  EQUALIZER: { glyph: 'equalizer', label: kinds.equalizer },
  AGC: { glyph: 'agc', label: kinds.agc, face: { kind: 'switch', property: `${AUDIO}AGC` } },
  LOUDNESS: {
    glyph: 'loudness',
    label: kinds.loudness,
    face: { kind: 'switch', property: `${AUDIO}LOUDNESS` },
  },
  DELAY: { glyph: 'delay', label: kinds.delay },
  REVERB: { glyph: 'reverb', label: kinds.reverb },
  CHORUS: { glyph: 'reverb', label: kinds.chorus },
  STEREO_WIDE: { glyph: 'wide', label: kinds.wide },
  STEREO_ENHANCE: { glyph: 'wide', label: kinds.wide },
  '3D_EFFECTS': { glyph: 'wide', label: kinds.effects3d },
  ACOUSTIC_ECHO_CANCEL: { glyph: 'effect', label: kinds.echo },
  NOISE_SUPPRESS: { glyph: 'effect', label: kinds.noise },
  MICROPHONE_ARRAY_PROCESSOR: { glyph: 'effect', label: kinds.array },
  PROLOGIC_DECODER: { glyph: 'matrix', label: kinds.decoder },
  PROLOGIC_ENCODER: { glyph: 'matrix', label: kinds.encoder },
};

const OTHER: NodeKind = { glyph: 'other', label: '' };

/** Of a type without a name of its own: a plain box with the node's name. */
export function kindOf(node: NodeTopology): NodeKind {
  return KINDS[node.type.name.replace(/^KSNODETYPE_/, '')] ?? OTHER;
}

import type { CardDescription, StageDescription } from '../../../contract/hardware.ts';
import type { CardMixing } from '../../../contract/services/settings.ts';
import { decibelsToKsLevel, ksLevel } from '../../../contract/units.ts';
import type { LevelRangeDescription } from '../../engine/ks/nodes/level.ts';
import { ANALOG_RANGE, audioRange, KSDATAFORMAT_SUBTYPE, type DataRange } from '../../engine/ks/format.ts';
import { guid, KSAUDFNAME, KSNODETYPE, type Guid } from '../../engine/ks/guid.ts';

/**
 * The card's render path in one table: from it come the topology filter's nodes and the signal path the device host
 * builds, so that the two cannot disagree. The card can be laid out in two ways: with analog wires into an analog
 * mixer, or with digital ones into a digital mixer, whose sum is converted.
 */

export const CHANNELS = 2;

const STEP = ksLevel(0x8000);
const SOURCE_RANGE: LevelRangeDescription = {
  minimum: decibelsToKsLevel(-96),
  maximum: decibelsToKsLevel(12),
  step: STEP,
};
/** A master that cannot amplify: what the sources mixed without clipping leaves the card without clipping. */
const MASTER_RANGE: LevelRangeDescription = {
  minimum: decibelsToKsLevel(-96),
  maximum: ksLevel(0),
  step: STEP,
};

export type RenderNode =
  | { kind: 'volume'; register: number; range: LevelRangeDescription; name: Guid; nameText?: string }
  /** `initially`: muted until somebody changes that. */
  | { kind: 'mute'; register: number; name: Guid; nameText?: string; initially?: boolean }
  | { kind: 'peak'; meter: number; name: Guid; nameText: string }
  /** Changes the kind of signal and nothing else. */
  | { kind: 'dac' };

/** A source of the render sum: an input of the card and the topology filter's IN pin that stands for it. */
export interface RenderSource {
  /** Input of the card in the device host. */
  readonly input: string;
  readonly category: Guid;
  /** Pins of one category have names of their own. */
  readonly name: Guid;
  readonly nameText: string;
  /** In the direction of the signal; the peak meter comes last on its path. */
  readonly nodes: readonly RenderNode[];
}

/** Name of the FM synthesizer's pin; no KSAUDFNAME means it. */
const FM_SYNTH_NAME = guid('7E4C9A11-5B0F-4C1B-A6A2-0D9D0F3C8B57');

/** Name of the monitor's pin; no KSAUDFNAME means it. */
const MONITOR_NAME = guid('2F1B6A54-93C7-4E0B-9D0A-6C5A1E7B0D42');
/** Its mute: the monitored input is open while it lets anything through. */
export const MONITOR_REGISTER = 41;

export const RENDER_SOURCES: readonly RenderSource[] = [
  {
    input: 'synth',
    category: KSNODETYPE.SYNTHESIZER,
    name: KSAUDFNAME.MIDI,
    nameText: 'Synth',
    nodes: [
      { kind: 'volume', register: 0, range: SOURCE_RANGE, name: KSAUDFNAME.MIDI_VOLUME },
      { kind: 'mute', register: 1, name: KSAUDFNAME.MIDI_MUTE },
      { kind: 'peak', meter: 0, name: KSAUDFNAME.PEAKMETER, nameText: 'Synth Peak Meter' },
    ],
  },
  {
    input: 'fm',
    category: KSNODETYPE.SYNTHESIZER,
    name: FM_SYNTH_NAME,
    nameText: 'FM Synth',
    nodes: [
      {
        kind: 'volume',
        register: 4,
        range: SOURCE_RANGE,
        name: KSAUDFNAME.MIDI_VOLUME,
        nameText: 'FM Synth Volume',
      },
      { kind: 'mute', register: 5, name: KSAUDFNAME.MIDI_MUTE, nameText: 'FM Synth Mute' },
      { kind: 'peak', meter: 2, name: KSAUDFNAME.PEAKMETER, nameText: 'FM Synth Peak Meter' },
    ],
  },
  {
    input: 'wave',
    category: KSNODETYPE.LEGACY_AUDIO_CONNECTOR,
    name: KSAUDFNAME.WAVE_OUT_MIX,
    nameText: 'Wave',
    nodes: [
      { kind: 'volume', register: 6, range: SOURCE_RANGE, name: KSAUDFNAME.WAVE_VOLUME },
      { kind: 'mute', register: 7, name: KSAUDFNAME.WAVE_MUTE },
      { kind: 'peak', meter: 3, name: KSAUDFNAME.PEAKMETER, nameText: 'Wave Peak Meter' },
    ],
  },
  {
    // The microphone as it is heard: the jack is that of the capture side.
    input: 'monitor',
    category: KSNODETYPE.MICROPHONE,
    name: MONITOR_NAME,
    nameText: 'Monitor',
    nodes: [
      {
        kind: 'volume',
        register: 40,
        range: SOURCE_RANGE,
        name: KSAUDFNAME.MIC_VOLUME,
        nameText: 'Monitor Volume',
      },
      // Open loudspeakers would howl: it is heard when somebody wants that.
      {
        kind: 'mute',
        register: MONITOR_REGISTER,
        name: KSAUDFNAME.MIC_MUTE,
        nameText: 'Monitor Mute',
        initially: true,
      },
      { kind: 'peak', meter: 4, name: KSAUDFNAME.PEAKMETER, nameText: 'Monitor Peak Meter' },
    ],
  },
];

const MASTER_LEVELS: readonly RenderNode[] = [
  { kind: 'volume', register: 2, range: MASTER_RANGE, name: KSAUDFNAME.MASTER_VOLUME },
  { kind: 'mute', register: 3, name: KSAUDFNAME.MASTER_MUTE },
];
const MASTER_METER: RenderNode = {
  kind: 'peak',
  meter: 1,
  name: KSAUDFNAME.PEAKMETER,
  nameText: 'Master Peak Meter',
};

/** How the card is wired: what the wires into its topology filter carry, and what the sum of the sources runs through. */
export interface CardLayout {
  readonly mixing: CardMixing;
  readonly wire: DataRange;
  readonly master: readonly RenderNode[];
}

/** Specification 9: the wires are analog, or the sum stands before the one converter. */
export const CARD_LAYOUTS: Readonly<Record<CardMixing, CardLayout>> = {
  analog: { mixing: 'analog', wire: ANALOG_RANGE, master: [...MASTER_LEVELS, MASTER_METER] },
  digital: {
    mixing: 'digital',
    wire: audioRange(KSDATAFORMAT_SUBTYPE.PCM, {
      maximumChannels: CHANNELS,
      minimumBitsPerSample: 24,
      maximumBitsPerSample: 24,
      minimumSampleFrequency: 8_000,
      maximumSampleFrequency: 192_000,
    }),
    master: [...MASTER_LEVELS, { kind: 'dac' }, MASTER_METER],
  },
};

/** All nodes of the render path that have a register: both layouts have the same ones. */
export const RENDER_NODES: readonly RenderNode[] = [
  ...RENDER_SOURCES.flatMap((source) => source.nodes),
  ...MASTER_LEVELS,
];

/** An input of the capture side and the capture topology filter's IN pin that stands for it. */
export interface CaptureSourceLayout extends RenderSource {
  readonly kind: 'device' | 'loopback';
  /** A jack, or what comes from inside the card. */
  readonly communication: 'BRIDGE' | 'NONE';
}

const CAPTURE_RANGE: LevelRangeDescription = {
  minimum: decibelsToKsLevel(-96),
  maximum: decibelsToKsLevel(30),
  step: STEP,
};

/** In the order of the switch's inputs. */
export const CAPTURE_SOURCES: readonly CaptureSourceLayout[] = [
  {
    input: 'microphone',
    kind: 'device',
    communication: 'BRIDGE',
    category: KSNODETYPE.MICROPHONE,
    name: KSNODETYPE.MICROPHONE,
    nameText: 'Microphone',
    nodes: [
      {
        kind: 'volume',
        register: 32,
        range: CAPTURE_RANGE,
        name: KSAUDFNAME.MIC_IN_VOLUME,
        nameText: 'Microphone Volume',
      },
      { kind: 'mute', register: 33, name: KSAUDFNAME.MIC_MUTE, nameText: 'Microphone Mute' },
      { kind: 'peak', meter: 0, name: KSAUDFNAME.PEAKMETER, nameText: 'Microphone Peak Meter' },
    ],
  },
  {
    input: 'aux',
    kind: 'device',
    communication: 'BRIDGE',
    category: KSNODETYPE.LINE_CONNECTOR,
    name: KSAUDFNAME.AUX,
    nameText: 'Aux',
    nodes: [
      { kind: 'volume', register: 34, range: CAPTURE_RANGE, name: KSAUDFNAME.AUX_VOLUME },
      { kind: 'mute', register: 35, name: KSAUDFNAME.AUX_MUTE },
      { kind: 'peak', meter: 1, name: KSAUDFNAME.PEAKMETER, nameText: 'Aux Peak Meter' },
    ],
  },
  {
    input: 'what-you-hear',
    kind: 'loopback',
    communication: 'NONE',
    category: KSNODETYPE.LEGACY_AUDIO_CONNECTOR,
    name: KSAUDFNAME.STEREO_MIX,
    nameText: 'What you hear',
    nodes: [
      {
        kind: 'volume',
        register: 36,
        range: SOURCE_RANGE,
        name: KSAUDFNAME.STEREO_MIX_VOLUME,
        nameText: 'What you hear Volume',
      },
      {
        kind: 'mute',
        register: 37,
        name: KSAUDFNAME.STEREO_MIX_MUTE,
        nameText: 'What you hear Mute',
      },
      { kind: 'peak', meter: 2, name: KSAUDFNAME.PEAKMETER, nameText: 'What you hear Peak Meter' },
    ],
  },
];

export const CAPTURE_MUX = { register: 44, name: KSAUDFNAME.RECORDING_SOURCE } as const;

/** Behind the switch. */
export const CAPTURE_NODES: readonly RenderNode[] = [
  { kind: 'volume', register: 38, range: CAPTURE_RANGE, name: KSAUDFNAME.WAVE_IN_VOLUME },
  { kind: 'mute', register: 39, name: KSAUDFNAME.MASTER_MUTE, nameText: 'Recording Mute' },
  { kind: 'peak', meter: 3, name: KSAUDFNAME.PEAKMETER, nameText: 'Recording Peak Meter' },
];

export const NODE_TYPES: Readonly<Record<RenderNode['kind'], Guid>> = {
  volume: KSNODETYPE.VOLUME,
  mute: KSNODETYPE.MUTE,
  peak: KSNODETYPE.PEAKMETER,
  dac: KSNODETYPE.DAC,
};

/** The signal path for the device host. */
export function cardDescription(mixing: CardMixing = 'analog'): CardDescription {
  return {
    channels: CHANNELS,
    mixing,
    inputs: RENDER_SOURCES.map((source) => ({ id: source.input, stages: stagesOf(source.nodes) })),
    master: stagesOf(CARD_LAYOUTS[mixing].master),
    capture: {
      inputs: CAPTURE_SOURCES.map(({ input, kind, nodes }) => ({ id: input, kind, stages: stagesOf(nodes) })),
      mux: CAPTURE_MUX.register,
      stages: stagesOf(CAPTURE_NODES),
      monitor: { input: 'microphone', through: 'monitor', register: MONITOR_REGISTER },
    },
  };
}

function stagesOf(nodes: readonly RenderNode[]): StageDescription[] {
  return nodes.flatMap((node): StageDescription[] => {
    if (node.kind === 'dac') return [];
    return [
      node.kind === 'peak' ? { kind: 'meter', meter: node.meter } : { kind: 'gain', register: node.register },
    ];
  });
}

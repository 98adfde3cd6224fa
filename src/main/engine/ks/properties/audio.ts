import type { KsLevel } from '../../../../contract/units.ts';
import { KSPROPSETID, type Guid } from '../guid.ts';
import { INPUT, property, type ChannelInstance } from '../property.ts';
import {
  arrayOf,
  BOOL,
  concat,
  GUID_LAYOUT,
  LONG,
  struct,
  ULONG,
  ULONGLONG,
  type Layout,
} from '../wire/layout.ts';

/** KSPROPSETID_Audio: the properties of nodes and wave pins. Specification 2.1. */

/** A LONG in 1/65536 dB. */
const LEVEL = LONG as Layout<KsLevel>;

/** KSTIME: time * numerator / denominator, in 100 ns units. */
const KSTIME = struct('KSTIME', { time: ULONGLONG, numerator: ULONG, denominator: ULONG });

/** KSAUDIO_MIXLEVEL, one entry per path; index = input * outputs + output. */
export interface MixLevel {
  readonly mute: boolean;
  readonly level: KsLevel;
}

/** KSAUDIO_MIX_CAPS: `reset` is the resolution of the level. */
export interface MixCapability {
  readonly mute: boolean;
  readonly minimum: KsLevel;
  readonly maximum: KsLevel;
  readonly reset: KsLevel;
}

/** KSAUDIO_MIXCAP_TABLE */
export interface MixCapabilities {
  readonly inputChannels: number;
  readonly outputChannels: number;
  readonly capabilities: readonly MixCapability[];
}

const mixLevelLayout = struct('KSAUDIO_MIXLEVEL', { mute: BOOL, level: LEVEL });
const mixCapabilityLayout = struct('KSAUDIO_MIX_CAPS', {
  mute: BOOL,
  minimum: LEVEL,
  maximum: LEVEL,
  reset: LEVEL,
});

const mixCapabilitiesLayout: Layout<MixCapabilities> = {
  name: 'KSAUDIO_MIXCAP_TABLE',
  size: undefined,
  // An output of 8 bytes takes the two counts only.
  headerSize: 8,
  encode: ({ inputChannels, outputChannels, capabilities }) =>
    concat([
      ULONG.encode(inputChannels),
      ULONG.encode(outputChannels),
      ...capabilities.map((entry) => mixCapabilityLayout.encode(entry)),
    ]),
  decode: (bytes) => ({
    inputChannels: ULONG.decode(bytes),
    outputChannels: ULONG.decode(bytes.subarray(4)),
    capabilities: arrayOf(mixCapabilityLayout).decode(bytes.subarray(8)),
  }),
};

const SET = KSPROPSETID.Audio;

const perChannel = <T>(id: number, name: string, value: Layout<T>) =>
  property<ChannelInstance, T>(SET, id, `KSPROPERTY_AUDIO_${name}`, INPUT.C, value);
const ofNode = <T>(id: number, name: string, value: Layout<T>) =>
  property<undefined, T>(SET, id, `KSPROPERTY_AUDIO_${name}`, INPUT.N, value);
const plain = <T>(id: number, name: string, value: Layout<T>) =>
  property<undefined, T>(SET, id, `KSPROPERTY_AUDIO_${name}`, INPUT.K, value);

/** KSAUDIO_QUALITY_* */
export const AUDIO_QUALITY = { WORST: 0, PC: 1, BASIC: 2, ADVANCED: 3 } as const;
/** KSAUDIO_CPU_RESOURCES_* */
export const CPU_RESOURCES = { NOT_HOST_CPU: 0, HOST_CPU: 0x7fffffff } as const;
/** KSAUDIO_STEREO_SPEAKER_GEOMETRY_*, degrees. */
export const SPEAKER_GEOMETRY = { HEADPHONE: -1, MIN: 5, NARROW: 10, WIDE: 20, MAX: 180 } as const;
/** 16.16 fixed point: 0x10000 = 100 %, 1 Hz, 1 ms or 1 s. */
export const FIXED_ONE = 0x10000;

export const KSPROPERTY_AUDIO = {
  LATENCY: plain(1, 'LATENCY', KSTIME),
  COPY_PROTECTION: plain(
    2,
    'COPY_PROTECTION',
    struct('KSAUDIO_COPY_PROTECTION', { copyrighted: BOOL, original: BOOL }),
  ),
  CHANNEL_CONFIG: ofNode(3, 'CHANNEL_CONFIG', ULONG),
  VOLUMELEVEL: perChannel(4, 'VOLUMELEVEL', LEVEL),
  POSITION: plain(
    5,
    'POSITION',
    struct('KSAUDIO_POSITION', { playOffset: ULONGLONG, writeOffset: ULONGLONG }),
  ),
  DYNAMIC_RANGE: ofNode(
    6,
    'DYNAMIC_RANGE',
    struct('KSAUDIO_DYNAMIC_RANGE', { quietCompression: ULONG, loudCompression: ULONG }),
  ),
  QUALITY: ofNode(7, 'QUALITY', ULONG),
  SAMPLING_RATE: ofNode(8, 'SAMPLING_RATE', ULONG),
  DYNAMIC_SAMPLING_RATE: ofNode(9, 'DYNAMIC_SAMPLING_RATE', BOOL),
  MIX_LEVEL_TABLE: ofNode<readonly MixLevel[]>(10, 'MIX_LEVEL_TABLE', arrayOf(mixLevelLayout)),
  MIX_LEVEL_CAPS: ofNode(11, 'MIX_LEVEL_CAPS', mixCapabilitiesLayout),
  MUX_SOURCE: ofNode(12, 'MUX_SOURCE', ULONG),
  MUTE: perChannel(13, 'MUTE', BOOL),
  BASS: perChannel(14, 'BASS', LEVEL),
  MID: perChannel(15, 'MID', LEVEL),
  TREBLE: perChannel(16, 'TREBLE', LEVEL),
  BASS_BOOST: perChannel(17, 'BASS_BOOST', BOOL),
  EQ_LEVEL: perChannel<readonly KsLevel[]>(18, 'EQ_LEVEL', arrayOf(LEVEL)),
  NUM_EQ_BANDS: perChannel(19, 'NUM_EQ_BANDS', ULONG),
  EQ_BANDS: perChannel<readonly number[]>(20, 'EQ_BANDS', arrayOf(ULONG)),
  AGC: perChannel(21, 'AGC', BOOL),
  DELAY: perChannel(22, 'DELAY', KSTIME),
  LOUDNESS: perChannel(23, 'LOUDNESS', BOOL),
  /** 16.16, 0x10000 = unchanged. */
  WIDENESS: ofNode(25, 'WIDENESS', ULONG),
  /** 16.16 percent: 0x10000 = 100 %. */
  REVERB_LEVEL: ofNode(26, 'REVERB_LEVEL', ULONG),
  CHORUS_LEVEL: ofNode(27, 'CHORUS_LEVEL', ULONG),
  DEMUX_DEST: ofNode(29, 'DEMUX_DEST', ULONG),
  CPU_RESOURCES: ofNode(33, 'CPU_RESOURCES', ULONG),
  STEREO_SPEAKER_GEOMETRY: ofNode(34, 'STEREO_SPEAKER_GEOMETRY', LONG),
  SURROUND_ENCODE: ofNode(35, 'SURROUND_ENCODE', BOOL),
  ALGORITHM_3D: ofNode<Guid>(36, '3D_INTERFACE', GUID_LAYOUT),
  /** 16-bit scale, deprecated; superseded by `PEAKMETER2`. */
  PEAKMETER: perChannel(37, 'PEAKMETER', LONG),
  ALGORITHM_INSTANCE: ofNode<Guid>(38, 'ALGORITHM_INSTANCE', GUID_LAYOUT),
  FILTER_STATE: plain<readonly Guid[]>(39, 'FILTER_STATE', arrayOf(GUID_LAYOUT)),
  // Ids after 40 follow header order and are UNCONFIRMED.
  CHORUS_MODULATION_RATE: ofNode(46, 'CHORUS_MODULATION_RATE', ULONG),
  CHORUS_MODULATION_DEPTH: ofNode(47, 'CHORUS_MODULATION_DEPTH', ULONG),
  REVERB_TIME: ofNode(48, 'REVERB_TIME', ULONG),
  /** Linear: full scale = 0x7FFFFFFF; a successful read resets the peak. */
  PEAKMETER2: perChannel(55, 'PEAKMETER2', LONG),
} as const;

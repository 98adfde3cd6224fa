import type { KsLevel } from '../../../../contract/units.ts';
import { KSPROPSETID, type Guid } from '../guid.ts';
import { KsError } from '../status.ts';
import { INPUT, property, type ChannelInstance, type InputLayout, type PinIdInstance } from '../property.ts';
import {
  arrayOf,
  BOOL,
  BYTES,
  concat,
  GUID_LAYOUT,
  HANDLE,
  LONG,
  LONGLONG,
  padding,
  SHORT,
  struct,
  ULONG,
  ULONGLONG,
  USHORT,
  type Layout,
} from '../wire/layout.ts';

/** KSPROPSETID_Audio: the properties of nodes and wave pins. Specification 2.1. */

/** A LONG in 1/65536 dB. */
const LEVEL = LONG as Layout<KsLevel>;

/** KSTIME: time * numerator / denominator, in 100 ns units. */
const KSTIME = struct('KSTIME', { time: LONGLONG, numerator: ULONG, denominator: ULONG });

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

/** KSNODEPROPERTY_AUDIO_DEV_SPECIFIC: which of the device's own properties, and the length of its value. */
export interface DevSpecificInstance {
  readonly devSpecificId: number;
  readonly deviceInfo: number;
  readonly length: number;
}

const devSpecificInput: InputLayout<DevSpecificInstance> = {
  name: 'KSNODEPROPERTY_AUDIO_DEV_SPECIFIC',
  node: true,
  instance: struct('DevSpecificId, DeviceInfo, Length', {
    devSpecificId: ULONG,
    deviceInfo: ULONG,
    length: ULONG,
  }),
};

/** KSAUDIO_MICROPHONE_COORDINATES: millimetres, and angles in 1/10000 radian. */
export interface MicrophoneCoordinates {
  readonly type: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly verticalAngle: number;
  readonly horizontalAngle: number;
}

/** KSAUDIO_MIC_ARRAY_GEOMETRY */
export interface MicArrayGeometry {
  readonly version: number;
  readonly arrayType: number;
  readonly verticalAngleBegin: number;
  readonly verticalAngleEnd: number;
  readonly horizontalAngleBegin: number;
  readonly horizontalAngleEnd: number;
  /** Hz */
  readonly frequencyBandLow: number;
  readonly frequencyBandHigh: number;
  readonly microphones: readonly MicrophoneCoordinates[];
}

const microphoneLayout = struct('KSAUDIO_MICROPHONE_COORDINATES', {
  type: USHORT,
  x: SHORT,
  y: SHORT,
  z: SHORT,
  verticalAngle: SHORT,
  horizontalAngle: SHORT,
});
const geometryHead = struct('KSAUDIO_MIC_ARRAY_GEOMETRY', {
  version: USHORT,
  arrayType: USHORT,
  verticalAngleBegin: SHORT,
  verticalAngleEnd: SHORT,
  horizontalAngleBegin: SHORT,
  horizontalAngleEnd: SHORT,
  frequencyBandLow: USHORT,
  frequencyBandHigh: USHORT,
  microphoneCount: USHORT,
});
const geometryLayout: Layout<MicArrayGeometry> = {
  name: geometryHead.name,
  size: undefined,
  encode: ({ microphones, ...head }) =>
    concat([
      geometryHead.encode({ ...head, microphoneCount: microphones.length }),
      arrayOf(microphoneLayout).encode(microphones),
    ]),
  decode(bytes) {
    const { microphoneCount, ...head } = geometryHead.decode(bytes);
    const microphones = arrayOf(microphoneLayout).decode(bytes.subarray(geometryHead.size));
    if (microphones.length < microphoneCount) {
      throw new KsError(
        'STATUS_INVALID_PARAMETER',
        `The array does not hold ${microphoneCount} microphones.`,
      );
    }
    return { ...head, microphones: microphones.slice(0, microphoneCount) };
  },
};

const positionLayout = struct('KSAUDIO_POSITION', { playOffset: ULONGLONG, writeOffset: ULONGLONG });

const SET = KSPROPSETID.Audio;

const perChannel = <T>(id: number, name: string, value: Layout<T>) =>
  property<ChannelInstance, T>(SET, id, `KSPROPERTY_AUDIO_${name}`, INPUT.C, value);
const ofNode = <T>(id: number, name: string, value: Layout<T>) =>
  property<undefined, T>(SET, id, `KSPROPERTY_AUDIO_${name}`, INPUT.N, value);
const plain = <T>(id: number, name: string, value: Layout<T>) =>
  property<undefined, T>(SET, id, `KSPROPERTY_AUDIO_${name}`, INPUT.K, value);
const ofPin = <T>(id: number, name: string, value: Layout<T>) =>
  property<PinIdInstance, T>(SET, id, `KSPROPERTY_AUDIO_${name}`, INPUT.P, value);

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
  POSITION: plain(5, 'POSITION', positionLayout),
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
  /** Reserved. */
  WIDE_MODE: ofNode(24, 'WIDE_MODE', BOOL),
  /** 16.16, 0x10000 = unchanged. */
  WIDENESS: ofNode(25, 'WIDENESS', ULONG),
  /** 16.16 percent: 0x10000 = 100 %. */
  REVERB_LEVEL: ofNode(26, 'REVERB_LEVEL', ULONG),
  CHORUS_LEVEL: ofNode(27, 'CHORUS_LEVEL', ULONG),
  DEV_SPECIFIC: property<DevSpecificInstance, Uint8Array>(
    SET,
    28,
    'KSPROPERTY_AUDIO_DEV_SPECIFIC',
    devSpecificInput,
    BYTES,
  ),
  DEMUX_DEST: ofNode(29, 'DEMUX_DEST', ULONG),
  /** Obsolete, like `PRODUCT_GUID`. */
  MANUFACTURE_GUID: ofNode<Guid>(31, 'MANUFACTURE_GUID', GUID_LAYOUT),
  PRODUCT_GUID: ofNode<Guid>(32, 'PRODUCT_GUID', GUID_LAYOUT),
  CPU_RESOURCES: ofNode(33, 'CPU_RESOURCES', ULONG),
  STEREO_SPEAKER_GEOMETRY: ofNode(34, 'STEREO_SPEAKER_GEOMETRY', LONG),
  SURROUND_ENCODE: ofNode(35, 'SURROUND_ENCODE', BOOL),
  ALGORITHM_3D: ofNode<Guid>(36, '3D_INTERFACE', GUID_LAYOUT),
  /** 16-bit scale, deprecated; superseded by `PEAKMETER2`. */
  PEAKMETER: perChannel(37, 'PEAKMETER', LONG),
  ALGORITHM_INSTANCE: ofNode<Guid>(38, 'ALGORITHM_INSTANCE', GUID_LAYOUT),
  FILTER_STATE: plain<readonly Guid[]>(39, 'FILTER_STATE', arrayOf(GUID_LAYOUT)),
  /** Tells a filter that it became or ceased to be the preferred device. Set only. */
  PREFERRED_STATUS: plain(
    40,
    'PREFERRED_STATUS',
    struct('KSAUDIO_PREFERRED_STATUS', {
      enable: BOOL,
      deviceType: ULONG,
      flags: ULONG,
      alignment: padding(4),
      eventHandle: HANDLE,
    }),
  ),
  // Ids after 40 are the order of the header's enumeration; the vendor's pages do not tell them.
  PEQ_MAX_BANDS: ofNode(41, 'PEQ_MAX_BANDS', ULONG),
  PEQ_NUM_BANDS: ofNode(42, 'PEQ_NUM_BANDS', ULONG),
  PEQ_BAND_CENTER_FREQ: ofNode(43, 'PEQ_BAND_CENTER_FREQ', ULONG),
  PEQ_BAND_Q_FACTOR: ofNode(44, 'PEQ_BAND_Q_FACTOR', ULONG),
  PEQ_BAND_LEVEL: ofNode(45, 'PEQ_BAND_LEVEL', LEVEL),
  /** 16.16 Hz */
  CHORUS_MODULATION_RATE: ofNode(46, 'CHORUS_MODULATION_RATE', ULONG),
  /** 16.16 ms */
  CHORUS_MODULATION_DEPTH: ofNode(47, 'CHORUS_MODULATION_DEPTH', ULONG),
  /** 16.16 s */
  REVERB_TIME: ofNode(48, 'REVERB_TIME', ULONG),
  REVERB_DELAY_FEEDBACK: ofNode(49, 'REVERB_DELAY_FEEDBACK', ULONG),
  POSITIONEX: ofNode(
    50,
    'POSITIONEX',
    struct('KSAUDIO_POSITIONEX', {
      timerFrequency: LONGLONG,
      timeStamp1: LONGLONG,
      position: positionLayout,
      timeStamp2: LONGLONG,
    }),
  ),
  MIC_ARRAY_GEOMETRY: ofPin<MicArrayGeometry>(51, 'MIC_ARRAY_GEOMETRY', geometryLayout),
  /** Blocks since the start, and the performance counter at that moment. */
  PRESENTATION_POSITION: ofNode(
    52,
    'PRESENTATION_POSITION',
    struct('KSAUDIO_PRESENTATION_POSITION', { positionInBlocks: ULONGLONG, qpcPosition: ULONGLONG }),
  ),
  // WaveRT offload only: bytes.
  WAVERT_CURRENT_WRITE_POSITION: ofNode(53, 'WAVERT_CURRENT_WRITE_POSITION', ULONG),
  LINEAR_BUFFER_POSITION: ofNode(54, 'LINEAR_BUFFER_POSITION', ULONGLONG),
  /** Linear: full scale = 0x7FFFFFFF; a successful read resets the peak. */
  PEAKMETER2: perChannel(55, 'PEAKMETER2', LONG),
  WAVERT_CURRENT_WRITE_LASTBUFFER_POSITION: ofNode(56, 'WAVERT_CURRENT_WRITE_LASTBUFFER_POSITION', ULONG),
  VOLUMELIMIT_ENGAGED: ofNode(57, 'VOLUMELIMIT_ENGAGED', BOOL),
  // 16.16 dB
  MIC_SENSITIVITY: ofPin(58, 'MIC_SENSITIVITY', LONG),
  MIC_SNR: ofPin(59, 'MIC_SNR', LONG),
  MIC_SENSITIVITY2: ofPin(60, 'MIC_SENSITIVITY2', LONG),
  /** Bytes of one WaveRT packet; a set of its own, KSPROPSETID_AudioBufferDuration. */
  BUFFER_DURATION: property<PinIdInstance, number>(
    KSPROPSETID.AudioBufferDuration,
    1,
    'KSPROPERTY_AUDIO_BUFFER_DURATION',
    INPUT.P,
    ULONG,
  ),
} as const;

import { guid, type Guid } from './guid.ts';

/** Data formats and data ranges: what streams a pin accepts or carries. Specification 3.8, 4.1. */

export const KSDATAFORMAT_TYPE = {
  AUDIO: guid('73647561-0000-0010-8000-00AA00389B71'),
  MUSIC: guid('E725D360-62CC-11CF-A5D6-28DB04C10000'),
} as const;

/** Wave format tags. */
export const WAVE_FORMAT = {
  PCM: 0x0001,
  IEEE_FLOAT: 0x0003,
  DTS: 0x0008,
  DOLBY_AC3_SPDIF: 0x0092,
  WMASPDIF: 0x0164,
  EXTENSIBLE: 0xfffe,
} as const;

const TAG_GUID_TAIL = '-0000-0010-8000-00AA00389B71';

/** The sub-format GUID of a wave format tag. Specification 3.8. */
export function guidOfTag(tag: number): Guid {
  return guid(`0000${tag.toString(16).padStart(4, '0')}${TAG_GUID_TAIL}`);
}

/** The tag of a sub-format GUID; undefined for one that stands for no tag. */
export function tagOfGuid(subFormat: Guid): number | undefined {
  return subFormat.startsWith('0000') && subFormat.endsWith(TAG_GUID_TAIL)
    ? parseInt(subFormat.slice(4, 8), 16)
    : undefined;
}

export const KSDATAFORMAT_SUBTYPE = {
  WILDCARD: guid('00000000-0000-0000-0000-000000000000'),
  PCM: guidOfTag(WAVE_FORMAT.PCM),
  IEEE_FLOAT: guidOfTag(WAVE_FORMAT.IEEE_FLOAT),
  AC3_SPDIF: guidOfTag(WAVE_FORMAT.DOLBY_AC3_SPDIF),
  WMA_SPDIF: guidOfTag(WAVE_FORMAT.WMASPDIF),
  IEC61937_DTS: guidOfTag(WAVE_FORMAT.DTS),
  IEC61937_DOLBY_DIGITAL_PLUS: guid('0000000A-0CEA-0010-8000-00AA00389B71'),
  /** Layers I and II. */
  IEC61937_MPEG1: guid('00000003-0CEA-0010-8000-00AA00389B71'),
  ANALOG: guid('6DBA3190-67BD-11CF-A0F7-0020AFD156E4'),
  MIDI: guid('1D262760-E957-11CF-A5D6-28DB04C10000'),
  MIDI_BUS: guid('2CA15FA0-6CFE-11CF-A5D6-28DB04C10000'),
  DIRECTMUSIC: guid('1A82F8BC-3F8B-11D2-B774-0060083316C1'),
} as const;

export const KSDATAFORMAT_SPECIFIER = {
  NONE: guid('0F6417D6-C318-11D0-A43F-00A0C9223196'),
  WAVEFORMATEX: guid('05589F81-C356-11CE-BF01-00AA0055595A'),
  DSOUND: guid('518590A2-A184-11D0-8522-00C04FD9BAF3'),
} as const;

/** GUID_NULL on one side of a format GUID matches everything. */
export const WILDCARD = KSDATAFORMAT_SUBTYPE.WILDCARD;

export const KSMUSIC_TECHNOLOGY = {
  PORT: guid('86C92E60-62E8-11CF-A5D6-28DB04C10000'),
  SQSYNTH: guid('0ECF4380-62E9-11CF-A5D6-28DB04C10000'),
  FMSYNTH: guid('252C5C80-62E9-11CF-A5D6-28DB04C10000'),
  WAVETABLE: guid('394EC7C0-62E9-11CF-A5D6-28DB04C10000'),
  SWSYNTH: guid('37407736-3620-11D1-85D3-0000F8754380'),
} as const;

/** KSDATARANGE_AUDIO: limits of a wave pin. */
export interface AudioLimits {
  readonly maximumChannels: number;
  readonly minimumBitsPerSample: number;
  readonly maximumBitsPerSample: number;
  readonly minimumSampleFrequency: number;
  readonly maximumSampleFrequency: number;
}

/** KSDATARANGE_MUSIC */
export interface MusicLimits {
  readonly technology: Guid;
  readonly channels: number;
  readonly notes: number;
  readonly channelMask: number;
}

/** KSDATARANGE: three GUIDs that must match, or be a wildcard, on both sides, and the limits of its kind. */
export interface DataRange {
  readonly majorFormat: Guid;
  readonly subFormat: Guid;
  readonly specifier: Guid;
  readonly audio?: AudioLimits;
  readonly music?: MusicLimits;
}

/** WAVEFORMATEX, and WAVEFORMATEXTENSIBLE when `extensible` is there. */
export interface WaveFormat {
  readonly formatTag: number;
  readonly channels: number;
  readonly samplesPerSec: number;
  readonly avgBytesPerSec: number;
  readonly blockAlign: number;
  /** Container bits. */
  readonly bitsPerSample: number;
  readonly extensible?: {
    readonly validBitsPerSample: number;
    readonly channelMask: number;
    readonly subFormat: Guid;
  };
}

/** KSDATAFORMAT: a concrete format. `wave` with the WAVEFORMATEX and DSOUND specifiers, nothing with NONE. */
export interface DataFormat {
  readonly majorFormat: Guid;
  readonly subFormat: Guid;
  readonly specifier: Guid;
  readonly wave?: WaveFormat;
  /** KSDSOUND_BUFFERDESC, with the DSOUND specifier. */
  readonly dsound?: { readonly flags: number; readonly control: number };
}

/** A pin that carries a signal inside the card and never a stream. */
export const ANALOG_RANGE: DataRange = {
  majorFormat: KSDATAFORMAT_TYPE.AUDIO,
  subFormat: KSDATAFORMAT_SUBTYPE.ANALOG,
  specifier: KSDATAFORMAT_SPECIFIER.NONE,
};

/** A MIDI cable. */
export const MIDI_BUS_RANGE: DataRange = {
  majorFormat: KSDATAFORMAT_TYPE.MUSIC,
  subFormat: KSDATAFORMAT_SUBTYPE.MIDI_BUS,
  specifier: KSDATAFORMAT_SPECIFIER.NONE,
};

/** KSDATARANGE_MUSIC; `technology` is a KSMUSIC_TECHNOLOGY. Specification 4.1. */
export function musicRange(subFormat: 'MIDI' | 'DIRECTMUSIC', technology: Guid): DataRange {
  return {
    majorFormat: KSDATAFORMAT_TYPE.MUSIC,
    subFormat: KSDATAFORMAT_SUBTYPE[subFormat],
    specifier: KSDATAFORMAT_SPECIFIER.NONE,
    music: { technology, channels: 0, notes: 0, channelMask: 0xffff },
  };
}

/** KSDATARANGE_AUDIO: channels, bits and frames per second up to, and with, the limits. */
export function audioRange(
  subFormat: Guid,
  limits: AudioLimits,
  specifier: 'WAVEFORMATEX' | 'DSOUND' = 'WAVEFORMATEX',
): DataRange {
  return {
    majorFormat: KSDATAFORMAT_TYPE.AUDIO,
    subFormat,
    specifier: KSDATAFORMAT_SPECIFIER[specifier],
    audio: limits,
  };
}

/** A consistent WAVEFORMATEX for linear samples. */
export function waveFormat(
  formatTag: number,
  channels: number,
  samplesPerSec: number,
  bitsPerSample: number,
): WaveFormat {
  const blockAlign = (channels * bitsPerSample) / 8;
  return {
    formatTag,
    channels,
    samplesPerSec,
    avgBytesPerSec: samplesPerSec * blockAlign,
    blockAlign,
    bitsPerSample,
  };
}

/** PCM with the WAVEFORMATEX specifier: what most streams are. */
export function pcmFormat(channels: number, samplesPerSec: number, bitsPerSample: number): DataFormat {
  return {
    majorFormat: KSDATAFORMAT_TYPE.AUDIO,
    subFormat: KSDATAFORMAT_SUBTYPE.PCM,
    specifier: KSDATAFORMAT_SPECIFIER.WAVEFORMATEX,
    wave: waveFormat(WAVE_FORMAT.PCM, channels, samplesPerSec, bitsPerSample),
  };
}

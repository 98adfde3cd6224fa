import { guid, type Guid } from './guid.ts';

/** Data ranges of pin factories: what streams a pin accepts or carries. Specification 3.8, 4.1. */

export const KSDATAFORMAT_TYPE = {
  AUDIO: guid('73647561-0000-0010-8000-00AA00389B71'),
  MUSIC: guid('E725D360-62CC-11CF-A5D6-28DB04C10000'),
} as const;

export const KSDATAFORMAT_SUBTYPE = {
  PCM: guid('00000001-0000-0010-8000-00AA00389B71'),
  ANALOG: guid('6DBA3190-67BD-11CF-A0F7-0020AFD156E4'),
  MIDI: guid('1D262760-E957-11CF-A5D6-28DB04C10000'),
  MIDI_BUS: guid('2CA15FA0-6CFE-11CF-A5D6-28DB04C10000'),
  DIRECTMUSIC: guid('1A82F8BC-3F8B-11D2-B774-0060083316C1'),
} as const;

export const KSDATAFORMAT_SPECIFIER = {
  NONE: guid('0F6417D6-C318-11D0-A43F-00A0C9223196'),
  WAVEFORMATEX: guid('05589F81-C356-11CE-BF01-00AA0055595A'),
} as const;

export const KSMUSIC_TECHNOLOGY = {
  PORT: guid('86C92E60-62E8-11CF-A5D6-28DB04C10000'),
  WAVETABLE: guid('394EC7C0-62E9-11CF-A5D6-28DB04C10000'),
} as const;

/** KSDATARANGE: three GUIDs that must match, or be a wildcard, on both sides. */
export interface DataRange {
  readonly majorFormat: Guid;
  readonly subFormat: Guid;
  readonly specifier: Guid;
  /** KSDATARANGE_MUSIC */
  readonly music?: { technology: Guid; channels: number; notes: number; channelMask: number };
}

/** A pin that carries a signal inside the card and never a stream. */
export const ANALOG_RANGE: DataRange = {
  majorFormat: KSDATAFORMAT_TYPE.AUDIO,
  subFormat: KSDATAFORMAT_SUBTYPE.ANALOG,
  specifier: KSDATAFORMAT_SPECIFIER.NONE,
};

export function musicRange(subFormat: 'MIDI' | 'DIRECTMUSIC', technology: Guid): DataRange {
  return {
    majorFormat: KSDATAFORMAT_TYPE.MUSIC,
    subFormat: KSDATAFORMAT_SUBTYPE[subFormat],
    specifier: KSDATAFORMAT_SPECIFIER.NONE,
    music: { technology, channels: 0, notes: 0, channelMask: 0xffff },
  };
}

/** A concrete format (KSDATAFORMAT) of a music stream has no more than the three GUIDs. */
export type DataFormat = Pick<DataRange, 'majorFormat' | 'subFormat' | 'specifier'>;

export function matchesRange(format: DataFormat, range: DataRange): boolean {
  return (
    format.majorFormat === range.majorFormat &&
    format.subFormat === range.subFormat &&
    format.specifier === range.specifier
  );
}

import {
  KSDATAFORMAT_SPECIFIER,
  KSDATAFORMAT_TYPE,
  WAVE_FORMAT,
  type DataFormat,
  type DataRange,
  type WaveFormat,
} from '../format.ts';
import { KsError } from '../status.ts';
import { concat, GUID_LAYOUT, MULTIPLE_ITEM_BYTES, struct, ULONG, viewOf, type Layout } from './layout.ts';

/** Byte layouts of data formats and data ranges. Specification 3.8. */

/** KSDATAFORMAT and KSDATARANGE: the head both share. */
export const FORMAT_BYTES = 64;
export const WAVEFORMATEX_BYTES = 18;
export const WAVEFORMATEXTENSIBLE_BYTES = 40;
/** `cbSize` of an extensible format: what follows the WAVEFORMATEX. */
const EXTENSION_BYTES = 22;
const DSOUND_HEAD_BYTES = 8;

const headLayout = struct('KSDATAFORMAT', {
  formatSize: ULONG,
  flags: ULONG,
  sampleSize: ULONG,
  reserved: ULONG,
  majorFormat: GUID_LAYOUT,
  subFormat: GUID_LAYOUT,
  specifier: GUID_LAYOUT,
});
const audioLayout = struct('KSDATARANGE_AUDIO', {
  maximumChannels: ULONG,
  minimumBitsPerSample: ULONG,
  maximumBitsPerSample: ULONG,
  minimumSampleFrequency: ULONG,
  maximumSampleFrequency: ULONG,
});
const musicLayout = struct('KSDATARANGE_MUSIC', {
  technology: GUID_LAYOUT,
  channels: ULONG,
  notes: ULONG,
  channelMask: ULONG,
});

type Heading = Pick<DataRange, 'majorFormat' | 'subFormat' | 'specifier'>;

function head(
  { majorFormat, subFormat, specifier }: Heading,
  extraBytes: number,
  sampleSize = 0,
): Uint8Array {
  return headLayout.encode({
    formatSize: FORMAT_BYTES + extraBytes,
    flags: 0,
    sampleSize,
    reserved: 0,
    majorFormat,
    subFormat,
    specifier,
  });
}

export const dataRangeLayout: Layout<DataRange> = {
  name: 'KSDATARANGE',
  size: undefined,
  encode(range) {
    const extra = range.audio
      ? audioLayout.encode(range.audio)
      : range.music
        ? musicLayout.encode(range.music)
        : new Uint8Array(0);
    return concat([head(range, extra.length), extra]);
  },
  decode(bytes) {
    const { formatSize, majorFormat, subFormat, specifier } = headLayout.decode(bytes);
    if (formatSize > bytes.length) throw tooShort('KSDATARANGE', bytes);
    const heading = { majorFormat, subFormat, specifier };
    const extra = bytes.subarray(FORMAT_BYTES, formatSize);
    if (majorFormat === KSDATAFORMAT_TYPE.AUDIO && extra.length >= audioLayout.size!) {
      return { ...heading, audio: audioLayout.decode(extra) };
    }
    if (majorFormat === KSDATAFORMAT_TYPE.MUSIC && extra.length >= musicLayout.size!) {
      return { ...heading, music: musicLayout.decode(extra) };
    }
    return heading;
  },
};

const padded = (length: number): number => (length + 7) & ~7;

/** KSMULTIPLE_ITEM and ranges, each at a multiple of 8 bytes: an audio range of 84 bytes takes 88. */
export const dataRangeList: Layout<readonly DataRange[]> = {
  name: 'KSMULTIPLE_ITEM + KSDATARANGE[]',
  size: undefined,
  encode(ranges) {
    const parts = ranges.map((range) => {
      const bytes = dataRangeLayout.encode(range);
      return concat([bytes, new Uint8Array(padded(bytes.length) - bytes.length)]);
    });
    const size = parts.reduce((sum, part) => sum + part.length, MULTIPLE_ITEM_BYTES);
    return concat([ULONG.encode(size), ULONG.encode(ranges.length), ...parts]);
  },
  decode(bytes) {
    const size = ULONG.decode(bytes);
    const count = ULONG.decode(bytes.subarray(4));
    if (size > bytes.length || size < MULTIPLE_ITEM_BYTES) throw tooShort('list of data ranges', bytes);
    const ranges: DataRange[] = [];
    let at = MULTIPLE_ITEM_BYTES;
    for (let index = 0; index < count; index++) {
      if (at + FORMAT_BYTES > size) throw tooShort('list of data ranges', bytes);
      const length = ULONG.decode(bytes.subarray(at));
      if (length < FORMAT_BYTES || at + length > size) throw tooShort('KSDATARANGE', bytes);
      ranges.push(dataRangeLayout.decode(bytes.subarray(at, at + length)));
      at += padded(length);
    }
    return ranges;
  },
};

export const waveFormatLayout: Layout<WaveFormat> = {
  name: 'WAVEFORMATEX',
  size: undefined,
  encode(wave) {
    const bytes = new Uint8Array(wave.extensible ? WAVEFORMATEXTENSIBLE_BYTES : WAVEFORMATEX_BYTES);
    const view = viewOf(bytes);
    view.setUint16(0, wave.formatTag, true);
    view.setUint16(2, wave.channels, true);
    view.setUint32(4, wave.samplesPerSec, true);
    view.setUint32(8, wave.avgBytesPerSec, true);
    view.setUint16(12, wave.blockAlign, true);
    view.setUint16(14, wave.bitsPerSample, true);
    view.setUint16(16, wave.extensible ? EXTENSION_BYTES : 0, true);
    if (wave.extensible) {
      view.setUint16(18, wave.extensible.validBitsPerSample, true);
      view.setUint32(20, wave.extensible.channelMask, true);
      bytes.set(GUID_LAYOUT.encode(wave.extensible.subFormat), 24);
    }
    return bytes;
  },
  decode(bytes) {
    // WAVEFORMAT (14) and PCMWAVEFORMAT (16) are not supported.
    if (bytes.length < WAVEFORMATEX_BYTES) throw tooShort('WAVEFORMATEX', bytes);
    const view = viewOf(bytes);
    const wave: WaveFormat = {
      formatTag: view.getUint16(0, true),
      channels: view.getUint16(2, true),
      samplesPerSec: view.getUint32(4, true),
      avgBytesPerSec: view.getUint32(8, true),
      blockAlign: view.getUint16(12, true),
      bitsPerSample: view.getUint16(14, true),
    };
    if (wave.formatTag !== WAVE_FORMAT.EXTENSIBLE) return wave;
    if (view.getUint16(16, true) < EXTENSION_BYTES || bytes.length < WAVEFORMATEXTENSIBLE_BYTES) {
      throw tooShort('WAVEFORMATEXTENSIBLE', bytes);
    }
    return {
      ...wave,
      extensible: {
        validBitsPerSample: view.getUint16(18, true),
        channelMask: view.getUint32(20, true),
        subFormat: GUID_LAYOUT.decode(bytes.subarray(24)),
      },
    };
  },
};

export const dataFormatLayout: Layout<DataFormat> = {
  name: 'KSDATAFORMAT',
  size: undefined,
  encode(format) {
    const wave = format.wave ? waveFormatLayout.encode(format.wave) : new Uint8Array(0);
    const dsound = format.dsound
      ? concat([ULONG.encode(format.dsound.flags), ULONG.encode(format.dsound.control)])
      : new Uint8Array(0);
    return concat([head(format, dsound.length + wave.length, format.wave?.blockAlign), dsound, wave]);
  },
  decode(bytes) {
    const { formatSize, majorFormat, subFormat, specifier } = headLayout.decode(bytes);
    if (formatSize > bytes.length || formatSize < FORMAT_BYTES) throw tooShort('KSDATAFORMAT', bytes);
    const heading = { majorFormat, subFormat, specifier };
    const rest = bytes.subarray(FORMAT_BYTES, formatSize);
    switch (specifier) {
      case KSDATAFORMAT_SPECIFIER.WAVEFORMATEX:
        return { ...heading, wave: waveFormatLayout.decode(rest) };
      case KSDATAFORMAT_SPECIFIER.DSOUND:
        return {
          ...heading,
          dsound: { flags: ULONG.decode(rest), control: ULONG.decode(rest.subarray(4)) },
          wave: waveFormatLayout.decode(rest.subarray(DSOUND_HEAD_BYTES)),
        };
      default:
        return heading;
    }
  },
};

function tooShort(what: string, bytes: Uint8Array): KsError {
  return new KsError('STATUS_INVALID_PARAMETER', `${bytes.length} bytes hold no whole ${what}.`);
}

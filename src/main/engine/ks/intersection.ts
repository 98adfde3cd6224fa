import {
  KSDATAFORMAT_SPECIFIER,
  KSDATAFORMAT_SUBTYPE,
  KSDATAFORMAT_TYPE,
  tagOfGuid,
  WAVE_FORMAT,
  waveFormat,
  WILDCARD,
  type DataFormat,
  type DataRange,
  type WaveFormat,
} from './format.ts';
import type { Guid } from './guid.ts';
import { KsError } from './status.ts';

/** Which formats fit a range, and the data-range intersection. Specification 3.8, 3.9. */

const guidsMatch = (a: Guid, b: Guid): boolean => a === b || a === WILDCARD || b === WILDCARD;

type Heading = Pick<DataRange, 'majorFormat' | 'subFormat' | 'specifier'>;

/** Major, sub and specifier GUIDs are equal or a wildcard on one side. */
export function headingsMatch(a: Heading, b: Heading): boolean {
  return (
    guidsMatch(a.majorFormat, b.majorFormat) &&
    guidsMatch(a.subFormat, b.subFormat) &&
    guidsMatch(a.specifier, b.specifier)
  );
}

/** The sub-format a wave format stands for, in either of its spellings; undefined when it contradicts itself. */
export function subFormatOfWave(wave: WaveFormat): Guid | undefined {
  const { formatTag, channels, samplesPerSec, avgBytesPerSec, blockAlign, bitsPerSample, extensible } = wave;
  const positive = [channels, samplesPerSec, blockAlign, bitsPerSample].every((value) => value > 0);
  if (!positive) return undefined;
  if (extensible) {
    if (formatTag !== WAVE_FORMAT.EXTENSIBLE || bitsPerSample % 8 !== 0) return undefined;
    if (extensible.validBitsPerSample > bitsPerSample || extensible.validBitsPerSample < 1) return undefined;
  } else if (formatTag === WAVE_FORMAT.EXTENSIBLE) {
    return undefined;
  }
  const subFormat = extensible?.subFormat ?? tagGuid(formatTag);
  const tag = tagOfGuid(subFormat);
  if (tag === WAVE_FORMAT.PCM || tag === WAVE_FORMAT.IEEE_FLOAT) {
    if (blockAlign !== (channels * bitsPerSample) / 8 || avgBytesPerSec !== samplesPerSec * blockAlign)
      return undefined;
  }
  return subFormat;
}

function tagGuid(tag: number): Guid {
  return (
    [KSDATAFORMAT_SUBTYPE.PCM, KSDATAFORMAT_SUBTYPE.IEEE_FLOAT].find((each) => tagOfGuid(each) === tag) ??
    (`0000${tag.toString(16).padStart(4, '0').toUpperCase()}-0000-0010-8000-00AA00389B71` as Guid)
  );
}

/**
 * A pin takes the format when the GUIDs match and a wave format lies within the range's limits. A format that can
 * be written as WAVEFORMATEX and as WAVEFORMATEXTENSIBLE is taken either way (check 60).
 */
export function acceptsFormat(range: DataRange, format: DataFormat): boolean {
  if (!headingsMatch(range, format)) return false;
  if (!range.audio) return true;
  const { wave } = format;
  if (!wave) return range.specifier === KSDATAFORMAT_SPECIFIER.NONE;
  if (subFormatOfWave(wave) !== format.subFormat) return false;
  const {
    maximumChannels,
    minimumBitsPerSample,
    maximumBitsPerSample,
    minimumSampleFrequency,
    maximumSampleFrequency,
  } = range.audio;
  return (
    wave.channels <= maximumChannels &&
    wave.bitsPerSample >= minimumBitsPerSample &&
    wave.bitsPerSample <= maximumBitsPerSample &&
    wave.samplesPerSec >= minimumSampleFrequency &&
    wave.samplesPerSec <= maximumSampleFrequency
  );
}

/**
 * The port's default handler: for PCM with the WAVEFORMATEX or DSOUND specifier the highest common rate and bits, and
 * stereo where allowed, never extensible; for ranges without specifier data the GUIDs themselves. Undefined: no match.
 */
export function defaultIntersection(client: DataRange, pin: DataRange): DataFormat | undefined {
  if (!headingsMatch(client, pin)) return undefined;
  const pick = (a: Guid, b: Guid): Guid => (a === WILDCARD ? b : a);
  const heading = {
    majorFormat: pick(client.majorFormat, pin.majorFormat),
    subFormat: pick(client.subFormat, pin.subFormat),
    specifier: pick(client.specifier, pin.specifier),
  };
  if (heading.specifier === KSDATAFORMAT_SPECIFIER.NONE) return heading;
  const wave =
    heading.majorFormat === KSDATAFORMAT_TYPE.AUDIO && heading.subFormat === KSDATAFORMAT_SUBTYPE.PCM;
  const dsound = heading.specifier === KSDATAFORMAT_SPECIFIER.DSOUND;
  if (!wave || !(dsound || heading.specifier === KSDATAFORMAT_SPECIFIER.WAVEFORMATEX)) return undefined;
  if (!client.audio || !pin.audio) return undefined;

  const rate = highestCommon(
    [client.audio.minimumSampleFrequency, client.audio.maximumSampleFrequency],
    [pin.audio.minimumSampleFrequency, pin.audio.maximumSampleFrequency],
  );
  const bits = highestCommon(
    [client.audio.minimumBitsPerSample, client.audio.maximumBitsPerSample],
    [pin.audio.minimumBitsPerSample, pin.audio.maximumBitsPerSample],
  );
  const channels = Math.min(2, client.audio.maximumChannels, pin.audio.maximumChannels);
  // Whole bytes only: 20 common bits are 16 bits of container.
  const container = bits === undefined ? 0 : bits - (bits % 8);
  const lowest = Math.max(client.audio.minimumBitsPerSample, pin.audio.minimumBitsPerSample);
  if (rate === undefined || container < 8 || container < lowest || channels < 1) return undefined;
  return {
    ...heading,
    wave: waveFormat(WAVE_FORMAT.PCM, channels, rate, container),
    ...(dsound ? { dsound: { flags: 0, control: 0 } } : {}),
  };
}

function highestCommon(a: readonly [number, number], b: readonly [number, number]): number | undefined {
  const highest = Math.min(a[1], b[1]);
  return highest >= Math.max(a[0], b[0]) ? highest : undefined;
}

/**
 * IMiniport::DataRangeIntersection: the miniport's own choice. It throws STATUS_NOT_IMPLEMENTED to leave the pair to
 * the default handler and STATUS_NO_MATCH to go on with the next one.
 */
export type IntersectionHandler = (pinId: number, client: DataRange, pin: DataRange) => DataFormat;

/**
 * KSPROPERTY_PIN_DATAINTERSECTION: client ranges in their order, the pin's in theirs; the first pair that yields a
 * format ends the search.
 * @throws KsError STATUS_NO_MATCH, or what the handler threw beyond the two statuses it is allowed
 */
export function intersect(
  pinId: number,
  clientRanges: readonly DataRange[],
  pinRanges: readonly DataRange[],
  handler?: IntersectionHandler,
): DataFormat {
  for (const client of clientRanges) {
    for (const pin of pinRanges) {
      if (!headingsMatch(client, pin)) continue;
      const format = onePair(pinId, client, pin, handler);
      if (format) return format;
    }
  }
  throw new KsError('STATUS_NO_MATCH', `Pin ${pinId} has no format in common with the ranges offered.`);
}

function onePair(
  pinId: number,
  client: DataRange,
  pin: DataRange,
  handler: IntersectionHandler | undefined,
): DataFormat | undefined {
  if (!handler) return defaultIntersection(client, pin);
  try {
    return handler(pinId, client, pin);
  } catch (error) {
    if (error instanceof KsError && error.status === 'STATUS_NOT_IMPLEMENTED')
      return defaultIntersection(client, pin);
    if (error instanceof KsError && error.status === 'STATUS_NO_MATCH') return undefined;
    throw error;
  }
}

/**
 * The formats a graph builder tries, best quality first, when a stream could not be made with the intersected one.
 * Specification 3.9 rule 6.
 */
export function pcmFallbacks(range: DataRange): DataFormat[] {
  const { audio } = range;
  if (!audio) return [];
  const formats: DataFormat[] = [];
  for (const bits of [32, 24, 16, 8]) {
    for (const rate of [192_000, 96_000, 48_000, 44_100, 32_000, 22_050, 16_000, 11_025, 8_000]) {
      for (const channels of [Math.min(2, audio.maximumChannels), 1]) {
        const format: DataFormat = {
          majorFormat: KSDATAFORMAT_TYPE.AUDIO,
          subFormat: KSDATAFORMAT_SUBTYPE.PCM,
          specifier: KSDATAFORMAT_SPECIFIER.WAVEFORMATEX,
          wave: waveFormat(WAVE_FORMAT.PCM, channels, rate, bits),
        };
        if (acceptsFormat(range, format)) formats.push(format);
      }
    }
  }
  return formats;
}

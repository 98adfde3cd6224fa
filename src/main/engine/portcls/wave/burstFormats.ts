import type { BurstCoding } from '../../../../contract/hardware.ts';
import {
  audioRange,
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
} from '../../ks/format.ts';
import type { Guid } from '../../ks/guid.ts';
import { KsError } from '../../ks/status.ts';

/**
 * The formats of a pin that passes coded sound on over S/PDIF: IEC 61937 bursts as 2 channels of 16-bit words.
 * Specification 3.10.
 */

interface Coding {
  readonly coding: BurstCoding;
  readonly subFormat: Guid;
  /** Of the link, Hz; the best one first. */
  readonly rates: readonly number[];
}

const CODINGS: readonly Coding[] = [
  { coding: 'ac3', subFormat: KSDATAFORMAT_SUBTYPE.AC3_SPDIF, rates: [48_000, 44_100, 32_000] },
  { coding: 'wmaPro', subFormat: KSDATAFORMAT_SUBTYPE.WMA_SPDIF, rates: [48_000, 44_100] },
  { coding: 'dts', subFormat: KSDATAFORMAT_SUBTYPE.IEC61937_DTS, rates: [48_000, 44_100, 32_000] },
  { coding: 'mpeg', subFormat: KSDATAFORMAT_SUBTYPE.IEC61937_MPEG1, rates: [48_000, 44_100, 32_000] },
  // Four times the rate of the sound in it.
  {
    coding: 'eac3',
    subFormat: KSDATAFORMAT_SUBTYPE.IEC61937_DOLBY_DIGITAL_PLUS,
    rates: [192_000, 176_400, 128_000],
  },
];
const CHANNELS = 2;
const BITS = 16;
/** FL and FR. */
const STEREO = 3;

/** Every coding at every rate, with both specifiers. */
export const BURST_RANGES: readonly DataRange[] = CODINGS.flatMap(({ subFormat, rates }) =>
  rates.flatMap((rate) =>
    (['WAVEFORMATEX', 'DSOUND'] as const).map((specifier) =>
      audioRange(
        subFormat,
        {
          maximumChannels: CHANNELS,
          minimumBitsPerSample: BITS,
          maximumBitsPerSample: BITS,
          minimumSampleFrequency: rate,
          maximumSampleFrequency: rate,
        },
        specifier,
      ),
    ),
  ),
);

/** What a jack for all of it carries. */
export const BURST_JACK_RANGES: readonly DataRange[] = CODINGS.map(({ subFormat }) => ({
  majorFormat: KSDATAFORMAT_TYPE.AUDIO,
  subFormat,
  specifier: KSDATAFORMAT_SPECIFIER.NONE,
}));

/** The KSDATAFORMAT of bursts; `rate` is that of the link, Hz. */
export function burstFormat(coding: BurstCoding, rate: number): DataFormat {
  const { subFormat } = CODINGS.find((each) => each.coding === coding)!;
  return {
    majorFormat: KSDATAFORMAT_TYPE.AUDIO,
    subFormat,
    specifier: KSDATAFORMAT_SPECIFIER.WAVEFORMATEX,
    wave: burstWave(subFormat, rate),
  };
}

/**
 * What the bursts of a format hold; undefined for any other format.
 * @throws KsError STATUS_NO_MATCH for such a format whose words are no bursts
 */
export function codingOfFormat({ subFormat, wave }: DataFormat): BurstCoding | undefined {
  const coding = CODINGS.find((each) => each.subFormat === subFormat);
  if (!coding) return undefined;
  if (
    wave?.channels === CHANNELS &&
    wave.bitsPerSample === BITS &&
    wave.blockAlign === (CHANNELS * BITS) / 8
  ) {
    return coding.coding;
  }
  throw new KsError('STATUS_NO_MATCH', 'Bursts are 2 channels of 16-bit words.');
}

/**
 * An IMiniport::DataRangeIntersection for pins that take bursts, and never PCM.
 * @throws KsError STATUS_NO_MATCH
 */
export function intersectBursts(_pinId: number, client: DataRange, pin: DataRange): DataFormat {
  const offered = client.audio;
  const rate = pin.audio?.maximumSampleFrequency;
  const isCoded = CODINGS.some(({ subFormat }) => subFormat === pin.subFormat);
  const fits =
    rate !== undefined &&
    offered !== undefined &&
    offered.maximumChannels >= CHANNELS &&
    offered.minimumBitsPerSample <= BITS &&
    offered.maximumBitsPerSample >= BITS &&
    offered.minimumSampleFrequency <= rate &&
    offered.maximumSampleFrequency >= rate;
  if (!isCoded || !fits) throw new KsError('STATUS_NO_MATCH', 'Only coded sound in bursts is taken here.');
  const specifier = client.specifier === WILDCARD ? pin.specifier : client.specifier;
  return {
    majorFormat: KSDATAFORMAT_TYPE.AUDIO,
    subFormat: pin.subFormat,
    specifier,
    wave: burstWave(pin.subFormat, rate),
    ...(specifier === KSDATAFORMAT_SPECIFIER.DSOUND ? { dsound: { flags: 0, control: 0 } } : {}),
  };
}

/** A WAVEFORMATEX where there is a tag for it. */
function burstWave(subFormat: Guid, rate: number): WaveFormat {
  const tag = tagOfGuid(subFormat);
  if (tag !== undefined) return waveFormat(tag, CHANNELS, rate, BITS);
  return {
    ...waveFormat(WAVE_FORMAT.EXTENSIBLE, CHANNELS, rate, BITS),
    extensible: { validBitsPerSample: BITS, channelMask: STEREO, subFormat },
  };
}

import {
  KSDATAFORMAT_SUBTYPE,
  KSDATAFORMAT_TYPE,
  WILDCARD,
  type DataFormat,
  type DataRange,
} from '../ks/format.ts';
import { acceptsFormat, subFormatOfWave } from '../ks/intersection.ts';
import { dataFormatLayout } from '../ks/wire/formats.ts';

/** What the graph builder asks of formats and ranges. Specification 5.2. */

/** A format the system mixer can mix or convert: linear samples, integer or float. */
export function isMixable({ majorFormat, subFormat, wave }: DataFormat): boolean {
  if (majorFormat !== KSDATAFORMAT_TYPE.AUDIO || !wave) return false;
  const linear = subFormat === KSDATAFORMAT_SUBTYPE.PCM || subFormat === KSDATAFORMAT_SUBTYPE.IEEE_FLOAT;
  return linear && subFormatOfWave(wave) === subFormat;
}

/** A range of wave data, not of an analog signal inside the card. */
export function isWaveRange({ majorFormat, subFormat }: DataRange): boolean {
  return majorFormat === KSDATAFORMAT_TYPE.AUDIO && subFormat !== KSDATAFORMAT_SUBTYPE.ANALOG;
}

/** A range the system mixer's output can feed, or its capture side can be fed from. */
export function isPcmRange(range: DataRange): boolean {
  return isWaveRange(range) && (range.subFormat === KSDATAFORMAT_SUBTYPE.PCM || range.subFormat === WILDCARD);
}

/** KSDATARANGE_MUSIC, and not audio. */
export function isMusicRange({ majorFormat }: DataRange): boolean {
  return majorFormat === KSDATAFORMAT_TYPE.MUSIC;
}

/** One of the ranges takes the format. */
export function accepts(ranges: readonly DataRange[], format: DataFormat): boolean {
  return ranges.some((range) => acceptsFormat(range, format));
}

/** Byte for byte the same KSDATAFORMAT. */
export function sameFormat(a: DataFormat, b: DataFormat): boolean {
  const [left, right] = [dataFormatLayout.encode(a), dataFormatLayout.encode(b)];
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

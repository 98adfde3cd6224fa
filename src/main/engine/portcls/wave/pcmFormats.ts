import {
  KSDATAFORMAT_SPECIFIER,
  KSDATAFORMAT_SUBTYPE,
  KSDATAFORMAT_TYPE,
  WAVE_FORMAT,
  waveFormat,
  WILDCARD,
  type AudioLimits,
  type DataFormat,
  type DataRange,
} from '../../ks/format.ts';
import type { WaveFormatRecord } from '../../../../contract/hardware.ts';
import type { Guid } from '../../ks/guid.ts';
import { KsError } from '../../ks/status.ts';
import { burstFormat, codingOfFormat } from './burstFormats.ts';
import { burstRecord } from '../../../wave/iec61937/codedFormat.ts';
import { FLOAT_SAMPLES, integerSamples, type SampleFormat } from '../../../wave/samples/sampleFormat.ts';

/** PCM formats beyond the port's default handler: float, more than two channels, and what their samples are. */

/** KSAUDIO_SPEAKER_*: the usual mask of each channel count. Specification 2.3. */
const USUAL_MASK: Readonly<Record<number, number>> = {
  1: 0x4,
  2: 0x3,
  3: 0x7,
  4: 0x33,
  5: 0x37,
  6: 0x3f,
  7: 0x13f,
  8: 0x63f,
};

/** The speakers of a stream, by the bits of its mask in ascending order; without a mask, the usual ones. */
export function channelMaskOf({ wave }: DataFormat): number {
  return wave?.extensible?.channelMask ?? USUAL_MASK[wave?.channels ?? 0] ?? 0;
}

/** How the samples of a PCM or float format are written. @throws KsError STATUS_NO_MATCH for any other format */
export function sampleFormatOf({ subFormat, wave }: DataFormat): SampleFormat {
  const bits = wave?.bitsPerSample ?? 0;
  if (subFormat === KSDATAFORMAT_SUBTYPE.IEEE_FLOAT && bits === 32) return FLOAT_SAMPLES;
  if (subFormat === KSDATAFORMAT_SUBTYPE.PCM && [8, 16, 24, 32].includes(bits)) {
    return integerSamples(bits, wave?.extensible?.validBitsPerSample ?? bits);
  }
  throw new KsError('STATUS_NO_MATCH', 'These are not samples of 8, 16, 24 or 32 bits, nor 32-bit floats.');
}

/**
 * An IMiniport::DataRangeIntersection for pins that take more than the port's default handler gives: the highest
 * common rate, width and channel count, float included. What a WAVEFORMATEX cannot say becomes a
 * WAVEFORMATEXTENSIBLE with the usual mask. Specification 3.8, 3.9.
 *
 * @throws KsError STATUS_NOT_IMPLEMENTED for ranges that are not PCM or float, STATUS_NO_MATCH for an empty overlap
 */
export function intersectPcm(_pinId: number, client: DataRange, pin: DataRange): DataFormat {
  const subFormat = client.subFormat === WILDCARD ? pin.subFormat : client.subFormat;
  const specifier = client.specifier === WILDCARD ? pin.specifier : client.specifier;
  const dsound = specifier === KSDATAFORMAT_SPECIFIER.DSOUND;
  const known = subFormat === KSDATAFORMAT_SUBTYPE.PCM || subFormat === KSDATAFORMAT_SUBTYPE.IEEE_FLOAT;
  const waves = dsound || specifier === KSDATAFORMAT_SPECIFIER.WAVEFORMATEX;
  if (!known || !waves || !client.audio || !pin.audio) {
    throw new KsError('STATUS_NOT_IMPLEMENTED', 'Only PCM and float ranges are intersected here.');
  }
  const channels = Math.min(client.audio.maximumChannels, pin.audio.maximumChannels, 8);
  const rate = highestRate(client.audio, pin.audio);
  const widths = subFormat === KSDATAFORMAT_SUBTYPE.PCM ? [32, 24, 16, 8] : [32];
  const bits = widths.find((width) => within(client.audio!, width) && within(pin.audio!, width));
  if (channels < 1 || rate === undefined || bits === undefined) {
    throw new KsError('STATUS_NO_MATCH', 'The ranges have no rate, width or channel count in common.');
  }
  return {
    majorFormat: pin.majorFormat === WILDCARD ? client.majorFormat : pin.majorFormat,
    subFormat,
    specifier,
    wave: channels > 2 ? extensible(subFormat, channels, rate, bits) : plain(subFormat, channels, rate, bits),
    ...(dsound ? { dsound: { flags: 0, control: 0 } } : {}),
  };
}

function plain(subFormat: Guid, channels: number, rate: number, bits: number) {
  const tag = subFormat === KSDATAFORMAT_SUBTYPE.PCM ? WAVE_FORMAT.PCM : WAVE_FORMAT.IEEE_FLOAT;
  return waveFormat(tag, channels, rate, bits);
}

function extensible(subFormat: Guid, channels: number, rate: number, bits: number) {
  return {
    ...waveFormat(WAVE_FORMAT.EXTENSIBLE, channels, rate, bits),
    extensible: { validBitsPerSample: bits, channelMask: USUAL_MASK[channels]!, subFormat },
  };
}

function highestRate(a: AudioLimits, b: AudioLimits): number | undefined {
  const highest = Math.min(a.maximumSampleFrequency, b.maximumSampleFrequency);
  const lowest = Math.max(a.minimumSampleFrequency, b.minimumSampleFrequency);
  return highest >= lowest ? highest : undefined;
}

const within = ({ minimumBitsPerSample, maximumBitsPerSample }: AudioLimits, bits: number): boolean =>
  bits >= minimumBitsPerSample && bits <= maximumBitsPerSample;

/** The KSDATAFORMAT of samples, or of bursts. What a WAVEFORMATEX cannot say becomes a WAVEFORMATEXTENSIBLE. */
export function formatOfRecord(record: WaveFormatRecord): DataFormat {
  const { encoding, channels, sampleRate, containerBits, validBits, channelMask } = record;
  if (encoding !== 'pcm' && encoding !== 'float') return burstFormat(encoding, sampleRate);
  const subFormat = encoding === 'pcm' ? KSDATAFORMAT_SUBTYPE.PCM : KSDATAFORMAT_SUBTYPE.IEEE_FLOAT;
  const isPlain = channels <= 2 && (encoding === 'float' || validBits === containerBits) && channelMask === 0;
  const wave = extensible(subFormat, channels, sampleRate, containerBits);
  return {
    majorFormat: KSDATAFORMAT_TYPE.AUDIO,
    subFormat,
    specifier: KSDATAFORMAT_SPECIFIER.WAVEFORMATEX,
    wave: isPlain
      ? plain(subFormat, channels, sampleRate, containerBits)
      : {
          ...wave,
          extensible: {
            subFormat,
            validBitsPerSample: encoding === 'pcm' ? validBits : containerBits,
            channelMask: channelMask || wave.extensible.channelMask,
          },
        },
  };
}

/** Back again. @throws KsError STATUS_NO_MATCH for a format that is neither PCM nor float, nor one of bursts */
export function recordOfFormat(format: DataFormat): WaveFormatRecord {
  const coding = codingOfFormat(format);
  if (coding) return burstRecord(coding, format.wave!.samplesPerSec);
  const { encoding, containerBytes, validBits } = sampleFormatOf(format);
  return {
    encoding: encoding === 'float' ? 'float' : 'pcm',
    channels: format.wave?.channels ?? 0,
    sampleRate: format.wave?.samplesPerSec ?? 0,
    containerBits: 8 * containerBytes,
    validBits,
    channelMask: format.wave?.extensible?.channelMask ?? 0,
  };
}

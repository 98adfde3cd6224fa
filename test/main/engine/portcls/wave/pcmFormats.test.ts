import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ANALOG_RANGE,
  audioRange,
  KSDATAFORMAT_SUBTYPE,
  pcmFormat,
  type DataRange,
} from '../../../../../src/main/engine/ks/format.ts';
import { acceptsFormat, intersect } from '../../../../../src/main/engine/ks/intersection.ts';
import {
  channelMaskOf,
  intersectPcm,
  sampleFormatOf,
} from '../../../../../src/main/engine/portcls/wave/pcmFormats.ts';
import { FLOAT_SAMPLES } from '../../../../../src/main/wave/samples/sampleFormat.ts';
import { statusOf } from '../../../../fixtures/statusOf.ts';

const range = (
  subFormat: 'PCM' | 'IEEE_FLOAT',
  channels: number,
  [lowBits, highBits]: [number, number],
  [lowRate, highRate]: [number, number],
): DataRange =>
  audioRange(KSDATAFORMAT_SUBTYPE[subFormat], {
    maximumChannels: channels,
    minimumBitsPerSample: lowBits,
    maximumBitsPerSample: highBits,
    minimumSampleFrequency: lowRate,
    maximumSampleFrequency: highRate,
  });

describe('intersection of PCM ranges', () => {
  it('takes the highest common rate, width and channel count, with the mask of a surround format', () => {
    const { wave } = intersectPcm(
      0,
      range('PCM', 6, [8, 24], [8_000, 96_000]),
      range('PCM', 8, [8, 32], [8_000, 192_000]),
    );
    expect(wave).toMatchObject({
      channels: 6,
      samplesPerSec: 96_000,
      bitsPerSample: 24,
      blockAlign: 18,
      extensible: { validBitsPerSample: 24, channelMask: 0x3f, subFormat: KSDATAFORMAT_SUBTYPE.PCM },
    });
  });

  it('gives stereo as a WAVEFORMATEX, floats included', () => {
    const pin = range('IEEE_FLOAT', 2, [32, 32], [8_000, 192_000]);
    const { wave } = intersectPcm(0, range('IEEE_FLOAT', 8, [32, 32], [44_100, 44_100]), pin);
    expect(wave).toMatchObject({ formatTag: 3, channels: 2, samplesPerSec: 44_100, bitsPerSample: 32 });
    expect(wave!.extensible).toBeUndefined();
  });

  it('finds nothing where nothing is common, and leaves other ranges to the port', () => {
    const pin = range('PCM', 8, [16, 24], [8_000, 48_000]);
    for (const client of [
      range('PCM', 2, [16, 16], [96_000, 96_000]),
      range('PCM', 2, [8, 8], [48_000, 48_000]),
      range('PCM', 2, [18, 22], [48_000, 48_000]),
      range('PCM', 0, [16, 16], [48_000, 48_000]),
    ]) {
      expect(statusOf(() => intersectPcm(0, client, pin))).toBe('STATUS_NO_MATCH');
    }
    expect(statusOf(() => intersectPcm(0, ANALOG_RANGE, ANALOG_RANGE))).toBe('STATUS_NOT_IMPLEMENTED');
  });

  it('of any two ranges is accepted by both, or there is none', () => {
    const span = (values: number[]) =>
      fc
        .tuple(fc.constantFrom(...values), fc.constantFrom(...values))
        .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as [number, number]);
    const anyRange = fc
      .tuple(
        fc.constantFrom('PCM' as const, 'IEEE_FLOAT' as const),
        fc.integer({ min: 1, max: 8 }),
        span([8, 16, 20, 24, 32]),
        span([8_000, 11_025, 44_100, 48_000, 96_000, 192_000]),
      )
      .map((parts) => range(...parts));
    fc.assert(
      fc.property(anyRange, anyRange, (client, pin) => {
        const status = statusOf(() => {
          const format = intersect(0, [client], [pin], intersectPcm);
          expect(acceptsFormat(client, format)).toBe(true);
          expect(acceptsFormat(pin, format)).toBe(true);
          const bits = format.wave!.bitsPerSample;
          expect(sampleFormatOf(format)).toEqual(
            format.subFormat === KSDATAFORMAT_SUBTYPE.PCM
              ? { encoding: 'integer', containerBytes: bits / 8, validBits: bits }
              : FLOAT_SAMPLES,
          );
        });
        expect([undefined, 'STATUS_NO_MATCH']).toContain(status);
      }),
    );
  });
});

describe('samples of a format', () => {
  it('are known from width, valid bits and sub-format', () => {
    expect(sampleFormatOf(pcmFormat(2, 48_000, 16))).toMatchObject({ containerBytes: 2, validBits: 16 });
    const format = pcmFormat(2, 48_000, 32);
    const extensible = { validBitsPerSample: 24, channelMask: 3, subFormat: KSDATAFORMAT_SUBTYPE.PCM };
    expect(sampleFormatOf({ ...format, wave: { ...format.wave!, extensible } })).toMatchObject({
      containerBytes: 4,
      validBits: 24,
    });
    expect(statusOf(() => sampleFormatOf(pcmFormat(2, 48_000, 12)))).toBe('STATUS_NO_MATCH');
  });

  it('belong to the speakers of the mask, or to the usual ones', () => {
    expect(channelMaskOf(pcmFormat(2, 48_000, 16))).toBe(3);
    expect(channelMaskOf(pcmFormat(1, 48_000, 16))).toBe(4);
    expect(channelMaskOf(pcmFormat(4, 48_000, 16))).toBe(0x33);
  });
});

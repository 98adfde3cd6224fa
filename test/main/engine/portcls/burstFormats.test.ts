import { describe, expect, it } from 'vitest';
import {
  audioRange,
  KSDATAFORMAT_SUBTYPE,
  pcmFormat,
  WILDCARD,
  type AudioLimits,
} from '../../../../src/main/engine/ks/format.ts';
import { acceptsFormat, intersect } from '../../../../src/main/engine/ks/intersection.ts';
import {
  BURST_RANGES,
  burstFormat,
  codingOfFormat,
  intersectBursts,
} from '../../../../src/main/engine/portcls/wave/burstFormats.ts';
import { formatOfRecord, recordOfFormat } from '../../../../src/main/engine/portcls/wave/pcmFormats.ts';

const ANY: AudioLimits = {
  maximumChannels: 8,
  minimumBitsPerSample: 8,
  maximumBitsPerSample: 32,
  minimumSampleFrequency: 8_000,
  maximumSampleFrequency: 192_000,
};
const { AC3_SPDIF, WMA_SPDIF, PCM } = KSDATAFORMAT_SUBTYPE;
const status = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return (error as { status?: string }).status;
  }
  return 'STATUS_SUCCESS';
};

describe('the formats of the non-PCM pin', () => {
  const offer = (...ranges: Parameters<typeof intersect>[1]) =>
    intersect(2, ranges, BURST_RANGES, intersectBursts);

  it('63: PCM offered is STATUS_NO_MATCH, and a wildcard gets no PCM', () => {
    expect(status(() => offer(audioRange(PCM, ANY)))).toBe('STATUS_NO_MATCH');
    expect(offer(audioRange(WILDCARD, ANY)).subFormat).toBe(AC3_SPDIF);
    expect(BURST_RANGES.some((range) => acceptsFormat(range, pcmFormat(2, 48_000, 16)))).toBe(false);
  });

  it('are 2 channels of 16 bits at the rates of the link, with both specifiers', () => {
    const rates = (subFormat: typeof AC3_SPDIF, specifier: 'WAVEFORMATEX' | 'DSOUND') =>
      [192_000, 48_000, 44_100, 32_000, 22_050].filter(
        (rate) =>
          status(() =>
            offer(
              audioRange(
                subFormat,
                { ...ANY, minimumSampleFrequency: rate, maximumSampleFrequency: rate },
                specifier,
              ),
            ),
          ) === 'STATUS_SUCCESS',
      );
    for (const specifier of ['WAVEFORMATEX', 'DSOUND'] as const) {
      expect(rates(AC3_SPDIF, specifier)).toEqual([48_000, 44_100, 32_000]);
      expect(rates(WMA_SPDIF, specifier)).toEqual([48_000, 44_100]);
      expect(rates(KSDATAFORMAT_SUBTYPE.IEC61937_DOLBY_DIGITAL_PLUS, specifier)).toEqual([192_000]);
    }
    expect(offer(audioRange(AC3_SPDIF, ANY))).toEqual(burstFormat('ac3', 48_000));
    expect(offer(audioRange(AC3_SPDIF, ANY, 'DSOUND')).dsound).toEqual({ flags: 0, control: 0 });
    for (const limits of [
      { maximumChannels: 1 },
      { maximumBitsPerSample: 15 },
      { minimumBitsPerSample: 24 },
    ]) {
      expect(status(() => offer(audioRange(AC3_SPDIF, { ...ANY, ...limits })))).toBe('STATUS_NO_MATCH');
    }
  });

  it('have the tags 0x0092, 0x0164 and 8, or a sub-format without a tag', () => {
    expect(burstFormat('ac3', 48_000).wave).toMatchObject({
      formatTag: 0x92,
      blockAlign: 4,
      avgBytesPerSec: 192_000,
    });
    expect(burstFormat('wmaPro', 44_100).wave).toMatchObject({ formatTag: 0x164 });
    expect(burstFormat('dts', 48_000).wave).toMatchObject({ formatTag: 8 });
    expect(burstFormat('eac3', 192_000)).toMatchObject({
      subFormat: '0000000A-0CEA-0010-8000-00AA00389B71',
      wave: { formatTag: 0xfffe, extensible: { validBitsPerSample: 16 } },
    });
  });

  it.each(['ac3', 'wmaPro', 'dts', 'mpeg', 'eac3'] as const)(
    'are taken by the pin, and are records of streams: %s',
    (coding) => {
      const rate = coding === 'eac3' ? 192_000 : 48_000;
      const format = burstFormat(coding, rate);
      expect(BURST_RANGES.some((range) => acceptsFormat(range, format))).toBe(true);
      expect(recordOfFormat(format)).toMatchObject({
        encoding: coding,
        sampleRate: rate,
        channels: 2,
        containerBits: 16,
      });
      expect(formatOfRecord(recordOfFormat(format))).toEqual(format);
      expect(
        status(() => codingOfFormat({ ...format, wave: { ...format.wave!, channels: 1, blockAlign: 2 } })),
      ).toBe('STATUS_NO_MATCH');
    },
  );
});

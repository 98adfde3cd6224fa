import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ANALOG_RANGE,
  audioRange,
  guidOfTag,
  KSDATAFORMAT_SPECIFIER,
  KSDATAFORMAT_SUBTYPE,
  KSDATAFORMAT_TYPE,
  pcmFormat,
  tagOfGuid,
  waveFormat,
  WAVE_FORMAT,
  WILDCARD,
  type AudioLimits,
  type DataFormat,
  type DataRange,
} from '../../../../src/main/engine/ks/format.ts';
import { guid } from '../../../../src/main/engine/ks/guid.ts';
import {
  acceptsFormat,
  defaultIntersection,
  intersect,
  pcmFallbacks,
} from '../../../../src/main/engine/ks/intersection.ts';
import { KSPROPERTY_PIN } from '../../../../src/main/engine/ks/properties/pin.ts';
import { KsError, type KsStatus } from '../../../../src/main/engine/ks/status.ts';
import { dispatchBytes, encodeRequest } from '../../../../src/main/engine/ks/wire/request.ts';
import { ksFilter, PCM_RANGE, statusOf } from '../../../support/ksFilter.ts';

const pcm = (
  channels: number,
  [minimumBits, maximumBits]: readonly [number, number],
  [minimumRate, maximumRate]: readonly [number, number],
  specifier?: 'DSOUND',
): DataRange =>
  audioRange(
    KSDATAFORMAT_SUBTYPE.PCM,
    {
      maximumChannels: channels,
      minimumBitsPerSample: minimumBits,
      maximumBitsPerSample: maximumBits,
      minimumSampleFrequency: minimumRate,
      maximumSampleFrequency: maximumRate,
    },
    specifier,
  );

const refuses = (status: KsStatus) => () => {
  throw new KsError(status, 'not this one');
};

describe('the default intersection handler', () => {
  it('58: chooses stereo, 16 bit and the highest common rate', () => {
    const client = pcm(2, [8, 16], [8_000, 48_000]);
    expect(defaultIntersection(client, pcm(2, [8, 16], [11_025, 44_100]))).toEqual(pcmFormat(2, 44_100, 16));
    expect(defaultIntersection(client, pcm(2, [16, 16], [44_100, 48_000]))).toEqual(pcmFormat(2, 48_000, 16));
  });

  it('58: mono where one side has one channel, two channels at most', () => {
    expect(defaultIntersection(pcm(1, [16, 16], [44_100, 44_100]), pcm(2, [8, 16], [5_000, 48_000]))).toEqual(
      pcmFormat(1, 44_100, 16),
    );
    const many = pcm(8, [16, 24], [48_000, 48_000]);
    expect(defaultIntersection(many, many)).toEqual(pcmFormat(2, 48_000, 24));
  });

  it('has nothing for ranges that do not overlap, other formats and other headings', () => {
    const client = pcm(2, [16, 16], [96_000, 96_000]);
    expect(defaultIntersection(client, pcm(2, [16, 16], [8_000, 48_000]))).toBeUndefined();
    expect(defaultIntersection(pcm(2, [8, 8], [8_000, 48_000]), PCM_RANGE)).toBeUndefined();
    const ac3 = audioRange(KSDATAFORMAT_SUBTYPE.AC3_SPDIF, PCM_RANGE.audio!);
    expect(defaultIntersection(ac3, ac3)).toBeUndefined();
    expect(defaultIntersection(ANALOG_RANGE, PCM_RANGE)).toBeUndefined();
  });

  it('answers the DSOUND specifier with a buffer description and no specifier with the GUIDs alone', () => {
    const dsound = pcm(2, [16, 16], [44_100, 48_000], 'DSOUND');
    expect(defaultIntersection(dsound, dsound)).toEqual({
      ...pcmFormat(2, 48_000, 16),
      specifier: KSDATAFORMAT_SPECIFIER.DSOUND,
      dsound: { flags: 0, control: 0 },
    });
    expect(defaultIntersection(ANALOG_RANGE, ANALOG_RANGE)).toEqual(ANALOG_RANGE);
  });

  it('lets a wildcard stand for the other side', () => {
    const any: DataRange = { ...PCM_RANGE, subFormat: WILDCARD, majorFormat: WILDCARD };
    expect(defaultIntersection(any, PCM_RANGE)).toEqual(pcmFormat(2, 48_000, 16));
  });

  const limits = fc.record({
    maximumChannels: fc.integer({ min: 1, max: 8 }),
    bits: fc.tuple(fc.constantFrom(8, 16, 24, 32), fc.constantFrom(8, 16, 24, 32)),
    rates: fc.tuple(fc.integer({ min: 4_000, max: 200_000 }), fc.integer({ min: 4_000, max: 200_000 })),
  });
  const ranges = limits.map(({ maximumChannels, bits, rates }) =>
    pcm(maximumChannels, [Math.min(...bits), Math.max(...bits)], [Math.min(...rates), Math.max(...rates)]),
  );

  it('answers only formats that both ranges take, and one whenever they overlap', () => {
    fc.assert(
      fc.property(ranges, ranges, (client, pin) => {
        const format = defaultIntersection(client, pin);
        const overlap = (low: keyof AudioLimits, high: keyof AudioLimits) =>
          Math.max(client.audio![low], pin.audio![low]) <= Math.min(client.audio![high], pin.audio![high]);
        const common =
          overlap('minimumBitsPerSample', 'maximumBitsPerSample') &&
          overlap('minimumSampleFrequency', 'maximumSampleFrequency');
        expect(format !== undefined).toBe(common);
        if (format) expect([acceptsFormat(client, format), acceptsFormat(pin, format)]).toEqual([true, true]);
      }),
    );
  });
});

describe('data intersection', () => {
  const high = pcm(2, [16, 16], [48_000, 48_000]);
  const low = pcm(2, [16, 16], [8_000, 8_000]);

  it('goes through the client ranges first, then through those of the pin', () => {
    const pinRanges = [low, high];
    expect(intersect(0, [high, low], pinRanges).wave?.samplesPerSec).toBe(48_000);
    expect(intersect(0, [low, high], pinRanges).wave?.samplesPerSec).toBe(8_000);
    expect(statusOf(() => intersect(0, [pcm(2, [16, 16], [96_000, 96_000])], pinRanges))).toBe(
      'STATUS_NO_MATCH',
    );
    expect(statusOf(() => intersect(0, [], pinRanges))).toBe('STATUS_NO_MATCH');
  });

  it('59: a handler that is not implemented leaves the pair to the default', () => {
    expect(intersect(0, [high], [high], refuses('STATUS_NOT_IMPLEMENTED'))).toEqual(pcmFormat(2, 48_000, 16));
  });

  it('59: NO_MATCH goes on with the next pair, any other refusal ends the search', () => {
    const own = pcmFormat(2, 8_000, 16);
    const picky = (_pinId: number, _client: DataRange, pin: DataRange): DataFormat => {
      if (pin === low) return own;
      throw new KsError('STATUS_NO_MATCH', 'not this one');
    };
    expect(intersect(0, [high, low], [high, low], picky)).toBe(own);
    expect(statusOf(() => intersect(0, [high], [high], refuses('STATUS_IO_DEVICE_ERROR')))).toBe(
      'STATUS_IO_DEVICE_ERROR',
    );
  });

  it('59: in bytes, output length 0 answers BUFFER_OVERFLOW and the size, too little BUFFER_TOO_SMALL', () => {
    const { filter } = ksFilter({ host: { intersection: refuses('STATUS_NOT_IMPLEMENTED') } });
    const input = encodeRequest('GET', KSPROPERTY_PIN.DATAINTERSECTION, { pinId: 0, ranges: [PCM_RANGE] });
    const ask = (bytes: number) => dispatchBytes(filter, input, new Uint8Array(bytes));
    expect(ask(0)).toMatchObject({ status: 'STATUS_BUFFER_OVERFLOW', information: 82 });
    expect(ask(81)).toMatchObject({ status: 'STATUS_BUFFER_TOO_SMALL', information: 0 });
    expect(KSPROPERTY_PIN.DATAINTERSECTION.value.decode(ask(82).output)).toEqual(pcmFormat(2, 48_000, 16));
    const none = encodeRequest('GET', KSPROPERTY_PIN.DATAINTERSECTION, { pinId: 0, ranges: [ANALOG_RANGE] });
    expect(dispatchBytes(filter, none, new Uint8Array(99)).status).toBe('STATUS_NO_MATCH');
  });

  it('falls back on PCM formats best quality first, none of which the range refuses', () => {
    const formats = pcmFallbacks(pcm(2, [8, 16], [22_050, 48_000]));
    expect(formats[0]).toEqual(pcmFormat(2, 48_000, 16));
    expect(formats.at(-1)).toEqual(pcmFormat(1, 22_050, 8));
    expect(pcmFallbacks(ANALOG_RANGE)).toEqual([]);
  });
});

describe('formats', () => {
  const extensible = (validBits: number, part: Partial<DataFormat['wave']> = {}): DataFormat => ({
    ...pcmFormat(2, 44_100, 16),
    wave: {
      ...waveFormat(WAVE_FORMAT.EXTENSIBLE, 2, 44_100, 16),
      extensible: { validBitsPerSample: validBits, channelMask: 3, subFormat: KSDATAFORMAT_SUBTYPE.PCM },
      ...part,
    },
  });

  it('60: 44.1 kHz 16-bit stereo is taken as WAVEFORMATEX and as WAVEFORMATEXTENSIBLE', () => {
    expect(acceptsFormat(PCM_RANGE, pcmFormat(2, 44_100, 16))).toBe(true);
    expect(acceptsFormat(PCM_RANGE, extensible(16))).toBe(true);
    expect(acceptsFormat(PCM_RANGE, extensible(12))).toBe(true);
  });

  it('60: wave formats that contradict themselves are not taken', () => {
    const wrong: DataFormat[] = [
      extensible(17),
      extensible(0),
      extensible(16, { blockAlign: 3 }),
      extensible(16, { formatTag: WAVE_FORMAT.PCM }),
      { ...pcmFormat(2, 44_100, 16), wave: waveFormat(WAVE_FORMAT.EXTENSIBLE, 2, 44_100, 16) },
      { ...pcmFormat(2, 44_100, 16), wave: waveFormat(WAVE_FORMAT.IEEE_FLOAT, 2, 44_100, 16) },
      {
        ...pcmFormat(2, 44_100, 16),
        wave: { ...waveFormat(WAVE_FORMAT.PCM, 2, 44_100, 16), avgBytesPerSec: 1 },
      },
      pcmFormat(0, 44_100, 16),
    ];
    for (const format of wrong) expect(acceptsFormat(PCM_RANGE, format)).toBe(false);
  });

  it('are taken within the limits only', () => {
    expect(acceptsFormat(PCM_RANGE, pcmFormat(4, 44_100, 16))).toBe(false);
    expect(acceptsFormat(PCM_RANGE, pcmFormat(2, 44_100, 8))).toBe(false);
    expect(acceptsFormat(PCM_RANGE, pcmFormat(2, 96_000, 16))).toBe(false);
    const { wave: _wave, ...headless } = pcmFormat(2, 44_100, 16);
    expect(acceptsFormat(PCM_RANGE, headless)).toBe(false);
  });

  it('61: tag 0x0164 is 00000164-0000-0010-8000-00AA00389B71, and back', () => {
    expect(guidOfTag(0x0164)).toBe('00000164-0000-0010-8000-00AA00389B71');
    expect(tagOfGuid(guidOfTag(0x0164))).toBe(0x0164);
    fc.assert(fc.property(fc.integer({ min: 0, max: 0xffff }), (tag) => tagOfGuid(guidOfTag(tag)) === tag));
    expect(tagOfGuid(KSDATAFORMAT_SUBTYPE.ANALOG)).toBeUndefined();
    expect(tagOfGuid(guid('00010001-0000-0010-8000-00AA00389B71'))).toBeUndefined();
    expect(tagOfGuid(KSDATAFORMAT_TYPE.AUDIO)).toBeUndefined();
  });
});

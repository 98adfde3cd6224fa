import { describe, expect, it } from 'vitest';
import { KSNODETYPE } from '../../../../../src/main/engine/ks/guid.ts';
import {
  dynamicSamplingRateItem,
  qualityItem,
  samplingRateItem,
} from '../../../../../src/main/engine/ks/nodes/converter.ts';
import {
  channelConfigItem,
  SPEAKER_CONFIG,
  speakerGeometryItem,
  speakersOf,
} from '../../../../../src/main/engine/ks/nodes/speakers.ts';
import {
  AUDIO_QUALITY,
  KSPROPERTY_AUDIO as AUDIO,
} from '../../../../../src/main/engine/ks/properties/audio.ts';
import { variable } from '../../../../support/completeNode.ts';
import { nodeFilter, statusOf } from '../../../../support/ksFilter.ts';

describe('converters and speakers', () => {
  it('QUALITY is one of four, BASIC by default', () => {
    const filter = nodeFilter(KSNODETYPE.SRC, qualityItem(variable<number>(AUDIO_QUALITY.BASIC)));
    filter.set(AUDIO.QUALITY, undefined, AUDIO_QUALITY.ADVANCED, 0);
    expect(statusOf(() => filter.set(AUDIO.QUALITY, undefined, 4, 0))).toBe('STATUS_INVALID_PARAMETER');
    expect(filter.get(AUDIO.QUALITY, undefined, 0)).toBe(AUDIO_QUALITY.ADVANCED);
    expect(filter.defaultValue(AUDIO.QUALITY, undefined, 0)).toBe(AUDIO_QUALITY.BASIC);
  });

  it('SAMPLING_RATE fails for a rate the node cannot do', () => {
    const list = nodeFilter(
      KSNODETYPE.SRC,
      samplingRateItem({ rates: [44_100, 48_000], ...variable(48_000) }),
    );
    const bounds = nodeFilter(
      KSNODETYPE.SRC,
      samplingRateItem({ rates: { minimum: 8_000, maximum: 48_000 }, ...variable(48_000) }),
    );
    const set = (filter: typeof list, rate: number) =>
      statusOf(() => filter.set(AUDIO.SAMPLING_RATE, undefined, rate, 0));
    expect([set(list, 44_100), set(list, 32_000)]).toEqual([undefined, 'STATUS_INVALID_PARAMETER']);
    expect([set(bounds, 32_000), set(bounds, 96_000)]).toEqual([undefined, 'STATUS_INVALID_PARAMETER']);
    expect(bounds.get(AUDIO.SAMPLING_RATE, undefined, 0)).toBe(32_000);
  });

  it('DYNAMIC_SAMPLING_RATE is a switch of the node', () => {
    const filter = nodeFilter(KSNODETYPE.DAC, dynamicSamplingRateItem(variable(false)));
    filter.set(AUDIO.DYNAMIC_SAMPLING_RATE, undefined, true, 0);
    expect(filter.get(AUDIO.DYNAMIC_SAMPLING_RATE, undefined, 0)).toBe(true);
  });

  it('CHANNEL_CONFIG takes the masks the node has, and bits in ascending order are its channels', () => {
    const masks = [SPEAKER_CONFIG.STEREO, SPEAKER_CONFIG.QUAD];
    const filter = nodeFilter(KSNODETYPE.DAC, channelConfigItem({ masks, ...variable<number>(3) }));
    filter.set(AUDIO.CHANNEL_CONFIG, undefined, SPEAKER_CONFIG.QUAD, 0);
    expect(statusOf(() => filter.set(AUDIO.CHANNEL_CONFIG, undefined, 0x3f, 0))).toBe(
      'STATUS_INVALID_PARAMETER',
    );
    expect(speakersOf(SPEAKER_CONFIG.QUAD)).toEqual(['FRONT_LEFT', 'FRONT_RIGHT', 'BACK_LEFT', 'BACK_RIGHT']);
    expect(speakersOf(SPEAKER_CONFIG.SURROUND)).toEqual([
      'FRONT_LEFT',
      'FRONT_RIGHT',
      'FRONT_CENTER',
      'BACK_CENTER',
    ]);
    expect(speakersOf(SPEAKER_CONFIG.DIRECTOUT)).toEqual([]);
  });

  it('STEREO_SPEAKER_GEOMETRY is 5 to 180 degrees, or -1 for headphones', () => {
    const filter = nodeFilter(KSNODETYPE.DAC, speakerGeometryItem(variable(20)));
    const set = (degrees: number) =>
      statusOf(() => filter.set(AUDIO.STEREO_SPEAKER_GEOMETRY, undefined, degrees, 0));
    expect([-1, 5, 180].map(set)).toEqual([undefined, undefined, undefined]);
    for (const degrees of [0, 4, 181, -2]) expect(set(degrees)).toBe('STATUS_INVALID_PARAMETER');
    expect(filter.get(AUDIO.STEREO_SPEAKER_GEOMETRY, undefined, 0)).toBe(180);
  });
});

import { describe, expect, it } from 'vitest';
import { KS_LEVEL_SILENCE, ksLevel, referenceTime, type KsLevel } from '../../../../../src/contract/units.ts';
import { guid, KSNODETYPE, type Guid } from '../../../../../src/main/engine/ks/guid.ts';
import { EchoCancelNode, AlgorithmNode } from '../../../../../src/main/engine/ks/nodes/algorithm.ts';
import {
  dynamicSamplingRateItem,
  qualityItem,
  samplingRateItem,
} from '../../../../../src/main/engine/ks/nodes/converter.ts';
import { cpuResourcesItem } from '../../../../../src/main/engine/ks/nodes/cpuResources.ts';
import { delayItem } from '../../../../../src/main/engine/ks/nodes/delay.ts';
import { devSpecificItem } from '../../../../../src/main/engine/ks/nodes/devSpecific.ts';
import { dynamicRangeItem } from '../../../../../src/main/engine/ks/nodes/dynamicRange.ts';
import { equalizerItems } from '../../../../../src/main/engine/ks/nodes/equalizer.ts';
import {
  chorusLevelItem,
  fixedToPercent,
  REVERB_TIME_MAX,
  reverbTimeItem,
  widenessItem,
} from '../../../../../src/main/engine/ks/nodes/fixedPoint.ts';
import { demuxDestItem, muxSourceItem } from '../../../../../src/main/engine/ks/nodes/mux.ts';
import { peakMeter16Item, peakMeterItem } from '../../../../../src/main/engine/ks/nodes/peakMeter.ts';
import {
  channelConfigItem,
  SPEAKER_CONFIG,
  speakerGeometryItem,
  speakersOf,
} from '../../../../../src/main/engine/ks/nodes/speakers.ts';
import { NO_MIX_PATH, supermixItems } from '../../../../../src/main/engine/ks/nodes/supermix.ts';
import { enableItem, resetItem } from '../../../../../src/main/engine/ks/nodes/topologyNode.ts';
import { ACCESS, ALL_CHANNELS, type PropertyItem } from '../../../../../src/main/engine/ks/property.ts';
import { KNOWN_PROPERTIES } from '../../../../../src/main/engine/ks/properties/index.ts';
import {
  AUDIO_QUALITY,
  KSPROPERTY_AUDIO as AUDIO,
  type MixLevel,
} from '../../../../../src/main/engine/ks/properties/audio.ts';
import { KSPROPERTY_AEC } from '../../../../../src/main/engine/ks/properties/echoCancel.ts';
import { KSPROPERTY_TOPOLOGYNODE } from '../../../../../src/main/engine/ks/properties/topology.ts';
import { completeNode, LEVEL_RANGE, stereo, variable } from '../../../../support/completeNode.ts';
import { ksFilter, statusOf } from '../../../../support/ksFilter.ts';
import { installExampleAdapter } from '../../../../fixtures/exampleAdapter/exampleAdapter.ts';
import { testPortCls } from '../../../../support/testFilters.ts';

const db = (value: number) => ksLevel(value * 0x10000);

/** A filter whose node 0 is of the type and has the items. */
const filterOf = (type: Guid, ...items: PropertyItem[]) =>
  ksFilter({ nodes: [completeNode(type, null, items)] }).filter;

describe('SUPERMIX', () => {
  /** Two inputs, four outputs; input 0 reaches outputs 0 and 1, input 1 outputs 2 and 3, and output 3 has no mute. */
  function mixer() {
    const table: MixLevel[] = Array.from({ length: 8 }, () => ({ mute: false, level: db(0) }));
    const path = { mute: true, minimum: db(-96), maximum: db(0), reset: ksLevel(0x8000) };
    const capabilities = [0, 1, 2, 3, 4, 5, 6, 7].map((index) =>
      [0, 1, 6].includes(index) ? path : index === 7 ? { ...path, mute: false } : NO_MIX_PATH,
    );
    const items = supermixItems({
      inputs: 2,
      outputs: 4,
      capabilities,
      read: (input, output) => table[input * 4 + output]!,
      write: (input, output, level) => void (table[input * 4 + output] = level),
    });
    return filterOf(KSNODETYPE.SUPERMIX, ...items);
  }

  it('31: a 2 to 4 mixer has 8 entries, input 1 output 2 is entry 6, and absent paths are muted', () => {
    const filter = mixer();
    const wanted = Array.from({ length: 8 }, (_, index) => ({ mute: index === 6, level: db(-index) }));
    filter.set(AUDIO.MIX_LEVEL_TABLE, undefined, wanted, 0);
    const table = filter.get(AUDIO.MIX_LEVEL_TABLE, undefined, 0);
    expect(table).toHaveLength(8);
    expect(table[6]).toEqual({ mute: true, level: db(-6) });
    expect(table[1]).toEqual({ mute: false, level: db(-1) });
    for (const index of [2, 3, 4, 5]) expect(table[index]).toEqual({ mute: true, level: KS_LEVEL_SILENCE });
    expect(filter.get(AUDIO.MIX_LEVEL_CAPS, undefined, 0)).toMatchObject({
      inputChannels: 2,
      outputChannels: 4,
    });
  });

  it('32: a level beyond the range succeeds and reads back clamped; a mute that cannot be stays FALSE', () => {
    const filter = mixer();
    const wanted = Array.from({ length: 8 }, () => ({ mute: true, level: db(50) }));
    filter.set(AUDIO.MIX_LEVEL_TABLE, undefined, wanted, 0);
    const table = filter.get(AUDIO.MIX_LEVEL_TABLE, undefined, 0);
    expect(table[0]).toEqual({ mute: true, level: db(0) });
    expect(table[7]).toEqual({ mute: false, level: db(0) });
  });

  it('refuses a table of another size, and capabilities that do not fit', () => {
    const filter = mixer();
    const short = [{ mute: false, level: db(0) }];
    expect(statusOf(() => filter.set(AUDIO.MIX_LEVEL_TABLE, undefined, short, 0))).toBe(
      'STATUS_INVALID_PARAMETER',
    );
    expect(() => supermixItems({ inputs: 2, outputs: 2, capabilities: [], read: () => short[0]! })).toThrow(
      RangeError,
    );
  });
});

describe('selectors', () => {
  it('33: MUX_SOURCE of the worked example is the logical pin; 0 and 3 are refused', () => {
    const { filter } = installExampleAdapter(testPortCls()).topology;
    const set = (pin: number) => filter.set(AUDIO.MUX_SOURCE, undefined, pin, 6);
    set(2);
    expect(filter.get(AUDIO.MUX_SOURCE, undefined, 6)).toBe(2);
    for (const pin of [0, 3]) expect(statusOf(() => set(pin))).toBe('STATUS_INVALID_PARAMETER');
    expect(filter.get(AUDIO.MUX_SOURCE, undefined, 6)).toBe(2);
  });

  it('33: a mux takes 1 to N, also the one that is selected', () => {
    const filter = filterOf(KSNODETYPE.MUX, muxSourceItem({ inputs: 3, ...variable(1) }));
    for (const pin of [1, 2, 3, 3]) {
      filter.set(AUDIO.MUX_SOURCE, undefined, pin, 0);
      expect(filter.get(AUDIO.MUX_SOURCE, undefined, 0)).toBe(pin);
    }
    for (const pin of [0, 4, -1, 0xffffffff]) {
      expect(statusOf(() => filter.set(AUDIO.MUX_SOURCE, undefined, pin, 0))).toBe(
        'STATUS_INVALID_PARAMETER',
      );
    }
    expect(filter.basicSupport(AUDIO.MUX_SOURCE, 0).members?.steppings).toEqual([
      { minimum: 1, maximum: 3, step: 1 },
    ]);
  });

  it('a demux counts its outputs the same way', () => {
    const filter = filterOf(KSNODETYPE.DEMUX, demuxDestItem({ outputs: 2, ...variable(1) }));
    filter.set(AUDIO.DEMUX_DEST, undefined, 2, 0);
    expect(filter.get(AUDIO.DEMUX_DEST, undefined, 0)).toBe(2);
    expect(statusOf(() => filter.set(AUDIO.DEMUX_DEST, undefined, 0, 0))).toBe('STATUS_INVALID_PARAMETER');
  });
});

describe('PEAKMETER', () => {
  function meter() {
    const peaks = [0, 0];
    const take = (channel: number) => peaks.splice(channel, 1, 0)[0]!;
    const items = [peakMeterItem({ channels: 2, take }), peakMeter16Item({ channels: 2, take })];
    return { peaks, filter: filterOf(KSNODETYPE.PEAKMETER, ...items) };
  }

  it('34: half scale reads 0x3FFFFFFF, and the next read 0', () => {
    const { peaks, filter } = meter();
    peaks[1] = 0.5;
    expect(filter.get(AUDIO.PEAKMETER2, { channel: 1 }, 0)).toBe(0x3fffffff);
    expect(filter.get(AUDIO.PEAKMETER2, { channel: 1 }, 0)).toBe(0);
  });

  it('34: a failed read keeps the peak', () => {
    const { peaks, filter } = meter();
    peaks[0] = 1;
    expect(statusOf(() => filter.get(AUDIO.PEAKMETER2, { channel: 2 }, 0))).toBe('STATUS_INVALID_PARAMETER');
    expect(filter.get(AUDIO.PEAKMETER2, { channel: 0 }, 0)).toBe(0x7fffffff);
  });

  it('reads the highest of all channels for -1, full scale at most, and LONG_MIN..LONG_MAX as its range', () => {
    const { peaks, filter } = meter();
    peaks.splice(0, 2, 0.25, 3);
    expect(filter.get(AUDIO.PEAKMETER2, { channel: ALL_CHANNELS }, 0)).toBe(0x7fffffff);
    expect(peaks).toEqual([0, 0]);
    expect(filter.basicSupport(AUDIO.PEAKMETER2, 0).members?.steppings[1]).toMatchObject({
      minimum: -0x80000000,
      maximum: 0x7fffffff,
    });
    peaks[0] = 0.5;
    expect(filter.get(AUDIO.PEAKMETER, { channel: 0 }, 0)).toBe(0x3fff);
  });
});

describe('effects in 16.16', () => {
  it('35: CHORUS_LEVEL 0x10000 is 100 percent, and more is clamped', () => {
    const filter = filterOf(KSNODETYPE.CHORUS, chorusLevelItem(variable(0)));
    filter.set(AUDIO.CHORUS_LEVEL, undefined, 0x8000, 0);
    expect(fixedToPercent(filter.get(AUDIO.CHORUS_LEVEL, undefined, 0))).toBe(50);
    filter.set(AUDIO.CHORUS_LEVEL, undefined, 0xffffffff, 0);
    expect(fixedToPercent(filter.get(AUDIO.CHORUS_LEVEL, undefined, 0))).toBe(100);
  });

  it('REVERB_TIME ends at 255.9961 s', () => {
    const filter = filterOf(KSNODETYPE.REVERB, reverbTimeItem(variable(0)));
    filter.set(AUDIO.REVERB_TIME, undefined, 0xffffffff, 0);
    expect(filter.get(AUDIO.REVERB_TIME, undefined, 0)).toBe(REVERB_TIME_MAX);
    expect(REVERB_TIME_MAX / 0x10000).toBeCloseTo(255.9961, 4);
  });

  it('keeps to the step of the device', () => {
    const item = widenessItem({ ...variable(0x10000), maximum: 0x20000, step: 0x4000 });
    const filter = filterOf(KSNODETYPE.STEREO_WIDE, item);
    filter.set(AUDIO.WIDENESS, undefined, 0x9fff, 0);
    expect(filter.get(AUDIO.WIDENESS, undefined, 0)).toBe(0x8000);
    expect(filter.basicSupport(AUDIO.WIDENESS, 0)).toMatchObject({
      valueType: 'VT_UI4',
      members: { multichannel: false, steppings: [{ minimum: 0, maximum: 0x20000, step: 0x4000 }] },
    });
  });
});

describe('what any node may have', () => {
  it('36: CPU_RESOURCES is 0 for hardware, 0x7FFFFFFF for software, and cannot be set', () => {
    const of = (where: 'HOST_CPU' | 'NOT_HOST_CPU') => filterOf(KSNODETYPE.VOLUME, cpuResourcesItem(where));
    expect(of('NOT_HOST_CPU').get(AUDIO.CPU_RESOURCES, undefined, 0)).toBe(0);
    const software = of('HOST_CPU');
    expect(software.get(AUDIO.CPU_RESOURCES, undefined, 0)).toBe(0x7fffffff);
    expect(statusOf(() => software.set(AUDIO.CPU_RESOURCES, undefined, 0, 0))).toBe(
      'STATUS_INVALID_DEVICE_REQUEST',
    );
    expect(software.basicSupport(AUDIO.CPU_RESOURCES, 0).access).toBe(ACCESS.GET | ACCESS.BASICSUPPORT);
  });

  it('37: RESET FALSE succeeds without effect, TRUE acts, and it cannot be got', () => {
    let resets = 0;
    const filter = filterOf(
      KSNODETYPE.REVERB,
      resetItem(() => resets++),
    );
    filter.set(KSPROPERTY_TOPOLOGYNODE.RESET, undefined, false, 0);
    expect(resets).toBe(0);
    filter.set(KSPROPERTY_TOPOLOGYNODE.RESET, undefined, true, 0);
    expect(resets).toBe(1);
    expect(statusOf(() => filter.get(KSPROPERTY_TOPOLOGYNODE.RESET, undefined, 0))).toBe(
      'STATUS_INVALID_DEVICE_REQUEST',
    );
  });

  it('37: an echo canceller starts in pass-through and returns to it by a reset', () => {
    const algorithm = guid('1C22C56D-9879-4F5B-A389-27996DDC2810');
    const node = new EchoCancelNode({ algorithms: [algorithm], where: 'HOST_CPU' });
    const filter = filterOf(KSNODETYPE.ACOUSTIC_ECHO_CANCEL, ...node.items());
    const mode = () => filter.get(KSPROPERTY_AEC.MODE, undefined, 0);
    expect([mode(), node.passThrough]).toEqual(['PASS_THROUGH', true]);
    filter.set(KSPROPERTY_AEC.MODE, undefined, 'FULL_DUPLEX', 0);
    filter.set(KSPROPERTY_AEC.NOISE_FILL_ENABLE, undefined, true, 0);
    node.status = 8;
    expect([mode(), node.passThrough, filter.get(KSPROPERTY_AEC.STATUS, undefined, 0)]).toEqual([
      'FULL_DUPLEX',
      false,
      8,
    ]);
    filter.set(KSPROPERTY_TOPOLOGYNODE.RESET, undefined, false, 0);
    expect(node.passThrough).toBe(false);
    filter.set(KSPROPERTY_TOPOLOGYNODE.RESET, undefined, true, 0);
    expect([mode(), node.passThrough, node.status]).toEqual(['PASS_THROUGH', true, 0]);
  });

  it('ENABLE FALSE passes the stream through; enabling twice is harmless', () => {
    const algorithm = guid('5AB0882E-7274-4516-877D-4EEE99BA4FD0');
    const node = new AlgorithmNode({ algorithms: [algorithm], where: 'HOST_CPU' });
    const filter = filterOf(KSNODETYPE.NOISE_SUPPRESS, ...node.items());
    node.run();
    const enable = (on: boolean) => filter.set(KSPROPERTY_TOPOLOGYNODE.ENABLE, undefined, on, 0);
    enable(true);
    enable(true);
    expect(node.passThrough).toBe(false);
    enable(false);
    expect([node.passThrough, filter.get(KSPROPERTY_TOPOLOGYNODE.ENABLE, undefined, 0)]).toEqual([
      true,
      false,
    ]);
    const other = guid('950E55B9-877C-4C67-BE08-E47B5611130A');
    expect(statusOf(() => filter.set(AUDIO.ALGORITHM_INSTANCE, undefined, other, 0))).toBe(
      'STATUS_INVALID_PARAMETER',
    );
    expect(node.algorithm).toBe(algorithm);
    let writes = 0;
    const counted = enableItem({ read: () => true, write: () => writes++ });
    filterOf(KSNODETYPE.REVERB, counted).set(KSPROPERTY_TOPOLOGYNODE.ENABLE, undefined, true, 0);
    expect(writes).toBe(0);
  });

  it('38: a SUM node knows no property of KSPROPSETID_Audio', () => {
    const filter = filterOf(KSNODETYPE.SUM);
    const audio = KNOWN_PROPERTIES.filter(({ set }) => set === AUDIO.MUTE.set);
    expect(audio.length).toBeGreaterThan(40);
    for (const property of audio) {
      expect(statusOf(() => filter.resolve(property, 0))).toBe('STATUS_NOT_FOUND');
    }
  });
});

describe('TONE, EQUALIZER, LOUDNESS and DELAY', () => {
  it('a tone node answers one property or all four', () => {
    const filter = filterOf(KSNODETYPE.TONE);
    expect(filter.supports(AUDIO.BASS, 0)).toBe(true);
    expect(filter.supports(AUDIO.TREBLE, 0)).toBe(false);
    filter.set(AUDIO.BASS, { channel: ALL_CHANNELS }, db(99), 0);
    expect(filter.get(AUDIO.BASS, { channel: 1 }, 0)).toBe(LEVEL_RANGE.maximum);
  });

  it('an equalizer has one level per band, clamped and stepped', () => {
    const registers = stereo<readonly KsLevel[]>([db(0), db(0)]);
    const filter = filterOf(
      KSNODETYPE.EQUALIZER,
      ...equalizerItems({ ...registers, bands: [100, 5_000], range: LEVEL_RANGE }),
    );
    const set = (levels: KsLevel[]) => filter.set(AUDIO.EQ_LEVEL, { channel: 0 }, levels, 0);
    set([db(10), ksLevel(-0x9fff)]);
    expect(filter.get(AUDIO.EQ_LEVEL, { channel: 0 }, 0)).toEqual([db(0), -0x8000]);
    expect(filter.get(AUDIO.EQ_LEVEL, { channel: 1 }, 0)).toEqual([db(0), db(0)]);
    expect(filter.get(AUDIO.NUM_EQ_BANDS, { channel: 1 }, 0)).toBe(2);
    expect(filter.get(AUDIO.EQ_BANDS, { channel: 0 }, 0)).toEqual([100, 5_000]);
    expect(statusOf(() => set([db(0)]))).toBe('STATUS_INVALID_PARAMETER');
    expect(statusOf(() => filter.set(AUDIO.NUM_EQ_BANDS, { channel: 0 }, 3, 0))).toBe(
      'STATUS_INVALID_DEVICE_REQUEST',
    );
    expect(statusOf(() => filter.get(AUDIO.EQ_BANDS, { channel: 2 }, 0))).toBe('STATUS_INVALID_PARAMETER');
  });

  it('DYNAMIC_RANGE is two percentages of at most 100, 0 and 0 by default', () => {
    const item = dynamicRangeItem(variable({ quietCompression: 0, loudCompression: 0 }));
    const filter = filterOf(KSNODETYPE.LOUDNESS, item);
    filter.set(AUDIO.DYNAMIC_RANGE, undefined, { quietCompression: 30, loudCompression: 400 }, 0);
    expect(filter.get(AUDIO.DYNAMIC_RANGE, undefined, 0)).toEqual({
      quietCompression: 30,
      loudCompression: 100,
    });
    expect(filter.defaultValue(AUDIO.DYNAMIC_RANGE, undefined, 0)).toEqual({
      quietCompression: 0,
      loudCompression: 0,
    });
  });

  it('DELAY is a KSTIME: the fraction counts, the longest delay limits', () => {
    const registers = stereo(referenceTime(0));
    const item = delayItem({ ...registers, maximum: referenceTime(5_000_000) });
    const filter = filterOf(KSNODETYPE.DELAY, item);
    const set = (time: number, numerator: number, denominator: number) =>
      filter.set(AUDIO.DELAY, { channel: 0 }, { time, numerator, denominator }, 0);
    set(100, 10_000, 1);
    expect(registers.values).toEqual([1_000_000, 0]);
    set(3, 1, 2);
    expect(filter.get(AUDIO.DELAY, { channel: 0 }, 0)).toEqual({ time: 2, numerator: 1, denominator: 1 });
    set(60_000, 10_000, 1);
    set(-1, 1, 1);
    expect(registers.values[0]).toBe(0);
    expect(statusOf(() => set(1, 1, 0))).toBe('STATUS_INVALID_PARAMETER');
  });
});

describe('converters and speakers', () => {
  it('QUALITY is one of four, BASIC by default', () => {
    const filter = filterOf(KSNODETYPE.SRC, qualityItem(variable<number>(AUDIO_QUALITY.BASIC)));
    filter.set(AUDIO.QUALITY, undefined, AUDIO_QUALITY.ADVANCED, 0);
    expect(statusOf(() => filter.set(AUDIO.QUALITY, undefined, 4, 0))).toBe('STATUS_INVALID_PARAMETER');
    expect(filter.get(AUDIO.QUALITY, undefined, 0)).toBe(AUDIO_QUALITY.ADVANCED);
    expect(filter.defaultValue(AUDIO.QUALITY, undefined, 0)).toBe(AUDIO_QUALITY.BASIC);
  });

  it('SAMPLING_RATE fails for a rate the node cannot do', () => {
    const list = filterOf(KSNODETYPE.SRC, samplingRateItem({ rates: [44_100, 48_000], ...variable(48_000) }));
    const bounds = filterOf(
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
    const filter = filterOf(KSNODETYPE.DAC, dynamicSamplingRateItem(variable(false)));
    filter.set(AUDIO.DYNAMIC_SAMPLING_RATE, undefined, true, 0);
    expect(filter.get(AUDIO.DYNAMIC_SAMPLING_RATE, undefined, 0)).toBe(true);
  });

  it('CHANNEL_CONFIG takes the masks the node has, and bits in ascending order are its channels', () => {
    const masks = [SPEAKER_CONFIG.STEREO, SPEAKER_CONFIG.QUAD];
    const filter = filterOf(KSNODETYPE.DAC, channelConfigItem({ masks, ...variable<number>(3) }));
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
    const filter = filterOf(KSNODETYPE.DAC, speakerGeometryItem(variable(20)));
    const set = (degrees: number) =>
      statusOf(() => filter.set(AUDIO.STEREO_SPEAKER_GEOMETRY, undefined, degrees, 0));
    expect([-1, 5, 180].map(set)).toEqual([undefined, undefined, undefined]);
    for (const degrees of [0, 4, 181, -2]) expect(set(degrees)).toBe('STATUS_INVALID_PARAMETER');
    expect(filter.get(AUDIO.STEREO_SPEAKER_GEOMETRY, undefined, 0)).toBe(180);
  });
});

describe('DEV_SPECIFIC', () => {
  it('reads and writes the device values by id, with their lengths', () => {
    const memory = Uint8Array.of(1, 2, 3, 4);
    const values = new Map([
      [7, { length: 4, read: () => memory, write: (value: Uint8Array) => memory.set(value) }],
      [8, { length: 1, read: () => Uint8Array.of(9) }],
      [9, { length: 1, write: () => undefined }],
    ]);
    const filter = filterOf(KSNODETYPE.DEV_SPECIFIC, devSpecificItem(values));
    const of = (devSpecificId: number, length: number) => ({ devSpecificId, deviceInfo: 0, length });
    filter.set(AUDIO.DEV_SPECIFIC, of(7, 4), Uint8Array.of(5, 6, 7, 8), 0);
    expect(filter.get(AUDIO.DEV_SPECIFIC, of(7, 4), 0)).toEqual(Uint8Array.of(5, 6, 7, 8));
    const get = (id: number, length: number) =>
      statusOf(() => filter.get(AUDIO.DEV_SPECIFIC, of(id, length), 0));
    const set = (id: number, length: number, bytes: number) =>
      statusOf(() => filter.set(AUDIO.DEV_SPECIFIC, of(id, length), new Uint8Array(bytes), 0));
    expect([get(1, 4), get(7, 3), get(9, 1)]).toEqual([
      'STATUS_NOT_FOUND',
      'STATUS_INVALID_PARAMETER',
      'STATUS_INVALID_DEVICE_REQUEST',
    ]);
    expect([set(7, 4, 3), set(8, 1, 1)]).toEqual([
      'STATUS_INVALID_PARAMETER',
      'STATUS_INVALID_DEVICE_REQUEST',
    ]);
    expect(memory).toEqual(Uint8Array.of(5, 6, 7, 8));
  });
});

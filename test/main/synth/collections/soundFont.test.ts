import fs from 'node:fs';
import { SoundBankLoader } from 'spessasynth_core';
import { describe, expect, it } from 'vitest';
import { PinwheelError } from '../../../../src/contract/errors.ts';
import type { Region } from '../../../../src/main/synth/collections/model.ts';
import type { Modulator } from '../../../../src/main/synth/collections/modulator.ts';
import { Parameter } from '../../../../src/main/synth/collections/parameter.ts';
import { readCollection } from '../../../../src/main/synth/collections/readCollection.ts';
import { InstrumentFinder } from '../../../../src/main/synth/collections/selection.ts';
import {
  GENERATOR_PARAMETERS,
  SFGenerator,
} from '../../../../src/main/synth/collections/soundFont/generators.ts';
import { requires } from '../../../support/requirements.ts';
import {
  TIM_GM,
  makeSoundFont,
  range,
  type GeneratorEntry,
  type ModulatorEntry,
  type SoundFontEntry,
  type ZoneEntry,
} from './support.ts';

const G = SFGenerator;
const play: GeneratorEntry = [G.sampleID, 0];
const use: GeneratorEntry = [G.instrument, 0];

interface Simple {
  preset?: readonly ZoneEntry[];
  instrument?: readonly ZoneEntry[];
  rest?: Partial<SoundFontEntry>;
}

/** A bank of one preset over one instrument over one sample. */
function simple({ preset, instrument, rest }: Simple): SoundFontEntry {
  return {
    presets: [{ zones: preset ?? [{ generators: [use] }] }],
    instruments: [{ zones: instrument ?? [{ generators: [play] }] }],
    samples: [{ start: 100, end: 1100, loopStart: 300, loopEnd: 900, correction: 5 }],
    ...rest,
  };
}

function regionsOf(entry: SoundFontEntry): readonly Region[] {
  return readCollection('test.sf2', makeSoundFont(entry)).instruments[0]!.regions;
}

function errorOf(entry: SoundFontEntry | Uint8Array): PinwheelError {
  try {
    readCollection('test.sf2', entry instanceof Uint8Array ? entry : makeSoundFont(entry));
  } catch (error) {
    if (error instanceof PinwheelError) return error;
    throw error;
  }
  throw new Error('the bank was read');
}

const value = (region: Region, parameter: Parameter): number => region.articulation.parameters[parameter]!;

describe('SoundFont zones', () => {
  it('have the defaults of section 8.1.3 where they say nothing', () => {
    const [region] = regionsOf(simple({}));
    expect(value(region!, Parameter.filterCutoff)).toBe(13_500);
    expect(value(region!, Parameter.volumeAttack)).toBe(-12_000);
    expect(value(region!, Parameter.modulationSustain)).toBe(100);
    expect(value(region!, Parameter.scaleTuning)).toBe(100);
    expect(value(region!, Parameter.fixedKey)).toBe(-1);
    // The sample's own correction.
    expect(value(region!, Parameter.pitch)).toBe(5);
    expect(region).toMatchObject({ rootKey: 60, loop: undefined, exclusiveClass: 0, isSelfExclusive: false });
  });

  it('add a preset to an instrument, in the units of the model', () => {
    const [region] = regionsOf(
      simple({
        preset: [
          {
            generators: [
              [G.coarseTune, 2],
              [G.initialAttenuation, 50],
              [G.sustainVolEnv, 30],
              [G.sustainModEnv, 100],
              [G.releaseVolEnv, -600],
              use,
            ],
          },
        ],
        instrument: [
          {
            generators: [
              [G.coarseTune, -1],
              [G.fineTune, 7],
              [G.initialAttenuation, 100],
              [G.sustainVolEnv, 200],
              [G.sustainModEnv, 250],
              [G.releaseVolEnv, 1200],
              [G.pan, -250],
              [G.reverbEffectsSend, 333],
              [G.modLfoToVolume, -45],
              play,
            ],
          },
        ],
      }),
    );
    expect(value(region!, Parameter.pitch)).toBe(5 + 200 - 100 + 7);
    // 15 dB in the file; the EMU8000's 0.4.
    expect(value(region!, Parameter.attenuation)).toBeCloseTo(6, 10);
    expect(value(region!, Parameter.volumeSustain)).toBeCloseTo(23, 10);
    expect(value(region!, Parameter.modulationSustain)).toBeCloseTo(65, 10);
    expect(value(region!, Parameter.volumeRelease)).toBe(600);
    expect(value(region!, Parameter.pan)).toBeCloseTo(-25, 10);
    expect(value(region!, Parameter.reverbSend)).toBeCloseTo(33.3, 10);
    expect(value(region!, Parameter.modulationLfoToVolume)).toBeCloseTo(-4.5, 10);
  });

  it('never make a sample louder', () => {
    const [region] = regionsOf(simple({ preset: [{ generators: [[G.initialAttenuation, -200], use] }] }));
    expect(value(region!, Parameter.attenuation)).toBe(0);
  });

  it('take what they do not say from the global zone', () => {
    const regions = regionsOf(
      simple({
        instrument: [
          {
            generators: [
              [G.keyRange, range(10, 90)],
              [G.fineTune, 20],
              [G.pan, 100],
            ],
          },
          { generators: [[G.fineTune, -30], play] },
          { generators: [[G.keyRange, range(0, 20)], play] },
        ],
      }),
    );
    expect(regions).toHaveLength(2);
    expect(value(regions[0]!, Parameter.pitch)).toBe(5 - 30);
    expect(value(regions[0]!, Parameter.pan)).toBe(10);
    expect(regions[0]!.keys).toEqual({ low: 10, high: 90 });
    expect(value(regions[1]!, Parameter.pitch)).toBe(5 + 20);
    expect(regions[1]!.keys).toEqual({ low: 0, high: 20 });
  });

  it('without a closing generator are ignored unless they come first', () => {
    const regions = regionsOf(
      simple({
        instrument: [{ generators: [play] }, { generators: [[G.fineTune, 99]] }, { generators: [play] }],
      }),
    );
    expect(regions.map((region) => value(region, Parameter.pitch))).toEqual([5, 5]);
  });

  it('sound where preset and instrument overlap', () => {
    const regions = regionsOf(
      simple({
        preset: [
          { generators: [[G.keyRange, range(40, 80)], [G.velRange, range(1, 100)], use] },
          { generators: [[G.keyRange, range(100, 127)], use] },
        ],
        instrument: [
          { generators: [[G.keyRange, range(0, 60)], play] },
          { generators: [[G.keyRange, range(61, 99)], [G.velRange, range(90, 127)], play] },
        ],
      }),
    );
    expect(regions.map(({ keys, velocities }) => [keys, velocities])).toEqual([
      [
        { low: 40, high: 60 },
        { low: 1, high: 100 },
      ],
      [
        { low: 61, high: 80 },
        { low: 90, high: 100 },
      ],
    ]);
  });

  it('ignore ranges that do not come first, and what stands behind the closing generator', () => {
    const [region] = regionsOf(
      simple({
        instrument: [
          {
            generators: [
              [G.fineTune, 3],
              [G.keyRange, range(1, 2)],
              [G.velRange, range(1, 2)],
              play,
              [G.pan, 100],
            ],
          },
        ],
      }),
    );
    expect(region!.keys).toEqual({ low: 0, high: 127 });
    expect(region!.velocities).toEqual({ low: 0, high: 127 });
    expect(value(region!, Parameter.pan)).toBe(0);
  });

  it('take sample generators from the instrument only', () => {
    const sampleGenerators: readonly GeneratorEntry[] = [
      [G.startAddrsOffset, 10],
      [G.startAddrsCoarseOffset, 1],
      [G.keynum, 64],
      [G.sampleModes, 1],
      [G.exclusiveClass, 7],
      [G.overridingRootKey, 48],
    ];
    const [ofPreset] = regionsOf(simple({ preset: [{ generators: [...sampleGenerators, use] }] }));
    expect(ofPreset).toMatchObject({ rootKey: 60, loop: undefined, exclusiveClass: 0 });
    expect(value(ofPreset!, Parameter.startOffset)).toBe(0);
    expect(value(ofPreset!, Parameter.fixedKey)).toBe(-1);

    const [ofInstrument] = regionsOf(simple({ instrument: [{ generators: [...sampleGenerators, play] }] }));
    expect(ofInstrument).toMatchObject({ rootKey: 48, exclusiveClass: 7 });
    expect(value(ofInstrument!, Parameter.startOffset)).toBe(10 + 32_768);
    expect(value(ofInstrument!, Parameter.fixedKey)).toBe(64);
  });

  it('loop from sample start, as sampleModes says', () => {
    const loops = [0, 1, 2, 3].map(
      (mode) => regionsOf(simple({ instrument: [{ generators: [[G.sampleModes, mode], play] }] }))[0]!.loop,
    );
    expect(loops).toEqual([
      undefined,
      { start: 200, end: 800, mode: 'continuous' },
      undefined,
      { start: 200, end: 800, mode: 'untilRelease' },
    ]);
  });
});

describe('SoundFont modulators', () => {
  const toCutoff = (amount: number): ModulatorEntry => [0x0081, G.initialFilterFc, amount, 0, 0];
  const find = (region: Region, parameter: Parameter, controller: number): Modulator[] =>
    region.articulation.modulators.filter(
      ({ source, destination }) =>
        'parameter' in destination && destination.parameter === parameter && source.controller === controller,
    );

  it('are the default ones of section 8.4', () => {
    const [region] = regionsOf(simple({}));
    const list = region!.articulation.modulators.map(
      ({ source, amount, amountSource }) =>
        `${source.kind}${source.controller || ''} ${source.curve}${source.bipolar ? ' bipolar' : ''}${source.inverted ? ' inverted' : ''} ${amount} ${amountSource.kind}`,
    );
    expect(list).toEqual([
      'velocity concave inverted 96 none',
      'channelPressure linear 50 none',
      'controller1 linear 50 none',
      'controller7 concave inverted 96 none',
      'controller10 linear bipolar 50 none',
      'controller11 concave inverted 96 none',
      'controller91 linear 20 none',
      'controller93 linear 20 none',
      'pitchWheel linear bipolar 12700 pitchWheelRange',
    ]);
  });

  it('of an instrument take the place of equal ones, those of a preset are added', () => {
    const reverb: ModulatorEntry = [0x00db, G.reverbEffectsSend, 500, 0, 0];
    const [region] = regionsOf(
      simple({
        preset: [{ generators: [use], modulators: [toCutoff(100), [0x00db, G.reverbEffectsSend, 70, 0, 0]] }],
        instrument: [
          { generators: [], modulators: [toCutoff(-1200), [0x0081, G.initialFilterQ, 40, 0, 0]] },
          { generators: [play], modulators: [toCutoff(-2400), reverb] },
        ],
      }),
    );
    expect(find(region!, Parameter.filterCutoff, 1).map(({ amount }) => amount)).toEqual([-2300]);
    expect(find(region!, Parameter.filterResonance, 1).map(({ amount }) => amount)).toEqual([4]);
    const [send, ...others] = find(region!, Parameter.reverbSend, 91);
    expect(send!.amount).toBeCloseTo(57, 10);
    expect(others).toEqual([]);
  });

  it('of equal sources and other curves are different ones', () => {
    const [region] = regionsOf(
      simple({
        instrument: [{ generators: [play], modulators: [toCutoff(1), [0x0481, G.initialFilterFc, 2, 0, 0]] }],
      }),
    );
    expect(find(region!, Parameter.filterCutoff, 1).map(({ amount }) => amount)).toEqual([1, 2]);
  });

  it('that the format does not define are left out', () => {
    const undefined_: readonly ModulatorEntry[] = [
      // Bank select, an LSB, an RPN, a mode message; a general controller that is none; a curve that is none.
      [0x0080, G.pan, 1, 0, 0],
      [0x00a7, G.pan, 1, 0, 0],
      [0x00e2, G.pan, 1, 0, 0],
      [0x00fb, G.pan, 1, 0, 0],
      [0x0005, G.pan, 1, 0, 0],
      [0x1081, G.pan, 1, 0, 0],
      // An amount source that is none, a transform that is none, destinations that are none.
      [0x0081, G.pan, 1, 0x0005, 0],
      [0x0081, G.pan, 1, 0, 1],
      [0x0081, G.sampleID, 1, 0, 0],
      [0x0081, 999, 1, 0, 0],
    ];
    const [region] = regionsOf(simple({ instrument: [{ generators: [play], modulators: undefined_ }] }));
    expect(region!.articulation.modulators).toHaveLength(9);
  });

  it('may feed others, which then stand behind them', () => {
    const modulators: readonly ModulatorEntry[] = [
      [0x007f, G.pan, 500, 0, 0],
      [0x0081, 0x8000, 64, 0, 2],
    ];
    const [region] = regionsOf(simple({ instrument: [{ generators: [play], modulators }] }));
    const list = region!.articulation.modulators;
    const target = list.findIndex(({ source }) => source.kind === 'link');
    const feeding = list.findIndex(({ destination }) => 'modulator' in destination);
    expect(list[feeding]).toMatchObject({
      destination: { modulator: target },
      amount: 64,
      transform: 'absolute',
    });
    expect(feeding).toBeLessThan(target);
  });

  it('that feed each other in a circle, themselves or nothing are left out', () => {
    const modulators: readonly ModulatorEntry[] = [
      [0x007f, 0x8001, 1, 0, 0],
      [0x007f, 0x8000, 1, 0, 0],
      [0x007f, 0x8002, 1, 0, 0],
      [0x0081, 0x8007, 1, 0, 0],
    ];
    const [region] = regionsOf(simple({ instrument: [{ generators: [play], modulators }] }));
    expect(region!.articulation.modulators).toHaveLength(9);
  });
});

describe('SoundFont samples', () => {
  const pcm = Int16Array.from({ length: 1200 }, (_, index) => index * 17 - 9000);
  const smpl = new Uint8Array(pcm.buffer);

  it('of 16 bits are views of the file', () => {
    const bytes = makeSoundFont(simple({ rest: { smpl } }));
    const [sample] = readCollection('test.sf2', bytes).samples;
    expect(sample!.frames).toBe(1000);
    expect(sample!.data).toEqual(pcm.subarray(100, 1100));
    expect(sample!.data!.buffer).toBe(bytes.buffer);
  });

  it('of 24 bits are exact', () => {
    const sm24 = Uint8Array.from({ length: 1200 }, (_, index) => index & 0xff);
    const [sample] = readCollection('test.sf2', makeSoundFont(simple({ rest: { smpl, sm24 } }))).samples;
    expect(sample!.data).toBeInstanceOf(Float32Array);
    expect(sample!.data![7]).toBe((pcm[107]! * 256 + 107) / 0x800000);
    // A chunk of another length is to be ignored.
    const wrong = simple({ rest: { smpl, sm24: sm24.subarray(2) } });
    expect(readCollection('test.sf2', makeSoundFont(wrong)).samples[0]!.data).toBeInstanceOf(Int16Array);
  });

  it('that end behind the data are cut; empty ones make no region', () => {
    const cut = simple({ rest: { smpl, samples: [{ start: 1000, end: 5000 }] } });
    expect(readCollection('test.sf2', makeSoundFont(cut)).samples[0]!.frames).toBe(200);
    const empty = simple({ rest: { smpl, samples: [{ start: 5000, end: 6000 }] } });
    expect(regionsOf(empty)).toEqual([]);
  });

  it('of a stereo pair are partners where their zones have the same ranges', () => {
    const pair = simple({
      instrument: [
        {
          generators: [
            [G.pan, -500],
            [G.sampleID, 0],
          ],
        },
        {
          generators: [
            [G.pan, 500],
            [G.sampleID, 1],
          ],
        },
        {
          generators: [
            [G.keyRange, range(1, 2)],
            [G.sampleID, 1],
          ],
        },
      ],
      rest: {
        samples: [
          { start: 0, end: 500, link: 1, type: 4 },
          { start: 500, end: 1000, link: 0, type: 2 },
        ],
      },
    });
    expect(regionsOf(pair).map((region) => region.partner)).toEqual([1, 0, -1]);
  });

  it('in a sound card are refused with the offset of the zone that uses them', () => {
    const rom = simple({ rest: { samples: [{ start: 0, end: 100, type: 0x8001 }] } });
    const error = errorOf(rom);
    expect(error.code).toBe('bad-input');
    expect(error.message).toContain('RIFF(sfbk)/LIST(pdta)/igen at byte');
    expect(error.message).toContain('ROM');
  });

  it('have a practical rate and root key', () => {
    const odd = simple({ rest: { samples: [{ start: 0, end: 100, rate: 0, key: 255 }] } });
    expect(readCollection('test.sf2', makeSoundFont(odd)).samples[0]!.rate).toBe(400);
    expect(regionsOf(odd)[0]!.rootKey).toBe(60);
  });
});

describe('SoundFont presets', () => {
  it('are found by bank and program; bank 128 has the drum kits', () => {
    const zones = [{ generators: [use] }];
    const collection = readCollection(
      'test.sf2',
      makeSoundFont({
        ...simple({}),
        presets: [
          { name: 'Piano', zones },
          { name: 'Variation', bank: 8, program: 4, zones },
          { name: 'EP', program: 4, zones },
          { name: 'Standard', bank: 128, zones },
          { name: 'Power', bank: 128, program: 16, zones },
        ],
      }),
    );
    const finder = new InstrumentFinder(collection);
    const name = (bankMsb: number, program: number, isDrum = false, bankLsb = 0): string | undefined =>
      finder.find({ bankMsb, bankLsb, program, isDrum })?.name;
    expect(name(0, 0)).toBe('Piano');
    expect(name(8, 4)).toBe('Variation');
    expect(name(8, 4, false, 3)).toBe('Variation');
    expect(name(9, 4)).toBe('EP');
    expect(name(0, 99)).toBeUndefined();
    expect(name(0, 16, true)).toBe('Power');
    expect(name(0, 18, true)).toBe('Power');
    expect(name(0, 40, true)).toBe('Standard');
    expect(finder.exact({ bankMsb: 9, bankLsb: 0, program: 4, isDrum: false })).toBeUndefined();
  });
});

describe('Damaged SoundFonts', () => {
  it('are refused with chunk path and offset for indices outside of their tables', () => {
    const zone = errorOf(simple({ preset: [{ generators: [[G.instrument, 9]] }] }));
    expect(zone.message).toMatch(
      /^“test.sf2”: RIFF\(sfbk\)\/LIST\(pdta\)\/pgen at byte \d+ names entry 9 of “inst”, which has 1\.$/,
    );
    const sample = errorOf(simple({ instrument: [{ generators: [[G.sampleID, 1]] }] }));
    expect(sample.message).toContain('names entry 1 of “shdr”, which has 1');
  });

  it('are refused for bags that run backwards, broken records and other versions', () => {
    const bytes = makeSoundFont(simple({}));
    const at = (id: string): number => {
      const index = Buffer.from(bytes).indexOf(id);
      return index + 8;
    };
    const backwards = bytes.slice();
    backwards[at('ibag')] = 2;
    expect(errorOf(backwards)).toMatchObject({ code: 'bad-input', offset: at('ibag') });

    const broken = bytes.slice();
    broken[at('shdr') - 4] = 91;
    expect(errorOf(broken).offset).toBe(at('shdr') - 4);

    expect(errorOf(simple({ rest: { version: [1, 0] } })).message).toContain('version 1.0');
  });

  it('cannot make more regions than their size allows', () => {
    const zones = Array.from({ length: 2000 }, () => ({ generators: [use] }));
    const split = Array.from({ length: 2000 }, () => ({ generators: [play] }));
    const error = errorOf(simple({ preset: zones, instrument: split }));
    expect(error.message).toMatch(/makes more than \d+ (regions|pairs of zones), too many/);
  });

  it('cannot have more modulators in a zone than a voice could follow', () => {
    const modulators = Array.from({ length: 200 }, (): ModulatorEntry => [0x0081, G.pan, 1, 0, 0]);
    expect(errorOf(simple({ instrument: [{ generators: [play], modulators }] })).message).toContain(
      '128 are read',
    );
  });
});

requires('fluidsynth')('TimGM6mb.sf2', () => {
  const bytes = fs.readFileSync(TIM_GM);
  const collection = readCollection(TIM_GM, bytes);

  it('has on every key what SpessaSynth reads', () => {
    const oracle = SoundBankLoader.fromArrayBuffer(new Uint8Array(bytes).buffer);
    expect(collection.instruments).toHaveLength(oracle.presets.length);
    let compared = 0;
    for (const preset of oracle.presets) {
      const own = collection.instruments.find(
        (instrument) =>
          instrument.program === preset.program &&
          instrument.isDrum === preset.isGMGSDrum &&
          instrument.bankMsb === preset.bankMSB,
      )!;
      expect(own.name).toBe(preset.name);
      for (const [key, velocity] of [
        [21, 1],
        [36, 100],
        [45, 64],
        [60, 127],
        [67, 20],
        [84, 90],
        [108, 127],
      ] as const) {
        const regions = own.regions.filter(
          ({ keys, velocities }) =>
            keys.low <= key && key <= keys.high && velocities.low <= velocity && velocity <= velocities.high,
        );
        const voices = preset.getVoiceParameters(key, velocity);
        expect(regions).toHaveLength(voices.length);
        regions.forEach((region, index) => {
          const { generators, sample, modulators } = voices[index]!;
          compareGenerators(region, generators, sample.pitchCorrection);
          const root = generators[G.overridingRootKey]!;
          expect(region.rootKey).toBe(root === -1 ? sample.originalKey : root);
          expect(collection.samples[region.sample]!.name).toBe(sample.name);
          expect(collection.samples[region.sample]!.rate).toBe(sample.sampleRate);
          expect(region.exclusiveClass).toBe(generators[G.exclusiveClass]);
          const loops = (generators[G.sampleModes]! & 1) === 1;
          expect(region.loop !== undefined).toBe(loops);
          if (region.loop !== undefined) {
            expect([region.loop.start, region.loop.end]).toEqual([sample.loopStart, sample.loopEnd]);
          }
          expect(modulators.length).toBeGreaterThanOrEqual(9);
          compared++;
        });
      }
    }
    expect(compared).toBeGreaterThan(700);
  });
});

function compareGenerators(region: Region, generators: Int16Array, correction: number): void {
  const expected = new Map<number, number>([[Parameter.pitch, correction]]);
  GENERATOR_PARAMETERS.forEach((target, generator) => {
    if (target === undefined) return;
    const { parameter, factor } = target;
    const start = expected.get(parameter) ?? (parameter === Parameter.modulationSustain ? 100 : 0);
    expected.set(parameter, start + generators[generator]! * factor);
  });
  // SpessaSynth's number has the EMU8000's 0.4 already, cut to whole centibels.
  const attenuation = region.articulation.parameters[Parameter.attenuation]!;
  expect(Math.abs(attenuation - expected.get(Parameter.attenuation)!)).toBeLessThan(0.1);
  expected.delete(Parameter.attenuation);
  for (const [parameter, amount] of expected) {
    // SpessaSynth writes -32768 for some times of less than a millisecond.
    const isTime = amount === -32_768;
    expect(region.articulation.parameters[parameter]).toBeCloseTo(isTime ? -12_000 : amount, 6);
  }
}

import fs from 'node:fs';
import { BasicSoundBank, SoundBankLoader } from 'spessasynth_core';
import { describe, expect, it } from 'vitest';
import { PinwheelError } from '../../../../src/contract/errors.ts';
import { defaultDlsParameters } from '../../../../src/main/synth/collections/dls/articulation.ts';
import { Destination, Source } from '../../../../src/main/synth/collections/dls/connections.ts';
import type { Region } from '../../../../src/main/synth/collections/model.ts';
import { sourceOutput, type Modulator } from '../../../../src/main/synth/collections/modulator.ts';
import {
  AT_ONCE,
  OPEN_FILTER,
  PARAMETER_COUNT,
  Parameter,
} from '../../../../src/main/synth/collections/parameter.ts';
import {
  hasEmbeddedCollection,
  readCollection,
} from '../../../../src/main/synth/collections/readCollection.ts';
import { chunkOf, infoOf, listOf, numbers } from '../../../../src/main/synth/collections/riffWriter.ts';
import { requires } from '../../../support/requirements.ts';
import {
  TIM_GM,
  makeArticulation,
  makeDls,
  makeWave,
  regionHeader,
  waveLink,
  waveSample,
  type BlockEntry,
  type DlsEntry,
} from './support.ts';

const D = Destination;
const cents = (value: number): number => Math.round(value * 65_536);
const tenths = (value: number): number => Math.round(value * 655_360);
const CC = (controller: number): number => Source.controller + controller;

function regionsOf(entry: DlsEntry): readonly Region[] {
  return readCollection('test.dls', makeDls(entry)).instruments[0]!.regions;
}

/** The region of one that has this articulation. */
function articulated(blocks: readonly BlockEntry[], list: 'lart' | 'lar2' = 'lar2'): Region {
  return regionsOf({ regions: [[]], extra: [makeArticulation(list, blocks)] })[0]!;
}

function errorOf(bytes: Uint8Array): PinwheelError {
  try {
    readCollection('test.dls', bytes);
  } catch (error) {
    if (error instanceof PinwheelError) return error;
    throw error;
  }
  throw new Error('the collection was read');
}

const value = (region: Region, parameter: Parameter): number => region.articulation.parameters[parameter]!;

function modulatorsTo(region: Region, parameter: Parameter): Modulator[] {
  return region.articulation.modulators.filter(
    ({ destination }) => 'parameter' in destination && destination.parameter === parameter,
  );
}

/** What the modulators of a controller add to a parameter, for a 7-bit value. */
function output(region: Region, parameter: Parameter, controllerValue: number): number {
  const own = modulatorsTo(region, parameter).filter(({ source }) => source.kind !== 'pitchWheel');
  return own.reduce((sum, { source, amount }) => sum + amount * sourceOutput(source, controllerValue), 0);
}

describe('DLS articulation', () => {
  it('has level 2 defaults where blocks say nothing', () => {
    const region = articulated([]);
    expect(region.articulation.parameters).toEqual(defaultDlsParameters());
    expect(value(region, Parameter.volumeAttack)).toBe(AT_ONCE);
    expect(value(region, Parameter.filterCutoff)).toBe(OPEN_FILTER);
    // 5 Hz and 10 ms.
    expect(8.1758 * 2 ** (value(region, Parameter.vibratoLfoFrequency) / 1200)).toBeCloseTo(5, 3);
    expect(2 ** (value(region, Parameter.modulationLfoDelay) / 1200)).toBeCloseTo(0.01, 6);
    // 15 ms for 96 dB.
    expect(2 ** (value(region, Parameter.volumeShutdown) / 1200)).toBeCloseTo(0.015, 6);
    expect(
      region.articulation.modulators.map(({ source }) => `${source.kind}${source.controller || ''}`),
    ).toEqual([
      'velocity',
      'controller7',
      'controller11',
      'controller10',
      'controller91',
      'controller93',
      'pitchWheel',
    ]);
    expect(region.articulation.modulationAttackCurve).toBe('linear');
  });

  it('converts the units of every destination exactly', () => {
    const cases: readonly (readonly [destination: number, scale: number, Parameter, expected: number])[] = [
      [D.gain, tenths(-6), Parameter.attenuation, 6],
      [D.pitch, cents(-33.5), Parameter.pitch, -33.5],
      [D.pan, 250 * 65_536, Parameter.pan, 25],
      [D.reverb, 400 * 65_536, Parameter.reverbSend, 40],
      [D.chorus, 1000 * 65_536, Parameter.chorusSend, 100],
      [D.lfoFrequency, cents(-300), Parameter.modulationLfoFrequency, -300],
      [D.lfoStartDelay, cents(-1200), Parameter.modulationLfoDelay, -1200],
      [D.vibratoFrequency, cents(120), Parameter.vibratoLfoFrequency, 120],
      [D.vibratoStartDelay, cents(0), Parameter.vibratoLfoDelay, 0],
      [D.eg1DelayTime, cents(-2400), Parameter.volumeDelay, -2400],
      [D.eg1AttackTime, cents(-1200), Parameter.volumeAttack, -1200],
      [D.eg1HoldTime, cents(-600), Parameter.volumeHold, -600],
      [D.eg1DecayTime, cents(0), Parameter.volumeDecay, 0],
      [D.eg1ReleaseTime, cents(1200), Parameter.volumeRelease, 1200],
      [D.eg1SustainLevel, 1000 * 65_536, Parameter.volumeSustain, 0],
      [D.eg1SustainLevel, 500 * 65_536, Parameter.volumeSustain, 48],
      [D.eg1SustainLevel, 0, Parameter.volumeSustain, 96],
      [D.eg2DelayTime, cents(-100), Parameter.modulationDelay, -100],
      [D.eg2AttackTime, cents(-200), Parameter.modulationAttack, -200],
      [D.eg2HoldTime, cents(-300), Parameter.modulationHold, -300],
      [D.eg2DecayTime, cents(-400), Parameter.modulationDecay, -400],
      [D.eg2SustainLevel, 250 * 65_536, Parameter.modulationSustain, 25],
      [D.eg2ReleaseTime, cents(-500), Parameter.modulationRelease, -500],
      [D.filterCutoff, cents(6900), Parameter.filterCutoff, 6900],
      [D.filterCutoff, 0x7fffffff, Parameter.filterCutoff, OPEN_FILTER],
      [D.filterQ, tenths(12), Parameter.filterResonance, 12],
      [D.eg1AttackTime, -0x80000000, Parameter.volumeAttack, AT_ONCE],
      [D.eg1DecayTime, -0x80000000, Parameter.volumeDecay, AT_ONCE],
    ];
    for (const [destination, scale, parameter, expected] of cases) {
      expect(value(articulated([[0, 0, destination, 0, scale]]), parameter)).toBeCloseTo(expected, 9);
    }
  });

  it('leads LFOs and the second envelope where they may go', () => {
    const region = articulated([
      [Source.lfo, 0, D.pitch, 0x4000, cents(30)],
      [Source.lfo, 0, D.gain, 0x4000, tenths(3)],
      [Source.lfo, 0, D.filterCutoff, 0xc000, cents(600)],
      [Source.vibrato, 0, D.pitch, 0x4000, cents(20)],
      [Source.eg2, 0, D.pitch, 0, cents(-1200)],
      [Source.eg2, 0, D.filterCutoff, 0, cents(2400)],
      // Not in the table of allowed connections.
      [Source.eg2, 0, D.gain, 0, tenths(3)],
      [Source.vibrato, 0, D.pan, 0, tenths(3)],
    ]);
    expect(value(region, Parameter.modulationLfoToPitch)).toBe(30);
    expect(value(region, Parameter.modulationLfoToVolume)).toBe(3);
    expect(value(region, Parameter.modulationLfoToCutoff)).toBe(-600);
    expect(value(region, Parameter.vibratoLfoToPitch)).toBe(20);
    expect(value(region, Parameter.modulationEnvelopeToPitch)).toBe(-1200);
    expect(value(region, Parameter.modulationEnvelopeToCutoff)).toBe(2400);
    expect(region.articulation.modulators).toHaveLength(7);
  });

  it('lets a controller scale an LFO', () => {
    const region = articulated([
      [Source.vibrato, CC(1), D.pitch, 0x4000, cents(50)],
      [Source.lfo, Source.channelPressure, D.gain, 0x4000 | (1 << 4), tenths(6)],
    ]);
    expect(output(region, Parameter.vibratoLfoToPitch, 127)).toBeCloseTo((50 * 127) / 128, 9);
    expect(output(region, Parameter.vibratoLfoToPitch, 64)).toBeCloseTo(25, 9);
    const [pressure] = modulatorsTo(region, Parameter.modulationLfoToVolume);
    expect(pressure).toMatchObject({ source: { kind: 'channelPressure', curve: 'concave' }, amount: 6 });
  });

  it('shapes velocity and volume as the square law down to -96 dB', () => {
    const region = articulated([]);
    const loss = (parameter: Parameter, at: number): number => {
      const { source, amount } = modulatorsTo(region, parameter).find(
        (entry) => entry.source.kind === 'velocity',
      )!;
      return amount * sourceOutput(source, at);
    };
    for (const velocity of [1, 32, 64, 100, 126, 127]) {
      expect(loss(Parameter.attenuation, velocity)).toBeCloseTo(40 * Math.log10(127 / velocity), 6);
    }
    expect(loss(Parameter.attenuation, 0)).toBe(96);
  });

  it('transforms sources: none, concave, convex, switch, inverted, bipolar', () => {
    const at = (transform: number, controllerValue: number): number =>
      output(articulated([[CC(1), 0, D.pitch, transform, cents(1000)]]), Parameter.pitch, controllerValue);
    // Linear counts in 128ths.
    expect(at(0, 127)).toBeCloseTo((1000 * 127) / 128, 6);
    expect(at(0, 32)).toBeCloseTo(250, 6);
    expect(at(0x8000, 0)).toBeCloseTo((1000 * 127) / 128, 6);
    expect(at(0x4000, 0)).toBeCloseTo(-1000, 6);
    expect(at(0x4000, 96)).toBeCloseTo(500, 6);
    expect(at(1 << 10, 127)).toBeCloseTo(1000, 6);
    expect(at(1 << 10, 64)).toBeCloseTo((1000 * 40 * Math.log10(127 / 63)) / 96, 6);
    expect(at(2 << 10, 64)).toBeCloseTo(1000 * (1 - (40 * Math.log10(127 / 64)) / 96), 6);
    expect(at(3 << 10, 63)).toBe(0);
    expect(at(3 << 10, 64)).toBe(1000);
    expect(at((3 << 10) | 0x4000, 10)).toBe(-1000);
    // A transform that does not exist makes no connection.
    expect(at(5 << 10, 127)).toBe(0);
  });

  it('moves the default of a connection with the same source, control and destination', () => {
    const region = articulated([
      [CC(7), 0, D.gain, (1 << 10) | 0x8000, tenths(-48)],
      [CC(91), 0, D.reverb, 0, 0],
    ]);
    expect(modulatorsTo(region, Parameter.attenuation).map(({ amount }) => amount)).toEqual([96, 48, 96]);
    expect(modulatorsTo(region, Parameter.reverbSend)).toEqual([]);
  });

  it('takes a connection with only a control as one with that source', () => {
    const region = articulated([[0, CC(1), D.pitch, 1 << 4, cents(100)]]);
    expect(modulatorsTo(region, Parameter.pitch)[1]).toMatchObject({
      source: { controller: 1, curve: 'concave' },
      amount: 100,
    });
  });

  it('scales hold and decay with the key as key / 128 of the scale', () => {
    const region = articulated([
      [0, 0, D.eg1DecayTime, 0, cents(1000)],
      [Source.keyNumber, 0, D.eg1DecayTime, 0, cents(-1280)],
      [Source.keyNumber, 0, D.eg2HoldTime, 0, cents(640)],
      [Source.keyNumber, 0, D.eg1AttackTime, 0, cents(256)],
    ]);
    const decay = (key: number): number =>
      value(region, Parameter.volumeDecay) + (60 - key) * value(region, Parameter.keyToVolumeDecay);
    expect(decay(0)).toBeCloseTo(1000, 9);
    expect(decay(128)).toBeCloseTo(decay(0) - 1280, 9);
    // No hold time to scale: it stays none.
    expect(value(region, Parameter.modulationHold)).toBe(AT_ONCE);
    expect(output(region, Parameter.volumeAttack, 127)).toBeCloseTo((256 * 127) / 128, 9);
  });

  it('scales pitch with the key', () => {
    expect(value(articulated([[Source.keyNumber, 0, D.pitch, 0, cents(6400)]]), Parameter.scaleTuning)).toBe(
      50,
    );
    expect(value(articulated([]), Parameter.scaleTuning)).toBe(100);
  });

  it('of level 1 has one transform, of its sources, and loses level with soft notes', () => {
    const region = articulated([[Source.keyOnVelocity, 0, D.gain, 1, tenths(-48)]], 'lart');
    const [velocity] = modulatorsTo(region, Parameter.attenuation);
    expect(velocity).toMatchObject({ source: { curve: 'concave', inverted: true }, amount: 48 });
  });

  it('leaves sources and destinations out that do not exist', () => {
    const region = articulated([
      [0x7777, 0, D.pitch, 0, 1],
      [CC(1), 0, 0x7777, 0, 1],
      [Source.eg1, 0, D.pitch, 0, 1],
      [Source.rpn1, 0, D.pitch, 0, cents(100)],
      [CC(1), Source.rpn2, D.pitch, 0, cents(100)],
    ]);
    expect(region.articulation.parameters).toEqual(defaultDlsParameters());
    expect(region.articulation.modulators).toHaveLength(7);
  });
});

describe('DLS regions', () => {
  it('have ranges, key group, exclusiveness', () => {
    const regions = regionsOf({
      regions: [
        [regionHeader({ keys: [10, 20], velocities: [1, 64], options: 1, group: 3 })],
        [regionHeader({ velocities: [0, 0] })],
      ],
    });
    expect(regions[0]).toMatchObject({
      keys: { low: 10, high: 20 },
      velocities: { low: 1, high: 64 },
      exclusiveClass: 3,
      isSelfExclusive: false,
    });
    expect(regions[1]).toMatchObject({ velocities: { low: 0, high: 127 }, isSelfExclusive: true });
  });

  it('take root key, tuning, gain and loop from their own wave sample chunk or else from the wave', () => {
    const wave = makeWave(new Uint8Array(2000), { extra: [waveSample(64, -12, tenths(-3), [0, 100, 400])] });
    const [inherited, own, plain] = regionsOf({
      regions: [[waveLink(0)], [waveSample(50, 30, tenths(2), [1, 5, 50]), waveLink(0)], [waveLink(1)]],
      waves: [wave, makeWave(new Uint8Array(2000))],
    });
    expect(inherited).toMatchObject({ rootKey: 64, loop: { start: 100, end: 500, mode: 'continuous' } });
    expect(value(inherited!, Parameter.pitch)).toBe(-12);
    expect(value(inherited!, Parameter.attenuation)).toBe(3);
    expect(own).toMatchObject({ rootKey: 50, loop: { start: 5, end: 55, mode: 'untilRelease' } });
    expect(value(own!, Parameter.pitch)).toBe(30);
    expect(value(own!, Parameter.attenuation)).toBe(-2);
    expect(plain).toMatchObject({ rootKey: 60, loop: undefined });
  });

  it('have loops that end with the wave', () => {
    const [cut, none] = regionsOf({
      regions: [[waveSample(60, 0, 0, [0, 900, 500])], [waveSample(60, 0, 0, [0, 5000, 10])]],
    });
    expect(cut!.loop).toEqual({ start: 900, end: 1000, mode: 'continuous' });
    expect(none!.loop).toBeUndefined();
  });

  it('use their own articulation in place of the instrument\u2019s', () => {
    const pitch = (amount: number): BlockEntry => [0, 0, D.pitch, 0, cents(amount)];
    const [common, own] = regionsOf({
      regions: [[], [makeArticulation('lar2', [pitch(5)])]],
      extra: [makeArticulation('lar2', [pitch(100), [0, 0, D.pan, 0, 100 * 65_536]])],
    });
    expect(value(common!, Parameter.pitch)).toBe(100);
    expect(value(common!, Parameter.pan)).toBe(10);
    expect(value(own!, Parameter.pitch)).toBe(5);
    expect(value(own!, Parameter.pan)).toBe(0);
    expect(common!.articulation.modulators).toEqual(own!.articulation.modulators);
  });

  it('of one phase group are partners, on the sides their links say', () => {
    const regions = regionsOf({
      regions: [[waveLink(0, 3, 1, 1)], [waveLink(1, 2, 1, 2)], [waveLink(1)]],
      waves: [makeWave(new Uint8Array(200)), makeWave(new Uint8Array(200))],
    });
    expect(regions.map(({ partner }) => partner)).toEqual([1, 0, -1]);
    expect(regions.map((region) => value(region, Parameter.pan))).toEqual([-50, 50, 0]);
  });

  it('are left out where their condition says so', () => {
    const dls2 = numbers([4, 0xf14599e5], [2, 0x4689], [2, 0x11d2], [1, 0xaf], [1, 0xa6]);
    const tail = numbers([1, 0], [1, 0xaa], [1, 0], [1, 0x24], [1, 0xd8], [1, 0xb6]);
    const supports = chunkOf('cdl ', numbers([2, 0x12]), dls2, tail);
    const not = chunkOf('cdl ', numbers([2, 0x12]), dls2, tail, numbers([2, 0x0f]));
    const arithmetic = chunkOf(
      'cdl ',
      // 7 - 5 = 2
      numbers([2, 0x10], [4, 5], [2, 0x10], [4, 7], [2, 5], [2, 0x10], [4, 2], [2, 0x0e]),
    );
    const keys = regionsOf({
      regions: [
        [regionHeader({ keys: [1, 1] }), supports],
        [regionHeader({ keys: [2, 2] }), not],
        [regionHeader({ keys: [3, 3] }), arithmetic],
      ],
    }).map((region) => region.keys.low);
    expect(keys).toEqual([1, 3]);
    expect(
      errorOf(makeDls({ regions: [[]], top: [chunkOf('cdl ', numbers([2, 0x10], [4, 0]))] })).message,
    ).toContain('not for this synthesizer');
    expect(errorOf(makeDls({ regions: [[chunkOf('cdl ', numbers([2, 1]))]] })).message).toContain(
      'takes more values than it has',
    );
  });
});

describe('DLS instruments and waves', () => {
  it('have banks, drum flags, names', () => {
    const collection = readCollection(
      'test.dls',
      makeDls({
        bank: 0x80007f05,
        program: 16,
        regions: [[]],
        extra: [infoOf({ INAM: 'Kit' })],
        top: [infoOf({ INAM: 'Bank', ICOP: 'nobody', IENG: 'me', ICMT: 'test' })],
      }),
    );
    expect(collection).toMatchObject({
      format: 'dls',
      name: 'Bank',
      copyright: 'nobody',
      author: 'me',
      comment: 'test',
    });
    expect(collection.instruments[0]).toMatchObject({
      name: 'Kit',
      bankMsb: 0x7f,
      bankLsb: 5,
      program: 16,
      isDrum: true,
    });
  });

  it('have 8-bit samples around 128, 16-bit ones as they are', () => {
    const { samples } = readCollection(
      'test.dls',
      makeDls({
        regions: [[]],
        waves: [
          makeWave(Uint8Array.of(0, 128, 255), { bits: 8, rate: 11_025 }),
          makeWave(Uint8Array.of(1, 2, 0xff, 0xff)),
        ],
      }),
    );
    expect([...samples[0]!.data!]).toEqual([-32_768, 0, 32_512]);
    expect(samples[0]!.rate).toBe(11_025);
    expect([...samples[1]!.data!]).toEqual([0x201, -1]);
  });

  it('of other formats are refused', () => {
    for (const options of [{ tag: 2 }, { bits: 24 }, { channels: 2 }]) {
      const error = errorOf(makeDls({ regions: [[]], waves: [makeWave(new Uint8Array(12), options)] }));
      expect(error).toMatchObject({ code: 'bad-input', subject: 'test.dls' });
      expect(error.message).toContain('RIFF(DLS )/LIST(wvpl)/LIST(wave)/fmt  at byte');
    }
  });
});

describe('Damaged DLS collections', () => {
  it('are refused with chunk path and offset', () => {
    const cases: readonly (readonly [bytes: Uint8Array, message: string])[] = [
      [makeDls({ regions: [[waveLink(3)]] }), 'names entry 3 of the pool table, which has 1'],
      [makeDls({ regions: [[regionHeader({ keys: [20, 10] })]] }), 'has the range 20 to 10'],
      [makeDls({ regions: [[regionHeader({ keys: [0, 128] })]] }), 'has the range 0 to 128'],
      [makeDls({ regions: [[waveSample(200, 0, 0)]] }), 'has unity note 200'],
      [makeDls({ regions: [[chunkOf('rgnh', new Uint8Array(4))]] }), 'has 4 bytes from here and needs 12'],
      [
        listOf('RIFF', 'DLS ', listOf('LIST', 'wvpl'), chunkOf('ptbl', numbers([4, 8], [4, 0]))),
        'has no “LIST(lins)”',
      ],
      [
        makeDls({
          regions: [[]],
          extra: [listOf('LIST', 'lar2', chunkOf('art2', numbers([4, 8], [4, 99])))],
        }),
        'has 0 bytes from here and needs 1188',
      ],
      [listOf('RIFF', 'WAVE'), 'is neither a DLS collection nor a SoundFont'],
      [Uint8Array.of(1, 2, 3), 'is not a RIFF file'],
    ];
    for (const [bytes, message] of cases) {
      const error = errorOf(bytes);
      expect(error.code).toBe('bad-input');
      expect(error.message).toContain(message);
      expect(error.offset).toBeLessThanOrEqual(bytes.length);
    }
  });

  it('cannot name a wave in the middle of the pool', () => {
    const bytes = makeDls({ regions: [[]] });
    const cue = Buffer.from(bytes).indexOf('ptbl') + 16;
    bytes[cue] = 2;
    expect(errorOf(bytes).message).toContain('where no wave is');
  });
});

describe('RMID files', () => {
  const song = chunkOf('data', Uint8Array.of(0x4d, 0x54, 0x68, 0x64));

  it('may have a collection inside', () => {
    const dls = makeDls({ regions: [[]] });
    const rmid = listOf('RIFF', 'RMID', song, dls);
    expect(hasEmbeddedCollection('a.rmi', rmid)).toBe(true);
    expect(readCollection('a.rmi', rmid).instruments).toEqual(readCollection('a.dls', dls).instruments);
  });

  it('without one are no collection', () => {
    const rmid = listOf('RIFF', 'RMID', song);
    expect(hasEmbeddedCollection('a.rmi', rmid)).toBe(false);
    expect(hasEmbeddedCollection('a.mid', Uint8Array.of(1, 2))).toBe(false);
    expect(errorOf(rmid).message).toContain('has no collection inside');
  });
});

requires('fluidsynth')('TimGM6mb.sf2 written as DLS by SpessaSynth', () => {
  it('has the same regions as the SoundFont', () => {
    const bytes = new Uint8Array(fs.readFileSync(TIM_GM));
    const soundFont = readCollection(TIM_GM, bytes);
    const written = SoundBankLoader.fromArrayBuffer(bytes.slice().buffer).writeDLS();
    const dls = readCollection('tim.dls', new Uint8Array(written));
    // Defaults that SpessaSynth does not write although DLS has others; shifts of loops, which DLS does not have; and
    // key scaling, which it writes as bipolar and reads as unipolar.
    const elsewhere = new Set<number>([
      Parameter.vibratoLfoFrequency,
      Parameter.modulationLfoFrequency,
      Parameter.loopStartOffset,
      Parameter.loopEndOffset,
      Parameter.keyToVolumeDecay,
      Parameter.volumeDecay,
    ]);
    let compared = 0;
    for (const instrument of soundFont.instruments) {
      const same = dls.instruments.find(
        ({ program, isDrum, bankMsb }) =>
          program === instrument.program && isDrum === instrument.isDrum && bankMsb === instrument.bankMsb,
      )!;
      for (const [key, velocity] of [
        [36, 100],
        [60, 64],
        [84, 127],
      ] as const) {
        const at = ({ keys, velocities }: Region): boolean =>
          keys.low <= key && key <= keys.high && velocities.low <= velocity && velocity <= velocities.high;
        const found = same.regions.filter(at);
        const expected = instrument.regions.filter(at);
        expect(found).toHaveLength(expected.length);
        expected.forEach((region, index) => {
          expect(found[index]!.rootKey).toBe(region.rootKey);
          for (let parameter = 0; parameter < PARAMETER_COUNT; parameter++) {
            if (elsewhere.has(parameter)) continue;
            const one = value(found[index]!, parameter as Parameter);
            const other = value(region, parameter as Parameter);
            // A millisecond and less is no time; the least sustain level is 96 dB; everything else differs by rounding
            // only.
            if (other <= -12_000 && one === AT_ONCE) continue;
            const wanted = parameter === Parameter.volumeSustain ? other * 0.96 : other;
            expect(Math.abs(one - wanted)).toBeLessThan(1.05);
          }
          compared++;
        });
      }
    }
    expect(compared).toBeGreaterThan(500);
  });
});

describe('DLS files of SpessaSynth', () => {
  it('are read: its sample bank, written as DLS', () => {
    const bank = SoundBankLoader.fromArrayBuffer(BasicSoundBank.getSampleSoundBankFile());
    const collection = readCollection('sample.dls', new Uint8Array(bank.writeDLS()));
    expect(collection.instruments.map(({ name, program }) => [name, program])).toEqual(
      bank.presets.map(({ name, program }) => [name, program]),
    );
    expect(collection.samples.map(({ frames }) => frames)).toEqual(
      bank.samples.map((sample) => sample.getAudioData().length),
    );
    expect(collection.instruments[0]!.regions.length).toBeGreaterThan(0);
  });
});

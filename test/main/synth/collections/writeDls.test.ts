import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { SoundBankLoader, SpessaSynthProcessor } from 'spessasynth_core';
import { afterAll, describe, expect, it } from 'vitest';
import { Destination, Source } from '../../../../src/main/synth/collections/dls/connections.ts';
import { connectionsOf } from '../../../../src/main/synth/collections/dls/toConnections.ts';
import { writeDls } from '../../../../src/main/synth/collections/dls/writeDls.ts';
import type { Collection, Region } from '../../../../src/main/synth/collections/model.ts';
import { PARAMETER_COUNT, Parameter } from '../../../../src/main/synth/collections/parameter.ts';
import { readCollection } from '../../../../src/main/synth/collections/readCollection.ts';
import { buildStandardBank } from '../../../../src/main/synth/collections/standardBank/buildStandardBank.ts';
import { cents as centsBetween, keyFrequency } from '../../../support/audio/pitch.ts';
import { partialFrequency } from '../../../support/audio/spectrum.ts';
import { requires } from '../../../support/requirements.ts';
import { writeSmf } from '../../../support/smf.ts';
import {
  TIM_GM,
  makeArticulation,
  makeDls,
  makeWave,
  regionHeader,
  waveLink,
  waveSample,
  type BlockEntry,
} from './support.ts';

const D = Destination;
const cents = (value: number): number => Math.round(value * 65_536);
const tenths = (value: number): number => Math.round(value * 655_360);

/** Everything that level 2 can say, once. */
const everything: readonly BlockEntry[] = [
  [0, 0, D.gain, 0, tenths(-3.25)],
  [0, 0, D.pitch, 0, cents(12.5)],
  [0, 0, D.pan, 0, -180 * 65_536],
  [0, 0, D.reverb, 0, 300 * 65_536],
  [0, 0, D.chorus, 0, 120 * 65_536],
  [0, 0, D.lfoFrequency, 0, cents(-700)],
  [0, 0, D.lfoStartDelay, 0, cents(-1500)],
  [0, 0, D.vibratoFrequency, 0, cents(-650)],
  [0, 0, D.vibratoStartDelay, 0, cents(-800)],
  [0, 0, D.eg1DelayTime, 0, cents(-6000)],
  [0, 0, D.eg1AttackTime, 0, cents(-4000)],
  [0, 0, D.eg1HoldTime, 0, cents(-3000)],
  [0, 0, D.eg1DecayTime, 0, cents(1500)],
  [0, 0, D.eg1SustainLevel, 0, 640 * 65_536],
  [0, 0, D.eg1ReleaseTime, 0, cents(-200)],
  [0, 0, D.eg1ShutdownTime, 0, cents(-6000)],
  [0, 0, D.eg2DelayTime, 0, cents(-6100)],
  [0, 0, D.eg2AttackTime, 0, cents(-4100)],
  [0, 0, D.eg2HoldTime, 0, cents(-3100)],
  [0, 0, D.eg2DecayTime, 0, cents(1400)],
  [0, 0, D.eg2SustainLevel, 0, 350 * 65_536],
  [0, 0, D.eg2ReleaseTime, 0, cents(-250)],
  [0, 0, D.filterCutoff, 0, cents(7200)],
  [0, 0, D.filterQ, 0, tenths(9)],
  [Source.keyNumber, 0, D.pitch, 0, cents(6400)],
  [Source.keyNumber, 0, D.eg1DecayTime, 0, cents(-1280)],
  [Source.keyNumber, 0, D.eg1HoldTime, 0, cents(-640)],
  [Source.keyNumber, 0, D.eg2DecayTime, 0, cents(-320)],
  [Source.lfo, 0, D.pitch, 0x4000, cents(15)],
  [Source.lfo, 0, D.gain, 0x4000, tenths(2)],
  [Source.lfo, 0, D.filterCutoff, 0x4000, cents(300)],
  [Source.vibrato, 0, D.pitch, 0x4000, cents(25)],
  [Source.eg2, 0, D.pitch, 0, cents(-100)],
  [Source.eg2, 0, D.filterCutoff, 0, cents(2000)],
  [Source.keyOnVelocity, 0, D.gain, 0x8400, tenths(-60)],
  [Source.keyOnVelocity, 0, D.eg1AttackTime, 0, cents(-900)],
  [Source.controller + 7, 0, D.gain, 0, 0],
  [Source.controller + 10, 0, D.pan, 0x4000, 400 * 65_536],
  [Source.controller + 1, Source.channelPressure, D.filterCutoff, (2 << 10) | (3 << 4), cents(1000)],
  [Source.vibrato, Source.controller + 1, D.pitch, 0x4000, cents(40)],
  [Source.lfo, Source.polyPressure, D.gain, 0x4000 | 0x0210, tenths(4)],
];

function expectSame(actual: Collection, expected: Collection): void {
  expect(actual.instruments.map(({ name }) => name)).toEqual(expected.instruments.map(({ name }) => name));
  expect(actual.samples).toEqual(expected.samples);
  expected.instruments.forEach((instrument, index) => {
    const { regions, ...rest } = instrument;
    const { regions: found, ...others } = actual.instruments[index]!;
    expect(others).toEqual(rest);
    expect(found).toHaveLength(regions.length);
    regions.forEach((region, at) => {
      expectSameRegion(found[at]!, region);
    });
  });
}

function expectSameRegion(actual: Region, expected: Region): void {
  const { articulation, ...rest } = expected;
  const { articulation: found, ...others } = actual;
  expect(others).toEqual(rest);
  for (let parameter = 0; parameter < PARAMETER_COUNT; parameter++) {
    expect(found.parameters[parameter]).toBeCloseTo(articulation.parameters[parameter]!, 3);
  }
  expect(found.modulators).toHaveLength(articulation.modulators.length);
  // Their order has no meaning.
  const key = (list: typeof found.modulators): string[] =>
    list.map(({ amount, ...modulator }) => `${JSON.stringify(modulator)} ${amount.toFixed(3)}`).sort();
  expect(key(found.modulators)).toEqual(key(articulation.modulators));
}

describe('writing DLS', () => {
  it('keeps what level 2 can say: reading it again gives the same', () => {
    const collection = readCollection(
      'a.dls',
      makeDls({
        bank: 0x80000305,
        program: 9,
        regions: [
          [
            regionHeader({ keys: [0, 60], velocities: [1, 90], options: 1, group: 4 }),
            waveSample(57, -20, tenths(-1.5), [0, 20, 300]),
            waveLink(1),
            makeArticulation('lar2', everything),
          ],
          [regionHeader({ keys: [61, 127] }), waveSample(62, 3, tenths(2), [1, 0, 9]), waveLink(0, 3, 7, 1)],
          [regionHeader({ keys: [61, 127] }), waveLink(1, 2, 7, 2)],
        ],
        waves: [
          makeWave(Uint8Array.from({ length: 1000 }, (_, index) => index * 7)),
          makeWave(
            Uint8Array.from({ length: 901 }, (_, index) => index * 3),
            { bits: 8 },
          ),
        ],
      }),
    );
    const bytes = writeDls(collection);
    expectSame(readCollection('b.dls', bytes), collection);
    // What was read from our own file is written as the same bytes.
    expect(writeDls(readCollection('b.dls', bytes))).toEqual(bytes);
  });

  it('says nothing where level 2 has its defaults', () => {
    const [region] = readCollection('a.dls', makeDls({ regions: [[]] })).instruments[0]!.regions;
    expect(connectionsOf(region!.articulation)).toEqual([]);
  });

  it('switches a default connection off that the articulation does not have', () => {
    const [region] = readCollection('a.dls', makeDls({ regions: [[]] })).instruments[0]!.regions;
    const modulators = region!.articulation.modulators.filter(({ source }) => source.controller !== 91);
    expect(connectionsOf({ ...region!.articulation, modulators })).toEqual([
      { source: Source.controller + 91, control: 0, destination: D.reverb, transform: 0, scale: 0 },
    ]);
  });

  it('makes 16-bit samples of 24-bit ones', () => {
    const collection = readCollection('a.dls', makeDls({ regions: [[]] }));
    const sample = { ...collection.samples[0]!, data: Float32Array.of(0.5, -1, 1, 2), frames: 4 };
    const written = readCollection('b.dls', writeDls({ ...collection, samples: [sample] }));
    expect([...written.samples[0]!.data!]).toEqual([16_384, -32_768, 32_767, 32_767]);
  });
});

requires('fluidsynth')('TimGM6mb.sf2 written as DLS', () => {
  const soundFont = readCollection(TIM_GM, fs.readFileSync(TIM_GM));
  const bytes = writeDls(soundFont);

  it('keeps its regions but for what SoundFont alone can say', () => {
    const collection = readCollection('tim.dls', bytes);
    soundFont.instruments.forEach((instrument, index) => {
      const found = collection.instruments[index]!;
      expect(found.regions).toHaveLength(instrument.regions.length);
      instrument.regions.forEach((region, at) => {
        const other = found.regions[at]!;
        expect(other).toMatchObject({
          keys: region.keys,
          velocities: region.velocities,
          sample: region.sample,
        });
        for (let parameter = 0; parameter < Parameter.startOffset; parameter++) {
          const wanted = region.articulation.parameters[parameter]!;
          // 100 dB and more below the peak is silence.
          const least = parameter === Parameter.volumeSustain ? Math.min(96, wanted) : wanted;
          expect(other.articulation.parameters[parameter]).toBeCloseTo(least, 3);
        }
        expect(other.articulation.modulators).toHaveLength(region.articulation.modulators.length);
      });
    });
  });

  it('is what SpessaSynth reads', () => {
    const oracle = SoundBankLoader.fromArrayBuffer(bytes.slice().buffer);
    expect(oracle.presets).toHaveLength(soundFont.instruments.length);
    expect(oracle.samples.map((sample) => sample.name)).toEqual(soundFont.samples.map(({ name }) => name));
    const piano = oracle.presets.find(({ program, isGMGSDrum }) => program === 0 && !isGMGSDrum)!;
    const own = soundFont.instruments.find(({ program, isDrum }) => program === 0 && !isDrum)!;
    for (const key of [30, 60, 90]) {
      const regions = own.regions.filter(
        ({ keys, velocities }) =>
          keys.low <= key && key <= keys.high && velocities.low <= 100 && velocities.high >= 100,
      );
      const voices = piano.getVoiceParameters(key, 100);
      expect(voices).toHaveLength(regions.length);
      voices.forEach(({ generators }, index) => {
        const { parameters } = regions[index]!.articulation;
        // Release and filter cutoff: SpessaSynth takes DLS times as SoundFont's.
        expect(Math.abs(generators[38]! - parameters[Parameter.volumeRelease]!)).toBeLessThan(72);
        expect(Math.abs(generators[8]! - parameters[Parameter.filterCutoff]!)).toBeLessThan(1.5);
      });
    }
  });
});

describe('the built-in collection as DLS', () => {
  const RATE = 44_100;
  const ORGAN = 16;
  const KEY = 57;
  const collection = buildStandardBank();
  const bytes = writeDls(collection);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pinwheel-dls-'));
  afterAll(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** In cents, of the first two seconds. */
  function mistuning(samples: Float32Array): number {
    const range = { from: RATE / 10, to: 1.9 * RATE };
    return centsBetween(partialFrequency(samples, RATE, keyFrequency(KEY), range)!, keyFrequency(KEY));
  }

  it('is read again as it was', () => {
    expectSame(readCollection('gm.dls', bytes), collection);
  });

  it('is played by SpessaSynth', async () => {
    const processor = new SpessaSynthProcessor(RATE);
    await processor.processorInitialized;
    processor.soundBankManager.addSoundBank(SoundBankLoader.fromArrayBuffer(bytes.slice().buffer), 'gm');
    processor.programChange(0, ORGAN);
    processor.noteOn(0, KEY, 100);
    const left = new Float32Array(2 * RATE);
    const right = new Float32Array(2 * RATE);
    const BLOCK = 100;
    for (let frame = 0; frame < left.length; frame += BLOCK) processor.process(left, right, frame, BLOCK);
    expect(Math.abs(mistuning(left))).toBeLessThan(3);
  });

  requires('fluidsynth')('and FluidSynth', () => {
    it('is played by it', () => {
      const bank = path.join(folder, 'gm.dls');
      const song = path.join(folder, 'note.mid');
      const sound = path.join(folder, 'note.raw');
      fs.writeFileSync(bank, bytes);
      const events = [
        { tick: 0, bytes: [0xc0, ORGAN] },
        { tick: 0, bytes: [0x90, KEY, 100] },
        { tick: 4000, bytes: [0x80, KEY, 0] },
      ];
      fs.writeFileSync(song, writeSmf({ division: 1000, tracks: [events] }));
      // Without this option it would play its own bank in place of one that it does not take.
      const own = ['-o', 'synth.default-soundfont=', '-n', '-i', '-q', '-R', '0', '-C', '0'];
      const output = ['-r', String(RATE), '-O', 'float', '-T', 'raw', '-F', sound];
      execFileSync('fluidsynth', [...own, ...output, bank, song], { stdio: 'ignore' });
      const raw = fs.readFileSync(sound);
      const left = Float32Array.from({ length: 2 * RATE }, (_, frame) => raw.readFloatLE(8 * frame));
      expect(Math.abs(mistuning(left))).toBeLessThan(3);
    });
  });
});

import { describe, expect, it } from 'vitest';
import { writeDls } from '../../../../src/main/synth/collections/dls/writeDls.ts';
import { readCollection } from '../../../../src/main/synth/collections/readCollection.ts';
import { buildStandardBank } from '../../../../src/main/synth/collections/standardBank/buildStandardBank.ts';
import { PROGRAMS } from '../../../../src/main/synth/collections/standardBank/programs.ts';
import type { CollectionSynth } from '../../../../src/main/synth/collectionSynth.ts';
import { cents, keyFrequency } from '../../../support/audio/pitch.ts';
import {
  bandLevels,
  partialFrequency,
  spectralDistance,
  type BandLevels,
} from '../../../support/audio/spectrum.ts';
import { play, synthOf, type TimedMessage } from '../testCollection.ts';

const RATE = 44_100;
/** Silence between two sounds. */
const PAUSE = new Float32Array(RATE / 10);

/** Instruments that die away while the key is held, and those that do not. By program number. */
const DYING = [...span(0, 15), ...span(24, 39), 45, 46, 47, ...span(104, 108), ...span(112, 118)];
const LASTING = [...span(16, 23), ...span(40, 44), ...span(48, 54), ...span(56, 95), 109, 110, 111];
/** Sound effects and the cymbal have no pitch. */
const PITCHED = span(0, 118);

function span(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

interface Sound {
  readonly mono: Float32Array;
  readonly peak: number;
  readonly levels: BandLevels;
}

function listen(synth: CollectionSynth, messages: readonly TimedMessage[], seconds: number): Sound {
  // What is left of the last sound ends first.
  for (let channel = 0; channel < 16; channel++) synth.send(Uint8Array.of(0xb0 | channel, 120, 0), 0, 3);
  synth.render(PAUSE, PAUSE, 0, PAUSE.length);
  const { left, right } = play(synth, messages, Math.round(seconds * RATE));
  const mono = left.map((value, frame) => (value + right[frame]!) / 2);
  let peak = 0;
  for (let frame = 0; frame < left.length; frame++) {
    peak = Math.max(peak, Math.abs(left[frame]!), Math.abs(right[frame]!));
  }
  return { mono, peak, levels: bandLevels(mono, RATE) };
}

/** Keys of a program go down together, at full velocity. */
function keysDown(program: number, keys: readonly number[]): TimedMessage[] {
  return [[0, 0xc0, program], ...keys.map((key): TimedMessage => [0, 0x90, key, 127])];
}

/** dBFS around a time in seconds. */
function levelAt({ levels }: Sound, seconds: number): number {
  const frame = Math.round(seconds / 0.05);
  const around = levels.levels.slice(frame - 2, frame + 3);
  return around.reduce((sum, level) => sum + level, 0) / around.length;
}

describe('the built-in General MIDI collection', { timeout: 120_000 }, () => {
  const bytes = writeDls(buildStandardBank());
  const collection = readCollection('general-midi.dls', bytes);
  const { synth } = synthOf(collection, { sampleRate: RATE });
  /** A program at full velocity, the key held for 2.5 of 3 seconds. */
  const held = (program: number, key: number): Sound =>
    listen(synth, [...keysDown(program, [key]), [2.5 * RATE, 0x80, key, 0]], 3);
  const [low, sounds, high] = [48, 60, 72].map((key) => PROGRAMS.map((_, program) => held(program, key))) as [
    Sound[],
    Sound[],
    Sound[],
  ];
  const byKey = [
    [48, low],
    [60, sounds],
    [72, high],
  ] as const;
  const drums = span(35, 81).map((key) => ({ key, sound: listen(synth, [[0, 0x99, key, 127]], 2) }));

  it('has 128 programs and a drum kit in less than 4 MB, the same in every run', () => {
    expect(bytes.length).toBeLessThan(4_000_000);
    const melodic = collection.instruments.filter(({ isDrum }) => !isDrum);
    expect(melodic.map(({ program }) => program)).toEqual(span(0, 127));
    expect(melodic.map(({ name }) => name)).toEqual(PROGRAMS.map(({ name }) => name));
    const [kit, ...others] = collection.instruments.filter(({ isDrum }) => isDrum);
    expect(others).toEqual([]);
    expect(new Set(kit!.regions.map(({ keys }) => keys.low))).toEqual(new Set(span(35, 81)));
    expect(writeDls(buildStandardBank())).toEqual(bytes);
  });

  it('sounds on every key of every program', () => {
    for (const { name, regions } of collection.instruments.filter(({ isDrum }) => !isDrum)) {
      const keys = span(0, 127).filter((key) =>
        regions.every((one) => key < one.keys.low || key > one.keys.high),
      );
      expect([name, keys]).toEqual([name, []]);
    }
  });

  it.each(PROGRAMS.map(({ name }, program) => [program, name] as const))(
    '%i %s is heard and does not clip at velocity 127',
    (program) => {
      const { peak, levels } = sounds[program]!;
      expect(Math.max(...levels.levels)).toBeGreaterThan(-45);
      expect(peak).toBeLessThan(0.9);
    },
  );

  it('is in tune within 3 cents', () => {
    for (const program of PITCHED) {
      const { name, layers } = PROGRAMS[program]!;
      const bend = Math.max(0, ...layers.map((layer) => layer.bend?.seconds ?? 0));
      for (const [key, onKey] of byKey) {
        const { mono } = onKey[program]!;
        const expected = keyFrequency(key);
        // From when a note that starts beside its pitch has reached it.
        const range = { from: Math.round((bend + 0.05) * RATE), to: Math.round(2.4 * RATE) };
        const frequency = partialFrequency(mono, RATE, expected, range);
        expect([name, key, Math.abs(cents(frequency!, expected)) < 3]).toEqual([name, key, true]);
      }
    }
  });

  it.each(DYING.map((program) => [program, PROGRAMS[program]!.name] as const))(
    '%i %s falls by 12 dB and more in 2 s',
    (program) => {
      const sound = sounds[program]!;
      const { levels } = sound.levels;
      const loudest = Math.max(...levels);
      expect(loudest - levelAt(sound, 0.05 * levels.indexOf(loudest) + 2)).toBeGreaterThan(12);
    },
  );

  it.each(LASTING.map((program) => [program, PROGRAMS[program]!.name] as const))(
    '%i %s stays within 6 dB',
    (program) => {
      const held = sounds[program]!.levels.levels.slice(6, 50);
      // Means of a quarter of a second, so that a tremolo does not count.
      const means = held.slice(4).map((_, index) => levelAt(sounds[program]!, 0.05 * (index + 8)));
      expect(Math.max(...means) - Math.min(...means)).toBeLessThan(6);
    },
  );

  it.each(byKey)(
    'has no two programs that sound alike on key %i: 3 dB and more in third octaves',
    (_key, onKey) => {
      const alike: string[] = [];
      onKey.forEach((one, first) => {
        onKey.slice(0, first).forEach((other, second) => {
          const distance = spectralDistance(one.levels, other.levels);
          if (distance < 3) alike.push(`${PROGRAMS[first]!.name}, ${PROGRAMS[second]!.name}: ${distance}`);
        });
      });
      expect(alike).toEqual([]);
    },
  );

  it.each([36, 96])('is heard and does not clip on key %i at velocity 127', (key) => {
    const wrong: string[] = [];
    PROGRAMS.forEach(({ name }, program) => {
      const { peak, levels } = listen(synth, keysDown(program, [key]), 1);
      if (peak >= 0.9 || Math.max(...levels.levels) < -50) wrong.push(`${name}: ${peak}`);
    });
    expect(wrong).toEqual([]);
  });

  it('does not clip with chords of ten notes at velocity 127', () => {
    const chord = [36, 43, 48, 52, 55, 60, 64, 67, 72, 76];
    const wrong: string[] = [];
    PROGRAMS.forEach(({ name }, program) => {
      const { peak } = listen(synth, keysDown(program, chord), 1);
      if (peak >= 1) wrong.push(`${name}: ${peak}`);
    });
    expect(wrong).toEqual([]);
  });

  it('has a different drum on every key from 35 to 81, none of which clips', () => {
    const alike: string[] = [];
    drums.forEach(({ key, sound }, first) => {
      expect([key, sound.peak < 0.9, Math.max(...sound.levels.levels) > -50]).toEqual([key, true, true]);
      drums.slice(0, first).forEach((other) => {
        const distance = spectralDistance(sound.levels, other.sound.levels);
        if (distance < 3) alike.push(`${key}, ${other.key}: ${distance}`);
      });
    });
    expect(alike).toEqual([]);
  });

  it('ends an open hi-hat with a closed one, and nothing else with it', () => {
    const open = 46;
    const level = (messages: readonly TimedMessage[]): number => {
      const { levels } = listen(synth, messages, 0.6);
      return levels.levels[6]!;
    };
    const at = 0.1 * RATE;
    const alone = level([[0, 0x99, open, 127]]);
    const closed = level([[0, 0x99, 42, 127]]);
    for (const key of [42, 44]) {
      const both = level([
        [0, 0x99, open, 127],
        [at, 0x99, key, 1],
      ]);
      expect(both).toBeLessThan(alone - 20);
    }
    const crash = level([
      [0, 0x99, open, 127],
      [at, 0x99, 37, 1],
    ]);
    expect(Math.abs(crash - alone)).toBeLessThan(1);
    expect(closed).toBeLessThan(alone - 20);
  });
});

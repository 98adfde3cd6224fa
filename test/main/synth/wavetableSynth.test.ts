import { describe, expect, it } from 'vitest';
import { findClicks } from '../../support/audio/click.ts';
import { WavetableSynth } from '../../../src/main/synth/wavetableSynth.ts';
import {
  centsBetween,
  equalTemperament,
  firstSound,
  measureFrequency,
  peakOf,
  play,
  playStereo,
  RATE,
  type TimedMessage,
} from './support.ts';

const FLUTE = 73;
const ORGAN = 16;
const decibels = (value: number): number => 20 * Math.log10(value);
const rmsOf = (samples: Float32Array, from: number, to: number): number =>
  Math.sqrt(samples.subarray(from, to).reduce((sum, value) => sum + value * value, 0) / (to - from));

describe('WavetableSynth: pitch', () => {
  it('is equal temperament within 0.1 cent from key 36 to 96', () => {
    let worst = 0;
    for (let key = 36; key <= 96; key++) {
      for (const program of key % 12 === 0 ? [0, ORGAN] : [0]) {
        const sound = play(
          [
            [0, 0xc0, program],
            [0, 0x90, key, 100],
          ],
          0.45,
        );
        const frequency = measureFrequency(sound, equalTemperament(key), Math.round(0.03 * RATE));
        worst = Math.max(worst, Math.abs(centsBetween(frequency, equalTemperament(key))));
      }
    }
    expect(worst).toBeLessThan(0.1);
  });

  it('the measurement sees a tenth of a cent', () => {
    const off = 440 * 2 ** (0.1 / 1200);
    const sound = Float32Array.from(
      { length: RATE },
      (_, frame) => 0.2 * Math.sin((2 * Math.PI * off * frame) / RATE),
    );
    expect(centsBetween(measureFrequency(sound, 440, 0), 440)).toBeCloseTo(0.1, 3);
  });

  it.each([
    ['bend up', [[0, 0xe0, 0x7f, 0x7f]], 2 * (8191 / 8192)],
    ['bend down', [[0, 0xe0, 0, 0]], -2],
    [
      'bend range by RPN 0',
      [
        [0, 0xb0, 101, 0],
        [0, 0xb0, 100, 0],
        [0, 0xb0, 6, 12],
        [0, 0xe0, 0, 0x60],
      ],
      6,
    ],
    [
      'bend range with cents',
      [
        [0, 0xb0, 101, 0],
        [0, 0xb0, 100, 0],
        [0, 0xb0, 6, 3],
        [0, 0xb0, 38, 50],
        [0, 0xe0, 0, 0],
      ],
      -3.5,
    ],
    [
      'fine tuning by RPN 1',
      [
        [0, 0xb0, 101, 0],
        [0, 0xb0, 100, 1],
        [0, 0xb0, 6, 0x60],
        [0, 0xb0, 38, 0],
      ],
      0.5,
    ],
    [
      'coarse tuning by RPN 2',
      [
        [0, 0xb0, 101, 0],
        [0, 0xb0, 100, 2],
        [0, 0xb0, 6, 69],
      ],
      5,
    ],
    [
      'data entry for an NRPN is not ours',
      [
        [0, 0xb0, 101, 0],
        [0, 0xb0, 100, 2],
        [0, 0xb0, 99, 1],
        [0, 0xb0, 98, 1],
        [0, 0xb0, 6, 69],
      ],
      0,
    ],
  ] as [string, TimedMessage[], number][])('%s moves the pitch', (_what, messages, semitones) => {
    const sound = play([[0, 0xc0, ORGAN], ...messages, [0, 0x90, 60, 100]], 0.45);
    const expected = equalTemperament(60 + semitones);
    expect(Math.abs(centsBetween(measureFrequency(sound, expected, 1000), expected))).toBeLessThan(0.1);
  });

  it('a bend moves what sounds, over the octaves of the tables without a click', () => {
    const sweep = Array.from({ length: 200 }, (_, step): TimedMessage => {
      const value = Math.round(8192 + (8191 * step) / 199);
      return [0.2 + step * 0.002, 0xe0, value & 0x7f, value >> 7];
    });
    const sound = play(
      [[0, 0xc0, 80], [0, 0xb0, 101, 0], [0, 0xb0, 100, 0], [0, 0xb0, 6, 24], [0, 0x90, 72, 100], ...sweep],
      1.2,
    );
    expect(findClicks(sound, RATE, { from: Math.round(0.05 * RATE) })).toEqual([]);
    const expected = equalTemperament(72 + 24 * (8191 / 8192));
    expect(
      Math.abs(centsBetween(measureFrequency(sound, expected, Math.round(0.75 * RATE)), expected)),
    ).toBeLessThan(0.1);
  });

  it('modulation is vibrato around the pitch', () => {
    const frequencies = (modulation: number): number[] => {
      const sound = play(
        [
          [0, 0xc0, FLUTE],
          [0, 0xb0, 1, modulation],
          [0, 0x90, 69, 100],
        ],
        1.1,
      );
      // Zero crossings, period by period.
      const crossings: number[] = [];
      for (let frame = Math.round(0.1 * RATE); frame < sound.length; frame++) {
        const before = sound[frame - 1]!;
        const here = sound[frame]!;
        if (before < 0 && here >= 0) crossings.push(frame - here / (here - before));
      }
      return crossings.slice(1).map((crossing, index) => RATE / (crossing - crossings[index]!));
    };
    const spread = (values: number[]): number => Math.max(...values) - Math.min(...values);
    expect(spread(frequencies(0))).toBeLessThan(1);
    const vibrato = frequencies(127);
    expect(centsBetween(Math.max(...vibrato), 440)).toBeGreaterThan(40);
    expect(centsBetween(Math.min(...vibrato), 440)).toBeLessThan(-40);
  });
});

describe('WavetableSynth: level', () => {
  it('a note of the default program at velocity 100 peaks between -15 and -12 dBFS', () => {
    for (const key of [48, 60, 72]) {
      const peak = decibels(peakOf(play([[0, 0x90, key, 100]], 0.5)));
      expect(peak).toBeGreaterThan(-15);
      expect(peak).toBeLessThan(-12);
    }
  });

  it('sixteen notes of any program stay below full scale', { timeout: 60_000 }, () => {
    const keys = [36, 40, 43, 48, 52, 55, 60, 64, 67, 72, 76, 79, 84, 88, 91, 96];
    for (let program = 0; program < 128; program++) {
      const chord = keys.map((key): TimedMessage => [0, 0x90, key, 100]);
      const sound = play([[0, 0xc0, program], ...chord], 0.4, 32_000);
      expect(peakOf(sound), `program ${program}`).toBeLessThan(1);
      expect(peakOf(sound), `program ${program}`).toBeGreaterThan(0.2);
    }
  });

  it('follows velocity, volume and expression by 40 log10', () => {
    const level = (velocity: number, ...messages: TimedMessage[]): number =>
      decibels(
        rmsOf(play([[0, 0xc0, FLUTE], ...messages, [0, 0x90, 60, velocity]], 0.6), RATE * 0.4, RATE * 0.6),
      );
    const reference = level(100);
    // The bright layer follows velocity too, hence the wider bound.
    expect(level(50) - reference).toBeCloseTo(-12.04, 0);
    expect(level(100, [0, 0xb0, 7, 50]) - reference).toBeCloseTo(-12.04, 1);
    expect(level(100, [0, 0xb0, 11, 64]) - reference).toBeCloseTo(40 * Math.log10(64 / 127), 1);
    expect(level(100, [0, 0xb0, 7, 0])).toBe(-Infinity);
  });

  it('pans with constant power', () => {
    const sides = (pan: number): [number, number] => {
      const { left, right } = playStereo(
        [
          [0, 0xc0, FLUTE],
          [0, 0xb0, 10, pan],
          [0, 0x90, 60, 100],
        ],
        0.6,
      );
      return [rmsOf(left, RATE * 0.4, RATE * 0.6), rmsOf(right, RATE * 0.4, RATE * 0.6)];
    };
    const [left, right] = sides(64);
    expect(left).toBeCloseTo(right, 6);
    const [hardLeft, nothing] = sides(0);
    expect(nothing).toBeLessThan(1e-9);
    expect(hardLeft / left).toBeCloseTo(Math.SQRT2, 3);
    const [, hardRight] = sides(127);
    expect(hardRight).toBeCloseTo(hardLeft, 5);
  });

  it('level controllers move what sounds without a click', () => {
    const sound = play(
      [
        [0, 0xc0, FLUTE],
        [0, 0x90, 81, 100],
        [0.3, 0xb0, 7, 20],
        [0.5, 0xb0, 7, 127],
        [0.7, 0xb0, 11, 0],
        [0.9, 0xb0, 11, 127],
        [1.1, 0xb0, 10, 0],
      ],
      1.4,
    );
    expect(peakOf(sound, RATE * 0.75, RATE * 0.9)).toBeLessThan(1e-4);
    expect(findClicks(sound, RATE, { from: RATE * 0.1 })).toEqual([]);
  });
});

describe('WavetableSynth: notes', () => {
  it('the default program sounds within 5 ms and starts on the frame of the note-on', () => {
    const sound = play([[0.01, 0x90, 60, 100]], 0.1);
    expect(firstSound(sound)).toBe(481);
    expect(peakOf(sound, 480, 480 + Math.round(0.005 * RATE))).toBeGreaterThan(0.5 * peakOf(sound));
  });

  it('starts and ends without a click', () => {
    for (const program of [0, ORGAN, 40, 56, 81]) {
      const sound = play(
        [
          [0, 0xc0, program],
          [0.1, 0x90, 76, 100],
          [0.4, 0x80, 76, 0],
        ],
        1.5,
      );
      expect(findClicks(sound, RATE), `program ${program}`).toEqual([]);
    }
  });

  it('ends in digital silence and frees the voice', () => {
    const { left, synth } = playStereo(
      [
        [0, 0x90, 60, 100],
        [0.2, 0x90, 60, 0],
      ],
      2,
    );
    expect(synth.activeVoices).toBe(0);
    expect(peakOf(left, Math.round(1.4 * RATE))).toBe(0);
    expect(peakOf(left, Math.round(0.25 * RATE), Math.round(0.3 * RATE))).toBeGreaterThan(0.001);
  });

  const soundsLate = (...messages: TimedMessage[]): boolean =>
    peakOf(play([[0, 0xc0, ORGAN], ...messages], 1), Math.round(0.9 * RATE)) > 0.01;

  it('sustain holds a note whose key is up until the pedal is', () => {
    expect(soundsLate([0, 0x90, 60, 100], [0.2, 0x80, 60, 0])).toBe(false);
    expect(soundsLate([0, 0xb0, 64, 127], [0, 0x90, 60, 100], [0.2, 0x80, 60, 0])).toBe(true);
    expect(soundsLate([0, 0xb0, 64, 127], [0, 0x90, 60, 100], [0.2, 0x80, 60, 0], [0.3, 0xb0, 64, 0])).toBe(
      false,
    );
    // The key is still down when the pedal goes up.
    expect(soundsLate([0, 0xb0, 64, 127], [0, 0x90, 60, 100], [0.3, 0xb0, 64, 0])).toBe(true);
  });

  it.each([
    ['all notes off', [0.3, 0xb0, 123, 0]],
    ['all sound off', [0.3, 0xb0, 120, 0]],
    ['omni off', [0.3, 0xb0, 124, 0]],
    ['mono on', [0.3, 0xb0, 126, 1]],
    ['GM on', [0.3, 0xf0, 0x7e, 0x7f, 0x09, 0x01, 0xf7]],
    ['GS reset', [0.3, 0xf0, 0x41, 0x10, 0x42, 0x12, 0x40, 0, 0x7f, 0, 0x41, 0xf7]],
    ['XG on', [0.3, 0xf0, 0x43, 0x10, 0x4c, 0, 0, 0x7e, 0, 0xf7]],
    ['system reset', [0.3, 0xff]],
  ] as [string, TimedMessage][])('%s ends a held note', (_what, message) => {
    expect(soundsLate([0, 0x90, 60, 100], message)).toBe(false);
  });

  it('all notes off waits for the pedal, all sound off does not', () => {
    const pedal: TimedMessage = [0, 0xb0, 64, 127];
    expect(soundsLate(pedal, [0, 0x90, 60, 100], [0.3, 0xb0, 123, 0])).toBe(true);
    expect(soundsLate(pedal, [0, 0x90, 60, 100], [0.3, 0xb0, 120, 0])).toBe(false);
  });

  it('messages of other channels and unknown SysEx leave a note alone', () => {
    expect(
      soundsLate(
        [0, 0x90, 60, 100],
        [0.3, 0xb1, 120, 0],
        [0.3, 0x81, 60, 0],
        [0.3, 0xf0, 0x7d, 1, 2, 3, 4, 0xf7],
      ),
    ).toBe(true);
  });

  it('reset controllers restores bend, expression and pedal, not volume and program', () => {
    const changed: TimedMessage[] = [
      [0, 0xc0, FLUTE],
      [0, 0xb0, 7, 80],
    ];
    const clean = play([...changed, [0.01, 0x90, 60, 100]], 0.4);
    const reset = play(
      [
        ...changed,
        [0, 0xe0, 0, 0],
        [0, 0xb0, 11, 10],
        [0, 0xb0, 64, 127],
        [0, 0xb0, 1, 100],
        [0, 0xb0, 121, 0],
        [0.01, 0x90, 60, 100],
      ],
      0.4,
    );
    expect(reset).toEqual(clean);
  });

  it('GM on restores everything', () => {
    const clean = play([[0.01, 0x90, 60, 100]], 0.4);
    const reset = play(
      [
        [0, 0xc0, 48],
        [0, 0xb0, 7, 10],
        [0, 0xb0, 10, 0],
        [0, 0xb0, 101, 0],
        [0, 0xb0, 100, 2],
        [0, 0xb0, 6, 70],
        [0, 0xf0, 0x7e, 0x7f, 0x09, 0x01, 0xf7],
        [0.01, 0x90, 60, 100],
      ],
      0.4,
    );
    expect(reset).toEqual(clean);
  });
});

describe('WavetableSynth: polyphony', () => {
  /** 96 held notes, almost inaudible but for the first. */
  const full: TimedMessage[] = Array.from({ length: 96 }, (_, index): TimedMessage => {
    const channel = index % 6;
    return [0, 0x90 | channel, 40 + Math.floor(index / 6) * 2, index === 0 ? 120 : 1];
  });
  const programs: TimedMessage[] = Array.from({ length: 6 }, (_, channel): TimedMessage => [
    0,
    0xc0 | channel,
    FLUTE,
  ]);

  it('plays at least 64 notes at once', () => {
    const { synth } = playStereo([...programs, ...full], 0.1);
    expect(synth.activeVoices).toBe(96);
    expect(synth.lostNotes).toBe(0);
  });

  it('takes a released note first and fades it out within 10 ms, without a click', () => {
    const release: TimedMessage = [0.3, 0x80, 40, 0];
    const steal: TimedMessage = [0.3, 0x91, 41, 1];
    const stolen = play([...programs, ...full, release, steal], 0.6);
    const released = play([...programs, ...full, release], 0.6);
    const at = Math.round(0.3 * RATE);
    const later = at + Math.round(0.01 * RATE);
    expect(peakOf(stolen, later, later + 500)).toBeLessThan(0.05 * peakOf(released, later, later + 500));
    expect(findClicks(stolen, RATE, { from: RATE * 0.1 })).toEqual([]);
    // The same cut off hard is a click: the check can fail.
    const cut = stolen.slice();
    cut.fill(0, at + 30);
    expect(findClicks(cut, RATE, { from: RATE * 0.1 })).not.toEqual([]);
  });

  it('survives far more notes than voices', () => {
    const synth = new WavetableSynth({ sampleRate: RATE });
    const left = new Float32Array(64);
    for (let count = 0; count < 5000; count++) {
      synth.send(Uint8Array.of(0x90 | (count % 16), (count * 7) % 128, 100), 0, 3);
      if (count % 10 === 0) synth.render(left, left, 0, 7);
    }
    expect(synth.activeVoices).toBeLessThanOrEqual(256);
    for (let channel = 0; channel < 16; channel++) synth.send(Uint8Array.of(0xb0 | channel, 120, 0), 0, 3);
    const rest = new Float32Array(RATE / 10);
    synth.render(rest, rest, 0, rest.length);
    expect(synth.activeVoices).toBe(0);
    expect(rest.every(Number.isFinite)).toBe(true);
  });

  it('keys of any pitch and bend stay finite', () => {
    const messages: TimedMessage[] = [
      [0, 0xc0, 81],
      [0, 0xb0, 101, 0],
      [0, 0xb0, 100, 0],
      [0, 0xb0, 6, 127],
      [0, 0x90, 127, 127],
      [0, 0x90, 0, 127],
      [0.05, 0xe0, 0x7f, 0x7f],
      [0.1, 0xe0, 0, 0],
    ];
    for (const rate of [8_000, 48_000, 192_000]) {
      const sound = play(messages, 0.2, rate);
      expect(sound.every(Number.isFinite)).toBe(true);
      expect(peakOf(sound)).toBeLessThan(1);
    }
  });
});

describe('WavetableSynth: percussion', () => {
  it('channel 10 plays all keys of General MIDI and rings out by itself', () => {
    for (let key = 35; key <= 81; key++) {
      const { left, right, synth } = playStereo(
        [
          [0, 0x99, key, 100],
          [0.001, 0x89, key, 0],
        ],
        0.3,
      );
      const peak = Math.max(peakOf(left), peakOf(right));
      expect(decibels(peak), `key ${key}`).toBeGreaterThan(-26);
      expect(decibels(peak), `key ${key}`).toBeLessThan(-8);
      expect(synth.activeVoices).toBeLessThanOrEqual(1);
    }
  });

  it('a key without a sound is silent', () => {
    expect(peakOf(play([[0, 0x99, 10, 100]], 0.1))).toBe(0);
  });

  it('a closed hi-hat cuts an open one off, a snare does not', () => {
    const rest = (key: number): number => {
      const { left } = playStereo(
        [
          [0, 0x99, 46, 100],
          [0.05, 0x99, key, 1],
        ],
        0.3,
      );
      return peakOf(left, Math.round(0.2 * RATE));
    };
    expect(rest(42)).toBeLessThan(0.05 * rest(38));
  });

  it('every performance sounds the same', () => {
    const beat: TimedMessage[] = [
      [0, 0x99, 38, 100],
      [0.1, 0x99, 42, 100],
    ];
    expect(play(beat, 0.3)).toEqual(play(beat, 0.3));
  });
});

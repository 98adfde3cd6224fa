import { describe, expect, it } from 'vitest';
import { NO_SOURCE } from '../../../src/main/synth/collections/modulator.ts';
import { Parameter } from '../../../src/main/synth/collections/parameter.ts';
import {
  amplitudeOf,
  articulation,
  collection,
  cosineSample,
  decibels,
  instrument,
  modulator,
  play,
  RATE,
  region,
  synthOf,
  VOICE_LEVEL,
  type TimedMessage,
} from './testCollection.ts';
import { centsBetween, firstSound, measureFrequency, peakOf } from './support.ts';

const NOTE_ON = [0x90, 60, 100] as const;
const NOTE_OFF = [0x80, 60, 0] as const;
const FULL = (30_000 / 32_768) * VOICE_LEVEL;

const one = (settings = {}, over = {}, instrumentOver = {}) =>
  collection([instrument([region(settings, over)], instrumentOver)]);

describe('a note', () => {
  it('starts on exactly its frame, at 44.1, 48 and 96 kHz', () => {
    for (const sampleRate of [44_100, 48_000, 96_000]) {
      for (const frame of [0, 1, 63, 64, 777, 4095]) {
        const { left } = play(synthOf(one(), { sampleRate }).synth, [[frame, ...NOTE_ON]], 5000);
        expect(firstSound(left)).toBe(frame);
      }
    }
  });

  it('has the level, the pitch and the place that the region says', () => {
    const { left, right } = play(synthOf(one()).synth, [[0, ...NOTE_ON]], RATE);
    expect(amplitudeOf(left, 4800, 9600)).toBeCloseTo(FULL, 4);
    expect(amplitudeOf(right, 4800, 9600)).toBeCloseTo(FULL, 4);
    expect(Math.abs(centsBetween(measureFrequency(left, 480, 2000), 480))).toBeLessThan(0.01);

    const panned = play(synthOf(one({ pan: -50 })).synth, [[0, ...NOTE_ON]], 9600);
    expect(amplitudeOf(panned.left, 4800, 4800)).toBeCloseTo(FULL * Math.SQRT2, 4);
    expect(peakOf(panned.right)).toBeLessThan(1e-6);

    const quiet = play(synthOf(one({ attenuation: 20 })).synth, [[0, ...NOTE_ON]], 9600);
    expect(decibels(amplitudeOf(quiet.left, 4800, 4800) / FULL)).toBeCloseTo(-20, 2);
  });

  it.each([
    ['key 72', {}, 72, 1200],
    ['key 53', {}, 53, -700],
    ['pitch', { pitch: 37 }, 60, 37],
    ['scale tuning', { scaleTuning: 50 }, 72, 600],
    ['no scale tuning', { scaleTuning: 0 }, 100, 0],
    ['fixed key', { fixedKey: 64 }, 90, 400],
  ])('is tuned by %s', (_what, settings, key, cents) => {
    const { left } = play(synthOf(one(settings)).synth, [[0, 0x90, key, 100]], RATE);
    const expected = 480 * 2 ** (cents / 1200);
    expect(Math.abs(centsBetween(measureFrequency(left, expected, 2000), expected))).toBeLessThan(0.05);
  });

  it('plays a sample without a loop to its end and no further', () => {
    const { synth } = synthOf(one({}, { loop: undefined }));
    const { left } = play(synth, [[0, ...NOTE_ON]], 12_000);
    expect(peakOf(left, 9900, 9990)).toBeGreaterThan(FULL * 0.9);
    expect(peakOf(left, 10_002)).toBe(0);
    expect(synth.activeVoices).toBe(0);
  });

  it('goes through loops of any length without a seam', () => {
    for (const [start, end] of [
      [100, 200],
      [0, 100],
      [300, 400],
      [50, 250],
      [1000, 9900],
    ] as const) {
      for (const key of [24, 60, 67, 96]) {
        const what = one({}, { loop: { start, end, mode: 'continuous' } });
        const { left } = play(synthOf(what).synth, [[0, 0x90, key, 100]], 30_000);
        const step = 2 * Math.PI * (480 / RATE) * 2 ** ((key - 60) / 12);
        // A cosine never moves more than this from frame to frame, a seam does. The sample itself begins with one.
        const most = FULL * Math.min(2, step) * 1.02;
        for (let frame = 32; frame < left.length; frame++)
          expect(Math.abs(left[frame]! - left[frame - 1]!)).toBeLessThan(most);
        expect(amplitudeOf(left, 10_000, 10_000) / FULL).toBeGreaterThan(0.85);
      }
    }
  });

  it('leaves a loop that lasts until release, and plays the rest of the sample', () => {
    const data = Int16Array.from({ length: 6000 }, (_none, frame) => (frame < 3000 ? 1000 : 20_000));
    const sample = { name: '', rate: RATE, frames: 6000, data, compressed: undefined };
    const what = collection(
      [
        instrument([
          region({ volumeRelease: 8000 }, { loop: { start: 1000, end: 3000, mode: 'untilRelease' } }),
        ]),
      ],
      [sample],
    );
    const { left } = play(
      synthOf(what).synth,
      [
        [0, ...NOTE_ON],
        [10_000, ...NOTE_OFF],
      ],
      20_000,
    );
    expect(peakOf(left, 0, 10_000)).toBeLessThan((1100 / 32_768) * VOICE_LEVEL);
    // The loop ends at frame 11000; the rest of the sample is 3000 frames long.
    expect(peakOf(left, 11_010, 13_900)).toBeGreaterThan((19_000 / 32_768) * VOICE_LEVEL);
    expect(peakOf(left, 10_000, 10_990)).toBeLessThan((1100 / 32_768) * VOICE_LEVEL);
    expect(peakOf(left, 14_010)).toBe(0);
  });
});

describe('envelopes', () => {
  it('are silent for the delay and begin on its last frame', () => {
    const delay = 1200 * Math.log2(0.1);
    const { left } = play(synthOf(one({ volumeDelay: delay })).synth, [[100, ...NOTE_ON]], 9600);
    expect(firstSound(left)).toBe(4900);
  });

  it('rise linearly in the attack time', () => {
    const attack = 1200 * Math.log2(0.5);
    const { left } = play(synthOf(one({ volumeAttack: attack })).synth, [[0, ...NOTE_ON]], RATE);
    for (const part of [0.1, 0.25, 0.5, 0.9]) {
      const from = Math.round(part * 24_000) - 50;
      expect(amplitudeOf(left, from, 100) / FULL).toBeCloseTo(part, 2);
    }
    expect(amplitudeOf(left, 24_100, 1000) / FULL).toBeCloseTo(1, 3);
  });

  it('hold, then fall by 96 dB in the decay time down to the sustain level', () => {
    const settings = {
      volumeHold: 1200 * Math.log2(0.2),
      volumeDecay: 1200 * Math.log2(1),
      volumeSustain: 30,
    };
    const { left } = play(synthOf(one(settings)).synth, [[0, ...NOTE_ON]], RATE);
    const level = (seconds: number) =>
      decibels(amplitudeOf(left, Math.round(seconds * RATE) - 100, 200) / FULL);
    expect(level(0.19)).toBeCloseTo(0, 1);
    expect(level(0.3)).toBeCloseTo(-9.6, 1);
    expect(level(0.45)).toBeCloseTo(-24, 1);
    expect(level(0.6)).toBeCloseTo(-30, 1);
    expect(level(0.9)).toBeCloseTo(-30, 1);
  });

  it('make times shorter on higher keys', () => {
    const settings = { volumeDecay: 1200, volumeSustain: 96, keyToVolumeDecay: 100 };
    const { left } = play(synthOf(one(settings)).synth, [[0, 0x90, 72, 100]], RATE);
    // Two seconds, and one octave higher half of that.
    expect(decibels(amplitudeOf(left, 14_350, 100) / FULL)).toBeCloseTo(-28.8, 1);
  });

  it('fall by 96 dB in the release time, from the frame of the note-off on', () => {
    const release = 1200 * Math.log2(1);
    for (const off of [9600, 9633, 9663]) {
      const { synth } = synthOf(one({ volumeRelease: release }));
      const { left } = play(
        synth,
        [
          [0, ...NOTE_ON],
          [off, ...NOTE_OFF],
        ],
        RATE + 12_000,
      );
      expect(decibels(amplitudeOf(left, off - 200, 200) / FULL)).toBeCloseTo(0, 2);
      expect(decibels(amplitudeOf(left, off + 4700, 200) / FULL)).toBeCloseTo(-9.6, 1);
      expect(decibels(amplitudeOf(left, off + 24_000 - 100, 200) / FULL)).toBeCloseTo(-48, 1);
      expect(synth.activeVoices).toBe(0);
    }
  });

  it('release from where the attack has come to', () => {
    const settings = { volumeAttack: 1200 * Math.log2(1), volumeRelease: 1200 * Math.log2(1) };
    const { left } = play(
      synthOf(one(settings)).synth,
      [
        [0, ...NOTE_ON],
        [24_010, ...NOTE_OFF],
      ],
      RATE,
    );
    expect(decibels(amplitudeOf(left, 24_010 + 4800 - 50, 100) / FULL)).toBeCloseTo(-16, 0);
  });

  it('move the pitch by the modulation envelope and the LFOs', () => {
    const settings = { modulationEnvelopeToPitch: 1200, modulationAttack: -32768, modulationDecay: 8000 };
    const { left } = play(synthOf(one(settings)).synth, [[0, ...NOTE_ON]], RATE);
    expect(centsBetween(measureFrequency(left, 960, 500), 960)).toBeGreaterThan(-20);

    // 4 Hz: a quarter of a cycle is a rise by 600 cents.
    const lfo = {
      vibratoLfoToPitch: 600,
      vibratoLfoFrequency: 1200 * Math.log2(4 / 8.176),
      vibratoLfoDelay: -32768,
    };
    const vibrato = play(synthOf(one(lfo)).synth, [[0, ...NOTE_ON]], RATE).left;
    const crossings = (from: number, frames: number) => {
      let count = 0;
      for (let frame = from; frame < from + frames; frame++)
        if (vibrato[frame]! < 0 !== vibrato[frame + 1]! < 0) count++;
      return count / 2 / (frames / RATE);
    };
    expect(crossings(2500, 1000)).toBeGreaterThan(600);
    expect(crossings(8500, 1000)).toBeLessThan(380);
  });
});

describe('the filter', () => {
  it('falls by 3 dB at its corner and by 12 dB per octave above', () => {
    const level = (cutoff: number, key: number) => {
      const what = one({ filterCutoff: cutoff });
      const { left } = play(synthOf(what).synth, [[0, 0x90, key, 100]], 24_000);
      return decibels(amplitudeOf(left, 12_000, 9600) / FULL);
    };
    const corner = 1200 * Math.log2(480 / 8.175798915643707);
    expect(level(corner, 60)).toBeCloseTo(-3, 1);
    expect(level(corner, 72)).toBeCloseTo(-12.3, 0);
    expect(level(corner, 36)).toBeCloseTo(0, 1);
  });

  it('peaks by its resonance, half of which is taken from the level', () => {
    const corner = 1200 * Math.log2(480 / 8.175798915643707);
    const { left } = play(
      synthOf(one({ filterCutoff: corner, filterResonance: 20 })).synth,
      [[0, ...NOTE_ON]],
      24_000,
    );
    // Q over DC at the corner is 20 - 3 dB; DC lies at -10 dB.
    expect(decibels(amplitudeOf(left, 12_000, 9600) / FULL)).toBeCloseTo(7, 0);
  });
});

describe('modulators', () => {
  const at = (what: Parameters<typeof modulator>[0], messages: readonly TimedMessage[], note = NOTE_ON) => {
    const sound = collection([
      instrument([region({}, { articulation: articulation({}, [modulator(what)]) })]),
    ]);
    const { left } = play(synthOf(sound).synth, [...messages, [100, ...note]], 24_000);
    return left;
  };
  const level = (samples: Float32Array) => decibels(amplitudeOf(samples, 12_000, 9600) / FULL);
  const attenuation = { parameter: Parameter.attenuation };

  it('let velocity and controllers attenuate by their curves', () => {
    const velocity = {
      kind: 'velocity',
      controller: 0,
      curve: 'concave',
      bipolar: false,
      inverted: true,
    } as const;
    const loud = at({ source: velocity, destination: attenuation, amount: 96 }, [], [0x90, 60, 127] as never);
    expect(level(loud)).toBeCloseTo(0, 2);
    const half = at({ source: velocity, destination: attenuation, amount: 96 }, [], [0x90, 60, 64] as never);
    expect(level(half)).toBeCloseTo(40 * Math.log10(64 / 127), 1);

    const controller = { ...velocity, kind: 'controller', controller: 7 } as const;
    const set = at({ source: controller, destination: attenuation, amount: 96 }, [[0, 0xb0, 7, 32]]);
    expect(level(set)).toBeCloseTo(40 * Math.log10(32 / 127), 1);
    const moved = at({ source: controller, destination: attenuation, amount: 96 }, []);
    expect(level(moved)).toBeCloseTo(40 * Math.log10(100 / 127), 1);
  });

  it('bend the pitch by wheel and range', () => {
    const wheel = {
      kind: 'pitchWheel',
      controller: 0,
      curve: 'linear',
      bipolar: true,
      inverted: false,
    } as const;
    const range = { ...wheel, kind: 'pitchWheelRange', bipolar: false } as const;
    const what = {
      source: wheel,
      amountSource: range,
      destination: { parameter: Parameter.pitch },
      amount: 12_800,
    };
    const bent = at(what, [[0, 0xe0, 0, 0x60]]);
    expect(Math.abs(centsBetween(measureFrequency(bent, 480 * 2 ** (1 / 12), 2000), 480) - 100)).toBeLessThan(
      0.05,
    );
    // RPN 0: a range of 12 semitones.
    const wide = at(what, [
      [0, 0xb0, 101, 0],
      [0, 0xb0, 100, 0],
      [0, 0xb0, 6, 12],
      [0, 0xe0, 0, 0x20],
    ]);
    const expected = 480 * 2 ** (-6 / 12);
    expect(Math.abs(centsBetween(measureFrequency(wide, expected, 2000), expected))).toBeLessThan(0.05);
  });

  it('feed each other', () => {
    const source = {
      kind: 'controller',
      controller: 20,
      curve: 'linear',
      bipolar: false,
      inverted: false,
    } as const;
    const linked = [
      modulator({ source: { ...NO_SOURCE, kind: 'link' }, destination: attenuation, amount: 40 }),
      modulator({ source, destination: { modulator: 0 }, amount: 0.5 }),
    ];
    const sound = collection([instrument([region({}, { articulation: articulation({}, linked) })])]);
    const { left } = play(
      synthOf(sound).synth,
      [
        [0, 0xb0, 20, 127],
        [100, ...NOTE_ON],
      ],
      24_000,
    );
    expect(level(left)).toBeCloseTo((-20 * 127) / 128, 1);
  });
});

describe('rendering', () => {
  const busy: TimedMessage[] = [];
  for (let count = 0; count < 300; count++) {
    const at = count * 97;
    const channel = count % 4;
    busy.push([at, 0x90 | channel, 40 + ((count * 7) % 40), 60 + (count % 60)]);
    if (count > 10) busy.push([at, 0x80 | ((count - 9) % 4), 40 + (((count - 9) * 7) % 40), 0]);
    if (count % 5 === 0) busy.push([at, 0xb0 | channel, 10, count % 128]);
  }
  const rich = {
    volumeDelay: -7000,
    volumeAttack: -6000,
    volumeDecay: 0,
    volumeSustain: 20,
    volumeRelease: -1200,
    filterCutoff: 8000,
    modulationEnvelopeToCutoff: 2400,
    vibratoLfoToPitch: 30,
    vibratoLfoFrequency: -600,
    reverbSend: 40,
    chorusSend: 30,
  };

  it('gives bit for bit the same in blocks of 64 to 4096 frames', () => {
    const render = (blocks: number[]) => {
      const { synth } = synthOf(one(rich), { effects: { reverb: true, chorus: true }, voices: 24 });
      const sound = play(synth, busy, 40_000, blocks);
      expect(synth.lostNotes).toBeGreaterThan(0);
      return sound;
    };
    const expected = render([512]);
    expect(peakOf(expected.left)).toBeGreaterThan(0.1);
    for (const blocks of [[64], [100], [4096], [64, 333, 1000, 2048], [1, 2, 3, 5, 7, 11]])
      expect(render(blocks)).toEqual(expected);
  });

  it('stays within the number of voices and takes the least important one', () => {
    const { synth } = synthOf(one(), { voices: 8 });
    const messages: TimedMessage[] = Array.from({ length: 12 }, (_none, index) => [
      index,
      0x90,
      40 + index,
      100,
    ]);
    play(synth, messages, 4800);
    expect(synth.activeVoices).toBe(8);
    expect(synth.lostNotes).toBe(4);
  });

  it('reverberates as long as the sound lasts', () => {
    const { synth } = synthOf(one({ reverbSend: 100 }), { effects: { reverb: true, chorus: false } });
    const { left, right } = play(synth, [[0, ...NOTE_ON]], 8 * RATE);
    const last = 7 * RATE;
    // Dry, both sides are the same.
    let difference = 0;
    for (let frame = last; frame < left.length; frame++) {
      difference = Math.max(difference, Math.abs(left[frame]! - right[frame]!));
    }
    expect(difference).toBeGreaterThan(FULL / 100);
  });

  it('reverberates after the sound, and ends', () => {
    const { synth } = synthOf(one({ reverbSend: 100 }), { effects: { reverb: true, chorus: true } });
    const { left } = play(
      synth,
      [
        [0, ...NOTE_ON],
        [4800, ...NOTE_OFF],
      ],
      6 * RATE,
    );
    const level = (seconds: number) => decibels(amplitudeOf(left, seconds * RATE, 4800) / FULL);
    expect(level(0.2)).toBeGreaterThan(-40);
    expect(level(1.2)).toBeLessThan(level(0.2) - 25);
    expect(synth.isSilent).toBe(true);
    expect(peakOf(left, 5.5 * RATE)).toBe(0);
  });

  it('fades everything out, effects too, and starts anew at full level', () => {
    const { synth } = synthOf(one({ reverbSend: 100 }), { effects: { reverb: true, chorus: true } });
    play(synth, [[0, ...NOTE_ON]], 9600);
    synth.fadeOutAll(0.5);
    synth.reset();
    const { left } = play(synth, [], 9600);
    expect(peakOf(left, 0, 10)).toBeLessThan(0.75 * peakOf(left) + 0.3);
    expect(peakOf(left, 4800)).toBe(0);
    const again = play(synth, [[0, ...NOTE_ON]], 9600);
    expect(amplitudeOf(again.left, 0, 4800)).toBeGreaterThan(0.8 * FULL);
  });
});

describe('priorities', () => {
  it('80: defaults are standard and an offset by channel', () => {
    const { synth } = synthOf(one());
    expect(synth.priorityOf(0, 9)).toBe(0x8000000f);
    expect(synth.priorityOf(0, 0)).toBe(0x8000000e);
    expect(synth.priorityOf(0, 15)).toBe(0x80000000);
    expect(synth.priorityOf(1, 0)).toBeUndefined();
  });

  it('let a note take voices of lower priority only', () => {
    const { synth } = synthOf(one(), { voices: 4 });
    synth.setPriority(0, 1, 0xc0000000);
    play(
      synth,
      [0, 1, 2, 3].map((index) => [index, 0x91, 50 + index, 100] as const),
      1000,
    );
    // Channel 1 is standard: it gets nothing.
    play(synth, [[0, 0x90, 70, 100]], 1000);
    expect(synth.lostNotes).toBe(1);
    synth.setPriority(0, 0, 0xf0000000);
    play(synth, [[0, 0x90, 70, 100]], 1000);
    expect(synth.lostNotes).toBe(2);
    synth.send(Uint8Array.of(0xb1, 123, 0), 0, 3);
    play(synth, [], 48_000);
    expect(synth.activeVoices).toBe(1);
  });
});

describe('pedals, modes and tunings', () => {
  const heldAfter = (messages: readonly TimedMessage[], frames = 40_000) => {
    const { synth } = synthOf(one());
    play(synth, messages, frames);
    return synth.activeVoices;
  };

  it('hold notes with the sustain pedal until it is lifted', () => {
    const down: TimedMessage = [10, 0xb0, 64, 127];
    expect(heldAfter([[0, ...NOTE_ON], down, [100, ...NOTE_OFF]])).toBe(1);
    expect(heldAfter([[0, ...NOTE_ON], down, [100, ...NOTE_OFF], [200, 0xb0, 64, 0]])).toBe(0);
    expect(heldAfter([[0, ...NOTE_ON], down, [100, ...NOTE_OFF], [200, 0xb0, 121, 0]])).toBe(0);
  });

  it('hold with the sostenuto pedal what was down when it was pressed', () => {
    const messages: TimedMessage[] = [
      [0, ...NOTE_ON],
      [10, 0xb0, 66, 127],
      [20, 0x90, 70, 100],
      [100, ...NOTE_OFF],
      [100, 0x80, 70, 0],
    ];
    expect(heldAfter(messages)).toBe(1);
    expect(heldAfter([...messages, [200, 0xb0, 66, 0]])).toBe(0);
  });

  it('end notes by 120 and 123', () => {
    expect(
      heldAfter([
        [0, ...NOTE_ON],
        [10, 0xb0, 123, 0],
      ]),
    ).toBe(0);
    expect(
      heldAfter([
        [0, ...NOTE_ON],
        [5, 0xb0, 64, 127],
        [10, 0xb0, 120, 0],
      ]),
    ).toBe(0);
  });

  it('let one note of an exclusive class end the other', () => {
    const what = collection([
      instrument([
        region({}, { keys: { low: 42, high: 42 }, exclusiveClass: 1 }),
        region({}, { keys: { low: 46, high: 46 }, exclusiveClass: 1 }),
        region({}, { keys: { low: 50, high: 50 } }),
      ]),
    ]);
    const { synth } = synthOf(what);
    play(
      synth,
      [
        [0, 0x90, 46, 100],
        [10, 0x90, 50, 100],
        [1000, 0x90, 42, 100],
      ],
      9600,
    );
    expect(synth.activeVoices).toBe(2);
  });

  it('sound a repeated key anew and let the old note go', () => {
    expect(
      heldAfter([
        [0, ...NOTE_ON],
        [4800, ...NOTE_ON],
      ]),
    ).toBe(1);
  });

  const pitchAfter = (messages: readonly TimedMessage[], expected: number) => {
    const { left } = play(synthOf(one()).synth, [...messages, [100, ...NOTE_ON]], 48_000);
    return centsBetween(measureFrequency(left, expected, 20_000), 480);
  };

  it.each([
    [
      'RPN 1, fine',
      [
        [0xb0, 101, 0],
        [0xb0, 100, 1],
        [0xb0, 6, 96],
        [0xb0, 38, 0],
      ],
      50,
    ],
    [
      'RPN 2, coarse',
      [
        [0xb0, 101, 0],
        [0xb0, 100, 2],
        [0xb0, 6, 67],
      ],
      300,
    ],
    ['master fine tuning', [[0xf0, 0x7f, 0x7f, 4, 3, 0, 0x20, 0xf7]], -50],
    ['master coarse tuning', [[0xf0, 0x7f, 0x7f, 4, 4, 0, 0x42, 0xf7]], 200],
    [
      'GS scale tuning',
      [
        [
          0xf0, 0x41, 0x10, 0x42, 0x12, 0x40, 0x11, 0x40, 84, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
          0x5b, 0xf7,
        ],
      ],
      20,
    ],
    [
      'octave tuning',
      [[0xf0, 0x7e, 0x7f, 8, 8, 3, 0x7f, 0x7f, 54, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 0xf7]],
      -10,
    ],
    ['a single note', [[0xf0, 0x7f, 0x7f, 8, 2, 0, 1, 60, 61, 0x40, 0, 0xf7]], 150],
  ])('tune by %s', (_what, messages, cents) => {
    const expected = 480 * 2 ** (cents / 1200);
    const timed = messages.map((bytes) => [0, ...bytes] as const);
    expect(Math.abs(pitchAfter(timed, expected) - cents)).toBeLessThan(0.05);
  });

  it('glide from the last key with portamento on', () => {
    const { left } = play(
      synthOf(one()).synth,
      [
        [0, 0xb0, 65, 127],
        [0, 0xb0, 5, 64],
        [0, 0x90, 48, 100],
        [100, 0x80, 48, 0],
        [200, 0x90, 60, 100],
      ],
      48_000,
    );
    expect(Math.abs(centsBetween(measureFrequency(left, 480, 25_000), 480))).toBeLessThan(0.1);
    let crossings = 0;
    for (let frame = 4000; frame < 6000; frame++) if (left[frame]! < 0 !== left[frame + 1]! < 0) crossings++;
    expect(crossings / 2 / (2000 / RATE)).toBeLessThan(450);
  });

  it('set the master volume by SysEx', () => {
    const { left } = play(
      synthOf(one()).synth,
      [
        [0, 0xf0, 0x7f, 0x7f, 4, 1, 0, 0x40, 0xf7],
        [100, ...NOTE_ON],
      ],
      24_000,
    );
    expect(amplitudeOf(left, 9600, 9600) / FULL).toBeCloseTo(0x2000 / 0x3fff, 3);
  });
});

describe('instruments', () => {
  const kinds = collection([
    instrument([region({ pitch: 0 })], { program: 5 }),
    instrument([region({ pitch: 100 })], { program: 5, bankMsb: 8 }),
    instrument([region({ pitch: 200 })], { program: 5, bankMsb: 0, bankLsb: 3 }),
    instrument([region({ pitch: 300 })], { program: 0, isDrum: true }),
    instrument([region({ pitch: 400 })], { program: 8, isDrum: true }),
  ]);
  const GS_ON = [0xf0, 0x41, 0x10, 0x42, 0x12, 0x40, 0, 0x7f, 0, 0x41, 0xf7];
  const GM_ON = [0xf0, 0x7e, 0x7f, 9, 1, 0xf7];
  const XG_ON = [0xf0, 0x43, 0x10, 0x4c, 0, 0, 0x7e, 0, 0xf7];
  it.each([
    ['the program', [[0xc0, 5]], 0, 0],
    [
      'bank MSB',
      [
        [0xb0, 0, 8],
        [0xc0, 5],
      ],
      0,
      100,
    ],
    [
      'bank LSB',
      [
        [0xb0, 32, 3],
        [0xc0, 5],
      ],
      0,
      200,
    ],
    [
      'a bank that is not there',
      [
        [0xb0, 0, 77],
        [0xc0, 5],
      ],
      0,
      0,
    ],
    ['no bank in GM', [GM_ON, [0xb0, 0, 8], [0xc0, 5]], 0, 0],
    ['no LSB in GS', [GS_ON, [0xb0, 32, 3], [0xc0, 5]], 0, 0],
    ['channel 10', [[0xc9, 0]], 9, 300],
    ['another drum kit', [[0xc9, 8]], 9, 400],
    ['a drum kit on XG bank 127', [XG_ON, [0xb0, 0, 127], [0xc0, 8]], 0, 400],
    ['a GS rhythm part', [GS_ON, [0xf0, 0x41, 0x10, 0x42, 0x12, 0x40, 0x11, 0x15, 1, 0x19, 0xf7]], 0, 300],
  ])('are chosen by %s', (_what, messages, channel, cents) => {
    const timed = messages.map((bytes) => [0, ...bytes] as const);
    const { left } = play(synthOf(kinds).synth, [...timed, [100, 0x90 | channel, 60, 100]], 24_000);
    const expected = 480 * 2 ** (cents / 1200);
    expect(Math.abs(centsBetween(measureFrequency(left, expected, 2000), expected))).toBeLessThan(0.05);
  });

  it('come from the first collection that has them', () => {
    const { synth, memory } = synthOf(kinds);
    expect(synth.activeVoices).toBe(0);
    expect(memory.bytesInUse).toBeGreaterThan(0);
  });

  it('give their memory back when the last voice has let go', () => {
    const { synth, loaded, memory } = synthOf(kinds);
    const before = memory.bytesInUse;
    play(
      synth,
      [
        [0, 0xc0, 5],
        [0, ...NOTE_ON],
      ],
      1000,
    );
    let freed = false;
    synth.removeCollection(loaded);
    loaded.dispose(() => (freed = true));
    expect(freed).toBe(false);
    // A later note of it is silent; the first one sounds on.
    play(synth, [[0, 0x90, 64, 100]], 1000);
    expect(synth.activeVoices).toBe(1);
    play(synth, [[0, ...NOTE_OFF]], 4800);
    expect(freed).toBe(true);
    expect(memory.bytesInUse).toBeLessThan(before);
  });
});

it('24-bit samples sound as 16-bit ones do', () => {
  const integer = cosineSample();
  const data = Float32Array.from(integer.data as Int16Array, (value) => value / 32_768);
  const what = (sample: typeof integer) =>
    collection([instrument([region({ filterCutoff: 9000 })])], [sample]);
  const expected = play(synthOf(what(integer)).synth, [[0, ...NOTE_ON]], 4800).left;
  const { left } = play(synthOf(what({ ...integer, data })).synth, [[0, ...NOTE_ON]], 4800);
  for (let frame = 0; frame < 4800; frame++) expect(left[frame]).toBeCloseTo(expected[frame]!, 5);
});

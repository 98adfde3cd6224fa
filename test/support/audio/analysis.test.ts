import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { requires } from '../requirements.ts';
import { findClicks, sineDisturbance } from './click.ts';
import { findGaps, soundingRanges } from './dropout.ts';
import { firstSound, isDigitalSilence, peak, rms, rmsDb, toneAmplitude } from './level.ts';
import { findOnsets } from './onset.ts';
import { cents, findPitch, keyFrequency } from './pitch.ts';
import { bright, mix, RATE, tone } from './tones.ts';
import { readFloat32, readWav, writeWav } from './wav.ts';

const FREQUENCIES = [41.2, 110, 261.6256, 440, 1234.5, 2093, 4186];

describe('level', () => {
  it('measures a sine', () => {
    const sine = tone({ frequency: 1000, seconds: 1, harmonics: [0.5] });
    expect(peak(sine)).toBeCloseTo(0.5, 6);
    expect(rms(sine)).toBeCloseTo(0.5 / Math.SQRT2, 6);
    expect(rmsDb(sine)).toBeCloseTo(-9.0309, 3);
    expect(toneAmplitude(sine, RATE, 1000)).toBeCloseTo(0.5, 5);
    expect(toneAmplitude(sine, RATE, 1100)).toBeLessThan(1e-5);
  });

  it('knows digital silence from quiet sound', () => {
    const sound = new Float32Array(100);
    expect(isDigitalSilence(sound)).toBe(true);
    expect(firstSound(sound)).toBe(-1);
    expect(rmsDb(sound)).toBe(-Infinity);
    sound[50] = 1e-9;
    expect(isDigitalSilence(sound)).toBe(false);
    expect(firstSound(sound)).toBe(50);
    expect(isDigitalSilence(sound, 51)).toBe(true);
  });

  it('refuses an empty range', () => {
    expect(() => rms(new Float32Array(10), 5, 5)).toThrow(/nothing/);
  });
});

describe('pitch', () => {
  const timbres: [string, (frequency: number) => number[]][] = [
    ['a sine', () => [0.5]],
    ['a bright tone', bright],
    [
      'a tone of odd harmonics',
      (frequency) => bright(frequency).map((value, index) => (index % 2 ? 0 : value)),
    ],
    ['a tone whose second harmonic is louder', () => [0.1, 0.5, 0.2]],
    ['a tone without its fundamental', () => [0, 0.3, 0.3, 0.3]],
  ];
  for (const [name, harmonics] of timbres) {
    it(`is right to a cent for 150 ms of ${name}`, () => {
      for (const frequency of FREQUENCIES) {
        // Above that the harmonics of the last one lie beyond hearing.
        if (!harmonics(frequency)[0] && frequency > 3000) continue;
        for (const decay of [Infinity, 0.1]) {
          const sound = tone({
            frequency,
            seconds: 0.15,
            harmonics: harmonics(frequency),
            phase: 0.7,
            decay,
          });
          const pitch = findPitch(sound, RATE);
          expect(Math.abs(cents(pitch!.frequency, frequency)), `${frequency} Hz`).toBeLessThan(1);
        }
      }
    });
  }

  it('tells 2 cents apart', () => {
    const higher = tone({ frequency: 440 * 2 ** (2 / 1200), seconds: 0.15, harmonics: bright(440) });
    expect(cents(findPitch(higher, RATE)!.frequency, 440)).toBeCloseTo(2, 1);
  });

  it('works within a range of the sound', () => {
    const sound = mix(
      1,
      { at: 0, sound: tone({ frequency: 300, seconds: 0.5 }) },
      { at: 0.5, sound: tone({ frequency: 400, seconds: 0.5 }) },
    );
    expect(findPitch(sound, RATE, { to: 0.5 * RATE })!.frequency).toBeCloseTo(300, 1);
    expect(findPitch(sound, RATE, { from: 0.5 * RATE })!.frequency).toBeCloseTo(400, 1);
  });

  it('is unclear for noise and undefined for silence', () => {
    let state = 1;
    const noise = Float32Array.from({ length: 7200 }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 31 - 1;
    });
    expect(findPitch(noise, RATE)?.clarity ?? 0).toBeLessThan(0.5);
    expect(findPitch(new Float32Array(7200), RATE)).toBeUndefined();
  });

  it('refuses a sound that is too short', () => {
    expect(() => findPitch(new Float32Array(30), RATE, { lowest: 1000, highest: 2000 })).toThrow(/too few/);
  });

  it('knows the keys', () => {
    expect(keyFrequency(69)).toBe(440);
    expect(keyFrequency(60)).toBeCloseTo(261.6256, 4);
  });
});

describe('onset', () => {
  it('is right to a millisecond for a note after silence', () => {
    for (const frequency of FREQUENCIES) {
      for (const attack of [0, 0.002, 0.005]) {
        for (const phase of [0, 1, 2]) {
          const sound = mix(0.5, {
            at: 0.2,
            sound: tone({ frequency, seconds: 0.2, attack, release: 0.02, phase }),
          });
          const onsets = findOnsets(sound, RATE);
          expect(onsets, `${frequency} Hz, ${attack} s`).toHaveLength(1);
          expect(Math.abs(onsets[0]! - 0.2), `${frequency} Hz, ${attack} s, ${phase}`).toBeLessThan(0.001);
        }
      }
    }
  });

  it('finds every note of a sequence', () => {
    const starts = Array.from({ length: 10 }, (_, index) => 0.1 + index * 0.25);
    const notes = starts.map((at, index) => ({
      at,
      sound: tone({
        frequency: keyFrequency(60 + index),
        seconds: 0.22,
        attack: 0.005,
        release: 0.02,
        decay: 0.3,
        harmonics: bright(keyFrequency(60 + index)),
      }),
    }));
    const onsets = findOnsets(mix(3, ...notes), RATE);
    expect(onsets).toHaveLength(10);
    onsets.forEach((onset, index) => expect(Math.abs(onset - starts[index]!)).toBeLessThan(0.001));
  });

  it('finds a note over the tail of the one before', () => {
    const sound = mix(
      1,
      { at: 0.1, sound: tone({ frequency: 262, seconds: 0.7, attack: 0.005, decay: 0.06 }) },
      { at: 0.3, sound: tone({ frequency: 330, seconds: 0.5, attack: 0.005, release: 0.02 }) },
    );
    const onsets = findOnsets(sound, RATE);
    expect(onsets).toHaveLength(2);
    expect(Math.abs(onsets[1]! - 0.3)).toBeLessThan(0.003);
  });

  it('takes a fall, a held tone and silence for no onset', () => {
    expect(findOnsets(new Float32Array(RATE), RATE)).toEqual([]);
    const held = tone({ frequency: 50, seconds: 1, attack: 0.005, release: 0.3 });
    expect(findOnsets(mix(1.5, { at: 0.1, sound: held }), RATE)).toHaveLength(1);
  });
});

describe('dropouts', () => {
  const sound = tone({ frequency: 50, seconds: 1, harmonics: [0.5, 0.2] });

  it('are not seen in a tone', () => {
    expect(findGaps(sound, RATE)).toEqual([]);
    expect(findGaps(tone({ frequency: 41.2, seconds: 1 }), RATE)).toEqual([]);
  });

  it('are found where samples are missing', () => {
    const broken = sound.slice();
    broken.fill(0, 10000, 10064);
    broken.fill(0, 20000, 20512);
    expect(findGaps(broken, RATE)).toEqual([
      { from: expect.closeTo(10000, -1) as number, to: expect.closeTo(10064, -1) as number },
      { from: expect.closeTo(20000, -1) as number, to: expect.closeTo(20512, -1) as number },
    ]);
    expect(findGaps(broken, RATE, { from: 11000, to: 19000 })).toEqual([]);
  });

  it('are told from the pauses between notes by the ranges that sound', () => {
    const two = mix(1, { at: 0.1, sound: sound.slice(0, 9600) }, { at: 0.5, sound: sound.slice(0, 9600) });
    const ranges = soundingRanges(two, RATE);
    expect(ranges.map(({ from }) => Math.round(from / 48) / 1000)).toEqual([0.1, 0.5]);
    expect(ranges.flatMap((range) => findGaps(two, RATE, range))).toEqual([]);
  });
});

describe('clicks', () => {
  const clean = (frequency: number) =>
    mix(1.2, {
      at: 0.1,
      sound: tone({ frequency, seconds: 1, attack: 0.01, release: 0.02, harmonics: bright(frequency) }),
    });

  it('are not seen in tones with an attack and a release', () => {
    for (const frequency of FREQUENCIES) {
      expect(findClicks(clean(frequency), RATE), `${frequency} Hz`).toEqual([]);
      const decaying = tone({
        frequency,
        seconds: 1,
        attack: 0.005,
        decay: 0.2,
        harmonics: bright(frequency),
      });
      expect(findClicks(decaying, RATE), `${frequency} Hz, decaying`).toEqual([]);
    }
  });

  it('are not seen in a 16-bit tone or at the ends of a level ramp', () => {
    const rounded = tone({ frequency: 300, seconds: 1 }).map((value) => Math.round(value * 32767) / 32768);
    expect(findClicks(rounded, RATE)).toEqual([]);
    const ramped = tone({ frequency: 440, seconds: 1 }).map(
      (value, frame) => value * Math.min(1, Math.max(0, (24000 - frame) / 480)),
    );
    expect(findClicks(ramped, RATE)).toEqual([]);
  });

  it('are found where the level steps by 1 dB', () => {
    for (const frequency of [110, 440, 880]) {
      const sound = tone({ frequency, seconds: 1, phase: 1 });
      for (let frame = 24000; frame < sound.length; frame++) sound[frame]! *= 0.89;
      // The step is as high as the sound is at that moment.
      const expected = Math.abs(sound[24000]!) > 0.1 ? 1 : 0;
      expect(findClicks(sound, RATE).length, `${frequency} Hz`).toBeGreaterThanOrEqual(expected);
    }
  });

  it('are found where samples are lost, doubled or put off by half a sample', () => {
    const sound = tone({ frequency: 440, seconds: 1 });
    const lost = Float32Array.from([...sound.subarray(0, 20000), ...sound.subarray(20010)]);
    expect(findClicks(lost, RATE).map(({ frame }) => frame)).toEqual([expect.closeTo(20000, -1)]);
    const doubled = Float32Array.from([...sound.subarray(0, 20000), ...sound.subarray(19936)]);
    expect(findClicks(doubled, RATE).map(({ frame }) => frame)).toEqual([expect.closeTo(20000, -1)]);
    const late = tone({ frequency: 440, seconds: 1, phase: (-2 * Math.PI * 440 * 0.5) / RATE });
    const seam = Float32Array.from([...sound.subarray(0, 20000), ...late.subarray(20000)]);
    expect(findClicks(seam, RATE).map(({ frame }) => frame)).toEqual([expect.closeTo(20000, -1)]);
  });

  it('are found where a note is cut off or starts at its full height', () => {
    const cut = mix(1, { at: 0.25, sound: tone({ frequency: 440, seconds: 0.5, phase: 1 }) });
    expect(findClicks(cut, RATE).map(({ frame }) => Math.round(frame / 48))).toEqual([250, 750]);
  });

  it('disturb a sine by their height', () => {
    const sound = tone({ frequency: 997, seconds: 0.5 });
    expect(sineDisturbance(sound, RATE, 997)).toBeLessThan(2e-7);
    sound[12000]! += 0.001;
    expect(sineDisturbance(sound, RATE, 997)).toBeCloseTo(0.002, 4);
    expect(sineDisturbance(sound, RATE, 997, 0, 11000)).toBeLessThan(2e-7);
  });
});

describe('sound files', () => {
  const channels = [tone({ frequency: 440, seconds: 0.01 }), tone({ frequency: 550, seconds: 0.01 })];

  it('come back as written', () => {
    expect(readWav(writeWav({ rate: 44100, channels }))).toEqual({ rate: 44100, channels });
  });

  it('are read as raw floats', () => {
    const bytes = new Uint8Array(writeWav({ rate: RATE, channels }).subarray(44));
    expect(readFloat32(bytes, RATE, 2).channels).toEqual(channels);
  });

  it('are refused when they are none', () => {
    expect(() => readWav(new Uint8Array(100))).toThrow(/not a WAVE/);
    expect(() => readWav(writeWav({ rate: RATE, channels }).subarray(0, 36))).toThrow(/no data/);
  });
});

requires('sox')('against tones made by sox', () => {
  const sox = (bits: string[], ...effects: string[]) =>
    readWav(
      execFileSync('sox', ['-V1', '-n', '-r', '48000', ...bits, '-t', 'wav', '-', ...effects], {
        maxBuffer: 1 << 26,
      }),
    );

  it('reads every sample format', () => {
    for (const bits of [
      ['-b', '8', '-e', 'unsigned-integer'],
      ['-b', '16', '-e', 'signed-integer'],
      ['-b', '24', '-e', 'signed-integer'],
      ['-b', '32', '-e', 'signed-integer'],
      ['-b', '32', '-e', 'floating-point'],
      ['-b', '64', '-e', 'floating-point'],
    ]) {
      const { rate, channels } = sox(['-D', ...bits, '-c', '2'], 'synth', '0.5', 'sine', '440', 'vol', '0.5');
      expect(rate).toBe(48000);
      expect(channels).toHaveLength(2);
      expect(channels[1]).toHaveLength(24000);
      expect(rmsDb(channels[1]!), bits.join(' ')).toBeCloseTo(-9.031, 1);
    }
  });

  it('finds the pitch of plucked, square and sawtooth tones', () => {
    for (const wave of ['sine', 'square', 'sawtooth', 'triangle']) {
      for (const frequency of [65.406, 220, 987.767]) {
        const sound = sox(
          ['-b', '32', '-e', 'floating-point'],
          'synth',
          '0.2',
          wave,
          String(frequency),
          'vol',
          '0.3',
        );
        expect(
          Math.abs(cents(findPitch(sound.channels[0]!, 48000)!.frequency, frequency)),
          wave,
        ).toBeLessThan(1);
      }
    }
  });

  it('finds where a faded-in tone starts', () => {
    const sound = sox(
      ['-b', '32', '-e', 'floating-point'],
      ...[
        'synth',
        '0.3',
        'triangle',
        '330',
        'vol',
        '0.5',
        'fade',
        't',
        '0.005',
        '0.3',
        '0.02',
        'pad',
        '0.4',
        '0.2',
      ],
    );
    const onsets = findOnsets(sound.channels[0]!, 48000);
    expect(onsets).toHaveLength(1);
    expect(Math.abs(onsets[0]! - 0.4)).toBeLessThan(0.001);
    expect(findClicks(sound.channels[0]!, 48000)).toEqual([]);
  });
});

requires('ffmpeg')('against tones made by ffmpeg', () => {
  it('finds the pitch and the level', () => {
    const bytes = execFileSync(
      'ffmpeg',
      [
        ...[
          '-v',
          'error',
          '-f',
          'lavfi',
          '-i',
          'aevalsrc=0.25*sin(2*PI*466.164*t)+0.1*sin(4*PI*466.164*t):s=48000:d=0.3',
        ],
        ...['-c:a', 'pcm_f32le', '-f', 'wav', '-'],
      ],
      { maxBuffer: 1 << 26 },
    );
    const { rate, channels } = readWav(bytes);
    expect(Math.abs(cents(findPitch(channels[0]!, rate)!.frequency, 466.164))).toBeLessThan(1);
    expect(toneAmplitude(channels[0]!, rate, 466.164)).toBeCloseTo(0.25, 3);
    expect(toneAmplitude(channels[0]!, rate, 932.328)).toBeCloseTo(0.1, 3);
  });
});

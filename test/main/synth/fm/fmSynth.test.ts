import { beforeAll, describe, expect, it } from 'vitest';
import { AdlMidiCore } from 'libadlmidi-js/nuked';
import { DEFAULT_FM_BANK, FM_BANKS, type FmChip } from '../../../../src/contract/fmSynth.ts';
import { embeddedBankNames, loadAdlMidi, type AdlMidi } from '../../../../src/main/synth/fm/adlMidi.ts';
import { START_SECONDS } from '../../../../src/main/synth/fm/adlPlayer.ts';
import { FmSynth } from '../../../../src/main/synth/fm/fmSynth.ts';
import {
  centsBetween,
  equalTemperament,
  firstSound,
  measureFrequency,
  peakOf,
  RATE,
  StreamRig,
  type TimedMessage,
} from '../support.ts';

const ORGAN = 16;
const PIANO = 0;
const STRINGS = 48;

let adl: AdlMidi;
beforeAll(async () => {
  adl = await loadAdlMidi();
});

function open(options: { chip?: FmChip; bank?: number; rate?: number } = {}): FmSynth {
  const { chip = 'opl3', bank = DEFAULT_FM_BANK, rate = RATE } = options;
  return new FmSynth({ adl, sampleRate: rate, chip, bank });
}

const send = (synth: FmSynth, ...bytes: number[]): void =>
  synth.send(Uint8Array.from(bytes), 0, bytes.length);

/** Messages on the frames of their times, between them blocks of at most `block` frames. */
function play(synth: FmSynth, messages: readonly TimedMessage[], seconds: number, block = 512) {
  const frames = Math.round(seconds * RATE);
  const left = new Float32Array(frames);
  const right = new Float32Array(frames);
  let done = 0;
  const renderTo = (end: number): void => {
    while (done < end) {
      const count = Math.min(end - done, block - (done % block));
      synth.render(left, right, done, count);
      done += count;
    }
  };
  for (const [at, ...bytes] of messages) {
    renderTo(Math.round(at * RATE));
    send(synth, ...bytes);
  }
  renderTo(frames);
  return { left, right };
}

/** All channels busy, percussion included; every event on a frame of its own. */
function song(seconds: number): TimedMessage[] {
  const messages: TimedMessage[] = [];
  for (let channel = 0; channel < 9; channel++) messages.push([0, 0xc0 | channel, (channel * 13) % 128]);
  for (let count = 0; count * 0.0307 < seconds - 0.3; count++) {
    const at = 0.01 + count * 0.0307;
    const channel = count % 9;
    const key = 40 + ((count * 7) % 40);
    messages.push([at, 0x90 | channel, key, 60 + (count % 60)], [at + 0.21, 0x80 | channel, key, 0]);
    if (count % 4 === 0)
      messages.push([at, 0x99, 35 + (count % 40), 100], [at + 0.1, 0x89, 35 + (count % 40), 0]);
    if (count % 11 === 0) messages.push([at, 0xb0 | channel, 10, (count * 5) % 128]);
  }
  return messages.sort((a, b) => a[0] - b[0]);
}

describe('FmSynth: pitch', () => {
  // Programs of one voice without vibrato; others are detuned on purpose.
  it.each([
    ['opl3', DEFAULT_FM_BANK, [16, 56, 68, 71, 79]],
    ['opl2', 0, [19, 56, 80]],
  ] as const)(
    '%s, bank %i: within 5 cents of the note from key 24 to 108',
    { timeout: 60_000 },
    (chip, bank, programs) => {
      const synth = open({ chip, bank });
      let worst = 0;
      for (const [index, program] of programs.entries()) {
        for (let key = 24 + (index % 3); key <= 108; key += 3) {
          const { left } = play(
            synth,
            [
              [0, 0xc0, program],
              [0, 0x90, key, 100],
            ],
            0.62,
          );
          synth.reset();
          const frequency = measureFrequency(left, equalTemperament(key), Math.round(0.2 * RATE));
          worst = Math.max(worst, Math.abs(centsBetween(frequency, equalTemperament(key))));
        }
      }
      synth.dispose();
      expect(worst).toBeLessThan(5);
    },
  );

  it.each([44_100, 96_000])('is the same at %i frames per second', (rate) => {
    const synth = open({ rate });
    const left = new Float32Array(0.62 * rate);
    send(synth, 0xc0, ORGAN);
    send(synth, 0x90, 69, 100);
    synth.render(left, new Float32Array(left.length), 0, left.length);
    synth.dispose();
    const frequency = measureFrequency(left, 440, Math.round(0.2 * rate), rate);
    expect(Math.abs(centsBetween(frequency, 440))).toBeLessThan(5);
  });

  it('bends by two semitones', () => {
    const synth = open();
    const { left } = play(
      synth,
      [
        [0, 0xc0, ORGAN],
        [0, 0x90, 60, 100],
        [0, 0xe0, 0x7f, 0x7f],
      ],
      0.62,
    );
    synth.dispose();
    const frequency = measureFrequency(left, equalTemperament(62), Math.round(0.2 * RATE));
    expect(Math.abs(centsBetween(frequency, equalTemperament(62)))).toBeLessThan(5);
  });
});

describe('FmSynth: sound', () => {
  it('equals what the library renders by itself, to the last bit of its 16-bit output', async () => {
    const messages = song(4);
    const synth = open();
    const { left, right } = play(synth, messages, 4);
    synth.dispose();

    const core = await AdlMidiCore.create();
    core.init(RATE);
    core.setNumChips(2);
    core.setBank(DEFAULT_FM_BANK);
    core.setSoftPanEnabled(true);
    core.generate(START_SECONDS * RATE);
    let done = 0;
    let differing = 0;
    const compareTo = (end: number): void => {
      if (end === done) return;
      const samples = core.generate(end - done);
      for (let frame = done; frame < end; frame++) {
        const at = 2 * (frame - done);
        // The library gives a sample of s/32768 there and of s/32767 as a float here.
        if (Math.round(left[frame]! * 32767) !== samples[at]! * 32768) differing++;
        if (Math.round(right[frame]! * 32767) !== samples[at + 1]! * 32768) differing++;
      }
      done = end;
    };
    for (const [at, status, first, second = 0] of messages as [number, number, number, number][]) {
      compareTo(Math.round(at * RATE));
      const channel = status & 0x0f;
      if (status >> 4 === 0x8) core.noteOff(channel, first);
      if (status >> 4 === 0x9) core.noteOn(channel, first, second);
      if (status >> 4 === 0xb) core.controllerChange(channel, first, second);
      if (status >> 4 === 0xc) core.programChange(channel, first);
    }
    compareTo(4 * RATE);
    core.close();
    expect(peakOf(left)).toBeGreaterThan(0.1);
    expect(differing).toBe(0);
  });

  it('does not depend on how the frames are cut into blocks, vibrato and portamento included', () => {
    const moving: TimedMessage[] = [
      [0, 0xb0, 1, 100],
      [0, 0xb1, 65, 127],
      [0, 0xb1, 5, 40],
    ];
    const render = (block: number) => {
      const synth = open();
      const sound = play(synth, [...moving, ...song(2)], 2, block);
      synth.dispose();
      return sound;
    };
    const whole = render(4096);
    for (const block of [64, 128, 512, 2048]) {
      const { left, right } = render(block);
      expect(isEqual(left, whole.left) && isEqual(right, whole.right), `blocks of ${block}`).toBe(true);
    }
  });

  it('starts a note on the frame of its time', () => {
    const starts = [0, 1000, 1001, 1007, 1500].map((frame) => {
      const synth = open();
      const { left } = play(
        synth,
        [
          [0, 0xc0, ORGAN],
          [frame / RATE, 0x90, 69, 127],
        ],
        0.1,
      );
      synth.dispose();
      return firstSound(left) - frame;
    });
    // The chip takes a millisecond at most to accept the note's registers, always the same to one of its samples.
    for (const delay of starts) {
      expect(delay).toBeGreaterThan(0);
      expect(delay).toBeLessThan(0.001 * RATE);
      expect(Math.abs(delay - starts[0]!)).toBeLessThanOrEqual(2);
    }
  });

  it.each(['opl3', 'opl2'] as const)('%s plays percussion on channel 10', (chip) => {
    const periodicity = (...messages: TimedMessage[]): number => {
      const synth = open({ chip });
      const { left } = play(synth, messages, 0.15);
      synth.dispose();
      return bestAutocorrelation(left.subarray(240, 4800));
    };
    expect(periodicity([0, 0x90, 40, 120])).toBeGreaterThan(0.8);
    expect(periodicity([0, 0x99, 40, 120])).toBeLessThan(0.5);
    // It is the key that chooses the drum there.
    expect(periodicity([0, 0xc9, ORGAN], [0, 0x99, 40, 120])).toBeLessThan(0.5);
  });

  it('has a drum on every key of General MIDI', () => {
    const synth = open();
    for (let key = 35; key <= 81; key++) {
      const { left } = play(synth, [[0, 0x99, key, 120]], 0.1);
      synth.reset();
      expect(peakOf(left), `key ${key}`).toBeGreaterThan(0.005);
    }
    synth.dispose();
  });

  it('pans in OPL3 mode; an OPL2 has one channel', () => {
    const level = (chip: FmChip, pan: number) => {
      const synth = open({ chip });
      const { left, right } = play(
        synth,
        [
          [0, 0xb0, 10, pan],
          [0, 0xc0, ORGAN],
          [0, 0x90, 60, 100],
        ],
        0.1,
      );
      synth.dispose();
      return { left: peakOf(left), right: peakOf(right) };
    };
    expect(level('opl3', 0).right).toBeLessThan(0.01 * level('opl3', 0).left);
    expect(level('opl3', 127).left).toBeLessThan(0.01 * level('opl3', 127).right);
    expect(level('opl2', 64).left).toBe(level('opl2', 64).right);
  });

  it('plays the bank that is asked for', () => {
    const piano = (bank: number) => {
      const synth = open({ bank });
      const { left } = play(
        synth,
        [
          [0, 0xc0, PIANO],
          [0, 0x90, 60, 100],
        ],
        0.1,
      );
      synth.dispose();
      return left;
    };
    expect(isEqual(piano(0), piano(DEFAULT_FM_BANK))).toBe(false);
    expect(embeddedBankNames(adl)).toEqual(FM_BANKS);
    expect(() => open({ bank: FM_BANKS.length })).toThrow('There is no FM bank 79.');
  });
});

describe('FmSynth: ending', () => {
  const chord: TimedMessage[] = [
    [0, 0xc0, ORGAN],
    [0, 0x90, 60, 127],
    [0, 0x90, 67, 127],
  ];
  const pedal: TimedMessage = [0.1, 0xb0, 64, 127];
  const release: TimedMessage[] = [
    [0.49, 0x80, 60, 0],
    [0.49, 0x80, 67, 0],
  ];

  it.each<[string, TimedMessage[], number[]]>([
    ['all sound off', chord, [120]],
    ['all notes off, then all sound off', chord, [123, 120]],
    ['what a pedal holds', [...chord, pedal, ...release], [120]],
    ['what is in its release', [[0, 0xc0, STRINGS], ...chord.slice(1), ...release], [120]],
  ])('panic silences within 20 ms: %s', (_name, before, controllers) => {
    const panic = controllers.map((controller): TimedMessage => [0.5, 0xb0, controller, 0]);
    const synth = open();
    const { left } = play(synth, [...before, ...panic], 1.2);
    expect(peakOf(left, 0.4 * RATE, 0.5 * RATE)).toBeGreaterThan(0.04);
    expect(peakOf(left, 0.52 * RATE)).toBeLessThan(0.001);
    expect(peakOf(left, 0.95 * RATE)).toBeLessThan(2 ** -14);
    expect(synth.activeVoices).toBe(0);
    expect(synth.isSilent).toBe(true);
    const again = play(synth, [[0, 0xb0, 64, 0], ...chord], 0.3);
    expect(peakOf(again.left)).toBeGreaterThan(0.1);
    synth.dispose();
  });

  it('STOP fades out within 5 ms', () => {
    const rig = new StreamRig({ seconds: 1, synth: open() });
    rig.go('ACQUIRE', 'PAUSE').write(chord).go('RUN').render(0.5);
    const at = rig.frames;
    rig.go('PAUSE', 'ACQUIRE', 'STOP').render(0.2);
    expect(peakOf(rig.left, at - 480, at)).toBeGreaterThan(0.05);
    expect(peakOf(rig.left, at + 0.005 * RATE)).toBe(0);
    expect(rig.stream.isSilent).toBe(true);
    rig.stream.dispose();
  });

  it('after the fade it is as after power on', () => {
    const used = open();
    play(used, [...chord, [0.1, 0xe0, 0, 0], [0.1, 0xb0, 7, 20]], 0.3);
    used.fadeOutAll(1);
    used.reset();
    const again = play(used, song(1), 1);
    const fresh = open();
    const first = play(fresh, song(1), 1);
    expect(isEqual(again.left.subarray(240), first.left.subarray(240))).toBe(true);
    used.dispose();
    fresh.dispose();
  });

  it('a system reset fades what sounds and forgets every setting', () => {
    const synth = open();
    const { left } = play(synth, [...chord, [0.1, 0xff]], 0.2);
    expect(peakOf(left, 0.11 * RATE)).toBe(0);
    expect(synth.isSilent).toBe(true);
    synth.dispose();
  });

  it('is silent only when notes and releases are over', () => {
    const synth = open();
    expect(synth.isSilent).toBe(true);
    play(
      synth,
      [
        [0, 0xc0, ORGAN],
        [0, 0x90, 60, 100],
      ],
      0.2,
    );
    expect(synth.isSilent).toBe(false);
    expect(synth.activeVoices).toBeGreaterThan(0);
    play(synth, [[0, 0x80, 60, 0]], 3);
    expect(synth.isSilent).toBe(true);
    // Many operators that were used leave a trace of themselves.
    play(synth, song(4), 4);
    expect(synth.isSilent).toBe(false);
    play(synth, [], 4);
    expect(synth.isSilent).toBe(true);
    synth.dispose();
  });
});

/** Without the text of every difference that a matcher would write. */
const isEqual = (a: Float32Array, b: Float32Array): boolean =>
  a.length === b.length && a.every((sample, index) => sample === b[index]);

/** Best normalised autocorrelation at lags of 40 Hz to 2 kHz: near 1 for a tone, near 0 for noise. */
function bestAutocorrelation(samples: Float32Array): number {
  let best = 0;
  for (let lag = RATE / 2000; lag < RATE / 40; lag++) {
    let product = 0;
    let first = 0;
    let second = 0;
    for (let index = 0; index + lag < samples.length; index++) {
      product += samples[index]! * samples[index + lag]!;
      first += samples[index]! ** 2;
      second += samples[index + lag]! ** 2;
    }
    best = Math.max(best, product / Math.sqrt(first * second || 1));
  }
  return best;
}

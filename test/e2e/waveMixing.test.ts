import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decibelsToKsLevel } from '../../src/contract/units.ts';
import { WAVE_NODE } from '../../src/main/adapters/soundCard/waveNodes.ts';
import { KSDATAFORMAT_SPECIFIER, pcmFormat, type DataFormat } from '../../src/main/engine/ks/format.ts';
import { KSPROPERTY_AUDIO } from '../../src/main/engine/ks/properties/audio.ts';
import {
  DS3DALG,
  KSDSOUND_BUFFER_CTRL_3D,
  KSPROPERTY_DIRECTSOUND3DBUFFER as BUFFER,
  KSPROPERTY_DIRECTSOUND3DLISTENER as LISTENER,
} from '../../src/main/engine/ks/properties/sound3d.ts';
import { ALL_CHANNELS } from '../../src/main/engine/ks/property.ts';
import { PipeWireRig } from '../rigs/pipewire/pipeWireRig.ts';
import type { Recording } from '../rigs/pipewire/recording.ts';
import { soundingRanges, withoutGaps } from '../support/audio/dropout.ts';
import { firstSound, rms, toneAmplitude } from '../support/audio/level.ts';
import { longestRun } from '../support/audio/exactRun.ts';
import { signalToNoise } from '../support/audio/noise.ts';
import { partialFrequency } from '../support/audio/spectrum.ts';
import { pcmWav, sineWav, type PcmOptions } from '../support/audio/wavFile.ts';
import { requires } from '../support/requirements.ts';
import { RigCard } from './support/rigCard.ts';
import { delay } from './support/waiting.ts';

const RATE = 48_000;
const { VOLUME, SPACE } = WAVE_NODE;
const ALL = { channel: ALL_CHANNELS };

requires('pipewire')('wave streams on a sound server', () => {
  let rig: PipeWireRig;
  let card: RigCard;
  let folder: string;
  let files = 0;
  beforeAll(async () => {
    rig = await PipeWireRig.start();
    folder = mkdtempSync(path.join(tmpdir(), 'pinwheel-mixing-'));
    card = await RigCard.start(rig, { latency: 'saving' });
  });
  afterAll(async () => {
    await card?.dispose();
    await rig?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A stream of a file of these bytes, in PAUSE. */
  const open = (
    bytes: Uint8Array,
    { channels = 2, rate = RATE, bits = 16 }: PcmOptions = {},
    control = 0,
  ) => {
    const file = path.join(folder, `${files++}.wav`);
    writeFileSync(file, bytes);
    const format = pcmFormat(channels, rate, bits);
    const { pin, stream } = card.openWave(control ? dsound(format, control) : format);
    stream.feed({ id: 1, file, firstFrame: 0 });
    pin.setState('PAUSE');
    return pin;
  };
  type Pin = ReturnType<typeof open>;
  /** What the sink plays while the streams run, for so many seconds from the first sound on. */
  const record = async (pins: readonly Pin[], seconds: number, act: () => unknown = () => undefined) => {
    // What played before has left the server's buffers then, and the first data of each is in its own.
    await delay(400);
    const recorder = await rig.record('speakers');
    try {
      for (const pin of pins) pin.setState('RUN');
      await act();
      await recorder.waitFor((recording) => {
        const from = recording.interleaved.findIndex((sample) => sample !== 0);
        return from >= 0 && recording.seconds - from / 2 / RATE > seconds;
      }, 10_000);
      return await recorder.stop();
    } finally {
      await recorder.stop();
      for (const pin of pins) pin.close();
    }
  };
  /** One side of a recording from its first sound on; a busy machine's server puts silence in. */
  const heard = (recording: Recording, side: 0 | 1) => {
    const samples = recording.channel(side);
    return withoutGaps(samples, RATE, Math.max(0, firstSound(samples))).sound;
  };
  /**
   * Stretches of a sound behind its beginning, of so many seconds: a busy machine may lose a piece of one of them, so
   * a figure is the middle one of all, or of a lower limit of quality the best.
   */
  const stretches = (sound: Float32Array, seconds = 0.2) =>
    Array.from({ length: Math.floor(sound.length / seconds / RATE) - 1 }, (_, index) =>
      sound.subarray((index + 0.5) * seconds * RATE, (index + 1.5) * seconds * RATE),
    );
  const middle = (values: readonly number[]) =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

  describe('sample rates', () => {
    it('a 24-bit file of 44.1 kHz arrives with 120 dB between its sines and everything else', async () => {
      const format = { rate: 44_100, bits: 24 } as const;
      for (const frequency of [997, 10_007, 19_001]) {
        const pin = open(sineWav({ ...format, frequency, seconds: 3, amplitude: 0.7 }), format);
        const sound = heard(await record([pin], 1.2), 0);
        const figures = stretches(sound).map((stretch) => signalToNoise(stretch, frequency / RATE));
        // Nothing at all has no ratio.
        expect(Math.max(...figures.filter(Number.isFinite)), `${frequency} Hz`).toBeGreaterThan(120);
      }
    });

    it('keeps images and aliases 100 dB down', async () => {
      // At 44.1 kHz a sine of 21 kHz has an image at 23.1 kHz, which there is room for at 48 kHz.
      const image = { rate: 44_100, bits: 24 } as const;
      const high = open(sineWav({ ...image, frequency: 21_000, seconds: 3, amplitude: 0.7 }), image);
      /** Level in dB of what is not wanted, where what is wanted is heard in full: that level and this one. */
      const levels = (sound: Float32Array, wanted: number, other: number) => {
        const decibels = (stretch: Float32Array, frequency: number) =>
          20 * Math.log10(toneAmplitude(stretch, RATE, frequency) / 0.7);
        const all = stretches(sound);
        const full = Math.max(...all.map((stretch) => decibels(stretch, wanted)));
        const whole = all.filter((stretch) => decibels(stretch, wanted) > full - 0.1);
        return [full, Math.min(...whole.map((stretch) => decibels(stretch, other)))] as const;
      };
      const [above, itsImage] = levels(heard(await record([high], 1), 0), 21_000, 23_100);
      expect(above).toBeGreaterThan(-12);
      expect(itsImage).toBeLessThan(-100);
      // What there is no room for at 48 kHz would come back at 18 kHz; a low sine tells that the file plays.
      const format = { rate: 96_000, bits: 24 } as const;
      const both = pcmWav(
        3 * 96_000,
        (frame) =>
          Math.round(
            0x7fffff * 0.35 * (Math.sin((frame * Math.PI) / 1.6) + Math.sin((frame * Math.PI) / 48)),
          ),
        format,
      );
      const [low, alias] = levels(heard(await record([open(both, format)], 1), 0), 1_000, 18_000);
      expect(low).toBeCloseTo(-6, 1);
      expect(alias).toBeLessThan(-100);
    });
  });

  it('data is played at the rate its node is set to', async () => {
    const pin = open(sineWav({ frequency: 500, seconds: 4 }));
    pin.set(KSPROPERTY_AUDIO.SAMPLING_RATE, undefined, 1.5 * RATE, WAVE_NODE.RATE);
    const sound = heard(await record([pin], 1.2), 0);
    expect(middle(stretches(sound).map((stretch) => pitchOf(stretch, 750)))).toBeCloseTo(750, 0);
  });

  it('16 bits at the device’s rate arrive as they are', async () => {
    const noise = noiseOf(1, 30_000);
    const pin = open(pcmWav(2 * RATE, (frame, channel) => noise[(2 * frame + channel) % noise.length]!));
    const recording = await record([pin], 1.5);
    for (const side of [0, 1] as const) {
      const written = noise.filter((_, index) => index % 2 === side);
      // What there is of it without a piece that was lost.
      expect(longestRun(heard(recording, side), written)).toBeGreaterThan(0.3 * RATE);
    }
  });

  it('six channels come down to two sides', async () => {
    const tones = [440, 660, 880, 1_100, 1_320, 1_540];
    const frames = (frame: number, channel: number) =>
      Math.round(4_000 * Math.sin((2 * Math.PI * tones[channel]! * frame) / RATE));
    const pin = open(pcmWav(2 * RATE, frames, { channels: 6 }), { channels: 6 });
    const recording = await record([pin], 1.2);
    const levels = ([0, 1] as const).map((side) => {
      const sound = heard(recording, side);
      const full = 4_000 / 0x8000;
      return tones.map((tone) =>
        middle(stretches(sound).map((stretch) => toneAmplitude(stretch, RATE, tone) / full)),
      );
    });
    const half = Math.SQRT1_2;
    // Front left and right, centre, low frequencies, back left and right. Specification 2.3.
    expect(levels[0]).toEqual([1, 0, half, 0, half, 0].map((gain) => expect.closeTo(gain, 2)));
    expect(levels[1]).toEqual([0, 1, half, 0, 0, half].map((gain) => expect.closeTo(gain, 2)));
  });

  it('eight streams at once sum exactly', async () => {
    const parts = Array.from({ length: 8 }, (_, index) => noiseOf(index + 1, 4_000));
    const pins = parts.map((noise) => open(pcmWav(2 * RATE, (frame) => noise[frame % noise.length]!)));
    const sound = heard(await record(pins, 1.5), 0).map((sample) => sample * 0x8000);
    const length = 0.1 * RATE;
    /** Whether a stretch of the recording is the sum of all, each from where it began. */
    const isSum = (from: number): boolean => {
      const likeness = (noise: Int16Array, start: number) => {
        let sum = 0;
        for (let frame = from; frame < from + 1_000; frame++) {
          sum += sound[frame]! * noise[(frame - start + noise.length) % noise.length]!;
        }
        return sum;
      };
      const best = (noise: Int16Array, starts: readonly number[]) => {
        const values = starts.map((start) => likeness(noise, start));
        return starts[values.indexOf(Math.max(...values))]!;
      };
      const range = (steps: number, step: number, around: number) =>
        Array.from({ length: 2 * steps + 1 }, (_, index) => around + (index - steps) * step);
      const [first, ...others] = parts as [Int16Array, ...Int16Array[]];
      const begin = best(first, range(12_000, 1, 6_000));
      // Each is told to run for itself, so it begins with a chunk of its own.
      const starts = [begin, ...others.map((noise) => best(noise, range(20, 2_048, begin)))];
      return sound.subarray(from, from + length).every((sample, index) => {
        const at = (part: number) => from + index - starts[part]! + 4 * RATE;
        return sample === parts.reduce((sum, noise, part) => sum + noise[at(part) % noise.length]!, 0);
      });
    };
    const stretchesOfIt = Array.from({ length: 8 }, (_, index) => 0.4 * RATE + index * length);
    expect(stretchesOfIt.some(isSum)).toBe(true);
  });

  describe('in space', () => {
    const spatial = (frequency: number) =>
      open(
        sineWav({ channels: 1, frequency, seconds: 4, amplitude: 0.5 }),
        { channels: 1 },
        KSDSOUND_BUFFER_CTRL_3D,
      );
    /** Amplitudes of both sides and the pitch, of what a stream sounds like. */
    const measure = async (frequency: number, set: (pin: Pin) => void, expectedPitch = 1) => {
      const pin = spatial(frequency);
      set(pin);
      const recording = await record([pin], 1);
      const sides = ([0, 1] as const).map((side) => stretches(heard(recording, side), 0.1));
      const [left, right] = sides.map((side) => middle(side.map((stretch) => rms(stretch))) * Math.SQRT2);
      const pitches = stretches(heard(recording, 1)).map((each) => pitchOf(each, expectedPitch * frequency));
      return { left: left! / 0.5, right: right! / 0.5, pitch: middle(pitches) / frequency };
    };

    it('distance and side are heard as DirectSound computes them', async () => {
      const { left, right } = await measure(440, (pin) => {
        pin.set(BUFFER.POSITION, undefined, { x: 4, y: 0, z: 0 }, SPACE);
      });
      // A quarter at four times the minimum distance; all of it on the right, at constant power.
      expect(right).toBeCloseTo(Math.SQRT2 / 4, 3);
      expect(left).toBeCloseTo(0, 3);
      const ahead = await measure(440, (pin) => {
        pin.set(BUFFER.MINDISTANCE, undefined, 2, SPACE);
        pin.set(BUFFER.POSITION, undefined, { x: 0, y: 0, z: 8 }, SPACE);
      });
      expect([ahead.left, ahead.right]).toEqual([expect.closeTo(0.25, 3), expect.closeTo(0.25, 3)]);
    });

    it('velocity is heard as a change of pitch, and a cone as its outside volume', async () => {
      const { left, pitch } = await measure(
        1_000,
        (pin) => {
          pin.set(LISTENER.BATCH, undefined, true, SPACE);
          pin.set(BUFFER.POSITION, undefined, { x: 0, y: 0, z: 1 }, SPACE);
          pin.set(BUFFER.VELOCITY, undefined, { x: 0, y: 0, z: -34.029 }, SPACE);
          pin.set(BUFFER.CONEANGLES, undefined, { insideConeAngle: 60, outsideConeAngle: 120 }, SPACE);
          pin.set(BUFFER.CONEORIENTATION, undefined, { x: 0, y: 0, z: 1 }, SPACE);
          pin.set(BUFFER.CONEOUTSIDEVOLUME, undefined, -1_200, SPACE);
          pin.set(LISTENER.BATCH, undefined, false, SPACE);
        },
        1 / 0.9,
      );
      // A tenth of the speed of sound towards the listener.
      expect(1_200 * Math.log2(pitch * 0.9)).toBeCloseTo(0, 0);
      expect(20 * Math.log10(left)).toBeCloseTo(-12, 1);
    });

    it('a listener that turns takes the sound to its other side while it plays', async () => {
      const pin = spatial(440);
      pin.set(BUFFER.POSITION, undefined, { x: 1, y: 0, z: 0 }, SPACE);
      const recording = await record([pin], 0.5, async () => {
        await delay(700);
        const facing = { front: { x: 0, y: 0, z: -1 }, top: { x: 0, y: 1, z: 0 } };
        pin.set(LISTENER.ORIENTATION, undefined, facing, SPACE);
        await delay(400);
        pin.set(LISTENER.ORIENTATION, undefined, { ...facing, front: { x: 0, y: 0, z: 1 } }, SPACE);
        // It has to come through the queue.
        await delay(600);
      });
      const from = firstSound(recording.channel(1));
      /** The loudest 50 ms of a side. */
      const loudest = (side: 0 | 1) => {
        const samples = recording.channel(side, from);
        const moments = Array.from({ length: Math.floor((20 * samples.length) / RATE) - 1 }, (_, moment) =>
          rms(samples, (moment * RATE) / 20, ((moment + 1) * RATE) / 20),
        );
        return (Math.max(...moments) * Math.SQRT2) / 0.5;
      };
      expect([loudest(0), loudest(1)]).toEqual([
        expect.closeTo(Math.SQRT2, 1),
        expect.closeTo(Math.SQRT2, 1),
      ]);
    });

    it('four streams have head-related transfer functions, a fifth is panned by amplitude', async () => {
      const noise = noiseOf(7, 6_000);
      const pins = Array.from({ length: 5 }, () =>
        open(
          pcmWav(4 * RATE, (frame) => noise[frame % noise.length]!, { channels: 1 }),
          { channels: 1 },
          KSDSOUND_BUFFER_CTRL_3D,
        ),
      );
      for (const pin of pins) {
        pin.set(KSPROPERTY_AUDIO.ALGORITHM_3D, undefined, DS3DALG.HRTF_FULL, SPACE);
        pin.set(BUFFER.POSITION, undefined, { x: -1, y: 0, z: 0 }, SPACE);
        pin.set(KSPROPERTY_AUDIO.VOLUMELEVEL, ALL, decibelsToKsLevel(-100), VOLUME);
      }
      // All of them run, and three are heard, one after the other.
      const recording = await record(pins, 0.3, async () => {
        for (const pin of [pins[0]!, pins[3]!, pins[4]!]) {
          await delay(500);
          pin.set(KSPROPERTY_AUDIO.VOLUMELEVEL, ALL, decibelsToKsLevel(0), VOLUME);
          await delay(600);
          pin.set(KSPROPERTY_AUDIO.VOLUMELEVEL, ALL, decibelsToKsLevel(-100), VOLUME);
        }
        // The last one has to come through the queue.
        await delay(500);
      });
      const sides = [recording.channel(0), recording.channel(1)];
      const turns = soundingRanges(sides[0]!, RATE, { pause: 0.25 })
        .filter(({ from, to }) => to - from > 0.2 * RATE)
        .map(({ from, to }) => sides.map((side) => rms(side, from + 2_400, to - 2_400)));
      expect(turns).toHaveLength(3);
      for (const [left, right] of turns.slice(0, 2)) {
        // The far ear hears it too, softer.
        expect(left! / right!).toBeGreaterThan(2);
        expect(left! / right!).toBeLessThan(12);
      }
      expect(turns[2]![0]).toBeGreaterThan(0.05);
      expect(turns[2]![1]! / turns[2]![0]!).toBeLessThan(0.01);
    });
  });
});

function dsound(format: DataFormat, control: number): DataFormat {
  return { ...format, specifier: KSDATAFORMAT_SPECIFIER.DSOUND, dsound: { flags: 0, control } };
}

/** Noise of whole steps without a 0, the same in every run; longer than what is compared. */
function noiseOf(seed: number, amplitude: number): Int16Array {
  let state = seed;
  return Int16Array.from({ length: 4 * RATE }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.round((((state >>> 8) - 0x800000) / 0x800000) * amplitude) || 1;
  });
}

/** Hz, of a partial near the one expected. */
function pitchOf(sound: Float32Array, expected: number): number {
  return partialFrequency(sound, RATE, expected, { from: 0, to: sound.length }) ?? 0;
}

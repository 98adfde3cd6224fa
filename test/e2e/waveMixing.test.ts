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
import { findClicks } from '../support/audio/click.ts';
import { soundingRanges, withoutGaps } from '../support/audio/dropout.ts';
import { firstSound, rms, toneAmplitude } from '../support/audio/level.ts';
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
    card = await RigCard.start(rig);
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
  /** What the sink plays while the streams run. */
  const record = async (pins: readonly Pin[], seconds: number, act: () => unknown = () => undefined) => {
    // What played before has left the server's buffers then, and the first data of each is in its own.
    await delay(300);
    const recorder = await rig.record('speakers');
    try {
      for (const pin of pins) pin.setState('RUN');
      await act();
      await delay(seconds * 1000);
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

  describe('sample rates', () => {
    it('a 24-bit file of 44.1 kHz arrives with 120 dB between its sines and everything else', async () => {
      const format = { rate: 44_100, bits: 24 } as const;
      const figures: string[] = [];
      for (const frequency of [997, 10_007, 19_001]) {
        const pin = open(sineWav({ ...format, frequency, seconds: 2, amplitude: 0.7 }), format);
        const sound = heard(await record([pin], 1.4), 0);
        const decibels = signalToNoise(sound.subarray(RATE / 10, RATE), frequency / RATE);
        figures.push(`${frequency} Hz: ${decibels.toFixed(1)} dB`);
        expect(decibels, figures.join(', ')).toBeGreaterThan(120);
      }
    });

    it('keeps images and aliases 100 dB down', async () => {
      // At 44.1 kHz a sine of 21 kHz has an image at 23.1 kHz, which there is room for at 48 kHz.
      const image = { rate: 44_100, bits: 24 } as const;
      const high = open(sineWav({ ...image, frequency: 21_000, seconds: 2, amplitude: 0.7 }), image);
      const up = heard(await record([high], 1), 0);
      const level = (frequency: number, sound: Float32Array) =>
        20 * Math.log10(toneAmplitude(sound, RATE, frequency, RATE / 10, 0.8 * RATE) / 0.7);
      expect(level(23_100, up)).toBeLessThan(-100);
      // What there is no room for at 48 kHz would come back at 18 kHz; a low sine tells that the file plays.
      const format = { rate: 96_000, bits: 24 } as const;
      const both = pcmWav(
        2 * 96_000,
        (frame) =>
          Math.round(
            0x7fffff * 0.35 * (Math.sin((frame * Math.PI) / 1.6) + Math.sin((frame * Math.PI) / 48)),
          ),
        format,
      );
      const down = heard(await record([open(both, format)], 1), 0);
      expect(level(1_000, down)).toBeCloseTo(-6, 1);
      expect(level(18_000, down)).toBeLessThan(-100);
    });
  });

  it('data is played at the rate its node is set to', async () => {
    const pin = open(sineWav({ frequency: 500, seconds: 4 }));
    pin.set(KSPROPERTY_AUDIO.SAMPLING_RATE, undefined, 1.5 * RATE, WAVE_NODE.RATE);
    const sound = heard(await record([pin], 0.7), 0);
    const range = { from: 0.1 * RATE, to: 0.5 * RATE };
    expect(partialFrequency(sound, RATE, 750, range)).toBeCloseTo(750, 1);
  });

  it('16 bits at the device’s rate arrive as they are', async () => {
    const noise = noiseOf(1, 30_000);
    const pin = open(pcmWav(2 * RATE, (frame, channel) => noise[(2 * frame + channel) % noise.length]!));
    const recording = await record([pin], 1.2);
    const from = firstSound(recording.channel(0));
    for (const side of [0, 1] as const) {
      const { sound } = withoutGaps(recording.channel(side), RATE, from);
      const steps = Array.from(sound.subarray(0, RATE), (sample) => sample * 0x8000);
      const differs = steps.findIndex((step, frame) => step !== noise[2 * frame + side]);
      expect([steps.length, differs]).toEqual([RATE, -1]);
    }
  });

  it('six channels come down to two sides', async () => {
    const tones = [440, 660, 880, 1_100, 1_320, 1_540];
    const frames = (frame: number, channel: number) =>
      Math.round(4_000 * Math.sin((2 * Math.PI * tones[channel]! * frame) / RATE));
    const pin = open(pcmWav(2 * RATE, frames, { channels: 6 }), { channels: 6 });
    const recording = await record([pin], 0.9);
    const levels = ([0, 1] as const).map((side) => {
      const sound = heard(recording, side);
      const full = 4_000 / 0x8000;
      return tones.map((tone) => toneAmplitude(sound, RATE, tone, RATE / 10, 0.7 * RATE) / full);
    });
    const half = Math.SQRT1_2;
    // Front left and right, centre, low frequencies, back left and right. Specification 2.3.
    expect(levels[0]).toEqual([1, 0, half, 0, half, 0].map((gain) => expect.closeTo(gain, 2)));
    expect(levels[1]).toEqual([0, 1, half, 0, 0, half].map((gain) => expect.closeTo(gain, 2)));
  });

  it('eight streams at once sum exactly', async () => {
    const parts = Array.from({ length: 8 }, (_, index) => noiseOf(index + 1, 4_000));
    const pins = parts.map((noise) => open(pcmWav(2 * RATE, (frame) => noise[frame % noise.length]!)));
    const sound = heard(await record(pins, 1.2), 0).map((sample) => sample * 0x8000);
    // Each begins with a chunk of its own, since each is told to run for itself.
    const from = 0.5 * RATE;
    const starts = parts.map((noise) => {
      const likeness = (start: number) => {
        let sum = 0;
        for (let frame = from; frame < from + 2_000; frame++)
          sum += sound[frame]! * noise[(frame - start) % noise.length]!;
        return sum;
      };
      const candidates = Array.from({ length: 40 }, (_, chunk) => chunk * 512);
      return candidates.reduce((best, start) => (likeness(start) > likeness(best) ? start : best));
    });
    const expected = Array.from({ length: RATE / 4 }, (_, index) =>
      parts.reduce((sum, noise, part) => sum + noise[(from + index - starts[part]!) % noise.length]!, 0),
    );
    expect(expected.findIndex((sum, index) => sum !== sound[from + index])).toBe(-1);
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
      const recording = await record([pin], 0.7);
      const from = Math.max(firstSound(recording.channel(0)), firstSound(recording.channel(1)));
      const sides = ([0, 1] as const).map((side) => withoutGaps(recording.channel(side), RATE, from).sound);
      const range = { from: 0.1 * RATE, to: 0.5 * RATE };
      const pitch = partialFrequency(sides[1]!, RATE, expectedPitch * frequency, range)!;
      const [left, right] = sides.map((side) => rms(side, range.from, range.to) * Math.SQRT2);
      return { left: left! / 0.5, right: right! / 0.5, pitch: pitch / frequency };
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

    it('a listener that turns takes the sound to its other side while it plays, without a click', async () => {
      const pin = spatial(440);
      pin.set(BUFFER.POSITION, undefined, { x: 1, y: 0, z: 0 }, SPACE);
      const recording = await record([pin], 0.5, async () => {
        await delay(700);
        const facing = { front: { x: 0, y: 0, z: -1 }, top: { x: 0, y: 1, z: 0 } };
        pin.set(LISTENER.ORIENTATION, undefined, facing, SPACE);
        await delay(200);
        pin.set(LISTENER.ORIENTATION, undefined, { ...facing, front: { x: 0, y: 0, z: 1 } }, SPACE);
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
      // Where one side becomes the other, both follow their ramps.
      for (const side of [0, 1] as const) {
        expect(findClicks(withoutGaps(recording.channel(side), RATE, from).sound, RATE)).toEqual([]);
      }
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
      // One after the other is heard.
      const recording = await record(pins, 0.3, async () => {
        for (const pin of pins) {
          await delay(200);
          pin.set(KSPROPERTY_AUDIO.VOLUMELEVEL, ALL, decibelsToKsLevel(0), VOLUME);
          await delay(400);
          pin.set(KSPROPERTY_AUDIO.VOLUMELEVEL, ALL, decibelsToKsLevel(-100), VOLUME);
        }
      });
      const sides = [recording.channel(0), recording.channel(1)];
      const turns = soundingRanges(sides[0]!, RATE, { pause: 0.1 })
        .filter(({ from, to }) => to - from > 0.2 * RATE)
        .map(({ from, to }) => sides.map((side) => rms(side, from + 2_400, to - 2_400)));
      expect(turns).toHaveLength(5);
      for (const [left, right] of turns.slice(0, 4)) {
        // The far ear hears it too, softer.
        expect(left! / right!).toBeGreaterThan(2);
        expect(left! / right!).toBeLessThan(12);
      }
      expect(turns[4]![0]).toBeGreaterThan(0.05);
      expect(turns[4]![1]! / turns[4]![0]!).toBeLessThan(0.01);
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

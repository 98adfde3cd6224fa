import { OfflineAudioContext } from 'node-web-audio-api';
import { describe, expect, it } from 'vitest';
import type { RegisterValues } from '../../../src/contract/hardware.ts';
import type { CardMixing } from '../../../src/contract/services/settings.ts';
import { referenceTime } from '../../../src/contract/units.ts';
import { cardDescription } from '../../../src/main/adapters/soundCard/cardLayout.ts';
import { createCardMixer, type CardMixer } from '../../../src/main/host/cardMixer.ts';
import { RAMP_SECONDS } from '../../../src/main/host/gainRegister.ts';
import type { RenderStream } from '../../../src/main/host/renderStream.ts';
import { peak } from '../../support/audio/level.ts';

const RATE = 48_000;
const CHUNK = 512;
const LSB = 1 / 0x8000;
/** Registers of the card: volumes of the synth, FM and wave inputs and of the master, and mutes. */
const SYNTH = 0;
const FM = 4;
const WAVE = 6;
const WAVE_MUTE = 7;
const MASTER = 2;

/** 16-bit noise, the same in every run; `amplitude` 1 = full scale. */
function noiseStream(seed: number, amplitude: number): RenderStream {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.round(amplitude * ((state >>> 16) - 32_768)) / 0x8000;
  };
  return {
    position: referenceTime(0),
    eventsPlayed: 0,
    activeVoices: 0,
    idle: false,
    setState: () => undefined,
    write: () => undefined,
    render(left, right, frames) {
      for (let index = 0; index < frames; index++) {
        left[index]! += next();
        right[index]! += next();
      }
    },
    dispose: () => undefined,
  };
}

/** Renders so many chunks; `act` is called before each. */
async function render(
  mixing: CardMixing,
  chunks: number,
  streams: Partial<Record<'synth' | 'fm' | 'wave', RenderStream>>,
  registers: RegisterValues,
  act: (mixer: CardMixer, chunk: number) => void = () => undefined,
) {
  const length = chunks * CHUNK;
  const context = new OfflineAudioContext(2, length, RATE);
  const mixer = createCardMixer(context, cardDescription(mixing), registers, CHUNK);
  for (const [input, stream] of Object.entries(streams)) mixer.inputs.get(input)!.streams.set(1, stream);
  const fail = (_stream: number, error: unknown) => {
    throw error;
  };
  for (let chunk = 0; chunk < chunks; chunk++) {
    act(mixer, chunk);
    mixer.update((chunk * CHUNK) / RATE);
    mixer.renderChunk(chunk * CHUNK, referenceTime(0), fail);
    if (chunk % 3 === 2) mixer.send();
  }
  mixer.send();
  const rendered = await context.startRendering();
  const left = new Float32Array(length);
  const right = new Float32Array(length);
  rendered.copyFromChannel(left, 0);
  rendered.copyFromChannel(right, 1);
  return { left, right, mixer };
}

const gains = (...pairs: [number, number, number][]): RegisterValues =>
  pairs.map(([register, left, right]) => ({ register, gains: [left, right] }));
const noises = () => ({
  synth: noiseStream(1, 0.3),
  fm: noiseStream(2, 0.3),
  wave: noiseStream(3, 0.3),
});
const difference = (one: Float32Array, other: Float32Array, from: number, to: number) =>
  peak(
    one.map((sample, index) => sample - other[index]!),
    from,
    to,
  );

describe('the layouts of the card', () => {
  it('carry a source bit-exact at unity', async () => {
    const expected = { left: new Float32Array(10 * CHUNK), right: new Float32Array(10 * CHUNK) };
    noiseStream(3, 1).render(expected.left, expected.right, 10 * CHUNK, referenceTime(0));
    for (const mixing of ['analog', 'digital'] as const) {
      const { left, right } = await render(mixing, 10, { wave: noiseStream(3, 1) }, []);
      expect(left, mixing).toEqual(expected.left);
      expect(right, mixing).toEqual(expected.right);
    }
  });

  it('give the same sound within 1 LSB of 16 bits: levels, mutes and sums of all sources', async () => {
    const registers = gains([SYNTH, 0.7, 0.2], [FM, 1.3, 0], [WAVE, 3.98, 1e-3], [MASTER, 0.31, 0.9]);
    const act = (mixer: CardMixer, chunk: number) => {
      if (chunk === 10) mixer.setRegisters(gains([WAVE_MUTE, 0, 1], [SYNTH, 0.1, 0.6]));
      if (chunk === 20) mixer.setRegisters(gains([WAVE_MUTE, 1, 1], [MASTER, 1, 0]));
    };
    const analog = await render('analog', 40, noises(), registers, act);
    const digital = await render('digital', 40, noises(), registers, act);
    expect(peak(analog.left, 0, 10 * CHUNK)).toBeGreaterThan(0.2);
    expect(peak(analog.right, 30 * CHUNK)).toBe(0);
    // The ramps to the new levels are the same but for a frame.
    for (const [from, to] of [
      [0, 10],
      [12, 20],
      [22, 40],
    ] as const) {
      expect(difference(analog.left, digital.left, from * CHUNK, to * CHUNK)).toBeLessThan(LSB);
      expect(difference(analog.right, digital.right, from * CHUNK, to * CHUNK)).toBeLessThan(LSB);
    }
  });

  it('reach a level by a ramp of the same length, also while nothing plays', async () => {
    const constant = (): RenderStream => ({
      ...noiseStream(1, 0),
      render: (left, right) => {
        left.fill(0.5);
        right.fill(0.5);
      },
    });
    let idle = true;
    const late = (): RenderStream => Object.defineProperty(constant(), 'idle', { get: () => idle });
    const ramp = Math.round(RAMP_SECONDS * RATE);
    const { left } = await render('digital', 10, { wave: constant() }, [], (mixer, chunk) => {
      if (chunk === 2) mixer.setRegisters(gains([WAVE, 0, 0]));
    });
    expect(left[2 * CHUNK + ramp - 2]).toBeGreaterThan(0);
    expect(left[2 * CHUNK + ramp]).toBe(0);
    for (let index = 1; index < left.length; index++)
      expect(left[index - 1]! - left[index]!).toBeLessThan(0.6 / ramp);

    const after = await render('digital', 10, { wave: late() }, [], (mixer, chunk) => {
      if (chunk === 2) mixer.setRegisters(gains([WAVE, 0.25, 0.25]));
      if (chunk === 6) idle = false;
    });
    expect(peak(after.left, 0, 6 * CHUNK)).toBe(0);
    expect(after.left[6 * CHUNK]).toBe(0.125);
  });

  it('tell peaks when they are heard, each once', async () => {
    const { mixer } = await render('digital', 8, noises(), gains([MASTER, 0.5, 0.5]), (path, chunk) => {
      if (chunk === 0) path.setMetering(true);
    });
    const none = mixer.readPeaks(0, CHUNK - 1);
    expect([...none].every((value) => value === 0)).toBe(true);
    const first = mixer.readPeaks(0, 4 * CHUNK);
    // synth, master, FM, wave and what follows; two channels each.
    for (const meter of [0, 4, 5, 6, 7]) {
      expect(first[meter]).toBeGreaterThan(0.25);
      expect(first[meter]).toBeLessThan(0.31);
    }
    expect(first[2]).toBeLessThan(0.46);
    mixer.readPeaks(0, 8 * CHUNK);
    expect(Math.max(...mixer.readPeaks(0, 100 * CHUNK))).toBe(0);
  });
});

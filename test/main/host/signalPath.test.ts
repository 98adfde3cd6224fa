import { AudioBuffer, AudioBufferSourceNode, OfflineAudioContext } from 'node-web-audio-api';
import { describe, expect, it } from 'vitest';
import { RAMP_SECONDS } from '../../../src/main/host/gainRegister.ts';
import { SignalPath } from '../../../src/main/host/signalPath.ts';
import type { RegisterValues } from '../../../src/contract/hardware.ts';
import { METER, REGISTER, toneCard } from './toneCard.ts';

const RATE = 48_000;

function noise(length: number, seed: number): Float32Array<ArrayBuffer> {
  let state = seed;
  // 16-bit values: what a bit-exact path has to carry.
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return ((state >>> 16) - 32_768) / 32_768;
  });
}

/**
 * Renders the path offline. `inputs` play from frame 0 in chunks of 512; `act` is called every 10 ms of context time
 * before anything is rendered, with that time.
 */
async function render(
  inputs: Record<string, { left: Float32Array<ArrayBuffer>; right: Float32Array<ArrayBuffer> }>,
  registers: RegisterValues,
  act: (path: SignalPath, seconds: number) => void = () => {},
  metering = false,
) {
  const length = Math.max(...Object.values(inputs).map(({ left }) => left.length));
  const context = new OfflineAudioContext(2, length, RATE);
  const path = new SignalPath(context, toneCard, registers);
  path.setMetering(metering);
  for (const [id, { left, right }] of Object.entries(inputs)) {
    for (let frame = 0; frame < left.length; frame += 512) {
      const samples = Math.min(512, left.length - frame);
      const buffer = new AudioBuffer({ numberOfChannels: 2, length: samples, sampleRate: RATE });
      buffer.copyToChannel(left.subarray(frame, frame + samples), 0);
      buffer.copyToChannel(right.subarray(frame, frame + samples), 1);
      const source = new AudioBufferSourceNode(context, { buffer });
      source.connect(path.inputs.get(id)!);
      source.start(frame / RATE);
    }
  }
  for (let seconds = 0; seconds < length / RATE; seconds += 0.01) {
    act(path, seconds);
    path.update(seconds);
  }
  const rendered = await context.startRendering();
  const left = new Float32Array(length);
  const right = new Float32Array(length);
  rendered.copyFromChannel(left, 0);
  rendered.copyFromChannel(right, 1);
  return { left, right, path };
}

const unity: RegisterValues = Object.values(REGISTER).map((register) => ({ register, gains: [1, 1] }));
const constant = (length: number, value: number) => new Float32Array(length).fill(value);

describe('SignalPath', () => {
  it('carries samples bit-exact at gain 1, across the seams of the chunks', async () => {
    const input = { left: noise(10_000, 1), right: noise(10_000, 2) };
    const { left, right } = await render({ synth: input }, unity);
    expect(left).toEqual(input.left);
    expect(right).toEqual(input.right);
  });

  it('takes registers without a value as 1', async () => {
    const input = { left: noise(1_000, 1), right: noise(1_000, 2) };
    expect((await render({ synth: input }, [])).left).toEqual(input.left);
  });

  it('sums its inputs', async () => {
    const a = { left: noise(2_000, 1), right: noise(2_000, 2) };
    const b = { left: noise(2_000, 3), right: noise(2_000, 4) };
    const { left } = await render({ synth: a, wave: b }, unity);
    expect(left).toEqual(a.left.map((sample, index) => sample + b.left[index]!));
  });

  it('has a gain per channel, of the input and of the sum', async () => {
    const input = { left: constant(1_000, 0.5), right: constant(1_000, 0.5) };
    const { left, right } = await render({ synth: input }, [
      { register: REGISTER.synthVolume, gains: [0.5, 0.25] },
      { register: REGISTER.masterVolume, gains: [0.5, 1] },
    ]);
    expect(left[999]).toBe(0.125);
    expect(right[999]).toBe(0.125);
    expect(left[0]).toBe(0.125);
  });

  it('is digital silence when muted from the start', async () => {
    const input = { left: noise(5_000, 1), right: noise(5_000, 2) };
    const { left, right } = await render({ synth: input }, [
      { register: REGISTER.masterMute, gains: [0, 0] },
    ]);
    expect(left.every((sample) => sample === 0)).toBe(true);
    expect(right.every((sample) => sample === 0)).toBe(true);
  });

  it('mutes by a ramp to digital silence, and comes back to exactly 1', async () => {
    const input = { left: constant(RATE, 1), right: constant(RATE, 1) };
    const { left } = await render({ synth: input }, unity, (path, seconds) => {
      if (Math.abs(seconds - 0.2) < 1e-9)
        path.setRegisters([{ register: REGISTER.masterMute, gains: [0, 0] }]);
      if (Math.abs(seconds - 0.6) < 1e-9)
        path.setRegisters([{ register: REGISTER.masterMute, gains: [1, 1] }]);
    });
    const silent = left.subarray(0.24 * RATE, 0.59 * RATE);
    expect(silent.every((sample) => sample === 0)).toBe(true);
    expect(left[0.1 * RATE]).toBe(1);
    expect(left[0.9 * RATE]).toBe(1);
    expect(largestStep(left)).toBeLessThan(1.01 / (RAMP_SECONDS * RATE));
  });

  it('follows a fader that is dragged at 60 values a second without a step', async () => {
    const input = { left: constant(2 * RATE, 1), right: constant(2 * RATE, 1) };
    let last = -1;
    const { left, right } = await render({ synth: input }, unity, (path, seconds) => {
      const tick = Math.floor(seconds * 60);
      if (tick === last) return;
      last = tick;
      // From end to end and back, as wildly as a hand can.
      const gain = tick % 2 === 0 ? 0 : 1;
      path.setRegisters([{ register: REGISTER.synthVolume, gains: [gain, 1 - gain] }]);
    });
    expect(largestStep(left)).toBeLessThan(1.01 / (RAMP_SECONDS * RATE));
    expect(largestStep(right)).toBeLessThan(1.01 / (RAMP_SECONDS * RATE));
    expect(Math.min(...left)).toBeCloseTo(0, 9);
    expect(Math.max(...left.subarray(RATE))).toBeGreaterThan(0.99);
  });

  it('measures peaks where the meters stand', async () => {
    const left = constant(RATE / 10, 0.25);
    left[RATE / 10 - 700] = -0.75;
    const input = { left, right: constant(RATE / 10, 0.1) };
    const { path } = await render(
      { synth: input },
      [
        { register: REGISTER.synthVolume, gains: [0.5, 1] },
        { register: REGISTER.masterVolume, gains: [1, 0] },
      ],
      undefined,
      true,
    );
    const peaks = path.readPeaks(1_500);
    expect(peaks).toHaveLength(6);
    expect(peaks[METER.synth * 2]).toBe(0.375);
    expect(peaks[METER.synth * 2 + 1]).toBeCloseTo(0.1, 6);
    expect(peaks[METER.wave * 2]).toBe(0);
    expect(peaks[METER.master * 2]).toBe(0.375);
    expect(peaks[METER.master * 2 + 1]).toBe(0);
    // Only the newest frames count.
    expect(path.readPeaks(600)[METER.synth * 2]).toBe(0.125);
  });

  it('fades the whole output to silence', async () => {
    const input = { left: constant(RATE / 2, 1), right: constant(RATE / 2, 1) };
    const { left } = await render({ synth: input }, unity, (path, seconds) => {
      if (seconds === 0) path.fadeTo(0, 0.1, 0.11);
    });
    expect(left[0.1 * RATE - 1]).toBe(1);
    expect(left.subarray(0.112 * RATE).every((sample) => sample === 0)).toBe(true);
    expect(largestStep(left)).toBeLessThan(1.01 / (0.01 * RATE));
  });

  it('has a register that settled from that frame on, without a ramp', async () => {
    const input = { left: constant(4_800, 1), right: constant(4_800, 1) };
    const at = 2_400;
    const { left } = await render({ synth: input }, unity, (path, seconds) => {
      if (Math.round(seconds * RATE) !== at) return;
      path.setRegisters([{ register: REGISTER.synthVolume, gains: [0.5, 0.5] }]);
      path.settle(seconds);
    });
    expect([...left.subarray(at - 2, at + 2)]).toEqual([1, 1, 0.5, 0.5]);
  });
});

function largestStep(samples: Float32Array): number {
  let largest = 0;
  for (let index = 1; index < samples.length; index++) {
    largest = Math.max(largest, Math.abs(samples[index]! - samples[index - 1]!));
  }
  return largest;
}

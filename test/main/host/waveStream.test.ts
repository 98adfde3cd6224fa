import { describe, expect, it } from 'vitest';
import type { WaveSegment } from '../../../src/contract/hardware.ts';
import { framesToReferenceTime, referenceTime } from '../../../src/contract/units.ts';
import type { SoundListener, SoundSource } from '../../../src/contract/waveMix.ts';
import { pcmFormat } from '../../../src/main/engine/ks/format.ts';
import { CyclicBuffer } from '../../../src/main/engine/portcls/wave/cyclicBuffer.ts';
import { WaveFeeder } from '../../../src/main/host/waveFeeder.ts';
import { WaveStream } from '../../../src/main/host/waveStream.ts';
import { FilterBanks } from '../../../src/main/wave/resampling/filterBank.ts';

const BLOCK = 512;
const banks = new FilterBanks();

/** Samples behind a stream of a 48 kHz device, fed as its own thread would. */
async function playing(samples: Int16Array, channels = 2, rate = 48_000) {
  const bytes = new Uint8Array(samples.buffer);
  let at = 0;
  let now = 0;
  const stream = new WaveStream({
    format: pcmFormat(channels, rate, 16),
    sampleRate: 48_000,
    maxBlockFrames: BLOCK,
    quality: 'advanced',
    banks,
    now: () => referenceTime(now),
  });
  stream.stream.allocateBufferWithNotification(2, 2 * 2_400 * channels * 2);
  // The feeder has nothing but the shared memory.
  const buffer = new CyclicBuffer(stream.stream.buffer!.shared);
  const segments: WaveSegment[] = [];
  const blockAlign = 2 * channels;
  const feeder = new WaveFeeder({
    input: {
      read(into) {
        const part = bytes.subarray(at, at + into.length);
        into.set(part);
        const stretches = [{ offset: 0, feed: 7, fileFrame: at / blockAlign }];
        at += part.length;
        return Promise.resolve({ bytes: part.length, stretches });
      },
    },
    buffer,
    packetsPerBuffer: 2,
    blockAlign,
    onSegment: (segment) => segments.push(segment),
  });
  await feeder.fill();
  const render = async (blocks: number, feed = true): Promise<[Float32Array, Float32Array]> => {
    const left = new Float32Array(blocks * BLOCK);
    const right = new Float32Array(blocks * BLOCK);
    for (let block = 0; block < blocks; block++) {
      const part = (side: Float32Array) => side.subarray(block * BLOCK, (block + 1) * BLOCK);
      stream.render(part(left), part(right), BLOCK, referenceTime(now));
      if (feed) await feeder.fill();
      now += framesToReferenceTime(BLOCK, 48_000);
    }
    return [left, right];
  };
  const setStates = (...states: Parameters<WaveStream['setState']>[0][]) =>
    states.forEach((state) => stream.setState(state));
  return { stream, feeder, segments, render, run: () => setStates('ACQUIRE', 'PAUSE', 'RUN'), setStates };
}

const ramp = (frames: number) =>
  Int16Array.from({ length: 2 * frames }, (_, index) => ((index * 7) % 60_000) - 30_000);
const side = (samples: Int16Array, which: 0 | 1) =>
  Float32Array.from({ length: samples.length / 2 }, (_, frame) => samples[2 * frame + which]! / 0x8000);

describe('a wave stream of the host', () => {
  it('plays a WAV file bit-exact at its own rate, to its last frame, and then silence', async () => {
    const samples = ramp(20_001);
    const { run, render, feeder, stream } = await playing(samples);
    expect(stream.idle).toBe(true);
    run();
    const [left, right] = await render(42);
    expect(feeder.end).toBe(20_001);
    expect(left.subarray(0, 20_001)).toEqual(side(samples, 0));
    expect(right.subarray(0, 20_001)).toEqual(side(samples, 1));
    expect(new Set(left.subarray(20_001))).toEqual(new Set([0]));
  });

  it('keeps data and position in PAUSE, ends without a click and goes on where it was', async () => {
    const samples = new Int16Array(2 * 30_000).fill(16_384);
    const { run, render, stream, setStates } = await playing(samples);
    run();
    await render(10);
    setStates('PAUSE');
    const { position } = stream;
    expect(position).toBe(framesToReferenceTime(10 * BLOCK, 48_000));
    const [fall] = await render(2);
    for (let index = 1; index < fall.length; index++)
      expect(fall[index - 1]! - fall[index]!).toBeLessThan(0.003);
    expect(fall[0]).toBeGreaterThan(0.49);
    expect(fall.at(-1)).toBe(0);
    expect(stream.idle).toBe(true);
    expect(stream.position).toBe(position);
    setStates('RUN');
    const [rise] = await render(2);
    expect(rise[0]).toBeLessThan(0.01);
    expect(rise.at(-1)).toBe(0.5);
    setStates('PAUSE', 'ACQUIRE', 'STOP');
    expect(stream.position).toBe(0);
  });

  it('has silence where its client is late, and then goes on with nothing missing', async () => {
    const samples = Int16Array.from({ length: 2 * 20_000 }, (_, index) => (index >> 1) + 1);
    const { run, render, feeder, segments } = await playing(samples);
    run();
    const [before] = await render(12, false);
    await feeder.fill();
    const [after] = await render(50);
    const heard = [...before, ...after].map((value) => value * 0x8000).filter((value) => value !== 0);
    expect(heard).toEqual(Array.from({ length: 20_000 }, (_, frame) => frame + 1));
    // The pause moved the file back in its stream.
    expect(segments).toHaveLength(2);
    const { streamFrame, fileFrame } = segments[1]!;
    const all = [...before, ...after];
    expect(Math.round(all[streamFrame]! * 0x8000)).toBe(fileFrame + 1);
    expect(all[streamFrame - 1]).toBe(0);
  });

  it('converts rate and channels: one at 44.1 kHz is heard on both sides', async () => {
    const samples = Int16Array.from({ length: 30_000 }, (_, index) =>
      Math.round(16_000 * Math.sin((2 * Math.PI * 1_000 * index) / 44_100)),
    );
    const { run, render } = await playing(samples, 1, 44_100);
    run();
    const [left, right] = await render(40);
    expect(right).toEqual(left);
    for (let index = 2_000; index < left.length; index++) {
      const expected = (16_000 / 0x8000) * Math.sin((2 * Math.PI * 1_000 * index) / 48_000);
      expect(Math.abs(left[index]! - expected)).toBeLessThan(2 / 0x8000);
    }
  });

  it('goes from the sum to the listener’s head and back, one fading out while the other fades in', async () => {
    const samples = new Int16Array(30_000).fill(16_384);
    const { stream, run, render } = await playing(samples, 1);
    const source = { ...SOURCE, position: { x: -2, y: 0, z: 0 } };
    stream.hear(LISTENER);
    stream.mix({ source, sides: [1, 0.5], matrix: [0.5, 1] });
    run();
    const heads: number[] = [];
    const step = async () => {
      const [left] = await render(1);
      heads.push(...(stream.head?.samples ?? new Float32Array(BLOCK)));
      return left;
    };
    // At twice the minimum distance and all on the left.
    const before = await step();
    expect(before.at(-1)).toBeCloseTo(0.5 * 0.5 * 0.5 * Math.SQRT2, 6);
    expect(stream.head).toBeUndefined();
    stream.mix({ hrtf: true });
    const left = [...before, ...(await step()), ...(await step())];
    expect(stream.head).toMatchObject({ right: -1, up: 0, front: 0, sides: [0.5, 0.5] });
    // The distance is in its samples, and nothing else.
    expect(heads.at(-1)).toBeCloseTo(0.25, 6);
    expect(left.at(-1)).toBe(0);
    stream.mix({ hrtf: false });
    for (let block = 0; block < 3; block++) left.push(...(await step()));
    expect(left.at(-1)).toBeCloseTo(before.at(-1)!, 6);
    expect(heads.at(-1)).toBe(0);
    expect(stream.head).toBeUndefined();
    for (const sound of [left, heads]) {
      for (let index = 1; index < sound.length; index++) {
        expect(Math.abs(sound[index]! - sound[index - 1]!)).toBeLessThan(0.003);
      }
    }
  });

  it('is not placed before both source and listener are known, and never with more than one channel', async () => {
    const { stream, run, render } = await playing(new Int16Array(20_000).fill(8_192), 2);
    stream.mix({ hrtf: true, source: SOURCE });
    stream.hear(LISTENER);
    run();
    const [left] = await render(2);
    expect(stream.head).toBeUndefined();
    expect(left.at(-1)).toBe(0.25);
  });
});

const ORIGIN = { x: 0, y: 0, z: 0 };
const LISTENER: SoundListener = {
  position: ORIGIN,
  velocity: ORIGIN,
  orientFront: { x: 0, y: 0, z: 1 },
  orientTop: { x: 0, y: 1, z: 0 },
  distanceFactor: 1,
  rolloffFactor: 1,
  dopplerFactor: 1,
};
const SOURCE: SoundSource = {
  position: ORIGIN,
  velocity: ORIGIN,
  insideConeAngle: 360,
  outsideConeAngle: 360,
  coneOrientation: { x: 0, y: 0, z: 1 },
  coneOutsideVolume: 0,
  minDistance: 1,
  maxDistance: 1e9,
  mode: 'NORMAL',
};

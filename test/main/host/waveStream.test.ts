import { describe, expect, it } from 'vitest';
import { framesToReferenceTime, referenceTime } from '../../../src/contract/units.ts';
import { pcmFormat } from '../../../src/main/engine/ks/format.ts';
import { CyclicBuffer } from '../../../src/main/engine/portcls/wave/cyclicBuffer.ts';
import { WavFeeder } from '../../../src/main/host/wavFeeder.ts';
import { WaveStream } from '../../../src/main/host/waveStream.ts';
import { parseWav, type ByteSource } from '../../../src/main/wave/files/wavFile.ts';
import { FilterBanks } from '../../../src/main/wave/resampling/filterBank.ts';

const BLOCK = 512;
const banks = new FilterBanks();

/** A WAV file in memory with these samples. */
function wavSource(samples: Int16Array, channels: number, rate: number): ByteSource {
  const bytes = new Uint8Array(44 + samples.byteLength);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode('RIFF    WAVEfmt '));
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * channels * 2, true);
  view.setUint16(32, channels * 2, true);
  view.setUint16(34, 16, true);
  bytes.set(new TextEncoder().encode('data'), 36);
  view.setUint32(40, samples.byteLength, true);
  bytes.set(new Uint8Array(samples.buffer), 44);
  return {
    name: 'memory.wav',
    length: bytes.length,
    read(offset, into) {
      const part = bytes.subarray(offset, offset + into.length);
      into.set(part);
      return part.length;
    },
  };
}

/** The file behind a stream of a 48 kHz device, fed as its own thread would. */
function playing(samples: Int16Array, channels = 2, rate = 48_000) {
  const source = wavSource(samples, channels, rate);
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
  const feeder = new WavFeeder(source, parseWav(source), buffer, 2);
  feeder.fill();
  const render = (blocks: number, feed = true): [Float32Array, Float32Array] => {
    const left = new Float32Array(blocks * BLOCK);
    const right = new Float32Array(blocks * BLOCK);
    for (let block = 0; block < blocks; block++) {
      const part = (side: Float32Array) => side.subarray(block * BLOCK, (block + 1) * BLOCK);
      stream.render(part(left), part(right), BLOCK, referenceTime(now));
      if (feed) feeder.fill();
      now += framesToReferenceTime(BLOCK, 48_000);
    }
    return [left, right];
  };
  const setStates = (...states: Parameters<WaveStream['setState']>[0][]) =>
    states.forEach((state) => stream.setState(state));
  return { stream, feeder, render, run: () => setStates('ACQUIRE', 'PAUSE', 'RUN'), setStates };
}

const ramp = (frames: number) =>
  Int16Array.from({ length: 2 * frames }, (_, index) => ((index * 7) % 60_000) - 30_000);
const side = (samples: Int16Array, which: 0 | 1) =>
  Float32Array.from({ length: samples.length / 2 }, (_, frame) => samples[2 * frame + which]! / 0x8000);

describe('a wave stream of the host', () => {
  it('plays a WAV file bit-exact at its own rate, to its last frame, and then silence', () => {
    const samples = ramp(20_001);
    const { run, render, feeder, stream } = playing(samples);
    expect(stream.idle).toBe(true);
    run();
    const [left, right] = render(42);
    expect(feeder.ended).toBe(true);
    expect(left.subarray(0, 20_001)).toEqual(side(samples, 0));
    expect(right.subarray(0, 20_001)).toEqual(side(samples, 1));
    expect(new Set(left.subarray(20_001))).toEqual(new Set([0]));
  });

  it('keeps data and position in PAUSE, ends without a click and goes on where it was', () => {
    const samples = new Int16Array(2 * 30_000).fill(16_384);
    const { run, render, stream, setStates } = playing(samples);
    run();
    render(10);
    setStates('PAUSE');
    const { position } = stream;
    expect(position).toBe(framesToReferenceTime(10 * BLOCK, 48_000));
    const [fall] = render(2);
    for (let index = 1; index < fall.length; index++)
      expect(fall[index - 1]! - fall[index]!).toBeLessThan(0.003);
    expect(fall[0]).toBeGreaterThan(0.49);
    expect(fall.at(-1)).toBe(0);
    expect(stream.idle).toBe(true);
    expect(stream.position).toBe(position);
    setStates('RUN');
    const [rise] = render(2);
    expect(rise[0]).toBeLessThan(0.01);
    expect(rise.at(-1)).toBe(0.5);
    setStates('PAUSE', 'ACQUIRE', 'STOP');
    expect(stream.position).toBe(0);
  });

  it('has silence where its client is late, and then goes on with nothing missing', () => {
    const samples = Int16Array.from({ length: 2 * 20_000 }, (_, index) => (index >> 1) + 1);
    const { run, render, feeder } = playing(samples);
    run();
    const [before] = render(12, false);
    feeder.fill();
    const [after] = render(50);
    const heard = [...before, ...after].map((value) => value * 0x8000).filter((value) => value !== 0);
    expect(heard).toEqual(Array.from({ length: 20_000 }, (_, frame) => frame + 1));
  });

  it('converts rate and channels: one at 44.1 kHz is heard on both sides', () => {
    const samples = Int16Array.from({ length: 30_000 }, (_, index) =>
      Math.round(16_000 * Math.sin((2 * Math.PI * 1_000 * index) / 44_100)),
    );
    const { run, render } = playing(samples, 1, 44_100);
    run();
    const [left, right] = render(40);
    expect(right).toEqual(left);
    for (let index = 2_000; index < left.length; index++) {
      const expected = (16_000 / 0x8000) * Math.sin((2 * Math.PI * 1_000 * index) / 48_000);
      expect(Math.abs(left[index]! - expected)).toBeLessThan(2 / 0x8000);
    }
  });
});

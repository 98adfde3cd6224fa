import { referenceTime } from '../../../src/contract/units.ts';
import { CHUNK_FRAMES } from '../../../src/contract/hardware.ts';
import { pcmFormat } from '../../../src/main/engine/ks/format.ts';
import { WaveStream } from '../../../src/main/host/waveStream.ts';
import { FilterBanks } from '../../../src/main/wave/resampling/filterBank.ts';
import type { Metric } from '../metric.ts';

const DEVICE_RATE = 48_000;
const FRAMES = CHUNK_FRAMES.normal;
const SECONDS = 4;
const REPETITIONS = 5;
const banks = new FilterBanks();

/** Stereo 16-bit streams in the render thread, in chunks of the normal setting, without the device. */
export function instanceMetrics(): Metric[] {
  const one = coreShare(1, DEVICE_RATE);
  const further = [8, 32, 64].map((count) =>
    atMost(
      `rendering a further instance of ${count}`,
      (coreShare(count, DEVICE_RATE) - one) / (count - 1),
      0.3,
    ),
  );
  return [
    atMost('rendering one stream at 48 kHz', one, 5),
    ...further,
    atMost('rendering one stream from 44.1 kHz', coreShare(1, 44_100), 5),
  ];
}

function atMost(name: string, percent: number, limit: number): Metric {
  const value = Math.round(percent * 1_000) / 1_000;
  return { name, value, unit: '% of a core', bound: `<= ${limit}`, pass: value <= limit, peer: null };
}

/** Percent of one core that `count` streams take, the middle of some passes. */
function coreShare(count: number, rate: number): number {
  const streams = Array.from({ length: count }, () => running(rate));
  const left = new Float32Array(FRAMES);
  const right = new Float32Array(FRAMES);
  const chunks = Math.round((SECONDS * DEVICE_RATE) / FRAMES);
  const pass = () => {
    const before = process.cpuUsage();
    for (let chunk = 0; chunk < chunks; chunk++) {
      left.fill(0);
      right.fill(0);
      for (const stream of streams) stream.render(left, right, FRAMES, referenceTime(0));
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 10_000 / SECONDS;
  };
  // The first pass is for the compiler.
  pass();
  const shares = Array.from({ length: REPETITIONS }, pass).sort((a, b) => a - b);
  for (const stream of streams) stream.dispose();
  return shares[Math.floor(REPETITIONS / 2)]!;
}

function running(rate: number): WaveStream {
  const stream = new WaveStream({
    format: pcmFormat(2, rate, 16),
    sampleRate: DEVICE_RATE,
    maxBlockFrames: FRAMES,
    quality: 'advanced',
    banks,
    now: () => referenceTime(0),
  });
  const { memory } = stream.stream.allocateAudioBuffer(65_536);
  memory.forEach((_byte, index) => (memory[index] = index * 31));
  for (const state of ['ACQUIRE', 'PAUSE', 'RUN'] as const) stream.setState(state);
  return stream;
}

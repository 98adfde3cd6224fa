import { describe, expect, it } from 'vitest';
import { referenceTime } from '../../../../src/contract/units.ts';
import { MonitorStream } from '../../../../src/main/host/capture/monitorStream.ts';
import { SampleRing } from '../../../../src/main/host/capture/sampleRing.ts';
import { FilterBanks } from '../../../../src/main/wave/resampling/filterBank.ts';

const RENDER_RATE = 48_000;
const CHUNK = 512;
const FREQUENCY = 1_000;

interface Devices {
  /** Nominal rate of the capture device. */
  rate: number;
  /** How much faster than that it really is. */
  drift: number;
  seconds: number;
  /** Frames the capture device gives at once. */
  burst: number;
}

/** Two devices with clocks of their own: one captures a sine in bursts, the other plays the monitor. */
function listen({ rate, drift, seconds, burst }: Devices) {
  const ring = SampleRing.allocate(1 << 16);
  const monitor = new MonitorStream({
    ring,
    sampleRate: RENDER_RATE,
    maxBlockFrames: CHUNK,
    banks: new FilterBanks(),
  });
  monitor.on = true;
  const trueRate = rate * (1 + drift);
  const block = [new Float32Array(burst), new Float32Array(burst)];
  const left = new Float32Array(CHUNK);
  const right = new Float32Array(CHUNK);
  const heard = new Float32Array(Math.floor((seconds * RENDER_RATE) / CHUNK) * CHUNK);
  const delays: number[] = [];
  let captured = 0;
  for (let at = 0; at < heard.length; at += CHUNK) {
    const now = at / RENDER_RATE;
    while ((captured + burst) / trueRate <= now) {
      for (let index = 0; index < burst; index++) {
        const value = 0.5 * Math.sin((2 * Math.PI * FREQUENCY * (captured + index)) / trueRate);
        block[0]![index] = block[1]![index] = value;
      }
      captured += burst;
      // The device's smoothed clock: right to within some microseconds.
      const jitter = 50 * Math.sin(captured);
      ring.write(block, burst, rate, (captured / trueRate) * 1e7 + jitter);
    }
    left.fill(0);
    right.fill(0);
    monitor.render(left, right, CHUNK, referenceTime(now * 1e7));
    heard.set(left, at);
    delays.push(monitor.delaySeconds);
  }
  return { heard, monitor, delays };
}

/** Signal to everything else of a sine of known frequency, dB, by taking its best fit away. */
function purity(samples: Float32Array): number {
  let [sine, cosine] = [0, 0];
  samples.forEach((sample, index) => {
    const angle = (2 * Math.PI * FREQUENCY * index) / RENDER_RATE;
    sine += (2 / samples.length) * sample * Math.sin(angle);
    cosine += (2 / samples.length) * sample * Math.cos(angle);
  });
  let rest = 0;
  samples.forEach((sample, index) => {
    const angle = (2 * Math.PI * FREQUENCY * index) / RENDER_RATE;
    rest += (sample - sine * Math.sin(angle) - cosine * Math.cos(angle)) ** 2;
  });
  return 10 * Math.log10(((sine * sine + cosine * cosine) * samples.length) / 2 / rest);
}

/** Frames from the first sound on that stand still: a gap. */
function silences(samples: Float32Array): number {
  const first = samples.findIndex((sample) => sample !== 0);
  let count = 0;
  for (let index = first + 1; index < samples.length; index++) {
    if (samples[index] === 0 && samples[index - 1] === 0) count++;
  }
  return first < 0 ? samples.length : count;
}

describe('the monitored input', () => {
  it.each([
    ['of the same clock', { rate: 48_000, drift: 0, burst: 480 }],
    ['of a clock that is 200 ppm fast', { rate: 48_000, drift: 2e-4, burst: 480 }],
    ['of a clock that is 300 ppm slow', { rate: 48_000, drift: -3e-4, burst: 480 }],
    ['of another rate', { rate: 44_100, drift: 1e-4, burst: 441 }],
  ])('%s is heard without a gap, at its pitch', (_name, devices) => {
    const seconds = 90;
    const { heard, monitor, delays } = listen({ ...devices, seconds });
    expect(silences(heard)).toBe(0);
    expect(monitor.bend).toBeCloseTo(devices.drift, 5);
    // The delay that it began with, however far the clocks have gone apart: without following, 18 ms by now.
    expect(new Set(delays.filter((delay) => delay > 0)).size).toBe(1);
    expect(monitor.delaySeconds).toBeLessThan(0.08);
    const settled = heard.subarray((seconds - 2) * RENDER_RATE, (seconds - 1) * RENDER_RATE);
    expect(purity(settled)).toBeGreaterThan(60);
  });

  it('waits longer where sound comes in longer bursts than it was made for', () => {
    const { heard, monitor } = listen({ rate: 48_000, drift: 1e-4, seconds: 30, burst: 4_800 });
    expect(silences(heard.subarray(10 * RENDER_RATE))).toBe(0);
    expect(monitor.delaySeconds).toBeGreaterThan(0.1);
  });

  it('is silent and costs nothing while it is off', () => {
    const { monitor } = listen({ rate: 48_000, drift: 0, seconds: 1, burst: 480 });
    expect(monitor.idle).toBe(false);
    monitor.on = false;
    expect(monitor.idle).toBe(true);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CardCapture } from '../../../../src/main/host/capture/cardCapture.ts';

const format = {
  encoding: 'pcm',
  channels: 2,
  sampleRate: 48_000,
  containerBits: 16,
  validBits: 16,
  channelMask: 3,
} as const;
const CLOCK = { timeout: 10_000 };

describe('CardCapture, with its thread', () => {
  let taps = 0;
  let open = 0;
  let capture: CardCapture;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    taps = open = 0;
    capture = new CardCapture({
      description: {
        inputs: [{ id: 'what-you-hear', kind: 'loopback', stages: [] }],
        mux: 0,
        stages: [],
        monitor: { input: 'microphone', through: 'monitor', register: 1 },
      },
      registers: [],
      epochNs: process.hrtime.bigint(),
      tell: () => undefined,
      tapLoopback: () => {
        taps++;
        open++;
        return { dispose: () => void open-- };
      },
      monitor: () => undefined,
    });
  });
  afterEach(() => {
    capture.dispose();
    vi.useRealTimers();
  });

  /** Until the thread wants the card's own sound, and does not any more. */
  const record = async (stream: number) => {
    capture.handle({ type: 'openCapture', stream, format });
    for (const state of ['ACQUIRE', 'PAUSE', 'RUN'] as const) {
      capture.handle({ type: 'setStreamState', stream, state });
    }
    const { thread } = capture;
    await vi.waitUntil(() => open === 1, CLOCK);
    const gone = new Promise((resolve) => thread!.once('exit', resolve));
    capture.handle({ type: 'closeStream', stream });
    await gone;
  };

  it('taps the card once for recordings in a row, and lets go of it half a minute after the last', async () => {
    for (let stream = 1; stream <= 3; stream++) await record(stream);
    expect({ taps, open }).toEqual({ taps: 1, open: 1 });
    vi.advanceTimersByTime(29_000);
    expect(open).toBe(1);
    vi.advanceTimersByTime(2_000);
    expect(open).toBe(0);
    await record(4);
    expect({ taps, open }).toEqual({ taps: 2, open: 1 });
  });

  it('lets go of it at once in D3, for another device and at the end', async () => {
    await record(1);
    await capture.setPower('D3');
    expect(open).toBe(0);
    await capture.setPower('D0');
    await record(2);
    capture.outputChanged();
    expect(open).toBe(0);
    await record(3);
    capture.dispose();
    expect({ taps, open }).toEqual({ taps: 3, open: 0 });
  });
});

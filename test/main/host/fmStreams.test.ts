import { describe, expect, it } from 'vitest';
import { STANDARD_FM } from '../../../src/contract/fmSynth.ts';
import { referenceTime } from '../../../src/contract/units.ts';
import { FmStreams } from '../../../src/main/host/fmStreams.ts';
import { loadAdlMidi } from '../../../src/main/synth/fm/adlMidi.ts';
import { peakOf, recordsOf } from '../synth/support.ts';

const RATE = 48_000;
const BLOCK = 512;
const REQUEST = { sampleRate: RATE, maxBlockFrames: BLOCK, synth: { kind: 'fm', ...STANDARD_FM } } as const;
const NOW = referenceTime(0);

/** The library, and how often it was loaded; loading takes until `proceed`. */
function library() {
  let loads = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const streams = new FmStreams(async () => {
    loads++;
    await promise;
    return await loadAdlMidi();
  });
  return { streams, proceed: () => resolve(), loads: () => loads };
}

function rendered(stream: ReturnType<FmStreams['open']>): number {
  const left = new Float32Array(BLOCK);
  stream.render(left, new Float32Array(BLOCK), BLOCK, NOW);
  return peakOf(left);
}

describe('FM streams', () => {
  it('load the library for the first stream, once, and again after the last one is gone', async () => {
    const { streams, proceed, loads } = library();
    proceed();
    expect(loads()).toBe(0);
    const [first, second] = [streams.open(REQUEST, STANDARD_FM), streams.open(REQUEST, STANDARD_FM)];
    expect(loads()).toBe(1);
    first.dispose();
    first.dispose();
    const third = streams.open(REQUEST, STANDARD_FM);
    expect(loads()).toBe(1);
    second.dispose();
    third.dispose();
    streams.open(REQUEST, STANDARD_FM).dispose();
    expect(loads()).toBe(2);
  });

  it('keep states and records until the library is there, and are silent meanwhile', async () => {
    const { streams, proceed } = library();
    const stream = streams.open(REQUEST, STANDARD_FM);
    expect(stream.idle).toBe(true);
    stream.setState('ACQUIRE', NOW);
    stream.setState('PAUSE', NOW);
    stream.write(
      NOW,
      recordsOf([
        [0, 0xc0, 16],
        [0, 0x90, 60, 120],
      ]),
    );
    stream.setState('RUN', NOW);
    expect(stream.idle).toBe(false);
    expect(rendered(stream)).toBe(0);
    expect(stream.position).toBe(0);
    proceed();
    await expect.poll(() => rendered(stream)).toBeGreaterThan(0.05);
    expect(stream.activeVoices).toBeGreaterThan(0);
    expect(stream.eventsPlayed).toBe(2);
    stream.dispose();
  });

  it('may be closed while the library is being loaded', async () => {
    const { streams, proceed } = library();
    const stream = streams.open(REQUEST, STANDARD_FM);
    stream.setState('ACQUIRE', NOW);
    stream.dispose();
    proceed();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(rendered(stream)).toBe(0);
  });

  it('tell what failed when they are rendered', async () => {
    const failing = new FmStreams(() => Promise.reject(new Error('no such package')));
    const stream = failing.open(REQUEST, STANDARD_FM);
    stream.setState('ACQUIRE', NOW);
    await expect.poll(() => failureOf(() => rendered(stream))).toBe('no such package');

    const { streams, proceed } = library();
    const jumping = streams.open(REQUEST, STANDARD_FM);
    jumping.setState('RUN', NOW);
    proceed();
    await expect.poll(() => failureOf(() => rendered(jumping))).toMatch(/cannot go from STOP to RUN/);
    expect(jumping.idle).toBe(false);
    jumping.dispose();
  });
});

function failureOf(action: () => void): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { framesToReferenceTime, referenceTime } from '../../../src/contract/units.ts';
import { WaveStreams } from '../../../src/main/host/waveStreams.ts';
import { pcmWav } from '../../support/audio/wavFile.ts';

const BLOCK = 512;
const DEVICE_RATE = 48_000;

describe('streams of two formats, one behind the other', () => {
  let folder: string;
  let streams: WaveStreams;
  let now: number;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'pinwheel-chain-'));
    streams = new WaveStreams();
    now = 0;
  });
  afterEach(() => {
    streams.dispose();
    rmSync(folder, { recursive: true });
  });

  /** A stream of a file of one value. */
  const stream = (rate: number, frames: number, value: number) => {
    const file = path.join(folder, `${rate}.wav`);
    writeFileSync(
      file,
      pcmWav(frames, () => value, { rate }),
    );
    let ended = false;
    let segments = 0;
    const opened = streams.open({
      stream: rate,
      format: {
        encoding: 'pcm',
        channels: 2,
        sampleRate: rate,
        containerBits: 16,
        validBits: 16,
        channelMask: 0,
      },
      sampleRate: DEVICE_RATE,
      maxBlockFrames: BLOCK,
      now: () => referenceTime(now),
      events: {
        segment: () => void segments++,
        ended: () => void (ended = true),
        underrun: () => expect.fail(),
        failed: (error) => expect.fail(error.message),
      },
    });
    opened.feed({ id: 1, file, firstFrame: 0 });
    return {
      stream: opened,
      get ended() {
        return ended;
      },
      get ready() {
        return segments > 0;
      },
    };
  };

  it.each([
    [48_000, 10_007, 44_100],
    [44_100, 9_001, 48_000],
    [8_000, 2_003, 96_000],
  ])('follow without a frame between: %i Hz, %i frames, then %i Hz', async (rate, frames, followingRate) => {
    const first = stream(rate, frames, 8_192);
    const second = stream(followingRate, followingRate, 16_384);
    second.stream.setState('PAUSE');
    second.stream.follow(first.stream);
    await expect.poll(() => first.ready && second.ready, { timeout: 10_000 }).toBe(true);
    first.stream.setState('PAUSE');
    first.stream.setState('RUN');
    await expect.poll(() => first.stream.idle).toBe(false);
    const output = new Float32Array(60 * BLOCK);
    const right = new Float32Array(BLOCK);
    for (let at = 0; at < output.length; at += BLOCK) {
      // In the order in which they were opened, as an input of the card does.
      for (const each of [first, second]) {
        if (!each.stream.idle)
          each.stream.render(output.subarray(at, at + BLOCK), right, BLOCK, referenceTime(now));
      }
      now += framesToReferenceTime(BLOCK, DEVICE_RATE);
      // What the feeder's thread says of the end arrives between two blocks.
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const join = Math.ceil((frames * DEVICE_RATE) / rate);
    expect(first.ended).toBe(true);
    // Filters ring before and behind a step; farther away it is what is in the files.
    const ringing = 150 * Math.max(1, DEVICE_RATE / Math.min(rate, followingRate));
    for (let index = join - 3_000; index < join + 3_000; index++) {
      if (Math.abs(index - join) < ringing) continue;
      expect(Math.abs(output[index]! - (index < join ? 0.25 : 0.5)), `${index - join}`).toBeLessThan(0.001);
    }
    // Half-way between the two, where one passes into the other.
    const crossing = output.findIndex((value, index) => index > join - 400 && value > 0.375);
    expect(Math.abs(crossing - join)).toBeLessThan(DEVICE_RATE / Math.min(rate, followingRate) + 2);
    first.stream.dispose();
    second.stream.dispose();
  });
});

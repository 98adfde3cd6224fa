import { OfflineAudioContext } from 'node-web-audio-api';
import { describe, expect, it } from 'vitest';
import { referenceTime } from '../../../src/contract/units.ts';
import { createCardMixer } from '../../../src/main/host/cardMixer.ts';
import type { HeadSource } from '../../../src/main/host/headVoice.ts';
import type { RenderStream } from '../../../src/main/host/renderStream.ts';
import { findClicks } from '../../support/audio/click.ts';
import { rms } from '../../support/audio/level.ts';
import { REGISTER, toneCard } from './toneCard.ts';

const CHUNK = 512;
const CHUNKS = 60;

interface Placed {
  right?: number;
  up?: number;
  front?: number;
  sides?: [number, number];
}

/** A stream that plays only around the head; `placed` says where, chunk by chunk. */
function headStream(sample: (frame: number) => number, placed: (chunk: number) => Placed): RenderStream {
  const samples = new Float32Array(CHUNK);
  let chunk = 0;
  let head: HeadSource | undefined;
  return {
    position: referenceTime(0),
    eventsPlayed: 0,
    activeVoices: 0,
    idle: false,
    get head() {
      return head;
    },
    setState: () => undefined,
    write: () => undefined,
    render() {
      for (let index = 0; index < CHUNK; index++) samples[index] = sample(chunk * CHUNK + index);
      head = { samples, right: 0, up: 0, front: 0, sides: [1, 1], ...placed(chunk++) };
    },
    dispose: () => undefined,
  };
}

async function heard(stream: RenderStream, rate = 48_000, volume = 1) {
  const context = new OfflineAudioContext(2, CHUNKS * CHUNK, rate);
  const registers = Object.values(REGISTER).map((register) => ({ register, gains: [1, 1] }));
  registers[REGISTER.waveVolume] = { register: REGISTER.waveVolume, gains: [volume, volume] };
  const mixer = createCardMixer(context, toneCard, registers, CHUNK);
  mixer.inputs.get('wave')!.streams.set(1, stream);
  const fail = (_stream: number, error: unknown) => {
    throw error;
  };
  for (let chunk = 0; chunk < CHUNKS; chunk++) {
    mixer.renderChunk(chunk * CHUNK, referenceTime(0), fail);
    if (chunk % 3 === 2) mixer.send();
  }
  mixer.send();
  const buffer = await context.startRendering();
  return [0, 1].map((side) => {
    const samples = new Float32Array(CHUNKS * CHUNK);
    buffer.copyFromChannel(samples, side);
    return samples;
  }) as [Float32Array, Float32Array];
}

function noise(): () => number {
  let state = 1;
  return () => ((state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 8) / 0x800000 - 1;
}
const loudness = (samples: Float32Array) => rms(samples, 4_096);

describe('a voice around the listener’s head', () => {
  it('is louder in the near ear, and comes to the far one later', async () => {
    const click = (frame: number) => (frame === 1_000 ? 1 : 0);
    const loudest = (samples: Float32Array) =>
      samples.reduce((best, value, frame) => (Math.abs(value) > Math.abs(samples[best]!) ? frame : best), 0);
    const left = await heard(headStream(click, () => ({ right: -1 })));
    const right = await heard(headStream(click, () => ({ right: 1 })));
    expect(loudness(left[0]) === 0).toBe(true);
    expect(rms(left[0]) / rms(left[1])).toBeGreaterThan(3);
    expect(rms(right[1]) / rms(right[0])).toBeGreaterThan(3);
    // Half a millisecond around the head.
    expect(loudest(left[1]) - loudest(left[0])).toBeGreaterThan(15);
    expect(loudest(right[0]) - loudest(right[1])).toBeGreaterThan(15);
  });

  it('sounds different in front, behind and above', async () => {
    const [front, behind, above] = [
      await heard(headStream(noise(), () => ({ front: 1 }))),
      await heard(headStream(noise(), () => ({ front: -1 }))),
      await heard(headStream(noise(), () => ({ up: 1 }))),
    ];
    const apart = (a: Float32Array, b: Float32Array) =>
      loudness(a.map((value, frame) => value - b[frame]!)) / loudness(a);
    expect(apart(front[0], behind[0])).toBeGreaterThan(0.3);
    expect(apart(front[0], above[0])).toBeGreaterThan(0.3);
    // What is in the middle is not on a side.
    expect(loudness(front[0]) / loudness(front[1])).toBeGreaterThan(0.7);
    expect(loudness(front[0]) / loudness(front[1])).toBeLessThan(1.4);
  });

  it.each([44_100, 48_000, 96_000])('is as loud as by amplitude pan, within 6 dB at %i Hz', async (rate) => {
    // A tone that both ears get at every rate: noise would have more of it beyond hearing at high ones.
    const tone = (frame: number) => 0.5 * Math.sin((2 * Math.PI * 1_000 * frame) / rate);
    for (const place of [{ front: 1 }, { right: 1 }, { right: -0.7, front: 0.7 }]) {
      const [left, right] = await heard(
        headStream(tone, () => place),
        rate,
      );
      // At constant power, both sides together have twice the power of the stream.
      const power = (loudness(left) ** 2 + loudness(right) ** 2) / (2 * (0.5 ** 2 / 2));
      expect(Math.abs(10 * Math.log10(power))).toBeLessThan(6);
    }
  });

  it('moves and is panned without a click, and the input’s volume is behind it', async () => {
    const tone = (frame: number) => 0.5 * Math.sin((2 * Math.PI * 440 * frame) / 48_000);
    const moves = await heard(
      headStream(tone, (chunk) => ({ right: Math.sin(chunk / 10), front: Math.cos(chunk / 10) })),
    );
    const panned = await heard(
      headStream(tone, (chunk) => ({ front: 1, sides: chunk < 30 ? [1, 1] : [0.25, 1] })),
    );
    for (const side of [...moves, ...panned]) {
      expect(findClicks(side, 48_000, { from: 2_048 })).toEqual([]);
    }
    const [left, right] = panned;
    expect(rms(left, 20_000) / rms(left, 4_096, 14_000)).toBeCloseTo(0.25, 2);
    expect(rms(right, 20_000) / rms(right, 4_096, 14_000)).toBeCloseTo(1, 2);
    const still = () => headStream(tone, () => ({ front: 1 }));
    const [full] = await heard(still());
    const [half] = await heard(still(), 48_000, 0.5);
    expect(loudness(half) / loudness(full)).toBeCloseTo(0.5, 4);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { CHUNK_FRAMES } from '../../src/contract/hardware.ts';
import { monotonicMs, PipeWireRig, type Recording } from '../rigs/pipewire/pipeWireRig.ts';
import { countingWav } from '../support/audio/countingSignal.ts';
import { duration } from '../support/duration.ts';
import { requires } from '../support/requirements.ts';
import { RigCard } from './support/rigCard.ts';
import { delay } from './support/waiting.ts';

const RATE = 48_000;
const BLOCK_ALIGN = 4;
/** Of the device, at the normal setting. */
/** The device's at the normal setting: the library takes two chunks at a time. */
const PERIOD = 2 * CHUNK_FRAMES.normal;
/** How much later than it left the sink a frame is found in a recording, at most. */
const RECORDER_DELAY = RATE / 20;
/** Of the counting signal that is looped. */
const LOOP_FRAMES = 4 * RATE;

requires('pipewire')('the position of a wave stream', () => {
  let rig: PipeWireRig;
  let folder: string;
  let file: string;
  let card: RigCard;
  beforeAll(async () => {
    rig = await PipeWireRig.start();
    folder = mkdtempSync(path.join(tmpdir(), 'pinwheel-position-'));
    file = path.join(folder, 'counting.wav');
    writeFileSync(file, countingWav(LOOP_FRAMES));
  });
  afterAll(async () => {
    await rig?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    card = await RigCard.start(rig);
  });
  afterEach(() => card.dispose());

  interface Reading {
    atMs: number;
    frame: number;
  }

  /** Plays the signal in a loop, reads the position all the time, pauses after each of the stretches. */
  const play = async (stretches: readonly number[]) => {
    const recorder = await rig.record('speakers');
    const { pin, stream } = card.openWave();
    const readings: Reading[] = [];
    const read = () => {
      const frame = stream.getPosition().playOffset / BLOCK_ALIGN;
      readings.push({ atMs: monotonicMs(), frame });
      return frame;
    };
    const reader = setInterval(read, 9);
    stream.feed({ id: 1, file, firstFrame: 0 }, { feed: 1, loop: { first: 0, end: null }, next: [] });
    const rests: number[] = [];
    for (const seconds of stretches) {
      pin.setState('RUN');
      await delay(seconds * 1000);
      pin.setState('PAUSE');
      await delay(600);
      rests.push(read());
    }
    clearInterval(reader);
    pin.close();
    return { recording: await recorder.stop(), readings, rests };
  };

  it('is what was heard, to the frame, after every pause and around the loop', async () => {
    const { recording, readings, rests } = await play([2.5, 3.1, 1.7]);
    const heard = stretchesOf(recording);
    expect(heard).toHaveLength(3);
    expect(heard.map(({ last }) => last)).toEqual(rests.map((rest) => (rest - 1) % LOOP_FRAMES));
    expect(rests[2]).toBeGreaterThan(LOOP_FRAMES);
    for (let index = 1; index < readings.length; index++)
      expect(readings[index]!.frame).toBeGreaterThanOrEqual(readings[index - 1]!.frame);
  });

  it('is within one period of the device of what is being heard', async () => {
    const { recording, readings } = await play([3]);
    const { from, to } = stretchesOf(recording)[0]!;
    const fromMs = recording.timeOfFrame(from);
    const errors: number[] = [];
    for (const { atMs, frame } of readings) {
      const at = Math.round(from + ((atMs - fromMs) * RATE) / 1000);
      const heard = at > from && at < to ? numberAt(recording, at) : undefined;
      if (heard !== undefined) errors.push(frame - heard);
    }
    errors.sort((a, b) => a - b);
    expect(errors.length).toBeGreaterThan(50);
    // Where the server of a busy machine stands still, for a moment nobody knows what is heard.
    const [lowest, highest] = [0.1, 0.9].map((part) => errors[Math.floor(part * errors.length)]!);
    expect(highest! - lowest!).toBeLessThan(2 * PERIOD);
    // The recording knows its own time a little late.
    expect(lowest).toBeGreaterThan(-PERIOD);
    expect(highest).toBeLessThan(PERIOD + RECORDER_DELAY);
  });

  const LONG_SECONDS = duration({ short: 10, full: 1_800 });
  it('does not drift from what was heard', { timeout: (LONG_SECONDS + 120) * 1_000 }, async () => {
    const { recording, rests } = await play([LONG_SECONDS]);
    const [heard, ...others] = stretchesOf(recording);
    expect(others).toEqual([]);
    expect(Math.abs(heard!.frames - rests[0]!)).toBeLessThanOrEqual(1);
  });
});

/** What was heard from a start to a pause. */
interface Stretch {
  /** Numbers of its first and last frame. */
  first: number;
  last: number;
  /** Frames of the recording. */
  from: number;
  to: number;
  /** Frames of the stream, with what the server left out of the recording. */
  frames: number;
}

/** Shorter runs are ramps; runs that are closer are parted by what the server of a busy machine leaves out. */
const LEAST = RATE / 20;

/** What the counting signal says in a frame of the recording; undefined in silence. */
function numberAt({ interleaved }: Recording, at: number): number | undefined {
  const [left, right] = [interleaved[2 * at]!, interleaved[2 * at + 1]!];
  if (right === 0) return undefined;
  return Math.round(left * 0x8000) + 0x8000 + (Math.round(right * 0x8000) - 1) * 0x10000;
}

function stretchesOf(recording: Recording): Stretch[] {
  const runs: Stretch[] = [];
  for (let at = 0; at < recording.frames; at++) {
    const frame = numberAt(recording, at);
    if (frame === undefined) continue;
    const run = runs.at(-1);
    if (run && frame === (run.last + 1) % LOOP_FRAMES)
      Object.assign(run, { last: frame, to: at, frames: run.frames + 1 });
    else runs.push({ first: frame, last: frame, from: at, to: at, frames: 1 });
  }
  const stretches: Stretch[] = [];
  for (const run of runs.filter(({ from, to }) => to - from > LEAST)) {
    const before = stretches.at(-1);
    if (before && run.from - before.to < RATE / 3) {
      const frames = before.frames + stepOf(before.last, run.first) + run.frames - 1;
      Object.assign(before, { last: run.last, to: run.to, frames });
    } else stretches.push(run);
  }
  return stretches;
}

/** From one frame of the stream to another, by the shorter way around the loop: the server stood still, or went back. */
function stepOf(from: number, to: number): number {
  const forward = (to - from + LOOP_FRAMES) % LOOP_FRAMES;
  return forward > LOOP_FRAMES / 2 ? forward - LOOP_FRAMES : forward;
}

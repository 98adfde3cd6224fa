import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { monotonicMs, PipeWireRig, type Recording } from '../rigs/pipewire/pipeWireRig.ts';
import { countAt, countingWav, readCount } from '../support/audio/countingSignal.ts';
import { CHUNK_FRAMES } from '../../src/contract/hardware.ts';
import { requires } from '../support/requirements.ts';
import { writeSmf } from '../support/smf.ts';
import { TestHome, type RunningPanel } from './support/program.ts';
import { delay } from './support/waiting.ts';

const RATE = 48_000;
const ORGAN = 19;
/** Of silence between two devices. */
const LIMIT_MS = 150;
/** The end of what the first device plays, with its ramp to silence. */
const RAMP_FRAMES = RATE / 50;
/** Of the device, at the normal setting. */
/** The device's at the normal setting: the library takes two chunks at a time. */
const PERIOD = 2 * CHUNK_FRAMES.normal;
/** How much later than it left the sink a frame is found in a recording, at most. */
const RECORDER_DELAY = RATE / 20;

/** The first device plays on for so long at most when the other one is there. */
const HANDOVER_FRAMES = RATE / 4;

/** A position that the player told between two moments. */
interface Reading {
  fromMs: number;
  toMs: number;
  frame: number;
}

requires('pipewire')('another output while something plays', () => {
  let rig: PipeWireRig;
  let home: TestHome;
  let panel: RunningPanel;
  beforeAll(async () => {
    rig = await PipeWireRig.start();
  });
  afterAll(() => rig?.dispose());
  beforeEach(async () => {
    home = new TestHome(rig.env);
    panel = await home.serve();
  });
  afterEach(() => home.dispose());

  const soundsIn = (recording: Recording) => recording.channel(1).findIndex((sample) => sample !== 0);

  const soundEnd = (recording: Recording) => recording.channel(1).findLastIndex((sample) => sample !== 0);

  /** Plays the file on `speakers`, goes over to `headset`, and answers what was heard of it on both. */
  const switchWhilePlaying = async (file: string) => {
    const { player, devices } = panel.connection.services;
    const readings: Reading[] = [];
    let over = false;
    const readAll = async () => {
      while (!over) {
        const fromMs = monotonicMs();
        const { positionSeconds } = await player.getState();
        readings.push({ fromMs, toMs: monotonicMs(), frame: positionSeconds * RATE });
        await delay(9);
      }
    };
    const from = await rig.record('speakers');
    const to = await rig.record('headset');
    await player.addFile({ path: file });
    await player.play(null);
    const reading = readAll();
    const heard = await from.waitFor((recording) => soundsIn(recording) >= 0, 10_000);
    await from.waitFor((recording) => recording.frames > heard.frames + 1.5 * RATE, 10_000);
    await devices.selectOutput('sink:headset');
    const moved = await to.waitFor((recording) => soundsIn(recording) >= 0, 10_000);
    await to.waitFor((recording) => recording.frames > moved.frames + RATE, 10_000);
    const { positionSeconds } = await player.getState();
    over = true;
    await reading;
    const before = await from.stop();
    const after = await to.stop();
    const silenceMs = after.timeOfFrame(soundsIn(after)) - before.timeOfFrame(soundEnd(before));
    const playedSeconds = (after.timeOfFrame(after.frames) - before.timeOfFrame(soundsIn(before))) / 1000;
    return { before, after, silenceMs, positionSeconds, playedSeconds, readings };
  };

  it('is silent for no longer than 150 ms in a song, which keeps its place', async () => {
    const file = path.join(home.dir, 'song.mid');
    const track = [
      { tick: 0, bytes: [0xc0, ORGAN] },
      { tick: 0, bytes: [0x90, 60, 100] },
      { tick: 40 * 480, bytes: [0x80, 60, 0] },
    ];
    writeFileSync(file, writeSmf({ division: 480, tracks: [track] }));
    const { silenceMs, positionSeconds, playedSeconds } = await switchWhilePlaying(file);
    expect(silenceMs).toBeLessThan(LIMIT_MS);
    expect(Math.abs(positionSeconds - playedSeconds)).toBeLessThan(0.3);
  });

  it('is silent for no longer than 150 ms in a wave stream, which goes on with the frame it was at', async () => {
    const file = path.join(home.dir, 'counting.wav');
    writeFileSync(file, countingWav(20 * RATE));
    const { before, after, silenceMs, readings } = await switchWhilePlaying(file);
    const last = soundEnd(before) - RAMP_FRAMES;
    const atLast = readCount(before.channel(0, last, last + 1), before.channel(1, last, last + 1)).first;
    const { first, faults } = readCount(after.channel(0), after.channel(1));
    expect(silenceMs).toBeLessThan(LIMIT_MS);
    // Nothing is left out; what was in the first device's queue may be heard on both.
    expect(first).toBeLessThan(atLast + RAMP_FRAMES);
    expect(first).toBeGreaterThan(atLast - 0.4 * RATE);
    expect(faults).toEqual([]);

    for (let index = 1; index < readings.length; index++)
      expect(readings[index]!.frame).toBeGreaterThanOrEqual(readings[index - 1]!.frame);
    expectHeard(readings, before);
    expectHeard(readings, after);
  });

  /** The positions read while the recorded device played alone are what was heard of it, within one of its periods. */
  function expectHeard(readings: readonly Reading[], recording: Recording): void {
    const [left, right] = [recording.channel(0), recording.channel(1)];
    const [start, end] = [soundsIn(recording), soundEnd(recording)];
    const startMs = recording.timeOfFrame(start);
    const heardAt = (ms: number) => {
      const at = Math.round(start + ((ms - startMs) * RATE) / 1000);
      return at > start && at < end - HANDOVER_FRAMES ? countAt(left, right, at) : undefined;
    };
    const errors: number[] = [];
    for (const { fromMs, toMs, frame } of readings) {
      const [earliest, latest] = [heardAt(fromMs), heardAt(toMs)];
      if (earliest !== undefined && latest !== undefined)
        errors.push(frame - Math.min(latest, Math.max(earliest, frame)));
    }
    errors.sort((a, b) => a - b);
    expect(errors.length).toBeGreaterThan(30);
    // Where the server of a busy machine stands still, for a moment nobody knows what is heard.
    const [lowest, highest] = [0.1, 0.9].map((part) => errors[Math.floor(part * errors.length)]!);
    expect(highest! - lowest!).toBeLessThan(2 * PERIOD);
    // The recording knows its own time a little late.
    expect(lowest).toBeGreaterThan(-PERIOD);
    expect(highest).toBeLessThan(PERIOD + RECORDER_DELAY);
  }
});

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { PipeWireRig, type Recording } from '../rigs/pipewire/pipeWireRig.ts';
import { countingWav, readCount } from '../support/audio/countingSignal.ts';
import { requires } from '../support/requirements.ts';
import { writeSmf } from '../support/smf.ts';
import { TestHome, type RunningPanel } from './support/program.ts';

const RATE = 48_000;
const ORGAN = 19;
/** Of silence between two devices. */
const LIMIT_MS = 150;
/** The end of what the first device plays, with its ramp to silence. */
const RAMP_FRAMES = RATE / 50;

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
    const from = await rig.record('speakers');
    const to = await rig.record('headset');
    await player.addFile({ path: file });
    await player.play(null);
    const heard = await from.waitFor((recording) => soundsIn(recording) >= 0, 10_000);
    await from.waitFor((recording) => recording.frames > heard.frames + 1.5 * RATE, 10_000);
    await devices.selectOutput('sink:headset');
    const moved = await to.waitFor((recording) => soundsIn(recording) >= 0, 10_000);
    await to.waitFor((recording) => recording.frames > moved.frames + RATE, 10_000);
    const { positionSeconds } = await player.getState();
    const before = await from.stop();
    const after = await to.stop();
    const silenceMs = after.timeOfFrame(soundsIn(after)) - before.timeOfFrame(soundEnd(before));
    const playedSeconds = (after.timeOfFrame(after.frames) - before.timeOfFrame(soundsIn(before))) / 1000;
    return { before, after, silenceMs, positionSeconds, playedSeconds };
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
    const { before, after, silenceMs } = await switchWhilePlaying(file);
    const last = soundEnd(before) - RAMP_FRAMES;
    const atLast = readCount(before.channel(0, last, last + 1), before.channel(1, last, last + 1)).first;
    const { first, faults } = readCount(after.channel(0), after.channel(1));
    expect(silenceMs).toBeLessThan(LIMIT_MS);
    // Nothing is left out; what was in the first device's queue may be heard on both.
    expect(first).toBeLessThan(atLast + RAMP_FRAMES);
    expect(first).toBeGreaterThan(atLast - 0.4 * RATE);
    expect(faults).toEqual([]);
  });
});

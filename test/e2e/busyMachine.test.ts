import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PipeWireRig } from '../rigs/pipewire/pipeWireRig.ts';
import { countingWav, readCount } from '../support/audio/countingSignal.ts';
import { full } from '../support/duration.ts';
import { requires } from '../support/requirements.ts';
import { StallWatch } from '../support/stallWatch.ts';
import { RigCard } from './support/rigCard.ts';
import { delay } from './support/waiting.ts';

const RATE = 48_000;
const SECONDS = 600;
/**
 * When a processor stands still, so does the server: for as many of its cycles no stream is taken, which no program can
 * prevent. In the recording that is found a little before or behind.
 */
const STALL_SLACK_MS = 30;
const STALL_FRAMES = RATE / 20;
/** Keeps a processor busy for four fifths of the time. */
const BUSY = `
  const rest = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    const until = performance.now() + 80;
    while (performance.now() < until);
    Atomics.wait(rest, 0, 0, 20);
  }`;

requires('pipewire')('a machine whose processors are busy for 80 % of the time', () => {
  let rig: PipeWireRig;
  let card: RigCard;
  let folder: string;
  let machine: StallWatch | undefined;
  const busy: ChildProcess[] = [];
  beforeAll(async () => {
    rig = await PipeWireRig.start();
    card = await RigCard.start(rig);
    folder = mkdtempSync(path.join(tmpdir(), 'pinwheel-busy-'));
  });
  afterAll(async () => {
    for (const each of busy) each.kill('SIGKILL');
    machine?.stop();
    await card?.dispose();
    await rig?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  // A machine with other work cannot judge this: it belongs to the long run on a quiet one.
  it.runIf(full)(
    'plays a wave stream without a gap at the normal setting (npm run long)',
    { timeout: (SECONDS + 60) * 1_000 },
    async () => {
      const file = path.join(folder, 'counting.wav');
      writeFileSync(file, countingWav((SECONDS + 1) * RATE));
      const recorder = await rig.record('speakers');
      const { pin, stream } = card.openWave();
      stream.feed({ id: 1, file, firstFrame: 0 });
      for (let processor = 0; processor < availableParallelism(); processor++) {
        busy.push(spawn(process.execPath, ['-e', BUSY], { stdio: 'ignore' }));
      }
      const watch = (machine = new StallWatch());
      pin.setState('RUN');
      await delay(SECONDS * 1_000);
      const { underruns } = card.hardware.state;
      const recording = await recorder.stop();
      const { breaks, count } = readCount(recording.channel(0), recording.channel(1));
      const ours = breaks.filter(
        ({ at, frames }) =>
          Math.abs(frames) > STALL_FRAMES || !watch.hasAt(recording.timeOfFrame(at), STALL_SLACK_MS),
      );
      console.log(`${breaks.length} gaps; a processor stood still ${watch.stalls.length} times.`);
      expect({ underruns, ours }).toEqual({ underruns: 0, ours: [] });
      expect(count / RATE).toBeGreaterThan(SECONDS - 3);
      pin.close();
    },
  );
});

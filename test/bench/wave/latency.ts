import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RigCard } from '../../e2e/support/rigCard.ts';
import { monotonicMs, PipeWireRig } from '../../rigs/pipewire/pipeWireRig.ts';
import { pcmWav } from '../../support/audio/wavFile.ts';
import type { Metric } from '../metric.ts';

const RATE = 48_000;
const ROUNDS = 9;
const ALLOWANCE_MS = 15;
const LOUD = 16_000;
const HEADER_BYTES = 44;

/** From what the client does to the sink's monitor, at the lowest latency, beside PipeWire's own player. */
export async function latencyMetrics(): Promise<Metric[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pinwheel-bench-'));
  const rig = await PipeWireRig.start();
  try {
    const peer = round(middle(await repeat(() => playerLatencyMs(rig, path.join(folder, 'silence.wav')))));
    const card = await RigCard.start(rig, { latency: 'low' });
    const file = path.join(folder, 'loud.wav');
    writeFileSync(
      file,
      pcmWav(RATE, () => LOUD),
    );
    const value = round(middle(await repeat(() => streamLatencyMs(rig, card, file))));
    await card.dispose();
    const limit = round(peer + ALLOWANCE_MS);
    return [
      {
        name: 'client to monitor at low',
        value,
        unit: 'ms',
        bound: `<= ${limit}`,
        pass: value <= limit,
        peer,
      },
    ];
  } finally {
    await rig.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A stream in PAUSE, its buffer full, is set to RUN. */
async function streamLatencyMs(rig: PipeWireRig, card: RigCard, file: string): Promise<number> {
  const { pin, stream } = card.openWave();
  try {
    stream.feed({ id: 1, file, firstFrame: 0 });
    pin.setState('PAUSE');
    return await heardAfterMs(rig, () => pin.setState('RUN'));
  } finally {
    pin.close();
  }
}

/** The player reads a file of silence as it plays, and the rest of it becomes loud. */
async function playerLatencyMs(rig: PipeWireRig, file: string): Promise<number> {
  writeFileSync(
    file,
    pcmWav(4 * RATE, () => 0),
  );
  const player = spawn('pw-play', ['--latency=10ms', file], {
    env: { ...process.env, ...rig.env },
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => player.once('exit', resolve));
  const loud = new Uint8Array(new Int16Array(4 * RATE * 2).fill(LOUD).buffer);
  const descriptor = openSync(file, 'r+');
  try {
    await delay(1_000);
    return await heardAfterMs(rig, () => writeSync(descriptor, loud, 0, loud.length, HEADER_BYTES));
  } finally {
    closeSync(descriptor);
    player.kill();
    await ended;
  }
}

/** Milliseconds from `act` to the first sound at the monitor. */
async function heardAfterMs(rig: PipeWireRig, act: () => void): Promise<number> {
  // What was heard last is over.
  await delay(300);
  const recorder = await rig.record('speakers');
  try {
    // The recorder's clock is known after a while only. Not a whole number of anybody's periods.
    await delay(500 + 20 * Math.random());
    const from = monotonicMs();
    act();
    const isLoud = (sample: number) => Math.abs(sample) > 0.01;
    await recorder.waitFor((recording) => recording.channel(0).some(isLoud), 5_000);
    await delay(200);
    const recording = await recorder.stop();
    return recording.timeOfFrame(recording.channel(0).findIndex(isLoud)) - from;
  } finally {
    await recorder.stop();
  }
}

async function repeat(measure: () => Promise<number>): Promise<number[]> {
  const values: number[] = [];
  for (let count = 0; count < ROUNDS; count++) values.push(await measure());
  return values;
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

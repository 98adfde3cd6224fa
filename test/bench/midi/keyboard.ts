import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { spawnHost } from '../../../src/main/hardware/hostProcess.ts';
import { createPinwheel } from '../../../src/main/pinwheel.ts';
import { appPaths } from '../../../src/main/settings/appPaths.ts';
import { PipeWireRig } from '../../rigs/pipewire/pipeWireRig.ts';
import { noAlsaHost } from '../../support/noAlsa.ts';
import { KEYBOARD, NOTES } from './keyboardPlan.ts';
import { Onsets } from './onsets.ts';

const LIMIT_MS = 90_000;
const SETTLE_MS = 500;
/** A note that begins before the last one has ended, as on a busy machine, is not seen. */
const FOUND = 0.95;
/** On a busy machine the device's clock is not known better. */
const UNSURE_MS = 30;

/** Sorted, in milliseconds, from the time stamp of a key that is pressed. */
export interface KeyboardLatency {
  /** To when the device takes the first frame of its sound. */
  readonly toDevice: Float64Array;
  /** To when that is heard at the monitor of the sink, as a recorder knows it. */
  readonly toMonitor: Float64Array;
  /** What the device says of itself, from taking a frame to its being heard. */
  readonly outputLatency: number;
}

/**
 * Plays on a MIDI input that a route leads to the wavetable synthesizer, at the low latency setting on a sound server:
 * the MIDI host, the engine in main, the device host and its render thread, each as in the program.
 * @throws Error when notes were not heard
 */
export async function measureKeyboard(): Promise<KeyboardLatency> {
  const rig = await PipeWireRig.start();
  const home = mkdtempSync(path.join(tmpdir(), 'keyboard-bench-'));
  const files = {
    PINWHEEL_BENCH_ONSETS: path.join(home, 'onsets'),
    PINWHEEL_BENCH_KEYS: path.join(home, 'keys'),
  };
  const before = { ...process.env };
  Object.assign(process.env, rig.env);
  const env = { ...process.env, ...files };
  let outputLatency = 0;
  const pinwheel = await createPinwheel({
    shell: 'command-line',
    paths: appPaths({ PINWHEEL_HOME: home }),
    hostFactory() {
      const host = spawnHost({ entry: new URL('./keyboardHost.ts', import.meta.url), env });
      host.onEvent((event) => {
        if (event.type === 'status') outputLatency = event.status.outputLatencyMs;
      });
      return host;
    },
    alsaHostFactory: noAlsaHost,
    midiHostFactory: () => spawnHost({ entry: new URL('./keyboardMidiHost.ts', import.meta.url), env }),
    midi: true,
    sound: true,
    quit: () => undefined,
  });
  try {
    const { settings, midi } = pinwheel.served.implementations;
    await settings.set({ latency: 'low' });
    await pinwheel.start();
    const recorder = await rig.record();
    const stamps: number[] = [];
    midi.onMessages((messages) => {
      for (const { bytes, seconds } of messages) if (bytes[0] === 0x90) stamps.push(seconds * 1000);
    });
    await midi.addRoute({
      from: KEYBOARD,
      to: { synth: 'dls' },
      channels: null,
      kinds: null,
      transpose: 0,
      velocityCurve: 1,
    });
    const started = performance.now();
    while (!existsSync(files.PINWHEEL_BENCH_KEYS) && performance.now() - started < LIMIT_MS) await delay(100);
    await delay(SETTLE_MS);
    const recording = await recorder.stop();
    await pinwheel.dispose();

    const keys = JSON.parse(readFileSync(files.PINWHEEL_BENCH_KEYS, 'utf8')) as number[];
    const heard = (JSON.parse(readFileSync(files.PINWHEEL_BENCH_ONSETS, 'utf8')) as number[]).map(
      (time) => time / 1e4,
    );
    const recorded: number[] = [];
    new Onsets(recording.rate).find(recording.channel(0), recording.frames, (frame) =>
      recorded.push(recording.timeOfFrame(frame)),
    );
    return {
      toDevice: latencies(
        stamps,
        heard.map((time) => time - outputLatency),
      ),
      toMonitor: latencies(keys, recorded),
      outputLatency,
    };
  } finally {
    await pinwheel.dispose();
    await rig.dispose();
    process.env = before;
    rmSync(home, { recursive: true, force: true });
  }
}

/** How long after each time the first of the others follows before the next one, sorted. */
function latencies(starts: readonly number[], ends: readonly number[]): Float64Array {
  const found = starts.flatMap((start, index) => {
    const end = ends.find((time) => time >= start - UNSURE_MS);
    return end === undefined || end >= (starts[index + 1] ?? Infinity) - UNSURE_MS ? [] : [end - start];
  });
  if (found.length < FOUND * NOTES) throw new Error(`Of ${NOTES} notes ${found.length} were found.`);
  return Float64Array.from(found).sort();
}

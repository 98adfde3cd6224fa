import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { referenceTime } from '../../src/contract/units.ts';
import { cardDescription } from '../../src/main/adapters/soundCard/cardLayout.ts';
import { EventRecordWriter } from '../../src/main/engine/portcls/dmus/eventRecords.ts';
import { spawnHost } from '../../src/main/hardware/hostProcess.ts';
import { SoundHardware } from '../../src/main/hardware/soundHardware.ts';
import { ServerWatcher } from '../../src/main/hardware/soundServer/index.ts';
import { SFGenerator } from '../../src/main/synth/collections/soundFont/generators.ts';
import { makeSoundFont } from '../main/synth/collections/support.ts';
import { PipeWireRig } from '../rigs/pipewire/pipeWireRig.ts';
import { findGaps } from '../support/audio/dropout.ts';
import { firstSound, peak } from '../support/audio/level.ts';
import { requires } from '../support/requirements.ts';
import { delay } from './support/waiting.ts';

const RATE = 48_000;
const HOST_ENTRY = new URL('../../src/main/host/host.ts', import.meta.url);

requires('pipewire')('loading a bank of 140 MB', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pinwheel-banks-'));
  const large = path.join(folder, 'large.sf2');
  let rig: PipeWireRig;
  let server: ServerWatcher;
  let hardware: SoundHardware;

  beforeAll(() => {
    const smpl = new Uint8Array(140_000_000);
    new Int16Array(smpl.buffer).forEach(
      (_none, index, samples) => (samples[index] = (index % 100) * 200 - 10_000),
    );
    const samples = Array.from({ length: 1400 }, (_none, index) => ({
      start: index * 50_000,
      end: (index + 1) * 50_000 - 50,
      loopStart: index * 50_000 + 1000,
      loopEnd: index * 50_000 + 2000,
    }));
    const presets = Array.from({ length: 128 }, (_none, program) => ({
      program,
      bank: 0,
      zones: [{ generators: [[SFGenerator.instrument, program]] as [number, number][] }],
    }));
    const instruments = presets.map((_none, program) => ({
      zones: Array.from({ length: 11 }, (_zone, zone) => ({
        generators: [
          [SFGenerator.keyRange, (zone * 11) | ((zone * 11 + 10) << 8)],
          [SFGenerator.sampleModes, 1],
          [SFGenerator.sampleID, (program * 11 + zone) % 1400],
        ] as [number, number][],
      })),
    }));
    writeFileSync(large, makeSoundFont({ presets, instruments, samples, smpl }));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(async () => {
    rig = await PipeWireRig.start();
    const env = { ...process.env, ...rig.env };
    server = new ServerWatcher({ env });
    hardware = new SoundHardware({
      hostFactory: () => spawnHost({ entry: HOST_ENTRY, env }),
      soundServer: server,
    });
  });
  afterEach(async () => {
    await hardware?.dispose();
    server?.dispose();
    await rig?.dispose();
  });

  it('is not heard: what plays goes on without a gap, and later notes play the new bank', async () => {
    const recorder = await rig.record('speakers');
    await hardware.start({ output: 'default', latency: 'normal', card: cardDescription() });
    const stream = hardware.openStream('synth', { kind: 'wavetable' });
    stream.setState('ACQUIRE');
    stream.setState('PAUSE');
    // Late whenever it arrives, so played at once.
    const AT_ONCE = referenceTime(0);
    const send = (...bytes: number[]): void => {
      const records = new EventRecordWriter().begin(AT_ONCE).append(AT_ONCE, Uint8Array.from(bytes));
      stream.write(AT_ONCE, records.take());
    };
    stream.setState('RUN');
    send(0xb0, 91, 0);
    send(0xc0, 16);
    for (const key of [48, 55, 60, 64]) send(0x90, key, 90);
    await delay(1_000);
    const before = hardware.state.underruns;
    const startedMs = performance.now();
    const progress: number[] = [];
    hardware.bank.onState(({ loading }) => loading && progress.push(loading.done));
    await hardware.bank.choose(large);
    const loadingMs = performance.now() - startedMs;
    await delay(300);
    const underruns = hardware.state.underruns - before;
    send(0xb0, 123, 0);
    await delay(1_500);
    send(0x90, 60, 100);
    await delay(1_500);
    const samples = (await recorder.stop()).channel(0);
    const from = firstSound(samples);
    // Chunks that came too late for the device; what a busy machine costs the server itself is not ours to answer for.
    expect(underruns).toBe(0);
    const held = from + Math.round(((1_200 + loadingMs) / 1_000) * RATE);
    expect(peak(samples, held - RATE / 10, held)).toBeGreaterThan(0.01);
    expect(findGaps(samples, RATE, { from, to: held, shortest: 0.1 })).toEqual([]);
    expect(progress.length).toBeGreaterThan(10);
    expect(hardware.bank.state).toMatchObject({ playing: large, loading: undefined, error: undefined });
    expect(peak(samples, samples.length - RATE)).toBeGreaterThan(0.01);
  });
});

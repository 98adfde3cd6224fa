import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ErrorRecord } from '../../../../src/contract/errors.ts';
import type { RecordingContainer, RecordingProgress } from '../../../../src/contract/hardware.ts';
import type { CapturePinStream } from '../../../../src/main/adapters/soundCard/capturePinStream.ts';
import { PCM_OUT_PIN } from '../../../../src/main/adapters/soundCard/wave.ts';
import { PCM_IN_PIN } from '../../../../src/main/adapters/soundCard/waveCapture.ts';
import type { WavePinStream } from '../../../../src/main/adapters/soundCard/wavePinStream.ts';
import { pcmFormat } from '../../../../src/main/engine/ks/format.ts';
import { DeviceGraph } from '../../../../src/main/engine/sysaudio/deviceGraph.ts';
import { partsOnPath } from '../../../../src/main/engine/sysaudio/partsInUse.ts';
import { MixerDevice } from '../../../../src/main/engine/wdmaud/mixer/mixerDevice.ts';
import { countingWav, readCount } from '../../../support/audio/countingSignal.ts';
import { readWav } from '../../../support/audio/wav.ts';
import { nullCard } from '../../../support/nullCard.ts';

const WHAT_YOU_HEAR = 2;
/** A thread starts slowly where many want the processor. */
const PATIENCE = { timeout: 5_000 };

describe('the capture side of the card', () => {
  let card: ReturnType<typeof nullCard>;
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'pinwheel-capture-'));
    card = nullCard();
    await card.start();
  });
  afterEach(async () => {
    await card.dispose();
    rmSync(folder, { recursive: true });
  });

  const mixer = () => new MixerDevice(card.card.adapter, card.portCls, () => 0);
  const recordingLine = (device = mixer()) => device.destinations.find(({ name }) => name === 'Recording')!;
  const select = (index: number) => {
    const device = mixer();
    const mux = recordingLine(device).controls.find(({ type }) => type === 'MUX')!;
    device.setControl(mux.id, { selected: index });
  };
  const open = (rate = 48_000, bits = 16, channels = 2) => {
    const { filter } = card.card.adapter.subdevice('WaveCapture')!;
    const pin = filter.createPin(PCM_IN_PIN, pcmFormat(channels, rate, bits));
    return { pin, stream: pin.stream as CapturePinStream };
  };
  const record = (stream: CapturePinStream, name: string, container: RecordingContainer = 'wav') => {
    const file = path.join(folder, name);
    const finished = new Promise<RecordingProgress>((resolve, reject) => {
      stream.onFinished(resolve);
      stream.onFailed((error) => reject(new Error(error.message)));
    });
    stream.record({ file, container });
    return { file, finished };
  };
  const play = (frames: number, rate = 48_000) => {
    const { filter } = card.card.adapter.subdevice('Wave')!;
    const pin = filter.createPin(PCM_OUT_PIN, pcmFormat(2, rate, 16));
    const stream = pin.stream as WavePinStream;
    const file = path.join(folder, 'count.wav');
    writeFileSync(file, countingWav(frames, rate));
    stream.feed({ id: 1, file, firstFrame: 0 });
    const ended = new Promise<void>((resolve) => stream.onEnded(resolve));
    return { start: () => pin.setState('RUN'), ended };
  };
  /** So many frames are in the file. */
  const begun = (stream: CapturePinStream, least = 1) =>
    new Promise<number>((resolve) =>
      stream.onProgress(({ frames }) => {
        if (frames >= least) resolve(frames);
      }),
    );
  const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

  it('is a filter of its own with a mixer line, a switch and its sources', () => {
    const device = mixer();
    const line = recordingLine(device);
    expect(line.sources.map(({ name }) => name)).toEqual(['Microphone', 'Aux', 'What you hear']);
    expect(line.controls.map(({ type }) => type)).toEqual(['PEAKMETER', 'MUTE', 'VOLUME', 'MUX']);
    for (const source of line.sources) {
      expect(source.controls.map(({ type }) => type)).toEqual(['VOLUME', 'MUTE', 'PEAKMETER']);
    }
    // The microphone as it is heard is a line of the speakers, and silent at first.
    const monitor = device.destinations[0]!.sources.find(({ name }) => name === 'Monitor')!;
    expect(monitor.controls.find(({ type }) => type === 'MUTE')).toMatchObject({ muted: [true, true] });
  });

  it('is needed by what records and by nothing that plays', () => {
    const graph = new DeviceGraph(card.card.adapter);
    const crossed = (subdevice: string, pin: number) => {
      const vertex = graph.pin(card.card.adapter.subdevice(subdevice)!, pin)!;
      return [...new Set([...partsOnPath(vertex)].map((part) => part.subdevice.name))].sort();
    };
    expect(crossed('WaveCapture', PCM_IN_PIN)).toEqual(['TopologyCapture', 'WaveCapture']);
    expect(crossed('Wave', PCM_OUT_PIN)).toEqual(['TopologyRender', 'Wave']);
  });

  it('records what the card plays, bit by bit, into several streams at once', async () => {
    select(WHAT_YOU_HEAR);
    const streams = [open(), open(48_000, 24), open()];
    const recordings = streams.map(({ stream }, index) =>
      record(stream, `heard${index}.${index === 2 ? 'flac' : 'wav'}`, index === 2 ? 'flac' : 'wav'),
    );
    const running = streams.map(({ stream }) => begun(stream));
    for (const { pin } of streams) pin.setState('RUN');
    await Promise.all(running);
    const { start, ended } = play(60_000);
    start();
    await ended;
    await pause(300);
    for (const { pin } of streams) pin.setState('PAUSE');
    for (const { stream } of streams) stream.finish();
    const progress = await Promise.all(recordings.map(({ finished }) => finished));
    for (const [index, { file }] of recordings.slice(0, 2).entries()) {
      const { channels } = readWav(readFileSync(file));
      const counted = readCount(channels[0]!, channels[1]!);
      expect(counted).toMatchObject({ first: 0, count: 60_000, faults: [] });
      expect(counted.before).toBeGreaterThan(0);
      expect(progress[index]).toMatchObject({ frames: channels[0]!.length, lostFrames: 0 });
    }
    expect(readFileSync(recordings[2]!.file).subarray(0, 4).toString()).toBe('fLaC');
    for (const { pin } of streams) pin.close();
  });

  it('completes the file also when the stream is stopped or closed', async () => {
    select(WHAT_YOU_HEAR);
    const { pin, stream } = open();
    const { file, finished } = record(stream, 'stopped.wav');
    const running = begun(stream);
    pin.setState('RUN');
    const recorded = await running;
    pin.setState('STOP');
    const { frames } = await finished;
    expect(readWav(readFileSync(file)).channels[0]).toHaveLength(frames);
    expect(frames).toBeGreaterThanOrEqual(recorded);
    pin.close();
  });

  it('brings its sound to the rate and the channels of each stream', async () => {
    select(WHAT_YOU_HEAR);
    const { pin, stream } = open(16_000, 16, 1);
    const { file, finished } = record(stream, 'mono.wav');
    const running = begun(stream, 3_000);
    const started = performance.now();
    pin.setState('RUN');
    await running;
    pin.setState('PAUSE');
    stream.finish();
    const { frames } = await finished;
    const { rate, channels } = readWav(readFileSync(file));
    expect(rate).toBe(16_000);
    expect(channels).toHaveLength(1);
    expect(frames).toBeLessThan(16 * (performance.now() - started));
    pin.close();
  });

  it('hears the volumes before and behind the switch, and tells the level', async () => {
    select(WHAT_YOU_HEAR);
    const device = mixer();
    const line = recordingLine(device);
    const source = line.sources.find(({ name }) => name === 'What you hear')!;
    const control = (owner: typeof line | typeof source, type: string) =>
      owner.controls.find((each) => each.type === type)!;
    device.setControl(control(source, 'VOLUME').id, { levels: [-6 * 65536, -6 * 65536] });
    device.setControl(control(line, 'MUTE').id, { muted: [false, true] });
    const { pin } = open();
    pin.setState('RUN');
    const peaks: number[] = [];
    const level = () => {
      device.readPeaks(control(line, 'PEAKMETER').id, peaks);
      return [...peaks];
    };
    level();
    play(480_000).start();
    // Full scale less 6 dB.
    await expect.poll(() => level()[0], PATIENCE).toBeGreaterThan(0.45);
    expect(level()[0]).toBeLessThan(0.51);
    expect(level()[1]).toBe(0);
    pin.close();
  });

  it('says what is wrong with a file, and what it has no device for', async () => {
    const { pin, stream } = open();
    const failures: ErrorRecord[] = [];
    stream.onFailed((error) => failures.push(error));
    stream.record({ file: path.join(folder, 'nowhere', 'x.wav'), container: 'wav' });
    await expect.poll(() => failures, PATIENCE).toMatchObject([{ code: 'bad-input' }]);
    expect(failures[0]!.message).toContain('no such folder');
    pin.setState('RUN');
    await expect
      .poll(() => card.hardware.captureFaults.get('microphone'), PATIENCE)
      .toBe('No input device is connected.');
    pin.close();
    const wide = open(48_000, 32);
    const refused = new Promise<ErrorRecord>((resolve) => wide.stream.onFailed(resolve));
    wide.stream.record({ file: path.join(folder, 'wide.flac'), container: 'flac' });
    expect(await refused).toMatchObject({ code: 'not-supported' });
    wide.pin.close();
  });
});

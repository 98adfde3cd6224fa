import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { MicrophonePlayer } from '../rigs/pipewire/microphone.ts';
import { PipeWireRig } from '../rigs/pipewire/pipeWireRig.ts';
import { countingWav, readCount } from '../support/audio/countingSignal.ts';
import { peak } from '../support/audio/level.ts';
import { cents, findPitch } from '../support/audio/pitch.ts';
import { tone } from '../support/audio/tones.ts';
import { readWav, writeWav } from '../support/audio/wav.ts';
import { duration } from '../support/duration.ts';
import { requires } from '../support/requirements.ts';
import { TestHome, type RunningPanel } from './support/program.ts';

const RATE = 48_000;

requires(
  'pipewire',
  'ffmpeg',
  'sox',
)('pinwheel record --audio', () => {
  let rig: PipeWireRig;
  let home: TestHome;
  /** Plays longer than anything here lasts. */
  let count: string;
  let microphone: MicrophonePlayer | undefined;
  let panel: RunningPanel | undefined;
  const seconds = duration({ short: 12, full: 600 });

  beforeAll(async () => {
    rig = await PipeWireRig.start();
    home = new TestHome(rig.env);
    count = path.join(home.dir, 'count.wav');
    writeFileSync(count, countingWav((seconds + 60) * RATE, RATE));
  });
  afterEach(async () => {
    panel?.connection.dispose();
    panel?.program.child.kill('SIGTERM');
    await panel?.program.finished;
    await microphone?.dispose();
    panel = microphone = undefined;
  });
  afterAll(async () => {
    await home?.dispose();
    await rig?.dispose();
  });

  /**
   * Plays the counting signal into the microphone. On a busy machine the player or the source itself may miss a cycle
   * of the sound server: the answer's end tells what an independent recorder of the source has missed.
   */
  const speak = async () => {
    microphone = await MicrophonePlayer.start(rig, count);
    const reference = await rig.recordSource('mic');
    return async () => {
      const recording = await reference.stop();
      const { faults } = readCount(recording.channel(0), recording.channel(1));
      return (fault: string) => !faults.includes(fault);
    };
  };
  const counted = (file: string) => {
    const { rate, channels } = readWav(readFileSync(file));
    expect(rate).toBe(RATE);
    return readCount(channels[0]!, channels[1]!);
  };
  /** Any file, by ffmpeg. */
  const decoded = (file: string) => {
    const wav = path.join(home.dir, 'decoded.wav');
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', file, wav]);
    return counted(wav);
  };
  const grown = (file: string, bytes: number) =>
    expect.poll(() => existsSync(file) && statSync(file).size, { timeout: 20_000 }).toBeGreaterThan(bytes);

  it(
    `records the microphone for ${seconds} s while music plays, without a lost or repeated frame`,
    async () => {
      const end = await speak();
      panel = await home.serve();
      const { player, recorder, app } = panel.connection.services;
      const file = path.join(home.dir, 'mic.wav');
      const music = path.join(home.dir, 'music.wav');
      writeFileSync(music, countingWav((seconds + 5) * RATE, RATE));
      const entry = await player.addFile({ path: music });
      await player.play(entry.id);
      await recorder.start({
        file: file,
        input: 'microphone',
        sampleRate: null,
        channels: 2,
        samples: '16',
      });
      await sleep(seconds * 1000);
      const state = await recorder.stop();
      expect(state).toMatchObject({ phase: 'stopped', error: null, lostFrames: 0, sampleRate: RATE });
      const { faults, count: frames } = counted(file);
      expect(faults.filter(await end())).toEqual([]);
      expect(frames).toBeGreaterThan((seconds - 2) * RATE);
      expect((await player.getState()).phase).toBe('playing');
      expect((await app.getState()).output.kind).toBe('device');
      await player.stop();
    },
    (seconds + 120) * 1000,
  );

  it.each(['wav', 'flac'])('leaves a readable .%s file when it is killed', async (container) => {
    const end = await speak();
    const file = path.join(home.dir, `killed.${container}`);
    panel = await home.serve();
    const { recorder } = panel.connection.services;
    await recorder.start({ file, input: 'microphone', sampleRate: null, channels: 2, samples: '16' });
    await grown(file, container === 'wav' ? 500_000 : 30_000);
    home.kill();
    await panel.program.finished;
    const { faults, count: frames } = decoded(file);
    expect(faults.filter(await end())).toEqual([]);
    expect(frames).toBeGreaterThan(RATE);
    const bySox = execFileSync('sox', [file, '-t', 'raw', '-'], {
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(bySox.length / 4).toBeGreaterThanOrEqual(frames);
  });

  it('records what the switch is at: the microphone, then what the card plays, bit by bit', async () => {
    const end = await speak();
    const heard = path.join(home.dir, 'heard.wav');
    const spoken = path.join(home.dir, 'spoken.flac');
    const music = path.join(home.dir, 'short.wav');
    writeFileSync(music, countingWav(3 * RATE, RATE));
    const spoke = await home.run([
      'record',
      '--audio',
      'microphone',
      '-o',
      spoken,
      '--seconds',
      '2',
      '--json',
    ]);
    expect(spoke, spoke.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(spoke.stdout)).toMatchObject({ file: spoken, input: 'microphone', lostFrames: 0 });
    const said = decoded(spoken);
    expect(said.faults.filter(await end())).toEqual([]);
    expect(said.count).toBeGreaterThan(RATE);
    await microphone?.dispose();

    panel = await home.serve();
    const recording = home.start(['record', '--audio', 'what-you-hear', '-o', heard]);
    await grown(heard, 100_000);
    const played = await home.run(['play', music]);
    expect(played, played.stderr).toMatchObject({ code: 0 });
    recording.child.kill('SIGINT');
    const finished = await recording.finished;
    expect(finished, finished.stderr).toMatchObject({ code: 0 });
    expect(finished.stdout).toContain('heard.wav: ');
    expect(counted(heard)).toMatchObject({ first: 0, count: 3 * RATE, faults: [], pauses: 0 });
  });

  it('follows the default input, and sleeps and wakes on its own while music plays', async () => {
    panel = await home.serve();
    const { devices, player, power, recorder } = panel.connection.services;
    const { inputs, open } = await devices.listInputs();
    expect(inputs).toMatchObject([{ id: 'source:mic', isDefault: true, available: true }]);
    expect(open).toEqual({ microphone: 'source:mic', aux: null });

    const music = path.join(home.dir, 'long.wav');
    writeFileSync(music, countingWav(60 * RATE, RATE));
    await player.play((await player.addFile({ path: music })).id);
    const capture = async () =>
      (await power.getSnapshot()).subdevices.filter(({ name }) =>
        ['TopologyCapture', 'WaveCapture'].includes(name),
      );
    const file = path.join(home.dir, 'between.wav');
    await recorder.start({ file, input: 'microphone', sampleRate: null, channels: 1, samples: '24' });
    await grown(file, 100_000);
    expect((await capture()).map(({ name, holders }) => [name, holders.length])).toEqual([
      ['TopologyCapture', 1],
      ['WaveCapture', 1],
    ]);
    await recorder.stop();
    for (const { path: subdevice } of await capture()) await power.setState(subdevice, 'D3');
    for (const { state, streams } of await capture())
      expect({ state, streams }).toEqual({ state: 'D3', streams: [] });
    await sleep(500);
    // A recording wakes them.
    await recorder.start({ file, input: 'what-you-hear', sampleRate: null, channels: 2, samples: '16' });
    await grown(file, 300_000);
    for (const { state } of await capture()) expect(state).toBe('D0');
    await recorder.stop();
    expect((await player.getState()).phase).toBe('playing');
    await player.stop();
    expect(counted(file).faults).toEqual([]);

    await rig.pactl('load-module', 'module-null-sink', 'media.class=Audio/Source/Virtual', 'sink_name=other');
    await expect
      .poll(async () => (await devices.listInputs()).open)
      .toEqual({ microphone: 'source:mic', aux: 'source:other' });
    await rig.pactl('set-default-source', 'other');
    await expect
      .poll(async () => (await devices.listInputs()).open)
      .toEqual({ microphone: 'source:other', aux: 'source:mic' });
    await rig.pactl('set-default-source', 'mic');
  });

  it('lets the microphone be heard as soon as its monitor is not muted', async () => {
    const note = path.join(home.dir, 'note.wav');
    const sound = tone({ frequency: 440, seconds: 60, attack: 0.01, release: 0.01 });
    writeFileSync(note, writeWav({ rate: RATE, channels: [sound, sound] }));
    panel = await home.serve();
    const { mixer } = panel.connection.services;
    const card = (await mixer.getSnapshot()).devices.find(({ id }) => id === 'soundCard')!;
    const monitor = card.destinations[0]!.sources.find(({ name }) => name === 'Monitor')!;
    const mute = monitor.controls.find(({ type }) => type === 'MUTE')!;
    microphone = await MicrophonePlayer.start(rig, note);
    const speakers = await rig.record('speakers');
    const loudness = (from: number) =>
      speakers
        .waitFor((recording) => recording.seconds > from + 1, 20_000)
        .then((recording) => ({
          seconds: recording.seconds,
          samples: recording.channel(0, recording.frames - RATE / 2),
        }));
    const before = await loudness(0);
    expect(peak(before.samples)).toBe(0);
    await mixer.setControl(card.id, mute.id, { muted: [false, false] });
    const on = await loudness(before.seconds + 2);
    expect(peak(on.samples)).toBeGreaterThan(0.3);
    expect(Math.abs(cents(findPitch(on.samples, RATE)!.frequency, 440))).toBeLessThan(3);
    await mixer.setControl(card.id, mute.id, { muted: [true, true] });
    const off = await loudness(on.seconds + 1);
    expect(peak(off.samples)).toBe(0);
    await speakers.stop();
  });

  it('refuses what it cannot do, and changes nothing', async () => {
    const run = (...args: string[]) => home.run(['record', '--audio', ...args]);
    const file = path.join(home.dir, 'never.flac');
    for (const [args, exitCode, words] of [
      [['line', '-o', file], 2, 'microphone'],
      [['microphone', '-o', file, '--samples', 'float'], 1, 'FLAC'],
      [['microphone', '-o', `${file}.mp3`], 2, '.flac'],
      [['microphone', '-o', file, '--rate', '7'], 2, '--rate'],
    ] as const) {
      const { code, stderr } = await run(...args);
      expect(code, stderr).toBe(exitCode);
      expect(stderr).toContain(words);
    }
    expect(existsSync(file)).toBe(false);
  });
});

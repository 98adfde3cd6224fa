import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { expect } from 'vitest';
import type { Connection } from '../../../src/contract/rpc/client.ts';
import type { AppState } from '../../../src/contract/services/app.ts';
import { appPaths } from '../../../src/main/settings/appPaths.ts';
import { monotonicMs, PipeWireRig, type Recording } from '../../rigs/pipewire/pipeWireRig.ts';
import { toneAmplitude } from '../../support/audio/level.ts';
import { RATE, tone } from '../../support/audio/tones.ts';
import { writeWav } from '../../support/audio/wav.ts';
import { commandLine, descriptors, processesWith } from '../../support/processes.ts';
import { fillDisk, holdDisk, mountHoldableDisk, unmountSmallDisk } from '../../support/smallDisk.ts';
import { launchChromium } from './browser.ts';
import { TestHome, type RunningPanel } from './program.ts';
import { ServerGate } from '../../support/serverGate.ts';
import { eventually } from './waiting.ts';

const FREQUENCY = 1_000;
/** Loud enough to be nothing else. */
const HEARD = 0.02;
const FILE_SECONDS = 4;
const ROOM_BYTES = 4 * 1024 * 1024;

/** What the log may say of trouble, whatever happened: what was lost or could not be saved, and a late wake. */
const KNOWN_TROUBLE =
  / (?:hardware: (?:removed|.*sound server|.*connection)|program: .*(?:There is no sound|rendering to the null device|could not be saved)|power: )/;

/** Main, or one of its hosts. */
export type ProgramPart = 'main' | 'host' | 'midiHost' | 'alsaHost';

/**
 * The program as a person starts it, on a private sound server, with a tone that it plays over and over. Its settings
 * are on a file system of their own where the test may make one, which can be full or read-only.
 */
export class PlayingProgram {
  readonly rig: PipeWireRig;
  readonly home: TestHome;
  readonly panel: RunningPanel;
  /** What the panel was told of the output, and when, `monotonicMs()`. */
  readonly states: { readonly at: number; readonly state: AppState }[] = [];
  /** The program's own connections to the sound server go through it. */
  readonly gate: ServerGate;
  readonly #folder: string;
  /** The settings have a file system of their own. */
  readonly ownDisk: boolean;
  #browser: Promise<Browser> | undefined;
  #descriptors = 0;
  #pins = 0;
  /** Lines of the log that were found good. */
  #looked = 0;

  private constructor(
    rig: PipeWireRig,
    gate: ServerGate,
    home: TestHome,
    panel: RunningPanel,
    folder: string,
    ownDisk: boolean,
  ) {
    this.rig = rig;
    this.gate = gate;
    this.home = home;
    this.panel = panel;
    this.#folder = folder;
    this.ownDisk = ownDisk;
    panel.connection.services.app.onState((state) => this.states.push({ at: monotonicMs(), state }));
  }

  /** `env`: over what it would have. */
  static async start(env: Record<string, string> = {}): Promise<PlayingProgram> {
    const rig = await PipeWireRig.start();
    const folder = mkdtempSync(path.join(tmpdir(), 'pwp-'));
    const gate = await ServerGate.open(
      path.join(folder, 'gate'),
      rig.env['PULSE_SERVER']!.replace('unix:', ''),
    );
    const home = new TestHome({ ...rig.env, PULSE_SERVER: gate.address, ...env });
    const { settingsFile, logs } = appPaths(home.env);
    const settings = readFileSync(settingsFile);
    const ownDisk = mountHoldableDisk(home.dir, ROOM_BYTES);
    if (ownDisk) {
      writeFileSync(settingsFile, settings);
      // A file system on which a file is open for writing cannot become read-only.
      mkdirSync(path.join(folder, 'logs'));
      symlinkSync(path.join(folder, 'logs'), logs);
    }
    const panel = await home.serve();
    const program = new PlayingProgram(rig, gate, home, panel, folder, ownDisk);
    const file = path.join(folder, 'tone.wav');
    const samples = tone({ frequency: FREQUENCY, seconds: FILE_SECONDS });
    writeFileSync(file, writeWav({ rate: RATE, channels: [samples, samples] }));
    const { player } = program.services;
    await player.addFile({ path: file });
    await player.setLoop(true);
    await player.play(null);
    await program.soundsOn('speakers');
    program.#pins = await program.#openPins();
    program.accept();
    return program;
  }

  /** What main has open now is what it has open when all is well. */
  accept(): void {
    this.#descriptors = descriptors(this.processes('main')[0]!).length;
  }

  get services(): Connection['services'] {
    return this.panel.connection.services;
  }

  processes(part: ProgramPart): number[] {
    const ending = part === 'main' ? '/headless.js' : `/${part}.js`;
    return processesWith('PINWHEEL_HOME', this.home.dir).filter((id) =>
      commandLine(id)
        .split(' ')
        .some((word) => word.endsWith(ending)),
    );
  }

  /** The first state of that kind since `since`. Undefined after `timeoutMs`. */
  async noticed(since: number, timeoutMs: number): Promise<number | undefined> {
    const found = () => this.states.find(({ at, state }) => at >= since && state.output.phase === 'lost');
    try {
      return (await eventually(found, timeoutMs, () => 'the loss is noticed')).at;
    } catch {
      return undefined;
    }
  }

  /** Resolves with the time at which the tone was heard at last. */
  async soundsOn(sink: string, timeoutMs = 20_000): Promise<number> {
    const deadline = monotonicMs() + timeoutMs;
    for (;;) {
      const recorder = await this.rig.record(sink);
      try {
        const heard = await recorder.waitFor(
          (recording) => recording.frames > recording.rate / 10 && isTone(recording),
          Math.max(500, deadline - monotonicMs()),
        );
        const first = heard.channel(0).findIndex((sample) => Math.abs(sample) > HEARD);
        return heard.timeOfFrame(Math.max(0, first));
      } catch (error) {
        if (monotonicMs() > deadline)
          throw new Error(`No tone on ${sink}. ${JSON.stringify(this.states.at(-1))}`, { cause: error });
      } finally {
        await recorder.stop();
      }
    }
  }

  /** The lines of the log about outputs that went. */
  async losses(): Promise<number> {
    const diagnostics = await this.services.app.getDiagnostics();
    return diagnostics.split('\n').filter((line) => line.includes('hardware: removed:')).length;
  }

  /** The log so far. */
  get log(): readonly string[] {
    return readFileSync(path.join(appPaths(this.home.env).logs, 'pinwheel.log'), 'utf8')
      .split('\n')
      .slice(0, -1);
  }

  /** A browser for panels, as soon as one is wanted. */
  browser(): Promise<Browser> {
    return (this.#browser ??= launchChromium());
  }

  /** What holds whatever happened, once it is over. `allowed`: trouble that the log may tell of besides. */
  async expectWhole(allowed: readonly RegExp[] = []): Promise<void> {
    const { program } = this.panel;
    expect(program.child.exitCode, program.stderr).toBeNull();
    expect(program.stderr).not.toMatch(/warning|\bError\b/i);
    expect(this.home.complaints()).toEqual([]);
    // What happened since the last look; a log that began anew meanwhile is looked at whole.
    const { log } = this;
    const news = log.slice(log.length < this.#looked ? 0 : this.#looked);
    this.#looked = log.length;
    const trouble = news.filter((line) => /^\S+ (?:warn|error) /.test(line) && !KNOWN_TROUBLE.test(line));
    expect(trouble.filter((line) => !allowed.some((pattern) => pattern.test(line)))).toEqual([]);
    const answered = monotonicMs();
    await this.services.mixer.getSnapshot();
    expect(monotonicMs() - answered, 'main answers').toBeLessThan(2_000);
    expect((await this.services.player.getState()).phase).toBe('playing');
    const settled = { timeout: 10_000, interval: 100 };
    await expect.poll(() => this.processes('midiHost').length, settled).toBeLessThan(2);
    // One host, and one stream, which is that host's; what others left would still be heard.
    const playing = async () => {
      const streams = await this.rig.sinkInputs();
      const hosts = this.processes('host');
      return { hosts: hosts.length, streams: streams.map(({ processId }) => processId === hosts[0]) };
    };
    await expect.poll(playing, settled).toEqual({ hosts: 1, streams: [true] });
    await expect.poll(() => this.#openPins(), settled).toBe(this.#pins);
    const open = () => descriptors(this.processes('main')[0]!).length;
    await expect.poll(open, settled).toBeLessThan(this.#descriptors + 8);
  }

  async dispose(): Promise<void> {
    this.panel.connection.dispose();
    await (await this.#browser)?.close();
    if (this.ownDisk) unmountSmallDisk(this.home.dir);
    await this.home.dispose();
    await this.gate.dispose();
    await this.rig.dispose();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Bytes that the settings' file system has room for, and no more; `false` makes it as before. */
  fillDisk(full: boolean): void {
    fillDisk(this.home.dir, ROOM_BYTES, full);
  }

  /** It waits for what is being written: with a file open for that, a file system cannot become read-only. */
  async protectDisk(readOnly: boolean): Promise<void> {
    const options = ['-o', `remount,${readOnly ? 'ro' : 'rw'}`, this.home.dir];
    const mounted = () => spawnSync('mount', options, { stdio: 'ignore' }).status === 0;
    await eventually(mounted, 5_000, () => `mount ${options.join(' ')}`);
  }

  /** For about that time the settings' file system stands still nearly always. */
  slowDisk(seconds: number): Promise<void> {
    return holdDisk(this.home.dir, seconds);
  }

  async #openPins(): Promise<number> {
    const { filters } = await this.services.topology.getSnapshot();
    return filters.flatMap(({ pins }) => pins).reduce((sum, { open }) => sum + open.length, 0);
  }
}

/** The last tenth of a second is the tone. */
function isTone(recording: Recording): boolean {
  const samples = recording.channel(0, recording.frames - recording.rate / 10);
  return toneAmplitude(samples, recording.rate, FREQUENCY) > HEARD;
}

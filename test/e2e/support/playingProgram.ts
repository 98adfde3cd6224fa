import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'vitest';
import type { Connection } from '../../../src/contract/rpc/client.ts';
import type { AppState } from '../../../src/contract/services/app.ts';
import { appPaths } from '../../../src/main/settings/appPaths.ts';
import { monotonicMs, PipeWireRig, type Recording } from '../../rigs/pipewire/pipeWireRig.ts';
import { toneAmplitude } from '../../support/audio/level.ts';
import { RATE, tone } from '../../support/audio/tones.ts';
import { writeWav } from '../../support/audio/wav.ts';
import { commandLine, descriptors, processesWith } from '../../support/processes.ts';
import { fillDisk, mountSmallDisk, unmountSmallDisk } from '../../support/smallDisk.ts';
import { TestHome, type RunningPanel } from './program.ts';
import { eventually } from './waiting.ts';

const FREQUENCY = 1_000;
/** Loud enough to be nothing else. */
const HEARD = 0.02;
const FILE_SECONDS = 4;
const ROOM_BYTES = 4 * 1024 * 1024;

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
  readonly #folder: string;
  /** The settings have a file system of their own. */
  readonly ownDisk: boolean;
  #descriptors = 0;
  #pins = 0;

  private constructor(
    rig: PipeWireRig,
    home: TestHome,
    panel: RunningPanel,
    folder: string,
    ownDisk: boolean,
  ) {
    this.rig = rig;
    this.home = home;
    this.panel = panel;
    this.#folder = folder;
    this.ownDisk = ownDisk;
    panel.connection.services.app.onState((state) => this.states.push({ at: monotonicMs(), state }));
  }

  static async start(): Promise<PlayingProgram> {
    const rig = await PipeWireRig.start();
    const home = new TestHome(rig.env);
    const { settingsFile, logs } = appPaths(home.env);
    const settings = readFileSync(settingsFile);
    const ownDisk = mountSmallDisk(home.dir, ROOM_BYTES);
    const folder = mkdtempSync(path.join(tmpdir(), 'pwp-'));
    if (ownDisk) {
      writeFileSync(settingsFile, settings);
      // A file system on which a file is open for writing cannot become read-only.
      mkdirSync(path.join(folder, 'logs'));
      symlinkSync(path.join(folder, 'logs'), logs);
    }
    const panel = await home.serve();
    const program = new PlayingProgram(rig, home, panel, folder, ownDisk);
    const file = path.join(folder, 'tone.wav');
    const samples = tone({ frequency: FREQUENCY, seconds: FILE_SECONDS });
    writeFileSync(file, writeWav({ rate: RATE, channels: [samples, samples] }));
    const { player } = program.services;
    await player.addFile({ path: file });
    await player.setLoop(true);
    await player.play(null);
    await program.soundsOn('speakers');
    program.#pins = await program.#openPins();
    program.#descriptors = descriptors(program.processes('main')[0]!).length;
    return program;
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

  /** What holds whatever happened, once it is over. */
  async expectWhole(): Promise<void> {
    const { program } = this.panel;
    expect(program.child.exitCode, program.stderr).toBeNull();
    expect(program.stderr).not.toMatch(/warning|\bError\b/i);
    expect(this.home.complaints()).toEqual([]);
    const answered = monotonicMs();
    await this.services.mixer.getSnapshot();
    expect(monotonicMs() - answered, 'main answers').toBeLessThan(2_000);
    expect((await this.services.player.getState()).phase).toBe('playing');
    const settled = { timeout: 10_000, interval: 100 };
    await expect.poll(() => this.processes('host').length, settled).toBe(1);
    await expect.poll(() => this.processes('midiHost').length, settled).toBeLessThan(2);
    const [host] = this.processes('host');
    // One stream, of the host that plays; what others left would still be heard.
    const streams = async () => (await this.rig.sinkInputs()).map(({ processId }) => processId);
    await expect.poll(streams, settled).toEqual([host]);
    await expect.poll(() => this.#openPins(), settled).toBe(this.#pins);
    const open = () => descriptors(this.processes('main')[0]!).length;
    await expect.poll(open, settled).toBeLessThan(this.#descriptors + 8);
  }

  async dispose(): Promise<void> {
    this.panel.connection.dispose();
    if (this.ownDisk) unmountSmallDisk(this.home.dir);
    await this.home.dispose();
    await this.rig.dispose();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Bytes that the settings' file system has room for, and no more; `false` makes it as before. */
  fillDisk(full: boolean): void {
    fillDisk(this.home.dir, ROOM_BYTES, full);
  }

  protectDisk(readOnly: boolean): void {
    execFileSync('mount', ['-o', `remount,${readOnly ? 'ro' : 'rw'}`, this.home.dir]);
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

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { appPaths } from '../../../src/main/settings/appPaths.ts';
import { monotonicMs } from '../../rigs/pipewire/pipeWireRig.ts';
import type { ServerGate } from '../../support/serverGate.ts';
import type { PlayingProgram } from './playingProgram.ts';
import { delay, eventually } from './waiting.ts';

/** Something that goes wrong around a program that plays. */
export interface Fault {
  readonly name: string;
  /** The output is lost by it, and the program has to say so. */
  readonly loses: boolean;
  /** Needs a file system of the program's own. */
  readonly needsDisk?: boolean;
  /** Takes so long that it is left to the full run. */
  readonly long?: boolean;
  /** What the log has of it, besides the loss. */
  readonly logged?: RegExp;
  /** Warnings in the log that belong to it. */
  readonly complaint?: RegExp;
  /** Answers when it began, `monotonicMs()`, where that took preparation. */
  begin(program: PlayingProgram): Promise<number | void>;
  /** Its cause is over. */
  end(program: PlayingProgram): Promise<void>;
}

const nothing = () => Promise.resolve();

const signalAll = (ids: readonly number[], signal: NodeJS.Signals): void => {
  for (const id of ids) {
    try {
      process.kill(id, signal);
    } catch {
      // It has been replaced.
    }
  }
};

const daemons = ({ rig }: PlayingProgram): number[] =>
  rig.processes.filter(({ name }) => name === 'pipewire' || name === 'pipewire-pulse').map(({ pid }) => pid);

/** What the file says of the theme. */
const savedTheme = ({ home }: PlayingProgram): unknown =>
  (JSON.parse(readFileSync(appPaths(home.env).settingsFile, 'utf8')) as { data: { theme?: unknown } }).data
    .theme;

/** The settings are changed on a disk that takes nothing, or just what a backup let go of: they are saved, or it is told. */
async function changeSettings(program: PlayingProgram): Promise<void> {
  const { app, settings } = program.services;
  await app.dismissNotice(UNSAVED);
  const theme = (await settings.get()).theme === 'dark' ? 'light' : 'dark';
  await settings.set({ theme });
  await eventually(
    async () =>
      savedTheme(program) === theme || (await app.getState()).notices.some(({ id }) => id === UNSAVED),
    10_000,
    () => 'the settings are saved, or it is said that they are not',
  );
}

/** The next change is saved, with the one that was not. */
async function expectSaved(program: PlayingProgram): Promise<void> {
  const { settings } = program.services;
  const { theme } = await settings.get();
  await settings.set({
    latency: 'normal',
    panel: (await settings.get()).panel === 'mixer' ? 'player' : 'mixer',
  });
  await eventually(
    () => savedTheme(program) === theme,
    10_000,
    () => 'the settings are saved again',
  );
}

/** A session whose server was killed in the middle of starting may stay without sinks: the rig's own weakness. */
async function bringBack({ rig }: PlayingProgram): Promise<void> {
  try {
    await rig.restartServer();
  } catch {
    await rig.killServer({ pulseToo: true });
    await rig.restartServer();
  }
}

/** Makes sure that the gate can do something: the program may have found the server itself while that came back. */
async function throughGate(program: PlayingProgram): Promise<void> {
  for (let attempt = 0; program.gate.passages === 0 && attempt < 3; attempt++) {
    await bringBack(program);
    await program.soundsOn('speakers');
  }
  if (program.gate.passages === 0) throw new Error('The program does not go through the gate.');
}

/** What the gate does to a connection that goes through it, as a fault's beginning. */
const atGate = (act: (gate: ServerGate) => void) => async (program: PlayingProgram) => {
  await throughGate(program);
  const began = monotonicMs();
  act(program.gate);
  return began;
};

/** In the settings of PipeWire's own, until the server ends; 0 gives the choice back. */
function forceRate({ rig }: PlayingProgram, rate: number): void {
  const args = ['-n', 'settings', '0', 'clock.force-rate', String(rate)];
  execFileSync('pw-metadata', args, { env: { ...process.env, ...rig.env }, stdio: 'ignore', timeout: 5_000 });
}

/** Opens the panel in a browser, and answers how the process that shows it is ended. */
async function openPanel(
  program: PlayingProgram,
): Promise<{ page: Page; renderers: () => Promise<number[]> }> {
  const browser = await program.browser();
  const page = await browser.newPage();
  await page.goto((await program.services.app.getPanelUrl())!);
  await page.getByTestId('rail-player').click();
  await page.getByTestId('queue-entry').filter({ hasText: 'tone' }).waitFor();
  const renderers = async () => {
    const session = await browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    await session.detach();
    return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  };
  return { page, renderers };
}

const UNSAVED = 'pinwheel-settings:unsaved';
const EXTRA = 'extra';
let extraModule = '';
const loadExtra = async ({ rig }: PlayingProgram): Promise<void> => {
  extraModule = (await rig.pactl('load-module', 'module-null-sink', `sink_name=${EXTRA}`)).trim();
};

export const FAULTS: readonly Fault[] = [
  {
    name: 'sound server killed',
    loses: true,
    begin: ({ rig }) => rig.killServer(),
    end: bringBack,
  },
  {
    name: 'sound server and its PulseAudio side killed',
    loses: true,
    begin: ({ rig }) => rig.killServer({ pulseToo: true }),
    end: bringBack,
  },
  {
    name: 'sound server restarted',
    loses: true,
    begin: bringBack,
    end: nothing,
  },
  {
    name: 'sound server stopped (SIGSTOP)',
    loses: true,
    begin: (program) => Promise.resolve(signalAll(daemons(program), 'SIGSTOP')),
    end: (program) => Promise.resolve(signalAll(daemons(program), 'SIGCONT')),
  },
  {
    name: 'sink removed while it plays',
    loses: true,
    async begin(program) {
      await loadExtra(program);
      const { devices } = program.services;
      await eventually(
        async () =>
          (await devices.list()).outputs.some(({ id, available }) => id === `sink:${EXTRA}` && available),
        10_000,
        () => 'the new sink is listed',
      );
      await devices.selectOutput(`sink:${EXTRA}`);
      await program.soundsOn(EXTRA);
      const began = monotonicMs();
      await program.rig.pactl('unload-module', extraModule);
      return began;
    },
    async end(program) {
      await loadExtra(program);
      await program.soundsOn(EXTRA);
      await program.services.devices.selectOutput('default');
      await program.soundsOn('speakers');
      await program.rig.pactl('unload-module', extraModule);
    },
  },
  {
    name: 'connection to the sound server half-closed by the server',
    loses: true,
    begin: atGate((gate) => gate.halfClose('program')),
    end: nothing,
  },
  {
    name: 'connection to the sound server half-closed on the way to the server',
    loses: true,
    long: true,
    begin: atGate((gate) => gate.halfClose('server')),
    end: nothing,
  },
  {
    name: 'connection to the sound server swallows everything',
    loses: true,
    long: true,
    begin: atGate((gate) => gate.swallow()),
    async end({ gate }) {
      const givenUp = () => gate.swallowing === 0;
      await eventually(givenUp, 20_000, () => 'dead connections are given up');
    },
  },
  {
    name: 'sample rate of the server changed',
    loses: false,
    async begin(program) {
      await program.soundsOn('speakers');
      forceRate(program, 44_100);
      await program.soundsOn('speakers');
    },
    end: (program) => Promise.resolve(forceRate(program, 0)),
  },
  {
    name: 'device host out of memory',
    loses: true,
    complaint: / device host: | player: .*is not played/,
    async begin(program) {
      // It has what it has, and gets no more.
      const hosts = program.processes('host');
      for (const host of hosts) {
        execFileSync('prlimit', ['--pid', String(host), '--as=1'], { stdio: 'ignore' });
      }
      // Whatever it is asked for next may be too much, such as another stream.
      const { player } = program.services;
      const isGone = () => !program.processes('host').some((id) => hosts.includes(id));
      for (let attempt = 0; attempt < 40 && !isGone(); attempt++) {
        await player.stop();
        // It may be gone by then.
        await player.play(null).catch(() => undefined);
        await delay(50);
      }
    },
    async end({ services: { player } }) {
      // What was asked for while there was no card was refused.
      const plays = async () => {
        if ((await player.getState()).phase === 'stopped') await player.play(null).catch(() => undefined);
        return (await player.getState()).phase !== 'stopped';
      };
      await eventually(plays, 10_000, () => 'the player takes the song again');
    },
  },
  {
    name: 'device host killed',
    loses: true,
    begin: (program) => Promise.resolve(signalAll(program.processes('host'), 'SIGKILL')),
    end: nothing,
  },
  {
    name: 'device host stopped (SIGSTOP)',
    loses: true,
    begin: (program) => Promise.resolve(signalAll(program.processes('host'), 'SIGSTOP')),
    end: nothing,
  },
  {
    name: 'device host slow',
    loses: false,
    async begin(program) {
      const hosts = program.processes('host');
      for (let round = 0; round < 8; round++) {
        signalAll(hosts, 'SIGSTOP');
        await delay(60);
        signalAll(hosts, 'SIGCONT');
        await delay(60);
      }
    },
    end: nothing,
  },
  {
    name: 'MIDI host killed',
    loses: false,
    logged: / MIDI host: ended \(SIGKILL\)/,
    begin: (program) => Promise.resolve(signalAll(program.processes('midiHost'), 'SIGKILL')),
    end: nothing,
  },
  {
    name: 'the program itself stopped for 3 s (SIGSTOP)',
    loses: false,
    async begin(program) {
      signalAll(program.processes('main'), 'SIGSTOP');
      await delay(3_000);
      signalAll(program.processes('main'), 'SIGCONT');
    },
    end: nothing,
  },
  {
    name: 'panel dropped in the middle of a call',
    loses: false,
    async begin({ services }) {
      const url = new URL((await services.app.getPanelUrl())!);
      const socket = new WebSocket(`ws://${url.host}/rpc${url.search}`);
      await new Promise((resolve, reject) => {
        socket.addEventListener('open', resolve);
        socket.addEventListener('error', reject);
      });
      socket.send(JSON.stringify({ k: 'frames', on: true }));
      socket.send(JSON.stringify({ k: 'listen', id: 1, s: 'mixer', e: 'onControl' }));
      socket.send(JSON.stringify({ k: 'call', id: 2, s: 'topology', m: 'getSnapshot', a: [] }));
      socket.close();
    },
    end: nothing,
  },
  {
    name: "panel's renderer killed while it plays",
    loses: false,
    async begin(program) {
      const { page, renderers } = await openPanel(program);
      const crashed = page.waitForEvent('crash');
      const began = monotonicMs();
      signalAll(await renderers(), 'SIGKILL');
      await crashed;
      await page.close();
      return began;
    },
    async end(program) {
      const { page } = await openPanel(program);
      await page.close();
    },
  },
  {
    name: 'disk slow',
    loses: false,
    needsDisk: true,
    async begin(program) {
      const slow = program.slowDisk(2);
      await changeSettings(program);
      await slow;
    },
    end: expectSaved,
  },
  {
    name: 'disk full',
    loses: false,
    needsDisk: true,
    async begin(program) {
      program.fillDisk(true);
      await changeSettings(program);
    },
    async end(program) {
      program.fillDisk(false);
      await expectSaved(program);
    },
  },
  {
    name: 'disk read-only',
    loses: false,
    needsDisk: true,
    async begin(program) {
      await program.protectDisk(true);
      await changeSettings(program);
    },
    async end(program) {
      await program.protectDisk(false);
      await expectSaved(program);
    },
  },
];

/** Ends what may be left of faults when a test failed between their begin and end. */
export function healProcesses(program: PlayingProgram): void {
  signalAll([...daemons(program), ...program.processes('main'), ...program.processes('host')], 'SIGCONT');
  if (program.ownDisk) {
    try {
      execFileSync('mount', ['-o', 'remount,rw', program.home.dir], { stdio: 'ignore' });
    } catch {
      // Not mounted any more.
    }
  }
}

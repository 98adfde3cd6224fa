import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { appPaths } from '../../../src/main/settings/appPaths.ts';
import { monotonicMs } from '../../rigs/pipewire/pipeWireRig.ts';
import type { PlayingProgram } from './playingProgram.ts';
import { delay, eventually } from './waiting.ts';

/** Something that goes wrong around a program that plays. */
export interface Fault {
  readonly name: string;
  /** The output is lost by it, and the program has to say so. */
  readonly loses: boolean;
  /** Needs a file system of the program's own. */
  readonly needsDisk?: boolean;
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
      program.protectDisk(true);
      await changeSettings(program);
    },
    async end(program) {
      program.protectDisk(false);
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

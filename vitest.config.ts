import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/**
 * unit      test/** : fast, in parallel, several files in one process; hardly a program beside them.
 * renderer  test/renderer/** : the panel's state classes, compiled by Svelte for the browser.
 * live      parts of the program in real time, on the null device or a server, in processes of their own, or beside an
 *           oracle that is one: FluidSynth, ffmpeg, sox.
 * programs  whole programs and panels whose tests wait for what happens, however long it takes.
 * machines  the guest with Linux's own sound drivers: one at a time, each keeps a processor busy.
 * sound     all other test/e2e/**, *.e2e.test.ts : rigs and recorded sound; one after another and nothing beside them,
 *           because what they measure is time. The topology panel too: it draws more than the guest leaves time for.
 *
 * The groups are numbered from 1: with 0 Vitest moves a project of one worker to the end. `npm test` runs `machines`
 * beside `programs` (scripts/test.mjs).
 */
const LIVE = [
  'test/docs/adapterGuide.test.ts',
  'test/main/adapters/soundCard/*.test.ts',
  'test/main/decoding/*.test.ts',
  'test/main/hardware/{hostMessages.fuzz,hostProcess}.test.ts',
  'test/main/hardware/soundServer/{pipeWire,pulseAudio,serverReplies.fuzz}.test.ts',
  'test/main/host/{cardPower,inProcessHost}.test.ts',
  'test/main/host/recording/flacWriter.test.ts',
  'test/main/ipc/webSocketFrames.fuzz.test.ts',
  'test/main/player/{player,waveQueue}.test.ts',
  'test/main/services/{cardCosts,plugCycles,systemSleep}.test.ts',
  'test/main/services/midi/synthRoutes.test.ts',
  'test/main/settings/store.test.ts',
  'test/main/synth/allocation.test.ts',
  'test/main/synth/collections/collections.fuzz.test.ts',
  'test/main/synth/oracles/*.test.ts',
  'test/main/wave/iec61937/bursts{,.fuzz}.test.ts',
  'test/rigs/pipewire/pipeWireRig.test.ts',
  'test/support/{audio/analysis,peakMemory}.test.ts',
];
const PROGRAMS = [
  'test/e2e/desktop{,Keys,Power,Tray}.test.ts',
  'test/e2e/{endpointPorts,endpoints,faults,meters,panel,panelAppearance,panelKeyboard,playerPanel,power,profiles,recorderPanel,settingsPanel,stripControls,strips,systemSleep,trace}.test.ts',
  'test/electron-standin/*.e2e.test.ts',
  'test/main/adapters/endpoints/endpointLoad.e2e.test.ts',
  'test/main/cli/midiVerbs.e2e.test.ts',
  'test/main/services/dynamicCard.e2e.test.ts',
  'test/main/settings/killed.e2e.test.ts',
  'test/toolchain/*.e2e.test.ts',
  'test/docs/*.e2e.test.ts',
];
const MACHINES = ['test/e2e/alsa{Cards,Endpoints,Midi,Output}.test.ts', 'test/rigs/alsa-vm/*.e2e.test.ts'];
const END_TO_END = ['test/e2e/**/*.test.ts', 'test/**/*.e2e.test.ts'];
const BUILT = ['scripts/kernel.mjs', 'scripts/make-bank.mjs'];
/** Checks with many more cases take longer, whichever they are. */
const longest = (milliseconds: number) => (process.env['PINWHEEL_FUZZ'] === '1' ? 3_600_000 : milliseconds);
const SHORT = { testTimeout: longest(20_000), hookTimeout: 30_000 };
const LONG = { testTimeout: longest(120_000), hookTimeout: 120_000 };
/** Every processor: by itself Vitest would leave one out. Projects of one group have the same number. */
const EVERY_PROCESSOR = { maxWorkers: '100%' };
const UNITS = { ...EVERY_PROCESSOR, sequence: { groupOrder: 1 } };
const WAITING = { ...EVERY_PROCESSOR, sequence: { groupOrder: 2 } };
const ONE_BY_ONE = { fileParallelism: false, maxWorkers: 1 };

/** Tests of `test/support/fuzzing.ts`: as much time as many cases take. */
const FUZZ = { name: 'fuzz', timeout: process.env['PINWHEEL_FUZZ'] === '1' ? 3_600_000 : 60_000 };

export default defineConfig({
  test: {
    retry: 0,
    tags: [FUZZ],
    projects: [
      {
        test: {
          name: 'unit',
          globalSetup: BUILT,
          include: ['test/**/*.test.ts'],
          exclude: [...END_TO_END, ...LIVE, 'test/renderer/**'],
          isolate: false,
          ...SHORT,
          ...UNITS,
        },
      },
      {
        plugins: [svelte()],
        resolve: { conditions: ['browser'] },
        test: {
          name: 'renderer',
          include: ['test/renderer/**/*.test.ts'],
          environment: './test/support/clientEnvironment.ts',
          ...UNITS,
        },
      },
      {
        test: {
          name: 'live',
          globalSetup: BUILT,
          include: LIVE,
          ...LONG,
          ...WAITING,
        },
      },
      {
        test: {
          name: 'programs',
          globalSetup: BUILT,
          include: PROGRAMS,
          ...LONG,
          ...WAITING,
        },
      },
      {
        test: {
          name: 'machines',
          globalSetup: BUILT,
          include: MACHINES,
          ...ONE_BY_ONE,
          ...LONG,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'sound',
          globalSetup: BUILT,
          include: END_TO_END,
          exclude: [...PROGRAMS, ...MACHINES],
          ...ONE_BY_ONE,
          ...LONG,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});

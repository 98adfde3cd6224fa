import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/**
 * unit      test/** : fast, in parallel, no outside programs beyond what a suite declares with requires().
 * renderer  test/renderer/** : the panel's state classes, compiled by Svelte for the browser.
 * programs  whole programs and panels whose tests wait for what happens, however long it takes: beside the units.
 * e2e       all other test/e2e/**, *.e2e.test.ts : rigs, browsers, recorded sound; one after another, because they share
 *           the sound server's time and the processor.
 *
 * The groups are numbered from 1: with 0 Vitest moves a project of one worker to the end.
 */
const PROGRAMS = [
  'test/e2e/desktop{,Keys,Power,Tray}.test.ts',
  'test/e2e/{endpointPorts,panel,panelAppearance,panelKeyboard,power,profiles,settingsPanel,stripControls,strips,topologyPanel,trace}.test.ts',
  'test/electron-standin/*.e2e.test.ts',
  'test/toolchain/*.e2e.test.ts',
  'test/docs/*.e2e.test.ts',
];
const BUILT = ['scripts/kernel.mjs', 'scripts/make-bank.mjs'];
/** Every processor: by itself Vitest would leave one out. Projects of one group have the same number. */
const BESIDE_EACH_OTHER = { maxWorkers: '100%', sequence: { groupOrder: 1 } };

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
          exclude: ['test/e2e/**', 'test/**/*.e2e.test.ts', 'test/renderer/**'],
          // Checks with many more cases take longer, whichever they are.
          testTimeout: process.env['PINWHEEL_FUZZ'] === '1' ? 3_600_000 : 20_000,
          hookTimeout: 30_000,
          ...BESIDE_EACH_OTHER,
        },
      },
      {
        plugins: [svelte()],
        resolve: { conditions: ['browser'] },
        test: {
          name: 'renderer',
          include: ['test/renderer/**/*.test.ts'],
          environment: './test/support/clientEnvironment.ts',
          ...BESIDE_EACH_OTHER,
        },
      },
      {
        test: {
          name: 'programs',
          globalSetup: BUILT,
          include: PROGRAMS,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          ...BESIDE_EACH_OTHER,
        },
      },
      {
        test: {
          name: 'e2e',
          globalSetup: BUILT,
          include: ['test/e2e/**/*.test.ts', 'test/**/*.e2e.test.ts'],
          exclude: PROGRAMS,
          fileParallelism: false,
          maxWorkers: 1,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});

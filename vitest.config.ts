import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

/**
 * unit      test/** : fast, in parallel, no outside programs beyond what a suite declares with requires().
 * renderer  test/renderer/** : the panel's state classes, compiled by Svelte for the browser.
 * e2e       test/e2e/**, *.e2e.test.ts : rigs, browsers, whole programs; one after another, because they share the sound server's
 *           time and the processor.
 *
 * The groups are numbered from 1: with 0 Vitest moves a project of one worker to the end.
 */
export default defineConfig({
  test: {
    retry: 0,
    projects: [
      {
        test: {
          name: 'unit',
          globalSetup: ['scripts/kernel.mjs', 'scripts/make-bank.mjs'],
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/**/*.e2e.test.ts', 'test/renderer/**'],
          // Checks with many more cases take longer, whichever they are.
          testTimeout: process.env['PINWHEEL_FUZZ'] === '1' ? 3_600_000 : 20_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        plugins: [svelte()],
        resolve: { conditions: ['browser'] },
        test: {
          name: 'renderer',
          include: ['test/renderer/**/*.test.ts'],
          environment: './test/support/clientEnvironment.ts',
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'e2e',
          globalSetup: ['scripts/kernel.mjs', 'scripts/make-bank.mjs'],
          include: ['test/e2e/**/*.test.ts', 'test/**/*.e2e.test.ts'],
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

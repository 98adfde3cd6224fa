import type { Environment } from 'vitest/runtime';

/**
 * Vitest environment of the `renderer` project: modules are compiled as for a browser, so that runes react, but run
 * in Node without a DOM. What needs a real page is checked in Chromium under test/e2e.
 */
export default {
  name: 'client',
  viteEnvironment: 'client',
  setup: () => ({ teardown: () => undefined }),
} satisfies Environment;

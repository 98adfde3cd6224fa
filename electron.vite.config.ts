import path from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';

const fromRoot = (file: string): string => path.resolve(import.meta.dirname, file);

/** Programs of the main side: each is started as a process of its own and keeps its name. */
const entries = {
  index: fromRoot('src/main/index.ts'),
  headless: fromRoot('src/main/headless.ts'),
  host: fromRoot('src/main/host/host.ts'),
  bankWorker: fromRoot('src/main/banks/bankWorker.ts'),
  describeWorker: fromRoot('src/main/decoding/describeWorker.ts'),
  waveFeederThread: fromRoot('src/main/host/waveFeederThread.ts'),
  captureThread: fromRoot('src/main/host/capture/captureThread.ts'),
  recorderThread: fromRoot('src/main/host/recording/recorderThread.ts'),
  midiHost: fromRoot('src/main/host/midiHost.ts'),
  alsaHost: fromRoot('src/main/host/alsaHost.ts'),
};

/**
 * A source file names another program by its source, `new URL('../host/host.ts', import.meta.url)`: that is valid
 * when it runs from source, and here it becomes the built file's name. All output of the main build lies in one
 * folder, so `./host.js` is right from an entry as well as from a shared chunk.
 */
function entryUrls(): Plugin {
  return {
    name: 'pinwheel:entry-urls',
    enforce: 'pre',
    transform(code, id) {
      if (!code.includes('import.meta.url')) return null;
      const rewritten = code.replace(
        /new URL\(\s*(['"])(\.{1,2}\/[^'"]+\.ts)\1\s*,\s*import\.meta\.url\s*\)/g,
        (match, _quote, specifier: string) => {
          const target = path.resolve(path.dirname(id), specifier);
          const entry = Object.entries(entries).find(([, file]) => file === target);
          if (entry === undefined)
            this.error(`${id} names ${specifier}, which is not an entry of electron.vite.config.ts`);
          return match.replace(specifier, `./${entry[0]}.js`);
        },
      );
      // Lines keep their numbers, so the file's own map stays good enough.
      return rewritten === code ? null : { code: rewritten, map: null };
    },
  };
}

export default defineConfig({
  main: {
    plugins: [entryUrls()],
    build: {
      // npm dependencies stay in node_modules; that includes the native modules of the device host.
      externalizeDeps: true,
      sourcemap: true,
      rolldownOptions: {
        input: entries,
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      // A sandboxed preload is one CommonJS file and can require `electron` only.
      externalizeDeps: false,
      sourcemap: true,
      rolldownOptions: {
        input: { index: fromRoot('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    plugins: [svelte({ configFile: fromRoot('svelte.config.js') })],
    build: {
      sourcemap: true,
      // The content security policy allows neither inline scripts nor data: URLs.
      assetsInlineLimit: 0,
      minify: true,
      rolldownOptions: {
        input: { index: fromRoot('src/renderer/index.html'), flyout: fromRoot('src/renderer/flyout.html') },
      },
    },
  },
});

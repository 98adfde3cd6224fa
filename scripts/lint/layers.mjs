/**
 * The dependency rule of docs/architecture.md as data: which layer of src/ may import which other layers, which
 * npm packages, and whether it may use Node's API. `dependencyRule.mjs` enforces it.
 *
 * A file belongs to the layer with the longest matching path. Everything that is not allowed here is an error, so a
 * new dependency of a layer is a change of this table.
 *
 * @typedef {object} Layer
 * @property {string} path A folder ("src/contract/") or a file, relative to the repository.
 * @property {string[]} imports Names of the layers it may import, besides itself; "*" is every layer of the main
 *   process except the desktop shell.
 * @property {string[]} packages npm packages it may import, with their subpaths.
 * @property {boolean} node Whether it may import Node's modules.
 */

/** @type {Record<string, Layer>} */
export const layers = {
  contract: { path: 'src/contract/', imports: [], packages: ['valibot'], node: false },

  // The driver model: plain TypeScript that a test can construct in one line.
  engine: {
    path: 'src/main/engine/',
    imports: ['contract', 'engine.dmus', 'engine.wave'],
    packages: [],
    node: false,
  },
  // The stream halves, which the device host runs in its threads: a layer of their own, so that the host gets these
  // and not the control halves.
  'engine.dmus': {
    path: 'src/main/engine/portcls/dmus/',
    imports: ['contract', 'engine', 'engine.wave'],
    packages: [],
    node: false,
  },
  'engine.wave': {
    path: 'src/main/engine/portcls/wave/',
    imports: ['contract', 'engine', 'engine.dmus', 'wave'],
    packages: [],
    node: false,
  },
  adapters: {
    path: 'src/main/adapters/',
    imports: ['contract', 'engine', 'engine.dmus', 'engine.wave', 'wave'],
    packages: [],
    node: false,
  },
  synth: {
    path: 'src/main/synth/',
    imports: ['contract', 'engine.dmus'],
    packages: ['stb-vorbis', 'libadlmidi-js'],
    node: false,
  },

  // What is done with samples: conversions, rates, mixing, placing in space.
  wave: { path: 'src/main/wave/', imports: ['contract', 'engine'], packages: [], node: false },

  // Sound files and their decoders, which run in the host's feeder thread.
  decoding: {
    path: 'src/main/decoding/',
    imports: ['contract', 'wave'],
    packages: [
      '@wasm-audio-decoders/flac',
      '@wasm-audio-decoders/ogg-vorbis',
      'mpg123-decoder',
      'music-metadata',
      'opus-decoder',
    ],
    node: true,
  },

  // The device host: a process of its own, the only one with native audio and MIDI modules.
  host: {
    path: 'src/main/host/',
    imports: ['contract', 'synth', 'banks', 'engine.dmus', 'engine.wave', 'wave', 'decoding', 'soundServer'],
    packages: ['node-web-audio-api', '@julusian/midi', 'libflacjs', 'koffi'],
    node: true,
  },
  hardware: {
    path: 'src/main/hardware/',
    imports: ['contract', 'soundServer'],
    packages: ['ws'],
    node: true,
  },
  // The sound server's protocol: main lists and sets with it, the host records with it.
  soundServer: { path: 'src/main/hardware/soundServer/', imports: ['contract'], packages: [], node: true },
  banks: { path: 'src/main/banks/', imports: ['contract', 'synth'], packages: [], node: true },
  settings: { path: 'src/main/settings/', imports: ['contract'], packages: ['valibot'], node: true },
  logging: {
    path: 'src/main/logging/',
    imports: ['contract'],
    packages: ['rotating-file-stream'],
    node: true,
  },
  ipc: { path: 'src/main/ipc/', imports: ['contract'], packages: ['ws'], node: true },

  // Composition: services and entries put the parts together.
  main: { path: 'src/main/', imports: ['*'], packages: ['valibot', 'ws'], node: true },
  shell: {
    path: 'src/main/shell/',
    imports: ['*'],
    packages: ['electron', 'electron-updater'],
    node: true,
  },
  desktopEntry: { path: 'src/main/index.ts', imports: ['*', 'shell'], packages: ['electron'], node: true },

  preload: { path: 'src/preload/', imports: ['contract'], packages: ['electron'], node: false },
  renderer: {
    path: 'src/renderer/',
    imports: ['contract'],
    packages: ['svelte', '@lucide/svelte', '@fontsource-variable/inter', '@xyflow/svelte'],
    node: false,
  },
};

/** What "*" stands for. The host is reached as a process and never imported. */
export const composable = [
  'contract',
  'engine',
  'engine.dmus',
  'engine.wave',
  'adapters',
  'synth',
  'wave',
  'decoding',
  'hardware',
  'soundServer',
  'banks',
  'settings',
  'ipc',
  'logging',
  'main',
];

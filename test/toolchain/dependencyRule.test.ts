import path from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { beforeAll, describe, expect, it } from 'vitest';

/** The real configuration, without the rules that need a type-checked program: the files here do not exist. */
let eslint: ESLint;

beforeAll(() => {
  eslint = new ESLint({
    cwd: path.resolve(import.meta.dirname, '../..'),
    overrideConfig: [
      { ...tseslint.configs.disableTypeChecked, files: ['**/*.ts', '**/*.svelte'] },
      { files: ['**/*.ts', '**/*.svelte'], languageOptions: { parserOptions: { projectService: false } } },
    ] as ESLint.Options['overrideConfig'],
  });
}, 60_000);

async function reports(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath });
  const fatal = result?.messages.find((message) => message.fatal);
  if (fatal !== undefined) throw new Error(`${filePath}: ${fatal.message}`);
  return (result?.messages ?? [])
    .filter((message) => message.ruleId === 'pinwheel/dependencies' && message.severity === 2)
    .map((message) => message.message);
}

const forbidden: [file: string, code: string, reason: string][] = [
  ['src/contract/x.ts', `import '../main/engine/ks/guid.ts';`, 'contract must not import engine'],
  ['src/contract/x.ts', `import 'node:path';`, "must not use Node's API"],
  ['src/contract/x.ts', `import 'ws';`, 'package ws'],
  ['src/main/engine/ks/x.ts', `import fs from 'node:fs'; fs.statSync('');`, "must not use Node's API"],
  ['src/main/engine/ks/x.ts', `import fs from 'fs'; fs.statSync('');`, "must not use Node's API"],
  ['src/main/engine/ks/x.ts', `export const x = await import('node:fs');`, "must not use Node's API"],
  ['src/main/engine/ks/x.ts', `export type S = import('node:fs').Stats;`, "must not use Node's API"],
  [
    'src/main/engine/ks/x.ts',
    `export * from '../../hardware/hostPort.ts';`,
    'engine must not import hardware',
  ],
  [
    'src/main/engine/ks/x.ts',
    `export { a } from '../../adapters/soundCard/card.ts';`,
    'must not import adapters',
  ],
  ['src/main/engine/ks/x.ts', `import 'valibot';`, 'package valibot'],
  ['src/main/engine/portcls/dmus/x.ts', `import 'node:worker_threads';`, "must not use Node's API"],
  ['src/main/adapters/soundCard/x.ts', `import '../../hardware/hostPort.ts';`, 'must not import hardware'],
  ['src/main/adapters/soundCard/x.ts', `import 'node:os';`, "must not use Node's API"],
  ['src/main/synth/x.ts', `import '../engine/ks/guid.ts';`, 'synth must not import engine'],
  ['src/main/synth/x.ts', `import 'node:fs';`, "must not use Node's API"],
  ['src/main/host/x.ts', `import '../engine/ks/filter.ts';`, 'host must not import engine'],
  ['src/main/host/x.ts', `import '../hardware/hostPort.ts';`, 'host must not import hardware'],
  ['src/main/hardware/x.ts', `import 'node-web-audio-api';`, 'package node-web-audio-api'],
  ['src/main/hardware/x.ts', `import type { Input } from '@julusian/midi/lazy';`, 'package @julusian/midi'],
  ['src/main/hardware/x.ts', `import '../host/host.ts';`, 'hardware must not import host'],
  ['src/main/headless.ts', `import '@julusian/midi';`, 'package @julusian/midi'],
  ['src/main/headless.ts', `import 'electron';`, 'package electron'],
  ['src/main/headless.ts', `import './shell/window.ts';`, 'main must not import shell'],
  ['src/main/ipc/x.ts', `import type { IpcMain } from 'electron';`, 'package electron'],
  ['src/main/index.ts', `import './host/host.ts';`, 'must not import host'],
  ['src/preload/index.ts', `import 'node:fs';`, "must not use Node's API"],
  ['src/renderer/x.ts', `import '../main/engine/ks/guid.ts';`, 'renderer must not import engine'],
  ['src/renderer/x.ts', `import '../../package.json';`, 'no part of src/'],
  ['src/renderer/x.ts', `import 'electron';`, 'package electron'],
  ['src/renderer/x.ts', `import 'node:fs';`, "must not use Node's API"],
  [
    'src/renderer/X.svelte',
    `<script lang="ts">import '../main/settings/store.ts';</script>`,
    'must not import settings',
  ],
  ['src/renderer/x.ts', `import '../../test/support/machine.ts';`, 'no part of src/'],
];

const allowed: [file: string, code: string][] = [
  ['src/contract/x.ts', `import * as v from 'valibot'; import './units.ts'; export const x = v;`],
  ['src/main/engine/ks/x.ts', `import '../../../contract/units.ts'; import './guid.ts';`],
  [
    'src/main/adapters/soundCard/x.ts',
    `import '../../engine/portcls/port.ts'; import '../../../contract/units.ts';`,
  ],
  [
    'src/main/host/x.ts',
    `import 'node-web-audio-api'; import '@julusian/midi/lazy'; import 'node:worker_threads';`,
  ],
  ['src/main/host/x.ts', `import '../engine/portcls/dmus/sequencer.ts'; import '../synth/voice.ts';`],
  ['src/main/hardware/x.ts', `import 'node:child_process'; import '../../contract/hardware.ts';`],
  [
    'src/main/headless.ts',
    `import './engine/ks/guid.ts'; import './adapters/a.ts'; import './ipc/b.ts'; import 'ws';`,
  ],
  ['src/main/pinwheel.ts', `import manifest from '../../package.json'; export const { version } = manifest;`],
  ['src/main/index.ts', `import 'electron'; import './shell/window.ts'; import './engine/ks/guid.ts';`],
  ['src/main/shell/x.ts', `import 'electron'; import '../settings/store.ts';`],
  ['src/preload/index.ts', `import 'electron'; import '../contract/rpc/wire.ts';`],
  ['src/renderer/x.ts', `import '../contract/units.ts'; import 'svelte/store'; import './style/tokens.css';`],
  ['test/main/x.test.ts', `import 'node:fs'; import '../../src/main/engine/ks/guid.ts'; import 'electron';`],
];

describe('the dependency rule, as eslint.config.js applies it', () => {
  it.each(forbidden)('reports in %s: %s', async (file, code, reason) => {
    const messages = await reports(file, code);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain(reason);
  });

  it.each(allowed)('allows in %s: %s', async (file, code) => {
    expect(await reports(file, code)).toEqual([]);
  });
});

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Output } from '../../../src/main/cli/output.ts';
import { runCommandLine } from '../../../src/main/cli/run.ts';
import { settingsVerb } from '../../../src/main/cli/settingsVerb.ts';
import type { VerbContext } from '../../../src/main/cli/verb.ts';
import { appPaths } from '../../../src/main/settings/appPaths.ts';
import { SettingsStore } from '../../../src/main/settings/settingsStore.ts';

let home: string;
let printed: string[];
let json: unknown[];
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'pw-set-'));
  printed = [];
  json = [];
});
afterEach(() => rm(home, { recursive: true }));

const paths = () => appPaths({ PINWHEEL_HOME: home }, 'linux');
const noHost = () => {
  throw new Error('No host is needed.');
};
const run = (...argv: string[]): Promise<number> => {
  const out: Output = {
    line: (text) => printed.push(text),
    json: (value) => json.push(value),
    progress: () => undefined,
    note: (text) => printed.push(text),
  };
  const engine = { paths: paths(), hostFactory: noHost, midiHostFactory: noHost, alsaHostFactory: noHost };
  const context = { out, engine, stop: new AbortController().signal } as unknown as Omit<VerbContext, 'args'>;
  return runCommandLine([settingsVerb], ['settings', ...argv], context);
};
const stored = async () => {
  const store = await SettingsStore.open(paths());
  expect(store.notices).toEqual([]);
  return store.get();
};

it('refuses what is no setting or no value of it, before anything is started', async () => {
  expect(await run('set', 'theme', 'purple')).toBe(2);
  expect(await run('set', 'nothing', '1')).toBe(2);
  expect(await run('set', 'theme')).toBe(2);
  expect(printed.join('\n')).toMatch(/theme/);
  expect(await stored()).toMatchObject({ theme: 'system' });
});

it('refuses a file that is not of settings, and sets nothing', async () => {
  const file = path.join(home, 'other.json');
  await writeFile(file, '{"format":"pinwheel-profile","version":1}');
  expect(await run('import', file)).toBe(2);
  const half = { format: 'pinwheel-settings', version: 1, data: { theme: 'dark', latency: 'never' } };
  await writeFile(file, JSON.stringify(half));
  expect(await run('import', file)).toBe(2);
  await writeFile(file, '{');
  expect(await run('import', file)).toBe(2);
  expect(await stored()).toMatchObject({ theme: 'system', latency: 'normal' });
});

it('names the place of a mistake in a file that was edited by hand, and keeps that file', async () => {
  const text = '{\n  "format": "pinwheel-settings",\n  "version": 1,\n  "data": { "theme": dark }\n}\n';
  await writeFile(paths().settingsFile, text);
  const store = await SettingsStore.open(paths());
  expect(store.notices[0]!.message).toMatch(/it is not JSON: Unexpected token 'd'.*"theme": dark/);
  expect(store.notices[0]!.message).toContain('settings.json.corrupt-1');
  expect(await readFile(`${paths().settingsFile}.corrupt-1`, 'utf8')).toBe(text);
});

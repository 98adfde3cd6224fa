import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/**
 * The setup that runs before anything else, in a clone of its own: the project's scripts and configuration around a
 * program that only says how it was called. It is started with the machine's own Node, as `npm start` does.
 */

const root = path.resolve(import.meta.dirname, '../..');
const clone = path.join(root, '.cache', `setup-test-${process.pid}`);

const program = `
import { contract } from '../contract/contract.ts';
const [verb, ...args] = process.argv.slice(2);
console.log(JSON.stringify({ verb, args, node: process.versions.node, cwd: process.cwd(), contract,
  host: new URL('./host/host.ts', import.meta.url).pathname }));
process.on('SIGTERM', () => process.exit(7));
if (verb === 'serve') setInterval(() => {}, 1000);
if (verb === 'fail') process.exitCode = 3;
if (verb === 'crash') process.kill(process.pid, 'SIGKILL');
`;

const sources: Record<string, string> = {
  'src/contract/contract.ts': `export const contract = 1;\n`,
  'src/main/headless.ts': program,
  'src/main/index.ts': `import 'electron';\n`,
  'src/main/host/host.ts': `import 'node-web-audio-api';\n`,
  'src/main/host/midiHost.ts': `import '@julusian/midi/lazy';\n`,
  'src/main/host/alsaHost.ts': `import 'koffi';\n`,
  'src/preload/index.ts': `import { contextBridge } from 'electron';
import * as v from 'valibot';
contextBridge.exposeInMainWorld('x', () => v.parse(v.string(), ''));\n`,
  'src/renderer/index.html': `<!doctype html><html lang="en"><head><title>x</title></head>
<body><script type="module" src="./main.ts"></script></body></html>\n`,
  'src/renderer/flyout.html': '<!doctype html><html lang="en"><head><title>x</title></head></html>',
  'src/renderer/main.ts': `import { mount } from 'svelte';
import App from './App.svelte';
mount(App, { target: document.body });\n`,
  'src/renderer/App.svelte': `<script lang="ts">let n: number = $state(1);</script><button>{n}</button>\n`,
};

/** The other programs of the build do nothing here. */
for (const [program] of fs
  .readFileSync(path.join(root, 'electron.vite.config.ts'), 'utf8')
  .matchAll(/src\/main\/[\w/]+\.ts/g)) {
  sources[program] ??= `import 'node:process';\n`;
}

function write(file: string, text: string): void {
  fs.mkdirSync(path.dirname(path.join(clone, file)), { recursive: true });
  fs.writeFileSync(path.join(clone, file), text);
}

/**
 * Without a display, without what npm and vitest set, and with the machine's own Node first. The clone's node_modules
 * is a link to the real one, so the `npm` that it finds does nothing but fail.
 */
function environment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env))
    if (!/^(npm_|VITEST|NODE_|DISPLAY|WAYLAND)/i.test(name)) env[name] = value;
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  env['PATH'] = [
    path.join(clone, 'no-npm'),
    ...folders.filter((folder) => !folder.includes('node_modules')),
  ].join(path.delimiter);
  return { ...env, ...extra };
}

interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

function pinwheel(args: string[], extra: NodeJS.ProcessEnv = {}, cwd = clone): Ended {
  const bin = path.join(clone, 'bin/pinwheel.mjs');
  return spawnSync('node', [bin, ...args], {
    cwd,
    env: environment(extra),
    encoding: 'utf8',
    timeout: 100_000,
  });
}

function startPinwheel(args: string[]): { child: ChildProcess; output: () => string; ended: Promise<Ended> } {
  const child = spawn('node', ['bin/pinwheel.mjs', ...args], { cwd: clone, env: environment() });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
  return { child, output: () => stdout, ended };
}

/** Waits for what a program is to do; fails when it ends without having done it. */
async function until(condition: () => boolean, ended: Promise<Ended>): Promise<void> {
  let end: Ended | undefined;
  void ended.then((how) => (end = how));
  while (!condition()) {
    if (end) throw new Error(`It ended before that: ${JSON.stringify(end)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

beforeAll(() => {
  for (const file of [
    'bin',
    'scripts',
    'package.json',
    'package-lock.json',
    'electron.vite.config.ts',
    'svelte.config.js',
    // The setup compiles the voice kernel before it builds, and makes the built-in bank after it.
    'src/main/synth',
    'src/contract',
  ])
    fs.cpSync(path.join(root, file), path.join(clone, file), { recursive: true });
  write('no-npm/npm', '#!/bin/sh\nexit 1\n');
  fs.chmodSync(path.join(clone, 'no-npm/npm'), 0o755);
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(clone, 'node_modules'));
  for (const [file, text] of Object.entries(sources)) write(file, text);
});

afterAll(() => {
  // The link first: nothing may ever follow it.
  fs.unlinkSync(path.join(clone, 'node_modules'));
  fs.rmSync(clone, { recursive: true, force: true });
});

describe('pinwheel VERB in a clone', () => {
  it('builds once and passes the verb, its arguments and its exit code on, stdout untouched', () => {
    const first = pinwheel(['play', 'a file.mid', '--json']);
    expect(first.status, first.stderr).toBe(0);
    expect(first.stderr).toMatch(/^pinwheel: building \.\.\.\npinwheel: built in [\d.]+ s\n$/);
    const said = JSON.parse(first.stdout);
    expect(said).toMatchObject({ verb: 'play', args: ['a file.mid', '--json'], cwd: clone });
    expect(said.node).toMatch(/^24\./);

    const second = pinwheel(['fail'], {}, path.join(clone, 'src'));
    expect(second.status).toBe(3);
    expect(second.stderr).toBe('');
    expect(JSON.parse(second.stdout)).toMatchObject({ verb: 'fail', cwd: path.join(clone, 'src') });
  });

  it('builds again when a source changed, once for two commands at a time', async () => {
    write('src/contract/contract.ts', 'export const contract = 2;\n');
    const ended = await Promise.all([startPinwheel(['a']).ended, startPinwheel(['b']).ended]);
    expect(ended.map(({ status }) => status)).toEqual([0, 0]);
    expect(ended.map(({ stdout }) => JSON.parse(stdout).contract)).toEqual([2, 2]);
    expect(ended.filter(({ stderr }) => stderr.includes('built in'))).toHaveLength(1);
    write('src/contract/contract.ts', sources['src/contract/contract.ts'] ?? '');
    expect(JSON.parse(pinwheel(['a']).stdout).contract).toBe(1);
  });

  it('passes SIGTERM on and ends like the program', async () => {
    const { child, output, ended } = startPinwheel(['serve']);
    await until(() => output().endsWith('\n'), ended);
    child.kill('SIGTERM');
    expect((await ended).status).toBe(7);
  });

  it('dies of the signal that the program died of', async () => {
    const { child, ended } = startPinwheel(['crash']);
    await ended;
    expect(child.signalCode).toBe('SIGKILL');
  });

  it('does not outlive the shell that npm started it in', async () => {
    const env = environment({ npm_lifecycle_event: 'start' });
    const shell = spawn('sh', ['-c', 'node bin/pinwheel.mjs serve; true'], { cwd: clone, env });
    let stdout = '';
    shell.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    // The pipe closes when the last process that holds it has ended.
    const closed = new Promise<Ended>((resolve) => {
      shell.on('close', (status) => resolve({ status, stdout, stderr: '' }));
    });
    await until(() => stdout.endsWith('\n'), closed);
    shell.kill('SIGTERM');
    await closed;
    expect(shell.signalCode).toBe('SIGTERM');
  });

  it('names what is wrong with a source that does not build', () => {
    write('src/contract/contract.ts', 'export const contract = ;\n');
    const { status, stdout, stderr } = pinwheel(['play']);
    write('src/contract/contract.ts', sources['src/contract/contract.ts'] ?? '');
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('contract.ts');
    expect(stderr).toContain('pinwheel: the build failed: ');
  });
});

describe('pinwheel start', () => {
  it.skipIf(process.platform !== 'linux')(
    'says in one line why it takes the browser shell without a display',
    async () => {
      const { child, output, ended } = startPinwheel(['start', '--port', '0']);
      await until(() => output().endsWith('\n'), ended);
      child.kill('SIGTERM');
      const { stdout, stderr } = await ended;
      expect(stderr.split('\n').filter((line) => line.includes('shell'))).toEqual([
        'pinwheel: browser shell: there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)',
      ]);
      expect(JSON.parse(stdout)).toMatchObject({ verb: 'serve', args: ['--port', '0'] });
    },
  );
});

describe('the bundles', () => {
  const read = (file: string): string => fs.readFileSync(path.join(clone, 'out', file), 'utf8');

  it('keep the programs next to each other, their URLs valid and npm packages outside', () => {
    expect(JSON.parse(pinwheel(['a']).stdout).host).toBe(path.join(clone, 'out/main/host.js'));
    expect(read('main/host.js')).toMatch(/from ["']node-web-audio-api["']|import ["']node-web-audio-api["']/);
    expect(fs.existsSync(path.join(clone, 'out/main/index.js'))).toBe(true);
  });

  it('have a preload that a sandbox can load: one CommonJS file that requires electron only', () => {
    const code = read('preload/index.cjs');
    const required = [...code.matchAll(/\brequire\(\s*["']([^"']+)["']\s*\)/g)].map(([, name]) => name);
    expect(new Set(required)).toEqual(new Set(['electron']));
    expect(code).not.toMatch(/^\s*(import|export)\s/m);
    expect(fs.readdirSync(path.join(clone, 'out/preload')).sort()).toEqual(['index.cjs', 'index.cjs.map']);
  });

  it('have a page that a strict content security policy allows', () => {
    const page = read('renderer/index.html');
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)/);
    expect(page).not.toMatch(/\son\w+=|style=|data:/);
    expect([...page.matchAll(/\b(?:src|href)="([^"]+)"/g)].every(([, url]) => url?.startsWith('./'))).toBe(
      true,
    );
  });
});

describe('installing', () => {
  it('says what failed, why and what next when the registry cannot be reached', () => {
    const bare = path.join(clone, 'bare');
    for (const file of ['bin', 'scripts', 'package.json', 'package-lock.json'])
      fs.cpSync(path.join(root, file), path.join(bare, file), { recursive: true });
    const env = environment({
      npm_config_registry: 'http://127.0.0.1:9/',
      npm_config_cache: path.join(bare, 'cache'),
      npm_config_fetch_retries: '0',
    });
    fs.rmSync(path.join(clone, 'no-npm/npm'));
    const { status, stdout, stderr } = spawnSync('node', ['bin/pinwheel.mjs', 'start'], {
      cwd: bare,
      env,
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('pinwheel: installing dependencies failed: npm ci ended with exit code 1');
    expect(stderr).toContain('Check that the npm registry can be reached');
  });
});

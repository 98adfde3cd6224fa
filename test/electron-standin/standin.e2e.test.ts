import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requires } from '../support/requirements.ts';
import { launchStandin, runToEnd, type RunningDesktop } from './launch.ts';

/** That the stand-in is as strict as Electron, shown by small apps that do what Electron does not allow. */

let folder: string;
let running: RunningDesktop | undefined;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pw-standin-'));
  running = undefined;
});
afterEach(async () => {
  await running?.kill();
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});

const environment = (): NodeJS.ProcessEnv => ({ ...process.env, XDG_CONFIG_HOME: folder });

async function app(main: string, files: Record<string, string> = {}): Promise<string> {
  const all = {
    'package.json': JSON.stringify({ name: 'fixture', version: '1.2.3', type: 'module', main: 'main.js' }),
    'main.js': main,
    ...files,
  };
  for (const [name, text] of Object.entries(all)) await writeFile(path.join(folder, name), text);
  return folder;
}

/** Code and output of an app that ends by itself. */
const run = async (main: string): Promise<{ code: number; stderr: string }> =>
  runToEnd('stand-in', { app: await app(main), env: environment() });

const WINDOW = `
  import { app, BrowserWindow, ipcMain, protocol, session } from 'electron';
  import { join } from 'node:path';
  protocol.registerSchemesAsPrivileged([{ scheme: 'fixture', privileges: { standard: true, secure: true } }]);
  const log = (...args) => process.stderr.write(args.join(' ') + '\\n');
  app.whenReady().then(() => {
    session.defaultSession.protocol.handle('fixture', () =>
      new Response('<!doctype html><title>Fixture</title>', { headers: { 'Content-Type': 'text/html' } }));
    const window = new BrowserWindow({
      width: 300, height: 200, show: false,
      webPreferences: {
        preload: join(import.meta.dirname, 'preload.cjs'), sandbox: true, contextIsolation: true,
        nodeIntegration: false, webSecurity: true, webviewTag: false, spellcheck: false, navigateOnDragDrop: false,
      },
    });
    globalThis.window = window;
    started(window);
    window.webContents.loadURL('fixture://app/');
  });
`;

async function windowApp(main: string, preload: string): Promise<RunningDesktop> {
  running = await launchStandin({
    app: await app(WINDOW + main, { 'preload.cjs': preload }),
    env: environment(),
  });
  return running;
}

describe('what Electron refuses', () => {
  it('never becomes ready while the entry module waits for it', async () => {
    const { code, stderr } = await run(`
      import { app } from 'electron';
      await app.whenReady();
      process.stderr.write('became ready');
      app.exit(0);`);
    expect(code).toBe(13);
    expect(stderr).not.toContain('became ready');
  });

  it.each([
    ['an object’s unknown member', `import { app } from 'electron'; app.dock.show();`, 'app.dock'],
    ['an unknown export', `import { Tray } from 'electron'; new Tray('x');`, 'Tray'],
    [
      'an unknown event',
      `import { app } from 'electron'; app.on('ready-ish', () => {});`,
      '“ready-ish” of app',
    ],
    [
      'an unknown static',
      `import { Menu } from 'electron'; Menu.sendActionToFirstResponder('x');`,
      'Menu.send',
    ],
    ['setting a member', `import { app } from 'electron'; app.name = 'x';`, 'setting app.name'],
  ])('names the API: %s', async (_what, main, named) => {
    const { code, stderr } = await run(main);
    expect(code).not.toBe(0);
    expect(stderr).toContain(named);
  });

  it.each([
    ['a window before ready', `import { BrowserWindow } from 'electron'; new BrowserWindow({});`, ''],
    [
      'a utility process before ready',
      `import { utilityProcess } from 'electron'; utilityProcess.fork('x.js');`,
      'before app is ready',
    ],
    [
      'a path that is not there',
      `import { app } from 'electron'; app.setPath('userData', '/nowhere/at/all');`,
      'ENOENT',
    ],
    [
      'registering schemes twice',
      `import { protocol } from 'electron';
       const scheme = [{ scheme: 'x', privileges: { standard: true, secure: true } }];
       protocol.registerSchemesAsPrivileged(scheme); protocol.registerSchemesAsPrivileged(scheme);`,
      'only once',
    ],
  ])('throws: %s', async (_what, main, message) => {
    const { code, stderr } = await run(main);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });
});

requires('chromium')('windows of the stand-in', () => {
  it('carries values between preload and main as structured clones', async () => {
    const desktop = await windowApp(
      `function started() {
         ipcMain.on('values', (event, values) => {
           log('IN', values.map.get(1).date.getTime(), Object.is(values.zero, -0), Number.isNaN(values.nan),
             values.big, values.bytes.constructor.name, values.bytes.join(), values.level instanceof Object,
             Object.getPrototypeOf(values.level) === Object.prototype, values.cycle.self === values.cycle,
             'missing' in values && values.missing === undefined, event.senderFrame.url);
           event.sender.send('back', Buffer.from('ab'), new (class Level { x = 1 })());
         });
         ipcMain.on('report', (_event, ...args) => log('REPORT', ...args));
         ipcMain.handle('sum', (_event, a, b) => a + b);
       }`,
      `const { ipcRenderer } = require('electron');
       class Level { value = 1; }
       const cycle = {}; cycle.self = cycle;
       ipcRenderer.on('back', (_event, bytes, level) => ipcRenderer.send('report',
         bytes.constructor.name, bytes.join(), Object.getPrototypeOf(level) === Object.prototype));
       ipcRenderer.send('values', { map: new Map([[1, { date: new Date(5) }]]), zero: -0, nan: NaN, big: 12n,
         bytes: Uint8Array.of(1, 2), level: new Level(), cycle, missing: undefined });
       try { ipcRenderer.send('values', () => 1); } catch (error) { ipcRenderer.send('report', error.message); }
       ipcRenderer.invoke('sum', 2, 3).then((sum) => ipcRenderer.send('report', 'sum', sum));
       ipcRenderer.invoke('none').catch((error) => ipcRenderer.send('report', error.message));`,
    );
    await expect.poll(() => desktop.stderr(), { timeout: 10_000 }).toContain('No handler registered');
    const output = desktop.stderr();
    expect(output).toContain('IN 5 true true 12 Uint8Array 1,2 true true true true fixture://app/');
    expect(output).toContain('REPORT Uint8Array 97,98 true');
    expect(output).toContain('REPORT An object could not be cloned.');
    expect(output).toContain('REPORT sum 5');
  });

  it('gives a preload what a sandboxed one has, and the page none of it', async () => {
    const desktop = await windowApp(
      `function started() { ipcMain.on('report', (_event, ...args) => log('REPORT', ...args)); }`,
      `const { contextBridge, ipcRenderer } = require('electron');
       const attempt = (action) => { try { return String(action()); } catch (error) { return error.message; } };
       window.leak = 'isolated';
       ipcRenderer.send('report', attempt(() => require('fs')));
       ipcRenderer.send('report', attempt(() => require('node:child_process')));
       ipcRenderer.send('report', attempt(() => require('electron').shell));
       ipcRenderer.send('report', attempt(() => ipcRenderer.sendSync('x')));
       ipcRenderer.send('report', attempt(() => process.env));
       ipcRenderer.send('report', process.type, process.sandboxed, typeof document);
       class Api { constructor() { this.value = 1; } method() {} }
       contextBridge.exposeInMainWorld('api', {
         nested: { list: [1, { deep: true }] }, instance: new Api(), when: new Date(7),
         add: (a, b) => a + b,
         call: (callback) => callback({ from: 'isolated' }),
         identity: (value) => value,
         fail: () => { throw Object.assign(new TypeError('no'), { code: 42 }); },
       });
       ipcRenderer.send('report', attempt(() => contextBridge.exposeInMainWorld('api', {})));
       ipcRenderer.send('report', attempt(() => contextBridge.exposeInMainWorld('soon', { p: Promise.resolve() })));`,
    );
    const page = await desktop.page();
    await page.waitForFunction(() => 'api' in window);
    const seen = await page.evaluate(() => {
      const { api } = window as unknown as {
        api: Record<string, unknown> & Record<string, (...args: unknown[]) => unknown>;
      };
      const instance = api['instance'] as unknown as object;
      const nested = api['nested'] as unknown as { list: [number, { deep: boolean }] };
      let thrown: unknown;
      try {
        api['fail']!();
      } catch (error) {
        thrown = error;
      }
      const own = { mine: true };
      const returned = api['identity']!(own);
      let received: unknown;
      api['call']!((value: unknown) => (received = value));
      const callback = () => 'mine';
      return {
        leak: 'leak' in window,
        node: ['require', 'process', 'Buffer', 'global', 'module'].filter((name) => name in window),
        frozen: [api, nested, nested.list, nested.list[1]].every((value) => Object.isFrozen(value)),
        instance: [Object.getPrototypeOf(instance) === Object.prototype, JSON.stringify(instance)],
        date: (api['when'] as unknown as Date).getTime(),
        sum: api['add']!(2, 3),
        error: [thrown instanceof Error, (thrown as Error).message, (thrown as { code?: number }).code],
        copied: returned !== own && JSON.stringify(returned) === JSON.stringify(own),
        received: JSON.stringify(received),
        home: api['identity']!(callback) === callback,
        functions: api['add'] instanceof Function,
      };
    });
    expect(seen).toEqual({
      leak: false,
      node: [],
      frozen: true,
      instance: [true, '{"value":1}'],
      date: 7,
      sum: 5,
      error: [true, 'no', undefined],
      copied: true,
      received: '{"from":"isolated"}',
      home: true,
      functions: true,
    });
    await expect.poll(() => desktop.stderr()).toContain('contextBridge');
    const output = desktop.stderr();
    expect(output).toContain('REPORT module not found: fs');
    expect(output).toContain('REPORT module not found: node:child_process');
    expect(output).toContain('does not implement electron.shell');
    expect(output).toContain('does not implement ipcRenderer.sendSync');
    expect(output).toContain('does not implement process.env');
    expect(output).toContain('REPORT renderer true object');
    expect(output).toContain('Cannot bind an API on top of an existing property');
    expect(output).toContain('does not implement a Promise');
  });

  it('asks before a page navigates, not when main does, and quits in the documented order', async () => {
    const desktop = await windowApp(
      `let quits = 0;
       function started(window) {
         window.webContents.on('will-navigate', (event) => { log('WILL', event.url); event.preventDefault(); });
         window.webContents.once('did-finish-load', () => log('LOADED', window.webContents.getURL()));
         window.on('close', () => log('CLOSE'));
         window.on('closed', () => log('CLOSED'));
       }
       app.on('before-quit', () => log('BEFORE-QUIT'));
       app.on('window-all-closed', () => log('ALL-CLOSED'));
       app.on('will-quit', (event) => {
         log('WILL-QUIT');
         if (quits++ === 0) { event.preventDefault(); setTimeout(() => app.quit(), 10); }
       });
       app.on('quit', (_event, code) => log('QUIT', code));`,
      '',
    );
    const page = await desktop.page();
    await expect.poll(() => desktop.stderr()).toContain('LOADED fixture://app/');
    await page.evaluate(() => void (location.href = '/elsewhere'));
    await expect.poll(() => desktop.stderr()).toContain('WILL fixture://app/elsewhere');
    expect(await page.evaluate(() => location.pathname)).toBe('/');
    desktop.quit();
    expect(await desktop.exited).toBe(0);
    const lines = desktop
      .stderr()
      .split('\n')
      .filter((line) => /^[A-Z-]+( \d)?$/.test(line));
    expect(lines).toEqual([
      'BEFORE-QUIT',
      'CLOSE',
      'CLOSED',
      'WILL-QUIT',
      'BEFORE-QUIT',
      'WILL-QUIT',
      'QUIT 0',
    ]);
  });

  it('runs utility processes with a parent port and ends them with the app', async () => {
    await writeFile(
      path.join(folder, 'child.js'),
      `process.parentPort.on('message', ({ data }) => process.parentPort.postMessage({ got: data, send: typeof process.send, type: process.type }));
       process.stderr.write('child ' + process.argv.slice(2).join());`,
    );
    const desktop = await windowApp(
      `import { utilityProcess } from 'electron';
       function started() {
         const child = utilityProcess.fork(join(import.meta.dirname, 'child.js'), ['a', 'b'],
           { stdio: ['ignore', 'ignore', 'pipe'] });
         log('PID', String(child.pid));
         child.stderr.on('data', (text) => log('STDERR', text));
         child.postMessage({ big: 1n, bytes: Uint8Array.of(3) });
         child.on('message', ({ got, send, type }) => {
           log('BACK', got.big, got.bytes.join(), send, type);
           process.kill(child.pid, 'SIGKILL');
         });
         child.on('exit', () => log('EXIT', child.pid));
         try { child.postMessage(() => 1); } catch (error) { log('CLONE', error.name); }
       }`,
      '',
    );
    await expect.poll(() => desktop.stderr(), { timeout: 10_000 }).toContain('EXIT');
    const output = desktop.stderr();
    expect(output).toContain('PID undefined');
    expect(output).toContain('STDERR child a,b');
    expect(output).toContain('BACK 1 3 undefined utility');
    expect(output).toContain('CLONE DataCloneError');
  });
});

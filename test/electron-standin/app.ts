import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
  type FSWatcher,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'electron';
import { launchChromium, type Chromium } from './chromium.ts';
import { preventableEvent, StrictEmitter, strictFacade, NotImplementedError } from './strict.ts';

/** What the app does with windows when it quits. */
export interface ManagedWindow {
  /** False when a listener kept the window open. */
  close(): boolean;
  destroy(): void;
}

const EVENTS = [
  'ready',
  'will-finish-launching',
  'window-all-closed',
  'before-quit',
  'will-quit',
  'quit',
  'activate',
  'second-instance',
  'browser-window-created',
  'web-contents-created',
  'render-process-gone',
  'child-process-gone',
  'open-file',
];

/** Life of the program as electron.d.ts describes it for `App`. */
export class StandinApp extends StrictEmitter {
  readonly windows = new Set<ManagedWindow>();
  readonly utilityProcesses = new Set<{ kill(): void }>();
  readonly isPackaged = false;
  readonly #root: string;
  readonly #paths = new Map<string, string>();
  readonly #ready = Promise.withResolvers<void>();
  #isReady = false;
  #chromium: Chromium | undefined;
  #quitting = false;
  #lock: { file: string; messages: string; watcher: FSWatcher } | undefined;
  #early: (() => void)[] = [];

  constructor(root: string) {
    super('app', EVENTS);
    this.#root = root;
    const appData = process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config');
    this.#paths.set('home', homedir());
    this.#paths.set('appData', appData);
    this.#paths.set('userData', join(appData, this.getName()));
    this.#paths.set('temp', tmpdir());
    this.#paths.set('exe', process.execPath);
  }

  get chromium(): Chromium {
    if (!this.#chromium) throw new Error('Cannot create BrowserWindow before app is ready');
    return this.#chromium;
  }

  /** Goes on after the entry module is through: Electron emits `ready` no earlier. */
  async becomeReady(): Promise<void> {
    // Quit while it was loading.
    if (this.#quitting) return this.#terminate(0);
    const profile = join(this.getPath('userData'), 'Chromium');
    mkdirSync(profile, { recursive: true });
    this.#chromium = await launchChromium(profile);
    this.#isReady = true;
    this.emit('will-finish-launching');
    this.emit('ready', preventableEvent({}), {});
    this.#ready.resolve();
    // “This event is guaranteed to be emitted after the ready event of app gets emitted.”
    for (const late of this.#early.splice(0)) late();
  }

  isReady(): boolean {
    return this.#isReady;
  }

  whenReady(): Promise<void> {
    return this.#ready.promise;
  }

  assertBeforeReady(api: string): void {
    if (this.#isReady) throw new Error(`${api} must be called before app is ready`);
  }

  assertReady(api: string): void {
    if (!this.#isReady) throw new Error(`${api} cannot be called before app is ready`);
  }

  getName(): string {
    return this.#package().productName ?? this.#package().name;
  }

  getVersion(): string {
    return this.#package().version;
  }

  getAppPath(): string {
    return this.#root;
  }

  getPath(name: Parameters<App['getPath']>[0]): string {
    const path = this.#paths.get(name);
    if (path === undefined) throw new NotImplementedError(`app.getPath('${name}')`);
    return path;
  }

  /** “If the path specifies a directory that does not exist, an `Error` is thrown.” */
  setPath(name: string, path: string): void {
    if (!this.#paths.has(name)) throw new NotImplementedError(`app.setPath('${name}')`);
    statSync(path);
    this.#paths.set(name, path);
  }

  /** “This method can only be called before app is ready.” Every renderer of the stand-in is sandboxed anyway. */
  enableSandbox(): void {
    this.assertBeforeReady('app.enableSandbox()');
  }

  /**
   * “Try to close all windows. The `before-quit` event will be emitted first. If all windows are successfully closed,
   * the `will-quit` event will be emitted and by default the application will terminate.”
   */
  quit(): void {
    if (this.#quitting) return;
    this.#quitting = true;
    const before = preventableEvent({});
    this.emit('before-quit', before);
    if (before.defaultPrevented) {
      this.#quitting = false;
      return;
    }
    for (const window of [...this.windows]) {
      if (!window.close()) {
        this.#quitting = false;
        return;
      }
    }
    if (this.windows.size === 0) this.#finishQuitting();
  }

  /** A window has gone, for whatever reason. */
  windowClosed(window: ManagedWindow): void {
    this.windows.delete(window);
    if (this.windows.size > 0) return;
    // “If the developer called `app.quit()` ... the `window-all-closed` event would not be emitted.”
    if (this.#quitting) this.#finishQuitting();
    // “If you do not subscribe to this event and all windows are closed, the default behavior is to quit the app.”
    else if (!this.emit('window-all-closed')) this.quit();
  }

  /**
   * “Exits immediately with `exitCode`. All windows will be closed immediately without asking the user, and the
   * `before-quit` and `will-quit` events will not be emitted.”
   */
  exit(exitCode = 0): void {
    this.#quitting = true;
    for (const window of [...this.windows]) window.destroy();
    this.#terminate(exitCode);
  }

  requestSingleInstanceLock(additionalData?: Record<string, unknown>): boolean {
    if (this.#lock) return true;
    const folder = this.getPath('userData');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'StandinSingletonLock');
    const messages = join(folder, 'StandinSingletonMessages');
    for (;;) {
      try {
        writeFileSync(file, String(process.pid), { flag: 'wx' });
        break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      if (isAlive(Number(readFileSync(file, 'utf8')))) {
        const message = { argv: process.argv, workingDirectory: process.cwd(), additionalData };
        writeFileSync(join(messages, `${process.pid}.json`), JSON.stringify(message));
        return false;
      }
      rmSync(file, { force: true });
    }
    rmSync(messages, { recursive: true, force: true });
    mkdirSync(messages);
    const watcher = watch(messages, () => this.#takeMessages(messages));
    watcher.unref();
    this.#lock = { file, messages, watcher };
    return true;
  }

  #takeMessages(folder: string): void {
    for (const name of readdirSync(folder)) {
      const text = readFileSync(join(folder, name), 'utf8');
      // Still being written: there will be another event.
      if (text === '') continue;
      rmSync(join(folder, name));
      const message = JSON.parse(text) as {
        argv: string[];
        workingDirectory: string;
        additionalData: unknown;
      };
      const tell = (): void =>
        void this.emit(
          'second-instance',
          preventableEvent({}),
          message.argv,
          message.workingDirectory,
          message.additionalData,
        );
      if (this.#isReady) tell();
      else this.#early.push(tell);
    }
  }

  #finishQuitting(): void {
    const event = preventableEvent({});
    this.emit('will-quit', event);
    if (event.defaultPrevented) {
      this.#quitting = false;
      return;
    }
    this.#terminate(0);
  }

  #terminate(exitCode: number): void {
    this.emit('quit', preventableEvent({}), exitCode);
    this.#lock?.watcher.close();
    if (this.#lock) rmSync(this.#lock.file, { force: true });
    for (const child of this.utilityProcesses) child.kill();
    this.#chromium?.kill();
    process.exit(exitCode);
  }

  #package(): { name: string; productName?: string; version: string } {
    return JSON.parse(readFileSync(join(this.#root, 'package.json'), 'utf8')) as {
      name: string;
      productName?: string;
      version: string;
    };
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export function appFacade(app: StandinApp): App {
  return strictFacade<
    App,
    | 'isPackaged'
    | 'isReady'
    | 'whenReady'
    | 'getName'
    | 'getVersion'
    | 'getAppPath'
    | 'getPath'
    | 'setPath'
    | 'enableSandbox'
    | 'quit'
    | 'exit'
    | 'requestSingleInstanceLock'
  >('app', app, [
    'isPackaged',
    'isReady',
    'whenReady',
    'getName',
    'getVersion',
    'getAppPath',
    'getPath',
    'setPath',
    'enableSandbox',
    'quit',
    'exit',
    'requestSingleInstanceLock',
  ]);
}

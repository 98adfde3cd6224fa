import type { BrowserWindow, BrowserWindowConstructorOptions, Rectangle, WebContents } from 'electron';
import type { ManagedWindow } from './app.ts';
import type { CdpSession } from './chromium.ts';
import {
  NotImplementedError,
  onlyKnownOptions,
  preventableEvent,
  StrictEmitter,
  strictFacade,
} from './strict.ts';
import { StandinWebContents, type Standin } from './webContents.ts';

const EVENTS = [
  'ready-to-show',
  'show',
  'hide',
  'focus',
  'blur',
  'minimize',
  'restore',
  'maximize',
  'unmaximize',
  'move',
  'resize',
  'close',
  'closed',
];

const OPTIONS = [
  'title',
  'x',
  'y',
  'frame',
  'resizable',
  'skipTaskbar',
  'alwaysOnTop',
  'fullscreenable',
  'width',
  'height',
  'minWidth',
  'minHeight',
  'show',
  'autoHideMenuBar',
  'backgroundColor',
  'icon',
  'webPreferences',
];

/** The preferences the stand-in is: it can be nothing else. */
const PREFERENCES = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  webSecurity: true,
  webviewTag: false,
  spellcheck: false,
  navigateOnDragDrop: false,
} as const;

/** A window: a Chromium page without a screen. */
export class StandinWindow extends StrictEmitter implements ManagedWindow {
  readonly facade: BrowserWindow;
  readonly #standin: Standin;
  readonly #contents: StandinWebContents;
  readonly #page: Promise<CdpSession>;
  readonly #options: BrowserWindowConstructorOptions;
  #visible: boolean;
  #bounds: Rectangle;
  #minimized = false;
  #maximized = false;
  #focused = false;
  #destroyed = false;

  constructor(standin: Standin, options: BrowserWindowConstructorOptions = {}) {
    super('BrowserWindow', EVENTS);
    onlyKnownOptions('BrowserWindow', options, OPTIONS);
    const { preload, ...preferences } = options.webPreferences ?? {};
    onlyKnownOptions('webPreferences', preferences, Object.keys(PREFERENCES));
    for (const [name, only] of Object.entries(PREFERENCES)) {
      const given = preferences[name as keyof typeof PREFERENCES];
      if (given !== only) throw new NotImplementedError(`webPreferences.${name} other than ${only}`);
    }
    this.#standin = standin;
    this.#options = options;
    this.#visible = options.show ?? true;
    const { width = 800, height = 600, x = 100, y = 80 } = options;
    this.#bounds = { x, y, width, height };
    this.#page = standin.app.chromium.openPage({ width, height });
    this.#contents = new StandinWebContents(standin, this.#page, preload);
    const keys = [
      'webContents',
      'show',
      'hide',
      'focus',
      'restore',
      'minimize',
      'close',
      'destroy',
      'isDestroyed',
      'isVisible',
      'isMinimized',
      'isFocused',
      'getBounds',
      'getNormalBounds',
      'setBounds',
      'maximize',
      'isMaximized',
      'getMinimumSize',
      'getTitle',
    ] as const;
    this.facade = strictFacade<BrowserWindow, (typeof keys)[number]>('BrowserWindow', this, keys);
    this.#contents.once('did-finish-load', () => {
      if (!this.#destroyed) this.emit('ready-to-show');
    });
    // Closed from the page's side, as by the window's own button.
    void this.#page.then((page) => page.once('destroyed', () => this.#gone()));
    standin.app.windows.add(this);
    standin.app.emit('browser-window-created', preventableEvent({}), this.facade);
    standin.app.emit('web-contents-created', preventableEvent({}), this.#contents.facade);
  }

  get webContents(): WebContents {
    return this.#contents.facade;
  }

  get dragged(): readonly string[] {
    return this.#contents.dragged;
  }

  /** As `StandinWebContents.takesFile`. */
  takesFile(file: string): void {
    this.#contents.takesFile(file);
  }

  show(): void {
    this.#assertAlive();
    if (!this.#visible) {
      this.#visible = true;
      this.emit('show');
    }
    this.#focused = true;
  }

  hide(): void {
    this.#assertAlive();
    this.#visible = false;
    this.emit('hide');
  }

  focus(): void {
    this.#assertAlive();
    this.#focused = true;
    this.emit('focus');
  }

  minimize(): void {
    this.#assertAlive();
    this.#minimized = true;
    this.#focused = false;
    this.emit('minimize');
  }

  restore(): void {
    this.#assertAlive();
    this.#minimized = false;
    this.emit('restore');
  }

  /** “Try to close the window. This has the same effect as a user manually clicking the close button of the window.” */
  close(): boolean {
    if (this.#destroyed) return true;
    const event = preventableEvent({});
    this.emit('close', event);
    if (event.defaultPrevented) return false;
    this.#contents.closing = true;
    // Its `closed` comes when Chromium has closed the page.
    void this.#page.then((page) => page.send('Page.close')).catch(() => this.#gone());
    return true;
  }

  /**
   * “Force closing the window, the `unload` and `beforeunload` event won't be emitted for the web page, and `close` event
   * will also not be emitted for this window, but it guarantees the `closed` event will be emitted.”
   */
  destroy(): void {
    if (this.#destroyed) return;
    void this.#page.then((page) => page.send('Page.close')).catch(() => undefined);
    this.#gone();
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  isVisible(): boolean {
    return this.#visible && !this.#minimized;
  }

  isMinimized(): boolean {
    return this.#minimized;
  }

  isFocused(): boolean {
    return this.#focused;
  }

  maximize(): void {
    this.#assertAlive();
    this.#maximized = true;
    this.emit('maximize');
  }

  isMaximized(): boolean {
    return this.#maximized;
  }

  getBounds(): Rectangle {
    return { ...this.#bounds };
  }

  /** “Whatever the current state of the window : maximized, minimized or in fullscreen, this function always returns the position and size of the window in normal state.” */
  getNormalBounds(): Rectangle {
    return { ...this.#bounds };
  }

  setBounds(bounds: Partial<Rectangle>): void {
    this.#assertAlive();
    this.#bounds = { ...this.#bounds, ...bounds };
    this.emit('move');
    this.emit('resize');
  }

  /** A person looks elsewhere. */
  blur(): void {
    this.#focused = false;
    this.emit('blur');
  }

  getMinimumSize(): number[] {
    return [this.#options.minWidth ?? 0, this.#options.minHeight ?? 0];
  }

  getTitle(): string {
    return this.#options.title ?? '';
  }

  #gone(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#contents.destroy();
    this.emit('closed');
    this.#standin.app.windowClosed(this);
  }

  #assertAlive(): void {
    if (this.#destroyed) throw new TypeError('Object has been destroyed');
  }
}

import { BrowserWindow, ipcMain, screen } from 'electron';
import type { Disposable } from '../../contract/disposable.ts';
import type { Served } from '../../contract/rpc/server.ts';
import { serveElectronWindow } from '../ipc/electronTransport.ts';
import { guardContents, load } from './guardContents.ts';
import { PANEL_ORIGIN } from './panelScheme.ts';
import { background, pagePreferences } from './panelWindow.ts';
import { placeFlyout } from './windowPlace.ts';

const FLYOUT_URL = `${PANEL_ORIGIN}/flyout.html`;
const SIZE = { width: 340, height: 300 } as const;
/** A page that nobody looks at is let go after this. */
const KEPT_MS = 60_000;
/** A click on the icon takes the focus away first, which hides the flyout: it must not open again at once. */
const SAME_CLICK_MS = 250;

/** The small window at the tray's icon: master fader, output and what was set last. It goes when one looks elsewhere. */
export class Flyout implements Disposable {
  readonly #options: { served: Promise<Served>; preload: URL };
  #window: BrowserWindow | undefined;
  #hiddenAt = -Infinity;
  #letGo: NodeJS.Timeout | undefined;

  constructor(options: { served: Promise<Served>; preload: URL }) {
    this.#options = options;
  }

  toggle(icon: Electron.Rectangle | undefined): void {
    const window = this.#window;
    if (window?.isVisible()) return this.#hide();
    if (performance.now() - this.#hiddenAt < SAME_CLICK_MS) return;
    clearTimeout(this.#letGo);
    const display = icon
      ? screen.getDisplayMatching(icon)
      : screen.getDisplayNearestPoint(screen.getCursorScreenPoint());
    const bounds = placeFlyout(icon, SIZE, display);
    if (!window) return this.#open(bounds);
    window.setBounds(bounds);
    window.show();
    window.focus();
  }

  dispose(): void {
    clearTimeout(this.#letGo);
    this.#window?.destroy();
  }

  #open(bounds: Electron.Rectangle): void {
    const { served, preload } = this.#options;
    const window = new BrowserWindow({
      title: 'Pinwheel volume',
      ...bounds,
      show: false,
      frame: false,
      resizable: false,
      skipTaskbar: true,
      alwaysOnTop: true,
      fullscreenable: false,
      backgroundColor: background(),
      webPreferences: pagePreferences(preload),
    });
    this.#window = window;
    const { webContents } = window;
    guardContents(webContents, FLYOUT_URL);
    const connection = serveElectronWindow({ ipcMain, webContents, served, origin: PANEL_ORIGIN });
    window.once('ready-to-show', () => window.show());
    window.on('blur', () => this.#hide());
    window.once('closed', () => {
      connection.dispose();
      this.#window = undefined;
    });
    // Not worth another attempt: the next click opens a new one.
    webContents.on('render-process-gone', () => window.destroy());
    load(webContents, FLYOUT_URL);
  }

  #hide(): void {
    const window = this.#window;
    if (!window || window.isDestroyed() || !window.isVisible()) return;
    window.hide();
    this.#hiddenAt = performance.now();
    clearTimeout(this.#letGo);
    this.#letGo = setTimeout(() => window.destroy(), KEPT_MS);
  }
}

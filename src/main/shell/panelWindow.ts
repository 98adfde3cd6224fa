import { fileURLToPath } from 'node:url';
import { BrowserWindow, ipcMain, nativeTheme, screen } from 'electron';
import type { Disposable } from '../../contract/disposable.ts';
import type { Served } from '../../contract/rpc/server.ts';
import { serveElectronWindow } from '../ipc/electronTransport.ts';
import type { WindowPlace, WindowPlaces } from '../settings/windowStore.ts';
import { dragRecording } from './dragRecording.ts';
import { CRASH_PATH, REPORT_PATH, RESTART_PATH } from './crashPage.ts';
import { guardContents, load } from './guardContents.ts';
import { PANEL_ORIGIN, PANEL_URL } from './panelScheme.ts';
import { recoverRenderer, type RendererCrash } from './recovery.ts';
import { displayName, LEAST_SIZE, placeOn, placeWindow } from './windowPlace.ts';

export interface PanelWindowOptions {
  /** The window opens at once; the panel fills when the services are there. */
  served: Promise<Served>;
  /** The built preload. */
  preload: URL;
  /** Where it stood, and where what it becomes is kept. */
  places: WindowPlaces;
  remember(display: string, place: WindowPlace): void;
  /** The panel's process crashed; it has been started again unless it crashes over and over. */
  onCrash(crash: RendererCrash): void;
  /** The user wants a report of crashes. */
  onReport(): void;
  onClosed(): void;
}

export interface PanelWindow extends Disposable {
  /** Brings the window in front of the others, also from the dock or tray. */
  focus(): void;
  readonly closed: boolean;
}

/** Colours of the window before the first paint: the panel's own background, so that nothing flashes. */
const BACKGROUND = { dark: '#121419', light: '#f3f4f6' } as const;
export const background = (): string => BACKGROUND[nativeTheme.shouldUseDarkColors ? 'dark' : 'light'];

/** Every window's: a page of ours in a sandbox, with the bridge and nothing else. */
export const pagePreferences = (preload: URL): Electron.WebPreferences => ({
  preload: fileURLToPath(preload),
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  webSecurity: true,
  webviewTag: false,
  spellcheck: false,
  // A file dropped beside the drop area must not become the page.
  navigateOnDragDrop: false,
});

/** A drag of the window's edge is one change. */
const SETTLE_MS = 500;

/** Opens the panel in a sandboxed window that shows nothing but the panel. */
export function openPanelWindow(options: PanelWindowOptions): PanelWindow {
  const { bounds, maximized } = placeWindow(
    options.places,
    screen.getAllDisplays(),
    screen.getPrimaryDisplay(),
  );
  const window = new BrowserWindow({
    title: 'Pinwheel',
    ...bounds,
    minWidth: LEAST_SIZE.width,
    minHeight: LEAST_SIZE.height,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: background(),
    webPreferences: pagePreferences(options.preload),
  });
  if (maximized) window.maximize();
  const contents = window.webContents;
  guardContents(contents, PANEL_URL, (path) => {
    if (contents.getURL() !== `${PANEL_ORIGIN}${CRASH_PATH}`) return;
    if (path === RESTART_PATH) load(contents, PANEL_URL);
    if (path === REPORT_PATH) options.onReport();
  });

  const connection = serveElectronWindow({
    ipcMain,
    webContents: contents,
    served: options.served,
    origin: PANEL_ORIGIN,
    onDragRecording: () => void dragRecording(contents, options.served),
  });
  const recovery = recoverRenderer(contents, {
    onCrash: options.onCrash,
    giveUp: () => load(contents, `${PANEL_ORIGIN}${CRASH_PATH}`),
  });

  let settling: NodeJS.Timeout | undefined;
  const remember = (): void => {
    clearTimeout(settling);
    settling = undefined;
    if (window.isDestroyed()) return;
    const display = screen.getDisplayMatching(window.getBounds());
    options.remember(displayName(display), placeOn(display, window.getNormalBounds(), window.isMaximized()));
  };
  const later = (): void => {
    clearTimeout(settling);
    settling = setTimeout(remember, SETTLE_MS);
  };
  window.on('resize', later);
  window.on('move', later);
  window.on('maximize', later);
  window.on('unmaximize', later);
  window.on('close', () => {
    if (settling) remember();
  });
  window.once('ready-to-show', () => window.show());
  window.once('closed', () => {
    clearTimeout(settling);
    recovery.dispose();
    connection.dispose();
    options.onClosed();
  });
  load(contents, PANEL_URL);

  return {
    focus() {
      if (window.isDestroyed()) return;
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    get closed() {
      return window.isDestroyed();
    },
    dispose() {
      if (!window.isDestroyed()) window.destroy();
    },
  };
}

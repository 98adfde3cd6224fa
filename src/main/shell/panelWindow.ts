import { fileURLToPath } from 'node:url';
import { BrowserWindow, ipcMain, nativeTheme } from 'electron';
import type { Disposable } from '../../contract/disposable.ts';
import type { Served } from '../../contract/rpc/server.ts';
import { serveElectronWindow } from '../ipc/electronTransport.ts';
import { PANEL_ORIGIN, PANEL_URL } from './panelScheme.ts';
import { recoverRenderer, type RendererCrash } from './recovery.ts';

export interface PanelWindowOptions {
  /** The window opens at once; the panel fills when the services are there. */
  served: Promise<Served>;
  /** The built preload. */
  preload: URL;
  /** The panel's process crashed; it has been started again unless it crashes over and over. */
  onCrash(crash: RendererCrash): void;
}

export interface PanelWindow extends Disposable {
  /** Brings the window in front of the others, also from the dock or tray. */
  focus(): void;
  readonly closed: boolean;
}

/** Colours of the window before the first paint: the panel's own background, so that nothing flashes. */
const BACKGROUND = { dark: '#121419', light: '#f3f4f6' } as const;

/** Opens the panel in a sandboxed window that shows nothing but the panel. */
export function openPanelWindow(options: PanelWindowOptions): PanelWindow {
  const window = new BrowserWindow({
    title: 'Pinwheel',
    width: 1120,
    height: 720,
    minWidth: 720,
    minHeight: 480,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload: fileURLToPath(options.preload),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      // A file dropped beside the drop area must not become the page.
      navigateOnDragDrop: false,
    },
  });
  const contents = window.webContents;

  contents.on('will-navigate', (event) => {
    if (event.url !== PANEL_URL) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));

  const connection = serveElectronWindow({
    ipcMain,
    webContents: contents,
    served: options.served,
    origin: PANEL_ORIGIN,
  });
  const recovery = recoverRenderer(contents, (crash) => options.onCrash(crash));
  window.once('ready-to-show', () => window.show());
  window.once('closed', () => {
    recovery.dispose();
    connection.dispose();
  });
  void contents.loadURL(PANEL_URL);

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

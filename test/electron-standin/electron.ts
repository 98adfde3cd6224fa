import type {
  BrowserWindow as BrowserWindowType,
  Dialog,
  nativeImage as NativeImagesType,
  Menu as MenuType,
  NativeTheme,
  Protocol,
  Session,
  Tray as TrayType,
  utilityProcess as UtilityProcessType,
} from 'electron';
import { appFacade, StandinApp } from './app.ts';
import { StandinWindow } from './browserWindow.ts';
import { StandinShortcuts } from './globalShortcut.ts';
import { ipcMainFacade, StandinIpcMain } from './ipcMain.ts';
import { StandinMenus } from './menu.ts';
import { personActions, type StartMarks } from './person.ts';
import { createScreen } from './screen.ts';
import { Schemes } from './schemes.ts';
import { powerMonitorFacade, StandinPowerMonitor } from './powerMonitor.ts';
import { sessionFacade, StandinSession } from './session.ts';
import { StrictEmitter, strictClass, strictFacade } from './strict.ts';
import { forkUtilityProcess } from './utilityProcess.ts';
import { StandinImage, StandinTrays } from './tray.ts';
import type { Standin } from './webContents.ts';

/**
 * What `import ... from 'electron'` resolves to in a program that runs on the stand-in. An export that is not here is
 * one that the stand-in does not implement; importing it by name fails, naming it.
 */
const root = process.env['STANDIN_APP_ROOT'];
if (root === undefined) throw new Error('STANDIN_APP_ROOT names the folder of the app.');

export const standinApp = new StandinApp(root);
const schemes = new Schemes();
const standinSession = new StandinSession(standinApp, schemes);
const standinIpcMain = new StandinIpcMain();
const standin: Standin = { app: standinApp, schemes, session: standinSession, ipcMain: standinIpcMain };
const menus = new StandinMenus();
const windows = new Set<StandinWindow>();

export const app = appFacade(standinApp);
export const ipcMain = ipcMainFacade(standinIpcMain);

/** How far the program is; the process that runs the stand-in writes the first two. */
export const standinMarks: StartMarks = { importStarted: 0, importEnded: 0, windowAsked: 0 };

export const BrowserWindow = strictClass<typeof BrowserWindowType, object>(
  'BrowserWindow',
  (options) => {
    standinMarks.windowAsked ||= Date.now();
    const window = new StandinWindow(standin, options);
    windows.add(window);
    window.once('closed', () => windows.delete(window));
    return window.facade;
  },
  { getAllWindows: () => [...windows].map((window) => window.facade) },
);

export const protocol = strictFacade<Protocol, 'registerSchemesAsPrivileged'>(
  'protocol',
  {
    registerSchemesAsPrivileged: (customSchemes) => {
      standinApp.assertBeforeReady('protocol.registerSchemesAsPrivileged()');
      schemes.register(customSchemes);
    },
  },
  ['registerSchemesAsPrivileged'],
);

const defaultSession = sessionFacade(standinSession);
export const session = strictFacade<{ defaultSession: Session }, 'defaultSession'>(
  'session',
  {
    get defaultSession() {
      standinApp.assertReady('session.defaultSession');
      return defaultSession;
    },
  },
  ['defaultSession'],
);

export const Menu = strictClass<typeof MenuType, object>('Menu', () => menus.buildFromTemplate([]), {
  buildFromTemplate: menus.buildFromTemplate.bind(menus),
  setApplicationMenu: menus.setApplicationMenu.bind(menus),
  getApplicationMenu: menus.getApplicationMenu.bind(menus),
});

const shortcuts = new StandinShortcuts(standinApp);
export const globalShortcut = shortcuts.facade;

const standinPowerMonitor = new StandinPowerMonitor();
export const powerMonitor = powerMonitorFacade(standinPowerMonitor);

export const utilityProcess = strictFacade<Pick<typeof UtilityProcessType, 'fork'>, 'fork'>(
  'utilityProcess',
  { fork: (modulePath, args, options) => forkUtilityProcess(standinApp, modulePath, args, options) },
  ['fork'],
);

/** What a person answers to the system's dialogs; nobody is there to press a button otherwise. */
const answers = { savePath: undefined as string | undefined, openPaths: [] as string[] };

export const dialog = strictFacade<Dialog, 'showErrorBox' | 'showSaveDialog' | 'showOpenDialog'>(
  'dialog',
  {
    showErrorBox: (title, content) => void process.stderr.write(`[dialog] ${title}: ${content}\n`),
    showSaveDialog: () =>
      Promise.resolve({ canceled: answers.savePath === undefined, filePath: answers.savePath ?? '' }),
    showOpenDialog: () =>
      Promise.resolve({ canceled: answers.openPaths.length === 0, filePaths: answers.openPaths }),
  },
  ['showErrorBox', 'showSaveDialog', 'showOpenDialog'],
);

const trays = new StandinTrays(menus);
export const Tray = strictClass<typeof TrayType, object>('Tray', (image) => trays.create(image), {});

type NativeImages = Pick<typeof NativeImagesType, 'createFromBuffer'>;
export const nativeImage = strictFacade<NativeImages, 'createFromBuffer'>(
  'nativeImage',
  { createFromBuffer: (buffer, options) => new StandinImage(buffer, options?.scaleFactor).facade },
  ['createFromBuffer'],
);

export const screen = createScreen(standinApp);

class StandinNativeTheme extends StrictEmitter {
  shouldUseDarkColors = process.env['STANDIN_DARK'] === '1';
}
const theme = new StandinNativeTheme('nativeTheme', ['updated']);
export const nativeTheme = strictFacade<NativeTheme, 'shouldUseDarkColors'>('nativeTheme', theme, [
  'shouldUseDarkColors',
]);

/** For the process that runs the stand-in; Electron has no such thing. */
export const standinPerson = personActions({
  app: standinApp,
  shortcuts,
  trays,
  windows,
  theme,
  powerMonitor: standinPowerMonitor,
  answers,
  marks: standinMarks,
});

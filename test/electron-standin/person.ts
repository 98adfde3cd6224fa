import type { Rectangle } from 'electron';
import type { StandinApp } from './app.ts';
import type { StandinWindow } from './browserWindow.ts';
import type { PowerNews, StandinPowerMonitor } from './powerMonitor.ts';
import type { StandinShortcuts } from './globalShortcut.ts';
import { preventableEvent } from './strict.ts';
import type { StandinTray, StandinTrays, TrayView } from './tray.ts';

export interface WindowView {
  title: string;
  url: string;
  visible: boolean;
  maximized: boolean;
  bounds: Rectangle;
}

/** Milliseconds since 1970 at which the program got so far. */
export interface StartMarks {
  importStarted: number;
  importEnded: number;
  /** The first window. */
  windowAsked: number;
}

/**
 * What a person does to a desktop program outside its pages, and sees of it. The test asks through the process that runs
 * the stand-in, one message for each question: see `Person` in launch.ts.
 */
export interface PersonActions {
  /** Presses a key; false when the program does not have it. */
  pressKey(accelerator: string): boolean;
  /** Another program takes a key for itself. */
  takeKey(accelerator: string): void;
  /** The icons in the tray. */
  trays(): TrayView[];
  /** Chooses from the menu of the one icon, by the labels from the outermost menu on. */
  chooseFromTray(...path: string[]): void;
  clickTray(bounds: Rectangle): void;
  windows(): WindowView[];
  moveWindow(title: string, bounds: Rectangle): void;
  maximizeWindow(title: string): void;
  /** As by the window's own button. */
  closeWindow(title: string): void;
  /** Looks at something else. */
  lookAway(title: string): void;
  /** The system says that a page does not answer, or does again. */
  tellHung(title: string, hung: boolean): void;
  /** A process of Chromium's own is gone. */
  tellProcessGone(type: string, reason: string): void;
  /** When the program got how far. */
  marks(): StartMarks;
  useDarkColours(dark: boolean): void;
  /** Opens a file with the program, as on macOS. */
  openFile(file: string): void;
  /** Is going to drop a file on the window with this title, or to choose it there. */
  takeFile(title: string, file: string): void;
  /** Files that were dragged out of the window with this title. */
  draggedFiles(title: string): string[];
  /** What the system's dialogs are answered with; undefined cancels. */
  answerSaveDialog(path: string | undefined): void;
  /** Something happens to the machine's power; answers whether a listener held a shutdown back. */
  power(news: PowerNews): boolean;
}

export type PersonRequest = { ask: keyof PersonActions; id: number; args: unknown[] };
export type PersonAnswer = { id: number; value?: unknown; error?: string };

export interface StandinParts {
  readonly app: StandinApp;
  readonly shortcuts: StandinShortcuts;
  readonly trays: StandinTrays;
  readonly windows: ReadonlySet<StandinWindow>;
  readonly theme: { shouldUseDarkColors: boolean; emit(event: 'updated'): boolean };
  readonly powerMonitor: StandinPowerMonitor;
  readonly marks: StartMarks;
  readonly answers: { savePath: string | undefined };
}

export function personActions(parts: StandinParts): PersonActions {
  const { app, shortcuts, trays, windows, theme, powerMonitor, answers, marks } = parts;
  const tray = (): StandinTray => {
    const [only, ...others] = trays.shown;
    if (!only || others.length > 0) throw new Error(`${trays.shown.size} icons are in the tray.`);
    return only;
  };
  const titled = (title: string): StandinWindow => {
    const found = [...windows].find((window) => window.getTitle() === title);
    if (!found) throw new Error(`There is no window “${title}”.`);
    return found;
  };
  return {
    pressKey: (accelerator) => shortcuts.press(accelerator),
    takeKey: (accelerator) => void shortcuts.taken.add(accelerator),
    trays: () => [...trays.shown].map((each) => each.view()),
    chooseFromTray: (...path) => tray().choose(path),
    clickTray: (bounds) => tray().click(bounds),
    windows: () =>
      [...windows].map((window) => ({
        title: window.getTitle(),
        url: window.webContents.getURL(),
        visible: window.isVisible(),
        maximized: window.isMaximized(),
        bounds: window.getBounds(),
      })),
    moveWindow: (title, bounds) => titled(title).setBounds(bounds),
    maximizeWindow: (title) => titled(title).maximize(),
    closeWindow: (title) => void titled(title).close(),
    lookAway: (title) => titled(title).blur(),
    tellHung: (title, hung) => void titled(title).webContents.emit(hung ? 'unresponsive' : 'responsive'),
    tellProcessGone: (type, reason) =>
      void app.emit('child-process-gone', preventableEvent({}), { type, reason, exitCode: 1 }),
    marks: () => marks,
    useDarkColours: (dark) => {
      theme.shouldUseDarkColors = dark;
      theme.emit('updated');
    },
    openFile: (file) => void app.emit('open-file', preventableEvent({}), file),
    takeFile: (title, file) => titled(title).takesFile(file),
    draggedFiles: (title) => [...titled(title).dragged],
    answerSaveDialog: (path) => void (answers.savePath = path),
    power: (news) => powerMonitor.happens(news),
  };
}

export function answerPerson(actions: PersonActions, request: PersonRequest): PersonAnswer {
  const { ask, id, args } = request;
  try {
    return { id, value: (actions[ask] as (...given: unknown[]) => unknown)(...args) };
  } catch (error) {
    return { id, error: String(error) };
  }
}

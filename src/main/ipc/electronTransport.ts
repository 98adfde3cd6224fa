import { PANEL_CHANNELS } from '../../contract/rpc/panelBridge.ts';
import { serveClient, type Served } from '../../contract/rpc/server.ts';
import type { ServerTransport } from '../../contract/rpc/wire.ts';
import { toDisposable, type Disposable } from '../../contract/disposable.ts';

/**
 * The server's end of the desktop shell's transport. Electron's objects come in by the few members that are used, so
 * that this file does not import Electron.
 */
export interface IpcEventLike {
  /** The frame that sent the message; null when it is gone. */
  readonly senderFrame: FrameLike | null;
  readonly sender: unknown;
}

export interface FrameLike {
  readonly url: string;
  readonly parent: unknown;
}

type IpcListener = (event: IpcEventLike, ...args: unknown[]) => void;

export interface IpcMainLike {
  on(channel: string, listener: IpcListener): unknown;
  removeListener(channel: string, listener: IpcListener): unknown;
}

export interface WebContentsLike {
  isDestroyed(): boolean;
  send(channel: string, ...args: unknown[]): void;
  on(event: 'destroyed' | 'render-process-gone', listener: () => void): unknown;
  removeListener(event: 'destroyed' | 'render-process-gone', listener: () => void): unknown;
}

export interface ElectronServerOptions {
  ipcMain: IpcMainLike;
  webContents: WebContentsLike;
  /** The window may open before the services are ready; what the panel sends waits for them. */
  served: Promise<Served>;
  /** Where our own pages come from: `pinwheel://panel`. */
  origin: string;
  /** The user drags the recording out of the window. */
  onDragRecording?: () => void;
}

/** Frames under way to the panel; a panel that takes none, because it is hidden or busy, is sent no more. */
const FRAMES_UNDER_WAY = 4;

/**
 * Serves the documents that a window shows, one after the other, until the window is gone or the handle is disposed.
 * A message counts only when it comes from this window's main frame while that shows a page of ours.
 */
export function serveElectronWindow(options: ElectronServerOptions): Disposable {
  const { ipcMain, webContents, origin } = options;
  // A rejection is the composition's to report; the panel then waits until the program ends.
  const served = options.served.catch(() => undefined);
  let client: { transport: ElectronTransport; handle: Disposable } | undefined;
  let disposed = false;

  const isOurPanel = (event: IpcEventLike): boolean => {
    if (event.sender !== webContents) return false;
    const frame = event.senderFrame;
    return frame !== null && frame.parent === null && originOf(frame.url) === origin;
  };

  const openClient = async (): Promise<void> => {
    const transport = new ElectronTransport(webContents);
    const mine = { transport, handle: toDisposable(() => transport.close()) };
    client = mine;
    const ready = await served;
    if (ready && !disposed && client === mine) mine.handle = serveClient(ready, transport);
  };
  const endClient = (): void => {
    client?.handle.dispose();
    client = undefined;
  };
  /** The document is gone and cannot hear that its connection was closed; the next one must not hear it. */
  const abandonClient = (): void => {
    client?.transport.abandon();
    endClient();
  };

  const listeners: Record<string, IpcListener> = {
    [PANEL_CHANNELS.open]: (event) => {
      if (!isOurPanel(event)) return;
      abandonClient();
      void openClient();
    },
    [PANEL_CHANNELS.message]: (event, message) => {
      if (isOurPanel(event)) client?.transport.receive(message);
    },
    [PANEL_CHANNELS.frameTaken]: (event) => {
      if (isOurPanel(event)) client?.transport.frameTaken();
    },
    [PANEL_CHANNELS.dragRecording]: (event) => {
      if (isOurPanel(event)) options.onDragRecording?.();
    },
  };

  for (const [channel, listener] of Object.entries(listeners)) ipcMain.on(channel, listener);
  webContents.on('render-process-gone', abandonClient);
  webContents.on('destroyed', abandonClient);

  return {
    dispose() {
      disposed = true;
      for (const [channel, listener] of Object.entries(listeners)) ipcMain.removeListener(channel, listener);
      webContents.removeListener('render-process-gone', abandonClient);
      webContents.removeListener('destroyed', abandonClient);
      endClient();
    },
  };
}

class ElectronTransport implements ServerTransport {
  readonly #webContents: WebContentsLike;
  readonly #closeListeners = new Set<() => void>();
  #messageListener: ((message: unknown) => void) | undefined;
  /** What came before the services were ready. */
  #early: unknown[] = [];
  #framesUnderWay = 0;
  #closed = false;

  constructor(webContents: WebContentsLike) {
    this.#webContents = webContents;
  }

  receive(message: unknown): void {
    if (this.#closed) return;
    if (this.#messageListener) this.#messageListener(message);
    else this.#early.push(message);
  }

  frameTaken(): void {
    this.#framesUnderWay = Math.max(0, this.#framesUnderWay - 1);
  }

  /** Ends without a farewell: nobody is there to hear it. */
  abandon(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#early = [];
    for (const listener of this.#closeListeners) listener();
  }

  send(message: unknown): void {
    this.#post(PANEL_CHANNELS.message, message);
  }

  sendFrame(frame: Uint8Array): void {
    if (this.#framesUnderWay >= FRAMES_UNDER_WAY) return;
    this.#framesUnderWay++;
    this.#post(PANEL_CHANNELS.frame, frame);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#messageListener = listener;
    for (const message of this.#early.splice(0)) listener(message);
  }

  onClose(listener: () => void): void {
    this.#closeListeners.add(listener);
  }

  close(): void {
    this.#post(PANEL_CHANNELS.close);
    this.abandon();
  }

  #post(channel: string, ...args: unknown[]): void {
    if (this.#closed || this.#webContents.isDestroyed()) return;
    this.#webContents.send(channel, ...args);
  }
}

/** `scheme://host` also for schemes to which the URL standard gives no origin. */
function originOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

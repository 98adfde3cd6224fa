import { PANEL_CHANNELS } from '../../contract/rpc/panelBridge.ts';
import { serveClient, type Served } from '../../contract/rpc/server.ts';
import type { ServerTransport } from '../../contract/rpc/wire.ts';
import type { Disposable } from '../../contract/disposable.ts';

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
  served: Served;
  /** Where our own pages come from: `pinwheel://panel`. */
  origin: string;
}

/** Frames under way to the panel; a panel that takes none, because it is hidden or busy, is sent no more. */
const FRAMES_UNDER_WAY = 4;

/**
 * Serves the documents that a window shows, one after the other, until the window is gone or the handle is disposed.
 * A message counts only when it comes from this window's main frame while that shows a page of ours.
 */
export function serveElectronWindow(options: ElectronServerOptions): Disposable {
  const { ipcMain, webContents, served, origin } = options;
  let client: { transport: ElectronTransport; handle: Disposable } | undefined;

  const isOurPanel = (event: IpcEventLike): boolean => {
    if (event.sender !== webContents) return false;
    const frame = event.senderFrame;
    return frame !== null && frame.parent === null && originOf(frame.url) === origin;
  };

  const endClient = (): void => {
    client?.handle.dispose();
    client = undefined;
  };

  const listeners: Record<string, IpcListener> = {
    [PANEL_CHANNELS.open]: (event) => {
      if (!isOurPanel(event)) return;
      // The document before cannot hear that it was closed, and the new one must not.
      client?.transport.abandon();
      endClient();
      const transport = new ElectronTransport(webContents);
      client = { transport, handle: serveClient(served, transport) };
    },
    [PANEL_CHANNELS.message]: (event, message) => {
      if (isOurPanel(event)) client?.transport.receive(message);
    },
    [PANEL_CHANNELS.frameTaken]: (event) => {
      if (isOurPanel(event)) client?.transport.frameTaken();
    },
  };

  for (const [channel, listener] of Object.entries(listeners)) ipcMain.on(channel, listener);
  const gone = (): void => {
    client?.transport.abandon();
    endClient();
  };
  webContents.on('render-process-gone', gone);
  webContents.on('destroyed', gone);

  return {
    dispose() {
      for (const [channel, listener] of Object.entries(listeners)) ipcMain.removeListener(channel, listener);
      webContents.removeListener('render-process-gone', gone);
      webContents.removeListener('destroyed', gone);
      endClient();
    },
  };
}

class ElectronTransport implements ServerTransport {
  readonly #webContents: WebContentsLike;
  readonly #closeListeners = new Set<() => void>();
  #messageListener: (message: unknown) => void = () => undefined;
  #framesUnderWay = 0;
  #closed = false;

  constructor(webContents: WebContentsLike) {
    this.#webContents = webContents;
  }

  receive(message: unknown): void {
    if (!this.#closed) this.#messageListener(message);
  }

  frameTaken(): void {
    this.#framesUnderWay = Math.max(0, this.#framesUnderWay - 1);
  }

  /** Ends without a farewell: nobody is there to hear it. */
  abandon(): void {
    if (this.#closed) return;
    this.#closed = true;
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

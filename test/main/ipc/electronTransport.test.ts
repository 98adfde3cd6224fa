import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it } from 'vitest';
import { connect, type Connection } from '../../../src/contract/rpc/client.ts';
import { PANEL_CHANNELS } from '../../../src/contract/rpc/panelBridge.ts';
import type { ClientTransport, ServerMessage } from '../../../src/contract/rpc/wire.ts';
import { serveElectronWindow, type FrameLike } from '../../../src/main/ipc/electronTransport.ts';
import { scriptedServices, type ScriptedServices } from './scriptedServices.ts';
import { describeTransport } from './transportContract.ts';

/** The messages between one window and main, with Electron's structured clone, and nothing else of Electron. */
class Window extends EventEmitter {
  readonly ipcMain = new EventEmitter();
  readonly panel = new EventEmitter();
  frame: FrameLike | null = { url: 'pinwheel://panel/', parent: null };
  destroyed = false;

  isDestroyed(): boolean {
    return this.destroyed;
  }

  send(channel: string, ...args: unknown[]): void {
    const copy = structuredClone(args);
    setImmediate(() => this.panel.emit(channel, ...copy));
  }

  toMain(channel: string, message?: unknown, sender: unknown = this): void {
    const event = { sender, senderFrame: this.frame };
    const copy: unknown = structuredClone(message);
    setImmediate(() => this.ipcMain.emit(channel, event, copy));
  }

  transport(): ClientTransport {
    this.toMain(PANEL_CHANNELS.open);
    return {
      send: (message) => this.toMain(PANEL_CHANNELS.message, message),
      onMessage: (listener) =>
        void this.panel.on(PANEL_CHANNELS.message, (message: ServerMessage) => listener(message)),
      onFrame: (listener) =>
        void this.panel.on(PANEL_CHANNELS.frame, (frame: Uint8Array) => {
          this.toMain(PANEL_CHANNELS.frameTaken);
          listener(frame);
        }),
      onClose: (listener) => void this.panel.on(PANEL_CHANNELS.close, listener),
      // As when the page goes away.
      close: () => {
        this.emit('render-process-gone');
        this.panel.emit(PANEL_CHANNELS.close);
      },
    };
  }
}

const ORIGIN = 'pinwheel://panel';

describeTransport('Electron transport', async (scripted) => {
  const windows: Window[] = [];
  const handles: { dispose(): void }[] = [];
  const byTransport = new Map<ClientTransport, Window>();
  return {
    async open() {
      const window = new Window();
      windows.push(window);
      const served = Promise.resolve(scripted.served);
      handles.push(
        serveElectronWindow({ ipcMain: window.ipcMain, webContents: window, served, origin: ORIGIN }),
      );
      const transport = window.transport();
      byTransport.set(transport, window);
      return transport;
    },
    sendRaw: (transport, message) => byTransport.get(transport)!.toMain(PANEL_CHANNELS.message, message),
    dispose: async () => handles.forEach((handle) => handle.dispose()),
  };
});

describe('desktop window', () => {
  let window: Window;
  let scripted: ScriptedServices;
  let handle: { dispose(): void };
  beforeEach(() => {
    window = new Window();
    scripted = scriptedServices();
    const served = Promise.resolve(scripted.served);
    handle = serveElectronWindow({ ipcMain: window.ipcMain, webContents: window, served, origin: ORIGIN });
  });

  const answers = async (connection: Connection): Promise<boolean> =>
    Promise.race([
      connection.services.settings.get().then(() => true),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 100)),
    ]);

  it('takes messages from its own main frame with its own page only', async () => {
    const connection = connect(window.transport());
    expect(await answers(connection)).toBe(true);
    const foreign: (FrameLike | null)[] = [
      null,
      { url: 'https://evil.example/', parent: null },
      { url: 'pinwheel://panel.evil/', parent: null },
      { url: 'pinwheel://other/', parent: null },
      { url: 'file:///panel/', parent: null },
      { url: 'about:blank', parent: null },
      { url: '', parent: null },
      { url: 'pinwheel://panel/', parent: {} },
    ];
    for (const frame of foreign) {
      window.frame = frame;
      expect(await answers(connection), JSON.stringify(frame)).toBe(false);
    }
    window.frame = { url: 'pinwheel://panel/#mixer', parent: null };
    expect(await answers(connection)).toBe(true);
    window.toMain(
      PANEL_CHANNELS.message,
      { k: 'call', id: 900, s: 'player', m: 'clear', a: [] },
      new Window(),
    );
    expect(await answers(connection)).toBe(true);
    expect(scripted.calls).toEqual([]);
  });

  it('ends what the document before left running when a new one opens, and does not tell the new one', async () => {
    const first = connect(window.transport());
    first.services.settings.onChange(() => undefined);
    first.services.player.next().catch(() => undefined);
    await expect.poll(() => scripted.waiting).toBe(1);
    window.panel.removeAllListeners();
    let closed = false;
    const second = connect(window.transport());
    second.onClose(() => (closed = true));
    expect(await answers(second)).toBe(true);
    expect(scripted.cancelled).toBe(1);
    expect(scripted.settings.hasListeners).toBe(false);
    expect(closed).toBe(false);
  });

  it('keeps what the panel sends before the services are ready', async () => {
    const late = new Window();
    let ready: (served: ScriptedServices['served']) => void = () => undefined;
    const served = new Promise<ScriptedServices['served']>((resolve) => (ready = resolve));
    serveElectronWindow({ ipcMain: late.ipcMain, webContents: late, served, origin: ORIGIN });
    const connection = connect(late.transport());
    const settings = connection.services.settings.get();
    expect(await answers(connection)).toBe(false);
    ready(scripted.served);
    expect(await settings).toMatchObject({ theme: 'dark' });
  });

  it('holds frames back while the panel takes none', async () => {
    let taken = 0;
    window.toMain(PANEL_CHANNELS.open);
    window.toMain(PANEL_CHANNELS.message, { k: 'frames', on: true });
    window.panel.on(PANEL_CHANNELS.frame, () => taken++);
    await expect.poll(() => scripted.frames.hasListeners).toBe(true);
    for (let index = 0; index < 50; index++) scripted.frames.fire(Uint8Array.of(index));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(taken).toBe(4);
    for (let index = 0; index < 4; index++) window.toMain(PANEL_CHANNELS.frameTaken);
    await new Promise((resolve) => setTimeout(resolve, 20));
    scripted.frames.fire(Uint8Array.of(99));
    await expect.poll(() => taken).toBe(5);
  });

  it('tells the panel when main ends the connection, and listens to nothing afterwards', async () => {
    const connection = connect(window.transport());
    expect(await answers(connection)).toBe(true);
    const closed = new Promise<void>((resolve) => connection.onClose(resolve));
    handle.dispose();
    await closed;
    expect(window.ipcMain.eventNames()).toEqual([]);
    expect(window.eventNames()).toEqual([]);
  });
});

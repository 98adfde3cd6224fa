import type { IpcMain, IpcMainEvent, IpcMainInvokeEvent } from 'electron';
import { EventEmitter } from 'node:events';
import { strictFacade } from './strict.ts';

type InvokeHandler = (event: IpcMainInvokeEvent, ...args: unknown[]) => unknown;

/** Messages from pages. Channels are the program's own, so every name may be listened to. */
export class StandinIpcMain extends EventEmitter {
  readonly #handlers = new Map<string, InvokeHandler>();

  handle(channel: string, listener: InvokeHandler): void {
    if (this.#handlers.has(channel)) {
      throw new Error(`Attempted to register a second handler for '${channel}'`);
    }
    this.#handlers.set(channel, listener);
  }

  removeHandler(channel: string): void {
    this.#handlers.delete(channel);
  }

  receive(channel: string, event: IpcMainEvent, args: unknown[]): void {
    this.emit(channel, event, ...args);
  }

  async invoke(channel: string, event: IpcMainInvokeEvent, args: unknown[]): Promise<unknown> {
    const handler = this.#handlers.get(channel);
    if (!handler) throw new Error(`No handler registered for '${channel}'`);
    return handler(event, ...args);
  }
}

export function ipcMainFacade(ipcMain: StandinIpcMain): IpcMain {
  return strictFacade<IpcMain, 'handle' | 'removeHandler'>('ipcMain', ipcMain, ['handle', 'removeHandler']);
}

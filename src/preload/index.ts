import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { PANEL_CHANNELS, type PinwheelBridge } from '../contract/rpc/panelBridge.ts';
import type { ServerMessage } from '../contract/rpc/wire.ts';

/**
 * The only code of ours with a privilege in the panel's process: it carries messages between the panel and main and
 * says where a file lies that the user has dropped or chosen. It runs in a world of its own; the panel sees the six
 * functions below.
 */

/** One listener, and what came before there was one. */
interface Slot<T> {
  put(value: T): void;
  listen(listener: (value: T) => void): void;
}

function slot<T>(): Slot<T> {
  let current: ((value: T) => void) | undefined;
  let early: T[] = [];
  return {
    put(value) {
      if (current) current(value);
      else early.push(value);
    },
    listen(listener) {
      current = listener;
      for (const value of early.splice(0)) listener(value);
      early = [];
    },
  };
}

const messages = slot<ServerMessage>();
const frames = slot<Uint8Array>();
const closes = slot<void>();
let open = false;

const ensureOpen = (): void => {
  if (open) return;
  open = true;
  ipcRenderer.send(PANEL_CHANNELS.open);
};

ipcRenderer.on(PANEL_CHANNELS.message, (_event, message: ServerMessage) => messages.put(message));
ipcRenderer.on(PANEL_CHANNELS.frame, (_event, frame: Uint8Array) => {
  ipcRenderer.send(PANEL_CHANNELS.frameTaken);
  frames.put(frame);
});
ipcRenderer.on(PANEL_CHANNELS.close, () => {
  // What is sent after this starts a new connection.
  open = false;
  closes.put();
});

// Also without a message to send: main forgets the document that was shown before this one.
ensureOpen();

const bridge: PinwheelBridge = {
  send: (message) => {
    ensureOpen();
    ipcRenderer.send(PANEL_CHANNELS.message, message);
  },
  onMessage: (listener) => messages.listen(listener),
  onFrame: (listener) => frames.listen(listener),
  onClose: (listener) => closes.listen(listener),
  pathOf: (file) => webUtils.getPathForFile(file),
  dragRecording: () => ipcRenderer.send(PANEL_CHANNELS.dragRecording),
};

contextBridge.exposeInMainWorld('pinwheel', bridge);

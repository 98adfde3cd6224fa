import type { ClientMessage, ServerMessage } from './wire.ts';

/**
 * What the desktop shell's preload gives the panel as `window.pinwheel`: a transport, and the
 * places of files. Each listener
 * slot holds one listener; setting it again replaces the one before. Whatever arrives before a listener is set waits
 * for it.
 */
export interface PinwheelBridge {
  send(message: ClientMessage): void;
  /** What main sent; `connect` makes calls and events of it. */
  onMessage(listener: (message: ServerMessage) => void): void;
  /** Binary frames, see frames.ts. */
  onFrame(listener: (frame: Uint8Array) => void): void;
  /** Main closed the connection and will not answer any more. */
  onClose(listener: () => void): void;
  /** Absolute path of a file that the user has dropped on the panel or chosen; empty for one that the page has made. */
  pathOf(file: File): string;
  /**
   * In a `dragstart` that was prevented: the system drags the file that was recorded last, for another program to take.
   * Main knows which file that is; the panel can name none.
   */
  dragRecording(): void;
}

/** Channels of the desktop shell between preload and main. Main answers on no other. */
export const PANEL_CHANNELS = {
  /** Panel to main: a new document wants to be a client. Ends the connection of the document before. */
  open: 'pinwheel:open',
  /** Both ways: one message of wire.ts. */
  message: 'pinwheel:message',
  /** Main to panel: one binary frame. */
  frame: 'pinwheel:frame',
  /** Panel to main: one frame was taken. Main holds frames back while too many are under way. */
  frameTaken: 'pinwheel:frame-taken',
  /** Panel to main: the user drags the recording out of the window. */
  dragRecording: 'pinwheel:drag-recording',
  /** Main to panel: the connection is over. */
  close: 'pinwheel:close',
} as const;

import type { HostCommand, HostEvent } from '../../contract/hardware.ts';

/** The host's end of the line to the process that started it. */
export interface HostChannel<Command = HostCommand, Event = HostEvent> {
  send(event: Event): void;
  onCommand(listener: (command: Command) => void): void;
  /** The other process is gone. */
  onDisconnect(listener: () => void): void;
}

/** What Electron's utility process offers as `process.parentPort`. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(name: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(name: 'close', listener: () => void): unknown;
}

/** Main is the only one on the line and built together with the host, so that messages are taken as they come. */
export function parentChannel<Command = HostCommand, Event = HostEvent>(): HostChannel<Command, Event> {
  // As Node does it, also under Electron: a host in which something went wrong is replaced, and its stderr tells why.
  process.on('unhandledRejection', (reason) => {
    throw reason instanceof Error ? reason : new Error(String(reason));
  });
  const { parentPort } = process as NodeJS.Process & { parentPort?: ParentPort };
  if (parentPort) {
    return {
      send: (event) => parentPort.postMessage(event),
      onCommand: (listener) => void parentPort.on('message', ({ data }) => listener(data as Command)),
      onDisconnect: (listener) => void parentPort.on('close', listener),
    };
  }
  if (!process.send) throw new Error('The device host is started by Pinwheel, not by hand.');
  return {
    // A line that breaks while a message is on its way is reported by `disconnect`.
    send: (event) => void (process.connected && process.send?.(event, undefined, undefined, () => {})),
    onCommand: (listener) => void process.on('message', (message) => listener(message as Command)),
    onDisconnect: (listener) => void process.on('disconnect', listener),
  };
}

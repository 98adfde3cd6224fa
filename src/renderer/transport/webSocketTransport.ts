import { fromJson, toJson, type ClientTransport, type ServerMessage } from '../../contract/rpc/wire.ts';
import { PinwheelError } from '../../contract/errors.ts';

/**
 * The contract over a WebSocket, for the browser shell: text messages are JSON, binary messages are frames.
 * Resolves when the socket is open; rejects with `disconnected` when it cannot be opened within `timeoutMs`.
 */
export function openWebSocketTransport(url: string, timeoutMs = 5000): Promise<ClientTransport> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    const messageListeners: ((message: ServerMessage) => void)[] = [];
    const frameListeners: ((frame: Uint8Array) => void)[] = [];
    const closeListeners: (() => void)[] = [];

    const refuse = () => {
      clearTimeout(timer);
      socket.close();
      reject(new PinwheelError({ code: 'disconnected', message: 'Pinwheel does not answer.' }));
    };
    const timer = setTimeout(refuse, timeoutMs);
    socket.onerror = refuse;
    socket.onclose = refuse;
    socket.onmessage = (message: MessageEvent<string | ArrayBuffer>) => {
      if (typeof message.data !== 'string') {
        const frame = new Uint8Array(message.data);
        for (const listener of frameListeners) listener(frame);
        return;
      }
      // The other end is our own main process; it validates what we send, and its types are ours.
      const parsed = fromJson(message.data) as ServerMessage;
      for (const listener of messageListeners) listener(parsed);
    };
    socket.onopen = () => {
      clearTimeout(timer);
      socket.onerror = null;
      socket.onclose = () => {
        for (const listener of closeListeners.splice(0)) listener();
      };
      resolve({
        send: (message) => {
          if (socket.readyState === WebSocket.OPEN) socket.send(toJson(message));
        },
        onMessage: (listener) => void messageListeners.push(listener),
        onFrame: (listener) => void frameListeners.push(listener),
        onClose: (listener) => void closeListeners.push(listener),
        close: () => socket.close(),
      });
    };
  });
}

import type { WebSocket } from 'ws';
import { fromJson, toJson, type ServerMessage, type ServerTransport } from '../../contract/rpc/wire.ts';
import { MessageRate } from './messageRate.ts';

/** Largest message a client may send: a player file in base64 with room to spare. */
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
/** Above this much unsent data a client is slow: it gets no frames until it caught up. */
const FRAMES_HELD_ABOVE_BYTES = 256 * 1024;
/** A client this far behind does not read any more. It is cut off rather than fed from memory without end. */
const CUT_OFF_ABOVE_BYTES = 128 * 1024 * 1024;

const POLICY_VIOLATION = 1008;
const UNSUPPORTED_DATA = 1003;

/**
 * The server's end of a WebSocket: text messages are JSON, binary ones are frames and go one way only. Messages are
 * never left out; frames are when the client is slow, since the next one says the same anew.
 */
export function webSocketTransport(socket: WebSocket): ServerTransport {
  let closed = false;
  let messageListener: (message: unknown) => void = () => undefined;
  const closeListeners = new Set<() => void>();
  const rate = new MessageRate(socket);

  const end = (): void => {
    if (closed) return;
    closed = true;
    rate.dispose();
    for (const listener of closeListeners) listener();
  };
  const cutOff = (): void => {
    end();
    socket.terminate();
  };
  const refuse = (code: number, reason: string): void => {
    end();
    socket.close(code, reason);
  };

  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (closed) return;
    rate.count();
    if (isBinary) return refuse(UNSUPPORTED_DATA, 'Messages are text.');
    let message: unknown;
    try {
      message = fromJson(data.toString('utf8'));
    } catch {
      // Told to the one who sent it.
      return refuse(POLICY_VIOLATION, 'Messages are JSON.');
    }
    messageListener(message);
  });
  // Each is answered, which costs as much as a message.
  socket.on('ping', () => {
    if (closed) return;
    rate.count();
    if (socket.bufferedAmount > CUT_OFF_ABOVE_BYTES) cutOff();
  });
  socket.on('close', end);
  // A protocol error or an oversized message; ws closes the connection itself.
  socket.on('error', end);

  return {
    send(message: ServerMessage) {
      if (closed) return;
      const text = toJson(message);
      if (socket.bufferedAmount > CUT_OFF_ABOVE_BYTES) return cutOff();
      socket.send(text);
    },
    sendFrame(frame) {
      if (closed || socket.bufferedAmount > FRAMES_HELD_ABOVE_BYTES) return;
      socket.send(frame, { binary: true });
    },
    onMessage(listener) {
      messageListener = listener;
    },
    onClose(listener) {
      closeListeners.add(listener);
    },
    close() {
      end();
      socket.close(1000);
    },
  };
}

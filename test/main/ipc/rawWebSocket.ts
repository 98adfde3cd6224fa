import { randomBytes } from 'node:crypto';
import { createConnection, type Socket } from 'node:net';
import { once } from 'node:events';

/** A WebSocket client that sends whatever bytes it is given after the handshake (RFC 6455). */
export interface RawWebSocket {
  readonly socket: Socket;
  /** The server has ended the connection. */
  readonly closed: boolean;
  send(bytes: Uint8Array): void;
  /** Resolves when the connection is over. */
  ended(): Promise<void>;
}

export async function openRawWebSocket(port: number, token: string): Promise<RawWebSocket> {
  const socket = createConnection(port, '127.0.0.1');
  let closed = false;
  socket.on('error', () => undefined);
  const over = new Promise<void>((resolve) =>
    socket.on('close', () => {
      closed = true;
      resolve();
    }),
  );
  socket.write(
    `GET /rpc?token=${token} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
  );
  const [head] = (await once(socket, 'data')) as [Buffer];
  if (!head.toString('latin1').startsWith('HTTP/1.1 101'))
    throw new Error(`No upgrade: ${head.toString('latin1')}`);
  // What comes back is of no interest, but has to be taken.
  socket.resume();
  return {
    socket,
    get closed() {
      return closed;
    },
    send: (bytes) => void (closed || socket.write(bytes)),
    ended: () => over,
  };
}

/** One frame as a client may send it, or may not. */
export interface RawFrame {
  opcode: number;
  fin: boolean;
  /** RSV1 to RSV3, of which none means anything here. */
  reserved: number;
  masked: boolean;
  payload: Uint8Array;
  /** What the header says of the length, where that is a lie. */
  claims?: number | undefined;
}

export function encodeFrame({ opcode, fin, reserved, masked, payload, claims }: RawFrame): Buffer {
  const length = claims ?? payload.length;
  const [short, size] = length < 126 ? [length, 0] : length < 0x10000 ? [126, 2] : [127, 8];
  const head = Buffer.alloc(2 + size + (masked ? 4 : 0));
  head[0] = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  head[1] = (masked ? 0x80 : 0) | short;
  if (size === 2) head.writeUInt16BE(length, 2);
  if (size === 8) head.writeBigUInt64BE(BigInt(length), 2);
  const mask = randomBytes(4);
  if (!masked) return Buffer.concat([head, payload]);
  mask.copy(head, 2 + size);
  return Buffer.concat([head, payload.map((byte, at) => byte ^ mask[at % 4]!)]);
}

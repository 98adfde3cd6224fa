import type { Duplex } from 'node:stream';
import {
  fromJson,
  toJson,
  type ClientMessage,
  type ClientTransport,
  type ServerMessage,
  type ServerTransport,
} from '../../contract/rpc/wire.ts';
import { MessageRate } from './messageRate.ts';

/**
 * Messages over a local byte stream: one JSON text per line, UTF-8. Frames travel as lines of their own,
 * `{"f":"BASE64"}`, from server to client only.
 */

/** A longer line is no message of ours. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;
/** Above this much unsent data the other end is slow and gets no frames. */
const FRAMES_HELD_ABOVE_BYTES = 256 * 1024;
/** The other end does not read any more: it is cut off rather than fed from memory without end. */
const CUT_OFF_ABOVE_BYTES = 128 * 1024 * 1024;

const NEWLINE = 0x0a;

export function jsonSocketServer(stream: Duplex): ServerTransport {
  const rate = new MessageRate(stream);
  const lines = lineStream(stream, () => rate.count());
  lines.onClose(() => rate.dispose());
  return {
    send: (message: ServerMessage) => lines.write(toJson(message)),
    sendFrame: (frame) => {
      if (stream.writableLength > FRAMES_HELD_ABOVE_BYTES) return;
      lines.write(JSON.stringify({ f: Buffer.from(frame).toString('base64') }));
    },
    onMessage: (listener) => lines.onValue(listener),
    onClose: (listener) => lines.onClose(listener),
    close: () => lines.close(),
  };
}

export function jsonSocketClient(stream: Duplex): ClientTransport {
  const lines = lineStream(stream);
  let messageListener: (message: ServerMessage) => void = () => undefined;
  let frameListener: (frame: Uint8Array) => void = () => undefined;
  lines.onValue((value) => {
    const frame = (value as { f?: unknown } | null)?.f;
    if (typeof frame === 'string') frameListener(new Uint8Array(Buffer.from(frame, 'base64')));
    // The server is our own program; what it says is taken at its word, like the result of a call.
    else messageListener(value as ServerMessage);
  });
  return {
    send: (message: ClientMessage) => lines.write(toJson(message)),
    onMessage: (listener) => {
      messageListener = listener;
    },
    onFrame: (listener) => {
      frameListener = listener;
    },
    onClose: (listener) => lines.onClose(listener),
    close: () => lines.close(),
  };
}

interface LineStream {
  write(text: string): void;
  onValue(listener: (value: unknown) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

/** Splits by bytes before decoding, so that a character cut in two by the stream stays whole. */
function lineStream(stream: Duplex, count: () => void = () => undefined): LineStream {
  let closed = false;
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let valueListener: (value: unknown) => void = () => undefined;
  const closeListeners = new Set<() => void>();

  const end = (): void => {
    if (closed) return;
    closed = true;
    pending = [];
    for (const listener of closeListeners) listener();
  };
  const cutOff = (): void => {
    end();
    stream.destroy();
  };

  const take = (line: Buffer): void => {
    count();
    let value: unknown;
    try {
      value = fromJson(line.toString('utf8'));
    } catch {
      // Nobody of ours says that.
      cutOff();
      return;
    }
    valueListener(value);
  };

  stream.on('data', (chunk: Buffer) => {
    let from = 0;
    while (!closed) {
      const newline = chunk.indexOf(NEWLINE, from);
      const part = chunk.subarray(from, newline < 0 ? undefined : newline);
      pendingBytes += part.length;
      if (pendingBytes > MAX_LINE_BYTES) return cutOff();
      pending.push(part);
      if (newline < 0) return;
      const line = pending.length === 1 ? part : Buffer.concat(pending, pendingBytes);
      pending = [];
      pendingBytes = 0;
      from = newline + 1;
      take(line);
    }
  });
  // The other end finished writing: it is gone, half-open connections are of no use here.
  stream.on('end', () => {
    end();
    stream.end();
  });
  stream.on('close', end);
  stream.on('error', end);

  return {
    write(text) {
      if (closed) return;
      if (stream.writableLength > CUT_OFF_ABOVE_BYTES) return cutOff();
      stream.write(`${text}\n`);
    },
    onValue(listener) {
      valueListener = listener;
    },
    onClose(listener) {
      closeListeners.add(listener);
    },
    close() {
      end();
      // What was sent before still arrives.
      stream.end();
    },
  };
}

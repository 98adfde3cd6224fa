import * as v from 'valibot';
import type { ErrorRecord } from '../errors.ts';

/**
 * The messages of the one proxy that runs over every transport. Messages are structured-cloneable values; a text
 * transport (WebSocket, command-line socket) carries them as JSON through `toJson`/`fromJson`, which keep byte arrays.
 */

const id = v.pipe(v.number(), v.integer(), v.minValue(0));
const name = v.pipe(v.string(), v.maxLength(64));

export const clientMessageSchema = v.variant('k', [
  v.strictObject({ k: v.literal('call'), id, s: name, m: name, a: v.array(v.unknown()) }),
  v.strictObject({ k: v.literal('cancel'), id }),
  v.strictObject({ k: v.literal('listen'), id, s: name, e: name }),
  v.strictObject({ k: v.literal('unlisten'), id }),
  /** Turns binary frames on or off for this client. */
  v.strictObject({ k: v.literal('frames'), on: v.boolean() }),
]);
export type ClientMessage = v.InferOutput<typeof clientMessageSchema>;

export type ServerMessage =
  | { k: 'ok'; id: number; v?: unknown }
  | { k: 'err'; id: number; e: ErrorRecord }
  | { k: 'event'; id: number; v: unknown };

/** One end of a connection. Order is kept; messages sent after `close` are dropped. */
export interface Transport<Outgoing, Incoming> {
  send(message: Outgoing): void;
  sendFrame?(frame: Uint8Array): void;
  onMessage(listener: (message: Incoming) => void): void;
  onFrame?(listener: (frame: Uint8Array) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

export type ClientTransport = Transport<ClientMessage, ServerMessage>;
/** What the client sent is unknown until it was validated. */
export type ServerTransport = Transport<ServerMessage, unknown>;

const BYTES_KEY = '$bytes';

/** Bytes inside become base64; `fromJson` is the way back. */
export function toJson(message: ClientMessage | ServerMessage): string {
  return JSON.stringify(message, (_key, value: unknown) =>
    value instanceof Uint8Array ? { [BYTES_KEY]: bytesToBase64(value) } : value,
  );
}

/** Throws SyntaxError on text that is not JSON. */
export function fromJson(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    const encoded = (value as Record<string, unknown>)[BYTES_KEY];
    return typeof encoded === 'string' && Object.keys(value).length === 1 ? base64ToBytes(encoded) : value;
  });
}

function bytesToBase64(bytes: Uint8Array): string {
  let binary = '';
  const step = 0x8000;
  for (let at = 0; at < bytes.length; at += step) {
    binary += String.fromCharCode(...bytes.subarray(at, at + step));
  }
  return btoa(binary);
}

function base64ToBytes(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

import { createConnection, type Socket } from 'node:net';
import type { Disposable } from '../../../contract/disposable.ts';
import { Emitter, type Event } from '../../../contract/emitter.ts';
import { PinwheelError } from '../../../contract/errors.ts';
import { encodePacket, PacketReader } from './packet.ts';
import { COMMAND, ERROR_NAMES } from './protocol.ts';
import { describeAddress, type ServerAddress } from './serverAddress.ts';
import { TagReader, TagWriter } from './tagStruct.ts';

/** A command that arrived without having been asked for. `reader` stands at its first field. */
export interface Notification {
  command: number;
  reader: TagReader;
}

interface PendingRequest {
  what: string;
  resolve(reader: TagReader): void;
  reject(error: PinwheelError): void;
  timer: NodeJS.Timeout;
}

/** A piece of what a stream carries, at most as long as a packet may be. */
export interface StreamData {
  channel: number;
  bytes: Buffer;
}

/** Events and other unasked commands carry this instead of a request number. */
const NO_REQUEST = 0xffffffff;

/**
 * One socket to a sound server: sends commands, matches replies to them, hands on notifications. Every request ends:
 * with its reply, with the server's error, after the time limit, or when the connection closes. Nothing that the
 * server sends makes a socket callback throw; bytes that cannot be followed close the connection.
 */
export class Connection implements Disposable {
  readonly address: string;
  readonly #socket: Socket;
  readonly #timeoutMs: number;
  readonly #dataEmitter = new Emitter<StreamData>();
  readonly #packets = new PacketReader((channel, bytes) => this.#dataEmitter.fire({ channel, bytes }));
  readonly #pending = new Map<number, PendingRequest>();
  /** A listener that cannot read what it was handed ends the connection, like any other unreadable message. */
  readonly #notificationEmitter = new Emitter<Notification>((error) =>
    this.#close(asEnd(this.address, error)),
  );
  readonly #closeEmitter = new Emitter<PinwheelError>();
  #lastRequest = 0;
  /** Why the connection is over; undefined while it lives. */
  #end: PinwheelError | undefined;

  private constructor(socket: Socket, address: string, timeoutMs: number) {
    this.#socket = socket;
    this.address = address;
    this.#timeoutMs = timeoutMs;
    socket.on('data', (piece) => this.#receive(piece));
    socket.on('error', (error) => this.#close(lost(address, error)));
    socket.on('close', () => this.#close(lost(address)));
  }

  /** Rejects with `device-unavailable` when nobody listens there or the connection takes longer than `timeoutMs`. */
  static open(address: ServerAddress, timeoutMs: number): Promise<Connection> {
    const name = describeAddress(address);
    return new Promise((resolve, reject) => {
      const socket = createConnection(
        address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port },
      );
      const fail = (message: string, cause?: Error) => {
        clearTimeout(timer);
        socket.removeAllListeners();
        // A destroyed socket may still report the failure that destroyed it.
        socket.on('error', () => {});
        socket.destroy();
        reject(
          new PinwheelError(
            {
              code: 'device-unavailable',
              message,
              subject: name,
              advice: 'Start PipeWire (with pipewire-pulse) or PulseAudio.',
            },
            { cause },
          ),
        );
      };
      const timer = setTimeout(
        () => fail(`The sound server at ${name} did not take the connection within ${timeoutMs} ms.`),
        timeoutMs,
      );
      socket.once('error', (error) => fail(`No sound server answers at ${name}: ${error.message}.`, error));
      socket.once('connect', () => {
        clearTimeout(timer);
        socket.removeAllListeners();
        resolve(new Connection(socket, name, timeoutMs));
      });
    });
  }

  get closed(): boolean {
    return this.#end !== undefined;
  }

  /** Commands the server sent by itself. */
  get onNotification(): Event<Notification> {
    return this.#notificationEmitter.event;
  }

  /** What the streams carry that were made on this connection. */
  get onData(): Event<StreamData> {
    return this.#dataEmitter.event;
  }

  /** Fires once, with the reason; not after `dispose`. */
  get onClose(): Event<PinwheelError> {
    return this.#closeEmitter.event;
  }

  /**
   * Sends `command` with the fields that `write` puts and answers the reader of its reply. `what` names the request in
   * errors. Rejects with `disconnected`, `device-unavailable` (no answer in time) or what the server's error means.
   */
  request(command: number, what: string, write: (fields: TagWriter) => void = () => {}): Promise<TagReader> {
    return new Promise((resolve, reject) => {
      if (this.#end) return reject(this.#end);
      const id = this.#nextRequest();
      const fields = new TagWriter().putU32(command).putU32(id);
      // Throws for arguments the protocol cannot carry; inside a promise that is a rejection.
      write(fields);
      const packet = encodePacket(fields.bytes());
      const timer = setTimeout(() => {
        // When the whole program stood still, the answer lies there unread: sockets have their turn before it counts.
        setImmediate(() => {
          if (!this.#pending.delete(id)) return;
          reject(this.#error('device-unavailable', `did not answer within ${this.#timeoutMs} ms (${what})`));
        });
      }, this.#timeoutMs);
      this.#pending.set(id, { what, resolve, reject, timer });
      this.#socket.write(packet);
    });
  }

  dispose(): void {
    if (this.#end) return;
    this.#notificationEmitter.dispose();
    this.#dataEmitter.dispose();
    this.#closeEmitter.dispose();
    this.#close(
      new PinwheelError({ code: 'disconnected', message: 'The connection to the sound server was closed.' }),
    );
  }

  #nextRequest(): number {
    do this.#lastRequest = (this.#lastRequest + 1) % NO_REQUEST;
    while (this.#pending.has(this.#lastRequest));
    return this.#lastRequest;
  }

  #receive(piece: Buffer): void {
    try {
      for (const body of this.#packets.push(piece)) {
        if (this.#end) return;
        this.#dispatch(body);
      }
    } catch (error) {
      this.#close(asEnd(this.address, error));
    }
  }

  #dispatch(body: Buffer): void {
    const reader = new TagReader(body);
    const command = reader.getU32();
    const id = reader.getU32();
    if (command !== COMMAND.reply && command !== COMMAND.error) {
      this.#notificationEmitter.fire({ command, reader });
      return;
    }
    // The answer to a request that ran out of time has nobody waiting for it any more.
    const request = this.#pending.get(id);
    if (!request) return;
    // Read first: should it be unreadable, the request still waits and ends with the connection.
    const refusal = command === COMMAND.error ? this.#refusal(reader.getU32(), request.what) : undefined;
    this.#pending.delete(id);
    clearTimeout(request.timer);
    if (refusal) request.reject(refusal);
    else request.resolve(reader);
  }

  #refusal(number: number, what: string): PinwheelError {
    const code = number === 1 || number === 9 ? 'not-allowed' : number === 5 ? 'not-found' : 'bad-state';
    return this.#error(code, `refused: ${ERROR_NAMES[number] ?? `error ${number}`} (${what})`);
  }

  #error(code: PinwheelError['code'], did: string): PinwheelError {
    return new PinwheelError({ code, message: `The sound server ${did}.`, subject: this.address });
  }

  #close(reason: PinwheelError): void {
    if (this.#end) return;
    this.#end = reason;
    this.#socket.destroy();
    for (const request of this.#pending.values()) {
      clearTimeout(request.timer);
      request.reject(reason);
    }
    this.#pending.clear();
    this.#closeEmitter.fire(reason);
  }
}

function asEnd(address: string, error: unknown): PinwheelError {
  return error instanceof PinwheelError ? error : lost(address, error);
}

function lost(address: string, cause?: unknown): PinwheelError {
  const detail = cause instanceof Error ? `: ${cause.message}` : '';
  return new PinwheelError(
    {
      code: 'disconnected',
      message: `The connection to the sound server at ${address} was lost${detail}.`,
      subject: address,
    },
    { cause },
  );
}

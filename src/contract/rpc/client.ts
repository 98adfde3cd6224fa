import { PinwheelError } from '../errors.ts';
import { Emitter, type Event } from '../emitter.ts';
import { toDisposable, type Disposable } from '../disposable.ts';
import { services, type Clients } from '../services/index.ts';
import type { ServiceDefinition } from '../service.ts';
import type { ClientTransport, ServerMessage } from './wire.ts';

export interface Connection extends Disposable {
  readonly services: Clients;
  /** Binary frames; listening turns them on at the server, the last listener gone turns them off. */
  readonly onFrame: Event<Uint8Array>;
  readonly onClose: Event<void>;
}

interface PendingCall {
  resolve(value: unknown): void;
  reject(error: PinwheelError): void;
}

/** Typed clients of all services over one transport. Calls that are open when it closes fail with `disconnected`. */
export function connect(transport: ClientTransport): Connection {
  let nextId = 1;
  let closed = false;
  const calls = new Map<number, PendingCall>();
  const subscriptions = new Map<number, (payload: unknown) => void>();
  const closeEmitter = new Emitter<void>();
  const frameEmitter = new Emitter<Uint8Array>();

  transport.onMessage((message: ServerMessage) => {
    if (message.k === 'event') {
      subscriptions.get(message.id)?.(message.v);
      return;
    }
    const call = calls.get(message.id);
    calls.delete(message.id);
    if (message.k === 'ok') call?.resolve(message.v);
    else call?.reject(new PinwheelError(message.e));
  });
  transport.onFrame?.((frame) => frameEmitter.fire(frame));
  transport.onClose(() => {
    if (closed) return;
    closed = true;
    for (const call of calls.values()) call.reject(disconnected());
    calls.clear();
    subscriptions.clear();
    closeEmitter.fire();
  });

  const call = (service: string, name: string, args: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (closed) return reject(disconnected());
      const id = nextId++;
      // A signal as last argument cancels the call; it does not travel itself.
      const last = args.at(-1);
      const signal = last instanceof AbortSignal ? last : undefined;
      if (signal) args = args.slice(0, -1);
      if (signal?.aborted)
        return reject(new PinwheelError({ code: 'cancelled', message: 'The call was cancelled.' }));
      const onAbort = () => transport.send({ k: 'cancel', id });
      signal?.addEventListener('abort', onAbort, { once: true });
      calls.set(id, {
        resolve: (value) => (signal?.removeEventListener('abort', onAbort), resolve(value)),
        reject: (error) => (signal?.removeEventListener('abort', onAbort), reject(error)),
      });
      transport.send({ k: 'call', id, s: service, m: name, a: args });
    });

  const listen = (service: string, name: string, listener: (payload: unknown) => void): Disposable => {
    const id = nextId++;
    subscriptions.set(id, listener);
    transport.send({ k: 'listen', id, s: service, e: name });
    return toDisposable(() => {
      if (subscriptions.delete(id) && !closed) transport.send({ k: 'unlisten', id });
    });
  };

  const clients: Record<string, Record<string, unknown>> = {};
  for (const [key, definition] of Object.entries<ServiceDefinition>(services)) {
    const client: Record<string, unknown> = {};
    for (const name of Object.keys(definition.methods)) {
      client[name] = (...args: unknown[]) => call(definition.name, name, args);
    }
    for (const name of Object.keys(definition.events)) {
      client[name] = (listener: (payload: unknown) => void) => listen(definition.name, name, listener);
    }
    clients[key] = client;
  }

  let frameListeners = 0;
  return {
    // The loop above builds exactly what the definitions describe.
    services: clients as unknown as Clients,
    onFrame: (listener) => {
      const handle = frameEmitter.event(listener);
      if (frameListeners++ === 0 && !closed) transport.send({ k: 'frames', on: true });
      return toDisposable(() => {
        handle.dispose();
        if (--frameListeners === 0 && !closed) transport.send({ k: 'frames', on: false });
      });
    },
    onClose: closeEmitter.event,
    dispose: () => transport.close(),
  };
}

function disconnected(): PinwheelError {
  return new PinwheelError({ code: 'disconnected', message: 'The connection to Pinwheel was lost.' });
}

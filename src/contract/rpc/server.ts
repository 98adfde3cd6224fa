import * as v from 'valibot';
import { PinwheelError } from '../errors.ts';
import type { Disposable } from '../disposable.ts';
import type { Event } from '../emitter.ts';
import { services, type Implementations } from '../services/index.ts';
import type { ServiceDefinition } from '../service.ts';
import { clientMessageSchema, type ClientMessage, type ServerTransport } from './wire.ts';

/** What one server offers to every client that connects. */
export interface Served {
  readonly implementations: Implementations;
  readonly frames: Event<Uint8Array>;
  /** A request failed by a mistake in the program, not by one in what it asked for. */
  fault?(request: string, error: unknown): void;
}

type Callable = (...args: unknown[]) => unknown;

/** What one client may have at once: more than any panel or command needs, and a bound on what one gone wild costs. */
export const CLIENT_LIMITS = { callsUnderWay: 2_048, subscriptions: 256 } as const;

const definitions = new Map<string, { key: string; definition: ServiceDefinition }>(
  Object.entries<ServiceDefinition>(services).map(([key, definition]) => [
    definition.name,
    { key, definition },
  ]),
);

/**
 * Serves one client until its transport closes. Every message is validated against the wire schema and every
 * argument list against its method's schema; what does not fit is answered with `bad-request`, what is beyond
 * `CLIENT_LIMITS` with `bad-state`, and neither changes anything.
 */
export function serveClient(served: Served, transport: ServerTransport): Disposable {
  const running = new Map<number, AbortController>();
  const subscriptions = new Map<number, Disposable>();
  let frames: Disposable | undefined;
  let closed = false;

  const implementationOf = (
    service: string,
  ): { definition: ServiceDefinition; target: Record<string, Callable> } => {
    const found = definitions.get(service);
    if (!found) throw badRequest(`There is no service “${service}”.`);
    const target = served.implementations[found.key as keyof Implementations];
    return { definition: found.definition, target: target as unknown as Record<string, Callable> };
  };

  const call = async (message: Extract<ClientMessage, { k: 'call' }>): Promise<void> => {
    const abort = new AbortController();
    try {
      const { definition, target } = implementationOf(message.s);
      const method = Object.hasOwn(definition.methods, message.m) ? definition.methods[message.m] : undefined;
      if (!method) throw badRequest(`Service “${message.s}” has no method “${message.m}”.`);
      if (running.has(message.id)) throw badRequest(`Request id ${message.id} is in use.`);
      if (running.size >= CLIENT_LIMITS.callsUnderWay)
        throw tooMany('requests are under way', 'Wait for answers.');
      const parsed = v.safeParse(method.args, message.a);
      if (!parsed.success) {
        const issue = parsed.issues[0];
        const path = v.getDotPath(issue);
        throw badRequest(`${message.s}.${message.m}: ${path ? `argument ${path}: ` : ''}${issue.message}`);
      }
      running.set(message.id, abort);
      const value = await target[message.m]!(...parsed.output, abort.signal);
      if (!closed) transport.send({ k: 'ok', id: message.id, v: value });
    } catch (error) {
      const isExpected = error instanceof PinwheelError || abort.signal.aborted;
      if (!isExpected) served.fault?.(`${message.s}.${message.m}`, error);
      if (!closed) transport.send({ k: 'err', id: message.id, e: PinwheelError.recordOf(error) });
    } finally {
      if (running.get(message.id) === abort) running.delete(message.id);
    }
  };

  const receive = (raw: unknown): void => {
    const parsed = v.safeParse(clientMessageSchema, raw);
    if (!parsed.success) {
      const id = (raw as { id?: unknown } | null)?.id;
      if (typeof id === 'number') {
        transport.send({ k: 'err', id, e: badRequest('The message does not fit the protocol.').toRecord() });
      }
      return;
    }
    const message = parsed.output;
    switch (message.k) {
      case 'call':
        void call(message);
        break;
      case 'cancel':
        running.get(message.id)?.abort();
        break;
      case 'listen':
        listen(message);
        break;
      case 'unlisten':
        subscriptions.get(message.id)?.dispose();
        subscriptions.delete(message.id);
        break;
      case 'frames':
        frames?.dispose();
        frames = message.on ? served.frames((frame) => transport.sendFrame?.(frame)) : undefined;
        break;
    }
  };

  const listen = (message: Extract<ClientMessage, { k: 'listen' }>): void => {
    try {
      const { definition, target } = implementationOf(message.s);
      if (!Object.hasOwn(definition.events, message.e)) {
        throw badRequest(`Service “${message.s}” has no event “${message.e}”.`);
      }
      if (subscriptions.has(message.id)) throw badRequest(`Subscription id ${message.id} is in use.`);
      if (subscriptions.size >= CLIENT_LIMITS.subscriptions) {
        throw tooMany('subscriptions are open', 'End those that nobody needs.');
      }
      const subscribe = target[message.e] as (listener: (value: unknown) => void) => Disposable;
      subscriptions.set(
        message.id,
        subscribe((value) => transport.send({ k: 'event', id: message.id, v: value })),
      );
    } catch (error) {
      transport.send({ k: 'err', id: message.id, e: PinwheelError.recordOf(error) });
    }
  };

  const dispose = (): void => {
    if (closed) return;
    closed = true;
    frames?.dispose();
    for (const subscription of subscriptions.values()) subscription.dispose();
    subscriptions.clear();
    for (const abort of running.values()) abort.abort();
  };

  transport.onMessage(receive);
  transport.onClose(dispose);
  return {
    dispose() {
      dispose();
      transport.close();
    },
  };
}

function badRequest(message: string): PinwheelError {
  return new PinwheelError({ code: 'bad-request', message });
}

function tooMany(what: string, advice: string): PinwheelError {
  return new PinwheelError({ code: 'bad-state', message: `Too many ${what} for one client.`, advice });
}

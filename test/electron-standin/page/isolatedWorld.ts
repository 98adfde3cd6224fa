import type { CloneCodec } from '../cloneCodec.ts';
import type { WorldBridge } from './worldBridge.ts';

/** What the page sends to main, through a binding that only the isolated world has. */
export type FromPage =
  | { kind: 'send'; channel: string; args: string }
  | { kind: 'invoke'; id: number; channel: string; args: string }
  | { kind: 'open'; url: string; name: string }
  | { kind: 'preload-error'; message: string; stack: string };

/** What main sends to the page. */
export type ToPage =
  | { kind: 'message'; channel: string; args: string }
  | { kind: 'result'; id: number; value: string }
  | { kind: 'failure'; id: number; message: string }
  /** A file that the person is going to drop or choose. */
  | { kind: 'file'; name: string; path: string };

export interface IsolatedWorldOptions {
  /** Name of the function that carries text to main. */
  binding: string;
  /** Name of the function that main calls with text. */
  deliver: string;
  platform: string;
}

type Preload = (
  require: (name: string) => unknown,
  module: { exports: unknown },
  exports: unknown,
  process: unknown,
  Buffer: unknown,
  global: unknown,
  setImmediate: unknown,
  clearImmediate: unknown,
) => void;

/**
 * Runs a preload as a sandboxed one: in a world of its own, with a `require` that knows `electron` only. Self-contained,
 * because its source text runs in the page.
 *
 * A sandboxed preload has also `events`, `timers`, `url` and polyfilled Node globals; the stand-in has not, and says so
 * when they are used.
 */
export function runSandboxedPreload(
  codec: CloneCodec,
  bridge: WorldBridge,
  options: IsolatedWorldOptions,
  preload: Preload,
): void {
  type Listener = (event: unknown, ...args: unknown[]) => void;

  const notImplemented = (api: string): Error => {
    const error = new Error(`The Electron stand-in does not implement ${api}.`);
    error.name = 'NotImplementedError';
    return error;
  };
  const strict = <T extends object>(name: string, target: T): T =>
    new Proxy(target, {
      get(_target, property) {
        if (typeof property === 'symbol' || Object.hasOwn(target, property)) {
          return Reflect.get(target, property) as unknown;
        }
        throw notImplemented(`${name}.${property}`);
      },
      set(_target, property) {
        throw notImplemented(`setting ${name}.${String(property)}`);
      },
    });

  const carry = (globalThis as unknown as Record<string, (text: string) => void>)[options.binding]!;
  const toMain = (message: FromPage): void => carry(JSON.stringify(message));

  const listeners = new Map<string, { listener: Listener; once: boolean }[]>();
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let invocations = 0;

  const add = (channel: string, listener: Listener, once: boolean): object => {
    listeners.set(channel, [...(listeners.get(channel) ?? []), { listener, once }]);
    return ipcRenderer;
  };
  const remove = (channel: string, listener: Listener): object => {
    const known = listeners.get(channel) ?? [];
    const at = known.findLastIndex((entry) => entry.listener === listener);
    listeners.set(
      channel,
      known.filter((_entry, index) => index !== at),
    );
    return ipcRenderer;
  };
  const ipcRenderer: object = strict('ipcRenderer', {
    on: (channel: string, listener: Listener) => add(channel, listener, false),
    addListener: (channel: string, listener: Listener) => add(channel, listener, false),
    once: (channel: string, listener: Listener) => add(channel, listener, true),
    off: remove,
    removeListener: remove,
    removeAllListeners: (channel: string) => {
      listeners.delete(channel);
      return ipcRenderer;
    },
    send: (channel: string, ...args: unknown[]) =>
      toMain({ kind: 'send', channel, args: codec.encode(args) }),
    invoke: (channel: string, ...args: unknown[]) =>
      new Promise((resolve, reject) => {
        const id = ++invocations;
        const encoded = codec.encode(args);
        pending.set(id, { resolve, reject });
        toMain({ kind: 'invoke', id, channel, args: encoded });
      }),
  });

  bridge.answer('open', (payload) => {
    const { url, name } = JSON.parse(payload) as { url: string; name: string };
    toMain({ kind: 'open', url, name });
    return '';
  });

  const paths = new Map<string, string>();
  const webUtils = strict('webUtils', {
    getPathForFile: (file: unknown) => {
      if (!(file instanceof File)) throw new TypeError('The argument is no File.');
      return paths.get(file.name) ?? '';
    },
  });

  const contextBridge = strict('contextBridge', {
    exposeInMainWorld: (key: string, api: unknown) => {
      const refusal = bridge.request('expose', JSON.stringify({ key, api: bridge.encode(api) }));
      if (refusal !== '') throw new Error(refusal);
    },
  });

  Object.defineProperty(globalThis, options.deliver, {
    value: (text: string) => {
      const message = JSON.parse(text) as ToPage;
      if (message.kind === 'file') {
        paths.set(message.name, message.path);
        return;
      }
      if (message.kind === 'message') {
        const known = listeners.get(message.channel) ?? [];
        listeners.set(
          message.channel,
          known.filter((entry) => !entry.once),
        );
        for (const { listener } of known) {
          const event = { sender: ipcRenderer, ports: [] };
          listener(event, ...(codec.decode(message.args) as unknown[]));
        }
        return;
      }
      const call = pending.get(message.id);
      pending.delete(message.id);
      if (message.kind === 'result') call?.resolve(codec.decode(message.value));
      else call?.reject(new Error(message.message));
    },
  });

  const require = (name: string): unknown => {
    if (name === 'electron' || name === 'electron/renderer') {
      return strict('electron', { contextBridge, ipcRenderer, webUtils });
    }
    if (['events', 'timers', 'url', 'node:events', 'node:timers', 'node:url'].includes(name)) {
      throw notImplemented(`require('${name}') of a sandboxed preload`);
    }
    // The words of a sandboxed preload.
    throw new Error(`module not found: ${name}`);
  };
  const process = strict('process', {
    type: 'renderer',
    sandboxed: true,
    contextIsolated: true,
    platform: options.platform,
  });
  const absent = (name: string): object => strict(`${name} of a sandboxed preload`, {});
  const module = { exports: {} };
  try {
    preload(
      require,
      module,
      module.exports,
      process,
      absent('Buffer'),
      globalThis,
      absent('setImmediate'),
      absent('clearImmediate'),
    );
  } catch (error) {
    const { message, stack = '' } = error as Error;
    toMain({ kind: 'preload-error', message, stack });
  }
}

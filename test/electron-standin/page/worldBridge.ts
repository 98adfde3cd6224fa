import type { CloneCodec } from '../cloneCodec.ts';

/**
 * One end of Electron's context bridge. Both worlds of a page have one; they share no object, only DOM events whose
 * detail is text. Self-contained, because its source text runs in the page.
 *
 * As documented for contextBridge: functions are proxied, other values are copied; prototypes and symbols are left
 * out; an error that is thrown is copied and loses its own properties; values nested too deeply are refused.
 */
export interface WorldBridge {
  /** Makes text of a value of this world; functions become references. */
  encode(value: unknown): string;
  /** Makes a value of this world of the other world's text. */
  decode(text: string): unknown;
  /** Asks the other world synchronously. */
  request(kind: string, payload: string): string;
  /** Answers the other world. Calls of functions are answered already. */
  answer(kind: string, handler: (payload: string) => string): void;
}

export function createWorldBridge(
  codec: CloneCodec,
  channel: string,
  side: 'main' | 'isolated',
): WorldBridge {
  type Value =
    | { p: string }
    | { f: string }
    | { a: Value[] }
    | { o: [string, Value][] }
    | { e: string; s: string }
    | { c: string }
    | { b: number };

  const MAX_DEPTH = 1000;
  const other = side === 'main' ? 'isolated' : 'main';
  // Taken before the page can put its own in their place.
  const dispatch = window.dispatchEvent.bind(window);
  const Custom = window.CustomEvent;

  const functions = new Map<string, (...args: unknown[]) => unknown>();
  const functionIds = new WeakMap<object, string>();
  const proxies = new Map<string, (...args: unknown[]) => unknown>();
  const handlers = new Map<string, (payload: string) => string>();
  const answers: string[] = [];
  let functionCount = 0;
  /** Files on their way: the worlds share the document, so an element of it carries them. */
  const outgoing: File[] = [];
  let incoming: FileList | null = null;

  const notSupported = (what: string): Error =>
    new Error(`The Electron stand-in does not implement ${what} over the contextBridge.`);

  const encodeValue = (value: unknown, depth: number): Value => {
    if (depth >= MAX_DEPTH) {
      throw new Error(
        `Electron contextBridge recursion depth exceeded.  Nested objects deeper than ${MAX_DEPTH} are not supported.`,
      );
    }
    if (typeof value === 'symbol') throw new Error('An object could not be cloned.');
    if (typeof value === 'function') {
      let id = functionIds.get(value);
      if (id === undefined) {
        id = `${side}:${++functionCount}`;
        functionIds.set(value, id);
        functions.set(id, value as (...args: unknown[]) => unknown);
      }
      return { f: id };
    }
    if (typeof value !== 'object' || value === null) return { p: codec.encode(value) };
    if (value instanceof Promise) throw notSupported('a Promise');
    if (value instanceof File) return { b: outgoing.push(value) - 1 };
    if (value instanceof Node || value instanceof Blob) throw notSupported('a DOM object');
    if (Array.isArray(value)) return { a: Array.from(value, (item) => encodeValue(item, depth + 1)) };
    if (value instanceof Error) return { e: value.message, s: value.stack ?? '' };
    const tag = Object.prototype.toString.call(value);
    if (tag === '[object Object]' || !(ArrayBuffer.isView(value) || isCloneable(value))) {
      return {
        o: Object.keys(value).map((key) => [
          key,
          encodeValue((value as Record<string, unknown>)[key], depth + 1),
        ]),
      };
    }
    return { c: codec.encode(value) };
  };
  const isCloneable = (value: object): boolean =>
    value instanceof Date ||
    value instanceof RegExp ||
    value instanceof Map ||
    value instanceof Set ||
    value instanceof ArrayBuffer;

  const decodeValue = (value: Value): unknown => {
    if ('p' in value) return codec.decode(value.p);
    if ('c' in value) return codec.decode(value.c);
    if ('a' in value) return value.a.map(decodeValue);
    if ('b' in value) return incoming![value.b];
    if ('e' in value) {
      const error = new Error(value.e);
      error.stack = value.s;
      return error;
    }
    if ('o' in value) {
      const object = {};
      for (const [key, entry] of value.o) {
        Object.defineProperty(object, key, {
          value: decodeValue(entry),
          writable: true,
          enumerable: true,
          configurable: true,
        });
      }
      return object;
    }
    // A function that comes home is itself again.
    const own = functions.get(value.f);
    if (own) return own;
    let proxy = proxies.get(value.f);
    if (!proxy) {
      const id = value.f;
      proxy = (...args: unknown[]) => {
        const result = JSON.parse(request('call', JSON.stringify({ id, args: encodeValue(args, 0) }))) as
          { value: Value } | { error: string };
        if ('error' in result) throw new Error(result.error);
        return decodeValue(result.value);
      };
      proxies.set(id, proxy);
      functionIds.set(proxy, id);
    }
    return proxy;
  };

  const request = (kind: string, payload: string): string => {
    const before = answers.length;
    const detail = JSON.stringify({ kind, payload });
    const files = outgoing.splice(0);
    if (files.length === 0) dispatch(new Custom(`${channel}-to-${other}`, { detail }));
    else carry(files, new Custom(`${channel}-to-${other}`, { detail, bubbles: true }));
    if (answers.length !== before + 1) throw new Error('The other world of the page did not answer.');
    return answers.pop()!;
  };

  const carry = (files: readonly File[], event: Event): void => {
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    const carrier = document.createElement('input');
    carrier.type = 'file';
    carrier.files = transfer.files;
    document.documentElement.append(carrier);
    carrier.dispatchEvent(event);
    carrier.remove();
  };

  handlers.set('call', (payload) => {
    const { id, args } = JSON.parse(payload) as { id: string; args: Value };
    const target = functions.get(id)!;
    try {
      return JSON.stringify({ value: encodeValue(target(...(decodeValue(args) as unknown[])), 0) });
    } catch (error) {
      return JSON.stringify({ error: error instanceof Error ? error.message : String(error) });
    }
  });

  window.addEventListener(`${channel}-to-${side}`, (event) => {
    event.stopImmediatePropagation();
    incoming = event.target instanceof HTMLInputElement ? event.target.files : null;
    const { kind, payload } = JSON.parse((event as CustomEvent<string>).detail) as {
      kind: string;
      payload: string;
    };
    const answer = handlers.get(kind)!(payload);
    dispatch(new Custom(`${channel}-answer-${other}`, { detail: answer }));
  });
  window.addEventListener(`${channel}-answer-${side}`, (event) => {
    event.stopImmediatePropagation();
    answers.push((event as CustomEvent<string>).detail);
  });

  return {
    encode: (value) => JSON.stringify(encodeValue(value, 0)),
    decode: (text) => decodeValue(JSON.parse(text) as Value),
    request,
    answer: (kind, handler) => void handlers.set(kind, handler),
  };
}

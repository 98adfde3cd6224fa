import { EventEmitter } from 'node:events';

/**
 * The stand-in is strict: what it does not implement throws, naming the API, so that a program that runs on it uses
 * nothing whose behaviour was never looked at.
 */
export class NotImplementedError extends Error {
  constructor(api: string) {
    super(`The Electron stand-in does not implement ${api}.`);
    this.name = 'NotImplementedError';
  }
}

/** Asked for by inspection, promises and assertions of every object. */
const LANGUAGE_PROPERTIES = new Set(['then', 'toJSON', 'constructor', 'asymmetricMatch', 'nodeType']);

const EMITTER_METHODS = [
  'on',
  'once',
  'off',
  'addListener',
  'removeListener',
  'removeAllListeners',
  'listenerCount',
  'listeners',
  'eventNames',
  'emit',
] as const;

/**
 * An object of Electron's type `T` of which only `keys` are there. The implementation is checked against the types of
 * electron.d.ts; reading anything else, or setting anything, throws.
 */
export function strictFacade<T extends object, K extends keyof T & string>(
  name: string,
  implementation: Pick<T, K>,
  keys: readonly K[],
): T {
  const emitter = implementation instanceof EventEmitter;
  const allowed = new Set<string>([...keys, ...(emitter ? EMITTER_METHODS : [])]);
  const bound = new Map<string, unknown>();
  const facade = new Proxy(implementation, {
    get(target, property) {
      if (typeof property === 'symbol') return Reflect.get(target, property) as unknown;
      if (!allowed.has(property)) {
        if (LANGUAGE_PROPERTIES.has(property)) return undefined;
        throw new NotImplementedError(`${name}.${property}`);
      }
      const value = Reflect.get(target, property, target) as unknown;
      if (typeof value !== 'function') return value;
      let method = bound.get(property);
      if (!method) {
        method = (...args: unknown[]): unknown => {
          const result: unknown = Reflect.apply(value, target, args);
          // Chaining stays on the facade.
          return result === target ? facade : result;
        };
        bound.set(property, method);
      }
      return method;
    },
    set(target, property, value) {
      if (typeof property === 'string' && allowed.has(property) && hasSetter(target, property)) {
        return Reflect.set(target, property, value, target);
      }
      throw new NotImplementedError(`setting ${name}.${String(property)}`);
    },
    has: (_target, property) => typeof property === 'string' && allowed.has(property),
  });
  return facade as unknown as T;
}

function hasSetter(target: object, property: string): boolean {
  for (let object: object | null = target; object; object = Object.getPrototypeOf(object) as object | null) {
    const descriptor = Object.getOwnPropertyDescriptor(object, property);
    if (descriptor) return descriptor.set !== undefined;
  }
  return false;
}

/** A class of which only construction and the given statics are there. */
export function strictClass<C extends abstract new (...args: never[]) => object, S extends object>(
  name: string,
  construct: (...args: ConstructorParameters<C>) => InstanceType<C>,
  statics: S,
): C {
  const target = function () {} as unknown as object;
  return new Proxy(target, {
    construct: (_target, args) => construct(...(args as ConstructorParameters<C>)),
    get(_target, property) {
      if (typeof property === 'symbol' || property === 'prototype')
        return Reflect.get(target, property) as unknown;
      if (property === 'name') return name;
      if (Object.hasOwn(statics, property)) return statics[property as keyof S];
      throw new NotImplementedError(`${name}.${property}`);
    },
  }) as unknown as C;
}

/** What Node's emitter takes: the arguments of an event are its sender's business. */
type Listener = Parameters<EventEmitter['on']>[1];

/** An emitter of known events: listening to another one throws, since it would never be heard. */
export class StrictEmitter extends EventEmitter {
  readonly #name: string;
  readonly #events: ReadonlySet<string>;

  constructor(name: string, events: readonly string[]) {
    super();
    this.#name = name;
    this.#events = new Set(events);
  }

  override on(event: string, listener: Listener): this {
    return super.on(this.#known(event), listener);
  }

  override once(event: string, listener: Listener): this {
    return super.once(this.#known(event), listener);
  }

  override addListener(event: string, listener: Listener): this {
    return super.addListener(this.#known(event), listener);
  }

  #known(event: string): string {
    if (!this.#events.has(event)) throw new NotImplementedError(`the event “${event}” of ${this.#name}`);
    return event;
  }
}

/** Options of which only known ones may be given, because an ignored option is an untested one. */
export function onlyKnownOptions(api: string, options: object, known: readonly string[]): void {
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw new NotImplementedError(`the option “${key}” of ${api}`);
  }
}

/** Electron's `Event`: the default happens unless a listener prevents it. */
export interface PreventableEvent {
  readonly defaultPrevented: boolean;
  preventDefault(): void;
}

export function preventableEvent<T extends object>(details: T): T & PreventableEvent {
  let prevented = false;
  return {
    ...details,
    get defaultPrevented() {
      return prevented;
    },
    preventDefault() {
      prevented = true;
    },
  };
}

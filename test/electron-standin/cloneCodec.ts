/**
 * Structured clone across the border between Node and the page: `encode` clones as the HTML standard says (functions
 * and the like are refused, classes lose their prototype, cycles and shared references stay) and makes text of it.
 *
 * The function is self-contained, because its source text also runs in the page.
 */
export interface CloneCodec {
  encode(value: unknown): string;
  decode(text: string): unknown;
}

export function createCloneCodec(): CloneCodec {
  type Special =
    { $: 'undefined' } | { $: 'number'; v: string } | { $: 'bigint'; v: string } | { $: 'ref'; i: number };
  type Value = null | boolean | number | string | Special;
  type Node =
    | { t: 'array'; length: number; entries: [string, Value][] }
    | { t: 'object'; entries: [string, Value][] }
    | { t: 'map'; entries: [Value, Value][] }
    | { t: 'set'; values: Value[] }
    | { t: 'date' | 'buffer' | 'boxed'; v: Value }
    | { t: 'regexp'; source: string; flags: string }
    | { t: 'view'; kind: string; buffer: Value; offset: number; length: number }
    | { t: 'error'; name: string; message: string; stack: string };

  const VIEWS: Record<string, new (buffer: ArrayBuffer, offset: number, length: number) => ArrayBufferView> =
    {
      DataView,
      Int8Array,
      Uint8Array,
      Uint8ClampedArray,
      Int16Array,
      Uint16Array,
      Int32Array,
      Uint32Array,
      Float32Array,
      Float64Array,
      BigInt64Array,
      BigUint64Array,
    };

  const encode = (original: unknown): string => {
    let root: unknown;
    try {
      root = structuredClone(original);
    } catch {
      // Electron's words for it.
      throw new Error('An object could not be cloned.');
    }
    const nodes: (Node | null)[] = [];
    const indices = new Map<object, number>();

    const value = (given: unknown): Value => {
      switch (typeof given) {
        case 'undefined':
          return { $: 'undefined' };
        case 'number':
          return Number.isFinite(given) && !Object.is(given, -0)
            ? given
            : { $: 'number', v: Object.is(given, -0) ? '-0' : String(given) };
        case 'bigint':
          return { $: 'bigint', v: String(given) };
        case 'string':
        case 'boolean':
          return given;
        case 'object': {
          if (given === null) return null;
          let index = indices.get(given);
          if (index === undefined) {
            index = nodes.push(null) - 1;
            indices.set(given, index);
            nodes[index] = node(given);
          }
          return { $: 'ref', i: index };
        }
        default:
          throw new Error('An object could not be cloned.');
      }
    };
    const entries = (object: object): [string, Value][] =>
      Object.entries(object).map(([key, entry]) => [key, value(entry)]);
    const node = (object: object): Node => {
      if (Array.isArray(object)) return { t: 'array', length: object.length, entries: entries(object) };
      if (object instanceof Map) {
        return { t: 'map', entries: [...object].map(([key, entry]) => [value(key), value(entry)]) };
      }
      if (object instanceof Set) return { t: 'set', values: [...object].map(value) };
      if (object instanceof Date) return { t: 'date', v: value(object.getTime()) };
      if (object instanceof RegExp) return { t: 'regexp', source: object.source, flags: object.flags };
      if (object instanceof Error) {
        return { t: 'error', name: object.name, message: object.message, stack: object.stack ?? '' };
      }
      if (object instanceof ArrayBuffer) {
        const bytes = new Uint8Array(object);
        let binary = '';
        for (let at = 0; at < bytes.length; at += 0x8000) {
          binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
        }
        return { t: 'buffer', v: btoa(binary) };
      }
      if (ArrayBuffer.isView(object)) {
        const length = object instanceof DataView ? object.byteLength : (object as Uint8Array).length;
        const kind = Object.prototype.toString.call(object).slice(8, -1);
        return { t: 'view', kind, buffer: value(object.buffer), offset: object.byteOffset, length };
      }
      if (object instanceof Boolean || object instanceof Number || object instanceof String) {
        return { t: 'boxed', v: value(object.valueOf()) };
      }
      if (Object.prototype.toString.call(object) !== '[object Object]') {
        throw new Error('An object could not be cloned.');
      }
      return { t: 'object', entries: entries(object) };
    };
    const start = value(root);
    return JSON.stringify({ start, nodes });
  };

  const decode = (text: string): unknown => {
    const { start, nodes } = JSON.parse(text) as { start: Value; nodes: Node[] };
    const made = new Map<number, unknown>();

    const value = (encoded: Value): unknown => {
      if (typeof encoded !== 'object' || encoded === null) return encoded;
      if (encoded.$ === 'undefined') return undefined;
      if (encoded.$ === 'number') return Number(encoded.v);
      if (encoded.$ === 'bigint') return BigInt(encoded.v);
      if (!made.has(encoded.i)) make(encoded.i);
      return made.get(encoded.i);
    };
    const assign = (object: object, entries: [string, Value][]): void => {
      // Not by assignment, which for `__proto__` would be something else.
      for (const [key, entry] of entries) {
        Object.defineProperty(object, key, {
          value: value(entry),
          writable: true,
          enumerable: true,
          configurable: true,
        });
      }
    };
    const make = (index: number): void => {
      const node = nodes[index]!;
      switch (node.t) {
        case 'array': {
          const array: unknown[] = [];
          array.length = node.length;
          made.set(index, array);
          assign(array, node.entries);
          break;
        }
        case 'object': {
          const object = {};
          made.set(index, object);
          assign(object, node.entries);
          break;
        }
        case 'map': {
          const map = new Map();
          made.set(index, map);
          for (const [key, entry] of node.entries) map.set(value(key), value(entry));
          break;
        }
        case 'set': {
          const set = new Set();
          made.set(index, set);
          for (const entry of node.values) set.add(value(entry));
          break;
        }
        case 'date':
          made.set(index, new Date(value(node.v) as number));
          break;
        case 'boxed':
          made.set(index, Object(value(node.v)));
          break;
        case 'regexp':
          made.set(index, new RegExp(node.source, node.flags));
          break;
        case 'error': {
          const error = new Error(node.message);
          error.name = node.name;
          error.stack = node.stack;
          made.set(index, error);
          break;
        }
        case 'buffer': {
          const binary = atob(node.v as string);
          const bytes = new Uint8Array(binary.length);
          for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
          made.set(index, bytes.buffer);
          break;
        }
        case 'view': {
          const View = VIEWS[node.kind];
          if (!View) throw new Error(`The stand-in cannot clone a ${node.kind}.`);
          made.set(index, new View(value(node.buffer) as ArrayBuffer, node.offset, node.length));
          break;
        }
      }
    };
    return value(start);
  };

  return { encode, decode };
}

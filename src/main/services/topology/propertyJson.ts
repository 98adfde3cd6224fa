import type { PropertyValue } from '../../../contract/services/topology.ts';
import { KsError } from '../../engine/ks/status.ts';
import type { Layout } from '../../engine/ks/wire/layout.ts';

/** Property values as JSON and back. The byte layout of a property decides what fits it. */

/** Bytes become hexadecimal text, no value becomes null. */
export function toJson(value: unknown): PropertyValue {
  if (value === undefined || value === null) return null;
  if (value instanceof Uint8Array) return hex(value);
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === 'object') {
    const entries = Object.entries(value).filter(([, field]) => field !== undefined);
    return Object.fromEntries(entries.map(([key, field]) => [key, toJson(field)]));
  }
  return value as number | boolean | string;
}

/**
 * The value a JSON value stands for. It fits when its bytes read back as the same value: a number out of range, a
 * fraction, text for a number, a missing or a surplus field do not.
 * @throws KsError STATUS_INVALID_PARAMETER
 */
export function fromJson<T>(layout: Layout<T>, json: unknown): T {
  const candidate = (layout.name === 'BYTE[]' ? bytesOf(json) : json === null ? undefined : json) as T;
  let decoded: T;
  try {
    decoded = layout.decode(layout.encode(candidate));
  } catch (error) {
    // Encoders take what the type says; anything else they stumble over.
    if (!(
      error instanceof KsError ||
      error instanceof TypeError ||
      error instanceof RangeError ||
      error instanceof SyntaxError
    )) {
      throw error;
    }
    throw doesNotFit(layout.name);
  }
  if (!same(toJson(decoded), toJson(candidate))) throw doesNotFit(layout.name);
  return decoded;
}

function doesNotFit(layout: string): KsError {
  return new KsError('STATUS_INVALID_PARAMETER', `The value is no ${layout}.`);
}

function bytesOf(json: unknown): Uint8Array | undefined {
  if (typeof json !== 'string' || !/^(?:[0-9a-f]{2})*$/i.test(json)) return undefined;
  return Uint8Array.from(json.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** GUIDs and hexadecimal bytes are the same in either case; a FLOAT is what single precision makes of it. */
function same(a: PropertyValue, b: PropertyValue): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b || Object.is(a, Math.fround(b));
  if (typeof a === 'string' && typeof b === 'string') return a === b || a.toUpperCase() === b.toUpperCase();
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [keys, others] = [Object.keys(a), Object.keys(b)];
  return (
    Array.isArray(a) === Array.isArray(b) &&
    keys.length === others.length &&
    keys.every((key) => Object.hasOwn(b, key) && same(field(a, key), field(b, key)))
  );
}

function field(value: object, key: string): PropertyValue {
  return (value as Record<string, PropertyValue>)[key]!;
}

import { KsError } from '../status.ts';
import { guid, type Guid } from '../guid.ts';

/**
 * Byte layouts of property values: little endian, as the public headers lay them out. `BOOL`, `LONG` and `ULONG` are
 * 4 bytes, GUIDs 16. Specification 1.8.
 */
export interface Layout<T> {
  readonly name: string;
  /** Bytes of every value, or undefined when it depends on the value. */
  readonly size: number | undefined;
  /** A get with an output of this many bytes answers the value's head only. */
  readonly headerSize?: number;
  encode(value: T): Uint8Array;
  /** @throws KsError STATUS_INVALID_PARAMETER for bytes that are no such value */
  decode(bytes: Uint8Array): T;
}

const tooShort = (name: string, bytes: Uint8Array) =>
  new KsError('STATUS_INVALID_PARAMETER', `${bytes.length} bytes are too short for a ${name}.`);

function fixed<T>(
  name: string,
  size: number,
  read: (view: DataView) => T,
  write: (view: DataView, value: T) => void,
): Layout<T> {
  return {
    name,
    size,
    encode(value) {
      const bytes = new Uint8Array(size);
      write(viewOf(bytes), value);
      return bytes;
    },
    decode(bytes) {
      if (bytes.length < size) throw tooShort(name, bytes);
      return read(viewOf(bytes));
    },
  };
}

/** Over the same memory. */
export const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export const USHORT: Layout<number> = fixed(
  'USHORT',
  2,
  (v) => v.getUint16(0, true),
  (v, value) => v.setUint16(0, value, true),
);
export const SHORT: Layout<number> = fixed(
  'SHORT',
  2,
  (v) => v.getInt16(0, true),
  (v, value) => v.setInt16(0, value, true),
);
export const LONG: Layout<number> = fixed(
  'LONG',
  4,
  (v) => v.getInt32(0, true),
  (v, value) => v.setInt32(0, value, true),
);
export const ULONG: Layout<number> = fixed(
  'ULONG',
  4,
  (v) => v.getUint32(0, true),
  (v, value) => v.setUint32(0, value, true),
);
export const BOOL: Layout<boolean> = fixed(
  'BOOL',
  4,
  (v) => v.getInt32(0, true) !== 0,
  (v, value) => v.setInt32(0, value ? 1 : 0, true),
);
export const FLOAT: Layout<number> = fixed(
  'FLOAT',
  4,
  (v) => v.getFloat32(0, true),
  (v, value) => v.setFloat32(0, value, true),
);
/** A 64-bit number as a double, which holds every position and time of this engine exactly: up to 2^53. */
function exact(name: string, wide: bigint): number {
  const value = Number(wide);
  if (Number.isSafeInteger(value)) return value;
  throw new KsError('STATUS_INVALID_PARAMETER', `${wide} is too large for a ${name} of this engine.`);
}

export const ULONGLONG: Layout<number> = fixed(
  'ULONGLONG',
  8,
  (v) => exact('ULONGLONG', v.getBigUint64(0, true)),
  (v, value) => v.setBigUint64(0, BigInt(Math.round(value)), true),
);
export const LONGLONG: Layout<number> = fixed(
  'LONGLONG',
  8,
  (v) => exact('LONGLONG', v.getBigInt64(0, true)),
  (v, value) => v.setBigInt64(0, BigInt(Math.round(value)), true),
);

/** HANDLE and PVOID as a 64-bit caller passes them: a number that means something to the engine only. */
export const HANDLE: Layout<number> = { ...ULONGLONG, name: 'HANDLE' };

/** Data1, Data2 and Data3 little endian, the last eight bytes as written. */
export const GUID_LAYOUT: Layout<Guid> = fixed(
  'GUID',
  16,
  (view) => {
    const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
    const tail = Array.from({ length: 8 }, (_, index) => hex(view.getUint8(8 + index), 2)).join('');
    return guid(
      `${hex(view.getUint32(0, true), 8)}-${hex(view.getUint16(4, true), 4)}-${hex(view.getUint16(6, true), 4)}-${tail.slice(0, 4)}-${tail.slice(4)}`,
    );
  },
  (view, value) => {
    const digits = value.replaceAll('-', '');
    view.setUint32(0, parseInt(digits.slice(0, 8), 16), true);
    view.setUint16(4, parseInt(digits.slice(8, 12), 16), true);
    view.setUint16(6, parseInt(digits.slice(12, 16), 16), true);
    for (let index = 0; index < 8; index++) {
      view.setUint8(8 + index, parseInt(digits.slice(16 + 2 * index, 18 + 2 * index), 16));
    }
  },
);

/** A zero-terminated UTF-16 string. */
export const UTF16: Layout<string> = {
  name: 'WCHAR[]',
  size: undefined,
  encode(value) {
    const bytes = new Uint8Array(2 * (value.length + 1));
    const view = viewOf(bytes);
    for (let index = 0; index < value.length; index++)
      view.setUint16(2 * index, value.charCodeAt(index), true);
    return bytes;
  },
  decode(bytes) {
    const view = viewOf(bytes);
    let text = '';
    for (let at = 0; at + 1 < bytes.length; at += 2) {
      const unit = view.getUint16(at, true);
      if (unit === 0) return text;
      text += String.fromCharCode(unit);
    }
    throw new KsError('STATUS_INVALID_PARAMETER', 'The string has no terminating zero.');
  },
};

/** WCHAR[`units`]: text in an array of fixed length, zero-filled; longer text is cut to leave the final zero. */
export function fixedText(units: number): Layout<string> {
  return {
    name: `WCHAR[${units}]`,
    size: 2 * units,
    encode(value) {
      const bytes = new Uint8Array(2 * units);
      bytes.set(UTF16.encode(value.slice(0, units - 1)));
      return bytes;
    },
    decode(bytes) {
      const name = `WCHAR[${units}]`;
      if (bytes.length < 2 * units) throw tooShort(name, bytes);
      return UTF16.decode(bytes.subarray(0, 2 * units));
    },
  };
}

/** Bytes whose meaning is their owner's: device-specific values and structures the engine only passes on. */
export const BYTES: Layout<Uint8Array> = {
  name: 'BYTE[]',
  size: undefined,
  encode: (value) => value,
  decode: (bytes) => bytes.slice(),
};

/** Reserved fields and alignment: written as zeros, not part of the value. */
export function padding(size: number): Layout<undefined> {
  return { name: 'padding', size, encode: () => new Uint8Array(size), decode: () => undefined };
}

/** The `Reserved` ULONG that ends many structures. */
export const RESERVED = padding(4);

/** No value: properties that act by being set. */
export const NOTHING: Layout<undefined> = {
  name: 'none',
  size: 0,
  encode: () => new Uint8Array(0),
  decode: () => undefined,
};

/** A value whose text is one of a list, as a ULONG. */
export function choice<T extends string>(name: string, numbers: Readonly<Record<T, number>>): Layout<T> {
  const texts = new Map<number, T>(
    (Object.entries(numbers) as [T, number][]).map(([text, number]) => [number, text]),
  );
  return {
    name,
    size: 4,
    encode: (value) => ULONG.encode(numbers[value]),
    decode(bytes) {
      const number = ULONG.decode(bytes);
      const text = texts.get(number);
      if (text === undefined) throw new KsError('STATUS_INVALID_PARAMETER', `${number} is no ${name}.`);
      return text;
    },
  };
}

type Fields = Readonly<Record<string, Layout<unknown>>>;
type StructOf<F> = {
  -readonly [N in keyof F as F[N] extends Layout<undefined> ? never : N]: F[N] extends Layout<infer T>
    ? T
    : never;
};

/** A structure of fixed-size fields in their order. Alignment is spelled out with `padding`. */
export function struct<F extends Fields>(name: string, fields: F): Layout<StructOf<F>> {
  const entries = Object.entries(fields);
  const size = entries.reduce((sum, [, layout]) => sum + layout.size!, 0);
  return {
    name,
    size,
    encode(value) {
      const bytes = new Uint8Array(size);
      let at = 0;
      for (const [field, layout] of entries) {
        bytes.set(layout.encode((value as Record<string, unknown>)[field]), at);
        at += layout.size!;
      }
      return bytes;
    },
    decode(bytes) {
      if (bytes.length < size) throw tooShort(name, bytes);
      const value: Record<string, unknown> = {};
      let at = 0;
      for (const [field, layout] of entries) {
        const decoded = layout.decode(bytes.subarray(at, at + layout.size!));
        if (decoded !== undefined) value[field] = decoded;
        at += layout.size!;
      }
      return value as StructOf<F>;
    },
  };
}

/** As many values as the bytes hold. */
export function arrayOf<T>(item: Layout<T>): Layout<readonly T[]> {
  const size = item.size!;
  return {
    name: `${item.name}[]`,
    size: undefined,
    encode: (values) => concat(values.map((value) => item.encode(value))),
    decode: (bytes) =>
      Array.from({ length: Math.floor(bytes.length / size) }, (_, index) =>
        item.decode(bytes.subarray(index * size, (index + 1) * size)),
      ),
  };
}

/** KSMULTIPLE_ITEM: `Size` (total bytes with this header), `Count`, then the items. */
export const MULTIPLE_ITEM_BYTES = 8;

/** KSMULTIPLE_ITEM: size and count, then the items. */
export function multipleItem<T>(item: Layout<T>): Layout<readonly T[]> {
  const list = arrayOf(item);
  return {
    name: `KSMULTIPLE_ITEM + ${item.name}[]`,
    size: undefined,
    encode(values) {
      const body = list.encode(values);
      return concat([ULONG.encode(MULTIPLE_ITEM_BYTES + body.length), ULONG.encode(values.length), body]);
    },
    decode(bytes) {
      const total = ULONG.decode(bytes);
      const count = ULONG.decode(bytes.subarray(4));
      if (total > bytes.length || total !== MULTIPLE_ITEM_BYTES + count * item.size!) {
        throw new KsError('STATUS_INVALID_PARAMETER', `A list of ${count} items is not ${total} bytes long.`);
      }
      return list.decode(bytes.subarray(MULTIPLE_ITEM_BYTES, total));
    },
  };
}

/** A copy of all parts, one behind the other. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

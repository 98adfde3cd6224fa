import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCloneCodec } from './cloneCodec.ts';

const codec = createCloneCodec();
const roundTrip = (value: unknown): unknown => codec.decode(codec.encode(value));

describe('clone codec', () => {
  it('gives what structuredClone gives, for anything', () => {
    const anything = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
    });
    fc.assert(
      fc.property(anything, (value) => {
        expect(roundTrip(value)).toStrictEqual(structuredClone(value));
      }),
      { numRuns: 500, seed: 4711 },
    );
  });

  it('keeps cycles, shared references and views of one buffer', () => {
    const shared = { name: 'shared' };
    const buffer = new ArrayBuffer(8);
    const original: Record<string, unknown> = {
      first: shared,
      second: shared,
      bytes: new Uint8Array(buffer, 2, 3),
      words: new Uint16Array(buffer, 4, 2),
    };
    original['self'] = original;
    const copy = roundTrip(original) as typeof original;
    expect(copy['self']).toBe(copy);
    expect(copy['first']).toBe(copy['second']);
    expect((copy['bytes'] as Uint8Array).byteOffset).toBe(2);
    expect((copy['bytes'] as Uint8Array).buffer).toBe((copy['words'] as Uint16Array).buffer);
  });

  it('drops prototypes, and does not let a key become one', () => {
    class Level {
      readonly value = 1;
      get twice(): number {
        return 2 * this.value;
      }
    }
    expect(Object.getPrototypeOf(roundTrip(new Level()))).toBe(Object.prototype);
    expect(roundTrip(new Level())).toEqual({ value: 1 });
    const sneaky = roundTrip(JSON.parse('{"__proto__":{"polluted":true}}')) as { polluted?: boolean };
    expect(sneaky.polluted).toBeUndefined();
    expect(Object.hasOwn(sneaky, '__proto__')).toBe(true);
    expect(roundTrip(Buffer.from('ab'))).toEqual(Uint8Array.of(97, 98));
  });

  it('refuses what structured clone refuses', () => {
    for (const value of [() => 1, Symbol('s'), new WeakMap(), Promise.resolve(), { deep: [() => 1] }]) {
      expect(() => codec.encode(value)).toThrow('An object could not be cloned.');
    }
  });
});

import { describe, expect, it } from 'vitest';
import { CardRegisters } from '../../../../src/main/adapters/alsa/cardRegisters.ts';
import { card, volume } from '../../../support/alsaElements.ts';

/** A card whose writes end when the test says so. */
function open() {
  const writes: { values: readonly number[]; end: PromiseWithResolvers<readonly number[]> }[] = [];
  const changed: number[] = [];
  const registers = new CardRegisters(card([volume('Volume', { numid: 1, values: [3, 3] })]), {
    write(_numid, values) {
      const end = Promise.withResolvers<readonly number[]>();
      writes.push({ values, end });
      return end.promise;
    },
    changed: (numid) => changed.push(numid),
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { registers, writes, changed, settled };
}

describe('registers of an ALSA card', () => {
  it('are what was written at once, and are written together', async () => {
    const { registers, writes, settled } = open();
    registers.setOne(1, 0, 7);
    registers.setOne(1, 1, 9);
    expect(registers.values(1)).toEqual([7, 9]);
    await settled();
    expect(writes.map(({ values }) => values)).toEqual([[7, 9]]);
  });

  it('send the newest of many values behind the one on its way, and do not jump back meanwhile', async () => {
    const { registers, writes, changed, settled } = open();
    for (const value of [1, 2, 3]) {
      registers.set(1, [value, value]);
      await settled();
    }
    registers.update(1, [1, 1]);
    expect(registers.values(1)).toEqual([3, 3]);
    writes[0]!.end.resolve([1, 1]);
    await settled();
    expect(writes.map(({ values }) => values[0])).toEqual([1, 3]);
    writes[1]!.end.resolve([3, 3]);
    await settled();
    expect(changed).toEqual([]);
  });

  it('end at what the card made of it, or at what it was when the card refused', async () => {
    const { registers, writes, changed, settled } = open();
    registers.set(1, [40, 40]);
    await settled();
    writes[0]!.end.resolve([31, 31]);
    await settled();
    expect(registers.values(1)).toEqual([31, 31]);
    expect(changed).toEqual([1]);
    registers.set(1, [5, 5]);
    await settled();
    writes[1]!.end.reject(new Error('gone'));
    await settled();
    expect(registers.values(1)).toEqual([31, 31]);
    expect(changed).toEqual([1, 1]);
  });

  it('take over what others set', () => {
    const { registers, changed } = open();
    registers.update(1, [3, 3]);
    expect(changed).toEqual([]);
    registers.update(1, [4, 4]);
    registers.update(2, [4, 4]);
    expect(registers.values(1)).toEqual([4, 4]);
    expect(changed).toEqual([1]);
  });
});

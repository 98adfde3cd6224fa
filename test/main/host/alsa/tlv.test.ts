import { describe, expect, it } from 'vitest';
import { readTlv } from '../../../../src/main/host/alsa/tlv.ts';

/** Type, length in bytes, words. */
const tlv = (type: number, ...words: number[]): number[] => [type, 4 * words.length, ...words];
const read = (words: number[], minimum = 0, maximum = 63) =>
  readTlv(Int32Array.from([...words, 0, 0, 0]), minimum, maximum);

describe('decibels of a control element', () => {
  it('reads even steps, with and without silence at their lower end', () => {
    const scale = { from: 0, to: 63, law: 'decibels', lowest: -94.5, highest: 0, mutes: false };
    expect(read(tlv(1, -9450, 150))).toEqual([scale]);
    expect(read(tlv(1, -9450, 150 | 0x10000))).toEqual([{ ...scale, mutes: true }]);
    // snd-dummy's values begin below zero.
    expect(read(tlv(1, -4500, 30), -50, 100)).toMatchObject([
      { from: -50, to: 100, lowest: -45, highest: 0 },
    ]);
  });

  it('reads bounds, of decibels and of amplitudes', () => {
    expect(read(tlv(4, -6350, 600))).toMatchObject([
      { law: 'decibels', lowest: -63.5, highest: 6, mutes: false },
    ]);
    expect(read(tlv(5, -6350, 600))).toMatchObject([{ law: 'decibels', mutes: true }]);
    expect(read(tlv(2, -9_999_999, 0))).toMatchObject([{ law: 'amplitude', lowest: -Infinity, mutes: true }]);
  });

  it('reads several stretches, each with its own steps, and finds the scale inside a container', () => {
    const ranges = tlv(3, 0, 15, ...tlv(1, -4600, 200), 16, 31, ...tlv(1, -1500, 100));
    const wanted = [
      { from: 0, to: 15, lowest: -46, highest: -16 },
      { from: 16, to: 31, lowest: -15, highest: 0 },
    ];
    expect(read(ranges, 0, 31)).toMatchObject(wanted);
    // A channel map comes first.
    expect(read(tlv(0, ...tlv(0x101, 3, 4), ...ranges), 0, 31)).toMatchObject(wanted);
  });

  it('takes nothing from other and broken words', () => {
    expect(read(tlv(0x101, 3, 4))).toEqual([]);
    expect(readTlv(new Int32Array(0), 0, 1)).toEqual([]);
    expect(readTlv(Int32Array.of(1), 0, 1)).toEqual([]);
    expect(readTlv(Int32Array.of(1, 8, -100), 0, 1)).toEqual([]);
    expect(readTlv(Int32Array.of(3, -8, 1, 2, 3, 4), 0, 1)).toEqual([]);
    expect(readTlv(Int32Array.of(0, 400, 0, -4, 1, 8), 0, 1)).toEqual([]);
  });
});

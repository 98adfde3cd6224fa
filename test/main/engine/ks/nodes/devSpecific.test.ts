import { describe, expect, it } from 'vitest';
import { KSNODETYPE } from '../../../../../src/main/engine/ks/guid.ts';
import { devSpecificItem } from '../../../../../src/main/engine/ks/nodes/devSpecific.ts';
import { KSPROPERTY_AUDIO as AUDIO } from '../../../../../src/main/engine/ks/properties/audio.ts';
import { nodeFilter, statusOf } from '../../../../support/ksFilter.ts';

describe('DEV_SPECIFIC', () => {
  it('reads and writes the device values by id, with their lengths', () => {
    const memory = Uint8Array.of(1, 2, 3, 4);
    const values = new Map([
      [7, { length: 4, read: () => memory, write: (value: Uint8Array) => memory.set(value) }],
      [8, { length: 1, read: () => Uint8Array.of(9) }],
      [9, { length: 1, write: () => undefined }],
    ]);
    const filter = nodeFilter(KSNODETYPE.DEV_SPECIFIC, devSpecificItem(values));
    const of = (devSpecificId: number, length: number) => ({ devSpecificId, deviceInfo: 0, length });
    filter.set(AUDIO.DEV_SPECIFIC, of(7, 4), Uint8Array.of(5, 6, 7, 8), 0);
    expect(filter.get(AUDIO.DEV_SPECIFIC, of(7, 4), 0)).toEqual(Uint8Array.of(5, 6, 7, 8));
    const get = (id: number, length: number) =>
      statusOf(() => filter.get(AUDIO.DEV_SPECIFIC, of(id, length), 0));
    const set = (id: number, length: number, bytes: number) =>
      statusOf(() => filter.set(AUDIO.DEV_SPECIFIC, of(id, length), new Uint8Array(bytes), 0));
    expect([get(1, 4), get(7, 3), get(9, 1)]).toEqual([
      'STATUS_NOT_FOUND',
      'STATUS_INVALID_PARAMETER',
      'STATUS_INVALID_DEVICE_REQUEST',
    ]);
    expect([set(7, 4, 3), set(8, 1, 1)]).toEqual([
      'STATUS_INVALID_PARAMETER',
      'STATUS_INVALID_DEVICE_REQUEST',
    ]);
    expect(memory).toEqual(Uint8Array.of(5, 6, 7, 8));
  });
});

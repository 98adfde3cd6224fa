import { describe, expect, it } from 'vitest';
import { KS_LEVEL_SILENCE, ksLevel } from '../../../../../src/contract/units.ts';
import { KSNODETYPE } from '../../../../../src/main/engine/ks/guid.ts';
import { NO_MIX_PATH, supermixItems } from '../../../../../src/main/engine/ks/nodes/supermix.ts';
import {
  KSPROPERTY_AUDIO as AUDIO,
  type MixLevel,
} from '../../../../../src/main/engine/ks/properties/audio.ts';
import { nodeFilter, statusOf } from '../../../../support/ksFilter.ts';

const db = (value: number) => ksLevel(value * 0x10000);

describe('SUPERMIX', () => {
  /** Two inputs, four outputs; input 0 reaches outputs 0 and 1, input 1 outputs 2 and 3, and output 3 has no mute. */
  function mixer() {
    const table: MixLevel[] = Array.from({ length: 8 }, () => ({ mute: false, level: db(0) }));
    const path = { mute: true, minimum: db(-96), maximum: db(0), reset: ksLevel(0x8000) };
    const capabilities = [0, 1, 2, 3, 4, 5, 6, 7].map((index) =>
      [0, 1, 6].includes(index) ? path : index === 7 ? { ...path, mute: false } : NO_MIX_PATH,
    );
    const items = supermixItems({
      inputs: 2,
      outputs: 4,
      capabilities,
      read: (input, output) => table[input * 4 + output]!,
      write: (input, output, level) => void (table[input * 4 + output] = level),
    });
    return nodeFilter(KSNODETYPE.SUPERMIX, ...items);
  }

  it('31: a 2 to 4 mixer has 8 entries, input 1 output 2 is entry 6, and absent paths are muted', () => {
    const filter = mixer();
    const wanted = Array.from({ length: 8 }, (_, index) => ({ mute: index === 6, level: db(-index) }));
    filter.set(AUDIO.MIX_LEVEL_TABLE, undefined, wanted, 0);
    const table = filter.get(AUDIO.MIX_LEVEL_TABLE, undefined, 0);
    expect(table).toHaveLength(8);
    expect(table[6]).toEqual({ mute: true, level: db(-6) });
    expect(table[1]).toEqual({ mute: false, level: db(-1) });
    for (const index of [2, 3, 4, 5]) expect(table[index]).toEqual({ mute: true, level: KS_LEVEL_SILENCE });
    expect(filter.get(AUDIO.MIX_LEVEL_CAPS, undefined, 0)).toMatchObject({
      inputChannels: 2,
      outputChannels: 4,
    });
  });

  it('32: a level beyond the range succeeds and reads back clamped; a mute that cannot be stays FALSE', () => {
    const filter = mixer();
    const wanted = Array.from({ length: 8 }, () => ({ mute: true, level: db(50) }));
    filter.set(AUDIO.MIX_LEVEL_TABLE, undefined, wanted, 0);
    const table = filter.get(AUDIO.MIX_LEVEL_TABLE, undefined, 0);
    expect(table[0]).toEqual({ mute: true, level: db(0) });
    expect(table[7]).toEqual({ mute: false, level: db(0) });
  });

  it('refuses a table of another size, and capabilities that do not fit', () => {
    const filter = mixer();
    const short = [{ mute: false, level: db(0) }];
    expect(statusOf(() => filter.set(AUDIO.MIX_LEVEL_TABLE, undefined, short, 0))).toBe(
      'STATUS_INVALID_PARAMETER',
    );
    expect(() => supermixItems({ inputs: 2, outputs: 2, capabilities: [], read: () => short[0]! })).toThrow(
      RangeError,
    );
  });
});

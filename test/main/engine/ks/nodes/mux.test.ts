import { describe, expect, it } from 'vitest';
import { KSNODETYPE } from '../../../../../src/main/engine/ks/guid.ts';
import { demuxDestItem, muxSourceItem } from '../../../../../src/main/engine/ks/nodes/mux.ts';
import { KSPROPERTY_AUDIO as AUDIO } from '../../../../../src/main/engine/ks/properties/audio.ts';
import { variable } from '../../../../support/completeNode.ts';
import { nodeFilter, statusOf } from '../../../../support/ksFilter.ts';
import { installExampleAdapter } from '../../../../fixtures/exampleAdapter/exampleAdapter.ts';
import { testPortCls } from '../../../../support/testFilters.ts';

describe('selectors', () => {
  it('33: MUX_SOURCE of the worked example is the logical pin; 0 and 3 are refused', () => {
    const { filter } = installExampleAdapter(testPortCls()).topology;
    const set = (pin: number) => filter.set(AUDIO.MUX_SOURCE, undefined, pin, 6);
    set(2);
    expect(filter.get(AUDIO.MUX_SOURCE, undefined, 6)).toBe(2);
    for (const pin of [0, 3]) expect(statusOf(() => set(pin))).toBe('STATUS_INVALID_PARAMETER');
    expect(filter.get(AUDIO.MUX_SOURCE, undefined, 6)).toBe(2);
  });

  it('33: a mux takes 1 to N, also the one that is selected', () => {
    const filter = nodeFilter(KSNODETYPE.MUX, muxSourceItem({ inputs: 3, ...variable(1) }));
    for (const pin of [1, 2, 3, 3]) {
      filter.set(AUDIO.MUX_SOURCE, undefined, pin, 0);
      expect(filter.get(AUDIO.MUX_SOURCE, undefined, 0)).toBe(pin);
    }
    for (const pin of [0, 4, -1, 0xffffffff]) {
      expect(statusOf(() => filter.set(AUDIO.MUX_SOURCE, undefined, pin, 0))).toBe(
        'STATUS_INVALID_PARAMETER',
      );
    }
    expect(filter.basicSupport(AUDIO.MUX_SOURCE, 0).members?.steppings).toEqual([
      { minimum: 1, maximum: 3, step: 1 },
    ]);
  });

  it('a demux counts its outputs the same way', () => {
    const filter = nodeFilter(KSNODETYPE.DEMUX, demuxDestItem({ outputs: 2, ...variable(1) }));
    filter.set(AUDIO.DEMUX_DEST, undefined, 2, 0);
    expect(filter.get(AUDIO.DEMUX_DEST, undefined, 0)).toBe(2);
    expect(statusOf(() => filter.set(AUDIO.DEMUX_DEST, undefined, 0, 0))).toBe('STATUS_INVALID_PARAMETER');
  });
});

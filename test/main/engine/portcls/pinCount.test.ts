import { describe, expect, it } from 'vitest';
import type { PinCounts } from '../../../../src/main/engine/ks/filter.ts';
import { pcmFormat } from '../../../../src/main/engine/ks/format.ts';
import { CLSID } from '../../../../src/main/engine/ks/guid.ts';
import { KSPROPERTY_PIN } from '../../../../src/main/engine/ks/properties/pin.ts';
import type { Miniport } from '../../../../src/main/engine/portcls/ports/port.ts';
import { ExampleWaveCyclicMiniport, PCM_IN_PIN, PCM_OUT_PIN } from '../../../fixtures/exampleAdapter/wave.ts';
import { statusOf } from '../../../fixtures/statusOf.ts';
import { testPortCls } from '../../../support/testFilters.ts';

const FORMAT = pcmFormat(2, 48_000, 16);

/** Hardware with three channels, which playing and recording share. */
class SharedChannels extends ExampleWaveCyclicMiniport implements Miniport {
  pinCount(pinId: number, counts: PinCounts): PinCounts {
    if (pinId !== PCM_OUT_PIN && pinId !== PCM_IN_PIN) return counts;
    const elsewhere = this.streams.filter((stream) => !stream.disposed && stream.pinId !== pinId).length;
    return { ...counts, filterPossible: 3 - elsewhere, globalPossible: 3 - elsewhere, filterNecessary: 1 };
  }
}

describe('IPinCount', () => {
  it('the miniport’s counts answer the three properties and limit every stream creation', () => {
    const portCls = testPortCls();
    const adapter = portCls.addAdapterDevice({ id: 'card', name: 'Card', maxObjects: 1 });
    const { filter } = adapter.installSubdevice(
      'Wave',
      portCls.newPort(CLSID.PortWaveCyclic),
      new SharedChannels(),
    );
    const counts = (pinId: number) => [
      filter.get(KSPROPERTY_PIN.CINSTANCES, { pinId }),
      filter.get(KSPROPERTY_PIN.GLOBALCINSTANCES, { pinId }),
      filter.get(KSPROPERTY_PIN.NECESSARYINSTANCES, { pinId }),
    ];
    const both = (possible: number, current: number) => [{ possible, current }, { possible, current }, 1];
    expect(counts(PCM_OUT_PIN)).toEqual(both(3, 0));
    filter.createPin(PCM_OUT_PIN, FORMAT);
    const second = filter.createPin(PCM_OUT_PIN, FORMAT);
    expect(counts(PCM_IN_PIN)).toEqual(both(1, 0));
    filter.createPin(PCM_IN_PIN, FORMAT);
    expect(counts(PCM_OUT_PIN)).toEqual(both(2, 2));
    expect(statusOf(() => filter.createPin(PCM_OUT_PIN, FORMAT))).toBe('STATUS_UNSUCCESSFUL');
    expect(statusOf(() => filter.createPin(PCM_IN_PIN, FORMAT))).toBe('STATUS_UNSUCCESSFUL');
    second.close();
    expect(counts(PCM_IN_PIN)).toEqual(both(2, 1));
    expect(statusOf(() => filter.createPin(PCM_IN_PIN, FORMAT))).toBeUndefined();
  });
});

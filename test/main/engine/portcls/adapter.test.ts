import { describe, expect, it } from 'vitest';
import { KSNODETYPE } from '../../../../src/main/engine/ks/guid.ts';
import { KSPROPERTY_PIN } from '../../../../src/main/engine/ks/properties/pin.ts';
import {
  install,
  jack,
  sumNode,
  testPortCls,
  topology,
  volumeNode,
  wired,
  wires,
} from '../../../support/testFilters.ts';
import { statusOf } from '../../../fixtures/statusOf.ts';

function twoFilters(maxObjects = 8) {
  const portCls = testPortCls();
  const adapter = portCls.addAdapterDevice({ id: 'card', name: 'Card', maxObjects });
  install(portCls, adapter, 'Synth', topology([wired('OUT', KSNODETYPE.SYNTHESIZER)], [], []));
  install(
    portCls,
    adapter,
    'Topology',
    topology(
      [wired('IN', KSNODETYPE.SYNTHESIZER), jack('OUT', KSNODETYPE.SPEAKER)],
      [volumeNode('V')],
      wires([-1, 0, 0, 1], [0, 0, -1, 1]),
    ),
  );
  return { portCls, adapter };
}

const LINK = { fromSubdevice: 'Synth', fromPin: 0, toSubdevice: 'Topology', toPin: 0 };

describe('adapter device', () => {
  it('105: refuses a second subdevice of the same name', () => {
    const { portCls, adapter } = twoFilters();
    const again = () =>
      install(portCls, adapter, 'Synth', topology([jack('OUT', KSNODETYPE.SPEAKER)], [], []));
    expect(statusOf(again)).toBe('STATUS_OBJECT_NAME_COLLISION');
    adapter.unregisterSubdevice('Synth');
    expect(statusOf(again)).toBeUndefined();
  });

  it('registers no more than maxObjects subdevices', () => {
    const { portCls, adapter } = twoFilters(2);
    const third = () =>
      install(portCls, adapter, 'Third', topology([jack('OUT', KSNODETYPE.SPEAKER)], [], []));
    expect(statusOf(third)).toBe('STATUS_INSUFFICIENT_RESOURCES');
  });

  it('23: a physical connection answers from both ends, a jack has none', () => {
    const { adapter } = twoFilters();
    adapter.registerPhysicalConnection(LINK);
    const synth = adapter.subdevice('Synth')!.filter;
    const topologyFilter = adapter.subdevice('Topology')!.filter;
    expect(synth.get(KSPROPERTY_PIN.PHYSICALCONNECTION, { pinId: 0 })).toEqual({
      filter: 'Topology',
      pin: 0,
    });
    expect(topologyFilter.get(KSPROPERTY_PIN.PHYSICALCONNECTION, { pinId: 0 })).toEqual({
      filter: 'Synth',
      pin: 0,
    });
    expect(statusOf(() => topologyFilter.get(KSPROPERTY_PIN.PHYSICALCONNECTION, { pinId: 1 }))).toBe(
      'STATUS_NOT_FOUND',
    );
  });

  it('refuses physical connections the wrong way round, to jacks, to unknown subdevices and twice', () => {
    const { adapter } = twoFilters();
    const connect = (connection: typeof LINK) =>
      statusOf(() => adapter.registerPhysicalConnection(connection));
    expect(connect({ fromSubdevice: 'Topology', fromPin: 0, toSubdevice: 'Synth', toPin: 0 })).toBe(
      'STATUS_INVALID_PARAMETER',
    );
    expect(connect({ ...LINK, fromSubdevice: 'Topology', fromPin: 1 })).toBe('STATUS_INVALID_PARAMETER');
    expect(connect({ ...LINK, toSubdevice: 'Nothing' })).toBe('STATUS_UNSUCCESSFUL');
    expect(connect(LINK)).toBeUndefined();
    expect(connect(LINK)).toBe('STATUS_INVALID_PARAMETER');
    expect(adapter.connections).toEqual([LINK]);
  });

  it('removes the connections of a subdevice before the subdevice', () => {
    const { portCls, adapter } = twoFilters();
    adapter.registerPhysicalConnection(LINK);
    const order: string[] = [];
    portCls.onInterface((event) => order.push('subdevice' in event ? event.subdevice.name : event.kind));
    adapter.unregisterSubdevice('Synth');
    expect(order).toEqual(['connections', 'Synth']);
    expect(adapter.connections).toEqual([]);
  });

  it('refuses a descriptor with a bad entry and names it', () => {
    const { portCls, adapter } = twoFilters();
    const attempt = () =>
      install(
        portCls,
        adapter,
        'Bad',
        topology(
          [jack('IN', KSNODETYPE.MICROPHONE), jack('OUT', KSNODETYPE.SPEAKER)],
          [sumNode()],
          wires([-1, 0, 0, 1], [0, 0, -1, 1], [0, 0, 3, 1]),
        ),
      );
    expect(attempt).toThrow('connection 2: leads to node 3, which does not exist');
    expect(adapter.subdevice('Bad')).toBeUndefined();
  });

  it('21: refuses two pins of equal category without names', () => {
    const { portCls, adapter } = twoFilters();
    expect(() =>
      install(
        portCls,
        adapter,
        'Bad',
        topology([jack('IN', KSNODETYPE.MICROPHONE), jack('IN', KSNODETYPE.MICROPHONE)], [], []),
      ),
    ).toThrow('pin');
  });
});

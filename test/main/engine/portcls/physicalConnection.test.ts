import { describe, expect, it } from 'vitest';
import { KSNODETYPE } from '../../../../src/main/engine/ks/guid.ts';
import { KSPROPERTY_PIN } from '../../../../src/main/engine/ks/properties/pin.ts';
import type { RegisteredPort } from '../../../../src/main/engine/portcls/ports/port.ts';
import type { PortTopology } from '../../../../src/main/engine/portcls/ports/topology.ts';
import type { Subdevice } from '../../../../src/main/engine/portcls/subdevice.ts';
import { statusOf } from '../../../fixtures/statusOf.ts';
import { install, testPortCls, topology, wired } from '../../../support/testFilters.ts';

const peer = ({ filter }: Subdevice, pinId: number) =>
  filter.get(KSPROPERTY_PIN.PHYSICALCONNECTION, { pinId });

/** Two adapters with one filter each: an OUT pin and an IN pin. */
function twoCards() {
  const portCls = testPortCls();
  const [first, second] = (['first', 'second'] as const).map((id) => {
    const adapter = portCls.addAdapterDevice({ id, name: id, maxObjects: 4 });
    const filter = install(
      portCls,
      adapter,
      'Topology',
      topology([wired('OUT', KSNODETYPE.LINE_CONNECTOR), wired('IN', KSNODETYPE.CD_PLAYER)], [], []),
    );
    return { adapter, filter };
  });
  return { portCls, first: first!, second: second! };
}

const TO_SECOND = { fromSubdevice: 'Topology', fromPin: 0, toLink: 'second/Topology', toPin: 1 };
const FROM_FIRST = { fromLink: 'first/Topology', fromPin: 0, toSubdevice: 'Topology', toPin: 1 };

describe('external physical connections', () => {
  it('each driver registers its half; the pin answers the symbolic link of its peer', () => {
    const { first, second } = twoCards();
    first.adapter.registerExternalConnection(TO_SECOND);
    expect(peer(first.filter, 0)).toEqual({ filter: second.filter.path, pin: 1 });
    expect(statusOf(() => peer(second.filter, 1))).toBe('STATUS_NOT_FOUND');
    second.adapter.registerExternalConnection(FROM_FIRST);
    expect(peer(second.filter, 1)).toEqual({ filter: first.filter.path, pin: 0 });
  });

  it('tells of the change, and outlives the peer but not its own end', () => {
    const { portCls, first, second } = twoCards();
    const events: string[] = [];
    portCls.onInterface((event) => events.push(event.kind));
    first.adapter.registerExternalConnection(TO_SECOND);
    second.adapter.unregisterSubdevice('Topology');
    expect(peer(first.filter, 0)).toEqual({ filter: 'second/Topology', pin: 1 });
    first.adapter.unregisterSubdevice('Topology');
    expect(first.adapter.externalConnections).toEqual([]);
    expect(events).toEqual(['connections', 'removal', 'connections', 'removal']);
  });

  it('refuses wrong ends, an empty link, doubles and unknown ones, and changes nothing', () => {
    const { first } = twoCards();
    const { adapter } = first;
    const register = (change: Partial<typeof TO_SECOND>) =>
      statusOf(() => adapter.registerExternalConnection({ ...TO_SECOND, ...change }));
    expect(register({ fromPin: 1 })).toBe('STATUS_INVALID_PARAMETER');
    expect(register({ fromPin: 7 })).toBe('STATUS_INVALID_PARAMETER');
    expect(register({ fromSubdevice: 'Wave' })).toBe('STATUS_UNSUCCESSFUL');
    expect(register({ toLink: '' })).toBe('STATUS_INVALID_PARAMETER');
    expect(register({ toPin: -1 })).toBe('STATUS_INVALID_PARAMETER');
    expect(statusOf(() => adapter.unregisterExternalConnection(TO_SECOND))).toBe('STATUS_NOT_FOUND');
    expect(adapter.externalConnections).toEqual([]);
    expect(register({})).toBeUndefined();
    expect(register({})).toBe('STATUS_INVALID_PARAMETER');
    // The other direction between the same names is another connection.
    expect(statusOf(() => adapter.unregisterExternalConnection(FROM_FIRST))).toBe('STATUS_NOT_FOUND');
    expect(adapter.externalConnections).toEqual([TO_SECOND]);
  });
});

describe('IUnregisterSubdevice and IUnregisterPhysicalConnection', () => {
  const portOf = ({ port }: Subdevice): PortTopology => port as PortTopology;

  function wiredCard() {
    const { portCls, first, second } = twoCards();
    const { adapter } = first;
    const sink = install(
      portCls,
      adapter,
      'Sink',
      topology([wired('IN', KSNODETYPE.LINE_CONNECTOR), wired('OUT', KSNODETYPE.CD_PLAYER)], [], []),
    );
    adapter.registerPhysicalConnection({
      fromSubdevice: 'Topology',
      fromPin: 0,
      toSubdevice: 'Sink',
      toPin: 0,
    });
    adapter.registerExternalConnection({
      fromSubdevice: 'Sink',
      fromPin: 1,
      toLink: 'second/Topology',
      toPin: 1,
    });
    adapter.registerExternalConnection({
      fromLink: 'second/Topology',
      fromPin: 0,
      toSubdevice: 'Topology',
      toPin: 1,
    });
    return { adapter, source: first.filter, sink, foreign: second.filter };
  }

  it('unregister by port object and device', () => {
    const { adapter, source, sink } = wiredCard();
    const port = portOf(source);
    port.unregisterPhysicalConnection(adapter, source.port, 0, sink.port, 0);
    port.unregisterPhysicalConnectionToExternal(adapter, sink.port, 1, 'second/Topology', 1);
    port.unregisterPhysicalConnectionFromExternal(adapter, 'second/Topology', 0, source.port, 1);
    expect([adapter.connections, adapter.externalConnections]).toEqual([[], []]);
    port.unregisterSubdevice(adapter, sink.port);
    expect(adapter.subdevices).toEqual([source]);
  });

  it('a port of another device, or a connection that is gone, is not found', () => {
    const { adapter, source, sink, foreign } = wiredCard();
    const port = portOf(source);
    const stranger: RegisteredPort = foreign.port;
    expect(statusOf(() => port.unregisterSubdevice(adapter, stranger))).toBe('STATUS_NOT_FOUND');
    expect(statusOf(() => port.unregisterPhysicalConnection(adapter, source.port, 1, sink.port, 0))).toBe(
      'STATUS_NOT_FOUND',
    );
    expect(statusOf(() => port.unregisterPhysicalConnection(adapter, stranger, 0, sink.port, 0))).toBe(
      'STATUS_NOT_FOUND',
    );
    expect([adapter.connections.length, adapter.externalConnections.length]).toEqual([1, 2]);
  });
});

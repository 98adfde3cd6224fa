import { describe, expect, it } from 'vitest';
import { CLSID, guid, KSNODETYPE, type ClassId } from '../../../../src/main/engine/ks/guid.ts';
import { PendingRequest } from '../../../../src/main/engine/ks/property.ts';
import type { TraceRecord } from '../../../../src/main/engine/ks/trace.ts';
import { PORT_CLASS_DEVICE_EXTENSION_SIZE } from '../../../../src/main/engine/portcls/portcls.ts';
import { getTimeInterval, GTI } from '../../../../src/main/engine/portcls/timeInterval.ts';
import { statusOf } from '../../../fixtures/statusOf.ts';
import { install, jack, testPortCls, topology } from '../../../support/testFilters.ts';

const MINIPORT = guid('5C1B8F2A-6B1E-4A27-9E0B-7D0B6F6D1A10');

describe('PortCls', () => {
  it('102: a device extension of 64 bytes is refused, 0 and 512 are taken', () => {
    const portCls = testPortCls();
    const add = (deviceExtensionSize: number) =>
      statusOf(() =>
        portCls.addAdapterDevice({
          id: `card${deviceExtensionSize}`,
          name: 'Card',
          maxObjects: 1,
          deviceExtensionSize,
        }),
      );
    expect(PORT_CLASS_DEVICE_EXTENSION_SIZE).toBe(64 * 8);
    expect(add(64)).toBe('STATUS_INVALID_PARAMETER');
    expect(add(511)).toBe('STATUS_INVALID_PARAMETER');
    expect(portCls.adapters).toEqual([]);
    expect(add(0)).toBeUndefined();
    expect(add(512)).toBeUndefined();
  });

  it('refuses a second adapter of one id, and adapters without an id or room', () => {
    const portCls = testPortCls();
    const add = (id: string, maxObjects: number) =>
      statusOf(() => portCls.addAdapterDevice({ id, name: 'Card', maxObjects }));
    expect(add('card', 1)).toBeUndefined();
    expect(add('card', 1)).toBe('STATUS_OBJECT_NAME_COLLISION');
    expect(add('', 1)).toBe('STATUS_INVALID_PARAMETER');
    expect(add('other', 0)).toBe('STATUS_INVALID_PARAMETER');
    expect(portCls.adapters).toHaveLength(1);
  });

  it('makes every port by its class id, a new one each time, and no other class', () => {
    const portCls = testPortCls();
    for (const classId of [
      CLSID.PortTopology,
      CLSID.PortWaveCyclic,
      CLSID.PortWavePci,
      CLSID.PortWaveRT,
      CLSID.PortDMus,
    ]) {
      const port = portCls.newPort(classId);
      expect(port.classId).toBe(classId);
      expect(portCls.newPort(classId)).not.toBe(port);
    }
    const unknown = MINIPORT as ClassId<'PortTopology'>;
    expect(statusOf(() => portCls.newPort(unknown))).toBe('STATUS_NOT_SUPPORTED');
  });

  it('makes miniports that were offered', () => {
    const portCls = testPortCls();
    const descriptor = topology([jack('OUT', KSNODETYPE.SPEAKER)], [], []);
    expect(statusOf(() => portCls.newMiniport(MINIPORT))).toBe('STATUS_NOT_FOUND');
    portCls.offerMiniport(MINIPORT, () => ({ getDescription: () => descriptor }));
    expect(portCls.newMiniport(MINIPORT).getDescription()).toBe(descriptor);
    expect(
      statusOf(() => portCls.offerMiniport(MINIPORT, () => ({ getDescription: () => descriptor }))),
    ).toBe('STATUS_OBJECT_NAME_COLLISION');
  });

  it('a port that was not initialised cannot be registered, nor initialised twice', () => {
    const portCls = testPortCls();
    const adapter = portCls.addAdapterDevice({ id: 'card', name: 'Card', maxObjects: 4 });
    const port = portCls.newPort(CLSID.PortTopology);
    expect(statusOf(() => adapter.registerSubdevice('Topology', port))).toBe('STATUS_INVALID_DEVICE_STATE');
    const miniport = {
      init: () => undefined,
      getDescription: () => topology([jack('OUT', KSNODETYPE.SPEAKER)], [], []),
    };
    adapter.installSubdevice('Topology', port, miniport);
    expect(statusOf(() => adapter.installSubdevice('Again', port, miniport))).toBe(
      'STATUS_INVALID_DEVICE_STATE',
    );
    expect(statusOf(() => adapter.registerSubdevice('Again', port))).toBe('STATUS_INVALID_PARAMETER');
    expect(adapter.subdevices).toHaveLength(1);
  });

  it('completes a pending request once, and never as pending', async () => {
    const portCls = testPortCls();
    const records: TraceRecord[] = [];
    portCls.tracer.start((record) => records.push(record));
    const request = new PendingRequest();
    expect(statusOf(() => portCls.completeRequest(request, 'STATUS_PENDING'))).toBe(
      'STATUS_INVALID_PARAMETER',
    );
    portCls.completeRequest(request, 'STATUS_SUCCESS');
    expect(statusOf(() => portCls.completeRequest(request, 'STATUS_CANCELLED'))).toBe(
      'STATUS_INVALID_PARAMETER',
    );
    await expect(request.completed).resolves.toBe('STATUS_SUCCESS');
    expect(records.map(({ status }) => status)).toEqual([
      'STATUS_INVALID_PARAMETER',
      'STATUS_SUCCESS',
      'STATUS_INVALID_PARAMETER',
    ]);
  });

  it('measures intervals in 100 ns units since 1601', () => {
    const year = 31_556_952n * GTI.SECONDS;
    expect(getTimeInterval(0n) / year).toBeGreaterThanOrEqual(420n);
    expect(getTimeInterval(5n * GTI.MILLISECONDS, 7n * GTI.MILLISECONDS)).toBe(20_000n);
  });

  it('traces what is registered, with the status of what was refused', () => {
    const portCls = testPortCls();
    const records: TraceRecord[] = [];
    portCls.tracer.start((record) => records.push(record));
    const adapter = portCls.addAdapterDevice({ id: 'card', name: 'Card', maxObjects: 1 });
    const descriptor = topology([jack('OUT', KSNODETYPE.SPEAKER)], [], []);
    install(portCls, adapter, 'Topology', descriptor);
    expect(statusOf(() => install(portCls, adapter, 'Topology', descriptor))).toBe(
      'STATUS_OBJECT_NAME_COLLISION',
    );
    portCls.removeAdapterDevice(adapter);
    expect(
      records.map(({ kind, target, action, status }) => `${kind} ${target}: ${action} ${status}`),
    ).toEqual([
      'registration card: add adapter STATUS_SUCCESS',
      'registration card/Topology: register subdevice STATUS_SUCCESS',
      'registration card/Topology: register subdevice STATUS_OBJECT_NAME_COLLISION',
      'registration card/Topology: unregister subdevice STATUS_SUCCESS',
      'registration card: remove adapter STATUS_SUCCESS',
    ]);
  });
});

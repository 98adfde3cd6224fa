import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamState } from '../../../../src/contract/hardware.ts';
import type { Filter } from '../../../../src/main/engine/ks/filter.ts';
import { pcmFormat } from '../../../../src/main/engine/ks/format.ts';
import { CLSID, KSNODETYPE } from '../../../../src/main/engine/ks/guid.ts';
import type { PinInstance } from '../../../../src/main/engine/ks/pin.ts';
import { KSPROPERTY_PIN } from '../../../../src/main/engine/ks/properties/pin.ts';
import { KsError } from '../../../../src/main/engine/ks/status.ts';
import type { AdapterDevice } from '../../../../src/main/engine/portcls/adapter.ts';
import { ownEnd } from '../../../../src/main/engine/portcls/physicalConnection.ts';
import { PortCls } from '../../../../src/main/engine/portcls/portcls.ts';
import type { Subdevice } from '../../../../src/main/engine/portcls/subdevice.ts';
import { ExampleWaveCyclicMiniport, type ExampleWaveStream } from '../../../fixtures/exampleAdapter/wave.ts';
import { ManualScheduler } from '../../../fixtures/manualScheduler.ts';
import { statusOf } from '../../../fixtures/statusOf.ts';
import { install, topology, wired } from '../../../support/testFilters.ts';

/** Random sequences of what drivers and clients do to an engine of two adapters, and what must hold after each. */

const MAX_OBJECTS = 3;
const FORMAT = pcmFormat(2, 48_000, 16);

const adapterIndex = fc.nat(1);
const name = fc.constantFrom('A', 'B', 'C', 'D');
const pinId = fc.nat(6);
const state = fc.constantFrom<StreamState>('STOP', 'ACQUIRE', 'PAUSE', 'RUN');
const chosen = fc.nat(9);

type Action = (world: World) => void;

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(adapterIndex, name, fc.boolean()).map(register) },
  { weight: 2, arbitrary: fc.tuple(adapterIndex, name).map(unregister) },
  { weight: 5, arbitrary: fc.tuple(adapterIndex, name, pinId, name, pinId, fc.boolean()).map(connect) },
  { weight: 2, arbitrary: fc.tuple(adapterIndex, chosen).map(disconnect) },
  { weight: 2, arbitrary: fc.tuple(adapterIndex, name, pinId, name, fc.boolean()).map(connectExternal) },
  { weight: 3, arbitrary: fc.tuple(adapterIndex, name).map(openFilter) },
  { weight: 2, arbitrary: chosen.map(closeFilter) },
  { weight: 6, arbitrary: fc.tuple(chosen, pinId).map(openPin) },
  { weight: 2, arbitrary: chosen.map(closePin) },
  { weight: 4, arbitrary: fc.tuple(chosen, state).map(setState) },
);

interface OpenFilter {
  readonly subdevice: Subdevice;
  readonly filter: Filter;
}
interface OpenPin {
  readonly subdevice: Subdevice;
  readonly pin: PinInstance;
  readonly stream: ExampleWaveStream;
}

class World {
  readonly portCls = new PortCls({ masterClock: new ManualScheduler(), scheduler: new ManualScheduler() });
  readonly adapters: readonly AdapterDevice[] = ['one', 'two'].map((id) =>
    this.portCls.addAdapterDevice({ id, name: id, maxObjects: MAX_OBJECTS }),
  );
  readonly filters: OpenFilter[] = [];
  readonly closedFilters: Filter[] = [];
  readonly pins: OpenPin[] = [];
  readonly closedPins: OpenPin[] = [];
  /** What a listener that only hears the events believes to be registered. */
  readonly heard = new Set<Subdevice>();

  constructor() {
    this.portCls.onInterface((event) => {
      if (event.kind === 'arrival') this.heard.add(event.subdevice);
      if (event.kind === 'removal') this.heard.delete(event.subdevice);
    });
  }

  get registered(): Subdevice[] {
    return this.adapters.flatMap(({ subdevices }) => [...subdevices]);
  }

  /** Everything a client could see, as text. */
  snapshot(): string {
    return JSON.stringify([
      this.adapters.map((adapter) => [
        adapter.subdevices.map((each) => [each.path, each.openFilters.length, each.openPins.length]),
        adapter.connections,
        adapter.externalConnections,
      ]),
      this.pins.map(({ pin, stream }) => [pin.state, stream.states.length, stream.disposed]),
    ]);
  }
}

function register([at, subdevice, streams]: [number, string, boolean]): Action {
  return ({ portCls, adapters }) => {
    const adapter = adapters[at]!;
    if (streams) {
      adapter.installSubdevice(
        subdevice,
        portCls.newPort(CLSID.PortWaveCyclic),
        new ExampleWaveCyclicMiniport(),
      );
    } else {
      const pins = [wired('OUT', KSNODETYPE.LINE_CONNECTOR), wired('IN', KSNODETYPE.CD_PLAYER)];
      install(portCls, adapter, subdevice, topology(pins, [], []));
    }
  };
}

function unregister([at, subdevice]: [number, string]): Action {
  return ({ adapters }) => adapters[at]!.unregisterSubdevice(subdevice);
}

function connect([at, from, fromPin, to, toPin, likely]: [
  number,
  string,
  number,
  string,
  number,
  boolean,
]): Action {
  return ({ adapters }) =>
    adapters[at]!.registerPhysicalConnection({
      fromSubdevice: from,
      // The wired OUT pin of a topology filter, and its IN pin: random pins are right too seldom.
      fromPin: likely ? 0 : fromPin,
      toSubdevice: to,
      toPin: likely ? 1 : toPin,
    });
}

function disconnect([at, index]: [number, number]): Action {
  return ({ adapters }) => {
    const { connections, externalConnections } = adapters[at]!;
    const all = [...connections, ...externalConnections];
    const connection = all[index];
    if (!connection) return;
    if ('fromSubdevice' in connection && 'toSubdevice' in connection) {
      adapters[at]!.unregisterPhysicalConnection(connection);
    } else {
      adapters[at]!.unregisterExternalConnection(connection);
    }
  };
}

function connectExternal([at, own, pin, peer, to]: [number, string, number, string, boolean]): Action {
  return ({ adapters }) => {
    const link = `${adapters[1 - at]!.id}/${peer}`;
    adapters[at]!.registerExternalConnection(
      to
        ? { fromSubdevice: own, fromPin: pin, toLink: link, toPin: 1 }
        : { fromLink: link, fromPin: 0, toSubdevice: own, toPin: pin },
    );
  };
}

function openFilter([at, subdevice]: [number, string]): Action {
  return ({ adapters, filters }) => {
    const found = adapters[at]!.subdevice(subdevice);
    if (found) filters.push({ subdevice: found, filter: found.open() });
  };
}

function closeFilter(index: number): Action {
  return (world) => {
    const closing = world.filters.splice(index, 1)[0];
    if (!closing) return;
    closing.filter.dispose();
    world.closedFilters.push(closing.filter);
    const gone = world.pins.filter(({ pin }) => pin.filter === closing.filter);
    for (const each of gone) {
      world.pins.splice(world.pins.indexOf(each), 1);
      world.closedPins.push(each);
    }
  };
}

function openPin([index, id]: [number, number]): Action {
  return ({ filters, pins }) => {
    const on = filters[index % Math.max(1, filters.length)];
    if (!on) return;
    const pin = on.filter.createPin(id, FORMAT);
    pins.push({ subdevice: on.subdevice, pin, stream: pin.stream as ExampleWaveStream });
  };
}

function closePin(index: number): Action {
  return (world) => {
    const closing = world.pins.splice(index, 1)[0];
    if (!closing) return;
    closing.pin.close();
    world.closedPins.push(closing);
  };
}

function setState([index, target]: [number, StreamState]): Action {
  return ({ pins }) => pins[index % Math.max(1, pins.length)]?.pin.setState(target);
}

function checkNames({ adapters, registered, heard }: World): void {
  for (const { subdevices } of adapters) {
    expect(new Set(subdevices.map((each) => each.name)).size).toBe(subdevices.length);
    expect(subdevices.length).toBeLessThanOrEqual(MAX_OBJECTS);
  }
  expect(new Set(registered)).toEqual(heard);
}

function checkConnections({ adapters }: World): void {
  for (const adapter of adapters) {
    for (const { fromSubdevice, fromPin, toSubdevice, toPin } of adapter.connections) {
      const from = adapter.subdevice(fromSubdevice)!;
      const to = adapter.subdevice(toSubdevice)!;
      expect([from.filter.pin(fromPin).dataFlow, to.filter.pin(toPin).dataFlow]).toEqual(['OUT', 'IN']);
      expect(from.filter.physicalConnection(fromPin)).toBeDefined();
      expect(to.filter.physicalConnection(toPin)).toBeDefined();
    }
    for (const connection of adapter.externalConnections) {
      const own = ownEnd(connection);
      expect(adapter.subdevice(own.subdevice)!.filter.physicalConnection(own.pin)).toBeDefined();
    }
  }
}

function checkCounts({ registered, filters, pins }: World): void {
  for (const subdevice of registered) {
    const own = pins.filter((each) => each.subdevice === subdevice);
    expect(new Set(subdevice.openPins)).toEqual(new Set(own.map(({ pin }) => pin)));
    // The one everybody shares, and those opened here.
    expect(subdevice.openFilters).toHaveLength(
      1 + filters.filter((each) => each.subdevice === subdevice).length,
    );
    subdevice.filter.descriptor.pins.forEach((descriptor, id) => {
      const { possible, current } = subdevice.filter.get(KSPROPERTY_PIN.GLOBALCINSTANCES, { pinId: id });
      expect(current).toBe(own.filter(({ pin }) => pin.pinId === id).length);
      expect(possible).toBe(descriptor.maxGlobalInstances);
      expect(current).toBeLessThanOrEqual(possible);
    });
  }
}

function checkHandles({ registered, filters, closedFilters, pins, closedPins }: World): void {
  const asked = (filter: Filter) => statusOf(() => filter.get(KSPROPERTY_PIN.CTYPES, undefined));
  for (const filter of closedFilters) expect(asked(filter)).toBe('STATUS_DEVICE_REMOVED');
  for (const { subdevice, filter } of filters) {
    expect(asked(filter)).toBe(registered.includes(subdevice) ? undefined : 'STATUS_DEVICE_REMOVED');
  }
  for (const { subdevice, pin, stream } of pins) {
    expect(stream.disposed).toBe(false);
    expect(stream.state).toBe(pin.state);
    if (registered.includes(subdevice)) continue;
    expect(pin.state).toBe('STOP');
    expect(statusOf(() => pin.setState('RUN'))).toBe('STATUS_DEVICE_REMOVED');
  }
  for (const { stream } of closedPins) expect([stream.disposed, stream.state]).toEqual([true, 'STOP']);
}

describe('registration, properties', () => {
  it('whatever is registered, connected, opened and closed, nothing dangles and counts are right', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60, size: 'max' }), (actions) => {
        const world = new World();
        for (const act of actions) {
          const before = world.snapshot();
          try {
            act(world);
          } catch (error) {
            if (!(error instanceof KsError)) throw error;
            // A call that fails changes nothing.
            expect(world.snapshot()).toBe(before);
          }
          checkNames(world);
          checkConnections(world);
          checkCounts(world);
          checkHandles(world);
        }
        world.portCls.dispose();
        expect(world.heard.size).toBe(0);
        for (const { stream } of world.pins) expect(stream.state).toBe('STOP');
      }),
      { numRuns: 100 },
    );
  });
});

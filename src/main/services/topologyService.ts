import { Emitter, type Event } from '../../contract/emitter.ts';
import { DisposableStore, toDisposable, type Disposable } from '../../contract/disposable.ts';
import type { ServiceImplementation } from '../../contract/service.ts';
import {
  TOPOLOGY_VERSION,
  type AdapterTopology,
  type BytesAnswer,
  type FilterTopology,
  type NodeChange,
  type PropertyAddress,
  type PropertyAnswer,
  type PropertySupport,
  type RequestTarget,
  type TopologyChange,
  type TopologySnapshot,
  type topologyService,
  type WireTopology,
} from '../../contract/services/topology.ts';
import { KSEVENT_PINCAPS_JACKINFOCHANGE, type EventEntry } from '../engine/ks/event.ts';
import type { Filter } from '../engine/ks/filter.ts';
import type { PinInstance } from '../engine/ks/pin.ts';
import { NO_NODE } from '../engine/ks/property.ts';
import { KS_STATUS, KsError } from '../engine/ks/status.ts';
import { dispatchBytes } from '../engine/ks/wire/request.ts';
import type { PortCls } from '../engine/portcls/portcls.ts';
import type { Subdevice } from '../engine/portcls/subdevice.ts';
import { DeviceGraph } from '../engine/sysaudio/deviceGraph.ts';
import type { SysAudio } from '../engine/sysaudio/sysAudio.ts';
import { describeFilter, describeShape, portName, type FilterShape } from './topology/describeFilter.ts';
import { getJson, setJson, supportJson } from './topology/propertyRequest.ts';

/** Adapter of the filter instances that SysAudio opened. */
const SYSTEM: AdapterTopology = { id: 'system', name: 'System' };

/** One filter as it was described last, and the handles clients know of it. */
interface Entry {
  readonly filter: Filter;
  readonly shape: FilterShape;
  openPins(): readonly PinInstance[];
  readonly handles: Map<PinInstance, number>;
  /** The subdevice whose wires it has; undefined for the system's own filters. */
  readonly subdevice: Subdevice | undefined;
  readonly subscriptions: DisposableStore;
  described: FilterTopology | undefined;
}

/**
 * The topology as panels and the command line see it, and property requests on it. Changes are told as what changed:
 * filters described anew, in one event for everything that happened in one turn.
 *
 * A filter that was removed stays addressable until another takes its path: requests to it end with
 * STATUS_DEVICE_REMOVED, as they do on a handle that was opened before.
 */
export class TopologyService implements ServiceImplementation<typeof topologyService>, Disposable {
  readonly #portCls: PortCls;
  readonly #sysAudio: SysAudio;
  readonly #entries = new Map<string, Entry>();
  readonly #systemPaths = new WeakMap<Filter, string>();
  readonly #store = new DisposableStore();
  readonly #emitter = new Emitter<TopologyChange>();
  readonly #nodeEmitter = new Emitter<NodeChange>();
  /** Paths of what is there, in discovery order. */
  #order: readonly string[] = [];
  #adapters: readonly AdapterTopology[] = [];
  #connections: readonly WireTopology[] = [];
  #peers = new Map<string, { filter: string; pin: number }>();
  #revision = 0;
  #instances = 0;
  #listChanged = false;
  #flushing = false;

  readonly onChange: Event<TopologyChange> = this.#emitter.event;
  readonly onNodeChange: Event<NodeChange> = this.#nodeEmitter.event;

  constructor(portCls: PortCls, sysAudio: SysAudio) {
    this.#portCls = portCls;
    this.#sysAudio = sysAudio;
    this.#readList();
    const listChanged = () => {
      this.#listChanged = true;
      this.#flushSoon();
    };
    this.#store.add(portCls.onInterface(listChanged));
    this.#store.add(
      sysAudio.onGraphs(() => {
        for (const entry of this.#entries.values()) if (!entry.subdevice) entry.described = undefined;
        listChanged();
      }),
    );
  }

  getSnapshot(): TopologySnapshot {
    this.flush();
    return {
      version: TOPOLOGY_VERSION,
      revision: this.#revision,
      adapters: [...this.#adapters],
      filters: this.#order.map((path) => this.#describe(this.#entries.get(path)!)),
      connections: [...this.#connections],
    };
  }

  getProperty(address: PropertyAddress): PropertyAnswer {
    return getJson(this.#target(address), address);
  }

  setProperty(address: PropertyAddress, value: unknown): Promise<PropertyAnswer> {
    return setJson(this.#target(address), address, value);
  }

  getSupport(address: PropertyAddress): PropertySupport {
    return supportJson(this.#target(address), address);
  }

  sendBytes(target: RequestTarget, input: Uint8Array, output: Uint8Array): BytesAnswer {
    const answer = dispatchBytes(this.#target(target), input, output);
    return { ...answer, code: KS_STATUS[answer.status] };
  }

  /** Tells now what changed since the last time, if anything did; otherwise it is told at the end of the turn. */
  flush(): void {
    if (!this.#flushing) return;
    this.#flushing = false;
    const change: TopologyChange = {
      revision: this.#revision + 1,
      filters: [],
      order: null,
      adapters: null,
      connections: null,
    };
    if (this.#listChanged) Object.assign(change, this.#readList());
    for (const path of this.#order) {
      const entry = this.#entries.get(path)!;
      if (!entry.described) change.filters.push(this.#describe(entry));
    }
    if (change.filters.length === 0 && !change.order && !change.adapters && !change.connections) return;
    this.#revision = change.revision;
    this.#emitter.fire(change);
  }

  dispose(): void {
    this.#store.dispose();
    for (const { subscriptions } of this.#entries.values()) subscriptions.dispose();
    this.#emitter.dispose();
    this.#nodeEmitter.dispose();
  }

  /** @throws KsError STATUS_NOT_FOUND for an unknown filter, as for the pin instance below */
  #target({ filter: name, pinInstance }: RequestTarget): Filter | PinInstance {
    this.flush();
    const entry = this.#find(name);
    if (pinInstance === undefined) return entry.filter;
    // Whoever asks may know the number from a snapshot: described instances have theirs.
    this.#describe(entry);
    for (const [instance, number] of entry.handles) if (number === pinInstance) return instance;
    if (pinInstance < this.#instances) {
      throw new KsError('STATUS_INVALID_DEVICE_STATE', `Pin instance ${pinInstance} of “${name}” is closed.`);
    }
    throw new KsError('STATUS_INVALID_PARAMETER', `“${name}” has no pin instance ${pinInstance}.`);
  }

  /** By path; by name where one filter only is called so, those that are there before those that are gone. */
  #find(name: string): Entry {
    const exact = this.#entries.get(name);
    if (exact) return exact;
    const called = [...this.#entries.values()].filter(
      ({ shape }) =>
        shape.name.toLowerCase() === name.toLowerCase() || shape.path.toLowerCase() === name.toLowerCase(),
    );
    const present = called.filter(({ filter }) => !filter.removed);
    const [first, ...others] = present.length > 0 ? present : called;
    if (!first) {
      throw new KsError('STATUS_NOT_FOUND', `There is no filter “${name}”.`, {
        subject: name,
        advice: `There are: ${this.#order.join(', ') || 'none'}.`,
      });
    }
    if (others.length > 0) {
      throw new KsError('STATUS_INVALID_PARAMETER', `More than one adapter has a filter “${name}”.`, {
        subject: name,
        advice: `Say which: ${[first, ...others].map(({ shape }) => shape.path).join(', ')}.`,
      });
    }
    return first;
  }

  #describe(entry: Entry): FilterTopology {
    if (entry.described) return entry.described;
    const open = entry.openPins();
    for (const instance of entry.handles.keys()) if (!open.includes(instance)) entry.handles.delete(instance);
    entry.described = describeFilter(
      entry.shape,
      entry.filter,
      entry.subdevice?.power.state ?? null,
      open,
      (instance) => {
        let number = entry.handles.get(instance);
        if (number === undefined) entry.handles.set(instance, (number = this.#instances++));
        return number;
      },
      (pin) => this.#peers.get(`${entry.shape.path}/${pin}`) ?? null,
    );
    return entry.described;
  }

  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => this.flush());
  }

  /** Which filters and wires are there now; what is new or wired differently loses its description. */
  #readList(): Pick<TopologyChange, 'order' | 'adapters' | 'connections'> {
    this.#listChanged = false;
    const subdevices = this.#portCls.adapters.flatMap((adapter) => adapter.subdevices);
    const system = this.#sysAudio.systemFilters;
    const order = [
      ...subdevices.map((subdevice) => this.#enterSubdevice(subdevice)),
      ...system.map((filter) => this.#enterSystemFilter(filter)),
    ];
    const adapters = [
      ...this.#portCls.adapters.map(({ id, name }) => ({ id, name })),
      ...(system.length > 0 ? [SYSTEM] : []),
    ];
    const connections = new DeviceGraph({ subdevices }).joins.map(({ from, to }) => ({
      from: { filter: from.subdevice.path, pin: from.pinId },
      to: { filter: to.subdevice.path, pin: to.pinId },
    }));
    this.#rewire(connections);
    const changed = <T>(before: readonly T[], now: T[]) =>
      JSON.stringify(before) === JSON.stringify(now) ? null : now;
    const change = {
      order: changed(this.#order, order),
      adapters: changed(this.#adapters, adapters),
      connections: changed(this.#connections, connections),
    };
    this.#order = order;
    this.#adapters = adapters;
    this.#connections = connections;
    return change;
  }

  #enterSubdevice(subdevice: Subdevice): string {
    const { path, name, adapter, port, filter } = subdevice;
    const known = this.#entries.get(path);
    if (known?.subdevice === subdevice) return path;
    known?.subscriptions.dispose();
    const entry: Entry = {
      filter,
      shape: describeShape({ path, adapter: adapter.id, name, port: portName(port.classId) }, filter),
      openPins: () => subdevice.openPins,
      handles: new Map(),
      subdevice,
      subscriptions: new DisposableStore(),
      described: undefined,
    };
    const changed = () => {
      entry.described = undefined;
      this.#flushSoon();
    };
    entry.subscriptions.add(subdevice.onPins(changed));
    entry.subscriptions.add(subdevice.power.onState(changed));
    entry.subscriptions.add(
      port.events.onControlChange(({ node }) =>
        this.#nodeEmitter.fire({ filter: path, node: node === NO_NODE ? null : node }),
      ),
    );
    for (const { id, communication } of entry.shape.pins) {
      if (communication !== 'BRIDGE') continue;
      const jack: EventEntry = {
        event: KSEVENT_PINCAPS_JACKINFOCHANGE,
        pinId: id,
        node: NO_NODE,
        signal: () => this.#nodeEmitter.fire({ filter: path, node: null }),
      };
      port.events.addEventToEventList(jack);
      entry.subscriptions.add(toDisposable(() => port.events.removeEventFromEventList(jack)));
    }
    this.#entries.set(path, entry);
    return path;
  }

  #enterSystemFilter(filter: Filter): string {
    const known = this.#systemPaths.get(filter);
    if (known !== undefined) return known;
    const taken = (path: string) => this.#entries.get(path)?.filter.removed === false;
    let path = `${SYSTEM.id}/${filter.name}`;
    for (let number = 2; taken(path); number++) path = `${SYSTEM.id}/${filter.name} ${number}`;
    this.#systemPaths.set(filter, path);
    this.#entries.set(path, {
      filter,
      shape: describeShape(
        { path, adapter: SYSTEM.id, name: path.slice(SYSTEM.id.length + 1), port: null },
        filter,
      ),
      openPins: () => filter.openPins,
      handles: new Map(),
      subdevice: undefined,
      subscriptions: new DisposableStore(),
      described: undefined,
    });
    return path;
  }

  #rewire(connections: readonly WireTopology[]): void {
    const peers = new Map<string, { filter: string; pin: number }>();
    for (const { from, to } of connections) {
      // A pin wired to several has its first peer here, as KSPROPERTY_PIN_PHYSICALCONNECTION tells it.
      for (const [end, peer] of [
        [from, to],
        [to, from],
      ] as const) {
        const key = `${end.filter}/${end.pin}`;
        if (!peers.has(key)) peers.set(key, peer);
      }
    }
    for (const entry of this.#entries.values()) {
      const differs = entry.shape.pins.some(({ id }) => {
        const key = `${entry.shape.path}/${id}`;
        const [before, now] = [this.#peers.get(key), peers.get(key)];
        return before?.filter !== now?.filter || before?.pin !== now?.pin;
      });
      if (differs) entry.described = undefined;
    }
    this.#peers = peers;
  }
}

import type { Disposable } from '../../../contract/disposable.ts';
import type { MasterClock } from '../ks/clock.ts';
import type { PinInstance } from '../ks/pin.ts';
import { pinName, type DataFlow } from '../ks/descriptor.ts';
import { KsError } from '../ks/status.ts';
import type { Tracer } from '../ks/trace.ts';
import { IoTimeouts, type TimeoutRoutine } from './ioTimeouts.ts';
import {
  externalEnd,
  isToExternal,
  ownEnd,
  sameConnection,
  sameExternalConnection,
  type ExternalConnection,
  type PhysicalConnection,
} from './physicalConnection.ts';
import { AdapterPnp, type AdapterPnpManagement } from './pnp.ts';
import type { InterfaceEvent } from './portcls.ts';
import type { Miniport, Port, RegisteredPort } from './ports/port.ts';
import { IdlePower, type PowerSource } from './idlePower.ts';
import { AdapterPower, type DevicePowerState } from './power.ts';
import { readPowerSettings } from './powerSettings.ts';
import type { RegistryKey, RegistryKeyKind } from './registryKey.ts';
import { ResourceList } from './resourceList.ts';
import type { Scheduler } from './scheduler.ts';
import { Subdevice } from './subdevice.ts';

/** What an adapter gets from the PortCls it is on. */
export interface AdapterServices {
  readonly masterClock: MasterClock;
  readonly scheduler: Scheduler;
  readonly tracer: Tracer;
  /** Root of the registry stand-in. */
  readonly registry: RegistryKey;
  powerSource(): PowerSource;
  tell(event: InterfaceEvent): void;
}

/**
 * An adapter's functional device object: its subdevices and the wires between them. Specification 1.1, 7, 8.1. One file,
 * although it is long, half of it comments: registration, wires and removal keep one set of lists in order.
 */
export class AdapterDevice implements Disposable {
  readonly id: string;
  readonly name: string;
  readonly maxObjects: number;
  /** The hardware remembers its levels over restarts. */
  readonly keepsLevels: boolean;
  readonly power: AdapterPower;
  readonly idlePower: IdlePower;
  /** Stop for resource rebalance. Specification 8.6. */
  readonly pnp: AdapterPnp;
  readonly #services: AdapterServices;
  readonly #timeouts: IoTimeouts;
  readonly #subdevices: Subdevice[] = [];
  /** Ports whose miniports had less than full power when they were unregistered. */
  readonly #leftAsleep = new WeakSet<RegisteredPort>();
  readonly #connections: PhysicalConnection[] = [];
  readonly #externalConnections: ExternalConnection[] = [];
  #removed = false;
  #wasStreaming = false;

  constructor(
    options: { id: string; name: string; maxObjects: number; keepsLevels?: boolean },
    services: AdapterServices,
  ) {
    this.id = options.id;
    this.name = options.name;
    this.maxObjects = options.maxObjects;
    this.keepsLevels = options.keepsLevels ?? false;
    this.#services = services;
    this.power = new AdapterPower(services.tracer, options.id, {
      pauseStreams: () => this.#eachPin((pin) => pin.pauseForPower(this.power)),
      notify: (state) => this.#notifyPower(state),
      resumeStreams: () => this.#eachPin((pin) => pin.resumeAfterPower(this.power)),
    });
    const { power } = this;
    power.onState(() => {
      for (const subdevice of this.#subdevices) subdevice.power.adapterChanged();
    });
    this.idlePower = new IdlePower({
      masterClock: services.masterClock,
      scheduler: services.scheduler,
      get powerSource() {
        return services.powerSource();
      },
      settings: () => readPowerSettings(this.newRegistryKey('driver')),
      busy: () => this.#streaming(),
      get state() {
        return power.state;
      },
      request: (state) => power.request(state),
    });
    this.idlePower.start();
    this.pnp = new AdapterPnp(services.tracer, options.id, {
      miniports: () => this.#subdevices.map(({ port }) => port.miniport),
      endStreams: (reason) => this.#eachPin((pin) => pin.remove(reason)),
      removeAll: (reason) => this.removeAll(reason),
    });
    this.#timeouts = new IoTimeouts(services.scheduler, services.tracer, options.id);
  }

  /** In registration order, which is the discovery order of everything above. */
  get subdevices(): readonly Subdevice[] {
    return this.#subdevices;
  }

  get connections(): readonly PhysicalConnection[] {
    return this.#connections;
  }

  /** Connections to and from filters of other adapters, whether those are registered or not. */
  get externalConnections(): readonly ExternalConnection[] {
    return this.#externalConnections;
  }

  subdevice(name: string): Subdevice | undefined {
    return this.#subdevices.find((each) => each.name === name);
  }

  /** Name a port is registered under. @throws KsError STATUS_NOT_FOUND */
  nameOf(port: RegisteredPort): string {
    const subdevice = this.#subdevices.find((each) => each.port === port);
    if (!subdevice) throw new KsError('STATUS_NOT_FOUND', `The port is not registered on “${this.name}”.`);
    return subdevice.name;
  }

  /**
   * Binds port and miniport and registers them under `name`: the usual five lines of a StartDevice routine.
   * `adapter` is what the driver's miniports share (UnknownAdapter), `resources` the subdevice's share.
   * @throws KsError of `Port.init` or `registerSubdevice`
   */
  installSubdevice<M extends Miniport>(
    name: string,
    port: Port<M>,
    miniport: M,
    { adapter, resources = ResourceList.of([]) }: { adapter?: unknown; resources?: ResourceList } = {},
  ): Subdevice {
    const { masterClock, scheduler } = this.#services;
    port.init(miniport, { masterClock, scheduler, adapter, resources });
    return this.registerSubdevice(name, port);
  }

  /**
   * PcRegisterSubdevice.
   * @throws KsError STATUS_OBJECT_NAME_COLLISION when the name is taken (check 105), STATUS_INSUFFICIENT_RESOURCES
   *   beyond `maxObjects`, STATUS_INVALID_DEVICE_STATE for a port that was not initialised, STATUS_INVALID_PARAMETER
   *   for a name that is no reference string or a port that is registered already, STATUS_DEVICE_REMOVED
   */
  registerSubdevice(name: string, port: RegisteredPort): Subdevice {
    return this.#registration('register subdevice', name, () => {
      this.#checkNewSubdevice(name, port);
      const subdevice = new Subdevice(this, name, port, this.#services);
      this.#subdevices.push(subdevice);
      this.#services.tell({ kind: 'arrival', adapter: this, subdevice });
      // Every object begins in D0; what its driver had switched off is on again.
      if (this.#leftAsleep.delete(port) && subdevice.power.state === 'D0') {
        // Who loses its hardware meanwhile tells that itself, and has power when it is back.
        subdevice.power.notify('D0')?.catch(() => undefined);
      }
      return subdevice;
    });
  }

  /**
   * IUnregisterSubdevice. Its physical connections go first, so that no connection record outlives it; open streams
   * go to STOP (RULE-12).
   * @throws KsError STATUS_NOT_FOUND
   */
  unregisterSubdevice(name: string, reason = 'The subdevice was unregistered.'): void {
    this.#registration('unregister subdevice', name, () => {
      const subdevice = this.subdevice(name);
      if (!subdevice) throw new KsError('STATUS_NOT_FOUND', `“${this.name}” has no subdevice “${name}”.`);
      for (const connection of [...this.#connections]) {
        if (connection.fromSubdevice === name || connection.toSubdevice === name) {
          this.unregisterPhysicalConnection(connection);
        }
      }
      for (const connection of [...this.#externalConnections]) {
        if (ownEnd(connection).subdevice === name) this.unregisterExternalConnection(connection);
      }
      this.#subdevices.splice(this.#subdevices.indexOf(subdevice), 1);
      if (subdevice.power.ownState !== 'D0') this.#leftAsleep.add(subdevice.port);
      subdevice.remove(reason);
      this.#services.tell({ kind: 'removal', adapter: this, subdevice });
    });
  }

  /**
   * PcRegisterPhysicalConnection: from an OUT pin of one subdevice to an IN pin of another.
   * @throws KsError STATUS_UNSUCCESSFUL for an unregistered subdevice, STATUS_INVALID_PARAMETER for a wrong pin or a
   *   connection that is registered already
   */
  registerPhysicalConnection(connection: PhysicalConnection): void {
    this.#registration(`register connection ${describe(connection)}`, undefined, () => {
      this.#checkEnd(connection.fromSubdevice, connection.fromPin, 'OUT');
      this.#checkEnd(connection.toSubdevice, connection.toPin, 'IN');
      if (this.#connections.some((each) => sameConnection(each, connection))) throw alreadyConnected();
      this.#connections.push({ ...connection });
      this.#services.tell({ kind: 'connections', adapter: this });
    });
  }

  /** IUnregisterPhysicalConnection. @throws KsError STATUS_NOT_FOUND */
  unregisterPhysicalConnection(connection: PhysicalConnection): void {
    this.#registration(`unregister connection ${describe(connection)}`, undefined, () => {
      const index = this.#connections.findIndex((each) => sameConnection(each, connection));
      if (index < 0) throw notConnected();
      this.#connections.splice(index, 1);
      this.#services.tell({ kind: 'connections', adapter: this });
    });
  }

  /**
   * PcRegisterPhysicalConnectionToExternal and …FromExternal: the peer belongs to another adapter's driver and is
   * named by its symbolic link. It may be registered later, or go and come back.
   * @throws KsError as `registerPhysicalConnection`; STATUS_INVALID_PARAMETER for an empty link
   */
  registerExternalConnection(connection: ExternalConnection): void {
    this.#registration(`register connection ${describe(connection)}`, undefined, () => {
      const own = ownEnd(connection);
      const peer = externalEnd(connection);
      this.#checkEnd(own.subdevice, own.pin, isToExternal(connection) ? 'OUT' : 'IN');
      if (peer.link === '' || !Number.isInteger(peer.pin) || peer.pin < 0) {
        throw new KsError('STATUS_INVALID_PARAMETER', 'The external filter and its pin must be named.');
      }
      if (this.#externalConnections.some((each) => sameExternalConnection(each, connection))) {
        throw alreadyConnected();
      }
      this.#externalConnections.push({ ...connection });
      this.#services.tell({ kind: 'connections', adapter: this });
    });
  }

  /** IUnregisterPhysicalConnection, …ToExternal and …FromExternal. @throws KsError STATUS_NOT_FOUND */
  unregisterExternalConnection(connection: ExternalConnection): void {
    this.#registration(`unregister connection ${describe(connection)}`, undefined, () => {
      const index = this.#externalConnections.findIndex((each) => sameExternalConnection(each, connection));
      if (index < 0) throw notConnected();
      this.#externalConnections.splice(index, 1);
      this.#services.tell({ kind: 'connections', adapter: this });
    });
  }

  /**
   * The other end of a pin's physical connection, asked from either end: a subdevice of this adapter by its name, a
   * filter of another adapter by its symbolic link.
   */
  physicalPeer(subdevice: string, pin: number): { filter: string; pin: number } | undefined {
    for (const each of this.#connections) {
      if (each.fromSubdevice === subdevice && each.fromPin === pin) {
        return { filter: each.toSubdevice, pin: each.toPin };
      }
      if (each.toSubdevice === subdevice && each.toPin === pin) {
        return { filter: each.fromSubdevice, pin: each.fromPin };
      }
    }
    for (const each of this.#externalConnections) {
      const own = ownEnd(each);
      if (own.subdevice !== subdevice || own.pin !== pin) continue;
      const { link, pin: peerPin } = externalEnd(each);
      return { filter: link, pin: peerPin };
    }
    return undefined;
  }

  /**
   * PcRegisterIoTimeout: `routine` is called with `context` about once per second, until unregistered or the adapter
   * is removed.
   * @throws KsError STATUS_UNSUCCESSFUL when the pair is registered already, STATUS_DEVICE_REMOVED
   */
  registerIoTimeout<Context>(routine: TimeoutRoutine<Context>, context: Context): void {
    this.#refuseWhenRemoved();
    this.#timeouts.register(routine, context);
  }

  /** PcUnregisterIoTimeout. @throws KsError STATUS_NOT_FOUND for a pair that is not registered */
  unregisterIoTimeout<Context>(routine: TimeoutRoutine<Context>, context: Context): void {
    this.#timeouts.unregister(routine, context);
  }

  /** PcRegisterAdapterPnpManagement; a new registration replaces the present one. */
  registerPnpManagement(management: AdapterPnpManagement): void {
    this.#registration('register PnP management', undefined, () => this.pnp.register(management));
  }

  /** PcUnregisterAdapterPnpManagement */
  unregisterPnpManagement(): void {
    this.#registration('unregister PnP management', undefined, () => this.pnp.register(undefined));
  }

  /**
   * PcNewRegistryKey and IPort::NewRegistryKey. `subdevice` names the interface for the kind `deviceInterface`.
   * @throws KsError STATUS_INVALID_PARAMETER for an interface without a subdevice's name
   */
  newRegistryKey(kind: RegistryKeyKind, subdevice?: string): RegistryKey {
    const { registry } = this.#services;
    if (kind === 'general') return registry;
    const key = registry.newSubKey(kind).newSubKey(this.id);
    if (kind !== 'deviceInterface') return key;
    if (subdevice === undefined) {
      throw new KsError(
        'STATUS_INVALID_PARAMETER',
        'The key of an interface needs the name of its subdevice.',
      );
    }
    return key.newSubKey(subdevice);
  }

  /** A pin instance of one of the subdevices came, went or changed its state. */
  pinsChanged(): void {
    const streaming = this.#streaming();
    if (streaming === this.#wasStreaming) return;
    this.#wasStreaming = streaming;
    this.idlePower.conditionsChanged();
  }

  /** Unregisters everything: connections, then subdevices in reverse order of registration. */
  removeAll(reason: string): void {
    for (const connection of [...this.#externalConnections].reverse()) {
      this.unregisterExternalConnection(connection);
    }
    for (const connection of [...this.#connections].reverse()) this.unregisterPhysicalConnection(connection);
    for (const subdevice of [...this.#subdevices].reverse()) this.unregisterSubdevice(subdevice.name, reason);
  }

  /** The device object goes: nothing can be registered on it any more. */
  dispose(): void {
    this.#removed = true;
    this.#timeouts.dispose();
    this.idlePower.dispose();
    this.removeAll('The adapter was removed.');
  }

  #streaming(): boolean {
    return this.#subdevices.some(({ openPins }) => openPins.some(({ state }) => state !== 'STOP'));
  }

  #eachPin(act: (pin: PinInstance) => void): void {
    for (const { openPins } of this.#subdevices) for (const pin of openPins) act(pin);
  }

  /** IPowerNotify of the miniports and of the streams of their pins, without those that sleep on their own. */
  #notifyPower(state: DevicePowerState): void {
    for (const { power } of this.#subdevices) {
      // What failed is the miniport's to tell.
      if (power.ownState === 'D0') power.notify(state)?.catch(() => undefined);
    }
  }

  /** Traces what `act` does by its name and outcome; what it answers is no detail anybody reads. */
  #registration<T>(action: string, subdevice: string | undefined, act: () => T): T {
    let result: T | undefined;
    const target = subdevice === undefined ? this.id : `${this.id}/${subdevice}`;
    this.#services.tracer.measure('registration', target, action, () => {
      result = act();
    });
    return result as T;
  }

  #checkNewSubdevice(name: string, port: RegisteredPort): void {
    this.#refuseWhenRemoved();
    if (name === '' || name.includes('/')) {
      throw new KsError('STATUS_INVALID_PARAMETER', `“${name}” cannot name a subdevice.`);
    }
    if (this.subdevice(name)) {
      throw new KsError('STATUS_OBJECT_NAME_COLLISION', `“${this.name}” already has a subdevice “${name}”.`);
    }
    const twin = this.#subdevices.find((each) => each.port === port);
    if (twin) {
      throw new KsError('STATUS_INVALID_PARAMETER', `The port is already registered as “${twin.name}”.`);
    }
    if (this.#subdevices.length >= this.maxObjects) {
      throw new KsError(
        'STATUS_INSUFFICIENT_RESOURCES',
        `“${this.name}” may have ${this.maxObjects} subdevices only.`,
      );
    }
  }

  #checkEnd(name: string, pinId: number, flow: DataFlow): void {
    const subdevice = this.subdevice(name);
    if (!subdevice) throw new KsError('STATUS_UNSUCCESSFUL', `“${name}” is not a registered subdevice.`);
    const pin = subdevice.filter.pin(pinId);
    const label = `Pin ${pinId} (${pinName(pin)}) of “${name}”`;
    if (pin.dataFlow !== flow) {
      throw new KsError(
        'STATUS_INVALID_PARAMETER',
        `${label} is an ${pin.dataFlow} pin; an ${flow} pin is needed here.`,
      );
    }
    if (pin.communication !== 'NONE') {
      throw new KsError('STATUS_INVALID_PARAMETER', `${label} is not a physical pin.`);
    }
  }

  #refuseWhenRemoved(): void {
    if (this.#removed) throw new KsError('STATUS_DEVICE_REMOVED', `“${this.name}” was removed.`);
  }
}

function describe(connection: PhysicalConnection | ExternalConnection): string {
  const from = 'fromSubdevice' in connection ? connection.fromSubdevice : connection.fromLink;
  const to = 'toSubdevice' in connection ? connection.toSubdevice : connection.toLink;
  return `${from}.${connection.fromPin} to ${to}.${connection.toPin}`;
}

const alreadyConnected = () =>
  new KsError('STATUS_INVALID_PARAMETER', 'This physical connection is already registered.');
const notConnected = () => new KsError('STATUS_NOT_FOUND', 'This physical connection is not registered.');

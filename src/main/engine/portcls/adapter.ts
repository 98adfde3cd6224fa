import type { Disposable } from '../../../contract/disposable.ts';
import type { MasterClock } from '../ks/clock.ts';
import { KsError } from '../ks/status.ts';
import { pinName } from '../ks/descriptor.ts';
import type { Tracer } from '../ks/trace.ts';
import type { Miniport, Port, RegisteredPort } from './ports/port.ts';
import type { InterfaceEvent } from './portcls.ts';
import { ResourceList } from './resourceList.ts';
import type { Scheduler } from './scheduler.ts';
import { sameConnection, type PhysicalConnection } from './physicalConnection.ts';
import { Subdevice } from './subdevice.ts';

/** An adapter's functional device object: its subdevices and the wires between them. Specification 1.1, 7, 8.1. */
export class AdapterDevice implements Disposable {
  readonly id: string;
  readonly name: string;
  readonly maxObjects: number;
  readonly #services: { masterClock: MasterClock; scheduler: Scheduler };
  readonly #tracer: Tracer;
  readonly #tell: (event: InterfaceEvent) => void;
  readonly #subdevices: Subdevice[] = [];
  readonly #connections: PhysicalConnection[] = [];

  constructor(
    options: { id: string; name: string; maxObjects: number },
    services: { masterClock: MasterClock; scheduler: Scheduler },
    tracer: Tracer,
    tell: (event: InterfaceEvent) => void,
  ) {
    this.id = options.id;
    this.name = options.name;
    this.maxObjects = options.maxObjects;
    this.#services = services;
    this.#tracer = tracer;
    this.#tell = tell;
  }

  /** In registration order, which is the discovery order of everything above. */
  get subdevices(): readonly Subdevice[] {
    return this.#subdevices;
  }

  get connections(): readonly PhysicalConnection[] {
    return this.#connections;
  }

  subdevice(name: string): Subdevice | undefined {
    return this.#subdevices.find((each) => each.name === name);
  }

  /**
   * Binds port and miniport and registers them under `name`: the usual five lines of a StartDevice routine.
   * `adapter` is what the driver's miniports share (UnknownAdapter), `resources` the subdevice's share.
   */
  installSubdevice<M extends Miniport>(
    name: string,
    port: Port<M>,
    miniport: M,
    { adapter, resources = ResourceList.of([]) }: { adapter?: unknown; resources?: ResourceList } = {},
  ): Subdevice {
    port.init(miniport, { ...this.#services, adapter, resources });
    return this.registerSubdevice(name, port);
  }

  /**
   * PcRegisterSubdevice.
   * @throws KsError STATUS_OBJECT_NAME_COLLISION when the name is taken, STATUS_INSUFFICIENT_RESOURCES beyond
   *   `maxObjects`, STATUS_INVALID_DEVICE_STATE for a port that was not initialised
   */
  registerSubdevice(name: string, port: RegisteredPort): Subdevice {
    if (this.subdevice(name)) {
      throw new KsError('STATUS_OBJECT_NAME_COLLISION', `“${this.name}” already has a subdevice “${name}”.`);
    }
    if (this.#subdevices.length >= this.maxObjects) {
      throw new KsError(
        'STATUS_INSUFFICIENT_RESOURCES',
        `“${this.name}” may have ${this.maxObjects} subdevices only.`,
      );
    }
    const subdevice = new Subdevice(this, name, port, this.#tracer);
    this.#subdevices.push(subdevice);
    this.#tell({ kind: 'arrival', adapter: this, subdevice });
    return subdevice;
  }

  /** IUnregisterSubdevice. Its physical connections go first, so that no connection record outlives it. */
  unregisterSubdevice(name: string, reason = 'The subdevice was unregistered.'): void {
    const index = this.#subdevices.findIndex((each) => each.name === name);
    const subdevice = this.#subdevices[index];
    if (!subdevice) throw new KsError('STATUS_NOT_FOUND', `“${this.name}” has no subdevice “${name}”.`);
    for (const connection of [...this.#connections]) {
      if (connection.fromSubdevice === name || connection.toSubdevice === name) {
        this.unregisterPhysicalConnection(connection);
      }
    }
    this.#subdevices.splice(index, 1);
    subdevice.remove(reason);
    this.#tell({ kind: 'removal', adapter: this, subdevice });
  }

  /**
   * PcRegisterPhysicalConnection: from an OUT pin of one subdevice to an IN pin of another.
   * @throws KsError STATUS_UNSUCCESSFUL for an unregistered subdevice, STATUS_INVALID_PARAMETER for a wrong pin
   */
  registerPhysicalConnection(connection: PhysicalConnection): void {
    const { fromSubdevice, fromPin, toSubdevice, toPin } = connection;
    this.#checkEnd(fromSubdevice, fromPin, 'OUT');
    this.#checkEnd(toSubdevice, toPin, 'IN');
    if (this.#connections.some((each) => sameConnection(each, connection))) {
      throw new KsError('STATUS_INVALID_PARAMETER', 'This physical connection is already registered.');
    }
    this.#connections.push({ ...connection });
    this.#tell({ kind: 'connections', adapter: this });
  }

  /** IUnregisterPhysicalConnection. @throws KsError STATUS_NOT_FOUND */
  unregisterPhysicalConnection(connection: PhysicalConnection): void {
    const index = this.#connections.findIndex((each) => sameConnection(each, connection));
    if (index < 0) throw new KsError('STATUS_NOT_FOUND', 'This physical connection is not registered.');
    this.#connections.splice(index, 1);
    this.#tell({ kind: 'connections', adapter: this });
  }

  /** The other end of a pin's physical connection, asked from either end. */
  physicalPeer(subdevice: string, pin: number): { filter: string; pin: number } | undefined {
    for (const each of this.#connections) {
      if (each.fromSubdevice === subdevice && each.fromPin === pin) {
        return { filter: each.toSubdevice, pin: each.toPin };
      }
      if (each.toSubdevice === subdevice && each.toPin === pin) {
        return { filter: each.fromSubdevice, pin: each.fromPin };
      }
    }
    return undefined;
  }

  /** Unregisters everything: connections, then subdevices in reverse order of registration. */
  removeAll(reason: string): void {
    for (const connection of [...this.#connections].reverse()) this.unregisterPhysicalConnection(connection);
    for (const subdevice of [...this.#subdevices].reverse()) this.unregisterSubdevice(subdevice.name, reason);
  }

  dispose(): void {
    this.removeAll('The adapter was removed.');
  }

  #checkEnd(name: string, pinId: number, flow: 'IN' | 'OUT'): void {
    const subdevice = this.subdevice(name);
    if (!subdevice) throw new KsError('STATUS_UNSUCCESSFUL', `“${name}” is not a registered subdevice.`);
    const pin = subdevice.filter.pin(pinId);
    if (pin.dataFlow !== flow) {
      throw new KsError(
        'STATUS_INVALID_PARAMETER',
        `Pin ${pinId} (${pinName(pin)}) of “${name}” is an ${pin.dataFlow} pin; an ${flow} pin is needed here.`,
      );
    }
    if (pin.communication !== 'NONE') {
      throw new KsError(
        'STATUS_INVALID_PARAMETER',
        `Pin ${pinId} (${pinName(pin)}) of “${name}” is not a physical pin.`,
      );
    }
  }
}

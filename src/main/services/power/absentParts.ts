import { PinwheelError } from '../../../contract/errors.ts';
import type { AdapterDevice } from '../../engine/portcls/adapter.ts';
import { sameConnection, type PhysicalConnection } from '../../engine/portcls/physicalConnection.ts';
import type { Subdevice } from '../../engine/portcls/subdevice.ts';

/** A physical connection with the adapter whose subdevices it joins. */
export interface AdapterConnection extends PhysicalConnection {
  readonly adapter: AdapterDevice;
}

interface TakenConnection extends AdapterConnection {
  /** It comes back with the subdevice it went with; otherwise it was taken away by itself. */
  readonly withSubdevice: boolean;
}

/**
 * Subdevices and physical connections that were unregistered by request and can be registered again: the port-miniport
 * pair lives on, and is registered under the same name. What its driver registers anew itself is not absent any more.
 * Specification 8.1.
 */
export class AbsentParts {
  readonly #subdevices = new Map<string, Subdevice>();
  #connections: TakenConnection[] = [];

  get subdevices(): readonly Subdevice[] {
    return [...this.#subdevices.values()];
  }

  get connections(): readonly AdapterConnection[] {
    return this.#connections;
  }

  /** @throws KsError STATUS_NOT_FOUND */
  unregister(subdevice: Subdevice): void {
    const { adapter, name, path } = subdevice;
    for (const each of adapter.connections) {
      if (each.fromSubdevice === name || each.toSubdevice === name) {
        this.#connections.push({ ...each, adapter, withSubdevice: true });
      }
    }
    adapter.unregisterSubdevice(name, 'It was unregistered by request.');
    this.#subdevices.set(path, subdevice);
  }

  /** @throws PinwheelError `not-found`, KsError when the adapter refuses */
  register(path: string): void {
    const absent = this.#subdevices.get(path);
    if (!absent) {
      throw new PinwheelError({
        code: 'not-found',
        message: `No subdevice “${path}” was unregistered.`,
        subject: path,
      });
    }
    const { adapter, name, port } = absent;
    adapter.registerSubdevice(name, port);
    this.#subdevices.delete(path);
    for (const each of [...this.#connections]) {
      const belongs = each.adapter === adapter && (each.fromSubdevice === name || each.toSubdevice === name);
      if (belongs && each.withSubdevice && isPossible(each)) this.connect(each);
    }
  }

  /** @throws KsError as `AdapterDevice.registerPhysicalConnection` */
  connect({ adapter, ...connection }: AdapterConnection): void {
    adapter.registerPhysicalConnection(endsOf(connection));
    this.#forget({ adapter, ...connection });
  }

  /** @throws KsError STATUS_NOT_FOUND */
  disconnect({ adapter, ...connection }: AdapterConnection): void {
    adapter.unregisterPhysicalConnection(connection);
    this.#connections.push({ ...connection, adapter, withSubdevice: false });
  }

  /** Forgets what is registered again, or whose adapter is gone. */
  reconcile(adapters: readonly AdapterDevice[]): void {
    for (const [path, { adapter, name }] of this.#subdevices) {
      if (!adapters.includes(adapter) || adapter.subdevice(name)) this.#subdevices.delete(path);
    }
    this.#connections = this.#connections.filter(
      (each) =>
        adapters.includes(each.adapter) &&
        !each.adapter.connections.some((present) => sameConnection(present, each)),
    );
  }

  #forget(connection: AdapterConnection): void {
    this.#connections = this.#connections.filter(
      (each) => each.adapter !== connection.adapter || !sameConnection(each, connection),
    );
  }
}

/** Both ends are registered. */
export function isPossible({ adapter, fromSubdevice, toSubdevice }: AdapterConnection): boolean {
  return adapter.subdevice(fromSubdevice) !== undefined && adapter.subdevice(toSubdevice) !== undefined;
}

function endsOf({ fromSubdevice, fromPin, toSubdevice, toPin }: PhysicalConnection): PhysicalConnection {
  return { fromSubdevice, fromPin, toSubdevice, toPin };
}

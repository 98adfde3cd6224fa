import type { Disposable } from '../../../contract/disposable.ts';
import {
  nodeName,
  pinName,
  UNLIMITED_INSTANCES,
  type FilterDescriptor,
  type PinDescriptor,
} from './descriptor.ts';
import { PortEvents } from './event.ts';
import type { DataFormat } from './format.ts';
import { matchesRange } from './format.ts';
import {
  accessOf,
  ACCESS,
  AutomationTable,
  KSPROPERTY_PIN,
  KSPROPERTY_TOPOLOGY,
  NO_NODE,
  propertyItem,
  unknownProperty,
  unsupportedVerb,
  type BasicSupport,
  type Property,
  type PropertyItem,
  type PropertyContext,
} from './property.ts';
import { KsError } from './status.ts';
import { PinInstance, type PinInstanceParts } from './pin.ts';

/** What a port gives its filter beside the descriptor. */
export interface FilterHost {
  readonly name: string;
  readonly descriptor: FilterDescriptor;
  readonly events: PortEvents;
  /** KSPROPERTY_PIN_PHYSICALCONNECTION; undefined when the pin has none. */
  physicalConnection(pin: number): { filter: string; pin: number } | undefined;
  /** Creates the miniport's stream for a pin instance; throws KsError when the port has no streams. */
  createPin(pinId: number, format: DataFormat): PinInstanceParts;
}

/**
 * A filter: property dispatch on filter, pin and node, and the pin instances. Specification 1.1, 1.5, 1.8, 1.10.
 *
 * Instances are counted per filter object; this engine opens one filter instance per subdevice, so the global and
 * the per-filter counts agree and the smaller limit decides.
 */
export class Filter implements Disposable {
  readonly #host: FilterHost;
  readonly #portItems: AutomationTable;
  readonly #pinInstances = new Map<number, Set<PinInstance>>();
  #removed: string | undefined;

  constructor(host: FilterHost) {
    this.#host = host;
    this.#portItems = portItems(this);
  }

  get name(): string {
    return this.#host.name;
  }

  get descriptor(): FilterDescriptor {
    return this.#host.descriptor;
  }

  get events(): PortEvents {
    return this.#host.events;
  }

  /** KSPROPERTY_TYPE_GET. @throws KsError */
  get<Instance, Value>(property: Property<Instance, Value>, instance: Instance, node = NO_NODE): Value {
    this.#refuseWhenRemoved();
    const item = this.#resolve(property, node);
    if (!item.get) throw unsupportedVerb('GET', property);
    return item.get(instance, this.#context(node)) as Value;
  }

  /** KSPROPERTY_TYPE_SET. @throws KsError */
  set<Instance, Value>(
    property: Property<Instance, Value>,
    instance: Instance,
    value: Value,
    node = NO_NODE,
  ): void {
    this.#refuseWhenRemoved();
    const item = this.#resolve(property, node);
    if (!item.set) throw unsupportedVerb('SET', property);
    item.set(instance, value, this.#context(node));
  }

  /** KSPROPERTY_TYPE_BASICSUPPORT. @throws KsError */
  basicSupport<Instance, Value>(property: Property<Instance, Value>, node = NO_NODE): BasicSupport {
    this.#refuseWhenRemoved();
    const item = this.#resolve(property, node);
    return { access: accessOf(item), ...item.basicSupport?.(this.#context(node)) };
  }

  /** True when the node or filter answers the property at all. */
  supports(
    property: { set: Property<unknown, unknown>['set']; id: number; name: string },
    node = NO_NODE,
  ): boolean {
    try {
      return (accessOf(this.#resolve(property, node)) & (ACCESS.GET | ACCESS.SET)) !== 0;
    } catch {
      return false;
    }
  }

  /**
   * Opens a pin instance in STOP. Fails when the pin has no free instance, is a jack or physical pin, or the format
   * is in none of its ranges. Specification 1.5, 3.1.
   * @throws KsError STATUS_INVALID_PARAMETER | STATUS_UNSUCCESSFUL | STATUS_NO_MATCH | STATUS_DEVICE_REMOVED
   */
  createPin(pinId: number, format: DataFormat): PinInstance {
    this.#refuseWhenRemoved();
    const pin = this.pin(pinId);
    const { possible, current } = this.instanceCounts(pinId);
    if (possible !== UNLIMITED_INSTANCES && current >= possible) {
      throw new KsError(
        'STATUS_UNSUCCESSFUL',
        possible === 0
          ? `Pin ${pinId} (${pinName(pin)}) of “${this.name}” cannot be opened: it is wired, not streamed to.`
          : `Pin ${pinId} (${pinName(pin)}) of “${this.name}” has no free instance: ${current} of ${possible} are open.`,
        { subject: this.name },
      );
    }
    if (!pin.dataRanges.some((range) => matchesRange(format, range))) {
      throw new KsError('STATUS_NO_MATCH', `Pin ${pinId} of “${this.name}” does not take this format.`, {
        subject: this.name,
      });
    }
    const parts = this.#host.createPin(pinId, format);
    const open = this.#instancesOf(pinId);
    const instance: PinInstance = new PinInstance(this.name, pinId, format, parts, () =>
      open.delete(instance),
    );
    open.add(instance);
    return instance;
  }

  /** KSPROPERTY_PIN_CINSTANCES */
  instanceCounts(pinId: number): { possible: number; current: number } {
    const pin = this.pin(pinId);
    return {
      possible: Math.min(pin.maxFilterInstances, pin.maxGlobalInstances),
      current: this.#instancesOf(pinId).size,
    };
  }

  get openPins(): readonly PinInstance[] {
    return [...this.#pinInstances.values()].flatMap((instances) => [...instances]);
  }

  /** @throws KsError STATUS_INVALID_PARAMETER for an unknown id */
  pin(pinId: number): PinDescriptor {
    const pin = this.descriptor.pins[pinId];
    if (!pin) throw new KsError('STATUS_INVALID_PARAMETER', `“${this.name}” has no pin ${pinId}.`);
    return pin;
  }

  physicalConnection(pinId: number): { filter: string; pin: number } | undefined {
    this.pin(pinId);
    return this.#host.physicalConnection(pinId);
  }

  /**
   * Ends the filter: new opens and requests fail, open pins go down to STOP and stay valid for close only.
   * RULE-12; what open streams see is UNCONFIRMED in the documents.
   */
  remove(reason: string): void {
    if (this.#removed !== undefined) return;
    this.#removed = reason;
    for (const instance of this.openPins) instance.remove(reason);
  }

  dispose(): void {
    this.remove('The subdevice was unregistered.');
    for (const instance of this.openPins) instance.close();
  }

  #instancesOf(pinId: number): Set<PinInstance> {
    let instances = this.#pinInstances.get(pinId);
    if (!instances) this.#pinInstances.set(pinId, (instances = new Set()));
    return instances;
  }

  #context(node: number): PropertyContext {
    return { minorTarget: undefined, node };
  }

  /** Specification 1.8: the node's table when a node is named, else port first, then the filter's own table. */
  #resolve(
    property: { set: Property<unknown, unknown>['set']; id: number; name: string },
    node: number,
  ): PropertyItem {
    const ported = this.#portItems.find(property);
    if (ported) return ported;
    if (node === NO_NODE) {
      return (
        this.descriptor.automation?.find(property) ??
        raise(unknownProperty(property, `Filter “${this.name}”`))
      );
    }
    const descriptor = this.#node(node);
    return (
      descriptor.automation?.find(property) ??
      raise(unknownProperty(property, `Node ${node} of “${this.name}”`))
    );
  }

  #node(node: number) {
    const descriptor = this.descriptor.nodes[node];
    if (!descriptor) throw new KsError('STATUS_INVALID_PARAMETER', `“${this.name}” has no node ${node}.`);
    return descriptor;
  }

  #refuseWhenRemoved(): void {
    if (this.#removed !== undefined) {
      throw new KsError('STATUS_DEVICE_REMOVED', `“${this.name}” is gone: ${this.#removed}`, {
        subject: this.name,
      });
    }
  }
}

function raise(error: KsError): never {
  throw error;
}

/** What every port driver answers by itself on the filter. Specification 1.10. */
function portItems(filter: Filter): AutomationTable {
  return new AutomationTable([
    propertyItem({
      property: KSPROPERTY_PIN.CINSTANCES,
      get: ({ pinId }) => filter.instanceCounts(pinId),
    }),
    propertyItem({ property: KSPROPERTY_PIN.CTYPES, get: () => filter.descriptor.pins.length }),
    propertyItem({ property: KSPROPERTY_PIN.DATAFLOW, get: ({ pinId }) => filter.pin(pinId).dataFlow }),
    propertyItem({
      property: KSPROPERTY_PIN.COMMUNICATION,
      get: ({ pinId }) => filter.pin(pinId).communication,
    }),
    propertyItem({
      property: KSPROPERTY_PIN.PHYSICALCONNECTION,
      get: ({ pinId }) => {
        const peer = filter.physicalConnection(pinId);
        if (!peer) {
          throw new KsError(
            'STATUS_NOT_FOUND',
            `Pin ${pinId} of “${filter.name}” has no physical connection.`,
          );
        }
        return peer;
      },
    }),
    propertyItem({ property: KSPROPERTY_PIN.CATEGORY, get: ({ pinId }) => filter.pin(pinId).category }),
    propertyItem({ property: KSPROPERTY_PIN.NAME, get: ({ pinId }) => pinName(filter.pin(pinId)) }),
    propertyItem({ property: KSPROPERTY_TOPOLOGY.CATEGORIES, get: () => filter.descriptor.categories }),
    propertyItem({
      property: KSPROPERTY_TOPOLOGY.NODES,
      get: () => filter.descriptor.nodes.map((node) => node.type),
    }),
    propertyItem({ property: KSPROPERTY_TOPOLOGY.CONNECTIONS, get: () => filter.descriptor.connections }),
    propertyItem({
      property: KSPROPERTY_TOPOLOGY.NAME,
      get: (_instance, { node }) => {
        const descriptor = filter.descriptor.nodes[node];
        if (!descriptor)
          throw new KsError('STATUS_INVALID_PARAMETER', `“${filter.name}” has no node ${node}.`);
        return nodeName(descriptor);
      },
    }),
  ]);
}

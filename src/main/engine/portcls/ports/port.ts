import type { MasterClock } from '../../ks/clock.ts';
import { validateDescriptor, type FilterDescriptor } from '../../ks/descriptor.ts';
import { PortEvents } from '../../ks/event.ts';
import type { PinCounts } from '../../ks/filter.ts';
import type { DataFormat } from '../../ks/format.ts';
import { KSCATEGORY, type Guid } from '../../ks/guid.ts';
import type { IntersectionHandler } from '../../ks/intersection.ts';
import type { PinInstanceParts } from '../../ks/pin.ts';
import type { PropertyItem } from '../../ks/property.ts';
import { KsError } from '../../ks/status.ts';
import type { AdapterDevice } from '../adapter.ts';
import type { UnregisterPhysicalConnection, UnregisterSubdevice } from '../physicalConnection.ts';
import type { ResourceList } from '../resourceList.ts';
import type { Scheduler } from '../scheduler.ts';
import { ServiceGroup } from '../serviceGroup.ts';

/** What every miniport answers. IMiniport; specification 3.1. */
export interface Miniport {
  /** GetDescription */
  getDescription(): FilterDescriptor;
  /**
   * DataRangeIntersection. Throws STATUS_NOT_IMPLEMENTED to leave a pair of ranges to the port's default handler,
   * STATUS_NO_MATCH to have the next pair tried.
   */
  dataRangeIntersection?: IntersectionHandler;
  /** IPinCount, for counts that depend on what is in use. */
  pinCount?(pinId: number, counts: PinCounts): PinCounts;
}

/** Input of every IMiniport…::Init: the adapter driver's own object, the subdevice's resources, the port. */
export interface MiniportInit<P> {
  /** UnknownAdapter: whatever the adapter driver shares between its miniports. */
  readonly adapter: unknown;
  readonly resources: ResourceList;
  readonly port: P;
}

/** What a port gets from the system when it is initialised. */
export interface PortServices {
  readonly masterClock: MasterClock;
  readonly scheduler: Scheduler;
  readonly adapter: unknown;
  readonly resources: ResourceList;
}

/** What a subdevice needs of its port, whatever miniport it drives. */
export interface RegisteredPort {
  readonly classId: Guid;
  readonly events: PortEvents;
  readonly descriptor: FilterDescriptor;
  readonly miniport: Miniport;
  /** Properties the port answers on its filters beyond those every port answers. */
  readonly filterItems: readonly PropertyItem[];
  createPin(pinId: number, format: DataFormat): PinInstanceParts;
}

/**
 * IPort: the half of a driver the system supplies. It owns the filter's protocol and calls down into its miniport.
 * One subdevice is always one port-miniport pair.
 */
export abstract class Port<M extends Miniport>
  implements RegisteredPort, UnregisterSubdevice, UnregisterPhysicalConnection
{
  abstract readonly classId: Guid;
  readonly events = new PortEvents();
  #miniport: M | undefined;
  #descriptor: FilterDescriptor | undefined;
  #services: PortServices | undefined;

  /**
   * IPort::Init: calls the miniport's own Init, then GetDescription, and refuses a descriptor that breaks a rule.
   * @throws KsError STATUS_INVALID_DEVICE_STATE when called twice, STATUS_INVALID_PARAMETER for a bad descriptor, or
   *   the miniport's refusal; the port stays uninitialised
   */
  init(miniport: M, services: PortServices): void {
    if (this.#miniport) throw new KsError('STATUS_INVALID_DEVICE_STATE', 'The port is already initialised.');
    this.#services = services;
    try {
      this.initMiniport(miniport, services);
      const described = miniport.getDescription();
      validateDescriptor(described, this.constructor.name);
      // (MS) A filter that lists no categories gets its port's own.
      this.#descriptor =
        described.categories.length > 0 ? described : { ...described, categories: this.defaultCategories };
      this.#miniport = miniport;
    } catch (error) {
      this.#services = undefined;
      throw error;
    }
  }

  get miniport(): M {
    return this.#miniport ?? this.#refuse();
  }

  get descriptor(): FilterDescriptor {
    return this.#descriptor ?? this.#refuse();
  }

  get filterItems(): readonly PropertyItem[] {
    return [];
  }

  /** PcNewServiceGroup, from a miniport's Init on. @throws KsError STATUS_INVALID_DEVICE_STATE before */
  newServiceGroup(): ServiceGroup {
    return new ServiceGroup(this.services.scheduler);
  }

  unregisterSubdevice(device: AdapterDevice, port: RegisteredPort): void {
    device.unregisterSubdevice(device.nameOf(port));
  }

  unregisterPhysicalConnection(
    device: AdapterDevice,
    fromPort: RegisteredPort,
    fromPin: number,
    toPort: RegisteredPort,
    toPin: number,
  ): void {
    const [fromSubdevice, toSubdevice] = [device.nameOf(fromPort), device.nameOf(toPort)];
    device.unregisterPhysicalConnection({ fromSubdevice, fromPin, toSubdevice, toPin });
  }

  unregisterPhysicalConnectionToExternal(
    device: AdapterDevice,
    fromPort: RegisteredPort,
    fromPin: number,
    toLink: string,
    toPin: number,
  ): void {
    const fromSubdevice = device.nameOf(fromPort);
    device.unregisterExternalConnection({ fromSubdevice, fromPin, toLink, toPin });
  }

  unregisterPhysicalConnectionFromExternal(
    device: AdapterDevice,
    fromLink: string,
    fromPin: number,
    toPort: RegisteredPort,
    toPin: number,
  ): void {
    const toSubdevice = device.nameOf(toPort);
    device.unregisterExternalConnection({ fromLink, fromPin, toSubdevice, toPin });
  }

  protected get services(): PortServices {
    return this.#services ?? this.#refuse();
  }

  /** Categories of a filter whose descriptor lists none. */
  protected get defaultCategories(): readonly Guid[] {
    return [KSCATEGORY.AUDIO, KSCATEGORY.RENDER, KSCATEGORY.CAPTURE];
  }

  protected abstract initMiniport(miniport: M, services: PortServices): void;

  /** Creates the miniport's stream behind a new pin instance. @throws KsError */
  abstract createPin(pinId: number, format: DataFormat): PinInstanceParts;

  #refuse(): never {
    throw new KsError('STATUS_INVALID_DEVICE_STATE', 'The port is not initialised: call init first.');
  }
}

import type { FilterDescriptor } from '../../ks/descriptor.ts';
import { validateDescriptor } from '../../ks/descriptor.ts';
import { PortEvents } from '../../ks/event.ts';
import type { Guid } from '../../ks/guid.ts';
import { KsError } from '../../ks/status.ts';
import type { DataFormat } from '../../ks/format.ts';
import type { PinInstanceParts } from '../../ks/pin.ts';
import type { MasterClock } from '../../ks/clock.ts';
import type { PinCounts } from '../../ks/filter.ts';
import type { IntersectionHandler } from '../../ks/intersection.ts';
import type { PropertyItem } from '../../ks/property.ts';

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

/** What a port gets from the system when it is initialised. */
export interface PortServices {
  readonly masterClock: MasterClock;
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
export abstract class Port<M extends Miniport> implements RegisteredPort {
  abstract readonly classId: Guid;
  readonly events = new PortEvents();
  readonly filterItems: readonly PropertyItem[] = [];
  #miniport: M | undefined;
  #descriptor: FilterDescriptor | undefined;

  /**
   * IPort::Init: calls the miniport's own Init, then GetDescription, and refuses a descriptor that breaks a rule.
   * @throws KsError STATUS_INVALID_DEVICE_STATE when called twice, STATUS_INVALID_PARAMETER for a bad descriptor
   */
  init(miniport: M, services: PortServices): void {
    if (this.#miniport) throw new KsError('STATUS_INVALID_DEVICE_STATE', 'The port is already initialised.');
    this.initMiniport(miniport, services);
    const descriptor = miniport.getDescription();
    validateDescriptor(descriptor, this.constructor.name);
    this.#miniport = miniport;
    this.#descriptor = descriptor;
  }

  get miniport(): M {
    return this.#miniport ?? this.#refuse();
  }

  get descriptor(): FilterDescriptor {
    return this.#descriptor ?? this.#refuse();
  }

  protected abstract initMiniport(miniport: M, services: PortServices): void;

  /** Creates the miniport's stream behind a new pin instance. @throws KsError */
  abstract createPin(pinId: number, format: DataFormat): PinInstanceParts;

  #refuse(): never {
    throw new KsError('STATUS_INVALID_DEVICE_STATE', 'The port is not initialised: call init first.');
  }
}

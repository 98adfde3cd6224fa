import type { EventItem } from './event.ts';
import type { Guid } from './guid.ts';
import { KsError, type KsStatus } from './status.ts';
import { LONG, NOTHING, RESERVED, struct, ULONG, type Layout } from './wire/layout.ts';

/**
 * Properties, and the automation tables requests for them are dispatched through. Specification 1.3, 1.8, 1.9.
 *
 * Requests are typed inside the engine; each property also knows its byte layouts, which `wire/` uses.
 */

export type Verb = 'GET' | 'SET' | 'BASICSUPPORT' | 'DEFAULTVALUES';

/** KSPROPERTY_TYPE_* access bits of basic support. */
export const ACCESS = { GET: 1, SET: 2, BASICSUPPORT: 0x200 } as const;

/** KSFILTER_NODE: the request carries no node. */
export const NO_NODE = 0xffffffff;

/** Channel -1 of KSNODEPROPERTY_AUDIO_CHANNEL: all channels on set, the master channel on get. */
export const ALL_CHANNELS = -1;

/** What a request carries before its value: the header, with or without a node, and the instance data after it. */
export interface InputLayout<Instance> {
  readonly name: string;
  /** KSPROPERTY_TYPE_TOPOLOGY: the header is a KSNODEPROPERTY. */
  readonly node: boolean;
  readonly instance: Layout<Instance>;
}

/** KSNODEPROPERTY_AUDIO_CHANNEL */
export interface ChannelInstance {
  readonly channel: number;
}
/** KSP_PIN */
export interface PinIdInstance {
  readonly pinId: number;
}
export type NoInstance = undefined;

const channelLayout = struct('Channel, Reserved', { channel: LONG, reserved: RESERVED });
const pinIdLayout = struct('PinId, Reserved', { pinId: ULONG, reserved: RESERVED });

/** The four request headers, by the codes of specification 2.1. */
export const INPUT = {
  /** `KSPROPERTY` */
  K: { name: 'KSPROPERTY', node: false, instance: NOTHING } satisfies InputLayout<NoInstance>,
  /** `KSNODEPROPERTY` */
  N: { name: 'KSNODEPROPERTY', node: true, instance: NOTHING } satisfies InputLayout<NoInstance>,
  /** `KSNODEPROPERTY_AUDIO_CHANNEL` */
  C: {
    name: 'KSNODEPROPERTY_AUDIO_CHANNEL',
    node: true,
    instance: channelLayout,
  } satisfies InputLayout<ChannelInstance>,
  /** `KSP_PIN` */
  P: {
    name: 'KSP_PIN',
    node: false,
    instance: pinIdLayout,
  } satisfies InputLayout<PinIdInstance>,
} as const;

/**
 * One property. The type parameters are what the request carries besides the node (`Instance`) and what it gets or
 * sets (`Value`). A property is an object of its own: tables find it by identity.
 */
export interface Property<Instance, Value> {
  readonly set: Guid;
  readonly id: number;
  readonly name: string;
  readonly input: InputLayout<Instance>;
  readonly value: Layout<Value>;
}

/** A property of any kind, where only its identity matters. */
export type AnyProperty = Property<never, never> | Property<unknown, unknown>;

/** A KSPROPERTY with what its request carries and what its value is. */
export function property<Instance, Value>(
  set: Guid,
  id: number,
  name: string,
  input: InputLayout<Instance>,
  value: Layout<Value>,
): Property<Instance, Value> {
  return { set, id, name, input, value };
}

/** KSPROPERTY_DESCRIPTION with its members list. Specification 1.9. */
export interface BasicSupport {
  /** OR of `ACCESS` bits. */
  readonly access: number;
  readonly valueType?: ValueType;
  /** One stepping per channel when `multichannel`. */
  readonly members?: {
    readonly multichannel: boolean;
    /** One value drives all channels; all steppings are equal. */
    readonly uniform: boolean;
    readonly steppings: readonly Stepping[];
  };
}

/** Variant type codes of KSPROPTYPESETID_General. */
export const VALUE_TYPE = { VT_I4: 3, VT_BOOL: 11, VT_UI4: 19 } as const;
export type ValueType = keyof typeof VALUE_TYPE;

/** KSPROPERTY_STEPPING_LONG */
export interface Stepping {
  readonly minimum: number;
  readonly maximum: number;
  readonly step: number;
}

/** What a handler learns of the request beside its instance data and value. PCPROPERTY_REQUEST. */
export interface PropertyContext {
  /** The miniport. */
  readonly majorTarget: unknown;
  /** The miniport's stream when the request went to a pin handle, undefined for a filter handle. */
  readonly minorTarget: unknown;
  /** `NO_NODE` when the request carried no node. */
  readonly node: number;
}

/** An answer that succeeds with a status of its own, such as STATUS_NOT_ALL_ASSIGNED. */
export class Qualified<Value> {
  readonly value: Value;
  readonly status: KsStatus;

  constructor(value: Value, status: KsStatus) {
    this.value = value;
    this.status = status;
  }
}

/**
 * STATUS_PENDING: the handler finishes the request later. PcCompletePendingPropertyRequest is `complete`; its status
 * must not itself be STATUS_PENDING.
 */
export class PendingRequest {
  #resolve: (status: KsStatus) => void = () => undefined;
  readonly completed: Promise<KsStatus>;
  #done = false;

  constructor() {
    this.completed = new Promise((resolve) => (this.#resolve = resolve));
  }

  /** @throws KsError STATUS_INVALID_PARAMETER for STATUS_PENDING or a second completion */
  complete(status: KsStatus): void {
    if (status === 'STATUS_PENDING' || this.#done) {
      throw new KsError(
        'STATUS_INVALID_PARAMETER',
        this.#done ? 'The request is already completed.' : 'A request cannot be completed as pending.',
      );
    }
    this.#done = true;
    this.#resolve(status);
  }
}

/**
 * PCPROPERTY_ITEM: one property a node, pin or filter answers. Handlers throw `KsError` for a failing status.
 *
 * `perPin` marks a node property that exists once per pin instance. Asked on a filter handle, its get fails and its
 * set is taken by `setDefault` as the value of instances created later, if the driver supports that. Specification 1.8.
 */
export interface PropertyItem<Instance = unknown, Value = unknown> {
  readonly property: Property<Instance, Value>;
  readonly perPin?: boolean;
  readonly get?: (instance: Instance, context: PropertyContext) => Value | Qualified<Value>;
  readonly set?: (instance: Instance, value: Value, context: PropertyContext) => void | PendingRequest;
  readonly setDefault?: (instance: Instance, value: Value, context: PropertyContext) => void;
  /** Part of the state SERIALIZESET writes and UNSERIALIZESET restores: needs `get` and `set`. */
  readonly serialized?: boolean;
  /** KSPROPERTY_TYPE_DEFAULTVALUES */
  readonly defaultValue?: (instance: Instance, context: PropertyContext) => Value;
  readonly basicSupport?: (context: PropertyContext) => Omit<BasicSupport, 'access'>;
}

/** Keeps a typed item usable in a table of many kinds; dispatch hands it only instances of its own property. */
export function propertyItem<Instance, Value>(item: PropertyItem<Instance, Value>): PropertyItem {
  return item as unknown as PropertyItem;
}

/** PCAUTOMATION_TABLE: what a filter, pin or node answers by itself. PortCls has no methods. */
export class AutomationTable {
  readonly items: readonly PropertyItem[];
  readonly events: readonly EventItem[];
  readonly #index = new Map<AnyProperty, PropertyItem>();

  constructor(items: readonly PropertyItem[], events: readonly EventItem[] = []) {
    this.items = items;
    this.events = events;
    // The last item of a property counts for nothing: like a list that is searched from its front.
    for (const item of items.toReversed()) this.#index.set(item.property, item);
  }

  find(property: AnyProperty): PropertyItem | undefined {
    return this.#index.get(property);
  }
}

/** KSPROPERTY_TYPE_* bits an item supports: what it has handlers for, and basic support always. */
export function accessOf(item: PropertyItem): number {
  return (item.get ? ACCESS.GET : 0) | (item.set ? ACCESS.SET : 0) | ACCESS.BASICSUPPORT;
}

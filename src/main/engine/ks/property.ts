import { KSPROPSETID, type Guid } from './guid.ts';
import { KsError, type KsStatus } from './status.ts';
import type { KsLevel } from '../../../contract/units.ts';
import type { StreamState } from '../../../contract/hardware.ts';
import type { Connection, DataFlow, Communication } from './descriptor.ts';

/**
 * Property requests and the automation tables they are dispatched through. Specification 1.3, 1.8, 1.9.
 *
 * Requests are typed inside the engine; their byte form is a view for the raw editor and the trace.
 */

export type Verb = 'GET' | 'SET' | 'BASICSUPPORT';

/** KSPROPERTY_TYPE_* access bits of basic support. */
export const ACCESS = { GET: 1, SET: 2, BASICSUPPORT: 0x200 } as const;

/** KSFILTER_NODE: the request carries no node. */
export const NO_NODE = 0xffffffff;

/** Channel -1 of KSNODEPROPERTY_AUDIO_CHANNEL: all channels on set, the master channel on get. */
export const ALL_CHANNELS = -1;

/**
 * One property. The type parameters are what the request carries besides the node (`Instance`) and what it gets or
 * sets (`Value`).
 */
export interface Property<Instance, Value> {
  readonly set: Guid;
  readonly id: number;
  readonly name: string;
  /** Type-level only. */
  readonly types?: { instance: Instance; value: Value };
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

function property<Instance, Value>(set: Guid, id: number, name: string): Property<Instance, Value> {
  return { set, id, name };
}

export interface PinInstanceCounts {
  /** KSINSTANCE_INDETERMINATE (0xFFFFFFFF) = unlimited. */
  readonly possible: number;
  readonly current: number;
}

export const KSPROPERTY_PIN = {
  CINSTANCES: property<PinIdInstance, PinInstanceCounts>(KSPROPSETID.Pin, 0, 'KSPROPERTY_PIN_CINSTANCES'),
  CTYPES: property<NoInstance, number>(KSPROPSETID.Pin, 1, 'KSPROPERTY_PIN_CTYPES'),
  DATAFLOW: property<PinIdInstance, DataFlow>(KSPROPSETID.Pin, 2, 'KSPROPERTY_PIN_DATAFLOW'),
  COMMUNICATION: property<PinIdInstance, Communication>(KSPROPSETID.Pin, 7, 'KSPROPERTY_PIN_COMMUNICATION'),
  PHYSICALCONNECTION: property<PinIdInstance, { filter: string; pin: number }>(
    KSPROPSETID.Pin,
    10,
    'KSPROPERTY_PIN_PHYSICALCONNECTION',
  ),
  CATEGORY: property<PinIdInstance, Guid>(KSPROPSETID.Pin, 11, 'KSPROPERTY_PIN_CATEGORY'),
  NAME: property<PinIdInstance, string>(KSPROPSETID.Pin, 12, 'KSPROPERTY_PIN_NAME'),
} as const;

export const KSPROPERTY_TOPOLOGY = {
  CATEGORIES: property<NoInstance, readonly Guid[]>(
    KSPROPSETID.Topology,
    0,
    'KSPROPERTY_TOPOLOGY_CATEGORIES',
  ),
  NODES: property<NoInstance, readonly Guid[]>(KSPROPSETID.Topology, 1, 'KSPROPERTY_TOPOLOGY_NODES'),
  CONNECTIONS: property<NoInstance, readonly Connection[]>(
    KSPROPSETID.Topology,
    2,
    'KSPROPERTY_TOPOLOGY_CONNECTIONS',
  ),
  NAME: property<NoInstance, string>(KSPROPSETID.Topology, 3, 'KSPROPERTY_TOPOLOGY_NAME'),
} as const;

export const KSPROPERTY_CONNECTION = {
  STATE: property<NoInstance, StreamState>(KSPROPSETID.Connection, 0, 'KSPROPERTY_CONNECTION_STATE'),
} as const;

/** Specification 2.1. */
export const KSPROPERTY_AUDIO = {
  VOLUMELEVEL: property<ChannelInstance, KsLevel>(KSPROPSETID.Audio, 4, 'KSPROPERTY_AUDIO_VOLUMELEVEL'),
  MUX_SOURCE: property<NoInstance, number>(KSPROPSETID.Audio, 12, 'KSPROPERTY_AUDIO_MUX_SOURCE'),
  MUTE: property<ChannelInstance, boolean>(KSPROPSETID.Audio, 13, 'KSPROPERTY_AUDIO_MUTE'),
  /** The number follows header order and is UNCONFIRMED. Linear: full scale = 0x7FFFFFFF. */
  PEAKMETER2: property<ChannelInstance, number>(KSPROPSETID.Audio, 55, 'KSPROPERTY_AUDIO_PEAKMETER2'),
} as const;

/** KSPROPERTY_DESCRIPTION with its members list. Specification 1.9. */
export interface BasicSupport {
  /** OR of `ACCESS` bits. */
  readonly access: number;
  readonly valueType?: 'VT_I4' | 'VT_UI4' | 'VT_BOOL';
  /** One stepping per channel when `multichannel`. */
  readonly members?: {
    readonly multichannel: boolean;
    /** One value drives all channels; all steppings are equal. */
    readonly uniform: boolean;
    readonly steppings: readonly Stepping[];
  };
}

/** KSPROPERTY_STEPPING_LONG */
export interface Stepping {
  readonly minimum: number;
  readonly maximum: number;
  readonly step: number;
}

/** PCPROPERTY_REQUEST without what the typed call already carries. */
export interface PropertyContext {
  /** The miniport stream when the request went to a pin handle, undefined for a filter handle. */
  readonly minorTarget: unknown;
  /** `NO_NODE` when the request carried no node. */
  readonly node: number;
}

/** PCPROPERTY_ITEM: one property a node, pin or filter answers. Handlers throw `KsError` for a failing status. */
export interface PropertyItem<Instance = unknown, Value = unknown> {
  readonly property: Property<Instance, Value>;
  readonly get?: (instance: Instance, context: PropertyContext) => Value;
  readonly set?: (instance: Instance, value: Value, context: PropertyContext) => void;
  readonly basicSupport?: (context: PropertyContext) => Omit<BasicSupport, 'access'>;
}

/** Keeps a typed item usable in a table of many kinds; dispatch hands it only instances of its own property. */
export function propertyItem<Instance, Value>(item: PropertyItem<Instance, Value>): PropertyItem {
  return item as unknown as PropertyItem;
}

/** PCAUTOMATION_TABLE: what a filter, pin or node answers by itself. */
export class AutomationTable {
  readonly items: readonly PropertyItem[];
  readonly #index = new Map<string, PropertyItem>();

  constructor(items: readonly PropertyItem[]) {
    this.items = items;
    for (const item of items) this.#index.set(propertyKey(item.property), item);
  }

  find(property: { set: Guid; id: number }): PropertyItem | undefined {
    return this.#index.get(propertyKey(property));
  }

  static readonly empty = new AutomationTable([]);
}

function propertyKey(property: { set: Guid; id: number }): string {
  return `${property.set}:${property.id}`;
}

/** The access bits an item supports: what it has handlers for, and basic support always. */
export function accessOf(item: PropertyItem): number {
  return (item.get ? ACCESS.GET : 0) | (item.set ? ACCESS.SET : 0) | ACCESS.BASICSUPPORT;
}

/** A verb the item does not carry. (MS) STATUS_INVALID_DEVICE_REQUEST; specification 1.8 rule 3. */
export function unsupportedVerb(verb: Verb, property: { name: string }): KsError {
  return failure('STATUS_INVALID_DEVICE_REQUEST', `${property.name} does not support ${verb}.`);
}

/** No table has the property. STATUS_NOT_FOUND by KS convention; the exact code is UNCONFIRMED. */
export function unknownProperty(property: { name: string }, where: string): KsError {
  return failure('STATUS_NOT_FOUND', `${where} has no ${property.name}.`);
}

function failure(status: KsStatus, message: string): KsError {
  return new KsError(status, message);
}

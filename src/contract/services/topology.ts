import * as v from 'valibot';
import { event, method } from '../service.ts';

/**
 * The whole topology: adapters, filters with pins and nodes, and the wires between them; and property requests on
 * them, typed and in bytes. A snapshot is also the file the viewer opens again: fields are added, not changed.
 */

export const TOPOLOGY_VERSION = 1;

/** A GUID with the constant of the public headers, `KSNODETYPE_VOLUME`, where it has one. */
export interface NamedGuid {
  guid: string;
  name: string;
}

export interface AdapterTopology {
  /** Stable over restarts. `system` holds the instances of the system's own filters that streams use now. */
  id: string;
  name: string;
}

/** DEVICE_POWER_STATE: D0 = full power, D3 = off. */
export type DevicePower = 'D0' | 'D1' | 'D2' | 'D3';

/** KSDATARANGE */
export interface RangeTopology {
  majorFormat: NamedGuid;
  subFormat: NamedGuid;
  specifier: NamedGuid;
  audio?: {
    maximumChannels: number;
    minimumBitsPerSample: number;
    maximumBitsPerSample: number;
    minimumSampleFrequency: number;
    maximumSampleFrequency: number;
  };
  music?: { technology: NamedGuid; channels: number; notes: number; channelMask: number };
}

/** KSDATAFORMAT of an open stream. */
export interface FormatTopology {
  majorFormat: NamedGuid;
  subFormat: NamedGuid;
  specifier: NamedGuid;
  wave?: { formatTag: number; channels: number; samplesPerSec: number; bitsPerSample: number };
}

export interface PinInstanceTopology {
  /** Number of the handle for property requests; never used again. */
  instance: number;
  state: 'STOP' | 'ACQUIRE' | 'PAUSE' | 'RUN';
  format: FormatTopology;
}

export interface PinTopology {
  id: number;
  /** KSPROPERTY_PIN_NAME */
  name: string;
  dataFlow: 'IN' | 'OUT';
  /** A jack is `BRIDGE`, a wired pin `NONE`; the others are stream pins. */
  communication: 'NONE' | 'SINK' | 'SOURCE' | 'BOTH' | 'BRIDGE';
  category: NamedGuid;
  ranges: RangeTopology[];
  /** `possible` is null without a limit; `current` and `possible` of the tighter of filter and global count. */
  instances: { possible: number | null; current: number; necessary: number };
  open: PinInstanceTopology[];
  /** The far end of the physical connection: `filter` is a path. */
  connection: { filter: string; pin: number } | null;
}

export interface PropertyTopology {
  /** `KSPROPERTY_AUDIO_VOLUMELEVEL` */
  name: string;
  /** What requests in bytes name it by: KSPROPERTY's Set and Id. */
  propertySet: NamedGuid;
  id: number;
  get: boolean;
  set: boolean;
  /** Exists once per pin instance: address one of them. */
  perPin: boolean;
}

export interface NodeTopology {
  id: number;
  type: NamedGuid;
  /** KSPROPERTY_TOPOLOGY_NAME */
  name: string;
  properties: PropertyTopology[];
}

/** KSTOPOLOGY_CONNECTION; null stands for the filter, whose pin it then is. */
export interface ConnectionTopology {
  fromNode: number | null;
  fromPin: number;
  toNode: number | null;
  toPin: number;
}

export interface FilterTopology {
  /** Interface path: adapter id, slash, name. What requests name the filter by. */
  path: string;
  adapter: string;
  name: string;
  /** Port class: `Topology`, `WaveCyclic`, `DMus` ...; null for the system's own filters. */
  port: string | null;
  /** DEVICE_POWER_STATE; null for the system's own filters, which have none. */
  power: DevicePower | null;
  categories: NamedGuid[];
  properties: PropertyTopology[];
  pins: PinTopology[];
  nodes: NodeTopology[];
  connections: ConnectionTopology[];
}

/**
 * KSEVENT_CONTROL_CHANGE: a property of the node has a new value; with null any property of the filter may have, or a
 * jack of it (KSEVENT_PINCAPS_JACKINFOCHANGE).
 */
export interface NodeChange {
  filter: string;
  node: number | null;
}

/** A physical connection between filters, by their paths. */
export interface WireTopology {
  from: { filter: string; pin: number };
  to: { filter: string; pin: number };
}

export interface TopologySnapshot {
  version: typeof TOPOLOGY_VERSION;
  /** Counts changes; a change follows the snapshot of the revision before it. */
  revision: number;
  adapters: AdapterTopology[];
  /** In discovery order. */
  filters: FilterTopology[];
  connections: WireTopology[];
}

/** What changed since the revision before. */
export interface TopologyChange {
  revision: number;
  /** Filters that are new or read differently now. */
  filters: FilterTopology[];
  /** All paths in order, when filters came or went. */
  order: string[] | null;
  adapters: AdapterTopology[] | null;
  connections: WireTopology[] | null;
}

/** The snapshot after a change; undefined when changes in between were missed and a new snapshot is needed. */
export function applyTopologyChange(
  snapshot: TopologySnapshot,
  change: TopologyChange,
): TopologySnapshot | undefined {
  if (change.revision !== snapshot.revision + 1) return undefined;
  const filters = new Map([...snapshot.filters, ...change.filters].map((filter) => [filter.path, filter]));
  const order = change.order ?? snapshot.filters.map(({ path }) => path);
  return {
    version: snapshot.version,
    revision: change.revision,
    adapters: change.adapters ?? snapshot.adapters,
    filters: order.flatMap((path) => filters.get(path) ?? []),
    connections: change.connections ?? snapshot.connections,
  };
}

const ulong = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff));
const word = v.pipe(v.string(), v.nonEmpty(), v.maxLength(1_000));

const targetSchema = v.strictObject({
  /** Path, or a subdevice name that only one adapter has. */
  filter: word,
  /** Number of an open pin instance of the filter: the request goes to its handle. */
  pinInstance: v.optional(ulong),
});
export type RequestTarget = v.InferOutput<typeof targetSchema>;

const addressSchema = v.strictObject({
  ...targetSchema.entries,
  /** Null: no node, a filter or pin property. */
  node: v.nullable(ulong),
  /** `KSPROPERTY_AUDIO_VOLUMELEVEL`, or its last part when the target answers only one of that name. */
  property: word,
  /** For per-channel properties: -1 = all on set, the master channel on get. */
  channel: v.optional(v.pipe(v.number(), v.integer(), v.minValue(-1), v.maxValue(0x7fffffff))),
  /** For properties about a pin factory. */
  pin: v.optional(ulong),
  /** For properties with other instance data, as fields. */
  instance: v.optional(v.record(v.string(), v.unknown())),
});
export type PropertyAddress = v.InferOutput<typeof addressSchema>;

/** How a number reads: 1/65536 dB, or 16.16 fixed point of percent where 65536 = 100 %. */
export type PropertyUnit = 'level' | 'percent';

/**
 * A value: numbers, switches, text, lists and structures as the property has them; bytes as hexadecimal text; null for
 * a property without a value.
 */
export type PropertyValue =
  number | boolean | string | null | readonly PropertyValue[] | { readonly [field: string]: PropertyValue };

export interface PropertyAnswer {
  /** Full name. */
  property: string;
  /** STATUS_SUCCESS, or a success with a qualification such as STATUS_NOT_ALL_ASSIGNED. */
  status: string;
  value: PropertyValue;
  unit: PropertyUnit | null;
}

/** KSPROPERTY_TYPE_BASICSUPPORT */
export interface PropertySupport {
  property: string;
  get: boolean;
  set: boolean;
  /** The value's structure: `LONG`, `BOOL`, `KSAUDIO_MIXCAP_TABLE` ... */
  layout: string;
  /** What the request carries beside the value. */
  input: string;
  unit: PropertyUnit | null;
  /** VT code of the value; null when it is not told. */
  valueType: string | null;
  /** One per channel when `multichannel`; empty when no range is told. */
  steppings: { minimum: number; maximum: number; step: number }[];
  multichannel: boolean;
  uniform: boolean;
}

/** How a request in bytes ended. Nothing is thrown: what is wrong is in the status. */
export interface BytesAnswer {
  status: string;
  /** NTSTATUS */
  code: number;
  /** Bytes returned, or the bytes needed with STATUS_BUFFER_OVERFLOW. */
  information: number;
  output: Uint8Array;
}

const MAX_REQUEST_BYTES = 0x100000;
const bytes = v.pipe(
  v.instance(Uint8Array<ArrayBufferLike>),
  v.check((value) => value.length <= MAX_REQUEST_BYTES, 'More bytes than any request has.'),
);

export const topologyService = {
  name: 'topology',
  methods: {
    getSnapshot: method<TopologySnapshot>()(v.strictTuple([])),
    /** Refused with the KS status of the request. */
    getProperty: method<PropertyAnswer>()(v.strictTuple([addressSchema])),
    /** Answers the value and status as it then reads, null where it cannot be read. Refused with the status; nothing changes then. */
    setProperty: method<PropertyAnswer>()(v.strictTuple([addressSchema, v.unknown()])),
    getSupport: method<PropertySupport>()(v.strictTuple([addressSchema])),
    /**
     * IOCTL_KS_PROPERTY: the request with its header, and the output buffer, whose length counts for a get and whose
     * content is the value of a set. Refused only for an unknown filter or pin instance.
     */
    sendBytes: method<BytesAnswer>()(v.strictTuple([targetSchema, bytes, bytes])),
  },
  events: {
    /** Filters, wires, pin instances, their states or power states changed. */
    onChange: event<TopologyChange>(),
    /** A control of a node was set, whoever set it. */
    onNodeChange: event<NodeChange>(),
  },
} as const;

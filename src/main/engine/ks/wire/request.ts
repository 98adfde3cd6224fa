import {
  basicSupport,
  defaultValue,
  getPropertyWithStatus,
  setProperty,
  traced,
  unknownProperty,
  type RequestTarget,
} from '../dispatch.ts';
import { KSPROPERTY_TOPOLOGY } from '../properties/topology.ts';
import { constantName, type Guid } from '../guid.ts';
import { NO_NODE, type Property } from '../property.ts';
import type { Resolved } from '../requestTable.ts';
import { KsError, type KsStatus } from '../status.ts';
import { encodeBasicSupport, encodeDefaultValue } from './basicSupport.ts';
import { GUID_LAYOUT, viewOf, concat, ULONG } from './layout.ts';
import { serializeSet, unserializeSet } from './serialize.ts';

/** Property requests in their byte form, with the sizes and statuses of specification 1.8 and 1.9. */

/** KSPROPERTY_TYPE_* */
export const KSPROPERTY_TYPE = {
  GET: 0x1,
  SET: 0x2,
  SETSUPPORT: 0x100,
  BASICSUPPORT: 0x200,
  RELATIONS: 0x400,
  SERIALIZESET: 0x800,
  UNSERIALIZESET: 0x1000,
  SERIALIZERAW: 0x2000,
  UNSERIALIZERAW: 0x4000,
  SERIALIZESIZE: 0x8000,
  DEFAULTVALUES: 0x10000,
  TOPOLOGY: 0x10000000,
} as const;

export const KSPROPERTY_BYTES = 24;
export const KSNODEPROPERTY_BYTES = 32;

/** PCPROPERTY_REQUEST as far as the input buffer tells it. */
export interface ParsedRequest {
  readonly set: Guid;
  readonly id: number;
  /** KSPROPERTY_TYPE_* without TOPOLOGY. */
  readonly verb: number;
  /** `NO_NODE` when the header carried none. */
  readonly node: number;
  /** Input bytes after the header; null when there are none. */
  readonly instance: Uint8Array | null;
  readonly instanceSize: number;
}

/** @throws KsError STATUS_BUFFER_TOO_SMALL for an input shorter than its header */
export function parseRequest(input: Uint8Array): ParsedRequest {
  if (input.length < KSPROPERTY_BYTES) throw inputTooShort(input);
  const view = viewOf(input);
  const set = GUID_LAYOUT.decode(input);
  const id = view.getUint32(16, true);
  const flags = view.getUint32(20, true);
  // The name of a node is asked with a KSP_NODE, whose flag is not always set.
  const named = set === KSPROPERTY_TOPOLOGY.NAME.set && id === KSPROPERTY_TOPOLOGY.NAME.id;
  const topology = (flags & KSPROPERTY_TYPE.TOPOLOGY) !== 0 || named;
  const header = topology ? KSNODEPROPERTY_BYTES : KSPROPERTY_BYTES;
  if (input.length < header) throw inputTooShort(input);
  const instanceSize = input.length - header;
  return {
    set,
    id,
    verb: (flags & ~KSPROPERTY_TYPE.TOPOLOGY) >>> 0,
    node: topology ? view.getUint32(KSPROPERTY_BYTES, true) : NO_NODE,
    instance: instanceSize > 0 ? input.subarray(header) : null,
    instanceSize,
  };
}

/** The input buffer of a request: header and instance data. */
export function encodeRequest<Instance, Value>(
  verb: Exclude<keyof typeof KSPROPERTY_TYPE, 'TOPOLOGY'>,
  property: Property<Instance, Value>,
  instance: Instance,
  node: number = NO_NODE,
): Uint8Array {
  const withNode = node !== NO_NODE;
  const flags = KSPROPERTY_TYPE[verb] | (withNode ? KSPROPERTY_TYPE.TOPOLOGY : 0);
  return concat([
    GUID_LAYOUT.encode(property.set),
    ULONG.encode(property.id),
    ULONG.encode(flags),
    ...(withNode ? [ULONG.encode(node), ULONG.encode(0)] : []),
    property.input.instance.encode(instance),
  ]);
}

/** How a byte request ended. */
export interface WireAnswer {
  readonly status: KsStatus;
  /** Bytes returned, or the bytes needed with STATUS_BUFFER_OVERFLOW. */
  readonly information: number;
  readonly output: Uint8Array;
  /** With STATUS_PENDING: how the request ended after all. */
  readonly completed?: Promise<KsStatus>;
}

const NO_BYTES = new Uint8Array(0);
/** An answer without output. `information` in bytes, as IoStatus.Information. */
export const ended = (status: KsStatus, information = 0): WireAnswer => ({
  status,
  information,
  output: NO_BYTES,
});

/**
 * Runs a byte request and answers what it ended with. A handler that throws anything but KsError broke its promise;
 * its request is STATUS_UNSUCCESSFUL.
 */
export function answering(act: () => WireAnswer): WireAnswer {
  try {
    return act();
  } catch (error) {
    return ended(error instanceof KsError ? error.status : 'STATUS_UNSUCCESSFUL');
  }
}

/**
 * IOCTL_KS_PROPERTY: `input` is the request, `value` the output buffer, whose length counts for a get and whose
 * content is the value of a set. Never throws; what is wrong is in the status, and nothing was changed unless that
 * is a success. Specification 1.8, 1.9.
 */
export function dispatchBytes(target: RequestTarget, input: Uint8Array, value: Uint8Array): WireAnswer {
  return answering(() => {
    const request = parseRequest(input);
    const table = target.table(request.node);
    switch (request.verb) {
      case KSPROPERTY_TYPE.SETSUPPORT:
        return ended(table.hasSet(request.set) ? 'STATUS_SUCCESS' : 'STATUS_NOT_FOUND');
      case KSPROPERTY_TYPE.SERIALIZESET:
        return withRoom(serializeSet(table, request), value.length);
      case KSPROPERTY_TYPE.SERIALIZESIZE:
        return withRoom(ULONG.encode(serializeSet(table, request).length), value.length, true);
      case KSPROPERTY_TYPE.UNSERIALIZESET:
        unserializeSet(table, request, value);
        return ended('STATUS_SUCCESS');
    }
    const found = table.findById(request.set, request.id);
    if (!found) {
      const name = `property ${request.id} of ${constantName(request.set)}`;
      return target.tracer.measure('property', traced(target, request.node), name, () => {
        throw unknownProperty(target, { name }, request.node);
      });
    }
    const property = found.item.property;
    switch (request.verb) {
      case KSPROPERTY_TYPE.GET:
        return get(target, found, request, value.length);
      case KSPROPERTY_TYPE.SET:
        return set(target, found, request, value);
      case KSPROPERTY_TYPE.BASICSUPPORT:
        return encodeBasicSupport(basicSupport(target, property, request.node), value.length);
      case KSPROPERTY_TYPE.DEFAULTVALUES: {
        const bytes = property.value.encode(
          defaultValue(target, property, instanceOf(property, request), request.node),
        );
        const support = basicSupport(target, property, request.node);
        return encodeDefaultValue(support, bytes, value.length);
      }
      default:
        // RELATIONS and raw serialisation, which PortCls does not have, and verbs that do not exist.
        return ended('STATUS_INVALID_DEVICE_REQUEST');
    }
  });
}

function get(target: RequestTarget, { item }: Resolved, request: ParsedRequest, room: number): WireAnswer {
  const property = item.property;
  const { size, headerSize } = property.value;
  const instance = instanceOf(property, request);
  // Before the handler runs: a get that fails must change nothing, and reading a peak resets it.
  if (item.get && size !== undefined && room < size) return tooSmall(target, 'GET', property, request, room);
  const { value, status } = getPropertyWithStatus(target, property, instance, request.node);
  const bytes = property.value.encode(value);
  if (room >= bytes.length) return { status, information: bytes.length, output: bytes };
  if (headerSize === room) return { status, information: room, output: bytes.subarray(0, room) };
  return withRoom(bytes, room);
}

/** The bytes where there is room. With no room at all a value of variable size answers how much it needs. */
function withRoom(bytes: Uint8Array, room: number, fixed = false): WireAnswer {
  if (room >= bytes.length) return { status: 'STATUS_SUCCESS', information: bytes.length, output: bytes };
  return room === 0 && !fixed
    ? ended('STATUS_BUFFER_OVERFLOW', bytes.length)
    : ended('STATUS_BUFFER_TOO_SMALL');
}

function set(
  target: RequestTarget,
  { item }: Resolved,
  request: ParsedRequest,
  bytes: Uint8Array,
): WireAnswer {
  const property = item.property;
  const { size } = property.value;
  const instance = instanceOf(property, request);
  if (item.set && size !== undefined && bytes.length < size) {
    return tooSmall(target, 'SET', property, request, bytes.length);
  }
  const pending = setProperty(target, property, instance, property.value.decode(bytes), request.node);
  return pending ? { ...ended('STATUS_PENDING'), completed: pending.completed } : ended('STATUS_SUCCESS');
}

/** A buffer that the value does not fit into never reaches the handler; the trace has it all the same. */
function tooSmall(
  target: RequestTarget,
  verb: 'GET' | 'SET',
  { name }: { name: string },
  { node }: ParsedRequest,
  room: number,
): WireAnswer {
  return target.tracer.measure('property', traced(target, node), `${verb} ${name}`, () => {
    throw new KsError('STATUS_BUFFER_TOO_SMALL', `${name} does not fit into ${room} bytes.`);
  });
}

/** (MS) @throws KsError STATUS_BUFFER_TOO_SMALL for an input shorter than the instance data */
export function instanceOf(
  property: Property<unknown, unknown>,
  { instance, instanceSize }: ParsedRequest,
): unknown {
  const { instance: layout } = property.input;
  if (layout.size !== undefined && instanceSize < layout.size) {
    throw new KsError('STATUS_BUFFER_TOO_SMALL', `${property.name} needs a ${property.input.name}.`);
  }
  return layout.decode(instance ?? NO_BYTES);
}

function inputTooShort(input: Uint8Array): KsError {
  return new KsError('STATUS_BUFFER_TOO_SMALL', `${input.length} bytes hold no property request.`);
}

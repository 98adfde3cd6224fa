import { basicSupport, getPropertyWithStatus, setProperty, type PropertyTarget } from '../dispatch.ts';
import { isKnownSet, propertyById } from '../properties/index.ts';
import { KSPROPERTY_TOPOLOGY } from '../properties/topology.ts';
import type { Guid } from '../guid.ts';
import { NO_NODE, type AnyProperty, type Property } from '../property.ts';
import { KsError, type KsStatus } from '../status.ts';
import { encodeBasicSupport } from './basicSupport.ts';
import { GUID_LAYOUT, viewOf, concat, ULONG } from './layout.ts';

/** Property requests in their byte form, with the sizes and statuses of specification 1.8 and 1.9. */

/** KSPROPERTY_TYPE_* */
export const KSPROPERTY_TYPE = {
  GET: 0x1,
  SET: 0x2,
  SETSUPPORT: 0x100,
  BASICSUPPORT: 0x200,
  RELATIONS: 0x400,
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
  verb: 'GET' | 'SET' | 'BASICSUPPORT' | 'SETSUPPORT' | 'DEFAULTVALUES',
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
}

const NO_BYTES = new Uint8Array(0);
const failed = (status: KsStatus, information = 0): WireAnswer => ({ status, information, output: NO_BYTES });

/**
 * IOCTL_KS_PROPERTY: `input` is the request, `value` the output buffer, whose length counts for a get and whose
 * content is the value of a set. Never throws; what is wrong is in the status.
 */
export function dispatchBytes(target: PropertyTarget, input: Uint8Array, value: Uint8Array): WireAnswer {
  try {
    const request = parseRequest(input);
    if (request.verb === KSPROPERTY_TYPE.SETSUPPORT) {
      return isKnownSet(request.set) ? failed('STATUS_SUCCESS') : failed('STATUS_NOT_FOUND');
    }
    const property = propertyById(request.set, request.id);
    if (!property) return failed('STATUS_NOT_FOUND');
    switch (request.verb) {
      case KSPROPERTY_TYPE.GET:
        return get(target, property, request, value.length);
      case KSPROPERTY_TYPE.SET:
        return set(target, property, request, value);
      case KSPROPERTY_TYPE.BASICSUPPORT:
        return encodeBasicSupport(basicSupport(target, property, request.node), value.length);
      default:
        return failed('STATUS_INVALID_DEVICE_REQUEST');
    }
  } catch (error) {
    if (error instanceof KsError) return failed(error.status);
    throw error;
  }
}

function get(
  target: PropertyTarget,
  property: AnyProperty,
  request: ParsedRequest,
  room: number,
): WireAnswer {
  const typed = property as unknown as Property<unknown, unknown>;
  const { size } = typed.value;
  // Before the handler runs: a get that fails must change nothing, and reading a peak resets it.
  if (size !== undefined && room < size) {
    target.resolve(property, request.node);
    return failed('STATUS_BUFFER_TOO_SMALL');
  }
  const { value, status } = getPropertyWithStatus(target, typed, instanceOf(typed, request), request.node);
  const bytes = typed.value.encode(value);
  if (room >= bytes.length) return { status, information: bytes.length, output: bytes };
  if (room === 0) return failed('STATUS_BUFFER_OVERFLOW', bytes.length);
  const { headerSize } = typed.value;
  if (headerSize === room) return { status, information: room, output: bytes.subarray(0, room) };
  return failed('STATUS_BUFFER_TOO_SMALL');
}

function set(
  target: PropertyTarget,
  property: AnyProperty,
  request: ParsedRequest,
  value: Uint8Array,
): WireAnswer {
  const typed = property as unknown as Property<unknown, unknown>;
  if (typed.value.size !== undefined && value.length < typed.value.size) {
    target.resolve(property, request.node);
    return failed('STATUS_BUFFER_TOO_SMALL');
  }
  const pending = setProperty(
    target,
    typed,
    instanceOf(typed, request),
    typed.value.decode(value),
    request.node,
  );
  return failed(pending ? 'STATUS_PENDING' : 'STATUS_SUCCESS');
}

/** (MS) An input shorter than the instance data: STATUS_BUFFER_TOO_SMALL. */
function instanceOf(
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

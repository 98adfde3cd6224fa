import type { Property } from '../property.ts';
import { PendingRequest, Qualified } from '../property.ts';
import type { RequestTable, Resolved } from '../requestTable.ts';
import { KsError } from '../status.ts';
import { KSPROPTYPESETID_GENERAL, typeCode } from './basicSupport.ts';
import { concat, GUID_LAYOUT, padding, struct, ULONG } from './layout.ts';
import type { ParsedRequest } from './request.ts';

/**
 * The state of a property set as one block of bytes: KSPROPERTY_SERIALHDR, then a KSPROPERTY_SERIAL with its value for
 * every property of the set that is part of the state. Specification 1.9.
 *
 * The request's own instance data serves every property: with a channel it is that channel's state.
 */

/** KSPROPERTY_SERIALHDR, packed. */
const headerLayout = struct('KSPROPERTY_SERIALHDR', { propertySet: GUID_LAYOUT, count: ULONG });
const recordLayout = struct('KSPROPERTY_SERIAL', {
  typeSet: GUID_LAYOUT,
  typeId: ULONG,
  typeFlags: ULONG,
  id: ULONG,
  propertyLength: ULONG,
});
const NO_BYTES = new Uint8Array(0);

/** Values begin at multiples of 4 bytes. */
const aligned = (length: number): number => (length + 3) & ~3;

interface SerializedProperty extends Resolved {
  readonly property: Property<unknown, unknown>;
  readonly instance: unknown;
}

/** What of the set is part of the state and can be addressed with the request's instance data. */
function serializedProperties(table: RequestTable, request: ParsedRequest): SerializedProperty[] {
  const found: SerializedProperty[] = [];
  for (const entry of table.entries) {
    const { item, underSpecified } = entry;
    const property = item.property;
    if (property.set !== request.set || !item.serialized || underSpecified || !item.get || !item.set)
      continue;
    const { instance: layout } = property.input;
    if (layout.size === undefined || request.instanceSize < layout.size) continue;
    found.push({ ...entry, property, instance: layout.decode(request.instance ?? NO_BYTES) });
  }
  return found;
}

/** KSPROPERTY_TYPE_SERIALIZESET. @throws KsError STATUS_NOT_FOUND for a set the target does not have */
export function serializeSet(table: RequestTable, request: ParsedRequest): Uint8Array {
  if (!table.hasSet(request.set)) {
    throw new KsError('STATUS_NOT_FOUND', `There is no property set ${request.set} to serialize.`);
  }
  const properties = serializedProperties(table, request);
  const parts: Uint8Array[] = [headerLayout.encode({ propertySet: request.set, count: properties.length })];
  for (const { item, property, instance, context } of properties) {
    const value = property.value.encode(plain(item.get!(instance, context)));
    parts.push(
      recordLayout.encode({
        typeSet: KSPROPTYPESETID_GENERAL,
        typeId: typeCode(item.basicSupport?.(context).valueType),
        typeFlags: 0,
        id: property.id,
        propertyLength: value.length,
      }),
      value,
      padding(aligned(value.length) - value.length).encode(undefined),
    );
  }
  return concat(parts);
}

/**
 * KSPROPERTY_TYPE_UNSERIALIZESET: all of the records or, when one of them cannot be set, none.
 * @throws KsError STATUS_INVALID_PARAMETER for bytes that do not belong here, or a handler's refusal
 */
export function unserializeSet(table: RequestTable, request: ParsedRequest, bytes: Uint8Array): void {
  const changes = parse(table, request, bytes);
  const done: (() => void)[] = [];
  try {
    for (const { item, instance, context, value } of changes) {
      const before = plain(item.get!(instance, context));
      if (item.set!(instance, value, context) instanceof PendingRequest) {
        throw new KsError('STATUS_NOT_SUPPORTED', 'A property that takes its time cannot be restored.');
      }
      done.push(() => void item.set!(instance, before, context));
    }
  } catch (error) {
    for (const restore of done.reverse()) restore();
    throw error;
  }
}

function parse(
  table: RequestTable,
  request: ParsedRequest,
  bytes: Uint8Array,
): (SerializedProperty & { readonly value: unknown })[] {
  const { propertySet, count } = headerLayout.decode(bytes);
  if (propertySet !== request.set) {
    throw new KsError('STATUS_INVALID_PARAMETER', `The state is that of set ${propertySet}.`);
  }
  const known = new Map(serializedProperties(table, request).map((each) => [each.property.id, each]));
  const changes: (SerializedProperty & { readonly value: unknown })[] = [];
  let at = headerLayout.size!;
  for (let index = 0; index < count; index++) {
    const { id, propertyLength } = recordLayout.decode(bytes.subarray(at));
    at += recordLayout.size!;
    const found = known.get(id);
    if (!found || at + propertyLength > bytes.length) {
      throw new KsError('STATUS_INVALID_PARAMETER', `Record ${index} is no property of this state.`);
    }
    const value = found.property.value.decode(bytes.subarray(at, at + propertyLength));
    changes.push({ ...found, value });
    at += aligned(propertyLength);
  }
  return changes;
}

const plain = (answer: unknown): unknown => (answer instanceof Qualified ? answer.value : answer);

import { guid } from '../guid.ts';
import { VALUE_TYPE, type BasicSupport, type ValueType } from '../property.ts';
import { KsError } from '../status.ts';
import { concat, GUID_LAYOUT, LONG, RESERVED, struct, ULONG } from './layout.ts';
import type { WireAnswer } from './request.ts';

/** Basic support in its byte form. Specification 1.9. */

export const DESCRIPTION_BYTES = 40;
const ACCESS_FLAGS_BYTES = 4;
const MEMBERS_HEADER_BYTES = 16;
const STEPPING_BYTES = 16;

/** MembersFlags of KSPROPERTY_MEMBERSHEADER. */
const MEMBERS = { RANGES: 1, STEPPEDRANGES: 2, VALUES: 3 } as const;
/** Flags of KSPROPERTY_MEMBERSHEADER. */
export const MEMBER_FLAG = { DEFAULT: 1, MULTICHANNEL: 2, UNIFORM: 4 } as const;
export const KSPROPTYPESETID_GENERAL = guid('97E99BA0-BDEA-11CF-A5D6-28DB04C10000');

const descriptionLayout = struct('KSPROPERTY_DESCRIPTION', {
  accessFlags: ULONG,
  descriptionSize: ULONG,
  typeSet: GUID_LAYOUT,
  typeId: ULONG,
  typeFlags: ULONG,
  membersListCount: ULONG,
  reserved: RESERVED,
});
const membersHeaderLayout = struct('KSPROPERTY_MEMBERSHEADER', {
  membersFlags: ULONG,
  membersSize: ULONG,
  membersCount: ULONG,
  flags: ULONG,
});
const steppingLayout = struct('KSPROPERTY_STEPPING_LONG', {
  step: ULONG,
  reserved: RESERVED,
  minimum: LONG,
  maximum: LONG,
});

/** VT_* of a value type, 0 for structures. */
export const typeCode = (type: ValueType | undefined): number => (type === undefined ? 0 : VALUE_TYPE[type]);

/** KSPROPERTY_DESCRIPTION, and a members list where there is one. */
function encodeDescription(
  { access, valueType }: BasicSupport,
  members?: { flags: number; size: number; count: number; memberFlags: number; bytes: Uint8Array },
): Uint8Array {
  const full = DESCRIPTION_BYTES + (members ? MEMBERS_HEADER_BYTES + members.bytes.length : 0);
  const description = descriptionLayout.encode({
    accessFlags: access,
    descriptionSize: full,
    typeSet: KSPROPTYPESETID_GENERAL,
    typeId: typeCode(valueType),
    typeFlags: 0,
    membersListCount: members ? 1 : 0,
  });
  if (!members) return description;
  const { flags, size, count, memberFlags, bytes } = members;
  const header = { membersFlags: flags, membersSize: size, membersCount: count, flags: memberFlags };
  return concat([description, membersHeaderLayout.encode(header), bytes]);
}

function encodeSteppings(members: NonNullable<BasicSupport['members']>) {
  const { multichannel, uniform, steppings } = members;
  return {
    flags: MEMBERS.STEPPEDRANGES,
    size: STEPPING_BYTES,
    count: steppings.length,
    memberFlags: (multichannel ? MEMBER_FLAG.MULTICHANNEL : 0) | (uniform ? MEMBER_FLAG.UNIFORM : 0),
    bytes: concat(steppings.map((stepping) => steppingLayout.encode({ ...stepping }))),
  };
}

/** By the room for the answer: the access flags, the description, or all of it. */
export function encodeBasicSupport(support: BasicSupport, room: number): WireAnswer {
  return inRoom(encodeDescription(support, support.members && encodeSteppings(support.members)), room);
}

/** KSPROPERTY_TYPE_DEFAULTVALUES: the description with the default as its one member. */
export function encodeDefaultValue(support: BasicSupport, value: Uint8Array, room: number): WireAnswer {
  const members = {
    flags: MEMBERS.VALUES,
    size: value.length,
    count: 1,
    memberFlags: MEMBER_FLAG.DEFAULT,
    bytes: value,
  };
  return inRoom(encodeDescription(support, members), room);
}

function inRoom(bytes: Uint8Array, room: number): WireAnswer {
  const answer = (output: Uint8Array): WireAnswer => ({
    status: 'STATUS_SUCCESS',
    information: output.length,
    output,
  });
  if (room === ACCESS_FLAGS_BYTES) return answer(bytes.subarray(0, ACCESS_FLAGS_BYTES));
  if (room >= bytes.length) return answer(bytes);
  if (room >= DESCRIPTION_BYTES) return answer(bytes.subarray(0, DESCRIPTION_BYTES));
  return { status: 'STATUS_BUFFER_TOO_SMALL', information: 0, output: new Uint8Array(0) };
}

/**
 * A whole basic-support answer as the engine's own type: what a client does with the bytes.
 * @throws KsError STATUS_INVALID_PARAMETER for bytes that are no such answer
 */
export function decodeBasicSupport(bytes: Uint8Array): BasicSupport {
  const { accessFlags, typeId, membersListCount } = descriptionLayout.decode(bytes);
  const valueType = (Object.keys(VALUE_TYPE) as ValueType[]).find((type) => VALUE_TYPE[type] === typeId);
  const described = { access: accessFlags, ...(valueType ? { valueType } : {}) };
  if (membersListCount === 0) return described;
  const header = membersHeaderLayout.decode(bytes.subarray(DESCRIPTION_BYTES));
  if (header.membersFlags !== MEMBERS.STEPPEDRANGES || header.membersSize !== STEPPING_BYTES) {
    throw new KsError('STATUS_INVALID_PARAMETER', 'The members are not stepped ranges.');
  }
  const list = bytes.subarray(DESCRIPTION_BYTES + MEMBERS_HEADER_BYTES);
  if (list.length < header.membersCount * STEPPING_BYTES) {
    throw new KsError('STATUS_INVALID_PARAMETER', `The list does not hold ${header.membersCount} ranges.`);
  }
  const unsigned = (bound: number) => (valueType === 'VT_UI4' ? bound >>> 0 : bound);
  return {
    ...described,
    members: {
      multichannel: (header.flags & MEMBER_FLAG.MULTICHANNEL) !== 0,
      uniform: (header.flags & MEMBER_FLAG.UNIFORM) !== 0,
      steppings: Array.from({ length: header.membersCount }, (_, index) => {
        const { step, minimum, maximum } = steppingLayout.decode(list.subarray(index * STEPPING_BYTES));
        return { step, minimum: unsigned(minimum), maximum: unsigned(maximum) };
      }),
    },
  };
}

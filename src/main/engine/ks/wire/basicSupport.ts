import { guid } from '../guid.ts';
import { VALUE_TYPE, type BasicSupport } from '../property.ts';
import { concat, GUID_LAYOUT, LONG, ULONG } from './layout.ts';
import type { WireAnswer } from './request.ts';

/** Basic support in its byte form. Specification 1.9. */

export const DESCRIPTION_BYTES = 40;
const MEMBERS_HEADER_BYTES = 16;
const STEPPING_BYTES = 16;

/** KSPROPERTY_MEMBER_STEPPEDRANGES */
const MEMBERS_STEPPEDRANGES = 2;
/** Flags of KSPROPERTY_MEMBERSHEADER. */
export const MEMBER_FLAG = { MULTICHANNEL: 2, UNIFORM: 4 } as const;
const KSPROPTYPESETID_GENERAL = guid('97E99BA0-BDEA-11CF-A5D6-28DB04C10000');

/** KSPROPERTY_DESCRIPTION, and members header and steppings when the property has a range. */
function describe(support: BasicSupport): { bytes: Uint8Array; full: number } {
  const { access, valueType, members } = support;
  const full =
    DESCRIPTION_BYTES + (members ? MEMBERS_HEADER_BYTES + STEPPING_BYTES * members.steppings.length : 0);
  const description = concat([
    ULONG.encode(access),
    ULONG.encode(full),
    GUID_LAYOUT.encode(KSPROPTYPESETID_GENERAL),
    ULONG.encode(valueType === undefined ? 0 : VALUE_TYPE[valueType]),
    ULONG.encode(0),
    ULONG.encode(members ? 1 : 0),
    ULONG.encode(0),
  ]);
  if (!members) return { bytes: description, full };
  const flags =
    (members.multichannel ? MEMBER_FLAG.MULTICHANNEL : 0) | (members.uniform ? MEMBER_FLAG.UNIFORM : 0);
  const header = [MEMBERS_STEPPEDRANGES, STEPPING_BYTES, members.steppings.length, flags];
  return {
    bytes: concat([
      description,
      ...header.map((value) => ULONG.encode(value)),
      ...members.steppings.flatMap(({ minimum, maximum, step }) => [
        ULONG.encode(step),
        ULONG.encode(0),
        LONG.encode(minimum),
        LONG.encode(maximum),
      ]),
    ]),
    full,
  };
}

/** By the room for the answer: the access flags, the description, or all of it. */
export function encodeBasicSupport(support: BasicSupport, room: number): WireAnswer {
  const answer = (output: Uint8Array): WireAnswer => ({
    status: 'STATUS_SUCCESS',
    information: output.length,
    output,
  });
  if (room === 4) return answer(ULONG.encode(support.access));
  const { bytes, full } = describe(support);
  if (room >= full) return answer(bytes);
  if (room >= DESCRIPTION_BYTES) return answer(bytes.subarray(0, DESCRIPTION_BYTES));
  return { status: 'STATUS_BUFFER_TOO_SMALL', information: 0, output: new Uint8Array(0) };
}

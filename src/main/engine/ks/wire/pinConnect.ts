import type { DataFormat } from '../format.ts';
import { KSINTERFACESETID_STANDARD, KSMEDIUMSETID_STANDARD } from '../guid.ts';
import { PRIORITY_CLASS } from '../pin.ts';
import type { PinIdentifier } from '../properties/pin.ts';
import { dataFormatLayout } from './formats.ts';
import { concat, GUID_LAYOUT, HANDLE, padding, struct, ULONG, type Layout } from './layout.ts';

/** KSPIN_CONNECT with the KSDATAFORMAT behind it: what a create request for a pin instance carries. */
export interface PinConnect {
  readonly interface: PinIdentifier;
  readonly medium: PinIdentifier;
  readonly pinId: number;
  /** The source pin a sink pin is connected to; 0 = none. */
  readonly pinToHandle: number;
  readonly priorityClass: number;
  readonly prioritySubClass: number;
  readonly format: DataFormat;
}

const identifierLayout = struct('KSIDENTIFIER', { set: GUID_LAYOUT, id: ULONG, flags: ULONG });
const headLayout = struct('KSPIN_CONNECT', {
  interface: identifierLayout,
  medium: identifierLayout,
  pinId: ULONG,
  alignment: padding(4),
  pinToHandle: HANDLE,
  priorityClass: ULONG,
  prioritySubClass: ULONG,
});

export const pinConnectLayout: Layout<PinConnect> = {
  name: 'KSPIN_CONNECT + KSDATAFORMAT',
  size: undefined,
  encode: ({ format, ...head }) => concat([headLayout.encode(head), dataFormatLayout.encode(format)]),
  decode: (bytes) => ({
    ...headLayout.decode(bytes),
    format: dataFormatLayout.decode(bytes.subarray(headLayout.size)),
  }),
};

/** The usual KSPIN_CONNECT: standard streaming over device I/O at normal priority. */
export function pinConnect(pinId: number, format: DataFormat, pinToHandle = 0): PinConnect {
  return {
    interface: { set: KSINTERFACESETID_STANDARD, id: 0, flags: 0 },
    medium: { set: KSMEDIUMSETID_STANDARD, id: 0, flags: 0 },
    pinId,
    pinToHandle,
    priorityClass: PRIORITY_CLASS.NORMAL,
    prioritySubClass: 1,
    format,
  };
}

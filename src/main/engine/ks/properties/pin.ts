import type { Communication, DataFlow } from '../descriptor.ts';
import type { DataFormat, DataRange } from '../format.ts';
import { KSPROPSETID, type Guid } from '../guid.ts';
import { INPUT, property, type InputLayout, type PinIdInstance } from '../property.ts';
import {
  BYTES,
  choice,
  concat,
  GUID_LAYOUT,
  multipleItem,
  struct,
  ULONG,
  UTF16,
  type Layout,
} from '../wire/layout.ts';
import { dataFormatLayout, dataRangeList } from '../wire/formats.ts';

/** KSPROPSETID_Pin: what a filter answers about its pin factories. Specification 1.10. */

/** KSPIN_CINSTANCES */
export interface PinInstanceCounts {
  /** KSINSTANCE_INDETERMINATE (0xFFFFFFFF) = unlimited. */
  readonly possible: number;
  readonly current: number;
}

/** KSPIN_DATAFLOW */
export const DATAFLOW: Readonly<Record<DataFlow, number>> = { IN: 1, OUT: 2 };
/** KSPIN_COMMUNICATION */
export const COMMUNICATION: Readonly<Record<Communication, number>> = {
  NONE: 0,
  SINK: 1,
  SOURCE: 2,
  BOTH: 3,
  BRIDGE: 4,
};

/** Input of KSPROPERTY_PIN_DATAINTERSECTION: the pin and the client's ranges in order of preference. */
export interface IntersectionInstance {
  readonly pinId: number;
  readonly ranges: readonly DataRange[];
}

/** KSPIN_PHYSICALCONNECTION: the peer's symbolic link and pin. */
export interface PhysicalPeer {
  readonly filter: string;
  readonly pin: number;
}

/** KSPIN_INTERFACE and KSPIN_MEDIUM share one layout: KSIDENTIFIER. */
export interface PinIdentifier {
  readonly set: Guid;
  readonly id: number;
  readonly flags: number;
}

/** Input of KSPROPERTY_PIN_PROPOSEDATAFORMAT2 and _MODEDATAFORMATS: the attributes stay as they came. */
export interface PinAttributesInstance {
  readonly pinId: number;
  /** KSMULTIPLE_ITEM + KSATTRIBUTE[]; empty = no attributes. */
  readonly attributes: Uint8Array;
}

const countsLayout = struct('KSPIN_CINSTANCES', { possible: ULONG, current: ULONG });
const identifierList = multipleItem(struct('KSIDENTIFIER', { set: GUID_LAYOUT, id: ULONG, flags: ULONG }));

const physicalPeerLayout: Layout<PhysicalPeer> = {
  name: 'KSPIN_PHYSICALCONNECTION',
  size: undefined,
  encode({ filter, pin }) {
    const name = UTF16.encode(filter);
    return concat([ULONG.encode(8 + name.length), ULONG.encode(pin), name]);
  },
  decode: (bytes) => ({ pin: ULONG.decode(bytes.subarray(4)), filter: UTF16.decode(bytes.subarray(8)) }),
};

const intersectionInput: InputLayout<IntersectionInstance> = {
  name: 'KSP_PIN + KSMULTIPLE_ITEM + KSDATARANGE[]',
  node: false,
  instance: {
    name: 'PinId, Reserved, KSMULTIPLE_ITEM + KSDATARANGE[]',
    size: undefined,
    encode: ({ pinId, ranges }) => concat([INPUT.P.instance.encode({ pinId }), dataRangeList.encode(ranges)]),
    decode: (bytes) => ({
      pinId: INPUT.P.instance.decode(bytes).pinId,
      ranges: dataRangeList.decode(bytes.subarray(8)),
    }),
  },
};

const attributesInput: InputLayout<PinAttributesInstance> = {
  name: 'KSP_PIN + KSMULTIPLE_ITEM + KSATTRIBUTE[]',
  node: false,
  instance: {
    name: 'PinId, Reserved, KSMULTIPLE_ITEM + KSATTRIBUTE[]',
    size: undefined,
    encode: ({ pinId, attributes }) => concat([INPUT.P.instance.encode({ pinId }), attributes]),
    decode: (bytes) => ({
      pinId: INPUT.P.instance.decode(bytes).pinId,
      attributes: bytes.slice(INPUT.P.instance.size),
    }),
  },
};

const ofPin = <T>(id: number, name: string, value: Layout<T>) =>
  property<PinIdInstance, T>(KSPROPSETID.Pin, id, `KSPROPERTY_PIN_${name}`, INPUT.P, value);

export const KSPROPERTY_PIN = {
  CINSTANCES: ofPin<PinInstanceCounts>(0, 'CINSTANCES', countsLayout),
  CTYPES: property(KSPROPSETID.Pin, 1, 'KSPROPERTY_PIN_CTYPES', INPUT.K, ULONG),
  DATAFLOW: ofPin(2, 'DATAFLOW', choice<DataFlow>('KSPIN_DATAFLOW', DATAFLOW)),
  DATARANGES: ofPin(3, 'DATARANGES', dataRangeList),
  DATAINTERSECTION: property(
    KSPROPSETID.Pin,
    4,
    'KSPROPERTY_PIN_DATAINTERSECTION',
    intersectionInput,
    dataFormatLayout,
  ),
  INTERFACES: ofPin<readonly PinIdentifier[]>(5, 'INTERFACES', identifierList),
  MEDIUMS: ofPin<readonly PinIdentifier[]>(6, 'MEDIUMS', identifierList),
  COMMUNICATION: ofPin(7, 'COMMUNICATION', choice<Communication>('KSPIN_COMMUNICATION', COMMUNICATION)),
  GLOBALCINSTANCES: ofPin<PinInstanceCounts>(8, 'GLOBALCINSTANCES', countsLayout),
  NECESSARYINSTANCES: ofPin(9, 'NECESSARYINSTANCES', ULONG),
  PHYSICALCONNECTION: ofPin(10, 'PHYSICALCONNECTION', physicalPeerLayout),
  CATEGORY: ofPin(11, 'CATEGORY', GUID_LAYOUT),
  NAME: ofPin(12, 'NAME', UTF16),
  CONSTRAINEDDATARANGES: ofPin(13, 'CONSTRAINEDDATARANGES', dataRangeList),
  PROPOSEDATAFORMAT: ofPin<DataFormat>(14, 'PROPOSEDATAFORMAT', dataFormatLayout),
  /** The default format for the signal-processing mode the attributes name. */
  PROPOSEDATAFORMAT2: property<PinAttributesInstance, DataFormat>(
    KSPROPSETID.Pin,
    15,
    'KSPROPERTY_PIN_PROPOSEDATAFORMAT2',
    attributesInput,
    dataFormatLayout,
  ),
  MODEDATAFORMATS: property<PinAttributesInstance, Uint8Array>(
    KSPROPSETID.Pin,
    16,
    'KSPROPERTY_PIN_MODEDATAFORMATS',
    attributesInput,
    BYTES,
  ),
} as const;

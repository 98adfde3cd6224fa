import { KSPROPSETID } from '../guid.ts';
import { INPUT, property, type PinIdInstance } from '../property.ts';
import {
  BOOL,
  fixedText,
  GUID_LAYOUT,
  LONG,
  multipleItem,
  padding,
  struct,
  ULONG,
  USHORT,
  type Layout,
} from '../wire/layout.ts';

/** KSPROPSETID_Jack: what a filter tells about the jacks behind a pin, on the filter handle. Specification 8.3. */

/** EPcxConnectionType */
export const JACK_CONNECTION_TYPE = {
  Unknown: 0,
  '3Point5mm': 1,
  Quarter: 2,
  AtapiInternal: 3,
  RCA: 4,
  Optical: 5,
  OtherDigital: 6,
  OtherAnalog: 7,
  MultichannelAnalogDIN: 8,
  XlrProfessional: 9,
  RJ11Modem: 10,
  Combination: 11,
} as const;
/** EPcxGeoLocation; NotApplicable is UNCONFIRMED. */
export const JACK_GEO_LOCATION = {
  Rear: 1,
  Front: 2,
  Left: 3,
  Right: 4,
  Top: 5,
  Bottom: 6,
  RearPanel: 7,
  Riser: 8,
  InsideMobileLid: 9,
  Drivebay: 10,
  HDMI: 11,
  OutsideMobileLid: 12,
  ATAPI: 13,
  NotApplicable: 14,
} as const;
/** EPcxGenLocation */
export const JACK_GEN_LOCATION = { PrimaryBox: 0, Internal: 1, Separate: 2, Other: 3 } as const;
/** EPxcPortConnection */
export const JACK_PORT_CONNECTION = {
  Jack: 0,
  IntegratedDevice: 1,
  BothIntegratedAndJack: 2,
  Unknown: 3,
} as const;
/** Bits of JackCapabilities. Only with PRESENCE_DETECT may `isConnected` be trusted as a measurement. */
export const JACK_CAPABILITY = { PRESENCE_DETECT: 1, DYNAMIC_FORMAT_CHANGE: 2 } as const;

const descriptionLayout = struct('KSJACK_DESCRIPTION', {
  /** Speaker mask of the channels on this jack; not 0 for analog render jacks only. */
  channelMapping: ULONG,
  /** 0x00RRGGBB; 0 = no colour. */
  color: ULONG,
  connectionType: ULONG,
  geoLocation: ULONG,
  genLocation: ULONG,
  portConnection: ULONG,
  isConnected: BOOL,
});
/** KSJACK_DESCRIPTION */
export type JackDescription = Readonly<ReturnType<typeof descriptionLayout.decode>>;

const description2Layout = struct('KSJACK_DESCRIPTION2', { deviceStateInfo: ULONG, jackCapabilities: ULONG });
/** KSJACK_DESCRIPTION2 */
export type JackDescription2 = Readonly<ReturnType<typeof description2Layout.decode>>;

const description3Layout = struct('KSJACK_DESCRIPTION3', { configId: ULONG });
/** KSJACK_DESCRIPTION3 */
export type JackDescription3 = Readonly<ReturnType<typeof description3Layout.decode>>;

const sinkLayout = struct('KSJACK_SINK_INFORMATION', {
  /** HDMI 0, DisplayPort 1 */
  connectionType: ULONG,
  manufacturerId: USHORT,
  productId: USHORT,
  audioLatency: USHORT,
  alignment: padding(2),
  hdcpCapable: BOOL,
  aiCapable: BOOL,
  // UCHAR with the byte that aligns the text.
  sinkDescriptionLength: USHORT,
  sinkDescription: fixedText(32),
  tail: padding(2),
  portIdLow: ULONG,
  portIdHigh: LONG,
});
/** KSJACK_SINK_INFORMATION */
export type JackSinkInformation = Readonly<ReturnType<typeof sinkLayout.decode>>;

const ofPin = <T>(id: number, name: string, value: Layout<T>) =>
  property<PinIdInstance, T>(KSPROPSETID.Jack, id, `KSPROPERTY_JACK_${name}`, INPUT.P, value);

export const KSPROPERTY_JACK = {
  /** One element per physical jack behind the pin. */
  DESCRIPTION: ofPin<readonly JackDescription[]>(1, 'DESCRIPTION', multipleItem(descriptionLayout)),
  DESCRIPTION2: ofPin<readonly JackDescription2[]>(2, 'DESCRIPTION2', multipleItem(description2Layout)),
  SINK_INFO: ofPin(3, 'SINK_INFO', sinkLayout),
  CONTAINERID: ofPin(4, 'CONTAINERID', GUID_LAYOUT),
  DESCRIPTION3: ofPin<readonly JackDescription3[]>(5, 'DESCRIPTION3', multipleItem(description3Layout)),
} as const;

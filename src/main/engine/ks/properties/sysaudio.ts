import { KSPROPSETID, type Guid } from '../guid.ts';
import { INPUT, property, type InputLayout } from '../property.ts';
import { GUID_LAYOUT, LONG, NOTHING, RESERVED, struct, ULONG, UTF16 } from '../wire/layout.ts';
import { componentIdLayout } from './general.ts';

/** KSPROPSETID_Sysaudio and KSPROPSETID_Sysaudio_Pin: the virtual audio devices. Specification 5.1. */

/** The device a request is about; -1 = the one opened last. */
export interface DeviceIdInstance {
  readonly deviceId: number;
}
/** SYSAUDIO_SELECT_GRAPH */
export interface SelectGraphInstance {
  readonly pinId: number;
  readonly nodeId: number;
  /** 0 */
  readonly flags: number;
}
/** SYSAUDIO_CREATE_VIRTUAL_SOURCE */
export interface VirtualSourceInstance {
  readonly pinCategory: Guid;
  /** The category again where it says enough. */
  readonly pinName: Guid;
}
/** SYSAUDIO_INSTANCE_INFO */
export interface InstanceInfoInstance {
  /** OR of `SYSAUDIO_FLAGS`. */
  readonly flags: number;
  readonly deviceNumber: number;
}
/** SYSAUDIO_ATTACH_VIRTUAL_SOURCE */
export interface AttachVirtualSourceInstance {
  /** The index CREATE_VIRTUAL_SOURCE answered. */
  readonly mixerPinId: number;
}

export const SYSAUDIO_FLAGS = { DONT_COMBINE_PINS: 1 } as const;

const deviceIdInput: InputLayout<DeviceIdInstance> = {
  name: 'KSPROPERTY + ULONG',
  node: false,
  // Signed, so that -1 stays -1.
  instance: struct('DeviceId', { deviceId: LONG }),
};
const selectGraphInput: InputLayout<SelectGraphInstance> = {
  name: 'SYSAUDIO_SELECT_GRAPH',
  node: false,
  instance: struct('PinId, NodeId, Flags, Reserved', {
    pinId: ULONG,
    nodeId: ULONG,
    flags: ULONG,
    reserved: RESERVED,
  }),
};
const virtualSourceInput: InputLayout<VirtualSourceInstance> = {
  name: 'SYSAUDIO_CREATE_VIRTUAL_SOURCE',
  node: false,
  instance: struct('PinCategory, PinName', { pinCategory: GUID_LAYOUT, pinName: GUID_LAYOUT }),
};
const instanceInfoInput: InputLayout<InstanceInfoInstance> = {
  name: 'SYSAUDIO_INSTANCE_INFO',
  node: false,
  instance: struct('Flags, DeviceNumber', { flags: ULONG, deviceNumber: ULONG }),
};
const attachInput: InputLayout<AttachVirtualSourceInstance> = {
  name: 'SYSAUDIO_ATTACH_VIRTUAL_SOURCE',
  node: false,
  instance: struct('MixerPinId, Reserved', { mixerPinId: ULONG, reserved: RESERVED }),
};

const SET = KSPROPSETID.Sysaudio;

export const KSPROPERTY_SYSAUDIO = {
  DEVICE_COUNT: property(SET, 1, 'KSPROPERTY_SYSAUDIO_DEVICE_COUNT', INPUT.K, ULONG),
  DEVICE_FRIENDLY_NAME: property(SET, 2, 'KSPROPERTY_SYSAUDIO_DEVICE_FRIENDLY_NAME', deviceIdInput, UTF16),
  /** A set opens the device; a get tells the current one. */
  DEVICE_INSTANCE: property(SET, 3, 'KSPROPERTY_SYSAUDIO_DEVICE_INSTANCE', INPUT.K, ULONG),
  DEVICE_INTERFACE_NAME: property(SET, 4, 'KSPROPERTY_SYSAUDIO_DEVICE_INTERFACE_NAME', deviceIdInput, UTF16),
  /** Forces an optional node into the graphs built afterwards. */
  SELECT_GRAPH: property(SET, 5, 'KSPROPERTY_SYSAUDIO_SELECT_GRAPH', selectGraphInput, NOTHING),
  CREATE_VIRTUAL_SOURCE: property(
    SET,
    6,
    'KSPROPERTY_SYSAUDIO_CREATE_VIRTUAL_SOURCE',
    virtualSourceInput,
    ULONG,
  ),
  // 7, DEVICE_DEFAULT, is reserved.
  INSTANCE_INFO: property(SET, 14, 'KSPROPERTY_SYSAUDIO_INSTANCE_INFO', instanceInfoInput, NOTHING),
  COMPONENT_ID: property(SET, 16, 'KSPROPERTY_SYSAUDIO_COMPONENT_ID', deviceIdInput, componentIdLayout),
} as const;

export const KSPROPERTY_SYSAUDIO_PIN = {
  ATTACH_VIRTUAL_SOURCE: property(
    KSPROPSETID.SysaudioPin,
    1,
    'KSPROPERTY_SYSAUDIO_ATTACH_VIRTUAL_SOURCE',
    attachInput,
    NOTHING,
  ),
} as const;

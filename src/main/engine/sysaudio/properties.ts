import { KSPROPSETID, type Guid } from '../ks/guid.ts';
import { INPUT, property, type AnyProperty, type InputLayout } from '../ks/property.ts';
import { GUID_LAYOUT, LONG, NOTHING, struct, ULONG, UTF16, type Layout } from '../ks/wire/layout.ts';

/** KSPROPSETID_Sysaudio, _Sysaudio_Pin and the component id they report. Specification 5.1, 1.10. */

/** Device number of the device opened last. */
export const CURRENT_DEVICE = -1;

/** SYSAUDIO_FLAGS_DONT_COMBINE_PINS */
export const DONT_COMBINE_PINS = 1;

/** KSCOMPONENTID */
export interface ComponentId {
  readonly manufacturer: Guid;
  readonly product: Guid;
  readonly component: Guid;
  readonly name: Guid;
  readonly version: number;
  readonly revision: number;
}

const componentIdLayout: Layout<ComponentId> = struct('KSCOMPONENTID', {
  manufacturer: GUID_LAYOUT,
  product: GUID_LAYOUT,
  component: GUID_LAYOUT,
  name: GUID_LAYOUT,
  version: ULONG,
  revision: ULONG,
});

/** KSPROPSETID_General, on filters. */
export const KSPROPERTY_GENERAL = {
  COMPONENTID: property(KSPROPSETID.General, 0, 'KSPROPERTY_GENERAL_COMPONENTID', INPUT.K, componentIdLayout),
} as const;

/** Which virtual device: 0..n-1, or `CURRENT_DEVICE`. */
export interface DeviceIdInstance {
  readonly device: number;
}

/** SYSAUDIO_SELECT_GRAPH */
export interface SelectGraphInstance {
  readonly pinId: number;
  readonly nodeId: number;
  /** Must be 0. */
  readonly flags: number;
  /** Must be 0. */
  readonly reserved: number;
}

/** SYSAUDIO_CREATE_VIRTUAL_SOURCE */
export interface VirtualSourceInstance {
  readonly pinCategory: Guid;
  /** The category again when it says enough. */
  readonly pinName: Guid;
}

/** SYSAUDIO_INSTANCE_INFO */
export interface InstanceInfo {
  readonly flags: number;
  readonly deviceNumber: number;
}

/** SYSAUDIO_ATTACH_VIRTUAL_SOURCE */
export interface AttachVirtualSourceInstance {
  /** Index of the virtual source. */
  readonly mixerPinId: number;
  readonly reserved: number;
}

const input = <Instance>(name: string, instance: Layout<Instance>): InputLayout<Instance> => ({
  name,
  node: false,
  instance,
});

const SET = KSPROPSETID.Sysaudio;
const DEVICE_ID = input<DeviceIdInstance>('KSPROPERTY + ULONG', struct('device id', { device: LONG }));

export const KSPROPERTY_SYSAUDIO = {
  DEVICE_COUNT: property(SET, 1, 'KSPROPERTY_SYSAUDIO_DEVICE_COUNT', INPUT.K, ULONG),
  DEVICE_FRIENDLY_NAME: property(SET, 2, 'KSPROPERTY_SYSAUDIO_DEVICE_FRIENDLY_NAME', DEVICE_ID, UTF16),
  DEVICE_INSTANCE: property(SET, 3, 'KSPROPERTY_SYSAUDIO_DEVICE_INSTANCE', INPUT.K, ULONG),
  DEVICE_INTERFACE_NAME: property(SET, 4, 'KSPROPERTY_SYSAUDIO_DEVICE_INTERFACE_NAME', DEVICE_ID, UTF16),
  SELECT_GRAPH: property(
    SET,
    5,
    'KSPROPERTY_SYSAUDIO_SELECT_GRAPH',
    input<SelectGraphInstance>(
      'SYSAUDIO_SELECT_GRAPH',
      struct('PinId, NodeId, Flags, Reserved', { pinId: ULONG, nodeId: ULONG, flags: ULONG, reserved: ULONG }),
    ),
    NOTHING,
  ),
  CREATE_VIRTUAL_SOURCE: property(
    SET,
    6,
    'KSPROPERTY_SYSAUDIO_CREATE_VIRTUAL_SOURCE',
    input<VirtualSourceInstance>(
      'SYSAUDIO_CREATE_VIRTUAL_SOURCE',
      struct('PinCategory, PinName', { pinCategory: GUID_LAYOUT, pinName: GUID_LAYOUT }),
    ),
    ULONG,
  ),
  INSTANCE_INFO: property(
    SET,
    14,
    'KSPROPERTY_SYSAUDIO_INSTANCE_INFO',
    input<InstanceInfo>('SYSAUDIO_INSTANCE_INFO', struct('Flags, DeviceNumber', { flags: ULONG, deviceNumber: ULONG })),
    NOTHING,
  ),
  COMPONENT_ID: property(SET, 16, 'KSPROPERTY_SYSAUDIO_COMPONENT_ID', DEVICE_ID, componentIdLayout),
} as const;

export const KSPROPERTY_SYSAUDIO_PIN = {
  /** The set's only property; its id is UNCONFIRMED. */
  ATTACH_VIRTUAL_SOURCE: property(
    KSPROPSETID.SysaudioPin,
    1,
    'KSPROPERTY_SYSAUDIO_ATTACH_VIRTUAL_SOURCE',
    input<AttachVirtualSourceInstance>(
      'SYSAUDIO_ATTACH_VIRTUAL_SOURCE',
      struct('MixerPinId, Reserved', { mixerPinId: ULONG, reserved: ULONG }),
    ),
    NOTHING,
  ),
} as const;

const byId = new Map<string, AnyProperty>(
  [...Object.values(KSPROPERTY_SYSAUDIO), ...Object.values(KSPROPERTY_SYSAUDIO_PIN)].map((each) => [
    `${each.set}:${each.id}`,
    each as unknown as AnyProperty,
  ]),
);

export function sysAudioPropertyById(set: Guid, id: number): AnyProperty | undefined {
  return byId.get(`${set}:${id}`);
}

import { KSPROPSETID } from '../guid.ts';
import { INPUT, property, type InputLayout } from '../property.ts';
import { BOOL, HANDLE, padding, struct, ULONG, ULONGLONG, type Layout } from '../wire/layout.ts';

/** KSPROPSETID_RtAudio: WaveRT streams, on pin handles. Specification 3.6. */

/** KSRTAUDIO_BUFFER_PROPERTY: `baseAddress` is the client's wish and normally 0. */
export interface RtBufferInstance {
  readonly baseAddress: number;
  /** Bytes */
  readonly requestedBufferSize: number;
}
/** KSRTAUDIO_BUFFER_PROPERTY_WITH_NOTIFICATION */
export interface RtNotifiedBufferInstance extends RtBufferInstance {
  /** 1 = at the end of the buffer, 2 = in the middle and at the end. */
  readonly notificationCount: number;
}
/** KSRTAUDIO_HWREGISTER_PROPERTY */
export interface RtRegisterInstance {
  readonly baseAddress: number;
}
/** KSRTAUDIO_NOTIFICATION_EVENT_PROPERTY */
export interface RtNotificationInstance {
  readonly notificationEvent: number;
}

const bufferInput: InputLayout<RtBufferInstance> = {
  name: 'KSRTAUDIO_BUFFER_PROPERTY',
  node: false,
  instance: struct('BaseAddress, RequestedBufferSize', {
    baseAddress: HANDLE,
    requestedBufferSize: ULONG,
    alignment: padding(4),
  }),
};
const notifiedBufferInput: InputLayout<RtNotifiedBufferInstance> = {
  name: 'KSRTAUDIO_BUFFER_PROPERTY_WITH_NOTIFICATION',
  node: false,
  instance: struct('BaseAddress, RequestedBufferSize, NotificationCount', {
    baseAddress: HANDLE,
    requestedBufferSize: ULONG,
    notificationCount: ULONG,
  }),
};
const registerInput: InputLayout<RtRegisterInstance> = {
  name: 'KSRTAUDIO_HWREGISTER_PROPERTY',
  node: false,
  instance: struct('BaseAddress', { baseAddress: HANDLE }),
};
const notificationInput: InputLayout<RtNotificationInstance> = {
  name: 'KSRTAUDIO_NOTIFICATION_EVENT_PROPERTY',
  node: false,
  instance: struct('NotificationEvent', { notificationEvent: HANDLE }),
};

/** KSRTAUDIO_BUFFER. The address is a number of the engine's; clients inside the engine get the memory itself. */
const bufferLayout = struct('KSRTAUDIO_BUFFER', {
  bufferAddress: HANDLE,
  /** Bytes */
  actualBufferSize: ULONG,
  /** TRUE exactly when the cache type is write-combined. */
  callMemoryBarrier: BOOL,
});

/** KSRTAUDIO_HWREGISTER */
const registerLayout = struct('KSRTAUDIO_HWREGISTER', {
  register: HANDLE,
  /** Bits: 32 or 64. */
  width: ULONG,
  alignment: padding(4),
  /** Clock register only: frequency = numerator / denominator. */
  numerator: ULONGLONG,
  denominator: ULONGLONG,
  /** Bytes for a position register, ticks for a clock register. */
  accuracy: ULONG,
  tail: padding(4),
});

const SET = KSPROPSETID.RtAudio;
const named = <Instance, T>(id: number, name: string, input: InputLayout<Instance>, value: Layout<T>) =>
  property<Instance, T>(SET, id, `KSPROPERTY_RTAUDIO_${name}`, input, value);

export const KSPROPERTY_RTAUDIO = {
  BUFFER: named(1, 'BUFFER', bufferInput, bufferLayout),
  HWLATENCY: named(
    2,
    'HWLATENCY',
    INPUT.K,
    // `fifoSize` in bytes, the delays in 100 ns.
    struct('KSRTAUDIO_HWLATENCY', { fifoSize: ULONG, chipsetDelay: ULONG, codecDelay: ULONG }),
  ),
  POSITIONREGISTER: named(3, 'POSITIONREGISTER', registerInput, registerLayout),
  CLOCKREGISTER: named(4, 'CLOCKREGISTER', registerInput, registerLayout),
  BUFFER_WITH_NOTIFICATION: named(5, 'BUFFER_WITH_NOTIFICATION', notifiedBufferInput, bufferLayout),
  REGISTER_NOTIFICATION_EVENT: named(6, 'REGISTER_NOTIFICATION_EVENT', notificationInput, HANDLE),
  UNREGISTER_NOTIFICATION_EVENT: named(7, 'UNREGISTER_NOTIFICATION_EVENT', notificationInput, HANDLE),
  QUERY_NOTIFICATION_SUPPORT: named(8, 'QUERY_NOTIFICATION_SUPPORT', INPUT.K, BOOL),
  /** Packets fully transferred since the start. */
  PACKETCOUNT: named(9, 'PACKETCOUNT', INPUT.K, ULONG),
  PRESENTATION_POSITION: named(
    10,
    'PRESENTATION_POSITION',
    INPUT.K,
    struct('KSAUDIO_PRESENTATION_POSITION', { positionInBlocks: ULONGLONG, qpcPosition: ULONGLONG }),
  ),
  GETREADPACKET: named(
    11,
    'GETREADPACKET',
    INPUT.K,
    struct('KSRTAUDIO_GETREADPACKET_INFO', {
      packetNumber: ULONG,
      flags: ULONG,
      performanceCounterValue: ULONGLONG,
      moreData: BOOL,
      tail: padding(4),
    }),
  ),
  SETWRITEPACKET: named(
    12,
    'SETWRITEPACKET',
    INPUT.K,
    struct('KSRTAUDIO_SETWRITEPACKET_INFO', { packetNumber: ULONG, flags: ULONG, eosPacketLength: ULONG }),
  ),
} as const;

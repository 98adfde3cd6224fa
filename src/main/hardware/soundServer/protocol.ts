import type { DevicePort, DeviceState, EventFacility, EventType, SampleFormat } from './records.ts';

/**
 * The numbers of the PulseAudio native protocol as PulseAudio 12 and later and PipeWire speak it (native-common.h,
 * def.h, sample.h, channelmap.h of libpulse).
 */

/** The version this client was written for; client and server use the lower of their two. */
export const PROTOCOL_VERSION = 35;
/** PulseAudio 12 (2018). Earlier versions lay records out in other ways. */
export const OLDEST_PROTOCOL_VERSION = 32;
/** The version travels in the low half of AUTH's number, flags for shared memory in the high half. */
export const PROTOCOL_VERSION_MASK = 0xffff;

/** PA_COMMAND_*. */
export const COMMAND = {
  error: 0,
  reply: 2,
  createRecordStream: 5,
  deleteRecordStream: 6,
  auth: 8,
  setClientName: 9,
  getServerInfo: 20,
  getSinkInfoList: 22,
  getSourceInfoList: 24,
  getClientInfoList: 28,
  getSinkInputInfoList: 30,
  subscribe: 35,
  setSinkVolume: 36,
  setSinkInputVolume: 37,
  setSourceVolume: 38,
  setSinkMute: 39,
  setSourceMute: 40,
  setDefaultSink: 44,
  setDefaultSource: 45,
  recordStreamKilled: 65,
  subscribeEvent: 66,
  moveSinkInput: 67,
  setSinkInputMute: 69,
  getCardInfoList: 89,
  setCardProfile: 90,
  setSinkPort: 96,
  setSourcePort: 97,
} as const;

/** PA_INVALID_INDEX: "by name instead", or "none". */
export const INVALID_INDEX = 0xffffffff;
/** Length of the authentication cookie: PA_NATIVE_COOKIE_LENGTH. */
export const COOKIE_BYTES = 256;
/** PA_SUBSCRIPTION_MASK_*: sinks, sources, streams, the server itself, cards. */
export const SUBSCRIPTION_MASK = 0x0001 | 0x0002 | 0x0004 | 0x0080 | 0x0200;

/** PA_SAMPLE_* in the order of their numbers. */
export const SAMPLE_FORMATS: readonly SampleFormat[] = [
  'u8',
  'aLaw',
  'uLaw',
  's16le',
  's16be',
  'float32le',
  'float32be',
  's32le',
  's32be',
  's24le',
  's24be',
  's24-32le',
  's24-32be',
];

/** PA_CHANNEL_POSITION_* in the order of their numbers, written as pa_channel_position_to_string does. */
export const CHANNEL_POSITIONS: readonly string[] = [
  'mono',
  'front-left',
  'front-right',
  'front-center',
  'rear-center',
  'rear-left',
  'rear-right',
  'lfe',
  'front-left-of-center',
  'front-right-of-center',
  'side-left',
  'side-right',
  ...Array.from({ length: 32 }, (_, index) => `aux${index}`),
  'top-center',
  'top-front-left',
  'top-front-right',
  'top-front-center',
  'top-rear-left',
  'top-rear-right',
  'top-rear-center',
];

/** PA_SINK_RUNNING, PA_SINK_IDLE, PA_SINK_SUSPENDED; the same numbers for sources. */
export const DEVICE_STATES: readonly DeviceState[] = ['running', 'idle', 'suspended'];

/** PA_PORT_AVAILABLE_*. */
export const PORT_AVAILABILITIES: readonly DevicePort['available'][] = ['unknown', 'no', 'yes'];

/** PA_DEVICE_PORT_TYPE_* in the order of their numbers. */
export const PORT_TYPES: readonly DevicePort['type'][] = [
  'unknown',
  'aux',
  'speaker',
  'headphones',
  'line',
  'mic',
  'headset',
  'handset',
  'earpiece',
  'spdif',
  'hdmi',
  'tv',
  'radio',
  'video',
  'usb',
  'bluetooth',
  'portable',
  'handsfree',
  'car',
  'hifi',
  'phone',
  'network',
  'analog',
];

/** PA_SUBSCRIPTION_EVENT_*: the facility is in the low four bits; 8 was autoload. */
export const EVENT_FACILITIES: readonly (EventFacility | undefined)[] = [
  'sink',
  'source',
  'sinkInput',
  'sourceOutput',
  'module',
  'client',
  'sampleCache',
  'server',
  undefined,
  'card',
];

/** The type of the event is in bits 4 and 5. */
export const EVENT_TYPES: readonly (EventType | undefined)[] = ['new', 'change', 'remove'];

/** PA_ERR_*, the ones a request of this client can meet; the number itself is told for the others. */
export const ERROR_NAMES: Readonly<Record<number, string>> = {
  1: 'access denied',
  2: 'unknown command',
  3: 'invalid argument',
  4: 'entity exists',
  5: 'no such entity',
  6: 'connection refused',
  7: 'protocol error',
  8: 'timeout',
  9: 'no authentication key',
  10: 'internal error',
  11: 'connection terminated',
  12: 'entity killed',
  13: 'invalid server',
  15: 'bad state',
  16: 'no data',
  17: 'incompatible protocol version',
  18: 'too large',
  19: 'not supported',
  20: 'unknown error code',
  21: 'no such extension',
  22: 'obsolete functionality',
  23: 'missing implementation',
  26: 'input/output error',
  27: 'device or resource busy',
};

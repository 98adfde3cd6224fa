import type { LinearGain } from '../../../contract/units.ts';

/**
 * What the sound server (PipeWire or PulseAudio) tells about itself, its devices and the streams playing on them.
 * Field names follow the introspection structures of libpulse: pa_server_info, pa_sink_info, pa_source_info and
 * pa_sink_input_info.
 */

/** PA_SAMPLE_*, in lower case as `pactl` writes them. */
export type SampleFormat =
  | 'u8'
  | 'aLaw'
  | 'uLaw'
  | 's16le'
  | 's16be'
  | 'float32le'
  | 'float32be'
  | 's32le'
  | 's32be'
  | 's24le'
  | 's24be'
  | 's24-32le'
  | 's24-32be'
  | 'unknown';

export interface SampleSpec {
  format: SampleFormat;
  channels: number;
  /** Frames per second. */
  rate: number;
}

/** PA_SINK_RUNNING and so on: `idle` is open without a playing stream, `suspended` is closed. */
export type DeviceState = 'running' | 'idle' | 'suspended' | 'unknown';

export interface ServerInfo {
  /** As the server names itself; PipeWire says "PulseAudio (on PipeWire x.y.z)". */
  serverName: string;
  serverVersion: string;
  userName: string;
  hostName: string;
  sampleSpec: SampleSpec;
  /** Undefined while the server has no sink. */
  defaultSink: string | undefined;
  /** Undefined while the server has no source. */
  defaultSource: string | undefined;
}

/** A jack or connector of a device. */
export interface DevicePort {
  name: string;
  description: string;
  priority: number;
  /** PA_PORT_AVAILABLE_*: whether something is plugged in. */
  available: 'unknown' | 'no' | 'yes';
  /** PA_DEVICE_PORT_TYPE_*; `unknown` from servers before PulseAudio 14. */
  type:
    | 'unknown'
    | 'aux'
    | 'speaker'
    | 'headphones'
    | 'line'
    | 'mic'
    | 'headset'
    | 'handset'
    | 'earpiece'
    | 'spdif'
    | 'hdmi'
    | 'tv'
    | 'radio'
    | 'video'
    | 'usb'
    | 'bluetooth'
    | 'portable'
    | 'handsfree'
    | 'car'
    | 'hifi'
    | 'phone'
    | 'network'
    | 'analog';
}

/** A way to use a card, such as stereo or surround output. */
export interface CardProfile {
  name: string;
  description: string;
  priority: number;
  /** False for a profile that leads to nothing that is plugged in. */
  available: boolean;
}

/** A sound card: the device whose sinks and sources its active profile makes. */
export interface CardInfo {
  index: number;
  /** Stable over restarts. */
  name: string;
  profiles: readonly CardProfile[];
  /** Name of the profile in use. */
  activeProfile: string | undefined;
  /** Property list, for example `device.description`. */
  properties: ReadonlyMap<string, string>;
}

/** What sinks and sources have in common. */
export interface DeviceInfo {
  /** The server's number for it; not used again until the server is restarted. */
  index: number;
  /** Stable over restarts. */
  name: string;
  /** What a person knows it by. */
  description: string;
  sampleSpec: SampleSpec;
  /** Position of each channel, as `front-left`. */
  channelMap: readonly string[];
  /** One factor per channel. */
  volume: readonly LinearGain[];
  /** The factor at which the device itself leaves the signal as it is; 1 where it does not amplify. */
  baseVolume: LinearGain;
  mute: boolean;
  state: DeviceState;
  /** What the device is set up for, in microseconds; the measured one is another at every look. */
  configuredLatency: number;
  /** PA_SINK_* or PA_SOURCE_* flags. */
  flags: number;
  /** Index of the card it belongs to. */
  card: number | undefined;
  ports: readonly DevicePort[];
  /** Name of the port in use. */
  activePort: string | undefined;
  /** Property list, for example `device.description` or `node.name`. */
  properties: ReadonlyMap<string, string>;
}

/** An output device. */
export interface SinkInfo extends DeviceInfo {
  /** Name of the source that carries what is played on this sink. */
  monitorSource: string | undefined;
}

/** An input device. */
export interface SourceInfo extends DeviceInfo {
  /** Name of the sink this source monitors; undefined for a real input. */
  monitorOf: string | undefined;
}

/** A program that is connected to the server. */
export interface ClientInfo {
  index: number;
  name: string;
  /** Property list, for example `application.process.id`. */
  properties: ReadonlyMap<string, string>;
}

/** A playback stream of some program. */
export interface SinkInputInfo {
  index: number;
  /** Name of the stream, not of the program. */
  name: string;
  /** Index of the sink it plays on; undefined for a moment while it is being started or moved. */
  sink: number | undefined;
  /** Index of the client that owns it. */
  client: number | undefined;
  sampleSpec: SampleSpec;
  channelMap: readonly string[];
  /** One factor per channel; empty when the stream has no volume of its own. */
  volume: readonly LinearGain[];
  mute: boolean;
  /** Paused by its program. */
  corked: boolean;
  /** Property list, for example `application.name` or `application.process.id`; some programs tell them of themselves only. */
  properties: ReadonlyMap<string, string>;
}

/** PA_SUBSCRIPTION_EVENT_FACILITY_MASK. */
export type EventFacility =
  'sink' | 'source' | 'sinkInput' | 'sourceOutput' | 'module' | 'client' | 'sampleCache' | 'server' | 'card';

/** PA_SUBSCRIPTION_EVENT_TYPE_MASK. */
export type EventType = 'new' | 'change' | 'remove';

/** Something at the server came, changed or went. `index` is that object's index. */
export interface SoundServerEvent {
  facility: EventFacility;
  type: EventType;
  index: number;
}

/** The outputs of this machine as the output watcher sees them at one moment. */
export interface Outputs {
  serverRunning: boolean;
  sinks: readonly SinkInfo[];
  /** Name of the server's default sink; undefined while there is none or the server does not run. */
  defaultSink: string | undefined;
}

/** Everything of the sound server that Pinwheel looks at, at one moment. */
export interface ServerState extends Outputs {
  sources: readonly SourceInfo[];
  /** Name of the server's default source; undefined while there is none or the server does not run. */
  defaultSource: string | undefined;
  cards: readonly CardInfo[];
  /** Playback streams of all programs, with what the programs tell of themselves among their properties. */
  streams: readonly SinkInputInfo[];
}

/** The program that owns a stream, or undefined where the server does not know. */
export function processIdOf(stream: Pick<SinkInputInfo, 'properties'>): number | undefined {
  const text = stream.properties.get('application.process.id');
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

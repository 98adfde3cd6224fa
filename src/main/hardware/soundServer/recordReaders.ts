import { DEVICE_STATES, INVALID_INDEX, PORT_AVAILABILITIES, PORT_TYPES } from './protocol.ts';
import type {
  CardInfo,
  CardProfile,
  ClientInfo,
  DeviceInfo,
  DevicePort,
  ServerInfo,
  SinkInfo,
  SinkInputInfo,
  SourceInfo,
} from './records.ts';
import type { TagReader } from './tagStruct.ts';
import { volumeToGain } from './volume.ts';

/**
 * The replies of the introspection commands, field by field in their order on the wire (introspect.c of libpulse).
 * All throw a `PinwheelError` where a field is missing or is another one. Fields that are read and not kept are
 * written without a variable.
 */

export function readServerInfo(reader: TagReader): ServerInfo {
  const serverName = reader.getString() ?? '';
  const serverVersion = reader.getString() ?? '';
  const userName = reader.getString() ?? '';
  const hostName = reader.getString() ?? '';
  const sampleSpec = reader.getSampleSpec();
  const defaultSink = deviceName(reader.getString());
  const defaultSource = deviceName(reader.getString());
  return { serverName, serverVersion, userName, hostName, sampleSpec, defaultSink, defaultSource };
}

export function readSink(reader: TagReader, version: number): SinkInfo {
  const { partner, ...device } = readDevice(reader, version);
  return { ...device, monitorSource: partner };
}

export function readSource(reader: TagReader, version: number): SourceInfo {
  const { partner, ...device } = readDevice(reader, version);
  return { ...device, monitorOf: partner };
}

export function readClient(reader: TagReader): ClientInfo {
  const index = reader.getU32();
  const name = reader.getString() ?? '';
  reader.getU32(); // owner module
  reader.getString(); // driver
  return { index, name, properties: reader.getPropertyList() };
}

export function readSinkInput(reader: TagReader): SinkInputInfo {
  const index = reader.getU32();
  const name = reader.getString() ?? '';
  reader.getU32(); // owner module
  const client = optionalIndex(reader.getU32());
  const sink = optionalIndex(reader.getU32());
  const sampleSpec = reader.getSampleSpec();
  const channelMap = reader.getChannelMap();
  const volumes = reader.getChannelVolumes();
  reader.getUsec(); // buffer latency
  reader.getUsec(); // sink latency
  reader.getString(); // resample method
  reader.getString(); // driver
  const mute = reader.getBoolean();
  const properties = reader.getPropertyList();
  const corked = reader.getBoolean();
  const hasVolume = reader.getBoolean();
  reader.getBoolean(); // volume writable
  reader.getFormatInfo();
  const volume = hasVolume ? volumes.map(volumeToGain) : [];
  return { index, name, sink, client, sampleSpec, channelMap, volume, mute, corked, properties };
}

export function readCard(reader: TagReader, version: number): CardInfo {
  const index = reader.getU32();
  const name = reader.getString() ?? '';
  reader.getU32(); // owner module
  reader.getString(); // driver
  const profiles: CardProfile[] = [];
  for (let left = reader.getU32(); left > 0; left--) profiles.push(readProfile(reader));
  const activeProfile = reader.getString() ?? undefined;
  const properties = reader.getPropertyList();
  for (let left = reader.getU32(); left > 0; left--) skipCardPort(reader, version);
  return { index, name, profiles, activeProfile, properties };
}

function readProfile(reader: TagReader): CardProfile {
  const name = reader.getString() ?? '';
  const description = reader.getString() ?? name;
  reader.getU32(); // sinks it makes
  reader.getU32(); // sources it makes
  const priority = reader.getU32();
  const available = reader.getU32() !== 0;
  return { name, description, priority, available };
}

/** The ports of a card are those of its sinks and sources, which tell about them. */
function skipCardPort(reader: TagReader, version: number): void {
  reader.getString(); // name
  reader.getString(); // description
  reader.getU32(); // priority
  reader.getU32(); // available
  reader.getU8(); // direction
  reader.getPropertyList();
  for (let left = reader.getU32(); left > 0; left--) reader.getString(); // profiles it belongs to
  reader.getS64(); // latency offset
  if (version >= 34) {
    reader.getString(); // availability group
    reader.getU32(); // port type
  }
}

/** Sinks and sources differ only in what the partner is: the monitor of a sink, or the sink that a source monitors. */
function readDevice(reader: TagReader, version: number): DeviceInfo & { partner: string | undefined } {
  const index = reader.getU32();
  const name = reader.getString() ?? '';
  const description = reader.getString() ?? name;
  const sampleSpec = reader.getSampleSpec();
  const channelMap = reader.getChannelMap();
  reader.getU32(); // owner module
  const volume = reader.getChannelVolumes().map(volumeToGain);
  const mute = reader.getBoolean();
  reader.getU32(); // partner's index
  const partner = deviceName(reader.getString());
  reader.getUsec(); // latency
  reader.getString(); // driver
  const flags = reader.getU32();
  const properties = reader.getPropertyList();
  const configuredLatency = Number(reader.getUsec());
  const baseVolume = volumeToGain(reader.getVolume());
  const state = DEVICE_STATES[reader.getU32()] ?? 'unknown';
  reader.getU32(); // volume steps
  const card = optionalIndex(reader.getU32());
  const ports = readPorts(reader, version);
  const activePort = reader.getString() ?? undefined;
  const formats = reader.getU8();
  for (let format = 0; format < formats; format++) reader.getFormatInfo();
  return {
    index,
    name,
    description,
    sampleSpec,
    channelMap,
    volume,
    baseVolume,
    mute,
    state,
    configuredLatency,
    flags,
    card,
    ports,
    activePort,
    properties,
    partner,
  };
}

function readPorts(reader: TagReader, version: number): DevicePort[] {
  const ports: DevicePort[] = [];
  for (let left = reader.getU32(); left > 0; left--) {
    const name = reader.getString() ?? '';
    const description = reader.getString() ?? name;
    const priority = reader.getU32();
    const available = PORT_AVAILABILITIES[reader.getU32()] ?? 'unknown';
    let type: DevicePort['type'] = 'unknown';
    if (version >= 34) {
      reader.getString(); // availability group
      type = PORT_TYPES[reader.getU32()] ?? 'unknown';
    }
    ports.push({ name, description, priority, available, type });
  }
  return ports;
}

function optionalIndex(index: number): number | undefined {
  return index === INVALID_INDEX ? undefined : index;
}

/** Null, empty and PipeWire's placeholders (`@DEFAULT_SINK@`, `@NONE@`) all mean that there is none. */
function deviceName(name: string | null): string | undefined {
  return name === null || name === '' || name.startsWith('@') ? undefined : name;
}

import {
  INVALID_INDEX,
  PORT_AVAILABILITIES,
  PORT_TYPES,
} from '../../../src/main/hardware/soundServer/protocol.ts';
import type { DevicePort, SampleSpec } from '../../../src/main/hardware/soundServer/records.ts';
import { TagWriter } from '../../../src/main/hardware/soundServer/tagStruct.ts';

/**
 * What a server has and how it writes it, as protocol version 35 lays it out; that it is laid out as PipeWire and
 * PulseAudio do is tested beside them.
 */

/** PA_VOLUME_NORM. */
export const FULL = 0x10000;

export interface SimulatedDevice {
  readonly name: string;
  readonly description: string;
  readonly sampleSpec: SampleSpec;
  readonly channelMap: readonly string[];
  /** pa_volume_t of each channel. */
  volume: number[];
  mute: boolean;
  /** Microseconds from here to the ear. */
  readonly latency: bigint;
  readonly ports: DevicePort[];
  activePort: string | null;
  readonly properties: ReadonlyMap<string, string>;
}

export interface SimulatedProfile {
  readonly name: string;
  readonly description: string;
  readonly priority: number;
  available: boolean;
  /** Names of the devices that the card has with it. */
  readonly sinks: readonly string[];
  readonly sources: readonly string[];
}

export interface SimulatedCard {
  readonly name: string;
  readonly description: string;
  readonly profiles: SimulatedProfile[];
  activeProfile: string;
  /** All that a profile may bring. */
  readonly sinks: readonly SimulatedDevice[];
  readonly sources: readonly SimulatedDevice[];
}

export interface SimulatedStream {
  readonly name: string;
  readonly sampleSpec: SampleSpec;
  readonly channelMap: readonly string[];
  volume: number[];
  mute: boolean;
  corked: boolean;
  /** Index of the sink. */
  sink: number;
  readonly properties: ReadonlyMap<string, string>;
}

/** A device of `channels` channels at full volume, with what is told of it besides. */
export function simulatedDevice(name: string, more: Partial<SimulatedDevice> = {}): SimulatedDevice {
  const description = more.description ?? name;
  return {
    name,
    description,
    sampleSpec: { format: 's16le', channels: 2, rate: 48_000 },
    channelMap: ['front-left', 'front-right'],
    volume: [FULL, FULL],
    mute: false,
    latency: 0n,
    ports: [],
    activePort: null,
    properties: new Map([['device.description', description]]),
    ...more,
  };
}

/** One record of a reply. `partner`: a sink's monitor, or the sink that a source monitors. */
export function deviceRecord(
  index: number,
  device: SimulatedDevice,
  { card, partner }: { card?: number; partner?: { index: number; name: string } } = {},
): Buffer {
  const record = new ServerWriter()
    .put((fields) =>
      fields
        .putU32(index)
        .putString(device.name)
        .putString(device.description)
        .putSampleSpec(device.sampleSpec)
        .putChannelMap(device.channelMap)
        .putU32(INVALID_INDEX) // owner module
        .putChannelVolumes(device.volume)
        .putBoolean(device.mute)
        .putU32(partner?.index ?? INVALID_INDEX)
        .putString(partner?.name ?? null),
    )
    .putTime(device.latency)
    .put((fields) => fields.putString('simulated').putU32(0).putPropertyList(device.properties))
    .putTime(device.latency)
    .putVolume(FULL)
    .put((fields) =>
      fields
        .putU32(0) // running
        .putU32(FULL + 1)
        .putU32(card ?? INVALID_INDEX)
        .putU32(device.ports.length),
    );
  for (const port of device.ports) record.put((fields) => putPort(fields, port));
  return record
    .put((fields) => fields.putString(device.activePort).putU8(1))
    .putPcmFormat()
    .bytes();
}

export function cardRecord(index: number, card: SimulatedCard): Buffer {
  const ports = [
    ...card.sinks.flatMap((device) => device.ports.map((port) => ({ port, direction: 1, device }))),
    ...card.sources.flatMap((device) => device.ports.map((port) => ({ port, direction: 2, device }))),
  ];
  const record = new ServerWriter().put((fields) => {
    fields.putU32(index).putString(card.name).putU32(INVALID_INDEX).putString('simulated');
    fields.putU32(card.profiles.length);
    for (const { name, description, sinks, sources, priority, available } of card.profiles) {
      fields.putString(name).putString(description).putU32(sinks.length).putU32(sources.length);
      fields.putU32(priority).putU32(available ? 1 : 0);
    }
    fields.putString(card.activeProfile);
    fields.putPropertyList(new Map([['device.description', card.description]])).putU32(ports.length);
  });
  for (const { port, direction, device } of ports) {
    const profiles = card.profiles.filter(({ sinks, sources }) =>
      [...sinks, ...sources].includes(device.name),
    );
    record
      .put((fields) => {
        const { name, description, priority, available } = port;
        fields.putString(name).putString(description).putU32(priority);
        fields.putU32(PORT_AVAILABILITIES.indexOf(available)).putU8(direction).putPropertyList(new Map());
        fields.putU32(profiles.length);
        for (const profile of profiles) fields.putString(profile.name);
      })
      .putS64(0n)
      .put((fields) => fields.putString(null).putU32(PORT_TYPES.indexOf(port.type)));
  }
  return record.bytes();
}

export function streamRecord(index: number, stream: SimulatedStream): Buffer {
  return new ServerWriter()
    .put((fields) =>
      fields
        .putU32(index)
        .putString(stream.name)
        .putU32(INVALID_INDEX) // owner module
        .putU32(INVALID_INDEX) // client
        .putU32(stream.sink)
        .putSampleSpec(stream.sampleSpec)
        .putChannelMap(stream.channelMap)
        .putChannelVolumes(stream.volume),
    )
    .putTime(0n)
    .putTime(0n)
    .put((fields) =>
      fields
        .putString(null) // resample method
        .putString('simulated')
        .putBoolean(stream.mute)
        .putPropertyList(stream.properties)
        .putBoolean(stream.corked)
        .putBoolean(true)
        .putBoolean(true),
    )
    .putPcmFormat()
    .bytes();
}

export function serverRecord(defaults: { sink: string | null; source: string | null }): Buffer {
  return new ServerWriter()
    .put((fields) => {
      for (const text of ['simulated', '1', 'nobody', 'nowhere']) fields.putString(text);
      fields.putSampleSpec({ format: 's16le', channels: 2, rate: 48_000 });
      fields.putString(defaults.sink).putString(defaults.source).putU32(0);
    })
    .put((fields) => fields.putChannelMap(['front-left', 'front-right']))
    .bytes();
}

function putPort(fields: TagWriter, { name, description, priority, available, type }: DevicePort): TagWriter {
  return fields
    .putString(name)
    .putString(description)
    .putU32(priority)
    .putU32(PORT_AVAILABILITIES.indexOf(available))
    .putString(null) // availability group
    .putU32(PORT_TYPES.indexOf(type));
}

/** Fields that only a server writes. */
class ServerWriter {
  readonly #parts: Buffer[] = [];

  put(write: (fields: TagWriter) => void): this {
    const fields = new TagWriter();
    write(fields);
    this.#parts.push(fields.bytes());
    return this;
  }

  /** Microseconds. */
  putTime(value: bigint): this {
    const bytes = Buffer.alloc(9);
    bytes.write('U');
    bytes.writeBigUInt64BE(value, 1);
    this.#parts.push(bytes);
    return this;
  }

  putS64(value: bigint): this {
    const bytes = Buffer.alloc(9);
    bytes.write('r');
    bytes.writeBigInt64BE(value, 1);
    this.#parts.push(bytes);
    return this;
  }

  putVolume(volume: number): this {
    const bytes = Buffer.alloc(5);
    bytes.write('V');
    bytes.writeUInt32BE(volume, 1);
    this.#parts.push(bytes);
    return this;
  }

  putPcmFormat(): this {
    this.#parts.push(Buffer.from('f'));
    return this.put((fields) => fields.putU8(1).putPropertyList(new Map()));
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

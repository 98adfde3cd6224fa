import type { Socket } from 'node:net';
import { encodePacket } from '../../../src/main/hardware/soundServer/packet.ts';
import { COMMAND, EVENT_FACILITIES, INVALID_INDEX } from '../../../src/main/hardware/soundServer/protocol.ts';
import type { DevicePort, EventFacility, EventType } from '../../../src/main/hardware/soundServer/records.ts';
import { TagWriter } from '../../../src/main/hardware/soundServer/tagStruct.ts';
import {
  notify,
  refuse,
  reply,
  ScriptedServer,
  signsIn,
  type Request,
} from '../../main/hardware/soundServer/scriptedServer.ts';
import {
  cardRecord,
  deviceRecord,
  serverRecord,
  streamRecord,
  type SimulatedCard,
  type SimulatedDevice,
  type SimulatedStream,
} from './serverRecords.ts';

/** PA_SUBSCRIPTION_EVENT_NEW, _CHANGE and _REMOVE. */
const EVENT_TYPES: Readonly<Record<EventType, number>> = { new: 0x00, change: 0x10, remove: 0x20 };
const NO_ENTITY = 5;
const NOT_SUPPORTED = 19;

interface Installed {
  readonly device: SimulatedDevice;
  readonly card: number | undefined;
}

/**
 * A sound server without sound that speaks the PulseAudio protocol, for what no real one can be made to do on a machine
 * without hardware: cards with profiles, ports and jacks, and as many devices and streams as a test wants. Everything is
 * told as PulseAudio tells it; clients set volumes, mutes, ports, profiles, defaults, and move streams.
 */
export class SimulatedServer {
  readonly cards = new Map<number, SimulatedCard>();
  readonly sinks = new Map<number, Installed>();
  readonly sources = new Map<number, Installed>();
  readonly streams = new Map<number, SimulatedStream>();
  readonly #peaks = new Map<number, { socket: Socket; channels: number }>();
  #defaults: { sink: string | null; source: string | null } = { sink: null, source: null };
  #nextIndex = 0;
  #server: ScriptedServer | undefined;

  static async start(): Promise<SimulatedServer> {
    const server = new SimulatedServer();
    server.#server = await ScriptedServer.start(signsIn((request) => server.#answer(request)));
    return server;
  }

  /** What leads a client here. */
  get env(): Record<string, string> {
    return this.#server!.env;
  }

  /** Of its socket. */
  get path(): string {
    return this.#server!.path;
  }

  get defaultSink(): string | null {
    return this.#defaults.sink;
  }

  async dispose(): Promise<void> {
    await this.#server?.dispose();
  }

  addSink(device: SimulatedDevice, card?: number): number {
    const index = this.#add(this.sinks, { device, card }, 'sink');
    this.#defaults.sink ??= device.name;
    return index;
  }

  addSource(device: SimulatedDevice, card?: number): number {
    const index = this.#add(this.sources, { device, card }, 'source');
    this.#defaults.source ??= device.name;
    return index;
  }

  /** With the devices of its active profile. */
  addCard(card: SimulatedCard): number {
    const index = this.#add(this.cards, card, 'card');
    this.#bring(index, card);
    return index;
  }

  removeCard(index: number): void {
    this.#take(index);
    this.cards.delete(index);
    this.tell('card', 'remove', index);
  }

  addStream(stream: SimulatedStream): number {
    return this.#add(this.streams, stream, 'sinkInput');
  }

  /** A jack is plugged in or out. As with PulseAudio it is the card that has changed, not its device. */
  setAvailable(card: number, port: string, available: DevicePort['available']): void {
    for (const { ports } of [...this.cards.get(card)!.sinks, ...this.cards.get(card)!.sources]) {
      for (const each of ports) if (each.name === port) each.available = available;
    }
    this.tell('card', 'change', card);
  }

  /** Tells every client that something came, changed or went. */
  tell(facility: EventFacility, type: EventType, index: number): void {
    const kind = EVENT_FACILITIES.indexOf(facility) | EVENT_TYPES[type];
    for (const socket of this.#server?.sockets ?? []) {
      notify(socket, COMMAND.subscribeEvent, (fields) => fields.putU32(kind).putU32(index));
    }
  }

  /** Streams of levels that clients have open. */
  get peakStreams(): number {
    return this.#peaks.size;
  }

  /** Sends the levels of every stream of them, linear. */
  sendPeaks(level: (stream: number) => number): void {
    for (const [index, { socket, channels }] of this.#peaks) {
      if (socket.destroyed) this.#peaks.delete(index);
      const packet = Buffer.alloc(20 + 4 * channels);
      packet.writeUInt32BE(4 * channels, 0);
      packet.writeUInt32BE(index, 4);
      for (let channel = 0; channel < channels; channel++)
        packet.writeFloatLE(level(index), 20 + 4 * channel);
      socket.write(packet);
    }
  }

  #add<T>(list: Map<number, T>, item: T, facility: EventFacility): number {
    const index = this.#nextIndex++;
    list.set(index, item);
    this.tell(facility, 'new', index);
    return index;
  }

  /** The devices of the card's profile come. */
  #bring(index: number, card: SimulatedCard): void {
    const profile = card.profiles.find(({ name }) => name === card.activeProfile);
    for (const device of card.sinks) if (profile?.sinks.includes(device.name)) this.addSink(device, index);
    for (const device of card.sources)
      if (profile?.sources.includes(device.name)) this.addSource(device, index);
  }

  /** The devices of the card go. */
  #take(index: number): void {
    for (const [list, facility] of [
      [this.sinks, 'sink'],
      [this.sources, 'source'],
    ] as const) {
      for (const [each, { card }] of list) {
        if (card !== index) continue;
        list.delete(each);
        this.tell(facility, 'remove', each);
      }
    }
  }

  #answer(request: Request): void {
    const { command } = request;
    switch (command) {
      case COMMAND.getServerInfo:
        return answer(request, [serverRecord(this.#defaults)]);
      case COMMAND.getSinkInfoList:
        return answer(
          request,
          this.#devices(this.sinks, (name) => `${name}.monitor`),
        );
      case COMMAND.getSourceInfoList:
        return answer(request, this.#devices(this.sources));
      case COMMAND.getSinkInputInfoList:
        return answer(
          request,
          [...this.streams].map(([index, stream]) => streamRecord(index, stream)),
        );
      case COMMAND.getCardInfoList:
        return answer(
          request,
          [...this.cards].map(([index, card]) => cardRecord(index, card)),
        );
      case COMMAND.getClientInfoList:
        return answer(request, []);
      case COMMAND.createRecordStream:
        return this.#openPeaks(request);
      case COMMAND.deleteRecordStream:
        this.#peaks.delete(request.fields.getU32());
        return reply(request);
      case COMMAND.setDefaultSink:
      case COMMAND.setDefaultSource:
        this.#defaults[command === COMMAND.setDefaultSink ? 'sink' : 'source'] = request.fields.getString();
        this.tell('server', 'change', INVALID_INDEX);
        return reply(request);
      case COMMAND.setSinkInputVolume:
      case COMMAND.setSinkInputMute:
      case COMMAND.moveSinkInput:
        return this.#setStream(request);
      case COMMAND.setCardProfile:
        return this.#setProfile(request);
      case COMMAND.setSinkVolume:
      case COMMAND.setSinkMute:
      case COMMAND.setSinkPort:
        return this.#setDevice(request, this.sinks, 'sink');
      case COMMAND.setSourceVolume:
      case COMMAND.setSourceMute:
      case COMMAND.setSourcePort:
        return this.#setDevice(request, this.sources, 'source');
      default:
        return refuse(request, NOT_SUPPORTED);
    }
  }

  #devices(list: Map<number, Installed>, monitor?: (name: string) => string): Buffer[] {
    return [...list].map(([index, { device, card }]) =>
      deviceRecord(index, device, {
        ...(card !== undefined && { card }),
        ...(monitor && { partner: { index, name: monitor(device.name) } }),
      }),
    );
  }

  /** Devices and cards are named by name only. */
  #setDevice(request: Request, list: Map<number, Installed>, facility: 'sink' | 'source'): void {
    const { command, fields } = request;
    fields.getU32();
    const name = fields.getString();
    const found = [...list].find(([, { device }]) => device.name === name);
    if (!found) return refuse(request, NO_ENTITY);
    const [index, { device }] = found;
    if (command === COMMAND.setSinkVolume || command === COMMAND.setSourceVolume) {
      device.volume = fields.getChannelVolumes();
    } else if (command === COMMAND.setSinkMute || command === COMMAND.setSourceMute) {
      device.mute = fields.getBoolean();
    } else {
      const port = fields.getString();
      if (!device.ports.some((each) => each.name === port)) return refuse(request, NO_ENTITY);
      device.activePort = port;
    }
    this.tell(facility, 'change', index);
    reply(request);
  }

  #setProfile(request: Request): void {
    const { fields } = request;
    fields.getU32();
    const name = fields.getString();
    const profile = fields.getString();
    const found = [...this.cards].find(([, card]) => card.name === name);
    if (!found?.[1].profiles.some((each) => each.name === profile)) return refuse(request, NO_ENTITY);
    const [index, card] = found;
    this.#take(index);
    card.activeProfile = profile!;
    this.#bring(index, card);
    this.tell('card', 'change', index);
    reply(request);
  }

  #setStream(request: Request): void {
    const { command, fields } = request;
    const index = fields.getU32();
    const stream = this.streams.get(index);
    if (!stream) return refuse(request, NO_ENTITY);
    if (command === COMMAND.setSinkInputVolume) stream.volume = fields.getChannelVolumes();
    else if (command === COMMAND.setSinkInputMute) stream.mute = fields.getBoolean();
    else {
      fields.getU32();
      const name = fields.getString();
      const sink = [...this.sinks].find(([, { device }]) => device.name === name);
      if (!sink) return refuse(request, NO_ENTITY);
      stream.sink = sink[0];
    }
    this.tell('sinkInput', 'change', index);
    reply(request);
  }

  #openPeaks(request: Request): void {
    const { fields, socket } = request;
    const { channels } = fields.getSampleSpec();
    const index = this.#nextIndex++;
    this.#peaks.set(index, { socket, channels });
    reply(request, (reading) => reading.putU32(index).putU32(index));
  }
}

function answer({ id, socket }: Request, records: Buffer[]): void {
  const head = new TagWriter().putU32(COMMAND.reply).putU32(id).bytes();
  socket.write(encodePacket(Buffer.concat([head, ...records])));
}

import type { Disposable } from '../../../contract/disposable.ts';
import { Emitter, type Event } from '../../../contract/emitter.ts';
import { PinwheelError } from '../../../contract/errors.ts';
import { readAuthCookie } from './authCookie.ts';
import { Connection, type Notification } from './connection.ts';
import { openPeakStream } from './peakStream.ts';
import { openRecordStream, type RecordStreamOptions } from './recordStream.ts';
import {
  COMMAND,
  EVENT_FACILITIES,
  EVENT_TYPES,
  INVALID_INDEX,
  OLDEST_PROTOCOL_VERSION,
  PROTOCOL_VERSION,
  PROTOCOL_VERSION_MASK,
  SUBSCRIPTION_MASK,
} from './protocol.ts';
import type {
  CardInfo,
  ClientInfo,
  ServerInfo,
  SinkInfo,
  SinkInputInfo,
  SoundServerEvent,
  SourceInfo,
} from './records.ts';
import {
  readCard,
  readClient,
  readServerInfo,
  readSink,
  readSinkInput,
  readSource,
} from './recordReaders.ts';
import { serverAddresses, type Environment } from './serverAddress.ts';
import type { TagReader, TagWriter } from './tagStruct.ts';
import { gainToVolume } from './volume.ts';

export interface SoundServerOptions {
  /** Where PULSE_SERVER, XDG_RUNTIME_DIR and the cookie's place are looked up; the process's own if not given. */
  env?: Environment;
  /** Limit of the connection and of every single request, in milliseconds. */
  timeoutMs?: number;
  /** False: `onEvent` stays silent, and nothing wakes who only records. */
  events?: boolean;
}

const DEFAULT_TIMEOUT_MS = 2000;
/** More devices, cards or streams than any server has; a list that goes on is not read to its end. */
const MOST_RECORDS = 4_096;

/**
 * Client of the sound server, PipeWire's or PulseAudio's, through the PulseAudio native protocol: lists devices and
 * streams, moves and sets streams, tells of changes, records. One client is one connection; when that is lost the
 * client is of no more use (`onClose`), and every call rejects with `disconnected`.
 */
export class SoundServerClient implements Disposable {
  readonly #connection: Connection;
  readonly #version: number;
  readonly #eventEmitter = new Emitter<SoundServerEvent>();

  private constructor(connection: Connection, version: number) {
    this.#connection = connection;
    this.#version = version;
    connection.onNotification((notification) => this.#notified(notification));
  }

  /**
   * Connects, signs in and subscribes to changes. Rejects with `device-unavailable` when there is no server or it
   * does not answer, `not-allowed` when it does not let us in, `not-supported` when it is too old.
   */
  static async connect(options: SoundServerOptions = {}): Promise<SoundServerClient> {
    const env = options.env ?? process.env;
    const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    let failure: unknown;
    for (const address of serverAddresses(env)) {
      try {
        const connection = await Connection.open(address, timeoutMs);
        try {
          return await SoundServerClient.#signIn(
            connection,
            await readAuthCookie(env),
            options.events ?? true,
          );
        } catch (error) {
          connection.dispose();
          throw error;
        }
      } catch (error) {
        failure ??= error;
      }
    }
    throw failure;
  }

  static async #signIn(
    connection: Connection,
    cookie: Uint8Array,
    events: boolean,
  ): Promise<SoundServerClient> {
    const answer = await connection.request(COMMAND.auth, 'sign in', (fields) =>
      fields.putU32(PROTOCOL_VERSION).putArbitrary(cookie),
    );
    const serverVersion = answer.getU32() & PROTOCOL_VERSION_MASK;
    if (serverVersion < OLDEST_PROTOCOL_VERSION) {
      throw new PinwheelError({
        code: 'not-supported',
        message: `The sound server speaks protocol version ${serverVersion}; Pinwheel needs ${OLDEST_PROTOCOL_VERSION} or later.`,
        subject: connection.address,
        advice: 'Use PipeWire, or PulseAudio 12 or later.',
      });
    }
    const client = new SoundServerClient(connection, Math.min(serverVersion, PROTOCOL_VERSION));
    await connection.request(COMMAND.setClientName, 'give our name', (fields) =>
      fields.putPropertyList(
        new Map([
          ['application.name', 'Pinwheel'],
          ['application.process.id', String(process.pid)],
        ]),
      ),
    );
    if (events) {
      await connection.request(COMMAND.subscribe, 'subscribe to changes', (fields) =>
        fields.putU32(SUBSCRIPTION_MASK),
      );
    }
    return client;
  }

  /** The socket this client is connected to, as `unix:PATH`. */
  get address(): string {
    return this.#connection.address;
  }

  /** Devices, streams, cards and the server's own settings came, changed or went. */
  get onEvent(): Event<SoundServerEvent> {
    return this.#eventEmitter.event;
  }

  /** The connection was lost; fires once, and not because of `dispose`. */
  get onClose(): Event<PinwheelError> {
    return this.#connection.onClose;
  }

  async serverInfo(): Promise<ServerInfo> {
    return readServerInfo(
      await this.#connection.request(COMMAND.getServerInfo, 'read the server information'),
    );
  }

  async sinks(): Promise<SinkInfo[]> {
    return this.#list(COMMAND.getSinkInfoList, 'list the outputs', readSink);
  }

  async sources(): Promise<SourceInfo[]> {
    return this.#list(COMMAND.getSourceInfoList, 'list the inputs', readSource);
  }

  async clients(): Promise<ClientInfo[]> {
    return this.#list(COMMAND.getClientInfoList, 'list the programs', readClient);
  }

  async sinkInputs(): Promise<SinkInputInfo[]> {
    return this.#list(COMMAND.getSinkInputInfoList, 'list the playing streams', readSinkInput);
  }

  async cards(): Promise<CardInfo[]> {
    return this.#list(COMMAND.getCardInfoList, 'list the cards', readCard);
  }

  /** `gains`: linear factors, one per channel of the sink, or one for all channels. */
  async setSinkVolume(name: string, gains: readonly number[]): Promise<void> {
    await this.#setDevice(COMMAND.setSinkVolume, `set the volume of ${name}`, name, (fields) =>
      fields.putChannelVolumes(gains.map(gainToVolume)),
    );
  }

  async setSinkMute(name: string, mute: boolean): Promise<void> {
    await this.#setDevice(COMMAND.setSinkMute, `mute ${name}`, name, (fields) => fields.putBoolean(mute));
  }

  /** `gains`: linear factors, one per channel of the source, or one for all channels. */
  async setSourceVolume(name: string, gains: readonly number[]): Promise<void> {
    await this.#setDevice(COMMAND.setSourceVolume, `set the volume of ${name}`, name, (fields) =>
      fields.putChannelVolumes(gains.map(gainToVolume)),
    );
  }

  async setSourceMute(name: string, mute: boolean): Promise<void> {
    await this.#setDevice(COMMAND.setSourceMute, `mute ${name}`, name, (fields) => fields.putBoolean(mute));
  }

  /** Rejects with `not-found` when the device has no such port. */
  async setSinkPort(name: string, port: string): Promise<void> {
    await this.#setDevice(COMMAND.setSinkPort, `use port ${port} of ${name}`, name, (fields) =>
      fields.putString(port),
    );
  }

  /** Rejects with `not-found` when the device has no such port. */
  async setSourcePort(name: string, port: string): Promise<void> {
    await this.#setDevice(COMMAND.setSourcePort, `use port ${port} of ${name}`, name, (fields) =>
      fields.putString(port),
    );
  }

  /** Rejects with `not-found` when the card has no such profile. */
  async setCardProfile(name: string, profile: string): Promise<void> {
    await this.#setDevice(COMMAND.setCardProfile, `use profile ${profile} of ${name}`, name, (fields) =>
      fields.putString(profile),
    );
  }

  /** Rejects with `not-found` when the stream or the sink is gone. */
  async moveSinkInput(index: number, sinkName: string): Promise<void> {
    await this.#connection.request(COMMAND.moveSinkInput, `move stream ${index} to ${sinkName}`, (fields) =>
      fields.putU32(index).putU32(INVALID_INDEX).putString(sinkName),
    );
  }

  /** `gains`: linear factors, one per channel of the stream, or one for all channels. */
  async setSinkInputVolume(index: number, gains: readonly number[]): Promise<void> {
    await this.#connection.request(
      COMMAND.setSinkInputVolume,
      `set the volume of stream ${index}`,
      (fields) => fields.putU32(index).putChannelVolumes(gains.map(gainToVolume)),
    );
  }

  async setSinkInputMute(index: number, mute: boolean): Promise<void> {
    await this.#connection.request(COMMAND.setSinkInputMute, `mute stream ${index}`, (fields) =>
      fields.putU32(index).putBoolean(mute),
    );
  }

  async setDefaultSink(name: string): Promise<void> {
    await this.#connection.request(COMMAND.setDefaultSink, `make ${name} the default output`, (fields) =>
      fields.putString(name),
    );
  }

  async setDefaultSource(name: string): Promise<void> {
    await this.#connection.request(COMMAND.setDefaultSource, `make ${name} the default input`, (fields) =>
      fields.putString(name),
    );
  }

  /**
   * Tells the levels of a source, `positions` being its channels, until the answer is disposed. Rejects with
   * `not-found` when there is no such source.
   */
  watchPeaks(
    source: string,
    positions: readonly string[],
    onPeaks: (peaks: Float32Array) => void,
  ): Promise<Disposable> {
    return openPeakStream(this.#connection, source, positions, onPeaks);
  }

  /** Records from a source until the answer is disposed. Rejects with `not-found` when there is no such source. */
  record(options: RecordStreamOptions): Promise<Disposable> {
    return openRecordStream(this.#connection, options);
  }

  dispose(): void {
    this.#eventEmitter.dispose();
    this.#connection.dispose();
  }

  /** A request to a device or card by its name; `write` puts what is set. */
  async #setDevice(
    command: number,
    what: string,
    name: string,
    write: (fields: TagWriter) => void,
  ): Promise<void> {
    await this.#connection.request(command, what, (fields) => {
      fields.putU32(INVALID_INDEX).putString(name);
      write(fields);
    });
  }

  async #list<T>(
    command: number,
    what: string,
    read: (reader: TagReader, version: number) => T,
  ): Promise<T[]> {
    const reader = await this.#connection.request(command, what);
    const records: T[] = [];
    while (!reader.atEnd) {
      if (records.length === MOST_RECORDS) {
        throw new PinwheelError({
          code: 'device-unavailable',
          message: `The sound server told of more than ${MOST_RECORDS} at once (${what}).`,
          subject: this.#connection.address,
        });
      }
      records.push(read(reader, this.#version));
    }
    return records;
  }

  #notified({ command, reader }: Notification): void {
    if (command !== COMMAND.subscribeEvent) return;
    const kind = reader.getU32();
    const facility = EVENT_FACILITIES[kind & 0x0f];
    const type = EVENT_TYPES[(kind & 0x30) >> 4];
    const index = reader.getU32();
    if (facility && type) this.#eventEmitter.fire({ facility, type, index });
  }
}

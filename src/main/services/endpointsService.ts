import type { Disposable } from '../../contract/disposable.ts';
import { Emitter, type Event } from '../../contract/emitter.ts';
import { PinwheelError } from '../../contract/errors.ts';
import type { ServiceImplementation } from '../../contract/service.ts';
import type {
  Endpoint,
  EndpointCard,
  EndpointsSnapshot,
  endpointsService,
  ProgramStream,
} from '../../contract/services/endpoints.ts';
import type { LevelRange } from '../../contract/services/mixer.ts';
import type { KsLevel } from '../../contract/units.ts';
import {
  processIdOf,
  type CardInfo,
  type ServerState,
  type SinkInfo,
  type SinkInputInfo,
  type SourceInfo,
} from '../hardware/soundServer/index.ts';

/** The sound server's state and the requests that are none of the engine's filters. */
export interface EndpointRequests {
  readonly state: ServerState;
  setDevicePort(direction: 'render' | 'capture', name: string, port: string): Promise<void>;
  setDefaultDevice(direction: 'render' | 'capture', name: string): Promise<void>;
  setCardProfile(card: string, profile: string): Promise<void>;
  moveStream(index: number, sink: string): Promise<void>;
}

/** The endpoints adapter: where devices and programs are in the engine. */
export interface EndpointFilters {
  readonly onChange: Event<void>;
  /** The adapter of a device and its topology filter there; undefined while it has none. */
  find(direction: 'render' | 'capture', name: string): Pick<Endpoint, 'deviceId' | 'filter'> | undefined;
  /** Undefined for a stream that is gone. */
  programLevels(index: number): { levels: readonly KsLevel[]; range: LevelRange; muted: boolean } | undefined;
  setProgramLevels(index: number, levels: readonly number[]): void;
  setProgramMuted(index: number, muted: boolean): void;
}

const SINK = 'sink:';
const SOURCE = 'source:';
const CARD = 'card:';

/** Devices of the sound server and the programs that play on them, for the panel and the command line. */
export class EndpointsService implements ServiceImplementation<typeof endpointsService>, Disposable {
  readonly #server: EndpointRequests;
  readonly #filters: EndpointFilters;
  readonly #isOwn: (processId: number) => boolean;
  readonly #snapshotEmitter = new Emitter<EndpointsSnapshot>();
  readonly #programsEmitter = new Emitter<ProgramStream[]>();
  readonly #subscription: Disposable;
  /** What clients were told last. */
  #told: EndpointsSnapshot;
  readonly onSnapshot = this.#snapshotEmitter.event;
  readonly onPrograms = this.#programsEmitter.event;

  /** `isOwn` tells Pinwheel's own processes. */
  constructor(server: EndpointRequests, filters: EndpointFilters, isOwn: (processId: number) => boolean) {
    this.#server = server;
    this.#filters = filters;
    this.#isOwn = isOwn;
    this.#subscription = filters.onChange(() => this.#tell());
    this.#told = this.getSnapshot();
  }

  getSnapshot(): EndpointsSnapshot {
    const { state } = this.#server;
    return {
      available: state.serverRunning,
      endpoints: [
        ...state.sinks.flatMap((sink) => this.#endpoint('render', sink, sink.name === state.defaultSink)),
        ...state.sources.flatMap((source) =>
          this.#endpoint('capture', source, source.name === state.defaultSource),
        ),
      ],
      cards: state.cards.flatMap((card) => this.#card(card)),
      programs: state.streams.flatMap((stream) => this.#program(stream)),
    };
  }

  async setDefault(endpointId: string): Promise<void> {
    const { direction, device } = this.#device(endpointId);
    await this.#server.setDefaultDevice(direction, device.name);
  }

  async setPort(endpointId: string, portId: string): Promise<void> {
    const { direction, device } = this.#device(endpointId);
    if (!device.ports.some(({ name }) => name === portId)) throw missing('port', portId, endpointId);
    await this.#server.setDevicePort(direction, device.name, portId);
  }

  async setProfile(cardId: string, profileId: string): Promise<void> {
    const card = this.#server.state.cards.find(({ name }) => CARD + name === cardId);
    if (!card) throw missing('card', cardId);
    if (!card.profiles.some(({ name }) => name === profileId)) throw missing('profile', profileId, cardId);
    await this.#server.setCardProfile(card.name, profileId);
  }

  setProgramLevels(programId: number, levels: number[]): void {
    const { volume } = this.#stream(programId);
    if (levels.length !== 1 && levels.length !== volume.length) {
      throw new PinwheelError({
        code: 'bad-request',
        message: `${levels.length} levels for a stream of ${volume.length} channels.`,
        subject: String(programId),
      });
    }
    this.#filters.setProgramLevels(programId, levels);
    this.#tell();
  }

  setProgramMuted(programId: number, muted: boolean): void {
    this.#stream(programId);
    this.#filters.setProgramMuted(programId, muted);
    this.#tell();
  }

  async moveProgram(programId: number, endpointId: string): Promise<void> {
    this.#stream(programId);
    const { direction, device } = this.#device(endpointId);
    if (direction !== 'render') {
      throw new PinwheelError({
        code: 'bad-request',
        message: `“${device.description}” is an input; a program plays on an output.`,
        subject: endpointId,
      });
    }
    await this.#server.moveStream(programId, device.name);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#snapshotEmitter.dispose();
    this.#programsEmitter.dispose();
  }

  /** With hundreds of streams whose levels move, all of it would be too much to read for a panel. */
  #tell(): void {
    const before = this.#told;
    const now = (this.#told = this.getSnapshot());
    if (!isSame(withoutPrograms(before), withoutPrograms(now))) return this.#snapshotEmitter.fire(now);
    const changed = now.programs.filter((program, at) => !isSame(program, before.programs[at]));
    if (changed.length > 0) this.#programsEmitter.fire(changed);
  }

  #endpoint(
    direction: 'render' | 'capture',
    device: SinkInfo | SourceInfo,
    isDefault: boolean,
  ): Endpoint | [] {
    const found = this.#filters.find(direction, device.name);
    if (!found) return [];
    return {
      id: idOf(direction, device),
      name: device.description,
      direction: direction === 'render' ? 'output' : 'input',
      ...found,
      isDefault,
      state: device.state,
      channels: device.sampleSpec.channels,
      sampleRate: device.sampleSpec.rate,
      format: device.sampleSpec.format,
      latencyMs: device.configuredLatency / 1000,
      ports: device.ports.map(({ name, description, available }) => ({
        id: name,
        name: description,
        available,
      })),
      activePort: device.activePort ?? null,
    };
  }

  #card({ index, name, properties, profiles, activeProfile }: CardInfo): EndpointCard | [] {
    const { sinks, sources } = this.#server.state;
    const sink = sinks.find(({ card }) => card === index);
    const source = sources.find(({ card, monitorOf }) => card === index && monitorOf === undefined);
    const deviceId =
      (sink && this.#filters.find('render', sink.name)?.deviceId) ??
      (source && this.#filters.find('capture', source.name)?.deviceId) ??
      `endpoint:${name}`;
    return {
      id: CARD + name,
      name: properties.get('device.description') ?? name,
      deviceId,
      profiles: profiles.map((profile) => ({
        id: profile.name,
        name: profile.description,
        available: profile.available,
      })),
      activeProfile: activeProfile ?? null,
    };
  }

  #program(stream: SinkInputInfo): ProgramStream | [] {
    const levels = this.#filters.programLevels(stream.index);
    const sink = this.#server.state.sinks.find(({ index }) => index === stream.sink);
    if (!levels || !sink) return [];
    const { properties } = stream;
    const processId = processIdOf(stream);
    const program = properties.get('application.name') ?? properties.get('application.process.binary');
    return {
      id: stream.index,
      program: program ?? stream.name,
      title: properties.get('media.title') ?? stream.name,
      icon: properties.get('application.icon_name') ?? null,
      processId: processId ?? null,
      endpointId: idOf('render', sink),
      levels: [...levels.levels],
      range: levels.range,
      muted: levels.muted,
      running: !stream.corked,
      own: processId !== undefined && this.#isOwn(processId),
    };
  }

  #device(endpointId: string): { direction: 'render' | 'capture'; device: SinkInfo | SourceInfo } {
    const { sinks, sources } = this.#server.state;
    const sink = sinks.find((each) => idOf('render', each) === endpointId);
    if (sink) return { direction: 'render', device: sink };
    const source = sources.find((each) => idOf('capture', each) === endpointId);
    if (source) return { direction: 'capture', device: source };
    throw missing('device', endpointId);
  }

  #stream(programId: number): SinkInputInfo {
    const stream = this.#server.state.streams.find(({ index }) => index === programId);
    if (stream && this.#filters.programLevels(programId)) return stream;
    throw missing('program', String(programId));
  }
}

/** Everything but what is told of programs apart. */
const withoutPrograms = ({ programs, ...rest }: EndpointsSnapshot) => [rest, programs.map(({ id }) => id)];

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function idOf(direction: 'render' | 'capture', { name }: { name: string }): string {
  return (direction === 'render' ? SINK : SOURCE) + name;
}

function missing(
  what: 'device' | 'card' | 'port' | 'profile' | 'program',
  id: string,
  of?: string,
): PinwheelError {
  return new PinwheelError({
    code: 'not-found',
    message: of === undefined ? `There is no ${what} “${id}”.` : `“${of}” has no ${what} “${id}”.`,
    subject: id,
    advice: 'List what there is with “pinwheel devices”.',
  });
}

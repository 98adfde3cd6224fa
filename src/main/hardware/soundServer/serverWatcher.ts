import type { Disposable } from '../../../contract/disposable.ts';
import { Emitter, type Event } from '../../../contract/emitter.ts';
import { PinwheelError } from '../../../contract/errors.ts';
import { SoundServerClient, type SoundServerOptions } from './client.ts';
import type { EventFacility, Outputs, ServerState, SinkInputInfo, SoundServerEvent } from './records.ts';

export interface ServerWatcherOptions extends SoundServerOptions {
  /** How often a server that is away is looked for, in milliseconds. */
  pollMs?: number;
  /** Least time between two readings, in milliseconds: what changes faster is collected. */
  settleMs?: number;
  /** Why a server that is there was given up. */
  trouble?: ((message: string) => void) | undefined;
  /** After so much time without a reading the server is asked whether it is there, in milliseconds. */
  checkMs?: number;
}

const DEFAULT_POLL_MS = 200;
const DEFAULT_SETTLE_MS = 50;
/** A server that is stopped, or a connection that brings nothing any more, tells nothing of it. */
const DEFAULT_CHECK_MS = 5_000;

/** What is known of a server that does not run. */
const SERVER_AWAY: ServerState = {
  serverRunning: false,
  sinks: [],
  defaultSink: undefined,
  sources: [],
  defaultSource: undefined,
  cards: [],
  streams: [],
};

const OUTPUT_FIELDS: readonly (keyof Outputs)[] = ['serverRunning', 'sinks', 'defaultSink'];
const FIELDS = Object.keys(SERVER_AWAY) as (keyof ServerState)[];

/**
 * What a facility's event makes out of date. The default devices are told with the server's own record; a jack that is
 * plugged in is told as a change of its card, while it is the devices that list their ports.
 */
const READINGS = {
  sinks: ['sink', 'card'],
  sources: ['source', 'card'],
  cards: ['card'],
  streams: ['sinkInput'],
  info: ['server', 'sink', 'source'],
} as const satisfies Record<string, readonly EventFacility[]>;
type Reading = keyof typeof READINGS;
const ALL_READINGS = Object.keys(READINGS) as Reading[];

/**
 * Keeps the state of the sound server up to date: connects to it, follows its changes, notices when it goes away and
 * finds it again. Works by events and timers only, so nothing waits for it.
 */
export class ServerWatcher implements Disposable {
  readonly #options: ServerWatcherOptions;
  readonly #pollMs: number;
  readonly #settleMs: number;
  readonly #checkMs: number;
  readonly #stateEmitter = new Emitter<ServerState>();
  readonly #outputsEmitter = new Emitter<Outputs>();
  #state: ServerState = SERVER_AWAY;
  #client: SoundServerClient | undefined;
  #timer: NodeJS.Timeout | undefined;
  #check: NodeJS.Timeout | undefined;
  #stale = new Set<Reading>();
  #reading = false;
  #lastReadAt = -Infinity;
  #disposed = false;
  #firstLook: Promise<void>;
  #firstLookDone: () => void = () => {};

  constructor(options: ServerWatcherOptions = {}) {
    this.#options = options;
    this.#pollMs = options.pollMs ?? DEFAULT_POLL_MS;
    this.#settleMs = options.settleMs ?? DEFAULT_SETTLE_MS;
    this.#checkMs = options.checkMs ?? DEFAULT_CHECK_MS;
    this.#firstLook = new Promise((resolve) => (this.#firstLookDone = resolve));
    void this.#look();
  }

  /** Everything as last seen. Lists that did not change stay the same objects. */
  get state(): ServerState {
    return this.#state;
  }

  /** The outputs as last seen. */
  get outputs(): Outputs {
    return this.#state;
  }

  /** The connection in use, for requests of one's own; undefined while the server is away. */
  get client(): SoundServerClient | undefined {
    return this.#client;
  }

  /** Fires after every difference in what `state` says. */
  get onState(): Event<ServerState> {
    return this.#stateEmitter.event;
  }

  /** Fires after every difference in what `outputs` says. */
  get onChange(): Event<Outputs> {
    return this.#outputsEmitter.event;
  }

  /** Resolves when the state is known for the first time, or it is known that no server runs. Never rejects. */
  ready(): Promise<void> {
    return this.#firstLook;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#check);
    this.#stateEmitter.dispose();
    this.#outputsEmitter.dispose();
    this.#client?.dispose();
    this.#client = undefined;
    this.#state = SERVER_AWAY;
    this.#firstLookDone();
  }

  /** Tries to connect; comes back to itself by timer until it works. */
  async #look(): Promise<void> {
    this.#timer = undefined;
    try {
      const client = await SoundServerClient.connect(this.#options);
      if (this.#disposed) return client.dispose();
      this.#client = client;
      client.onEvent((event) => this.#noticed(event));
      client.onClose(() => this.#lost(client));
      this.#stale = new Set(ALL_READINGS);
      await this.#read();
    } catch {
      // No server yet: that is what this loop is for.
      this.#firstLookDone();
      this.#lookLater();
    }
  }

  #lookLater(): void {
    if (this.#disposed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), this.#pollMs);
  }

  #lost(client: SoundServerClient): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    clearTimeout(this.#check);
    client.dispose();
    this.#publish(SERVER_AWAY);
    this.#lookLater();
  }

  #checkLater(): void {
    clearTimeout(this.#check);
    if (this.#client === undefined || this.#disposed) return;
    this.#check = setTimeout(() => {
      this.#stale.add('info');
      this.#readSoon();
    }, this.#checkMs);
  }

  #noticed({ facility }: SoundServerEvent): void {
    for (const reading of ALL_READINGS) {
      if ((READINGS[reading] as readonly EventFacility[]).includes(facility)) this.#stale.add(reading);
    }
    this.#readSoon();
  }

  /** At once after a quiet time, so that a change is seen while it is fresh; else when the settle time is over. */
  #readSoon(): void {
    if (this.#stale.size === 0 || this.#reading || this.#timer || !this.#client || this.#disposed) return;
    const wait = Math.max(0, this.#lastReadAt + this.#settleMs - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#read();
    }, wait);
  }

  /** Reads what is out of date. A server that does not answer is given up and looked for again. */
  async #read(): Promise<void> {
    const client = this.#client;
    if (!client) return;
    const wanted = this.#stale;
    this.#stale = new Set();
    this.#reading = true;
    const unless = async <T>(reading: Reading, old: readonly T[], read: () => Promise<T[]>) => {
      if (!wanted.has(reading)) return old;
      const fresh = await read();
      return sameRecords(old, fresh) ? old : fresh;
    };
    try {
      const old = this.#state;
      const [info, sinks, sources, cards, streams] = await Promise.all([
        wanted.has('info') ? client.serverInfo() : old,
        unless('sinks', old.sinks, () => client.sinks()),
        unless('sources', old.sources, () => client.sources()),
        unless('cards', old.cards, () => client.cards()),
        unless('streams', old.streams, () => programStreams(client)),
      ]);
      if (this.#client === client) {
        this.#publish({
          serverRunning: true,
          sinks,
          sources,
          cards,
          streams,
          defaultSink: nameAmong(sinks, info.defaultSink),
          defaultSource: nameAmong(sources, info.defaultSource),
        });
      }
    } catch (error) {
      if (this.#client === client) {
        const { message } = PinwheelError.recordOf(error);
        this.#options.trouble?.(`the sound server is looked for again: ${message}`);
      }
      this.#lost(client);
    } finally {
      this.#reading = false;
      this.#lastReadAt = performance.now();
      this.#firstLookDone();
    }
    this.#checkLater();
    this.#readSoon();
  }

  #publish(state: ServerState): void {
    const old = this.#state;
    const differs = (field: keyof ServerState) => old[field] !== state[field];
    if (this.#disposed || !FIELDS.some(differs)) return;
    this.#state = state;
    if (OUTPUT_FIELDS.some(differs)) this.#outputsEmitter.fire(state);
    // A listener may have disposed this watcher.
    if (this.#state === state) this.#stateEmitter.fire(state);
  }
}

/** The streams, with what their programs tell of themselves. */
async function programStreams(server: SoundServerClient): Promise<SinkInputInfo[]> {
  const [streams, clients] = await Promise.all([server.sinkInputs(), server.clients()]);
  return streams.map((stream) => {
    const program = clients.find(({ index }) => index === stream.client);
    if (!program) return stream;
    return { ...stream, properties: new Map([...program.properties, ...stream.properties]) };
  });
}

/** The name if one of the devices has it: a default that is on its way out or in is none. */
function nameAmong(devices: readonly { name: string }[], name: string | undefined): string | undefined {
  return devices.some((device) => device.name === name) ? name : undefined;
}

function sameRecords(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((record, at) => record === b[at] || sameRecord(record, b[at]));
}

function sameRecord(a: unknown, b: unknown): boolean {
  return JSON.stringify(a, plain) === JSON.stringify(b, plain);
}

const plain = (_key: string, value: unknown) => (value instanceof Map ? [...value] : value);

import type { Disposable } from '../../../contract/disposable.ts';
import { Emitter, type Event } from '../../../contract/emitter.ts';
import { SoundServerClient, type SoundServerOptions } from './client.ts';
import type { Outputs, SinkInfo, SoundServerEvent } from './records.ts';

export interface OutputWatcherOptions extends SoundServerOptions {
  /** How often a server that is away is looked for, in milliseconds. */
  pollMs?: number;
  /** How long changes are collected before the lists are read again, in milliseconds. */
  settleMs?: number;
}

const DEFAULT_POLL_MS = 200;
const DEFAULT_SETTLE_MS = 50;

const AWAY: Outputs = { serverRunning: false, sinks: [], defaultSink: undefined };

/**
 * Keeps the list of this machine's outputs up to date: connects to the sound server, follows its changes, notices
 * when it goes away and finds it again. Works by events and timers only, so nothing waits for it.
 */
export class OutputWatcher implements Disposable {
  readonly #options: OutputWatcherOptions;
  readonly #pollMs: number;
  readonly #settleMs: number;
  readonly #changeEmitter = new Emitter<Outputs>();
  #outputs: Outputs = AWAY;
  #client: SoundServerClient | undefined;
  #timer: NodeJS.Timeout | undefined;
  #reading = false;
  #readAgain = false;
  #disposed = false;
  #firstLook: Promise<void>;
  #firstLookDone: () => void = () => {};

  constructor(options: OutputWatcherOptions = {}) {
    this.#options = options;
    this.#pollMs = options.pollMs ?? DEFAULT_POLL_MS;
    this.#settleMs = options.settleMs ?? DEFAULT_SETTLE_MS;
    this.#firstLook = new Promise((resolve) => (this.#firstLookDone = resolve));
    void this.#look();
  }

  /** The outputs as last seen. */
  get outputs(): Outputs {
    return this.#outputs;
  }

  /** The connection in use, for requests of one's own; undefined while the server is away. */
  get client(): SoundServerClient | undefined {
    return this.#client;
  }

  /** Fires after every difference in what `outputs` says. */
  get onChange(): Event<Outputs> {
    return this.#changeEmitter.event;
  }

  /** Resolves when the outputs are known for the first time, or it is known that no server runs. Never rejects. */
  ready(): Promise<void> {
    return this.#firstLook;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#changeEmitter.dispose();
    this.#client?.dispose();
    this.#client = undefined;
    this.#outputs = AWAY;
    this.#firstLookDone();
  }

  /** Tries to connect; comes back to itself by timer until it works. */
  async #look(): Promise<void> {
    try {
      const client = await SoundServerClient.connect(this.#options);
      if (this.#disposed) return client.dispose();
      this.#client = client;
      client.onEvent((event) => this.#noticed(event));
      client.onClose(() => this.#lost(client));
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
    client.dispose();
    this.#publish(AWAY);
    this.#lookLater();
  }

  #noticed(event: SoundServerEvent): void {
    if (event.facility !== 'sink' && event.facility !== 'server' && event.facility !== 'card') return;
    if (this.#reading) {
      this.#readAgain = true;
      return;
    }
    // The first event starts the wait; later ones join it, so that a steady stream of them cannot put it off forever.
    this.#timer ??= setTimeout(() => void this.#read(), this.#settleMs);
  }

  /** Reads the lists. A server that does not answer is given up and looked for again. */
  async #read(): Promise<void> {
    const client = this.#client;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!client) return;
    this.#reading = true;
    this.#readAgain = false;
    try {
      const [info, sinks] = await Promise.all([client.serverInfo(), client.sinks()]);
      if (this.#client === client) {
        const defaultSink = sinks.some((sink) => sink.name === info.defaultSink)
          ? info.defaultSink
          : undefined;
        this.#publish({ serverRunning: true, sinks, defaultSink });
      }
    } catch {
      this.#lost(client);
    } finally {
      this.#reading = false;
      this.#firstLookDone();
    }
    if (this.#readAgain && this.#client) {
      this.#timer ??= setTimeout(() => void this.#read(), this.#settleMs);
    }
  }

  #publish(outputs: Outputs): void {
    if (this.#disposed || sameOutputs(this.#outputs, outputs)) return;
    this.#outputs = outputs;
    this.#changeEmitter.fire(outputs);
  }
}

function sameOutputs(a: Outputs, b: Outputs): boolean {
  return (
    a.serverRunning === b.serverRunning &&
    a.defaultSink === b.defaultSink &&
    a.sinks.length === b.sinks.length &&
    a.sinks.every((sink, index) => sameSink(sink, b.sinks[index]!))
  );
}

function sameSink(a: SinkInfo, b: SinkInfo): boolean {
  return comparable(a) === comparable(b);
}

function comparable(sink: SinkInfo): string {
  return JSON.stringify({ ...sink, properties: [...sink.properties] });
}

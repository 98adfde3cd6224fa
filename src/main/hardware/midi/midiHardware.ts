import type { Disposable } from '../../../contract/disposable.ts';
import { Emitter, type Event } from '../../../contract/emitter.ts';
import { PinwheelError } from '../../../contract/errors.ts';
import type {
  MidiHostCommand,
  MidiHostEvent,
  MidiPortInfo,
  MidiSystemStatus,
} from '../../../contract/midiHardware.ts';
import type { PortRoute } from '../../../contract/midiRoute.ts';
import type { ReferenceTime } from '../../../contract/units.ts';
import { engineEpoch } from '../engineEpoch.ts';
import { RecordStream } from '../recordStream.ts';
import type { HostFactory } from '../hostPort.ts';
import { isMidiHostEvent } from '../../../contract/hostEvents.ts';
import { WatchedHost } from '../watchedHost.ts';

export type MidiHostFactory = HostFactory<MidiHostCommand, MidiHostEvent>;

/** Bytes that came in at a port, and when. */
export interface CapturedBytes {
  readonly time: ReferenceTime;
  readonly bytes: Uint8Array;
}

/** `starting`: it is not known yet what there is. */
export type MidiSystemState = { available: 'starting' } | MidiSystemStatus;

const RETRY_FIRST_MS = 300;
const RETRY_LONGEST_MS = 10_000;
/** A host that ran this long is not one that always ends. */
const PROVEN_AFTER_MS = 10_000;
/** Half-second intervals without a word; the host says one in each. A library may block while a device is plugged in. */
const SILENT_INTERVALS = 20;
/** Without a word from a host that is to end: it may have a long SysEx to finish. */
const CLOSE_LIMIT_MS = 1_500;

interface OpenStream {
  readonly port: string;
  readonly stream: RecordStream;
}

/**
 * The system's MIDI ports as the adapter driver and the services see them: they arrive, are used, and go. Behind it,
 * one MIDI host runs; when it ends, all ports go, and come back with its successor. Nothing here blocks or throws later.
 */
export class MidiHardware {
  readonly #hostFactory: MidiHostFactory;
  readonly #masterClock: { now(): ReferenceTime };
  #host: WatchedHost<MidiHostCommand, MidiHostEvent> | undefined;
  readonly #exits = new Set<Promise<void>>();
  #startedAtMs = 0;
  #retryMs = RETRY_FIRST_MS;
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;

  #system: MidiSystemState = { available: 'starting' };
  #ports: readonly MidiPortInfo[] = [];
  #routes: PortRoute[] = [];
  #nextStream = 1;
  readonly #streams = new Map<number, OpenStream>();
  readonly #captures = new Map<string, Emitter<CapturedBytes>>();
  /** Who waits for a port's power, by its name. */
  readonly #waking = new Map<string, PromiseWithResolvers<void>>();

  readonly #changed = new Emitter<void>();
  readonly #arrived = new Emitter<MidiPortInfo>();
  readonly #removed = new Emitter<{ name: string; message: string }>();
  readonly #failed = new Emitter<{ name: string; message: string }>();
  readonly #routed = new Emitter<void>();
  readonly #ready = Promise.withResolvers<void>();

  /** `system` or `ports` changed. */
  readonly onChanged: Event<void> = this.#changed.event;
  readonly onArrived: Event<MidiPortInfo> = this.#arrived.event;
  /** The port is gone; its streams are lost already. */
  readonly onRemoved: Event<{ name: string; message: string }> = this.#removed.event;
  /** A port could not be opened, or failed. */
  readonly onFailed: Event<{ name: string; message: string }> = this.#failed.event;

  /** `routes` changed. */
  readonly onRoutes: Event<void> = this.#routed.event;

  /** `masterClock`: engine time, which the host will tell too. */
  constructor(options: { hostFactory: MidiHostFactory; masterClock: { now(): ReferenceTime } }) {
    this.#hostFactory = options.hostFactory;
    this.#masterClock = options.masterClock;
  }

  get system(): MidiSystemState {
    return this.#system;
  }

  get ports(): readonly MidiPortInfo[] {
    return this.#ports;
  }

  /** Routes inside the host. */
  get routes(): readonly PortRoute[] {
    return this.#routes;
  }

  /** Starts the host. */
  start(): void {
    if (!this.#host && !this.#disposed) this.#startHost();
  }

  /** Resolves when it is known which ports there are, or that there is no MIDI system. */
  ready(): Promise<void> {
    return this.#ready.promise;
  }

  /**
   * Opens a render stream that leaves through a port, in state STOP.
   * @throws PinwheelError `not-found` when there is no such output
   */
  openStream(port: string): RecordStream {
    const host = this.#host;
    if (!host || !this.#ports.some(({ name, output }) => name === port && output))
      throw noPort(port, 'output');
    const id = this.#nextStream++;
    const stream = new RecordStream(
      id,
      (command) => host.send(command),
      (closed) => this.#streams.delete(closed),
    );
    this.#streams.set(id, { port, stream });
    host.send({ type: 'openStream', stream: id, port });
    return stream;
  }

  /** Sends bytes at once, behind what the port was given before. Nothing is sent to a port that is not there. */
  send(port: string, bytes: Uint8Array): void {
    this.#host?.send({ type: 'send', port, bytes });
  }

  /** Routes inside the host, instead of those before; they hold whenever both ports are there. */
  setRoutes(routes: readonly PortRoute[]): void {
    this.#routes = [...routes];
    // Those who give a port its power do so before it is used.
    this.#routed.fire();
    this.#host?.send({ type: 'setRoutes', routes: this.#routes });
  }

  /**
   * Takes a port's power, or gives it. Without power it is closed, what streams and readers have open of it waits. On
   * the way up resolves when it is open again, or gone.
   */
  setPower(port: string, on: boolean): Promise<void> | undefined {
    const host = this.#host;
    if (!host || !this.#ports.some(({ name }) => name === port)) return undefined;
    host.send({ type: 'setPower', port, on });
    this.#settlePower(port);
    if (!on) return undefined;
    const waking = Promise.withResolvers<void>();
    this.#waking.set(port, waking);
    return waking.promise;
  }

  /** What comes in at a port. Its input is open as long as somebody listens, whenever the port is there. */
  captured(port: string): Event<CapturedBytes> {
    return (listener) => {
      let emitter = this.#captures.get(port);
      if (!emitter) {
        emitter = new Emitter();
        this.#captures.set(port, emitter);
        this.#host?.send({ type: 'capture', port, on: true });
      }
      const subscription = emitter.event(listener);
      return { dispose: () => this.#release(port, subscription) };
    };
  }

  /** Ends the host. Resolves when its process is gone. */
  async dispose(): Promise<void> {
    if (!this.#disposed) {
      this.#disposed = true;
      clearTimeout(this.#timer);
      for (const { stream } of this.#streams.values()) stream.reportLost('Pinwheel ends.');
      this.#streams.clear();
      this.#host?.close();
      this.#ready.resolve();
    }
    await Promise.all(this.#exits);
  }

  #release(port: string, subscription: Disposable): void {
    subscription.dispose();
    const emitter = this.#captures.get(port);
    if (!emitter || emitter.hasListeners) return;
    this.#captures.delete(port);
    this.#host?.send({ type: 'capture', port, on: false });
  }

  #startHost(): void {
    this.#startedAtMs = performance.now();
    const gone = Promise.withResolvers<void>();
    this.#exits.add(gone.promise);
    const port = this.#hostFactory();
    const host = new WatchedHost<MidiHostCommand, MidiHostEvent>({
      host: port,
      name: 'MIDI host',
      closeCommand: { type: 'close' },
      closeLimitMs: CLOSE_LIMIT_MS,
      closesWhileAlive: true,
      fits: isMidiHostEvent,
      silenceLimit: () => SILENT_INTERVALS,
      event: (event) => this.#receive(event),
      ended: ({ message }) => this.#hostEnded(message),
      exited: () => {
        gone.resolve();
        this.#exits.delete(gone.promise);
      },
    });
    this.#host = host;
    host.send({ type: 'start', epochNs: engineEpoch(this.#masterClock) });
    host.send({ type: 'setRoutes', routes: this.#routes });
    for (const name of this.#captures.keys()) host.send({ type: 'capture', port: name, on: true });
  }

  #hostEnded(message: string): void {
    this.#host = undefined;
    if (this.#disposed) return;
    this.#update({ available: false, reason: message }, [], message);
    const isProven = performance.now() - this.#startedAtMs > PROVEN_AFTER_MS;
    this.#retryMs = isProven ? RETRY_FIRST_MS : Math.min(2 * this.#retryMs, RETRY_LONGEST_MS);
    this.#timer = setTimeout(() => this.start(), this.#retryMs);
  }

  #receive(event: MidiHostEvent): void {
    switch (event.type) {
      case 'ports':
        return this.#update(event.system, event.ports);
      case 'captured':
        return this.#captures.get(event.port)?.fire(event);
      case 'streamPosition':
        return this.#streams.get(event.stream)?.stream.reportPosition(event);
      case 'streamError':
        return this.#streams.get(event.stream)?.stream.reportError(event.message);
      case 'streamLost':
        return this.#lose(event.stream, event.message);
      case 'powered':
        return this.#settlePower(event.port);
      case 'alive':
        return;
    }
  }

  #update(system: MidiSystemState, ports: readonly MidiPortInfo[], why?: string): void {
    const before = this.#ports;
    this.#system = system;
    this.#ports = ports;
    for (const { name } of before) {
      if (ports.some((port) => port.name === name)) continue;
      const message = why ?? `“${name}” was removed.`;
      for (const [id, stream] of this.#streams) if (stream.port === name) this.#lose(id, message);
      this.#settlePower(name);
      this.#removed.fire({ name, message });
    }
    for (const port of ports) {
      const old = before.find(({ name }) => name === port.name);
      // A device whose second half is found later is another filter.
      const isOther = old && (old.input !== port.input || old.output !== port.output);
      if (isOther) this.#removed.fire({ name: port.name, message: `“${port.name}” was plugged in again.` });
      if (!old || isOther) this.#arrived.fire(port);
      if (port.failure !== '' && port.failure !== old?.failure) {
        this.#failed.fire({ name: port.name, message: port.failure });
      }
    }
    this.#changed.fire();
    this.#ready.resolve();
  }

  #settlePower(port: string): void {
    this.#waking.get(port)?.resolve();
    this.#waking.delete(port);
  }

  #lose(id: number, message: string): void {
    const lost = this.#streams.get(id);
    this.#streams.delete(id);
    lost?.stream.reportLost(message);
  }
}

function noPort(name: string, kind: 'output'): PinwheelError {
  return new PinwheelError({
    code: 'not-found',
    message: `There is no MIDI ${kind} “${name}”.`,
    subject: name,
    advice: 'Plug the device in, or choose one of the listed ports.',
  });
}

import type { Disposable } from '../../../contract/disposable.ts';
import type { MidiHostCommand, MidiHostEvent, MidiPortInfo } from '../../../contract/midiHardware.ts';
import type { PortRoute } from '../../../contract/midiRoute.ts';
import type { ReferenceTime } from '../../../contract/units.ts';
import { Thru } from '../../engine/portcls/dmus/thru.ts';
import type { MidiBackend, OpenMidiBackend } from './backend.ts';
import { InputClock } from './inputClock.ts';
import type { OutputCommand, OutputEvent } from './outputStreams.ts';
import { PortNames, type NamedPort } from './portNames.ts';
import { splitRecords } from './splitRecords.ts';

/** Arrival and removal are noticed within this time. */
const LOOK_INTERVAL_MS = 300;
/** Looks without a MIDI system before it is tried again. */
const LOOKS_PER_RETRY = 10;

export interface MidiHostOptions {
  readonly openBackend: OpenMidiBackend;
  /** Engine time. */
  readonly clock: { now(): ReferenceTime };
  /** To the thread of the output streams; answers whether there is one, which the first stream starts. */
  post(command: OutputCommand): boolean;
  report(event: MidiHostEvent): void;
}

interface OpenRoute {
  readonly route: PortRoute;
  readonly thru: Thru;
}

interface OpenInput {
  readonly target: string;
  readonly port: Disposable;
}

/**
 * The host's main thread: looks at which ports there are, opens inputs and stamps what comes in, and passes what is to
 * go out on to the thread of the output streams.
 */
export class MidiHost implements Disposable {
  readonly #options: MidiHostOptions;
  readonly #names = new PortNames();
  readonly #failures = new Map<string, string>();
  readonly #captured = new Set<string>();
  /** Ports without power. */
  readonly #asleep = new Set<string>();
  #routes: OpenRoute[] = [];
  readonly #inputs = new Map<string, OpenInput>();
  #backend: MidiBackend | undefined;
  #unavailable = '';
  #looksUntilRetry = 0;
  #ports: readonly NamedPort[] = [];
  #reported = '';
  readonly #looking: NodeJS.Timeout;

  constructor(options: MidiHostOptions) {
    this.#options = options;
    this.#looking = setInterval(() => this.#look(), LOOK_INTERVAL_MS);
    this.#look();
  }

  handle(command: Exclude<MidiHostCommand, { type: 'start' | 'close' }>): void {
    switch (command.type) {
      case 'openStream': {
        const target = this.#port(command.port)?.output;
        if (target !== undefined) return void this.#options.post({ ...command, target });
        const message = `There is no MIDI output “${command.port}”.`;
        return this.#options.report({ type: 'streamLost', stream: command.stream, message });
      }
      case 'send':
        return this.#send(command.port, command.bytes);
      case 'setPower':
        return this.#setPower(command.port, command.on);
      case 'setRoutes':
        this.#setRoutes(command.routes);
        return this.#update();
      case 'writeStream':
        // Copied apart: a part that crosses to another thread would take the whole buffer along.
        for (const part of splitRecords(command.records)) {
          this.#options.post({ ...command, records: part.slice() });
        }
        return;
      case 'capture':
        if (command.on) {
          // Another try.
          this.#failures.delete(command.port);
          this.#captured.add(command.port);
        } else this.#captured.delete(command.port);
        return this.#update();
      default:
        this.#options.post(command);
    }
  }

  /** What the thread of the output streams reports. */
  outputEvent(event: OutputEvent): void {
    switch (event.type) {
      case 'portOpened':
        this.#failures.delete(event.port);
        return this.#update();
      case 'portFailed':
        if (this.#port(event.port)) this.#failures.set(event.port, event.message);
        return this.#update();
      default:
        return this.#options.report(event);
    }
  }

  dispose(): void {
    clearInterval(this.#looking);
    for (const { port } of this.#inputs.values()) port.dispose();
    this.#inputs.clear();
  }

  /** A route that stays keeps what sounds through it. */
  #setRoutes(routes: readonly PortRoute[]): void {
    const before = this.#routes;
    this.#routes = routes.map(
      (route) =>
        before.find((open) => isSameRoute(open.route, route)) ?? {
          route,
          thru: new Thru(route, (bytes) => this.#send(route.to, bytes)),
        },
    );
    for (const open of before) if (!this.#routes.includes(open)) open.thru.release();
  }

  /** Inputs follow at once, outputs in their thread. */
  #setPower(port: string, on: boolean): void {
    if (on) this.#asleep.delete(port);
    else this.#asleep.add(port);
    this.#update();
    const target = this.#port(port)?.output;
    const isPosted = target !== undefined && this.#options.post({ type: 'setPower', port, target, on });
    if (on && !isPosted) this.#options.report({ type: 'powered', port });
  }

  #send(port: string, bytes: Uint8Array): void {
    const target = this.#port(port)?.output;
    // Nobody is at the other end of a port that is gone, and one that sleeps is not touched.
    if (target !== undefined && !this.#asleep.has(port))
      this.#options.post({ type: 'send', port, target, bytes });
  }

  #port(name: string): NamedPort | undefined {
    return this.#ports.find((port) => port.name === name);
  }

  #look(): void {
    if (!this.#backend && !this.#tryBackend()) return this.#update();
    const { inputs, outputs } = this.#systemNames();
    const before = this.#ports;
    const after = this.#names.update(inputs, outputs);
    // A device that was plugged in again between two looks went, and came.
    const stayed = after.filter((port) => before.some((old) => isSamePort(port, old)));
    const isGone = before.some((old) => !stayed.some(({ name }) => name === old.name));
    if (isGone) {
      this.#ports = stayed;
      for (const { name } of before) {
        if (this.#port(name)) continue;
        this.#failures.delete(name);
        this.#asleep.delete(name);
        this.#options.post({ type: 'losePort', port: name, message: `“${name}” was removed.` });
      }
      this.#update();
    }
    this.#ports = after;
    this.#update();
  }

  #tryBackend(): boolean {
    if (this.#looksUntilRetry-- > 0) return false;
    this.#looksUntilRetry = LOOKS_PER_RETRY;
    try {
      this.#backend = this.#options.openBackend();
      this.#unavailable = '';
      return true;
    } catch (error) {
      this.#unavailable = error instanceof Error ? error.message : String(error);
      return false;
    }
  }

  #systemNames(): { inputs: readonly string[]; outputs: readonly string[] } {
    try {
      return { inputs: this.#backend!.inputNames(), outputs: this.#backend!.outputNames() };
    } catch {
      // A port went while it was looked at; the next look sees it gone.
      return {
        inputs: this.#ports.flatMap(({ input }) => input ?? []),
        outputs: this.#ports.flatMap(({ output }) => output ?? []),
      };
    }
  }

  /** Opens and closes inputs as wanted, then reports what changed. */
  #update(): void {
    const wanted = new Set([...this.#captured, ...this.#routes.map(({ route }) => route.from)]);
    for (const name of this.#asleep) wanted.delete(name);
    for (const [name, { target, port }] of this.#inputs) {
      if (wanted.has(name) && this.#port(name)?.input === target) continue;
      port.dispose();
      this.#inputs.delete(name);
      for (const { route, thru } of this.#routes) if (route.from === name) thru.release();
    }
    for (const name of wanted) {
      const target = this.#port(name)?.input;
      if (target !== undefined && !this.#inputs.has(name) && !this.#failures.has(name)) {
        this.#openInput(name, target);
      }
    }
    const ports: MidiPortInfo[] = this.#ports.map(({ name, input, output }) => ({
      name,
      input: input !== undefined,
      output: output !== undefined,
      failure: this.#failures.get(name) ?? '',
    }));
    const report = JSON.stringify([this.#unavailable, ports]);
    if (report === this.#reported) return;
    this.#reported = report;
    const system =
      this.#backend === undefined
        ? { available: false as const, reason: this.#unavailable }
        : { available: true as const };
    this.#options.report({ type: 'ports', system, ports });
  }

  #openInput(name: string, target: string): void {
    const clock = new InputClock();
    try {
      const port = this.#backend!.openInput(target, (deltaSeconds, bytes) => {
        const time = clock.stamp(deltaSeconds, this.#options.clock.now());
        for (const { route, thru } of this.#routes) if (route.from === name) thru.receive(bytes);
        if (this.#captured.has(name)) this.#options.report({ type: 'captured', port: name, time, bytes });
      });
      this.#inputs.set(name, { target, port });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#failures.set(name, `“${name}” cannot be opened: ${reason.replace(/\.$/, '')}.`);
    }
  }
}

function isSameRoute(a: PortRoute, b: PortRoute): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function isSamePort(a: NamedPort, b: NamedPort): boolean {
  return a.name === b.name && a.input === b.input && a.output === b.output;
}

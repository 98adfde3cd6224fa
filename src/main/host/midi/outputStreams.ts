import type { Disposable } from '../../../contract/disposable.ts';
import type { StreamState } from '../../../contract/hardware.ts';
import type { MidiHostEvent } from '../../../contract/midiHardware.ts';
import { referenceTime, type ReferenceTime } from '../../../contract/units.ts';
import { EventAllocator } from '../../engine/portcls/dmus/allocator.ts';
import { RenderPipeline } from '../../engine/portcls/dmus/renderPipeline.ts';
import type { MidiBackend } from './backend.ts';
import { OutputPort, type PortSender } from './outputPort.ts';
import { PortMxf } from './portMxf.ts';

/** What the thread of the output streams is asked to do. `target` is what the system calls the port. */
export type OutputCommand =
  | { type: 'openStream'; stream: number; port: string; target: string }
  | { type: 'setStreamState'; stream: number; state: StreamState }
  | { type: 'writeStream'; stream: number; startTime: ReferenceTime; records: Uint8Array }
  | { type: 'closeStream'; stream: number }
  | { type: 'send'; port: string; target: string; bytes: Uint8Array }
  /** The port is closed until it has power again, and its streams are kept. */
  | { type: 'setPower'; port: string; target: string; on: boolean }
  /** The port is gone, or failed: its streams are lost. */
  | { type: 'losePort'; port: string; message: string }
  /** Releases what sounds and closes the ports. */
  | { type: 'close' };

export type OutputEvent =
  | Extract<MidiHostEvent, { type: 'streamPosition' | 'streamError' | 'streamLost' | 'powered' }>
  /** The port was opened, or could not be. */
  | { type: 'portOpened'; port: string }
  | { type: 'portFailed'; port: string; message: string };

export interface OutputStreamsOptions {
  readonly backend: MidiBackend;
  /** Engine time. */
  readonly clock: { now(): ReferenceTime };
  report(event: OutputEvent): void;
  /** Starts a thread for a port that is slow. */
  startSender(port: string, target: string): PortSender;
}

interface Port {
  /** Undefined without power. */
  output: OutputPort | undefined;
  readonly streams: Set<number>;
  /** Somebody sends to it without a stream; it stays open until it is gone. */
  isKept: boolean;
  droppedReported: boolean;
}

interface Stream {
  readonly id: number;
  readonly port: string;
  readonly mxf: PortMxf;
  readonly pipeline: RenderPipeline;
}

const POSITION_INTERVAL = 2_500_000;

/**
 * All render streams of the host, each a sequencer that ends at a port of the system. One thread owns them, and does
 * nothing but wait for `dueAt` and call `service`. Specification 4.5.
 */
export class OutputStreams implements Disposable {
  readonly #options: OutputStreamsOptions;
  readonly #ports = new Map<string, Port>();
  /** Ports without power. */
  readonly #asleep = new Set<string>();
  readonly #streams = new Map<number, Stream>();
  /** The same as an array: to be walked through without allocating. */
  #serviced: Stream[] = [];
  #nextPosition = 0;

  constructor(options: OutputStreamsOptions) {
    this.#options = options;
  }

  /** Carries out a command; what goes wrong is reported. */
  handle(command: OutputCommand): void {
    switch (command.type) {
      case 'openStream':
        return this.#open(command.stream, command.port, command.target);
      case 'setStreamState':
        return this.#attempt(command.stream, ({ pipeline }) => {
          pipeline.setState(command.state);
          if (command.state === 'RUN') this.#nextPosition = 0;
        });
      case 'writeStream':
        return this.#attempt(command.stream, ({ pipeline }) =>
          pipeline.write(command.startTime, command.records),
        );
      case 'closeStream':
        return this.#close(command.stream);
      case 'send':
        return this.#send(command.port, command.target, command.bytes);
      case 'setPower':
        return command.on ? this.#wakePort(command.port, command.target) : this.#restPort(command.port);
      case 'losePort':
        return this.#losePort(command.port, command.message);
      case 'close':
        return this.dispose();
    }
  }

  /** Hands on what is due; answers the engine time of the next thing to do, Infinity without one. */
  service(): number {
    const serviced = this.#serviced;
    let next = Infinity;
    let isRunning = false;
    for (let index = 0; index < serviced.length; index++) {
      const stream = serviced[index]!;
      const due = stream.pipeline.dueAt;
      if (due <= this.#options.clock.now()) this.#serviceStream(stream);
      next = Math.min(next, stream.pipeline.dueAt);
      isRunning ||= stream.pipeline.state === 'RUN';
    }
    if (!isRunning) return next;
    const now = this.#options.clock.now();
    if (now >= this.#nextPosition) {
      this.#nextPosition = now + POSITION_INTERVAL;
      this.#reportPositions();
    }
    return Math.min(next, this.#nextPosition);
  }

  dispose(): void {
    for (const stream of [...this.#streams.keys()]) this.#close(stream);
    for (const port of [...this.#ports.keys()]) this.#closePort(port);
  }

  #open(id: number, name: string, target: string): void {
    const port = this.#openPort(name, target);
    if (typeof port === 'string') {
      this.#options.report({ type: 'streamLost', stream: id, message: port });
      return;
    }
    port.streams.add(id);
    const allocator = new EventAllocator();
    const mxf = new PortMxf(allocator, (bytes, offset, length) => port.output?.send(bytes, offset, length));
    const pipeline = new RenderPipeline({
      allocator,
      masterClock: this.#options.clock,
      miniport: mxf,
      format: 'DIRECTMUSIC',
      schedulePreFetch: referenceTime(0),
      silenceOnStop: true,
    });
    this.#streams.set(id, { id, port: name, mxf, pipeline });
    this.#serviced = [...this.#streams.values()];
  }

  #close(id: number): void {
    const stream = this.#streams.get(id);
    if (!stream) return;
    // A client that closes without stopping leaves no note behind either.
    this.#attempt(id, ({ pipeline }) => pipeline.setState('STOP'));
    this.#forget(stream);
    const port = this.#ports.get(stream.port);
    if (port?.streams.size === 0 && !port.isKept) this.#closePort(stream.port);
  }

  #forget(stream: Stream): void {
    stream.pipeline.dispose();
    this.#streams.delete(stream.id);
    this.#serviced = [...this.#streams.values()];
    this.#ports.get(stream.port)?.streams.delete(stream.id);
  }

  #send(name: string, target: string, bytes: Uint8Array): void {
    const port = this.#openPort(name, target);
    if (typeof port === 'string') return;
    port.isKept = true;
    try {
      port.output?.send(bytes, 0, bytes.length);
    } catch (error) {
      this.#fail(name, error);
    }
  }

  /** The port, opened if it is not yet; the reason where that fails. */
  #openPort(name: string, target: string): Port | string {
    const open = this.#ports.get(name);
    if (open) return open;
    const output = this.#asleep.has(name) ? undefined : this.#openOutput(name, target);
    if (typeof output === 'string') return output;
    const port: Port = { output, streams: new Set(), isKept: false, droppedReported: false };
    this.#ports.set(name, port);
    return port;
  }

  /** The reason where that fails. */
  #openOutput(name: string, target: string): OutputPort | string {
    try {
      const output = new OutputPort({
        backend: this.#options.backend,
        target,
        startSender: () => this.#options.startSender(name, target),
      });
      this.#options.report({ type: 'portOpened', port: name });
      return output;
    } catch (error) {
      const message = `“${name}” cannot be opened: ${reasonOf(error)}.`;
      this.#options.report({ type: 'portFailed', port: name, message });
      return message;
    }
  }

  /** What still sounds is ended first: nobody could end it later. */
  #restPort(name: string): void {
    this.#asleep.add(name);
    const port = this.#ports.get(name);
    if (!port) return;
    for (const id of port.streams) this.#attempt(id, ({ pipeline }) => pipeline.silence());
    if (port.streams.size === 0) return this.#closePort(name);
    port.output?.dispose();
    port.output = undefined;
  }

  #wakePort(name: string, target: string): void {
    this.#asleep.delete(name);
    const port = this.#ports.get(name);
    if (port && !port.output) {
      const output = this.#openOutput(name, target);
      if (typeof output === 'string') this.#losePort(name, output);
      else port.output = output;
    }
    this.#options.report({ type: 'powered', port: name });
  }

  #serviceStream(stream: Stream): void {
    try {
      stream.pipeline.service();
    } catch (error) {
      this.#fail(stream.port, error);
    }
  }

  /** The port does not take bytes any more. */
  #fail(port: string, error: unknown): void {
    const message = `“${port}” failed: ${reasonOf(error)}.`;
    this.#options.report({ type: 'portFailed', port, message });
    this.#losePort(port, message);
  }

  #losePort(name: string, message: string): void {
    this.#asleep.delete(name);
    const port = this.#ports.get(name);
    if (!port) return;
    for (const id of port.streams) {
      this.#forget(this.#streams.get(id)!);
      this.#options.report({ type: 'streamLost', stream: id, message });
    }
    this.#closePort(name);
  }

  #closePort(name: string): void {
    this.#ports.get(name)?.output?.dispose();
    this.#ports.delete(name);
  }

  #attempt(id: number, act: (stream: Stream) => void): void {
    const stream = this.#streams.get(id);
    if (!stream) return;
    try {
      act(stream);
    } catch (error) {
      this.#options.report({ type: 'streamError', stream: id, message: reasonOf(error) });
    }
  }

  #reportPositions(): void {
    for (const { id, port: name, pipeline, mxf } of this.#serviced) {
      if (pipeline.state !== 'RUN') continue;
      const { position } = pipeline;
      const at = this.#options.clock.now();
      const { eventsPlayed } = mxf;
      this.#options.report({ type: 'streamPosition', stream: id, position, at, eventsPlayed });
      const port = this.#ports.get(name);
      if (!port?.output || port.output.dropped === 0 || port.droppedReported) continue;
      port.droppedReported = true;
      const message = `“${name}” is too slow; some of what it should play is left out.`;
      this.#options.report({ type: 'streamError', stream: id, message });
    }
  }
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\.$/, '');
}

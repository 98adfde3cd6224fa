import { Worker } from 'node:worker_threads';
import type { Disposable } from '../../../contract/disposable.ts';
import { PinwheelError } from '../../../contract/errors.ts';
import type {
  CaptureDescription,
  CaptureSources,
  HostCommand,
  HostEvent,
  RegisterValues,
  StreamState,
  WaveFormatRecord,
} from '../../../contract/hardware.ts';
import type { DevicePower } from '../../../contract/services/topology.ts';
import type { CaptureCommand } from './captureDevice.ts';
import type { CaptureThreadCommand, CaptureThreadData, CaptureThreadEvent } from './captureThread.ts';
import { SampleRing } from './sampleRing.ts';

export interface CardCaptureOptions {
  readonly description: CaptureDescription;
  readonly registers: RegisterValues;
  readonly epochNs: bigint;
  tell(event: HostEvent): void;
  /** The card's own sound is to be written into the ring until the answer is disposed; undefined without a device. */
  tapLoopback(ring: SampleRing): Disposable | undefined;
  /** The monitored input, which is in the ring, is heard or not any more. */
  monitor(on: boolean, ring: SampleRing): void;
}

/** What a thread that is started anew has to be told of a stream. */
interface OpenStream {
  readonly format: WaveFormatRecord;
  state: StreamState;
  /** It is written to a file, which is not complete. */
  recorded: boolean;
}

const STATES: readonly StreamState[] = ['STOP', 'ACQUIRE', 'PAUSE', 'RUN'];

/** Frames: the reader comes every few milliseconds, and may be late by a second. */
const RING_FRAMES = 1 << 16;

/**
 * The card's own sound is tapped for so long after the last who wanted it: one recording is often followed by another,
 * and each tap leaves half a megabyte in the audio library until the garbage collector comes.
 */
const TAP_LINGERS_MS = 30_000;

/**
 * The render thread's end of the capture side. Its thread is there only while something is recorded or monitored: at
 * other times the capture side costs nothing.
 */
export class CardCapture implements Disposable {
  readonly #options: CardCaptureOptions;
  readonly #loopback = SampleRing.allocate(RING_FRAMES);
  readonly #monitor = SampleRing.allocate(RING_FRAMES);
  readonly #registers = new Map<number, number[]>();
  readonly #streams = new Map<number, OpenStream>();
  #sources: CaptureSources = {};
  #metering = false;
  #monitoring = false;
  #power: DevicePower = 'D0';
  #thread: Worker | undefined;
  /** Threads that complete their files. */
  readonly #ending = new Map<Worker, PromiseWithResolvers<void>>();
  #loopbackWanted = false;
  #tap: Disposable | undefined;
  /** Ends a tap that nobody wants at the moment. */
  #untap: NodeJS.Timeout | undefined;

  constructor(options: CardCaptureOptions) {
    this.#options = options;
    this.#setRegisters(options.registers);
  }

  /** Whether the command is all the capture side's. Failures are told as events. */
  handle(command: HostCommand): boolean {
    switch (command.type) {
      case 'setRegisters':
        this.#setRegisters(command.values);
        this.#post(command);
        return false;
      case 'setCaptureSources':
        this.#sources = command.sources;
        this.#post(command);
        return true;
      case 'setCaptureMetering':
        this.#metering = command.on;
        this.#post(command);
        return true;
      case 'openCapture':
        this.#post(command);
        this.#streams.set(command.stream, { format: command.format, state: 'STOP', recorded: false });
        this.#settle();
        return true;
      case 'recordWave': {
        const stream = this.#streams.get(command.stream);
        if (stream) stream.recorded = true;
        this.#post(command);
        return true;
      }
      case 'finishRecording':
        this.#post(command);
        return true;
      case 'setStreamState':
        return this.#setStreamState(command);
      case 'closeStream':
        if (!this.#streams.delete(command.stream)) return false;
        this.#post(command);
        this.#settle();
        return true;
      default:
        return false;
    }
  }

  /** The ring of what is monitored. */
  get monitorRing(): SampleRing {
    return this.#monitor;
  }

  /**
   * In D3 there is no thread, unless it has a file to complete. Its streams are in PAUSE or below. Resolves when threads
   * that end have completed theirs.
   */
  async setPower(state: DevicePower): Promise<void> {
    this.#power = state;
    this.#settle();
    if (state !== 'D3') return;
    if (!this.#loopbackWanted) this.#endTap();
    await this.#allOver();
  }

  /** There is another output device, or none. */
  outputChanged(): void {
    this.#endTap();
    this.#tap = this.#loopbackWanted ? this.#options.tapLoopback(this.#loopback) : undefined;
  }

  /** Completes the files. */
  async finish(): Promise<void> {
    this.#streams.clear();
    this.#monitoring = false;
    this.#settle();
    await this.#allOver();
  }

  dispose(): void {
    for (const thread of [...this.#ending.keys(), ...(this.#thread ? [this.#thread] : [])]) {
      void thread.terminate();
    }
    for (const { resolve } of this.#ending.values()) resolve();
    this.#ending.clear();
    this.#thread = undefined;
    this.#loopbackWanted = false;
    this.#endTap();
  }

  #setRegisters(values: RegisterValues): void {
    const { monitor } = this.#options.description;
    for (const { register, gains } of values) {
      this.#registers.set(register, gains);
      if (register !== monitor.register) continue;
      const on = gains.some((gain) => gain > 0);
      if (on === this.#monitoring) continue;
      this.#monitoring = on;
      this.#options.monitor(on, this.#monitor);
      this.#settle();
    }
  }

  /** Starts or ends the thread, as it is needed. */
  #settle(): void {
    let needed = this.#power !== 'D3' && (this.#monitoring || this.#streams.size > 0);
    for (const { recorded } of this.#streams.values()) if (recorded) needed = true;
    if (needed && !this.#thread) this.#start();
    else if (!needed && this.#thread) this.#end(this.#thread);
  }

  #start(): void {
    const { description, epochNs } = this.#options;
    const data: CaptureThreadData = {
      description,
      registers: [...this.#registers].map(([register, gains]) => ({ register, gains })),
      epochNs,
      loopback: this.#loopback.shared,
      monitor: this.#monitor.shared,
    };
    const thread = new Worker(new URL('./captureThread.ts', import.meta.url), {
      name: 'capture',
      workerData: data,
    });
    thread.on('message', (event: CaptureThreadEvent) => this.#hear(thread, event));
    thread.on('error', (error) => this.#died(thread, error));
    thread.unref();
    this.#thread = thread;
    this.#post({ type: 'setCaptureSources', sources: this.#sources });
    if (this.#metering) this.#post({ type: 'setCaptureMetering', on: true });
    for (const [stream, { format, state }] of this.#streams) {
      this.#post({ type: 'openCapture', stream, format });
      for (const step of STATES.slice(1, STATES.indexOf(state) + 1)) {
        this.#post({ type: 'setStreamState', stream, state: step });
      }
    }
  }

  #setStreamState(command: Extract<HostCommand, { type: 'setStreamState' }>): boolean {
    const stream = this.#streams.get(command.stream);
    if (!stream) return false;
    stream.state = command.state;
    this.#post(command);
    return true;
  }

  /** Of the rings between its thread and the render thread. */
  get bufferBytes(): number {
    return this.#loopback.shared.byteLength + this.#monitor.shared.byteLength;
  }

  /** While it is there. */
  get thread(): Worker | undefined {
    return this.#thread;
  }

  #end(thread: Worker): void {
    this.#thread = undefined;
    this.#wantLoopback(false);
    this.#ending.set(thread, Promise.withResolvers());
    thread.postMessage({ type: 'end' } satisfies CaptureThreadCommand);
  }

  #hear(thread: Worker, event: CaptureThreadEvent): void {
    if (event.type === 'loopbackWanted') {
      if (thread === this.#thread) this.#wantLoopback(event.wanted);
    } else if (event.type === 'over') {
      this.#over(thread);
    } else {
      this.#options.tell(event);
      if (event.type !== 'recordingFinished' && event.type !== 'streamFailed') return;
      const stream = this.#streams.get(event.stream);
      if (stream) stream.recorded = false;
      this.#settle();
    }
  }

  async #allOver(): Promise<void> {
    await Promise.all([...this.#ending.values()].map(({ promise }) => promise));
  }

  #over(thread: Worker): void {
    this.#ending.get(thread)?.resolve();
    this.#ending.delete(thread);
  }

  /** Its streams have ended; the next one gets a new thread. */
  #died(thread: Worker, cause: unknown): void {
    this.#over(thread);
    if (thread !== this.#thread) return;
    this.#thread = undefined;
    this.#wantLoopback(false);
    const error = PinwheelError.recordOf(cause);
    for (const stream of this.#streams.keys()) this.#options.tell({ type: 'streamFailed', stream, error });
    this.#streams.clear();
  }

  #wantLoopback(wanted: boolean): void {
    this.#loopbackWanted = wanted;
    clearTimeout(this.#untap);
    if (wanted) this.#tap ??= this.#options.tapLoopback(this.#loopback);
    else if (this.#tap) this.#untap = setTimeout(() => this.#endTap(), TAP_LINGERS_MS).unref();
  }

  #endTap(): void {
    clearTimeout(this.#untap);
    this.#tap?.dispose();
    this.#tap = undefined;
  }

  #post(command: CaptureCommand): void {
    this.#thread?.postMessage(command satisfies CaptureThreadCommand);
  }
}

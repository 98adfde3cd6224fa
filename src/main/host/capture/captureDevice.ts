import type { Disposable } from '../../../contract/disposable.ts';
import { PinwheelError } from '../../../contract/errors.ts';
import type {
  CaptureDescription,
  CaptureSource,
  CaptureSources,
  HostCommand,
  HostEvent,
  RegisterValues,
  StreamState,
  WaveFormatRecord,
} from '../../../contract/hardware.ts';
import { framesToReferenceTime, type ReferenceTime } from '../../../contract/units.ts';
import { formatOfRecord } from '../../engine/portcls/wave/pcmFormats.ts';
import { FilterBanks } from '../../wave/resampling/filterBank.ts';
import { DeviceClock } from '../deviceClock.ts';
import type { Recorders, Recording } from '../recording/recorders.ts';
import { CAPTURE_CHANNELS, CaptureConverter, MAX_CAPTURE_FRAMES } from './captureConverter.ts';
import { CaptureInstance } from './captureInstance.ts';
import type { SampleRing } from './sampleRing.ts';
import { ServerInput, type ServerInputEvents } from './serverInput.ts';

/** The part of the hardware contract that the capture side carries out. */
export type CaptureCommand = Extract<
  HostCommand,
  {
    type:
      | 'setRegisters'
      | 'setCaptureSources'
      | 'openCapture'
      | 'recordWave'
      | 'finishRecording'
      | 'setCaptureMetering'
      | 'setStreamState'
      | 'closeStream';
  }
>;

export interface CaptureDeviceOptions {
  readonly description: CaptureDescription;
  readonly registers: RegisterValues;
  /** Engine time. */
  now(): ReferenceTime;
  /** What the card plays, while it is wanted. */
  readonly loopback: SampleRing;
  /** What is monitored. */
  readonly monitor: SampleRing;
  readonly recorders: Recorders;
  tell(event: HostEvent): void;
  /** Whether the card's own sound is to be written into its ring. */
  wantLoopback(wanted: boolean): void;
}

/** How often the ring of the card's own sound is looked after. */
const LOOPBACK_MS = 10;
const STATUS_MS = 250;
const METER_MS = 32;

interface Stream {
  readonly instance: CaptureInstance;
  readonly format: WaveFormatRecord;
  recording: Recording | undefined;
}

/** An input of the card that gives sound at the moment. */
interface OpenInput extends Disposable {
  /** Undefined: the card's own sound. */
  readonly source: CaptureSource | undefined;
}

/**
 * The card's capture side, in a thread of its own: opens the devices that are recorded or monitored and no others, and
 * gives what they capture to the pin instances. Every device has its own clock, which stamps its sound.
 */
export class CaptureDevice implements Disposable {
  readonly #options: CaptureDeviceOptions;
  readonly #converter: CaptureConverter;
  readonly #banks = new FilterBanks();
  readonly #streams = new Map<number, Stream>();
  readonly #inputs = new Map<string, OpenInput>();
  #sources: CaptureSources = {};
  #rate = 48_000;
  #status: NodeJS.Timeout | undefined;
  #meters: NodeJS.Timeout | undefined;

  constructor(options: CaptureDeviceOptions) {
    this.#options = options;
    const { monitor, description, registers } = options;
    this.#converter = new CaptureConverter(description, registers, {
      take: (block, frames, rate, time) =>
        monitor.write(block, frames, rate, time + framesToReferenceTime(frames, rate)),
    });
    this.#settle();
  }

  handle(command: CaptureCommand): void {
    switch (command.type) {
      case 'setRegisters':
        this.#converter.setRegisters(command.values, this.#rate);
        return this.#settle();
      case 'setCaptureSources':
        this.#sources = command.sources;
        return this.#settle();
      case 'setCaptureMetering':
        return this.#setMetering(command.on);
      case 'openCapture':
        return this.#attempt(command.stream, () => {
          const instance = new CaptureInstance({
            format: formatOfRecord(command.format),
            banks: this.#banks,
            maxFrames: MAX_CAPTURE_FRAMES,
            now: () => this.#options.now(),
          });
          this.#streams.set(command.stream, { instance, format: command.format, recording: undefined });
        });
      case 'recordWave':
        return this.#attempt(command.stream, () => this.#record(command));
      case 'finishRecording':
        return this.#streams.get(command.stream)?.recording?.finish();
      case 'setStreamState':
        return this.#attempt(command.stream, () => this.#setState(command.stream, command.state));
      case 'closeStream':
        return this.#close(command.stream);
    }
  }

  /** Resolves when all files are complete. */
  async finish(): Promise<void> {
    for (const id of [...this.#streams.keys()]) this.#close(id);
    await this.#options.recorders.idle();
  }

  dispose(): void {
    clearInterval(this.#status);
    clearInterval(this.#meters);
    for (const input of this.#inputs.values()) input.dispose();
    this.#inputs.clear();
    for (const { instance } of this.#streams.values()) instance.dispose();
    this.#streams.clear();
  }

  #record({ stream: id, recording }: Extract<CaptureCommand, { type: 'recordWave' }>): void {
    const { tell, recorders } = this.#options;
    const stream = this.#streamOf(id);
    if (stream.recording) throw new Error('The stream is recorded already.');
    stream.recording = recorders.record(stream.instance.buffer, stream.format, recording, {
      progress: (progress) => tell({ type: 'recordingProgress', stream: id, progress }),
      finished: (progress) => tell({ type: 'recordingFinished', stream: id, progress }),
      failed: (error) => tell({ type: 'streamFailed', stream: id, error }),
    });
  }

  #setState(id: number, state: StreamState): void {
    const { instance, recording } = this.#streamOf(id);
    const before = instance.stream.state;
    // STOP ends the file, which is read from the buffer to its end first.
    if (state === 'STOP') recording?.finish();
    instance.setState(state === 'STOP' && recording ? 'PAUSE' : state);
    if (state === 'RUN') this.#converter.takers.add(instance);
    else this.#converter.takers.delete(instance);
    if (before === 'RUN' && state === 'PAUSE') this.#report(id, instance);
    this.#settle();
  }

  #close(id: number): void {
    const stream = this.#streams.get(id);
    if (!stream) return;
    this.#streams.delete(id);
    this.#converter.takers.delete(stream.instance);
    stream.recording?.finish();
    stream.instance.dispose();
    this.#settle();
  }

  #streamOf(id: number): Stream {
    const stream = this.#streams.get(id);
    if (stream) return stream;
    throw new Error(`Stream ${id} is not open.`);
  }

  #attempt(stream: number, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#options.tell({ type: 'streamError', stream, message: PinwheelError.recordOf(error).message });
    }
  }

  /** Brings what is open in line with what is recorded and monitored. */
  #settle(): void {
    const { description, wantLoopback } = this.#options;
    const recorded = this.#converter.takers.size > 0 ? this.#converter.selected : undefined;
    const monitored = this.#converter.monitoring ? description.monitor.input : undefined;
    for (const { id, kind } of description.inputs) {
      const wanted = id === recorded || id === monitored;
      const source = this.#sources[id];
      const open = this.#inputs.get(id);
      const fits =
        kind === 'loopback' || (open?.source?.name === source?.name && open?.source?.rate === source?.rate);
      if (open && (!wanted || !fits)) {
        open.dispose();
        this.#inputs.delete(id);
        if (kind === 'loopback') wantLoopback(false);
      }
      if (!wanted || this.#inputs.has(id)) continue;
      if (kind === 'loopback') {
        wantLoopback(true);
        this.#inputs.set(id, this.#openLoopback(id));
      } else if (source) {
        this.#inputs.set(id, this.#openDevice(id, source));
      } else if (id === recorded) {
        this.#options.tell({ type: 'captureInput', input: id, fault: 'No input device is connected.' });
      }
    }
    if (this.#streams.size > 0) this.#status ??= setInterval(() => this.#reportAll(), STATUS_MS);
    else {
      clearInterval(this.#status);
      this.#status = undefined;
    }
  }

  #openDevice(id: string, source: CaptureSource): OpenInput {
    const clock = new DeviceClock(source.rate);
    let frame = 0;
    this.#rate = source.rate;
    const events: ServerInputEvents = {
      sound: (block, frames) => {
        clock.observe(frame + frames, this.#options.now());
        const time = clock.blockTime(frame);
        frame += frames;
        this.#converter.take(id, block, frames, source.rate, time);
      },
      fault: (fault) => this.#options.tell({ type: 'captureInput', input: id, fault }),
    };
    const input = new ServerInput(source, this.#converter.monitoring ? 'heard' : 'recorded', events);
    return { source, dispose: () => input.dispose() };
  }

  /** Begins with what is written into the ring from now on. */
  #openLoopback(id: string): OpenInput {
    const ring = this.#options.loopback;
    const block = Array.from({ length: CAPTURE_CHANNELS }, () => new Float32Array(MAX_CAPTURE_FRAMES));
    const state = { written: 0, time: 0, rate: 0 };
    ring.readState(state);
    let read = state.written;
    const timer = setInterval(() => {
      ring.readState(state);
      if (state.written - read > ring.capacity) read = state.written - ring.capacity / 2;
      while (read < state.written) {
        const frames = Math.min(MAX_CAPTURE_FRAMES, state.written - read);
        const time = (state.time - framesToReferenceTime(state.written - read, state.rate)) as ReferenceTime;
        ring.copy(read, block, frames);
        read += frames;
        this.#rate = state.rate;
        this.#converter.take(id, block, frames, state.rate, time);
      }
    }, LOOPBACK_MS);
    return { source: undefined, dispose: () => clearInterval(timer) };
  }

  #setMetering(on: boolean): void {
    clearInterval(this.#meters);
    this.#meters = on
      ? setInterval(
          () => this.#options.tell({ type: 'captureMeters', peaks: this.#converter.readPeaks() }),
          METER_MS,
        )
      : undefined;
  }

  #reportAll(): void {
    for (const [id, { instance }] of this.#streams) {
      if (instance.stream.state === 'RUN') this.#report(id, instance);
    }
  }

  #report(stream: number, { position }: CaptureInstance): void {
    this.#options.tell({ type: 'streamPosition', stream, position, eventsPlayed: 0 });
  }
}

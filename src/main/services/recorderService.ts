import { rm } from 'node:fs/promises';
import path from 'node:path';
import { DisposableStore, type Disposable } from '../../contract/disposable.ts';
import { Emitter, type Event } from '../../contract/emitter.ts';
import { PinwheelError, type ErrorRecord } from '../../contract/errors.ts';
import type {
  RecordingContainer,
  RecordingProgress,
  StreamState,
  WaveFormatRecord,
  WaveRecording,
} from '../../contract/hardware.ts';
import type { ServiceImplementation } from '../../contract/service.ts';
import type {
  RecorderInput,
  RecorderState,
  recorderService,
  RecordingRequest,
} from '../../contract/services/recorder.ts';

/** One open capture stream: a WaveInClient, as a rule. */
export interface RecordingClient extends Disposable {
  readonly stream: {
    record(recording: WaveRecording): void;
    finish(): void;
    readonly onProgress: Event<RecordingProgress>;
    readonly onFinished: Event<RecordingProgress>;
    readonly onFailed: Event<ErrorRecord>;
  };
  readonly onRemoved: Event<string>;
  setState(state: StreamState): void;
}

export interface RecorderOptions {
  /** @throws PinwheelError, KsError when nothing can be recorded at the moment */
  openClient(format: WaveFormatRecord): RecordingClient;
  /** The capture switch. */
  readonly input: {
    get(): RecorderInput;
    set(input: RecorderInput): void;
    readonly onChange: Event<unknown>;
  };
  /** Frames per second that an input gives. */
  sampleRate(input: RecorderInput): number;
  /** Where files go that the request gives no place. */
  readonly folder: string;
  /** Creates an empty file there and tells its path. @throws PinwheelError */
  newFile(extension: RecordingContainer): Promise<string>;
  /** Why inputs give nothing, by input. */
  readonly faults: { get(): ReadonlyMap<string, string>; readonly onChange: Event<unknown> };
}

/** A stopped stream that does not complete its file in this time is given up; the file can be read all the same. */
const FINISH_LIMIT_MS = 5_000;
const UNFINISHED: ErrorRecord = {
  code: 'device-unavailable',
  message: 'The file was not completed in time.',
};

interface Running {
  readonly client: RecordingClient;
  readonly store: DisposableStore;
  readonly over: Promise<void>;
  end(error: ErrorRecord | null): void;
}

/** Records what the card's capture side gives into a file, one at a time. */
export class RecorderService implements ServiceImplementation<typeof recorderService>, Disposable {
  readonly #options: RecorderOptions;
  readonly #store = new DisposableStore();
  readonly #emitter = new Emitter<RecorderState>();
  readonly onState = this.#emitter.event;
  #running: Running | undefined;
  /** A new file is being created. */
  #creating = false;
  #phase: RecorderState['phase'] = 'stopped';
  #file: string | null = null;
  #sampleRate = 48_000;
  #progress: RecordingProgress = { frames: 0, bytes: 0, lostFrames: 0 };
  #error: ErrorRecord | null = null;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#store.add(options.input.onChange(() => this.#tell()));
    this.#store.add(options.faults.onChange(() => this.#tell()));
  }

  getState(): RecorderState {
    const input = this.#options.input.get();
    return {
      phase: this.#phase,
      input,
      inputFault: this.#phase === 'recording' ? (this.#options.faults.get().get(input) ?? '') : '',
      folder: this.#options.folder,
      file: this.#file,
      sampleRate: this.#sampleRate,
      seconds: this.#progress.frames / this.#sampleRate,
      bytes: this.#progress.bytes,
      lostFrames: this.#progress.lostFrames,
      error: this.#error,
    };
  }

  setInput(input: RecorderInput): void {
    this.#options.input.set(input);
  }

  async start(request: RecordingRequest): Promise<void> {
    if (this.#phase !== 'stopped' || this.#creating) {
      throw new PinwheelError({
        code: 'bad-state',
        message: this.#creating
          ? 'A recording begins.'
          : `“${path.basename(this.#file ?? '')}” is being recorded.`,
        advice: 'Stop that recording first.',
      });
    }
    const { file } = request;
    if (typeof file === 'string') return this.#start(request, file, containerOf(file, request.samples));
    const container = checked(file.create, request.samples, file.create);
    this.#creating = true;
    try {
      const created = await this.#options.newFile(container);
      try {
        this.#start(request, created, container);
      } catch (error) {
        await rm(created, { force: true });
        throw error;
      }
    } finally {
      this.#creating = false;
    }
  }

  #start(request: RecordingRequest, file: string, container: RecordingContainer): void {
    const { input } = request;
    const sampleRate = request.sampleRate ?? this.#options.sampleRate(input ?? this.#options.input.get());
    const bits = request.samples === '16' ? 16 : request.samples === '24' ? 24 : 32;
    const client = this.#options.openClient({
      encoding: request.samples === 'float' ? 'float' : 'pcm',
      channels: request.channels,
      sampleRate,
      containerBits: bits,
      validBits: bits,
      channelMask: 0,
    });
    if (input) this.#options.input.set(input);
    this.#file = file;
    this.#sampleRate = sampleRate;
    this.#progress = { frames: 0, bytes: 0, lostFrames: 0 };
    this.#error = null;
    this.#phase = 'recording';
    this.#follow(client);
    client.stream.record({ file, container });
    client.setState('RUN');
    this.#tell();
  }

  async stop(): Promise<RecorderState> {
    const running = this.#running;
    if (!running) return this.getState();
    if (this.#phase === 'recording') {
      this.#phase = 'finishing';
      running.client.setState('PAUSE');
      running.client.stream.finish();
      const limit = setTimeout(() => running.end(UNFINISHED), FINISH_LIMIT_MS);
      running.store.add({ dispose: () => clearTimeout(limit) });
      this.#tell();
    }
    await running.over;
    return this.getState();
  }

  dispose(): void {
    this.#running?.end(null);
    this.#store.dispose();
    this.#emitter.dispose();
  }

  #follow(client: RecordingClient): void {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const store = new DisposableStore();
    const running: Running = {
      client,
      store,
      over,
      end: (error) => {
        if (this.#running !== running) return;
        this.#running = undefined;
        this.#phase = 'stopped';
        this.#error = error;
        store.dispose();
        client.dispose();
        this.#tell();
        resolve();
      },
    };
    const { stream } = client;
    store.add(
      stream.onProgress((progress) => {
        this.#progress = progress;
        this.#tell();
      }),
    );
    store.add(
      stream.onFinished((progress) => {
        this.#progress = progress;
        running.end(null);
      }),
    );
    store.add(stream.onFailed((error) => running.end(error)));
    store.add(client.onRemoved((message) => running.end({ code: 'device-unavailable', message })));
    this.#running = running;
  }

  #tell(): void {
    this.#emitter.fire(this.getState());
  }
}

/** @throws PinwheelError `bad-input` for a file of another kind, `not-supported` for FLAC of floats */
function containerOf(file: string, samples: RecordingRequest['samples']): RecordingContainer {
  if (!path.isAbsolute(file)) {
    throw new PinwheelError({ code: 'bad-input', message: `“${file}” is no absolute path.`, subject: file });
  }
  const extension = path.extname(file).toLowerCase();
  if (extension !== '.wav' && extension !== '.flac') {
    throw new PinwheelError({
      code: 'bad-input',
      message: `“${path.basename(file)}” is neither a .wav nor a .flac file.`,
      subject: file,
      advice: 'Give the file one of these endings.',
    });
  }
  return checked(extension === '.wav' ? 'wav' : 'flac', samples, file);
}

function checked(
  container: RecordingContainer,
  samples: RecordingRequest['samples'],
  subject: string,
): RecordingContainer {
  if (container === 'wav' || samples !== 'float') return container;
  throw new PinwheelError({
    code: 'not-supported',
    message: 'FLAC files have no floats.',
    subject,
    advice: 'Record 16 or 24 bits, or a .wav file.',
  });
}

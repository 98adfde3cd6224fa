import { Worker } from 'node:worker_threads';
import type { Disposable } from '../../../contract/disposable.ts';
import { PinwheelError, type ErrorRecord } from '../../../contract/errors.ts';
import type { RecordingProgress, WaveFormatRecord, WaveRecording } from '../../../contract/hardware.ts';
import type { CyclicBuffer } from '../../engine/portcls/wave/cyclicBuffer.ts';
import type { RecorderCommand, RecorderEvent } from './recorderThread.ts';

/** What becomes of a recording. */
export interface RecordingEvents {
  /** About four times a second. */
  progress(progress: RecordingProgress): void;
  /** The file is complete. */
  finished(progress: RecordingProgress): void;
  /** The file cannot be written any further. */
  failed(error: ErrorRecord): void;
}

export interface Recording {
  /** Writes what is in the buffer and completes the file. May be called again. */
  finish(): void;
}

/** The capture thread's end of the thread that writes files, which is started for the first file. */
export class Recorders implements Disposable {
  readonly #running = new Map<number, RecordingEvents>();
  #worker: Worker | undefined;
  #next = 1;
  #idle: (() => void)[] = [];

  /** `format`: of what is in the buffer. */
  record(
    buffer: CyclicBuffer,
    format: WaveFormatRecord,
    recording: WaveRecording,
    events: RecordingEvents,
  ): Recording {
    const id = this.#next++;
    this.#running.set(id, events);
    const worker = (this.#worker ??= this.#start());
    this.#post(worker, { type: 'record', id, recording, format, shared: buffer.shared });
    return { finish: () => this.#running.has(id) && this.#post(worker, { type: 'finish', id }) };
  }

  /** Resolves when no file is being written. */
  idle(): Promise<void> {
    if (this.#running.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  dispose(): void {
    this.#running.clear();
    this.#settleIdle();
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  #post(worker: Worker, command: RecorderCommand): void {
    worker.postMessage(command);
  }

  #start(): Worker {
    const worker = new Worker(new URL('./recorderThread.ts', import.meta.url), { name: 'recorder' });
    worker.on('message', (event: RecorderEvent) => this.#hear(event));
    worker.on('error', (cause) => this.#died(worker, PinwheelError.recordOf(cause)));
    worker.unref();
    return worker;
  }

  #hear(event: RecorderEvent): void {
    const events = this.#running.get(event.id);
    if (event.type === 'progress') return events?.progress(event.progress);
    this.#running.delete(event.id);
    if (event.type === 'failed') events?.failed(event.error);
    else events?.finished(event.progress);
    this.#settleIdle();
  }

  #died(worker: Worker, error: ErrorRecord): void {
    if (this.#worker === worker) this.#worker = undefined;
    const running = [...this.#running.values()];
    this.#running.clear();
    for (const events of running) events.failed(error);
    this.#settleIdle();
  }

  #settleIdle(): void {
    if (this.#running.size > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}

import { Emitter, type Event } from '../../contract/emitter.ts';
import type { ErrorRecord } from '../../contract/errors.ts';
import type { HostCommand, HostEvent, RecordingProgress, WaveRecording } from '../../contract/hardware.ts';
import { RecordStream } from './recordStream.ts';

type RecordCommand = Extract<HostCommand, { type: 'recordWave' | 'finishRecording' }>;
type CaptureEvent = Extract<HostEvent, { type: 'recordingProgress' | 'recordingFinished' | 'streamFailed' }>;

/** A capture stream of the sound host: what it records goes from its cyclic buffer into a file there. */
export class CaptureHardwareStream extends RecordStream<RecordCommand> {
  readonly #progress = new Emitter<RecordingProgress>();
  readonly #finished = new Emitter<RecordingProgress>();
  readonly #failed = new Emitter<ErrorRecord>();
  /** About four times a second while a file is written. */
  readonly onProgress: Event<RecordingProgress> = this.#progress.event;
  /** The file is complete. */
  readonly onFinished: Event<RecordingProgress> = this.#finished.event;
  /** The file cannot be written any further. */
  readonly onFailed: Event<ErrorRecord> = this.#failed.event;

  /** Once: the file it is written to. */
  record(recording: WaveRecording): void {
    this.post({ type: 'recordWave', stream: this.id, recording });
  }

  /** Answered by `onFinished`. */
  finish(): void {
    this.post({ type: 'finishRecording', stream: this.id });
  }

  report(event: CaptureEvent): void {
    if (event.type === 'recordingProgress') this.#progress.fire(event.progress);
    else if (event.type === 'recordingFinished') this.#finished.fire(event.progress);
    else this.#failed.fire(event.error);
  }

  protected override disposeEvents(): void {
    super.disposeEvents();
    this.#progress.dispose();
    this.#finished.dispose();
    this.#failed.dispose();
  }
}

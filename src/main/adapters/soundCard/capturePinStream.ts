import type { Event } from '../../../contract/emitter.ts';
import type { ErrorRecord } from '../../../contract/errors.ts';
import type { RecordingProgress, WaveRecording } from '../../../contract/hardware.ts';
import { referenceTime } from '../../../contract/units.ts';
import type { DataFormat } from '../../engine/ks/format.ts';
import type { CardCaptureStream } from './cardHardware.ts';
import { HostedPinStream } from './hostedPinStream.ts';

/** The miniport's stream behind a capture pin of the card; `record` tells where its data goes. */
export class CapturePinStream extends HostedPinStream<CardCaptureStream> {
  /** About four times a second while a file is written. */
  readonly onProgress: Event<RecordingProgress>;
  /** The file is complete. */
  readonly onFinished: Event<RecordingProgress>;
  /** The file cannot be written any further. */
  readonly onFailed: Event<ErrorRecord>;

  constructor(stream: CardCaptureStream, format: DataFormat) {
    super(stream, format, { latency: referenceTime(0), now: () => referenceTime(0) });
    this.onProgress = stream.onProgress;
    this.onFinished = stream.onFinished;
    this.onFailed = stream.onFailed;
  }

  /** Below RUN, once: the file that the stream is written to. */
  record(recording: WaveRecording): void {
    this.stream.record(recording);
  }

  /** What was recorded is written, and the file is complete with `onFinished`. STOP does the same. */
  finish(): void {
    this.stream.finish();
  }
}

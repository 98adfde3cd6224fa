import type { Disposable } from '../../../contract/disposable.ts';
import type { Event } from '../../../contract/emitter.ts';
import type { ErrorRecord } from '../../../contract/errors.ts';
import type { RecordingProgress, StreamState, WaveRecording } from '../../../contract/hardware.ts';
import type { DataFormat } from '../ks/format.ts';
import { KSCATEGORY } from '../ks/guid.ts';
import type { ConnectOptions, PinInstance } from '../ks/pin.ts';
import type { PortCls } from '../portcls/portcls.ts';
import { openFirstWavePin } from './firstWavePin.ts';

/** A miniport's stream whose buffer is written to a file where the buffer is, so that no data pass through here. */
export interface RecordedStream {
  /** Below RUN, once: the file. */
  record(recording: WaveRecording): void;
  /** Completes the file. */
  finish(): void;
  readonly onProgress: Event<RecordingProgress>;
  /** The file is complete. */
  readonly onFinished: Event<RecordingProgress>;
  /** The file cannot be written any further. */
  readonly onFailed: Event<ErrorRecord>;
}

/** A waveIn-like client that records into files: one open pin instance of a capture filter. Specification 5, 3.6. */
export class WaveInClient implements Disposable {
  readonly #pin: PinInstance;
  readonly stream: RecordedStream;
  readonly onRemoved: Event<string>;

  private constructor(pin: PinInstance, stream: RecordedStream) {
    this.#pin = pin;
    this.stream = stream;
    this.onRemoved = pin.onRemoved;
  }

  /**
   * Opens the first capture pin that gives the format and writes files.
   * @throws KsError STATUS_NOT_FOUND when there is none, or the failing status of the last pin tried
   */
  static open(portCls: PortCls, format: DataFormat, options?: ConnectOptions): WaveInClient {
    return openFirstWavePin(portCls, {
      category: KSCATEGORY.CAPTURE,
      dataFlow: 'OUT',
      format,
      options,
      missing: 'There is no wave input that gives this format.',
      client: (pin) => (isRecorded(pin.stream) ? new WaveInClient(pin, pin.stream) : undefined),
    });
  }

  setState(state: StreamState): void {
    this.#pin.setState(state);
  }

  dispose(): void {
    this.#pin.close();
  }
}

function isRecorded(stream: unknown): stream is RecordedStream {
  return typeof stream === 'object' && stream !== null && 'record' in stream && 'finish' in stream;
}

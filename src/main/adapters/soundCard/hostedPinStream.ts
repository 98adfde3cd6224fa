import type { Event } from '../../../contract/emitter.ts';
import type { StreamState } from '../../../contract/hardware.ts';
import { referenceTimeToFrames, type ReferenceTime } from '../../../contract/units.ts';
import type { DataFormat } from '../../engine/ks/format.ts';
import { KsError } from '../../engine/ks/status.ts';
import type { AudioPosition } from '../../engine/portcls/ports/wavePin.ts';
import type {
  AudioBuffer,
  HardwareLatency,
  HardwareRegister,
  MiniportWaveRTStream,
} from '../../engine/portcls/ports/waveRT.ts';
import type { CardHardware, HostedStream } from './cardHardware.ts';
import { ReportedPosition } from './reportedPosition.ts';

/**
 * The miniport's stream behind a wave pin of the card. Buffer and registers are memory of the device host, which cannot
 * be mapped into this process: the stream's client is there, too.
 */
export abstract class HostedPinStream<Stream extends HostedStream> implements MiniportWaveRTStream {
  protected readonly stream: Stream;
  readonly #format: DataFormat;
  readonly #hardware: Pick<CardHardware, 'latency' | 'now'>;
  readonly #position = new ReportedPosition();
  readonly onPosition: Event<{ position: ReferenceTime; at?: ReferenceTime }>;
  readonly onLost: Event<string>;

  constructor(stream: Stream, format: DataFormat, hardware: Pick<CardHardware, 'latency' | 'now'>) {
    this.stream = stream;
    this.#format = format;
    this.#hardware = hardware;
    this.onPosition = stream.onPosition;
    this.onLost = stream.onLost;
    stream.onPosition(({ position, at }) => this.#position.report(position, at));
  }

  setState(state: StreamState): void {
    if (state === 'STOP') this.#position.reset();
    else this.#position.running = state === 'RUN';
    this.stream.setState(state);
  }

  /** @throws KsError STATUS_INVALID_PARAMETER: the converter was made for the format it was opened with */
  setFormat(format: DataFormat): void {
    if (JSON.stringify(format) === JSON.stringify(this.#format)) return;
    throw new KsError('STATUS_INVALID_PARAMETER', 'Open another stream for another format.');
  }

  /** Bytes since the start, since the size of the buffer is the host's affair. */
  getPosition(): AudioPosition {
    const { samplesPerSec = 0, blockAlign = 0 } = this.#format.wave ?? {};
    const frames = referenceTimeToFrames(this.#position.at(this.#hardware.now()), samplesPerSec);
    // Times between two ticks of 100 ns are not exact.
    const position = Math.floor(frames + 0.01) * blockAlign;
    return { playOffset: position, writeOffset: position };
  }

  /** @throws KsError STATUS_DEVICE_NOT_READY */
  allocateAudioBuffer(): AudioBuffer {
    throw new KsError('STATUS_DEVICE_NOT_READY', 'The client of the buffer is in the device host.');
  }

  freeAudioBuffer(): void {
    // None was allocated.
  }

  getHWLatency(): HardwareLatency {
    return { fifoSize: 0, chipsetDelay: this.#hardware.latency, codecDelay: 0 };
  }

  /** @throws KsError STATUS_NOT_SUPPORTED */
  getPositionRegister(): HardwareRegister {
    throw new KsError('STATUS_NOT_SUPPORTED', 'The position register is memory of the device host.');
  }

  /** @throws KsError STATUS_NOT_SUPPORTED */
  getClockRegister(): HardwareRegister {
    throw new KsError('STATUS_NOT_SUPPORTED', 'The clock register is memory of the device host.');
  }

  dispose(): void {
    this.stream.close();
  }
}

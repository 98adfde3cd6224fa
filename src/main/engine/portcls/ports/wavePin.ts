import type { Event } from '../../../../contract/emitter.ts';
import type { Disposable } from '../../../../contract/disposable.ts';
import type { StreamState } from '../../../../contract/hardware.ts';
import type { ReferenceTime } from '../../../../contract/units.ts';
import type { DataFormat } from '../../ks/format.ts';
import type { PinInstanceParts, StreamRead, StreamWrite } from '../../ks/pin.ts';
import { KSPROPERTY_AUDIO } from '../../ks/properties/audio.ts';
import { KSPROPERTY_CONNECTION } from '../../ks/properties/connection.ts';
import { propertyItem, type PropertyItem } from '../../ks/property.ts';
import { KsError } from '../../ks/status.ts';
import type { CaptureBuffer } from '../wave/cyclicCapture.ts';

/** KSAUDIO_POSITION, bytes. Specification 3.5. */
export interface AudioPosition {
  /** The sample being heard or recorded. */
  readonly playOffset: number;
  /** The first byte the client may still change safely. */
  readonly writeOffset: number;
}

/** KSALLOCATOR_FRAMING: how a stream wants its buffers. */
export interface AllocatorFraming {
  readonly frames: number;
  /** Bytes. */
  readonly frameSize: number;
  /** Bytes minus 1. */
  readonly fileAlignment: number;
}

/** What the streams of all wave miniports have in common; `dispose` stands for the last Release. */
export interface MiniportWaveStream extends Disposable {
  /** SetFormat, outside RUN only. @throws KsError STATUS_INVALID_PARAMETER for a format it cannot take */
  setFormat(format: DataFormat): void;
  /** SetState, one legal step at a time. @throws KsError */
  setState(state: StreamState): void;
  /** Presentation time that was heard, as news, of a stream whose hardware tells it. */
  readonly onPosition?: Event<{ position: ReferenceTime }>;
  /** The hardware behind the stream is gone, and why. */
  readonly onLost?: Event<string>;
}

const START: AudioPosition = { playOffset: 0, writeOffset: 0 };

/**
 * The position a client sees: the hardware's in RUN, frozen in PAUSE and ACQUIRE, 0 in STOP, whatever a miniport's
 * register does outside RUN. Specification 3.2.
 */
class StreamPosition {
  readonly #hardware: () => AudioPosition;
  #running = false;
  #held = START;

  constructor(hardware: () => AudioPosition) {
    this.#hardware = hardware;
  }

  get running(): boolean {
    return this.#running;
  }

  now(): AudioPosition {
    if (this.#running) this.#held = this.#hardware();
    return this.#held;
  }

  /** The client moved the cursor of its looped buffer. */
  moved(): void {
    this.#held = this.#hardware();
  }

  entered(state: StreamState): void {
    // Leaving RUN: the hardware has stopped, so this is where it stays.
    this.now();
    this.#running = state === 'RUN';
    if (state === 'STOP') this.#held = START;
  }
}

/** How the data of a pin moves: what its port copies or maps, beside the miniport's stream. */
export interface WaveTransfer {
  /** Position of the hardware as the client sees it; asked in RUN, right after it and after `seek`. */
  position(): AudioPosition;
  /** Right before the stream enters RUN. */
  starting?(): void;
  /** Right after it left RUN. */
  paused?(): void;
  /** After the stream entered STOP, where positions count from 0 again. */
  stopped?(): void;
  /** Set of KSPROPERTY_AUDIO_POSITION: moves the cursor of a looped buffer. @throws KsError without one */
  seek?(offset: number): void;
  /** IOCTL_KS_WRITE_STREAM */
  write?(data: Uint8Array, header: StreamWrite): void;
  /** IOCTL_KS_READ_STREAM */
  read?(read: StreamRead): void;
}

/** The port's half of a wave pin: states, format and KSPROPERTY_AUDIO_POSITION over a miniport's stream. */
export function wavePin(options: {
  stream: MiniportWaveStream;
  transfer: WaveTransfer;
  /** Status of a format change in RUN: 3.6 names that of WaveRT; the one of the other ports is UNCONFIRMED. */
  formatInRun: 'STATUS_INVALID_DEVICE_STATE' | 'STATUS_INVALID_PARAMETER';
  /** After the miniport took a new format. */
  formatChanged?(format: DataFormat): void;
  /** KSPROPERTY_CONNECTION_ALLOCATORFRAMING; absent where no buffers are queued. */
  framing?(): AllocatorFraming;
  items?: readonly PropertyItem[];
  close?(): void;
}): PinInstanceParts {
  const { stream, transfer } = options;
  const position = new StreamPosition(() => transfer.position());
  return {
    stream,
    setState(state) {
      if (state === 'RUN') transfer.starting?.();
      const { running } = position;
      stream.setState(state);
      if (running) transfer.paused?.();
      position.entered(state);
      if (state === 'STOP') transfer.stopped?.();
    },
    setFormat(format) {
      if (position.running) {
        throw new KsError(
          options.formatInRun,
          'The format of a running stream cannot change: pause it first.',
        );
      }
      stream.setFormat(format);
      options.formatChanged?.(format);
    },
    ...(stream.onPosition ? { onPosition: stream.onPosition } : {}),
    ...(stream.onLost ? { onLost: stream.onLost } : {}),
    ...(transfer.write ? { write: (_startTime, data, header) => transfer.write!(data, header) } : {}),
    ...(transfer.read ? { read: (read) => transfer.read!(read) } : {}),
    close() {
      options.close?.();
      stream.dispose();
    },
    items: [
      positionItem(position, transfer.seek),
      ...(options.framing ? [framingItem(() => options.framing!())] : []),
      ...(options.items ?? []),
    ],
  };
}

function positionItem(position: StreamPosition, seek: WaveTransfer['seek']): PropertyItem {
  const get = () => position.now();
  if (!seek) return propertyItem({ property: KSPROPERTY_AUDIO.POSITION, get });
  return propertyItem({
    property: KSPROPERTY_AUDIO.POSITION,
    get,
    set(_instance, { playOffset }) {
      seek(playOffset);
      position.moved();
    },
  });
}

/** A client's read as a buffer whose first byte the port counts since the stream's start. */
export function captureBuffer(
  stream: { normalizePhysicalPosition(position: number): ReferenceTime },
  { buffer, completed }: StreamRead,
): CaptureBuffer {
  return {
    bytes: buffer,
    completed: (status, length, start) =>
      completed({ status, length, startTime: stream.normalizePhysicalPosition(start) }),
  };
}

/** Both flags fields stay 0: any system memory, no further requirements. */
function framingItem(framing: () => AllocatorFraming): PropertyItem {
  return propertyItem({
    property: KSPROPERTY_CONNECTION.ALLOCATORFRAMING,
    get: () => ({ optionsFlags: 0, poolType: 0, ...framing() }),
  });
}

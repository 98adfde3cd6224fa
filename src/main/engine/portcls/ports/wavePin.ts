import type { Disposable } from '../../../../contract/disposable.ts';
import type { StreamState } from '../../../../contract/hardware.ts';
import type { DataFormat } from '../../ks/format.ts';
import type { PinInstanceParts } from '../../ks/pin.ts';
import { KSPROPERTY_AUDIO } from '../../ks/properties/audio.ts';
import { KSPROPERTY_CONNECTION } from '../../ks/properties/connection.ts';
import { propertyItem, type PropertyItem } from '../../ks/property.ts';
import { KsError } from '../../ks/status.ts';

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

  entered(state: StreamState): void {
    // Leaving RUN: the hardware has stopped, so this is where it stays.
    this.now();
    this.#running = state === 'RUN';
    if (state === 'STOP') this.#held = START;
  }
}

/** The port's half of a wave pin: states, format and KSPROPERTY_AUDIO_POSITION over a miniport's stream. */
export function wavePin(options: {
  stream: MiniportWaveStream;
  /** Position of the hardware; asked in RUN and right after it. */
  position(): AudioPosition;
  /** After the stream entered STOP, where positions count from 0 again. */
  stopped?(): void;
  /** Status of a format change in RUN: 3.6 names that of WaveRT; the one of the other ports is UNCONFIRMED. */
  formatInRun: 'STATUS_INVALID_DEVICE_STATE' | 'STATUS_INVALID_PARAMETER';
  /** KSPROPERTY_CONNECTION_ALLOCATORFRAMING; absent where no buffers are queued. */
  framing?(): AllocatorFraming;
  items?: readonly PropertyItem[];
  close?(): void;
}): PinInstanceParts {
  const { stream } = options;
  const position = new StreamPosition(() => options.position());
  return {
    stream,
    setState(state) {
      stream.setState(state);
      position.entered(state);
      if (state === 'STOP') options.stopped?.();
    },
    setFormat(format) {
      if (position.running) {
        throw new KsError(
          options.formatInRun,
          'The format of a running stream cannot change: pause it first.',
        );
      }
      stream.setFormat(format);
    },
    close() {
      options.close?.();
      stream.dispose();
    },
    items: [
      propertyItem({ property: KSPROPERTY_AUDIO.POSITION, get: () => position.now() }),
      ...(options.framing ? [framingItem(() => options.framing!())] : []),
      ...(options.items ?? []),
    ],
  };
}

/** Both flags fields stay 0: any system memory, no further requirements. */
function framingItem(framing: () => AllocatorFraming): PropertyItem {
  return propertyItem({
    property: KSPROPERTY_CONNECTION.ALLOCATORFRAMING,
    get: () => ({ optionsFlags: 0, poolType: 0, ...framing() }),
  });
}

import type { Disposable } from '../../../contract/disposable.ts';
import type { Filter } from '../ks/filter.ts';
import type { DataFormat } from '../ks/format.ts';
import type { PinInstance } from '../ks/pin.ts';
import { KSPROPERTY_RTAUDIO } from '../ks/properties/rtAudio.ts';
import { KsError } from '../ks/status.ts';
import type { PortWaveRT } from '../portcls/ports/waveRT.ts';

export interface WaveRtClientOptions {
  /** Size asked for, bytes. */
  readonly bufferBytes: number;
  /** 1 or 2: with notifications and packets. */
  readonly notificationCount?: number;
}

/**
 * A client of a WaveRT pin in the same process, as the audio engine is one: it opens the pin, has the cyclic buffer
 * allocated and writes into it directly. Specification 3.6.
 */
export class WaveRtClient implements Disposable {
  readonly pin: PinInstance;
  /** The cyclic buffer. */
  readonly memory: Uint8Array;
  /** Writes must be followed by a memory barrier. */
  readonly callMemoryBarrier: boolean;

  private constructor(pin: PinInstance, memory: Uint8Array, callMemoryBarrier: boolean) {
    this.pin = pin;
    this.memory = memory;
    this.callMemoryBarrier = callMemoryBarrier;
  }

  /**
   * Opens a pin with its buffer; what fails leaves nothing open.
   * @throws KsError STATUS_UNSUCCESSFUL when the buffer is smaller than asked for, or the refusal of pin or buffer
   */
  static open(
    filter: Filter,
    port: PortWaveRT,
    pinId: number,
    format: DataFormat,
    { bufferBytes, notificationCount }: WaveRtClientOptions,
  ): WaveRtClient {
    const pin = filter.createPin(pinId, format);
    try {
      const request = { baseAddress: 0, requestedBufferSize: bufferBytes };
      const { bufferAddress, actualBufferSize, callMemoryBarrier } =
        notificationCount === undefined
          ? pin.get(KSPROPERTY_RTAUDIO.BUFFER, request)
          : pin.get(KSPROPERTY_RTAUDIO.BUFFER_WITH_NOTIFICATION, { ...request, notificationCount });
      if (actualBufferSize < bufferBytes) {
        throw new KsError(
          'STATUS_UNSUCCESSFUL',
          `The buffer of ${pin.description} has ${actualBufferSize} bytes; ${bufferBytes} are needed.`,
        );
      }
      return new WaveRtClient(pin, port.memoryAt(bufferAddress), callMemoryBarrier);
    } catch (error) {
      pin.close();
      throw error;
    }
  }

  dispose(): void {
    this.pin.close();
  }
}

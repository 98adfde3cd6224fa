import type { ReferenceTime } from '../../../../contract/units.ts';
import type { DataFormat } from '../../ks/format.ts';
import { CLSID } from '../../ks/guid.ts';
import type { PinInstanceParts } from '../../ks/pin.ts';
import { DmaChannel, DmaSlaveChannel } from '../dmaChannel.ts';
import type { ServiceGroup, ServiceSink } from '../serviceGroup.ts';
import { Port, type Miniport, type MiniportInit, type PortServices } from './port.ts';
import { wavePin, type MiniportWaveStream } from './wavePin.ts';

/** The port asks for service this often, in ms. Specification 3.3. */
const NOTIFICATION_INTERVAL_MS = 10;

/** Buffers a client should keep queued; the number is this engine's choice. */
const FRAMES = 8;

/** IMiniportWaveCyclicStream. Specification 3.3. */
export interface MiniportWaveCyclicStream extends MiniportWaveStream {
  /**
   * SetNotificationFreq. `interval` is asked and answered in ms; `frameSize` is the largest number of bytes moved
   * per interval.
   */
  setNotificationFreq(interval: number): { interval: number; frameSize: number };
  /** GetPosition: byte offset within the cyclic buffer of the sample at the converter; wraps. */
  getPosition(): number;
  /** NormalizePhysicalPosition: bytes of the stream as 100 ns units. */
  normalizePhysicalPosition(position: number): ReferenceTime;
  /** Silence: fills with 0x80 for 8-bit samples, with 0 otherwise. */
  silence(buffer: Uint8Array): void;
}

/** IMiniportWaveCyclic. Specification 3.3. */
export interface MiniportWaveCyclic extends Miniport {
  init(context: MiniportInit<PortWaveCyclic>): void;
  /** NewStream; the cyclic buffer is allocated in `dmaChannel`. @throws KsError for a format it rejects */
  newStream(
    pinId: number,
    capture: boolean,
    format: DataFormat,
  ): { stream: MiniportWaveCyclicStream; dmaChannel: DmaChannel; serviceGroup: ServiceGroup };
}

/** IPortWaveCyclic: one contiguous cyclic buffer per stream, owned by the miniport. Specification 3.3, 3.5. */
export class PortWaveCyclic extends Port<MiniportWaveCyclic> {
  readonly classId = CLSID.PortWaveCyclic;

  /** NewMasterDmaChannel. `maximumLength` in bytes. @throws KsError STATUS_INVALID_PARAMETER */
  newMasterDmaChannel(maximumLength: number): DmaChannel {
    return new DmaChannel(maximumLength);
  }

  /** NewSlaveDmaChannel. `maximumLength` in bytes. @throws KsError STATUS_INVALID_PARAMETER */
  newSlaveDmaChannel(maximumLength: number): DmaSlaveChannel {
    return new DmaSlaveChannel(maximumLength);
  }

  /** Notify: from the interrupt routine; every stream of the group is serviced in a deferred call. */
  notify(group: ServiceGroup): void {
    group.requestService();
  }

  protected override initMiniport(miniport: MiniportWaveCyclic, { adapter, resources }: PortServices): void {
    miniport.init({ adapter, resources, port: this });
  }

  override createPin(pinId: number, format: DataFormat): PinInstanceParts {
    const capture = this.descriptor.pins[pinId]?.dataFlow === 'OUT';
    const { stream, dmaChannel, serviceGroup } = this.miniport.newStream(pinId, capture, format);
    let frameSize: number;
    try {
      // The interval really set is not looked at, as in the vendor's port.
      ({ frameSize } = stream.setNotificationFreq(NOTIFICATION_INTERVAL_MS));
    } catch (error) {
      stream.dispose();
      throw error;
    }
    const counter = new CyclicPosition(stream, dmaChannel);
    serviceGroup.addMember(counter);
    return wavePin({
      stream,
      position() {
        counter.requestService();
        // Nothing is queued ahead of the device: the first byte that may still change is the one at it.
        return { playOffset: counter.bytes, writeOffset: counter.bytes };
      },
      stopped: () => counter.reset(),
      framing: () => ({ frames: FRAMES, frameSize, fileAlignment: 0 }),
      formatInRun: 'STATUS_INVALID_DEVICE_STATE',
      close: () => serviceGroup.removeMember(counter),
    });
  }
}

/**
 * Bytes since start of a stream whose hardware tells only an offset in its cyclic buffer. It must be serviced at
 * least once per round of the buffer, which the notification interval sees to.
 */
class CyclicPosition implements ServiceSink {
  readonly #stream: MiniportWaveCyclicStream;
  readonly #channel: DmaChannel;
  #offset = 0;
  #bytes = 0;

  constructor(stream: MiniportWaveCyclicStream, channel: DmaChannel) {
    this.#stream = stream;
    this.#channel = channel;
  }

  get bytes(): number {
    return this.#bytes;
  }

  requestService(): void {
    const size = this.#channel.bufferSize;
    if (size === 0) return;
    const offset = this.#stream.getPosition() % size;
    this.#bytes += (offset - this.#offset + size) % size;
    this.#offset = offset;
  }

  reset(): void {
    this.#bytes = 0;
    this.#offset = 0;
  }
}

import type { ReferenceTime } from '../../../../contract/units.ts';
import type { DataFormat } from '../../ks/format.ts';
import { CLSID } from '../../ks/guid.ts';
import type { PinInstanceParts } from '../../ks/pin.ts';
import { DmaChannel, DmaSlaveChannel } from '../dmaChannel.ts';
import type { ServiceGroup, ServiceSink } from '../serviceGroup.ts';
import { Port, type Miniport, type MiniportInit, type PortServices } from './port.ts';
import { CyclicCapture } from '../wave/cyclicCapture.ts';
import { CyclicRender } from '../wave/cyclicRender.ts';
import { captureBuffer, wavePin, type MiniportWaveStream, type WaveTransfer } from './wavePin.ts';

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
    const transfer = capture
      ? captureTransfer(stream, dmaChannel)
      : renderTransfer(stream, dmaChannel, frameSize, format);
    const sink: ServiceSink = { requestService: () => transfer.service() };
    serviceGroup.addMember(sink);
    return wavePin({
      stream,
      transfer,
      framing: () => ({ frames: FRAMES, frameSize, fileAlignment: 0 }),
      formatInRun: 'STATUS_INVALID_DEVICE_STATE',
      formatChanged: (changed) => transfer.setFormat?.(changed),
      close: () => serviceGroup.removeMember(sink),
    });
  }
}

interface CyclicTransfer extends WaveTransfer {
  service(): void;
  setFormat?(format: DataFormat): void;
}

function renderTransfer(
  stream: MiniportWaveCyclicStream,
  channel: DmaChannel,
  frameSize: number,
  format: DataFormat,
): CyclicTransfer {
  const render = new CyclicRender({ device: stream, channel, frameSize });
  const setFormat = ({ wave }: DataFormat) => {
    if (wave) render.setFormat(wave);
  };
  setFormat(format);
  return {
    setFormat,
    service: () => render.service(),
    position: () => render.position(),
    starting: () => render.start(),
    paused: () => render.pause(),
    stopped: () => render.reset(),
    seek: (offset) => render.seek(offset),
    write: (data, header) => render.write(data, header),
  };
}

function captureTransfer(stream: MiniportWaveCyclicStream, channel: DmaChannel): CyclicTransfer {
  const capture = new CyclicCapture(stream, channel);
  return {
    service: () => capture.service(),
    position: () => capture.position(),
    starting: () => capture.start(),
    paused: () => capture.pause(),
    stopped: () => capture.reset(),
    read: (read) => capture.add(captureBuffer(stream, read)),
  };
}

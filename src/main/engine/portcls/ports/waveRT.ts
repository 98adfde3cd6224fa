import type { DataFormat } from '../../ks/format.ts';
import { CLSID, KSCATEGORY, type Guid } from '../../ks/guid.ts';
import type { PinInstanceParts } from '../../ks/pin.ts';
import { KsError } from '../../ks/status.ts';
import { Port, type Miniport, type MiniportInit, type PortServices } from './port.ts';
import { RtAddresses, RtBuffer, rtBufferItems, rtStreamItems } from './rtAudioItems.ts';
import { wavePin, type AudioPosition, type MiniportWaveStream } from './wavePin.ts';

const PAGE_SIZE = 4096;

/** KSRTAUDIO_HWLATENCY */
export interface HardwareLatency {
  /** Bytes. */
  readonly fifoSize: number;
  /** 100 ns. */
  readonly chipsetDelay: number;
  /** 100 ns. */
  readonly codecDelay: number;
}

/** KSRTAUDIO_HWREGISTER */
export interface HardwareRegister {
  /** Address of the register, a number of the engine's. */
  readonly register: number;
  /** Bits. */
  readonly width: 32 | 64;
  /** Frequency in Hz = numerator / denominator; of a clock register only. */
  readonly numerator: number;
  readonly denominator: number;
  /** Bytes of a position register, ticks of a clock register. */
  readonly accuracy: number;
}

/** KSAUDIO_PRESENTATION_POSITION */
export interface PresentationPosition {
  /** Sample frames since the start of the stream. */
  readonly positionInBlocks: number;
  /** Performance counter at that position. */
  readonly qpcPosition: number;
}

/** The cyclic buffer a WaveRT stream shares with its client. */
export interface AudioBuffer {
  /** Pages from `PortWaveRTStream`, or the driver's own memory. */
  readonly memory: Uint8Array;
  /** Bytes, ≥ those asked for. */
  readonly actualSize: number;
  /** OffsetFromFirstPage, bytes. */
  readonly offset: number;
  /** The client must use a memory barrier exactly when it is write-combined (CallMemoryBarrier). */
  readonly cacheType: 'cached' | 'nonCached' | 'writeCombined';
}

/**
 * IPortWaveRTStream: memory for the cyclic buffer. In user mode all pages are contiguous plain memory and have no
 * physical address, so AllocatePagesForMdl, AllocateContiguousPagesForMdl and MapAllocatedPages are one.
 */
export interface PortWaveRTStream {
  /** Zeroed memory of at least `totalBytes`, in whole pages. @throws KsError STATUS_INVALID_PARAMETER */
  allocatePages(totalBytes: number): Uint8Array;
}

/** IMiniportWaveRTStream. Specification 3.6. */
export interface MiniportWaveRTStream extends MiniportWaveStream {
  /** GetPosition: offsets within the cyclic buffer. */
  getPosition(): AudioPosition;
  /**
   * AllocateAudioBuffer.
   * @throws KsError STATUS_UNSUCCESSFUL, STATUS_INSUFFICIENT_RESOURCES or STATUS_DEVICE_NOT_READY
   */
  allocateAudioBuffer(requestedSize: number): AudioBuffer;
  /** FreeAudioBuffer */
  freeAudioBuffer(buffer: AudioBuffer): void;
  /** GetHWLatency */
  getHWLatency(): HardwareLatency;
  /** GetPositionRegister. @throws KsError STATUS_NOT_SUPPORTED without such a register */
  getPositionRegister(): HardwareRegister;
  /** GetClockRegister. @throws KsError STATUS_NOT_SUPPORTED without such a register */
  getClockRegister(): HardwareRegister;
}

/** KEVENT: what the hardware signals at the end of a packet. */
export type NotificationEvent = () => void;

/** IMiniportWaveRTStreamNotification. Specification 3.6. */
export interface MiniportWaveRTStreamNotification extends MiniportWaveRTStream {
  /** AllocateBufferWithNotification: 1 (end of the buffer) or 2 (middle and end) notifications per round. */
  allocateBufferWithNotification(notificationCount: 1 | 2, requestedSize: number): AudioBuffer;
  /** FreeBufferWithNotification */
  freeBufferWithNotification(buffer: AudioBuffer): void;
  registerNotificationEvent(event: NotificationEvent): void;
  unregisterNotificationEvent(event: NotificationEvent): void;
}

/** IMiniportWaveRTInputStream. Specification 3.6, packet mode. */
export interface MiniportWaveRTInputStream extends MiniportWaveRTStreamNotification {
  /** GetReadPacket. @throws KsError STATUS_DEVICE_NOT_READY without a new packet */
  getReadPacket(): { packetNumber: number; flags: number; performanceCounter: number; moreData: boolean };
}

/** IMiniportWaveRTOutputStream. Specification 3.6, packet mode. */
export interface MiniportWaveRTOutputStream extends MiniportWaveRTStreamNotification {
  /**
   * SetWritePacket.
   * @throws KsError STATUS_DATA_LATE_ERROR, STATUS_DATA_OVERRUN, STATUS_INVALID_DEVICE_STATE or
   *   STATUS_INVALID_PARAMETER
   */
  setWritePacket(packetNumber: number, flags: number, eosPacketLength: number): void;
  /** GetPacketCount: packets fully transferred since STOP. */
  getPacketCount(): number;
  /** GetOutputStreamPresentationPosition */
  getOutputStreamPresentationPosition(): PresentationPosition;
}

/** DEVICE_DESCRIPTION, as far as it means something without a bus. */
export interface DeviceDescription {
  readonly scatterGather: boolean;
  readonly dma32BitAddresses: boolean;
  readonly dma64BitAddresses: boolean;
  /** Bytes. */
  readonly maximumLength: number;
}

/** IMiniportWaveRT. Specification 3.6. */
export interface MiniportWaveRT extends Miniport {
  init(context: MiniportInit<PortWaveRT>): void;
  /** NewStream. @throws KsError for a format it rejects */
  newStream(
    portStream: PortWaveRTStream,
    pinId: number,
    capture: boolean,
    format: DataFormat,
  ): MiniportWaveRTStream;
  getDeviceDescription(): DeviceDescription;
}

/** IPortWaveRT: the cyclic buffer is the client's own memory; the port only stands at its side. Specification 3.6. */
export class PortWaveRT extends Port<MiniportWaveRT> {
  readonly classId = CLSID.PortWaveRT;
  readonly #addresses = new RtAddresses();

  protected override get defaultCategories(): readonly Guid[] {
    return [...super.defaultCategories, KSCATEGORY.REALTIME];
  }

  protected override initMiniport(miniport: MiniportWaveRT, { adapter, resources }: PortServices): void {
    miniport.init({ adapter, resources, port: this });
  }

  override createPin(pinId: number, format: DataFormat): PinInstanceParts {
    const capture = this.descriptor.pins[pinId]?.dataFlow === 'OUT';
    const stream = this.miniport.newStream(PAGES, pinId, capture, format);
    const buffer = new RtBuffer(stream, this.#addresses);
    return wavePin({
      stream,
      transfer: { position: () => stream.getPosition() },
      formatInRun: 'STATUS_INVALID_PARAMETER',
      items: [...rtBufferItems(buffer), ...rtStreamItems(stream, this.#addresses)],
      close: () => buffer.free(),
    });
  }

  /**
   * The memory behind `bufferAddress` of KSRTAUDIO_BUFFER, for clients in this process.
   * @throws KsError STATUS_NOT_FOUND for an address of no open pin
   */
  memoryAt(bufferAddress: number): Uint8Array {
    return this.#addresses.memory(bufferAddress);
  }

  /** A KEVENT of a client's: the handle that KSPROPERTY_RTAUDIO_REGISTER_NOTIFICATION_EVENT takes. */
  createEvent(event: NotificationEvent): number {
    return this.#addresses.add(event);
  }

  /** CloseHandle */
  closeEvent(handle: number): void {
    this.#addresses.remove(handle);
  }
}

const PAGES: PortWaveRTStream = {
  allocatePages(totalBytes) {
    if (!Number.isInteger(totalBytes) || totalBytes <= 0) {
      throw new KsError('STATUS_INVALID_PARAMETER', `${totalBytes} bytes cannot be allocated.`);
    }
    return new Uint8Array(Math.ceil(totalBytes / PAGE_SIZE) * PAGE_SIZE);
  },
};

import { REFERENCE_TIME_PER_SECOND, type ReferenceTime } from '../../../../contract/units.ts';
import type { StreamState } from '../../../../contract/hardware.ts';
import type { AudioPosition } from '../ports/wavePin.ts';
import type {
  AudioBuffer,
  HardwareLatency,
  HardwareRegister,
  MiniportWaveRTInputStream,
  MiniportWaveRTOutputStream,
  NotificationEvent,
  PresentationPosition,
} from '../ports/waveRT.ts';
import { KsError } from '../../ks/status.ts';
import { ConverterStream, type ConverterOptions } from './converterStream.ts';
import { CyclicBuffer, RT_REGISTER } from './cyclicBuffer.ts';
import { CapturePackets, RenderPackets } from './rtPackets.ts';

export interface RtConverterOptions extends ConverterOptions {
  readonly latency: HardwareLatency;
  readonly cacheType?: AudioBuffer['cacheType'];
}

/**
 * A WaveRT stream of a converter: it goes round in a buffer that it shares with the client, keeps the position and
 * clock registers in front of that buffer, and signals events as packets end. Specification 3.6.
 */
abstract class RtConverterStream extends ConverterStream {
  readonly #options: RtConverterOptions;
  readonly #events = new Set<NotificationEvent>();
  #buffer: CyclicBuffer | undefined;

  constructor(options: RtConverterOptions) {
    super(options);
    this.#options = options;
  }

  /** The shared memory, for the thread of a client in the same process; undefined before it is allocated. */
  get buffer(): CyclicBuffer | undefined {
    return this.#buffer;
  }

  getPosition(): AudioPosition {
    const size = this.#buffer?.data.length ?? 1;
    return { playOffset: this.clock.position % size, writeOffset: this.moved % size };
  }

  /** @throws KsError STATUS_UNSUCCESSFUL for less than a frame, STATUS_INSUFFICIENT_RESOURCES */
  allocateAudioBuffer(requestedSize: number): AudioBuffer {
    return this.#allocate(requestedSize, 1);
  }

  freeAudioBuffer(): void {
    this.#buffer = undefined;
  }

  /** @throws KsError as `allocateAudioBuffer`, or STATUS_INVALID_PARAMETER when the packets would not be of one size */
  allocateBufferWithNotification(notificationCount: 1 | 2, requestedSize: number): AudioBuffer {
    if (requestedSize % notificationCount !== 0) {
      throw new KsError(
        'STATUS_INVALID_PARAMETER',
        `${requestedSize} bytes cannot be cut into ${notificationCount} packets of one size.`,
      );
    }
    const allocated = this.#allocate(requestedSize, notificationCount);
    this.cutInto(this.#buffer!, allocated.actualSize / notificationCount, notificationCount);
    return allocated;
  }

  freeBufferWithNotification(): void {
    this.freeAudioBuffer();
  }

  registerNotificationEvent(event: NotificationEvent): void {
    this.#events.add(event);
  }

  unregisterNotificationEvent(event: NotificationEvent): void {
    this.#events.delete(event);
  }

  getHWLatency(): HardwareLatency {
    return this.#options.latency;
  }

  /** The position register moves once per block. */
  getPositionRegister(): HardwareRegister {
    return {
      register: RT_REGISTER.POSITION,
      width: 32,
      numerator: 0,
      denominator: 0,
      accuracy: this.#options.blockFrames * this.wave.blockAlign,
    };
  }

  /** Counts 100 ns, and moves once per block too. */
  getClockRegister(): HardwareRegister {
    const ticks = (this.#options.blockFrames * REFERENCE_TIME_PER_SECOND) / this.wave.samplesPerSec;
    return {
      register: RT_REGISTER.CLOCK,
      width: 64,
      numerator: REFERENCE_TIME_PER_SECOND,
      denominator: 1,
      accuracy: Math.ceil(ticks),
    };
  }

  dispose(): void {
    this.#events.clear();
    this.#buffer = undefined;
  }

  /** The buffer is used as `count` packets. */
  protected abstract cutInto(buffer: CyclicBuffer, packetSize: number, count: number): void;
  /** Answers whether a packet ended at `total` bytes. */
  protected abstract packetEnded(total: number): boolean;

  protected override movedBlock(length: number, time: ReferenceTime): void {
    const endTime = time + (length * REFERENCE_TIME_PER_SECOND) / this.wave.avgBytesPerSec;
    this.#buffer?.publish(this.moved - length, length, time, endTime);
    if (this.packetEnded(this.moved)) for (const event of this.#events) event();
  }

  protected override stopped(): void {
    this.#buffer?.publish(0, 0, 0, 0);
  }

  /** Moves bytes of the block, one by one: a view of either memory would be an allocation. */
  protected copy(block: Uint8Array, from: number, length: number, render: boolean): void {
    const { data } = this.#buffer!;
    let offset = (this.moved + from) % data.length;
    for (let index = from; index < from + length; index++) {
      if (render) block[index] = data[offset]!;
      else data[offset] = block[index]!;
      if (++offset === data.length) offset = 0;
    }
  }

  /** Whole frames in every packet. */
  #allocate(requestedSize: number, packets: number): AudioBuffer {
    const { blockAlign } = this.wave;
    if (!(requestedSize >= blockAlign)) {
      throw new KsError('STATUS_UNSUCCESSFUL', `A buffer of ${requestedSize} bytes holds no frame.`);
    }
    const unit = blockAlign * packets;
    const actualSize = Math.ceil(requestedSize / unit) * unit;
    try {
      this.#buffer = CyclicBuffer.allocate(actualSize);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new KsError('STATUS_INSUFFICIENT_RESOURCES', `There is no memory for ${actualSize} bytes.`);
    }
    this.silence(this.#buffer.data);
    return {
      memory: this.#buffer.data,
      actualSize,
      offset: 0,
      cacheType: this.#options.cacheType ?? 'cached',
    };
  }
}

/** A render stream. After an underrun it goes on counting packets, with silence where the client wrote none. */
export class RtConverterOutput extends RtConverterStream implements MiniportWaveRTOutputStream {
  #packets: RenderPackets | undefined;

  override setState(state: StreamState): void {
    super.setState(state);
    if (this.#packets) this.#packets.running = state === 'RUN';
  }

  /** @throws KsError STATUS_NOT_SUPPORTED without notifications, or as `RenderPackets.setWritePacket` */
  setWritePacket(packetNumber: number, flags: number, eosPacketLength: number): void {
    this.#inPackets().setWritePacket(packetNumber, flags, eosPacketLength);
  }

  /** @throws KsError STATUS_NOT_SUPPORTED without notifications */
  getPacketCount(): number {
    return this.#inPackets().count;
  }

  /** @throws KsError STATUS_NOT_SUPPORTED without notifications */
  getOutputStreamPresentationPosition(): PresentationPosition {
    this.#inPackets();
    return { positionInBlocks: this.clock.position / this.wave.blockAlign, qpcPosition: this.options.now() };
  }

  protected override cutInto(buffer: CyclicBuffer, packetSize: number, count: number): void {
    this.#packets = new RenderPackets(buffer.packetRegisters, packetSize, count);
  }

  protected override packetEnded(total: number): boolean {
    return this.#packets?.transferred(total) ?? false;
  }

  protected override move(block: Uint8Array): number {
    if (!this.buffer) {
      this.silence(block);
      return block.length;
    }
    for (let done = 0; done < block.length;) {
      const part = this.#packets?.audible(this.moved + done, block.length - done) ?? block.length - done;
      if (part > 0) this.copy(block, done, part, true);
      else this.silence(block, done, done - part);
      done += Math.abs(part);
    }
    return block.length;
  }

  protected override stopped(): void {
    super.stopped();
    this.#packets?.reset();
  }

  #inPackets(): RenderPackets {
    if (this.#packets) return this.#packets;
    throw new KsError('STATUS_NOT_SUPPORTED', 'The buffer was allocated without notifications.');
  }
}

/** A capture stream. */
export class RtConverterInput extends RtConverterStream implements MiniportWaveRTInputStream {
  #packets: CapturePackets | undefined;

  /**
   * @throws KsError STATUS_NOT_SUPPORTED without notifications, STATUS_INVALID_DEVICE_STATE below PAUSE,
   *   STATUS_DEVICE_NOT_READY without a new packet
   */
  getReadPacket(): { packetNumber: number; flags: number; performanceCounter: number; moreData: boolean } {
    const packets = this.#packets;
    if (!packets) {
      throw new KsError('STATUS_NOT_SUPPORTED', 'The buffer was allocated without notifications.');
    }
    if (this.state !== 'PAUSE' && this.state !== 'RUN') {
      throw new KsError('STATUS_INVALID_DEVICE_STATE', 'Packets are recorded in RUN and kept in PAUSE.');
    }
    const read = packets.getReadPacket(this.moved % packets.packetSize);
    return { ...read, flags: 0, performanceCounter: this.options.now() };
  }

  protected override cutInto(buffer: CyclicBuffer, packetSize: number, count: number): void {
    this.#packets = new CapturePackets(buffer.packetRegisters, packetSize, count);
  }

  protected override packetEnded(total: number): boolean {
    return this.#packets?.transferred(total) ?? false;
  }

  protected override move(block: Uint8Array): number {
    if (this.buffer) this.copy(block, 0, block.length, false);
    return block.length;
  }

  protected override stopped(): void {
    super.stopped();
    this.#packets?.reset();
  }
}

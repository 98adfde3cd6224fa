import { KsError } from '../ks/status.ts';

/**
 * IDmaChannel: the cyclic buffer a device and its port share. In this engine it is plain memory, so there is no
 * physical address and no adapter object behind it. Specification 3.3.
 */
export class DmaChannel {
  /** Largest buffer the channel can give, in bytes. */
  readonly #maximumLength: number;
  #memory = new Uint8Array(0);
  #bufferSize = 0;
  #transferCount = 0;

  constructor(maximumLength: number) {
    if (!Number.isInteger(maximumLength) || maximumLength <= 0) {
      throw new KsError('STATUS_INVALID_PARAMETER', `A DMA channel cannot have ${maximumLength} bytes.`);
    }
    this.#maximumLength = maximumLength;
  }

  /**
   * AllocateBuffer. May give less than asked: never more than the channel's maximum. The contents are zero.
   * @throws KsError STATUS_INVALID_PARAMETER for no bytes, STATUS_INVALID_DEVICE_STATE while a buffer is allocated
   */
  allocateBuffer(size: number): void {
    if (!Number.isInteger(size) || size <= 0) {
      throw new KsError('STATUS_INVALID_PARAMETER', `A DMA buffer cannot have ${size} bytes.`);
    }
    if (this.#memory.length > 0) {
      throw new KsError('STATUS_INVALID_DEVICE_STATE', 'The DMA channel has a buffer: free it first.');
    }
    this.#memory = new Uint8Array(Math.min(size, this.#maximumLength));
    this.#bufferSize = this.#memory.length;
  }

  /** FreeBuffer */
  freeBuffer(): void {
    this.#memory = new Uint8Array(0);
    this.#bufferSize = 0;
  }

  /** AllocatedBufferSize, bytes. */
  get allocatedBufferSize(): number {
    return this.#memory.length;
  }

  /** MaximumBufferSize, bytes: what `setBufferSize` may ask for. */
  get maximumBufferSize(): number {
    return this.#memory.length;
  }

  /** BufferSize, bytes: the part of the buffer in use; after allocation all of it. */
  get bufferSize(): number {
    return this.#bufferSize;
  }

  /** SetBufferSize. @throws KsError STATUS_INVALID_PARAMETER beyond `maximumBufferSize` */
  setBufferSize(size: number): void {
    if (!Number.isInteger(size) || size < 0 || size > this.maximumBufferSize) {
      throw new KsError(
        'STATUS_INVALID_PARAMETER',
        `The DMA buffer has ${this.maximumBufferSize} bytes; ${size} cannot be used.`,
      );
    }
    this.#bufferSize = size;
  }

  /** SystemAddress: the buffer's bytes. */
  get systemAddress(): Uint8Array {
    return this.#memory;
  }

  /** TransferCount: bytes of the present transfer; on a slave channel those of the last `start`. */
  get transferCount(): number {
    return this.#transferCount;
  }

  protected beginTransfer(byteCount: number): void {
    this.#transferCount = byteCount;
  }

  /** CopyTo: client data into the buffer. @throws KsError STATUS_INVALID_PARAMETER beyond its end */
  copyTo(offset: number, source: Uint8Array): void {
    this.#check(offset, source.length);
    this.#memory.set(source, offset);
  }

  /** CopyFrom: data out of the buffer. @throws KsError STATUS_INVALID_PARAMETER beyond its end */
  copyFrom(destination: Uint8Array, offset: number): void {
    this.#check(offset, destination.length);
    destination.set(this.#memory.subarray(offset, offset + destination.length));
  }

  #check(offset: number, byteCount: number): void {
    if (!Number.isInteger(offset) || offset < 0 || offset + byteCount > this.#memory.length) {
      throw new KsError(
        'STATUS_INVALID_PARAMETER',
        `${byteCount} bytes at ${offset} are not within a DMA buffer of ${this.#memory.length}.`,
      );
    }
  }
}

/** IDmaChannelSlave: a channel of the system's DMA controller, which counts the bytes for the device. */
export class DmaSlaveChannel extends DmaChannel {
  #counter = 0;
  #running = false;
  #writeToDevice = false;

  /** Start. @throws KsError STATUS_INVALID_PARAMETER for more bytes than the buffer has */
  start(mapSize: number, writeToDevice: boolean): void {
    if (!Number.isInteger(mapSize) || mapSize <= 0 || mapSize > this.bufferSize) {
      throw new KsError(
        'STATUS_INVALID_PARAMETER',
        `A transfer of ${mapSize} bytes does not fit a DMA buffer of ${this.bufferSize}.`,
      );
    }
    this.beginTransfer(mapSize);
    this.#counter = mapSize;
    this.#writeToDevice = writeToDevice;
    this.#running = true;
  }

  /** Stop. The counter keeps its value. */
  stop(): void {
    this.#running = false;
  }

  /** ReadCounter: counts down from the transfer's size; position = size - counter. */
  readCounter(): number {
    return this.#counter;
  }

  /** Direction of the last `start`. */
  get writesToDevice(): boolean {
    return this.#writeToDevice;
  }

  /** The device moved `byteCount` bytes; the controller starts over at the end of the buffer. */
  transferred(byteCount: number): void {
    if (!this.#running) return;
    const size = this.transferCount;
    const position = (size - this.#counter + byteCount) % size;
    this.#counter = size - position;
  }
}

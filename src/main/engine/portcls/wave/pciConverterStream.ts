import type { AllocatorFraming } from '../ports/wavePin.ts';
import type { MiniportWavePciStream } from '../ports/wavePci.ts';
import { KsError } from '../../ks/status.ts';
import { ConverterStream, type ConverterOptions } from './converterStream.ts';
import type { PortWavePciStream } from './mappingQueue.ts';

/** Mappings the device holds at most, its scatter/gather list. */
const LIST_LENGTH = 8;

interface ListEntry {
  readonly tag: number;
  readonly bytes: Uint8Array;
}

/** A WavePci stream: the converter works through a scatter/gather list of the client's own buffers. */
export class PciConverterStream extends ConverterStream implements MiniportWavePciStream {
  readonly #port: PortWavePciStream;
  #list: ListEntry[] = [];
  /** Within the first entry. */
  #offset = 0;
  #nextTag = 0;
  /** `getMapping` was refused: the port says when there is more. */
  #starved = false;

  constructor(options: ConverterOptions & { portStream: PortWavePciStream }) {
    super(options);
    this.#port = options.portStream;
  }

  getPosition(): number {
    return this.clock.position;
  }

  /** Three buffers of about 10 ms. Specification 3.4. */
  getAllocatorFraming(): AllocatorFraming {
    const { blockAlign, samplesPerSec } = this.wave;
    return { frames: 3, frameSize: Math.ceil(samplesPerSec / 100) * blockAlign, fileAlignment: 0 };
  }

  revokeMappings(firstTag: number, lastTag: number): number {
    const first = this.#list.findIndex(({ tag }) => tag >= firstTag);
    if (first < 0) return 0;
    const revoked = this.#list.filter(({ tag }) => tag >= firstTag && tag <= lastTag).length;
    this.#list.splice(first, revoked);
    if (first === 0) this.#offset = 0;
    return revoked;
  }

  mappingAvailable(): void {
    this.#starved = false;
    this.#fetch();
  }

  service(): void {
    this.#fetch();
  }

  dispose(): void {
    this.#list = [];
  }

  protected override move(block: Uint8Array): number {
    this.#fetch();
    let done = 0;
    while (done < block.length) {
      const entry = this.#list[0];
      if (!entry) break;
      const part = entry.bytes.subarray(this.#offset, this.#offset + block.length - done);
      if (this.options.capture) part.set(block.subarray(done, done + part.length));
      else block.set(part, done);
      done += part.length;
      this.#offset += part.length;
      if (this.#offset === entry.bytes.length) this.#release(entry);
    }
    return done;
  }

  protected override movedBlock(): void {
    this.#fetch();
  }

  protected override stopped(): void {
    this.#list = [];
    this.#offset = 0;
    this.#starved = false;
  }

  #release({ tag }: ListEntry): void {
    this.#list.shift();
    this.#offset = 0;
    this.#port.releaseMapping(tag);
    this.#fetch();
  }

  /** Fills the list as far as there are mappings. */
  #fetch(): void {
    while (!this.#starved && this.#list.length < LIST_LENGTH) {
      const tag = this.#nextTag;
      try {
        const { bytes } = this.#port.getMapping(tag);
        this.#list.push({ tag, bytes });
      } catch (error) {
        if (!(error instanceof KsError && error.status === 'STATUS_NOT_FOUND')) throw error;
        this.#starved = true;
        return;
      }
      this.#nextTag++;
    }
  }
}

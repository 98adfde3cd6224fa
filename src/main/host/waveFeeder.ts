import type { WaveSegment } from '../../contract/hardware.ts';
import type { CyclicBuffer } from '../engine/portcls/wave/cyclicBuffer.ts';
import { PACKET_END_OF_STREAM, RenderPackets } from '../engine/portcls/wave/rtPackets.ts';

/** Frames of a file from `offset` of a block on, in bytes. */
export interface Stretch {
  readonly offset: number;
  readonly feed: number;
  readonly fileFrame: number;
}

/** Where a stream's data comes from. */
export interface FeederInput {
  /** Fills `into`, and says which file each part of it is from; fewer bytes than asked for only at the end. */
  read(into: Uint8Array): Promise<{ readonly bytes: number; readonly stretches: readonly Stretch[] }>;
}

export interface WaveFeederOptions {
  readonly input: FeederInput;
  readonly buffer: CyclicBuffer;
  /** As the buffer was allocated with. */
  readonly packetsPerBuffer: number;
  /** Bytes of a frame. */
  readonly blockAlign: number;
  onSegment?(segment: WaveSegment): void;
}

/**
 * The client of a WaveRT stream: fills the stream's packets, always as far ahead as the cyclic buffer allows. It works
 * in a thread of its own, since reading and decoding a file may take its time.
 */
export class WaveFeeder {
  readonly packets: RenderPackets;
  readonly #options: WaveFeederOptions;
  readonly #block: Uint8Array;
  #next = 0;
  #filling = false;
  #end: number | undefined;
  #underruns = 0;
  /** As told last. */
  #segment: WaveSegment | undefined;

  constructor(options: WaveFeederOptions) {
    this.#options = options;
    const { buffer, packetsPerBuffer } = options;
    const packetSize = buffer.data.length / packetsPerBuffer;
    this.packets = new RenderPackets(buffer.packetRegisters, packetSize, packetsPerBuffer);
    this.#block = new Uint8Array(packetSize);
  }

  /** Frame of the stream behind the last one; undefined before that was written. */
  get end(): number | undefined {
    return this.#end;
  }

  /** How often packets were written too late. */
  get underruns(): number {
    return this.#underruns;
  }

  /**
   * Writes every packet there is room for. After an underrun it goes on with the first packet that is not too late:
   * what is heard has a pause then, and nothing missing. A call during another one does nothing.
   */
  async fill(): Promise<void> {
    if (this.#filling) return;
    this.#filling = true;
    try {
      while (this.#end === undefined && this.#hasRoom()) await this.#write();
    } finally {
      this.#filling = false;
    }
  }

  #hasRoom(): boolean {
    const { count, running, packetsPerBuffer } = this.packets;
    return this.#next <= Math.max(count + packetsPerBuffer - 1, running ? count + 1 : count);
  }

  async #write(): Promise<void> {
    const { packetSize } = this.packets;
    const { input, buffer, blockAlign } = this.#options;
    const { bytes, stretches } = await input.read(this.#block);
    this.#skipLate();
    const packet = this.#next++;
    const first = (packet * packetSize) / blockAlign;
    buffer.data.set(this.#block.subarray(0, bytes), this.packets.offsetOf(packet));
    const ending = bytes < packetSize;
    this.packets.setWritePacket(packet, ending ? PACKET_END_OF_STREAM : 0, bytes);
    if (ending) this.#end = first + bytes / blockAlign;
    for (const { offset, feed, fileFrame } of stretches) {
      this.#tell({ feed, fileFrame, streamFrame: first + offset / blockAlign });
    }
  }

  #skipLate(): void {
    const { count, running } = this.packets;
    if (!running || this.#next > count) return;
    this.#underruns++;
    this.#next = count + 1;
  }

  /** What goes on from the segment before is no new one. */
  #tell(segment: WaveSegment): void {
    const before = this.#segment;
    this.#segment = segment;
    const shift = ({ streamFrame, fileFrame }: WaveSegment) => streamFrame - fileFrame;
    if (before && before.feed === segment.feed && shift(before) === shift(segment)) return;
    this.#options.onSegment?.(segment);
  }
}

import type { CyclicBuffer } from '../engine/portcls/wave/cyclicBuffer.ts';
import { PACKET_END_OF_STREAM, RenderPackets } from '../engine/portcls/wave/rtPackets.ts';
import type { ByteSource, WavFile } from '../wave/files/wavFile.ts';

/**
 * The client of a WaveRT stream that plays a WAV file: fills the stream's packets from the file, always as far ahead
 * as the cyclic buffer allows. It works in a thread of its own, since reading a file may take its time.
 */
export class WavFeeder {
  readonly packets: RenderPackets;
  readonly #source: ByteSource;
  readonly #wav: WavFile;
  readonly #buffer: CyclicBuffer;
  #next = 0;
  /** Bytes of sample data read, or left out before the first frame. */
  #read: number;
  #ended = false;
  #underruns = 0;

  /** `packetsPerBuffer`: as the buffer was allocated with. The samples of the file are those of the stream. */
  constructor(
    source: ByteSource,
    wav: WavFile,
    buffer: CyclicBuffer,
    packetsPerBuffer: number,
    firstFrame = 0,
  ) {
    this.#read = Math.min(firstFrame, wav.frames) * wav.blockAlign;
    this.#source = source;
    this.#wav = wav;
    this.#buffer = buffer;
    this.packets = new RenderPackets(
      buffer.packetRegisters,
      buffer.data.length / packetsPerBuffer,
      packetsPerBuffer,
    );
  }

  /** The last packet was written. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Frames of the file up to which packets were written. */
  get framesRead(): number {
    return Math.floor(this.#read / this.#wav.blockAlign);
  }

  /** How often packets were written too late. */
  get underruns(): number {
    return this.#underruns;
  }

  /**
   * Writes every packet there is room for. After an underrun it goes on with the first packet that is not too late:
   * the file has a pause then, and nothing missing.
   */
  fill(): void {
    const { packets } = this;
    while (!this.#ended) {
      const { count } = packets;
      if (packets.running && this.#next <= count) {
        this.#underruns++;
        this.#next = count + 1;
      }
      if (this.#next > Math.max(count + packets.packetsPerBuffer - 1, packets.running ? count + 1 : count))
        return;
      this.#write(this.#next++);
    }
  }

  #write(packet: number): void {
    const { packetSize } = this.packets;
    const offset = this.packets.offsetOf(packet);
    const total = this.#wav.frames * this.#wav.blockAlign;
    const wanted = Math.min(packetSize, total - this.#read);
    const place = this.#buffer.data.subarray(offset, offset + wanted);
    const got = this.#source.read(this.#wav.dataOffset + this.#read, place);
    this.#read += got;
    this.#ended = got < wanted || this.#read === total;
    this.packets.setWritePacket(packet, this.#ended ? PACKET_END_OF_STREAM : 0, got);
  }
}

import type { WaveFormatRecord } from '../../contract/hardware.ts';
import { OggPackets, type OggPages } from '../wave/files/oggFile.ts';
import { BlockSource, type DecodedBlock } from './blockSource.ts';

/** Samples of one packet, in the order of the stream's channels. */
export interface DecodedPacket {
  readonly frames: number;
  readonly channels: readonly Float32Array[];
}

export interface OggSourceOptions {
  readonly format: WaveFormatRecord;
  readonly frames: number | undefined;
  readonly pages: OggPages;
  /** Byte of the first page with sound. */
  readonly dataOffset: number;
  /** Position of the first sample that is decoded from the stream's first packet. */
  readonly beginning: number;
  /** Position of frame 0: samples before it are not played. */
  readonly start: number;
  /** Frames that are decoded before the one asked for, until the decoder gives what it would have given. */
  readonly runUp: number;
}

/** How often the run-up is doubled before the stream is decoded from its beginning. */
const TRIES = 6;

/**
 * A stream of packets in Ogg. Pages say positions; between them every packet counts what it decodes to. After a jump the
 * first packets are decoded until a page says where they are.
 */
export abstract class OggSource extends BlockSource {
  protected readonly options: OggSourceOptions;
  #packets: OggPackets;
  /** Position behind the packet decoded last; undefined after a jump, until a page says it. */
  #position: number | undefined;

  constructor(options: OggSourceOptions) {
    super(options.format, options.frames);
    this.options = options;
    this.#packets = new OggPackets(options.pages, options.dataOffset);
    this.#position = options.beginning;
  }

  /** Undefined where nothing can be decoded. */
  protected abstract decode(packet: Uint8Array): Promise<DecodedPacket | undefined>;
  /** The next packet is none that follows the one before. */
  protected abstract jumped(): Promise<void>;

  protected async goTo(frame: number): Promise<void> {
    const { pages, dataOffset, start } = this.options;
    const target = frame + start;
    let { runUp } = this.options;
    for (let attempt = 0; attempt < TRIES; attempt++, runUp *= 2) {
      const page = pages.before(target - runUp, dataOffset);
      // One more: the packet whose end says the position may be all there is in a page.
      const from = page && pages.previous(page, dataOffset);
      if (!from) break;
      if (await this.#find(from.offset, target)) return;
    }
    await this.jumped();
    this.#packets = new OggPackets(pages, dataOffset);
    this.#position = this.options.beginning;
  }

  protected async nextBlock(): Promise<DecodedBlock | undefined> {
    for (let packet = this.#packets.next(); packet; packet = this.#packets.next()) {
      const decoded = await this.decode(packet.bytes);
      const before = this.#position!;
      const behind = before + (decoded?.frames ?? 0);
      // The last page may say less than its packets hold: the rest is not played. Elsewhere it is the page that is right.
      this.#position = packet.granule ?? behind;
      if (!decoded || decoded.frames === 0) continue;
      const first = packet.granule === undefined || packet.last ? before : packet.granule - decoded.frames;
      const frames = packet.last ? Math.min(decoded.frames, this.#position - first) : decoded.frames;
      if (frames <= 0) continue;
      return { first: first - this.options.start, frames, channels: decoded.channels };
    }
    return undefined;
  }

  /** Decodes from the page at `offset` until a position is known; false when that is behind the target. */
  async #find(offset: number, target: number): Promise<boolean> {
    await this.jumped();
    this.#packets = new OggPackets(this.options.pages, offset);
    let decoded = 0;
    for (let packet = this.#packets.next(); packet; packet = this.#packets.next()) {
      if ((await this.decode(packet.bytes)) !== undefined) decoded++;
      if (packet.granule === undefined || decoded === 0) continue;
      this.#position = packet.granule;
      return packet.granule <= target;
    }
    return false;
  }
}

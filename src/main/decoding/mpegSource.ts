import { setImmediate } from 'node:timers/promises';
import { MPEGDecoder } from 'mpg123-decoder';
import type { ByteSource } from '../wave/files/byteSource.ts';
import { framesOfMpeg, MpegFrames, type MpegFile } from '../wave/files/mpegFile.ts';
import { BlockSource, silentBlock, type DecodedBlock } from './blockSource.ts';
import { formatOfMpeg } from './decodedFormats.ts';

/** MPEG frames that are decoded before the one asked for: it takes bits from those, and they sound on in it. */
const RUN_UP_FRAMES = 10;
/** MPEG frames that are passed without a pause on the way to a place that was not seen yet: some milliseconds. */
const PASSED_AT_ONCE = 5_000;
/** Bytes that a frame may take from those before it. */
const RESERVOIR_BYTES = 511;

/**
 * An MP3 file, or one of another layer of MPEG audio. The decoder gives so many frames for each MPEG frame, in order;
 * the place of the first one after a jump is known, and so that of all. After one the last bits of its floats may differ,
 * since its filters add up in another order.
 */
export class MpegSource extends BlockSource {
  readonly #mpeg: MpegFile;
  readonly #frames: MpegFrames;
  readonly #decoder: MPEGDecoder;
  /** Place of the next sample that the decoder gives, in its own count. */
  #decoded = 0;
  /** Of the decoder: nothing was fed to it yet. */
  #fresh = true;
  #flushed = false;

  private constructor(source: ByteSource, mpeg: MpegFile, decoder: MPEGDecoder) {
    const { claimedFrames } = mpeg;
    super(formatOfMpeg(mpeg), claimedFrames === undefined ? undefined : framesOfMpeg(claimedFrames, mpeg));
    this.#mpeg = mpeg;
    this.#frames = new MpegFrames(source, mpeg);
    this.#decoder = decoder;
  }

  static async open(source: ByteSource, mpeg: MpegFile): Promise<MpegSource> {
    // What is around the sound is cut off here, where it is known from any frame on.
    const decoder = new MPEGDecoder({ enableGapless: false });
    await decoder.ready;
    return new MpegSource(source, mpeg, decoder);
  }

  dispose(): void {
    this.#decoder.free();
  }

  protected async goTo(frame: number): Promise<void> {
    const { head, delay } = this.#mpeg;
    const wanted = Math.floor((frame + delay) / head.count);
    const runUp = Math.max(RUN_UP_FRAMES, Math.ceil(RESERVOIR_BYTES / head.length) + 2);
    const from = Math.max(0, wanted - runUp);
    // Other streams are fed in between.
    while (!this.#frames.seek(from, PASSED_AT_ONCE)) await setImmediate();
    if (!this.#fresh) await this.#decoder.reset();
    this.#fresh = true;
    this.#flushed = false;
    this.#decoded = this.#frames.index * head.count;
  }

  protected nextBlock(): Promise<DecodedBlock | undefined> {
    const { head, delay } = this.#mpeg;
    for (;;) {
      const index = this.#frames.index;
      const bytes = this.#frames.next();
      // The decoder waits for a header behind the last frame, too.
      if (!bytes && this.#flushed) return Promise.resolve(undefined);
      if (!bytes) this.#flushed = true;
      this.#fresh = false;
      const { channelData, samplesDecoded } = this.#decoder.decode(bytes?.slice() ?? new Uint8Array(4));
      const first = this.#decoded - delay;
      if (samplesDecoded > 0) {
        this.#decoded += samplesDecoded;
        const channels = channelData.slice(0, this.format.channels);
        return Promise.resolve({ first, frames: samplesDecoded, channels });
      }
      // A frame that gives nothing, once the one behind it was fed, is damaged.
      const due = (index - 1) * head.count;
      if (!bytes || this.#decoded >= due) continue;
      const frames = due - this.#decoded;
      this.#decoded = due;
      return Promise.resolve(silentBlock(first, frames, this.format.channels));
    }
  }
}

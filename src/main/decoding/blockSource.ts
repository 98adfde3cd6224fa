import type { WaveFormatRecord } from '../../contract/hardware.ts';
import { SampleCodec } from '../wave/samples/sampleCodec.ts';
import type { SampleFormat } from '../wave/samples/sampleFormat.ts';
import { blockAlignOf, type DecodedSource } from './decodedSource.ts';

/** What a decoder gives at once. */
export interface DecodedBlock {
  /** Frame of the file that it begins with; frames before 0 are not played. */
  readonly first: number;
  readonly frames: number;
  /** Samples of each channel, full scale = 1. */
  readonly channels: readonly Float32Array[];
}

/**
 * A source whose codec gives blocks of its own size, each with its place in the file. Here they become frames in order:
 * what is before the frame asked for is left out, and what is missing between two blocks is silence.
 */
export abstract class BlockSource implements DecodedSource {
  readonly format: WaveFormatRecord;
  readonly #codec: SampleCodec;
  readonly #blockAlign: number;
  #frames: number | undefined;
  #position = 0;
  #block: DecodedBlock | undefined;
  #over = false;

  constructor(format: WaveFormatRecord, frames: number | undefined) {
    this.format = format;
    this.#blockAlign = blockAlignOf(format);
    this.#codec = new SampleCodec(sampleFormat(format), format.channels);
    this.#frames = frames;
  }

  get frames(): number | undefined {
    return this.#frames;
  }

  async seek(frame: number): Promise<void> {
    this.#position = frame;
    this.#block = undefined;
    this.#over = frame >= (this.#frames ?? Infinity);
    if (!this.#over) await this.goTo(frame);
  }

  async read(into: Uint8Array): Promise<number> {
    let done = 0;
    while (done < into.length && !this.#over) {
      const block = await this.#current();
      if (!block) break;
      const wanted = (into.length - done) / this.#blockAlign;
      const end = this.#frames ?? Infinity;
      const missing = Math.min(wanted, block.first - this.#position, end - this.#position);
      if (missing > 0) {
        into.fill(this.format.containerBits === 8 ? 0x80 : 0, done, done + missing * this.#blockAlign);
        done += this.#advance(missing);
        continue;
      }
      const at = this.#position - block.first;
      const count = Math.min(wanted, block.frames - at, end - this.#position);
      this.#codec.encode(block.channels, at, into, done, count);
      done += this.#advance(count);
    }
    return done;
  }

  abstract dispose(): void;

  /** The next blocks are those from this frame on; earlier ones do no harm. */
  protected abstract goTo(frame: number): Promise<void>;
  /** The next block in order; undefined behind the last one. */
  protected abstract nextBlock(): Promise<DecodedBlock | undefined>;

  /** The block that holds the next frame, or lies behind it. */
  async #current(): Promise<DecodedBlock | undefined> {
    while (!this.#block || this.#block.first + this.#block.frames <= this.#position) {
      this.#block = await this.nextBlock();
      if (this.#block) continue;
      this.#over = true;
      return undefined;
    }
    return this.#block;
  }

  #advance(frames: number): number {
    this.#position += frames;
    this.#over = this.#position >= (this.#frames ?? Infinity);
    return frames * this.#blockAlign;
  }
}

function sampleFormat({ encoding, containerBits, validBits }: WaveFormatRecord): SampleFormat {
  return {
    encoding: encoding === 'pcm' ? 'integer' : 'float',
    containerBytes: containerBits / 8,
    validBits,
  };
}

/** Silence of one length, for what is damaged. */
export function silentBlock(first: number, frames: number, channels: number): DecodedBlock {
  const silence = new Float32Array(frames);
  return { first, frames, channels: Array.from({ length: channels }, () => silence) };
}

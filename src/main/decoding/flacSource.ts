import { FLACDecoder } from '@wasm-audio-decoders/flac';
import type { ByteSource } from '../wave/files/byteSource.ts';
import { FlacFrames, type FlacFile } from '../wave/files/flacFile.ts';
import { BlockSource, type DecodedBlock } from './blockSource.ts';
import { formatOfFlac } from './decodedFormats.ts';

/** A FLAC file. Every frame's checksum is looked at before it is decoded; one that is damaged is silence. */
export class FlacSource extends BlockSource {
  readonly #frames: FlacFrames;
  readonly #decoder: FLACDecoder;
  readonly #channels: number;
  readonly #bitsPerSample: number;
  /** Frame behind what was decoded last; 0 before anything was. */
  #next = 0;

  private constructor(source: ByteSource, flac: FlacFile, decoder: FLACDecoder) {
    super(formatOfFlac(flac), flac.frames > 0 ? flac.frames : undefined);
    this.#frames = new FlacFrames(source, flac);
    this.#decoder = decoder;
    this.#channels = flac.channels;
    this.#bitsPerSample = flac.bitsPerSample;
  }

  static async open(source: ByteSource, flac: FlacFile): Promise<FlacSource> {
    const decoder = new FLACDecoder();
    await decoder.ready;
    return new FlacSource(source, flac, decoder);
  }

  dispose(): void {
    this.#decoder.free();
  }

  protected goTo(frame: number): Promise<void> {
    this.#frames.seek(frame);
    return Promise.resolve();
  }

  protected async nextBlock(): Promise<DecodedBlock | undefined> {
    for (let frame = this.#frames.next(); frame; frame = this.#frames.next()) {
      // The decoder has its own opinion of what to do about frames that are missing.
      if (frame.first !== this.#next && this.#next > 0) await this.#decoder.reset();
      this.#next = frame.first + frame.count;
      const bytes = this.#frames.bytesOf(frame).slice();
      const { channelData, samplesDecoded } = await this.#decoder.decodeFrames([bytes]);
      if (samplesDecoded === 0 || channelData.length !== this.#channels) continue;
      for (const samples of channelData) exactSteps(samples, this.#bitsPerSample);
      return { first: frame.first, frames: Math.min(samplesDecoded, frame.count), channels: channelData };
    }
    return undefined;
  }
}

/** The decoder has full scale at the highest sample, not one step above it; whole steps are what the file holds. */
export function exactSteps(samples: Float32Array, bitsPerSample: number): void {
  const scale = 2 ** (bitsPerSample - 1);
  const highest = scale - 1;
  for (let index = 0; index < samples.length; index++) {
    samples[index] = Math.round(samples[index]! * highest) / scale;
  }
}

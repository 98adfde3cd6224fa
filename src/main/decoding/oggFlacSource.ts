import { FLACDecoder } from '@wasm-audio-decoders/flac';
import type { ByteSource } from '../wave/files/byteSource.ts';
import { flacFrameHeader } from '../wave/files/flacFile.ts';
import { extentOfOggFlac, type OggFlacFile } from '../wave/files/oggFlacFile.ts';
import { OggPages } from '../wave/files/oggFile.ts';
import { silentBlock } from './blockSource.ts';
import { formatOfFlac } from './decodedFormats.ts';
import { exactSteps } from './flacSource.ts';
import { OggSource, type DecodedPacket, type OggSourceOptions } from './oggSource.ts';

/** An Ogg FLAC file: every packet is a frame that is decoded by itself. One that is damaged is silence. */
export class OggFlacSource extends OggSource {
  readonly #flac: OggFlacFile;
  readonly #decoder: FLACDecoder;

  private constructor(options: OggSourceOptions, flac: OggFlacFile, decoder: FLACDecoder) {
    super(options);
    this.#flac = flac;
    this.#decoder = decoder;
  }

  static async open(source: ByteSource, flac: OggFlacFile): Promise<OggFlacSource> {
    const decoder = new FLACDecoder();
    await decoder.ready;
    const { serial, dataOffset } = flac;
    const pages = new OggPages(source, serial);
    const { beginning, frames } = extentOfOggFlac(pages, flac);
    const format = formatOfFlac(flac);
    const options = { format, frames, pages, dataOffset, beginning, start: beginning, runUp: 1 };
    return new OggFlacSource(options, flac, decoder);
  }

  dispose(): void {
    this.#decoder.free();
  }

  protected override async jumped(): Promise<void> {
    await this.#decoder.reset();
  }

  protected override async decode(packet: Uint8Array): Promise<DecodedPacket | undefined> {
    const header = flacFrameHeader(packet, this.#flac);
    if (!header) return undefined;
    const { channels, bitsPerSample } = this.#flac;
    const { channelData, samplesDecoded } = await this.#decoder.decodeFrames([packet]);
    if (samplesDecoded !== header.count || channelData.length !== channels)
      return silentBlock(0, header.count, channels);
    for (const samples of channelData) exactSteps(samples, bitsPerSample);
    return { frames: samplesDecoded, channels: channelData };
  }
}

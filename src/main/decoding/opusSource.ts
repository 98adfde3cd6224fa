import { OpusDecoder } from 'opus-decoder';
import type { ByteSource } from '../wave/files/byteSource.ts';
import { OggPages } from '../wave/files/oggFile.ts';
import { extentOfOpus, opusPacketFrames, type OpusFile } from '../wave/files/opusFile.ts';
import { xiphOrder } from '../wave/files/xiphChannels.ts';
import { silentBlock } from './blockSource.ts';
import { formatOfOpus } from './decodedFormats.ts';
import { OggSource, type DecodedPacket, type OggSourceOptions } from './oggSource.ts';

/** RFC 7845, 4.6 asks for 80 ms; what is decoded after half a second is what it would be from the start. */
const RUN_UP = 24_000;
/** What the decoder's input has room for. */
const PACKET_BYTES_PER_CHANNEL = 3_840;

/** An Opus file. */
export class OpusSource extends OggSource {
  readonly #opus: OpusFile;
  readonly #decoder: OpusDecoder;
  readonly #order: readonly number[];

  private constructor(options: OggSourceOptions, opus: OpusFile, decoder: OpusDecoder) {
    super(options);
    this.#opus = opus;
    this.#decoder = decoder;
    this.#order = opus.ordered ? xiphOrder(opus.channels) : opus.channelMapping.map((_, index) => index);
  }

  static async open(source: ByteSource, opus: OpusFile): Promise<OpusSource> {
    const { channels, streamCount, coupledStreamCount, channelMapping, preSkip, serial, dataOffset } = opus;
    const decoder = new OpusDecoder({
      channels,
      streamCount,
      coupledStreamCount,
      channelMappingTable: [...channelMapping],
      preSkip: 0,
    });
    await decoder.ready;
    const pages = new OggPages(source, serial);
    const { beginning, frames } = extentOfOpus(pages, opus);
    const start = beginning + preSkip;
    const options = {
      format: formatOfOpus(opus),
      frames,
      pages,
      dataOffset,
      beginning,
      start,
      runUp: RUN_UP,
    };
    return new OpusSource(options, opus, decoder);
  }

  dispose(): void {
    this.#decoder.free();
  }

  protected override jumped(): Promise<void> {
    return this.#decoder.reset();
  }

  protected override decode(packet: Uint8Array): Promise<DecodedPacket | undefined> {
    const { channels, gain } = this.#opus;
    const frames = opusPacketFrames(packet);
    if (frames === 0) return Promise.resolve(undefined);
    if (packet.length > PACKET_BYTES_PER_CHANNEL * channels)
      return Promise.resolve(silentBlock(0, frames, channels));
    const { channelData, samplesDecoded } = this.#decoder.decodeFrame(packet);
    if (samplesDecoded !== frames) return Promise.resolve(silentBlock(0, frames, channels));
    if (gain !== 1) {
      for (const samples of channelData) for (let index = 0; index < frames; index++) samples[index]! *= gain;
    }
    return Promise.resolve({ frames, channels: this.#order.map((channel) => channelData[channel]!) });
  }
}

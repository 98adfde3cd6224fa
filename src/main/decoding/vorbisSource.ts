import { OggVorbisDecoder } from '@wasm-audio-decoders/ogg-vorbis';
import type { ByteSource } from '../wave/files/byteSource.ts';
import { badFile } from '../wave/files/byteSource.ts';
import { OggPackets, OggPages } from '../wave/files/oggFile.ts';
import type { VorbisFile } from '../wave/files/vorbisFile.ts';
import { xiphOrder } from '../wave/files/xiphChannels.ts';
import { formatOfVorbis } from './decodedFormats.ts';
import { OggSource, type DecodedPacket, type OggSourceOptions } from './oggSource.ts';

type VorbisPages = Parameters<OggVorbisDecoder['decodeOggPages']>[0];

/** What the decoder's input has room for. */
const LARGEST_PACKET = 128 * 1024;
/** A page that begins with no identification header. */
const NO_HEADER = new Uint8Array(1);

/** An Ogg Vorbis file. The decoder takes packets; it gives the first samples with the second one. */
export class VorbisSource extends OggSource {
  readonly #decoder: OggVorbisDecoder;
  readonly #order: readonly number[];
  #primed = false;

  private constructor(options: OggSourceOptions, decoder: OggVorbisDecoder) {
    super(options);
    this.#decoder = decoder;
    this.#order = xiphOrder(options.format.channels);
  }

  static async open(source: ByteSource, vorbis: VorbisFile): Promise<VorbisSource> {
    const { identification, setup, dataOffset, serial, longBlock } = vorbis;
    if (identification.length > LARGEST_PACKET || setup.length > LARGEST_PACKET) {
      throw badFile(source, 'has a Vorbis header that is too long', 0);
    }
    const decoder = new OggVorbisDecoder();
    await decoder.ready;
    await decoder.decodeOggPages(asPages(identification, []));
    await decoder.decodeOggPages(asPages(NO_HEADER, [{ data: new Uint8Array(0), setup }]));
    const pages = new OggPages(source, serial);
    const beginning = await beginningOf(decoder, new OggPackets(pages, dataOffset));
    const start = Math.max(0, beginning);
    const last = pages.last();
    const frames = last && Math.max(0, last.granule - start);
    const format = formatOfVorbis(vorbis);
    const options = { format, frames, pages, dataOffset, beginning, start, runUp: 2 * longBlock };
    return new VorbisSource(options, decoder);
  }

  dispose(): void {
    this.#decoder.free();
  }

  protected override jumped(): Promise<void> {
    this.#primed = false;
    return Promise.resolve();
  }

  protected override async decode(packet: Uint8Array): Promise<DecodedPacket | undefined> {
    if (packet.length === 0 || packet.length > LARGEST_PACKET) return undefined;
    const { channelData, samplesDecoded } = await this.#decoder.decodeOggPages(
      asPages(NO_HEADER, [{ data: packet }]),
    );
    // Behind a jump it would join this block to one from elsewhere.
    if (!this.#primed) {
      this.#primed = true;
      return undefined;
    }
    return { frames: samplesDecoded, channels: this.#order.map((channel) => channelData[channel]!) };
  }
}

/**
 * Position of the first sample: what the first page says, less what it decodes to. Below 0 when samples at the beginning
 * are not to be played; above in what was recorded from the middle of a broadcast.
 */
async function beginningOf(decoder: OggVorbisDecoder, packets: OggPackets): Promise<number> {
  let frames = 0;
  for (let packet = packets.next(); packet; packet = packets.next()) {
    if (packet.bytes.length > 0 && packet.bytes.length <= LARGEST_PACKET) {
      const pages = asPages(NO_HEADER, [{ data: packet.bytes }]);
      frames += (await decoder.decodeOggPages(pages)).samplesDecoded;
    }
    if (packet.granule === undefined) continue;
    // A last page that says less than it holds is cut at its end.
    return packet.last ? Math.max(0, packet.granule - frames) : packet.granule - frames;
  }
  return 0;
}

/** Packets in the form of pages that the decoder takes, of which it looks at these fields. */
function asPages(
  data: Uint8Array,
  packets: readonly { data: Uint8Array; setup?: Uint8Array }[],
): VorbisPages {
  const codecFrames = packets.map(({ data, setup }) => ({ data, header: { vorbisSetup: setup } }));
  return [{ data, codecFrames, isLastPage: false }] as unknown as VorbisPages;
}

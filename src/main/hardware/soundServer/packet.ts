import { PinwheelError } from '../../../contract/errors.ts';

/**
 * Packets of the native protocol: a descriptor of five big-endian words (length, channel, offset high, offset low,
 * flags) and that many bytes. Channel 0xFFFFFFFF carries commands; others carry the data of streams.
 */

const DESCRIPTOR_BYTES = 20;
const COMMAND_CHANNEL = 0xffffffff;
/** FRAME_SIZE_MAX_ALLOW of PulseAudio. */
const MAX_PACKET_BYTES = 16 * 1024 * 1024;

/** A command packet around `body`, ready for the socket. */
export function encodePacket(body: Uint8Array): Buffer {
  const packet = Buffer.alloc(DESCRIPTOR_BYTES + body.byteLength);
  packet.writeUInt32BE(body.byteLength, 0);
  packet.writeUInt32BE(COMMAND_CHANNEL, 4);
  packet.set(body, DESCRIPTOR_BYTES);
  return packet;
}

/** Cuts a stream of bytes, in whatever pieces it arrives, into command packets. Keeps at most one packet. */
export class PacketReader {
  #pieces: Buffer[] = [];
  #held = 0;
  #wanted = DESCRIPTOR_BYTES;
  /** The descriptor of the packet whose body is being collected. */
  #body: { channel: number } | undefined;
  readonly #onData: (channel: number, data: Buffer) => void;

  /** `onData` is told the data packets, in their order among the commands. */
  constructor(onData: (channel: number, data: Buffer) => void = () => {}) {
    this.#onData = onData;
  }

  /**
   * Answers the bodies of the command packets that `piece` completes.
   * Throws a `PinwheelError` when the peer announces more than a sane server sends: the stream cannot be followed then.
   */
  push(piece: Uint8Array): Buffer[] {
    this.#pieces.push(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
    this.#held += piece.byteLength;
    const bodies: Buffer[] = [];
    while (this.#held >= this.#wanted) {
      const part = this.#take(this.#wanted);
      if (this.#body) {
        if (this.#body.channel === COMMAND_CHANNEL) bodies.push(part);
        else this.#onData(this.#body.channel, part);
        this.#body = undefined;
        this.#wanted = DESCRIPTOR_BYTES;
        continue;
      }
      const length = part.readUInt32BE(0);
      if (length > MAX_PACKET_BYTES) {
        throw new PinwheelError({
          code: 'device-unavailable',
          message: `The sound server announced a packet of ${length} bytes; the most allowed is ${MAX_PACKET_BYTES}.`,
        });
      }
      this.#body = { channel: part.readUInt32BE(4) };
      this.#wanted = length;
    }
    return bodies;
  }

  #take(length: number): Buffer {
    const all = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
    this.#held = all.length - length;
    this.#pieces = this.#held > 0 ? [all.subarray(length)] : [];
    return all.subarray(0, length);
  }
}

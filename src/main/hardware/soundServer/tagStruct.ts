import { PinwheelError } from '../../../contract/errors.ts';
import type { SampleSpec } from './records.ts';
import { CHANNEL_POSITIONS, SAMPLE_FORMATS } from './protocol.ts';

/**
 * Tag structures: the self-describing records of the PulseAudio native protocol. Every field is one type byte and
 * its value, big endian. The reader checks every length against the bytes that are there, so that a short or hostile
 * message ends in a typed error with the byte offset and never in a read past its end.
 */

const TAG = {
  string: 0x74, // t
  stringNull: 0x4e, // N
  u32: 0x4c, // L
  u8: 0x42, // B
  sampleSpec: 0x61, // a
  arbitrary: 0x78, // x
  true: 0x31, // 1
  false: 0x30, // 0
  usec: 0x55, // U
  s64: 0x72, // r
  channelMap: 0x6d, // m
  channelVolumes: 0x76, // v
  propertyList: 0x50, // P
  volume: 0x56, // V
  formatInfo: 0x66, // f
} as const;

/** PA_CHANNELS_MAX. */
const MAX_CHANNELS = 32;
/** MAX_TAG_SIZE of PulseAudio: the largest property value. */
const MAX_PROPERTY_BYTES = 64 * 1024;

const utf8 = new TextDecoder();

/** Builds one tag structure. Every `put` answers the writer itself. */
export class TagWriter {
  #parts: Buffer[] = [];

  putU32(value: number): this {
    const bytes = Buffer.alloc(5);
    bytes[0] = TAG.u32;
    bytes.writeUInt32BE(value, 1);
    this.#parts.push(bytes);
    return this;
  }

  /** Null is a string of its own, different from the empty one. A NUL inside would end the string early: refused. */
  putString(value: string | null): this {
    if (value === null) {
      this.#parts.push(Buffer.of(TAG.stringNull));
      return this;
    }
    if (value.includes('\0')) {
      throw new PinwheelError({
        code: 'bad-input',
        message: 'A name for the sound server contains a NUL character.',
        subject: value.replaceAll('\0', '\\0'),
      });
    }
    this.#parts.push(Buffer.of(TAG.string), Buffer.from(value, 'utf8'), Buffer.of(0));
    return this;
  }

  putU8(value: number): this {
    this.#parts.push(Buffer.of(TAG.u8, value));
    return this;
  }

  putBoolean(value: boolean): this {
    this.#parts.push(Buffer.of(value ? TAG.true : TAG.false));
    return this;
  }

  putArbitrary(value: Uint8Array): this {
    const head = Buffer.alloc(5);
    head[0] = TAG.arbitrary;
    head.writeUInt32BE(value.byteLength, 1);
    this.#parts.push(head, Buffer.from(value));
    return this;
  }

  /** pa_volume_t of each channel. */
  putChannelVolumes(volumes: readonly number[]): this {
    if (volumes.length < 1 || volumes.length > MAX_CHANNELS) {
      throw new PinwheelError({
        code: 'bad-input',
        message: `A volume needs 1 to ${MAX_CHANNELS} channels, not ${volumes.length}.`,
      });
    }
    const bytes = Buffer.alloc(2 + 4 * volumes.length);
    bytes[0] = TAG.channelVolumes;
    bytes[1] = volumes.length;
    volumes.forEach((volume, index) => bytes.writeUInt32BE(volume, 2 + 4 * index));
    this.#parts.push(bytes);
    return this;
  }

  putSampleSpec({ format, channels, rate }: SampleSpec): this {
    const bytes = Buffer.alloc(7);
    bytes[0] = TAG.sampleSpec;
    bytes[1] = SAMPLE_FORMATS.indexOf(format);
    bytes[2] = channels;
    bytes.writeUInt32BE(rate, 3);
    this.#parts.push(bytes);
    return this;
  }

  /** Positions as the server writes them, `front-left`; ones it does not know are auxiliary. */
  putChannelMap(positions: readonly string[]): this {
    const numbers = positions.map((position, index) => {
      const number = CHANNEL_POSITIONS.indexOf(position);
      return number >= 0 ? number : CHANNEL_POSITIONS.indexOf(`aux${index}`);
    });
    this.#parts.push(Buffer.of(TAG.channelMap, numbers.length, ...numbers));
    return this;
  }

  putPropertyList(properties: ReadonlyMap<string, string>): this {
    this.#parts.push(Buffer.of(TAG.propertyList));
    for (const [key, value] of properties) {
      // Text values carry their terminating NUL on the wire.
      const bytes = Buffer.from(`${value}\0`, 'utf8');
      this.putString(key).putU32(bytes.byteLength).putArbitrary(bytes);
    }
    return this.putString(null);
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

/** Reads one tag structure field by field. Every `get` throws a `PinwheelError` when the next field is another one. */
export class TagReader {
  #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.#offset === this.#bytes.length;
  }

  getU32(): number {
    this.#expect(TAG.u32, 'a number');
    return this.#u32();
  }

  getU8(): number {
    this.#expect(TAG.u8, 'a byte');
    return this.#u8();
  }

  getString(): string | null {
    const tag = this.#u8();
    if (tag === TAG.stringNull) return null;
    if (tag !== TAG.string) throw this.#malformed('a string', this.#offset - 1);
    const end = this.#bytes.indexOf(0, this.#offset);
    if (end < 0) throw this.#malformed('the end of a string', this.#bytes.length);
    const value = utf8.decode(this.#bytes.subarray(this.#offset, end));
    this.#offset = end + 1;
    return value;
  }

  getBoolean(): boolean {
    const tag = this.#u8();
    if (tag === TAG.true) return true;
    if (tag === TAG.false) return false;
    throw this.#malformed('a truth value', this.#offset - 1);
  }

  getArbitrary(): Buffer {
    this.#expect(TAG.arbitrary, 'a block of bytes');
    return this.#take(this.#u32());
  }

  /** Microseconds. */
  getUsec(): bigint {
    this.#expect(TAG.usec, 'a time');
    return this.#take(8).readBigUInt64BE(0);
  }

  getS64(): bigint {
    this.#expect(TAG.s64, 'a signed number');
    return this.#take(8).readBigInt64BE(0);
  }

  getSampleSpec(): SampleSpec {
    this.#expect(TAG.sampleSpec, 'a sample specification');
    const format = SAMPLE_FORMATS[this.#u8()] ?? 'unknown';
    const channels = this.#u8();
    return { format, channels, rate: this.#u32() };
  }

  getChannelMap(): string[] {
    this.#expect(TAG.channelMap, 'a channel map');
    return Array.from(
      this.#take(this.#channelCount()),
      (position) => CHANNEL_POSITIONS[position] ?? `position-${position}`,
    );
  }

  /** pa_volume_t of each channel. */
  getChannelVolumes(): number[] {
    this.#expect(TAG.channelVolumes, 'a volume per channel');
    return Array.from({ length: this.#channelCount() }, () => this.#u32());
  }

  /** pa_volume_t. */
  getVolume(): number {
    this.#expect(TAG.volume, 'a volume');
    return this.#u32();
  }

  /** Values are text in practice; other bytes come out as replacement characters. */
  getPropertyList(): Map<string, string> {
    this.#expect(TAG.propertyList, 'a property list');
    const properties = new Map<string, string>();
    for (;;) {
      const key = this.getString();
      if (key === null) return properties;
      const start = this.#offset;
      const length = this.getU32();
      if (length > MAX_PROPERTY_BYTES) throw this.#malformed('a property of sensible size', start);
      const value = this.getArbitrary();
      if (value.length !== length) throw this.#malformed('a property as long as announced', start);
      properties.set(key, utf8.decode(value.at(-1) === 0 ? value.subarray(0, -1) : value));
    }
  }

  /** pa_format_info: an encoding (1 is PCM) and its properties. */
  getFormatInfo(): { encoding: number; properties: Map<string, string> } {
    this.#expect(TAG.formatInfo, 'a stream format');
    return { encoding: this.getU8(), properties: this.getPropertyList() };
  }

  #channelCount(): number {
    const start = this.#offset;
    const channels = this.#u8();
    if (channels > MAX_CHANNELS) throw this.#malformed(`at most ${MAX_CHANNELS} channels`, start);
    return channels;
  }

  #expect(tag: number, what: string): void {
    if (this.#u8() !== tag) throw this.#malformed(what, this.#offset - 1);
  }

  #u8(): number {
    return this.#take(1).readUInt8(0);
  }

  #u32(): number {
    return this.#take(4).readUInt32BE(0);
  }

  #take(length: number): Buffer {
    const end = this.#offset + length;
    if (end > this.#bytes.length) throw this.#malformed(`${length} more bytes`, this.#offset);
    const taken = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return taken;
  }

  #malformed(expected: string, offset: number): PinwheelError {
    return new PinwheelError({
      code: 'device-unavailable',
      message: `The sound server sent a message that cannot be read: ${expected} should stand at byte ${offset} of ${this.#bytes.length}.`,
      offset,
    });
  }
}

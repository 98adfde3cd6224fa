import { PinwheelError } from '../../../contract/errors.ts';

/** Reads a file's bytes front to back and knows how to complain: file, byte offset, what was going on. */
export class ByteReader {
  readonly name: string;
  readonly bytes: Uint8Array;
  position = 0;

  constructor(name: string, bytes: Uint8Array) {
    this.name = name;
    this.bytes = bytes;
  }

  get length(): number {
    return this.bytes.length;
  }

  /** Whether the four ASCII letters stand at `offset`. */
  hasTag(tag: string, offset: number): boolean {
    for (let index = 0; index < 4; index++) {
      if (this.bytes[offset + index] !== tag.charCodeAt(index)) return false;
    }
    return true;
  }

  /** Big endian, `where` is named when the file ends before it. */
  u16(where: string): number {
    this.require(2, where);
    const value = (this.bytes[this.position]! << 8) | this.bytes[this.position + 1]!;
    this.position += 2;
    return value;
  }

  u32(where: string): number {
    return this.u16(where) * 0x1_0000 + this.u16(where);
  }

  /** The file must have `count` more bytes. */
  require(count: number, where: string): void {
    if (this.length - this.position < count) throw this.ended(where);
  }

  /** The file ends inside of something. */
  ended(where: string): PinwheelError {
    return this.error(
      this.length,
      `“${this.name}” ends at byte ${this.length} inside ${where}.`,
      TRUNCATED_ADVICE,
    );
  }

  /** Something about the bytes at `offset` is wrong. */
  error(offset: number, message: string, advice = DAMAGED_ADVICE): PinwheelError {
    return new PinwheelError({ code: 'bad-input', message, subject: this.name, offset, advice });
  }
}

const TRUNCATED_ADVICE = 'The file is incomplete: get it again from where it came from.';
const DAMAGED_ADVICE = 'The file is damaged or was made by a faulty program: export or download it again.';
export const NOT_MIDI_ADVICE = 'Choose a Standard MIDI File (.mid, .midi, .kar or .rmi).';

import { PinwheelError } from '../../../contract/errors.ts';

/** Random access to a file's bytes. */
export interface ByteSource {
  /** For messages. */
  readonly name: string;
  /** Bytes. */
  readonly length: number;
  /** Fills `into` from byte `offset`; answers how many bytes there were. */
  read(offset: number, into: Uint8Array): number;
}

/** `length` bytes from `offset`; undefined when the file ends before. */
export function viewOf(source: ByteSource, offset: number, length: number): DataView | undefined {
  if (offset + length > source.length) return undefined;
  const bytes = new Uint8Array(length);
  return source.read(offset, bytes) < length ? undefined : new DataView(bytes.buffer);
}

/** Up to `length` bytes from `offset`. */
export function bytesOf(source: ByteSource, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, Math.min(length, source.length - offset)));
  return bytes.subarray(0, source.read(offset, bytes));
}

/** Four letters that name a chunk. */
export function ascii(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(at + index)));
}

/** A file that is not what it claims to be: `what` goes on after its name. */
export function badFile(source: ByteSource, what: string, offset: number): PinwheelError {
  return new PinwheelError({
    code: 'bad-input',
    message: `“${source.name}” ${what}.`,
    subject: source.name,
    offset,
    advice: 'Check that the file is complete and was not renamed from another format.',
  });
}

/** A file in order that this program has no decoder for. */
export function unsupportedFile(source: ByteSource, what: string, offset: number): PinwheelError {
  return new PinwheelError({
    code: 'not-supported',
    message: `“${source.name}” ${what}.`,
    subject: source.name,
    offset,
    advice: 'Convert the file to WAV, FLAC, MP3, Ogg Vorbis or Opus.',
  });
}

/**
 * RIFF files as a tree of chunks that is walked, never built: no size in the file is believed before it was compared
 * with the chunk around it, and what is wrong is reported with the chunk's path and byte offset.
 */
import { PinwheelError } from '../../../contract/errors.ts';

export interface Chunk {
  /** FourCC. */
  readonly id: string;
  /** Form or list type of RIFF and LIST; empty for every other chunk. */
  readonly type: string;
  /** Byte offset of the chunk's header in the file. */
  readonly offset: number;
  /** First byte of the data; of a RIFF or LIST the first chunk inside. */
  readonly start: number;
  /** First byte behind the data. */
  readonly end: number;
  readonly parent: Chunk | undefined;
}

const HEADER_BYTES = 8;
const DAMAGED_ADVICE =
  'The file is damaged or was made by a faulty program: get it again from where it came from.';
const TRUNCATED_ADVICE = 'The file is incomplete: get it again from where it came from.';

/** `RIFF(DLS )/LIST(lins)/LIST(ins )/insh`. */
export function pathOf(chunk: Chunk): string {
  const own = chunk.type === '' ? chunk.id : `${chunk.id}(${chunk.type})`;
  return chunk.parent === undefined ? own : `${pathOf(chunk.parent)}/${own}`;
}

/** The bytes of one RIFF file, or of a RIFF chunk inside a bigger file. */
export class RiffFile {
  /** The file's name, for messages. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(name: string, bytes: Uint8Array) {
    this.name = name;
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The RIFF chunk at `offset`. Throws `bad-input` when there is none or it is longer than the file. */
  root(offset = 0): Chunk {
    if (this.bytes.length < offset + 12 || this.fourCC(offset) !== 'RIFF') {
      throw new PinwheelError({
        code: 'bad-input',
        message: `“${this.name}” is not a RIFF file: expected “RIFF” at byte ${offset}.`,
        subject: this.name,
        offset,
        advice: 'Choose a DLS collection (.dls) or a SoundFont (.sf2, .sf3).',
      });
    }
    return this.#chunkAt(offset, this.bytes.length, undefined);
  }

  /** The chunks inside `parent`, in order. Throws `bad-input` where one does not fit. */
  *children(parent: Chunk): Generator<Chunk, void, undefined> {
    let offset = parent.start;
    while (offset < parent.end) {
      // What is left behind the last chunk is padding when it is shorter than a header.
      if (parent.end - offset < HEADER_BYTES && this.#isPadding(offset, parent.end)) return;
      const chunk = this.#chunkAt(offset, parent.end, parent);
      yield chunk;
      offset = chunk.end + (this.#isPadded(chunk, parent.end) ? 1 : 0);
    }
  }

  /** The first chunk inside `parent` with this id, and type for a LIST. */
  find(parent: Chunk, id: string, type = ''): Chunk | undefined {
    for (const chunk of this.children(parent)) {
      if (chunk.id === id && chunk.type === type) return chunk;
    }
    return undefined;
  }

  /** As `find`; throws `bad-input` when there is none. */
  require(parent: Chunk, id: string, type = ''): Chunk {
    const chunk = this.find(parent, id, type);
    if (chunk !== undefined) return chunk;
    const wanted = type === '' ? id : `${id}(${type})`;
    throw this.error(parent, parent.offset, `has no “${wanted}” chunk`);
  }

  u8(offset: number): number {
    return this.bytes[offset]!;
  }

  u16(offset: number): number {
    return this.#view.getUint16(offset, true);
  }

  i16(offset: number): number {
    return this.#view.getInt16(offset, true);
  }

  u32(offset: number): number {
    return this.#view.getUint32(offset, true);
  }

  i32(offset: number): number {
    return this.#view.getInt32(offset, true);
  }

  fourCC(offset: number): string {
    const { bytes } = this;
    return String.fromCharCode(bytes[offset]!, bytes[offset + 1]!, bytes[offset + 2]!, bytes[offset + 3]!);
  }

  /** Throws `bad-input` unless `chunk` has `bytes` bytes from `offset` on. */
  need(chunk: Chunk, offset: number, bytes: number): void {
    if (offset + bytes <= chunk.end) return;
    if (offset > chunk.end)
      throw this.error(chunk, chunk.end, `ends before byte ${offset}, where it continues`);
    throw this.error(chunk, offset, `has ${chunk.end - offset} bytes from here and needs ${bytes}`);
  }

  /** Text up to its zero byte, without what surrounds it. UTF-8 where the bytes are that, otherwise Latin-1. */
  text(start: number, end: number): string {
    let last = start;
    while (last < end && this.bytes[last] !== 0) last++;
    // TextDecoder refuses views of shared memory.
    const bytes = this.bytes.slice(start, last);
    let text;
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      text = new TextDecoder('latin1').decode(bytes);
    }
    // Names of old banks end in anything.
    return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '').trim();
  }

  /** `message` continues “chunk path at byte offset”. */
  error(chunk: Chunk, offset: number, message: string, advice = DAMAGED_ADVICE): PinwheelError {
    return new PinwheelError({
      code: 'bad-input',
      message: `“${this.name}”: ${pathOf(chunk)} at byte ${offset} ${message}.`,
      subject: this.name,
      offset,
      advice,
    });
  }

  #chunkAt(offset: number, limit: number, parent: Chunk | undefined): Chunk {
    if (limit - offset < HEADER_BYTES) {
      const around = parent ?? { id: 'RIFF', type: '', offset, start: offset, end: limit, parent };
      throw this.error(around, offset, 'ends inside the header of a chunk', TRUNCATED_ADVICE);
    }
    const id = this.fourCC(offset);
    const size = this.u32(offset + 4);
    const end = offset + HEADER_BYTES + size;
    const isList = id === 'RIFF' || id === 'LIST';
    const type = isList && size >= 4 && end <= limit ? this.fourCC(offset + HEADER_BYTES) : '';
    const start = offset + HEADER_BYTES + (isList ? 4 : 0);
    const chunk: Chunk = { id, type, offset, start, end, parent };
    if (end > limit) {
      const room = limit - offset - HEADER_BYTES;
      throw this.error(chunk, offset, `says it has ${size} bytes; there are ${room}`, TRUNCATED_ADVICE);
    }
    if (isList && size < 4) throw this.error(chunk, offset, `has ${size} bytes, too few for its type`);
    return chunk;
  }

  /**
   * Chunks of odd length have a zero byte behind them. Some programs leave it out: then the next chunk's letters
   * stand there.
   */
  #isPadded(chunk: Chunk, limit: number): boolean {
    if ((chunk.end - chunk.offset) % 2 === 0) return false;
    if (chunk.end + 4 > limit || this.bytes[chunk.end] === 0) return true;
    for (let index = 0; index < 4; index++) {
      const letter = this.bytes[chunk.end + index]!;
      if (letter < 0x20 || letter > 0x7e) return true;
    }
    return false;
  }

  #isPadding(offset: number, end: number): boolean {
    for (let index = offset; index < end; index++) {
      if (this.bytes[index] !== 0) return false;
    }
    return true;
  }
}

/** The texts of a LIST(INFO) by FourCC; empty when the file has no such list. */
export function readInfo(file: RiffFile, parent: Chunk): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const list = file.find(parent, 'LIST', 'INFO');
  if (list === undefined) return texts;
  for (const chunk of file.children(list)) {
    if (texts.size >= LONGEST_INFO) break;
    if (!texts.has(chunk.id)) {
      texts.set(chunk.id, file.text(chunk.start, Math.min(chunk.end, chunk.start + LONGEST_TEXT)));
    }
  }
  return texts;
}

/** Entries of a LIST(INFO) that are read; the format defines 23. */
const LONGEST_INFO = 64;
/** Bytes of one text that are read. SoundFont 2.04 5.1: comments have at most 65536. */
const LONGEST_TEXT = 65_536;

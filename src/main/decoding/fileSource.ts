import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import type { Disposable } from '../../contract/disposable.ts';
import { PinwheelError } from '../../contract/errors.ts';
import type { ByteSource } from '../wave/files/byteSource.ts';

/** A file's bytes, read where they are asked for: blocks its thread as long as the disk takes. */
export class FileSource implements ByteSource, Disposable {
  readonly name: string;
  readonly length: number;
  readonly #descriptor: number;

  /** @throws PinwheelError `bad-input` for a file that cannot be opened */
  constructor(file: string) {
    this.name = path.basename(file);
    try {
      this.#descriptor = openSync(file, 'r');
    } catch (error) {
      throw new PinwheelError(
        {
          code: 'bad-input',
          message: `“${this.name}” cannot be opened: ${(error as NodeJS.ErrnoException).code}.`,
          subject: file,
        },
        { cause: error },
      );
    }
    this.length = fstatSync(this.#descriptor).size;
  }

  read(offset: number, into: Uint8Array): number {
    let done = 0;
    while (done < into.length) {
      const got = readSync(this.#descriptor, into, done, into.length - done, offset + done);
      if (got === 0) break;
      done += got;
    }
    return done;
  }

  dispose(): void {
    closeSync(this.#descriptor);
  }
}

import { mkdir, open, statfs, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Disposable } from '../../contract/disposable.ts';
import { PinwheelError } from '../../contract/errors.ts';
import { UPLOAD_CHUNK_BYTES } from '../../contract/upload.ts';
import { createTemporaryFolder, removeFolder } from './temporaryFolder.ts';

interface Upload {
  readonly name: string;
  readonly size: number;
  readonly folder: string;
  readonly file: string;
  readonly handle: FileHandle;
  received: number;
  /** One chunk after the other. */
  writing: Promise<void>;
  idle: NodeJS.Timeout;
}

/** A file that came in whole; disposing it deletes it. */
export interface SpooledFile extends Disposable {
  /** Absolute path; the name is that of the upload. */
  readonly file: string;
}

/** Two hours of 24-bit stereo at 96 kHz. */
const LARGEST_BYTES = 4 * 1024 ** 3;
const MOST_UPLOADS = 8;
/** Whoever sends nothing for so long has gone. */
const IDLE_MS = 60_000;
/** What must stay free on the disk. */
const RESERVE_BYTES = 256 * 1024 ** 2;
const LONGEST_NAME = 120;

/**
 * Files that come as bytes, piece by piece, from a panel that cannot say where they are: kept in a temporary folder as
 * long as they are in the queue. What an instance that is gone has left there is removed.
 */
export class Spool {
  readonly #uploads = new Map<number, Upload>();
  #folder: Promise<string> | undefined;
  readonly #check: (name: string, head: Uint8Array) => void;
  #nextId = 1;

  /** `check` throws when a file that begins like this is of no use, so that the rest of it need not come. */
  constructor(check: (name: string, head: Uint8Array) => void) {
    this.#check = check;
  }

  /** @throws PinwheelError `bad-input` for a size beyond the limit or the disk's room, `bad-state` for too many at once */
  async begin(name: string, size: number): Promise<number> {
    if (size > LARGEST_BYTES) {
      throw new PinwheelError({
        code: 'bad-input',
        message: `“${name}” has ${size} bytes; ${LARGEST_BYTES} can be taken from a browser.`,
        subject: name,
        advice: 'Play it with “pinwheel play FILE”, which reads it where it is.',
      });
    }
    if (this.#uploads.size >= MOST_UPLOADS) {
      throw new PinwheelError({
        code: 'bad-state',
        message: 'Too many files are being added at once.',
        subject: name,
      });
    }
    const id = this.#nextId++;
    const spool = await (this.#folder ??= createTemporaryFolder());
    const { bavail, bsize } = await statfs(spool);
    if (bavail * bsize < size + RESERVE_BYTES) {
      throw new PinwheelError({
        code: 'bad-input',
        message: `There is no room on the disk for “${name}”.`,
        subject: name,
        advice: `Make room in ${path.dirname(spool)}.`,
      });
    }
    const folder = path.join(spool, String(id));
    await mkdir(folder);
    const file = path.join(folder, safeName(name));
    const handle = await open(file, 'wx', 0o600);
    const idle = setTimeout(() => void this.cancel(id), IDLE_MS);
    idle.unref();
    this.#uploads.set(id, {
      name,
      size,
      folder,
      file,
      handle,
      received: 0,
      writing: Promise.resolve(),
      idle,
    });
    return id;
  }

  /**
   * The next bytes.
   * @throws PinwheelError `not-found`, `bad-request` for more than was announced, or what `check` throws about the first
   */
  async write(id: number, bytes: Uint8Array): Promise<void> {
    const upload = this.#find(id);
    try {
      if (upload.received === 0) this.#check(upload.name, bytes);
    } catch (error) {
      await this.cancel(id);
      throw error;
    }
    if (bytes.length > UPLOAD_CHUNK_BYTES || upload.received + bytes.length > upload.size) {
      await this.cancel(id);
      const message = `More of “${upload.name}” came than was announced.`;
      throw new PinwheelError({ code: 'bad-request', message, subject: upload.name });
    }
    const at = upload.received;
    upload.received += bytes.length;
    upload.idle.refresh();
    upload.writing = upload.writing.then(async () => {
      await upload.handle.write(bytes, 0, bytes.length, at);
    });
    try {
      await upload.writing;
    } catch (error) {
      await this.cancel(id);
      const message = `“${upload.name}” cannot be kept: ${(error as NodeJS.ErrnoException).code}.`;
      throw new PinwheelError({ code: 'bad-input', message, subject: upload.name }, { cause: error });
    }
  }

  /** @throws PinwheelError `not-found`, `bad-request` when something is missing */
  async finish(id: number): Promise<SpooledFile> {
    const upload = this.#find(id);
    await upload.writing;
    if (upload.received < upload.size) {
      await this.cancel(id);
      const message = `Only ${upload.received} of ${upload.size} bytes of “${upload.name}” came.`;
      throw new PinwheelError({ code: 'bad-request', message, subject: upload.name });
    }
    this.#uploads.delete(id);
    clearTimeout(upload.idle);
    await upload.handle.close();
    return { file: upload.file, dispose: () => void removeFolder(upload.folder) };
  }

  /** What came is deleted. */
  async cancel(id: number): Promise<void> {
    const upload = this.#uploads.get(id);
    if (!upload) return;
    this.#uploads.delete(id);
    clearTimeout(upload.idle);
    // Told to whoever sent the piece.
    await upload.writing.catch(() => undefined);
    await upload.handle.close();
    await removeFolder(upload.folder);
  }

  /** Deletes everything. */
  async dispose(): Promise<void> {
    await Promise.all([...this.#uploads.keys()].map((id) => this.cancel(id)));
    // There is none where it could not be made.
    const folder = await this.#folder?.catch(() => undefined);
    this.#folder = undefined;
    if (folder !== undefined) await removeFolder(folder);
  }

  #find(id: number): Upload {
    const upload = this.#uploads.get(id);
    if (upload) return upload;
    throw new PinwheelError({
      code: 'not-found',
      message: 'This file is not being added any more.',
      advice: 'Add it again.',
    });
  }
}

/** The name without what a file system does not take, its ending kept. */
function safeName(name: string): string {
  const base = path.basename(name).replace(/[\p{Cc}<>:"/\\|?*]/gu, '_');
  return base.length <= LONGEST_NAME ? base || '_' : base.slice(0, LONGEST_NAME - 10) + base.slice(-10);
}

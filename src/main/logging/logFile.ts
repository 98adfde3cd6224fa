import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { createStream, type RotatingFileStream } from 'rotating-file-stream';
import { logLine, type LogSink } from './logging.ts';

const CURRENT = 'pinwheel.log';
/** Characters of lines that wait for a disk that takes none. */
const MAX_WAITING = 256 * 1024;

export interface LogFileOptions {
  /** A file becomes an old one when it is as large. */
  maxBytes?: number;
  /** So many old ones are kept. */
  maxFiles?: number;
  /** From a write that failed to the next. */
  retryMs?: number;
}

/**
 * `pinwheel.log` in the folder, with old ones beside it. A disk that takes nothing costs the log, not the program: lines
 * wait for it to have room again, and those that were too many are told as a number where they are missing.
 */
export class LogFile implements LogSink {
  readonly #folder: string;
  readonly #options: Required<LogFileOptions>;
  readonly #waiting: string[] = [];
  #waitingCharacters = 0;
  /** Lines that did not even find room to wait, and why. */
  #lost = 0;
  #lostTo = '';
  #failure: string | undefined;
  #last = '';
  #stream: RotatingFileStream | undefined;
  #writing: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;

  constructor(folder: string, { maxBytes = 1_000_000, maxFiles = 4, retryMs = 10_000 }: LogFileOptions = {}) {
    this.#folder = folder;
    this.#options = { maxBytes, maxFiles, retryMs };
  }

  write(line: string): void {
    if (this.#waitingCharacters >= MAX_WAITING) {
      this.#lost++;
      this.#lostTo = this.#failure ?? 'the disk is too slow';
      return;
    }
    this.#tellGap();
    this.#wait(line);
    if (!this.#retry) void this.#goOn();
  }

  async dispose(): Promise<void> {
    clearTimeout(this.#retry);
    await this.#writing;
    // Once more, whatever it said before.
    await this.#goOn();
    clearTimeout(this.#retry);
    const stream = this.#stream;
    if (!stream) return;
    await new Promise<void>((resolve) => {
      // The log is not there any more to tell it.
      stream.once('error', () => resolve());
      stream.end(() => resolve());
    });
  }

  #goOn(): Promise<void> {
    this.#retry = undefined;
    if (this.#waiting.length > 0) this.#writing ??= this.#writeWaiting();
    return this.#writing ?? Promise.resolve();
  }

  /** Writes what waits, one after the other; a line is forgotten when the file has it. */
  async #writeWaiting(): Promise<void> {
    try {
      for (;;) {
        const [line] = this.#waiting;
        if (line === undefined) break;
        await this.#append(line);
        this.#failure = undefined;
        this.#last = line;
        this.#waiting.shift();
        this.#waitingCharacters -= line.length;
        if (this.#waiting.length === 0) this.#tellGap();
      }
    } catch (error) {
      this.#stream = undefined;
      this.#failure = error instanceof Error ? error.message : String(error);
      this.#retry = setTimeout(() => void this.#goOn(), this.#options.retryMs).unref();
    }
    this.#writing = undefined;
  }

  async #append(line: string): Promise<void> {
    let text = `${line}\n`;
    if (!this.#stream) {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      // Of the last line a disk that was filling up takes what it can, and says that all is well.
      if (await endsInsideLine(join(this.#folder, CURRENT))) text = `\n${this.#last}\n${text}`;
      this.#stream = this.#open();
    }
    const stream = this.#stream;
    await new Promise<void>((resolve, reject) =>
      stream.write(text, (error) => (error ? reject(error) : resolve())),
    );
  }

  #open(): RotatingFileStream {
    const { maxBytes, maxFiles } = this.#options;
    // With `rotate`, the number of the old file; null is the present one.
    const name = (number: number | Date | null): string =>
      number === null ? CURRENT : `pinwheel.${String(number)}.log`;
    const stream = createStream(name, {
      path: this.#folder,
      size: `${maxBytes}B`,
      rotate: maxFiles,
      mode: 0o600,
    });
    // What goes wrong is told to the write that it happened to.
    stream.on('error', () => undefined);
    return stream;
  }

  #wait(line: string): void {
    this.#waiting.push(line);
    this.#waitingCharacters += line.length;
  }

  /** Says where lines are missing, once. */
  #tellGap(): void {
    if (this.#lost === 0) return;
    this.#wait(logLine(new Date(), 'warn', 'log', `${this.#lost} lines are missing here: ${this.#lostTo}`));
    this.#lost = 0;
  }
}

async function endsInsideLine(file: string): Promise<boolean> {
  // The first start.
  const handle = await open(file, 'r').catch(() => undefined);
  if (!handle) return false;
  try {
    const { size } = await handle.stat();
    if (size === 0) return false;
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] !== '\n'.charCodeAt(0);
  } finally {
    await handle.close();
  }
}

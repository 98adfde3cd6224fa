import path from 'node:path';
import type { Disposable } from '../../contract/disposable.ts';
import { PinwheelError } from '../../contract/errors.ts';
import type { QueueEntry } from '../../contract/services/player.ts';
import type { WaveFileInfo, WaveTags } from '../decoding/decodedSource.ts';
import { songItem, waveItem, type QueueItem } from './queueItem.ts';
import { checkHead, readSongFile } from './songFile.ts';
import { Spool } from './spool.ts';

export interface PlayQueueOptions {
  /** What a sound file says of itself. @throws PinwheelError `bad-input`, `not-supported` */
  describe(file: string): Promise<WaveFileInfo & WaveTags>;
  /** Another entry stands at its end. */
  added(): void;
}

/** Entries of a queue: more than a week of songs. */
export const MOST_ENTRIES = 2_000;

/** Songs and sound files in the order in which they are played, and how they come in: as bytes, by path, in pieces. */
export class PlayQueue implements Disposable {
  readonly #options: PlayQueueOptions;
  readonly #items: QueueItem[] = [];
  /** Files that come in pieces. */
  readonly spool = new Spool(checkHead);
  #nextId = 1;

  constructor(options: PlayQueueOptions) {
    this.#options = options;
  }

  get items(): readonly QueueItem[] {
    return this.#items;
  }

  /** @throws PinwheelError `bad-input` for what is no song, `bad-state` when the queue is full */
  addSong(file: { name: string; bytes: Uint8Array }): QueueEntry {
    this.#checkRoom(file.name);
    return this.#append(songItem(this.#nextId++, file));
  }

  /** @throws PinwheelError `bad-input`, `not-supported` for what cannot be played, `bad-state` when the queue is full */
  async addFile(file: string): Promise<QueueEntry> {
    if (!path.isAbsolute(file)) {
      const message = `“${file}” is no absolute path.`;
      throw new PinwheelError({ code: 'bad-input', message, subject: file });
    }
    return await this.#addFrom(file);
  }

  /** What came in pieces under this number. @throws PinwheelError as `addFile` */
  async addUpload(id: number): Promise<QueueEntry> {
    const spooled = await this.spool.finish(id);
    try {
      return await this.#addFrom(spooled.file, spooled);
    } catch (error) {
      spooled.dispose();
      throw error;
    }
  }

  /** @throws PinwheelError `not-found` */
  find(id: number): QueueItem {
    const item = this.#items.find(({ info }) => info.id === id);
    if (item) return item;
    throw new PinwheelError({ code: 'not-found', message: 'This file is not in the queue any more.' });
  }

  indexOf({ info }: QueueItem): number {
    return this.#items.findIndex((item) => item.info.id === info.id);
  }

  /** Those that follow it. */
  behind(item: QueueItem): QueueItem[] {
    return this.#items.slice(this.indexOf(item) + 1);
  }

  remove(item: QueueItem): void {
    this.#items.splice(this.indexOf(item), 1);
    release(item);
  }

  clear(): void {
    this.#items.splice(0).forEach(release);
  }

  dispose(): void {
    void this.spool.dispose();
  }

  async #addFrom(file: string, spooled?: Disposable): Promise<QueueEntry> {
    const name = path.basename(file);
    this.#checkRoom(name);
    const bytes = await readSongFile(file);
    if (bytes) {
      const song = this.addSong({ name, bytes });
      spooled?.dispose();
      return song;
    }
    const wave = await this.#options.describe(file);
    return this.#append(waveItem(this.#nextId++, { name, file, wave, spooled }));
  }

  #checkRoom(name: string): void {
    if (this.#items.length < MOST_ENTRIES) return;
    throw new PinwheelError({
      code: 'bad-state',
      message: `“${name}” was not added: ${MOST_ENTRIES} files are in the queue.`,
      subject: name,
      advice: 'Remove some, or clear the queue.',
    });
  }

  #append(item: QueueItem): QueueEntry {
    // Others may have come while this one was read.
    this.#checkRoom(item.info.name);
    this.#items.push(item);
    this.#options.added();
    return item.info;
  }
}

function release(item: QueueItem): void {
  if (item.kind === 'wave') item.spooled?.dispose();
}

import type { Disposable } from '../../contract/disposable.ts';
import type { WaveFeed, WaveFormatRecord, WavePlan } from '../../contract/hardware.ts';
import { DecodedFile } from '../decoding/decodedFile.ts';
import { blockAlignOf } from '../decoding/decodedSource.ts';
import type { FeederInput, Stretch } from './waveFeeder.ts';

/** A file that follows, opened beforehand so that it is there at once. */
interface Following {
  readonly feed: WaveFeed;
  /** Undefined when it cannot be opened: whoever plays it by itself is told why. */
  readonly opening: Promise<DecodedFile | undefined>;
}

/**
 * What one stream plays: a file, then those that follow, each frame behind the one before; or a part of a file over
 * and over. Every file has the stream's format.
 */
export class WavePlaylist implements FeederInput, Disposable {
  readonly #format: WaveFormatRecord;
  readonly #blockAlign: number;
  #feed: WaveFeed;
  #file: DecodedFile;
  /** Of the file: the next one read. */
  #frame: number;
  #loop: WavePlan['loop'] = null;
  #rest: readonly WaveFeed[] = [];
  #following: Following | undefined;
  #disposed = false;

  private constructor(format: WaveFormatRecord, feed: WaveFeed, file: DecodedFile) {
    this.#format = format;
    this.#blockAlign = blockAlignOf(format);
    this.#feed = feed;
    this.#file = file;
    this.#frame = feed.firstFrame;
  }

  /** @throws PinwheelError `bad-input`, `not-supported` about the first file */
  static async open(format: WaveFormatRecord, feed: WaveFeed, plan?: WavePlan): Promise<WavePlaylist> {
    const file = await openAt(feed, format);
    const playlist = new WavePlaylist(format, feed, file);
    if (plan) playlist.plan(plan);
    return playlist;
  }

  /** Nothing happens when another file than the plan's is being read. */
  plan({ feed, loop, next }: WavePlan): void {
    if (feed !== this.#feed.id || this.#disposed) return;
    this.#loop = loop;
    const [first] = next;
    if (!isSame(this.#following?.feed, first)) this.#prepare(first);
    this.#rest = next.slice(1);
  }

  async read(into: Uint8Array): Promise<{ bytes: number; stretches: readonly Stretch[] }> {
    const stretches: Stretch[] = [];
    let bytes = 0;
    let idle = 0;
    while (bytes < into.length && !this.#disposed) {
      const limit = this.#limit();
      const part = into.subarray(
        bytes,
        Math.min(into.length, bytes + (limit - this.#frame) * this.#blockAlign),
      );
      const stretch = { offset: bytes, feed: this.#feed.id, fileFrame: this.#frame };
      const got = await this.#file.source.read(part);
      if (got > 0) stretches.push(stretch);
      bytes += got;
      this.#frame += got / this.#blockAlign;
      if (got === part.length && this.#frame < limit) continue;
      // Files or loops without a frame would go round for ever.
      idle = got > 0 ? 0 : idle + 1;
      if (idle > 1 || !(await this.#goOn())) break;
    }
    return { bytes, stretches };
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#file.dispose();
    this.#prepare(undefined);
  }

  /** Frame at which reading goes elsewhere. A position behind the loop plays to the end of the file first. */
  #limit(): number {
    const end = this.#loop?.end ?? Infinity;
    return this.#frame < end ? end : Infinity;
  }

  /** Answers whether there is more. */
  async #goOn(): Promise<boolean> {
    if (this.#loop) {
      this.#frame = this.#loop.first;
      await this.#file.source.seek(this.#frame);
      return true;
    }
    const following = this.#following;
    const file = await following?.opening;
    if (this.#disposed || !following || !file) return false;
    this.#file.dispose();
    this.#file = file;
    this.#feed = following.feed;
    this.#frame = following.feed.firstFrame;
    this.#following = undefined;
    const [first, ...rest] = this.#rest;
    this.#prepare(first);
    this.#rest = rest;
    return true;
  }

  #prepare(feed: WaveFeed | undefined): void {
    void this.#following?.opening.then((file) => file?.dispose());
    this.#following = feed && {
      feed,
      // It is opened again when its turn comes, and told then.
      opening: openAt(feed, this.#format).catch(() => undefined),
    };
  }
}

async function openAt(feed: WaveFeed, format: WaveFormatRecord): Promise<DecodedFile> {
  const file = await DecodedFile.open(feed.file, format);
  try {
    if (feed.firstFrame > 0) await file.source.seek(feed.firstFrame);
    return file;
  } catch (error) {
    file.dispose();
    throw error;
  }
}

function isSame(one: WaveFeed | undefined, other: WaveFeed | undefined): boolean {
  return one?.id === other?.id && one?.file === other?.file && one?.firstFrame === other?.firstFrame;
}

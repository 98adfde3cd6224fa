import { PinwheelError } from '../../contract/errors.ts';
import type { WaveFeed, WavePlan } from '../../contract/hardware.ts';
import { isSameFormat } from '../decoding/decodedFile.ts';
import { isBursts } from '../wave/iec61937/codedFormat.ts';
import type { QueueItem, WaveItem } from './queueItem.ts';
import type { WavePlayback } from './wavePlayback.ts';

/** How long before its turn a file of another format is opened, s: it begins in the block in which the other ends. */
const PREPARED_SECONDS = 5;
/** Files that follow the present one without a gap and are named to it beforehand. */
const PLANNED_AHEAD = 8;

export function feedOf({ info, file }: WaveItem): WaveFeed {
  return { id: info.id, file, firstFrame: 0 };
}

/** What follows a sound file on its own stream: itself in a loop, or those of its format behind it in the queue. */
export function planFor({ info, wave }: WaveItem, behind: readonly QueueItem[], loop: boolean): WavePlan {
  if (loop) return { feed: info.id, loop: wave.loop ?? { first: 0, end: null }, next: [] };
  const next: WaveFeed[] = [];
  for (const item of behind) {
    if (item.kind !== 'wave' || !isSameFormat(item.wave.format, wave.format)) break;
    if (next.push(feedOf(item)) === PLANNED_AHEAD) break;
  }
  return { feed: info.id, loop: null, next };
}

/** What follows in another format: opened when its turn is near, so that it begins where the one before ends. */
export class Succession {
  readonly #open: (item: WaveItem, after: WavePlayback) => WavePlayback;
  /** Undefined playback: it could not be opened, and is told so when its turn comes. */
  #prepared: { readonly item: WaveItem; playback: WavePlayback | undefined } | undefined;

  /** `open` throws PinwheelError when it cannot be. */
  constructor(open: (item: WaveItem, after: WavePlayback) => WavePlayback) {
    this.#open = open;
  }

  /** `following` is behind `current`, of which so many seconds are left. */
  prepare(
    current: WaveItem,
    playback: WavePlayback,
    following: QueueItem | undefined,
    secondsLeft: number,
  ): void {
    if (this.#prepared || following?.kind !== 'wave' || secondsLeft > PREPARED_SECONDS) return;
    const formats = [current.wave.format, following.wave.format] as const;
    // What is sent takes the device away from what is played, and waits until that is over.
    if (isSameFormat(...formats) || formats.some(isBursts)) return;
    this.#prepared = { item: following, playback: undefined };
    try {
      const opened = this.#open(following, playback);
      this.#prepared.playback = opened;
      opened.onFailed(() => this.#lose(opened));
      opened.onLost(() => this.#lose(opened));
    } catch (error) {
      if (!(error instanceof PinwheelError)) throw error;
    }
  }

  /** Gives what is open for `item` out of hand. */
  take(item: QueueItem | undefined): WavePlayback | undefined {
    const playback = this.#prepared?.item === item ? this.#prepared?.playback : undefined;
    if (playback) this.#prepared = undefined;
    return playback;
  }

  /** Closes what is open for another item than this. */
  keepOnly(item: QueueItem | undefined): void {
    if (this.#prepared && this.#prepared.item !== item) this.drop();
  }

  drop(): void {
    this.#prepared?.playback?.dispose();
    this.#prepared = undefined;
  }

  /** Whoever is to follow is opened in its turn. */
  #lose(playback: WavePlayback): void {
    if (this.#prepared?.playback !== playback) return;
    this.#prepared.playback = undefined;
    playback.dispose();
  }
}

import { Emitter } from '../../contract/emitter.ts';
import { DisposableStore } from '../../contract/disposable.ts';
import type { ErrorRecord } from '../../contract/errors.ts';
import type { WaveFeed, WavePlan, WaveSegment } from '../../contract/hardware.ts';
import {
  framesToReferenceTime,
  referenceTimeToFrames,
  REFERENCE_TIME_PER_SECOND,
  type ReferenceTime,
} from '../../contract/units.ts';
import type { MasterClock } from '../engine/ks/clock.ts';
import type { WaveClient } from '../engine/wdmaud/waveClient.ts';
import type { Playback } from './playback.ts';

/** How often it is looked whether the next file has begun to sound. */
const TICK_MS = 100;
/** The stream tells its position four times a second; without news it is not believed to go on. */
const LONGEST_GUESS = REFERENCE_TIME_PER_SECOND;

export interface WavePlaybackOptions {
  /** Owned from here on. */
  readonly client: WaveClient;
  /** Frames per second of its stream. */
  readonly sampleRate: number;
  readonly clock: MasterClock;
  readonly feed: WaveFeed;
  readonly plan: WavePlan;
  /** It begins where that one ends, without a gap. */
  readonly after?: WavePlayback | undefined;
}

/**
 * Files of one format playing on one client, one after the other without a gap. The stream counts its own frames; its
 * segments say which frame of which file each of them is.
 */
export class WavePlayback implements Playback {
  readonly #client: WaveClient;
  readonly #sampleRate: number;
  readonly #clock: MasterClock;
  readonly #store = new DisposableStore();
  readonly #ended = new Emitter<void>();
  readonly #lost = new Emitter<string>();
  readonly #failed = new Emitter<ErrorRecord>();
  readonly #advanced = new Emitter<number>();
  readonly #progress = new Emitter<void>();
  /** In the order of their frames; the first one is, or was, heard. */
  readonly #segments: WaveSegment[];
  /** Frame of the stream the device reported last, and when it is heard; undefined before it did. */
  #reported: { frame: number; at: ReferenceTime } | undefined;
  /** The furthest frame that was ever told: the position never goes back. */
  #furthest = 0;
  #running = false;
  #timer: NodeJS.Timeout | undefined;
  readonly onEnded = this.#ended.event;
  readonly onLost = this.#lost.event;
  /** The file cannot be read any further. */
  readonly onFailed = this.#failed.event;
  /** Another file is heard now: its number. */
  readonly onAdvanced = this.#advanced.event;
  /** Ten times a second while it runs. */
  readonly onProgress = this.#progress.event;

  /** Nothing sounds before `run`. */
  constructor({ client, sampleRate, clock, feed, plan, after }: WavePlaybackOptions) {
    this.#client = client;
    this.#sampleRate = sampleRate;
    this.#clock = clock;
    this.#segments = [{ feed: feed.id, streamFrame: 0, fileFrame: feed.firstFrame }];
    const { stream } = client;
    this.#store.add(client);
    this.#store.add(client.onRemoved((reason) => this.#lost.fire(reason)));
    this.#store.add(stream.onSegment((segment) => this.#segments.push(segment)));
    this.#store.add(stream.onFailed((error) => this.#failed.fire(error)));
    this.#store.add(stream.onEnded(() => this.#ended.fire()));
    const reports = client.onPosition?.(({ position, at = clock.now() }) => {
      this.#reported = { frame: referenceTimeToFrames(position, sampleRate), at };
    });
    if (reports) this.#store.add(reports);
    stream.feed(feed, plan);
    client.setState('PAUSE');
    if (after) stream.follow(after.#client.stream);
  }

  /** How it goes on at the end of the file that is being heard. */
  plan(plan: WavePlan): void {
    this.#client.stream.plan(plan);
  }

  run(): void {
    if (this.#running) return;
    this.#client.setState('RUN');
    this.#running = true;
    this.#reported = undefined;
    this.#timer = setInterval(() => this.#look(), TICK_MS);
  }

  pause(): void {
    if (!this.#running) return;
    this.#look();
    this.#running = false;
    clearInterval(this.#timer);
    this.#client.setState('PAUSE');
  }

  get position(): ReferenceTime {
    const frame = this.#streamFrame();
    const { streamFrame, fileFrame } = this.#segmentAt(frame);
    return framesToReferenceTime(fileFrame + Math.max(0, frame - streamFrame), this.#sampleRate);
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#running = false;
    this.#store.dispose();
    this.#ended.dispose();
    this.#lost.dispose();
    this.#failed.dispose();
    this.#advanced.dispose();
    this.#progress.dispose();
  }

  #streamFrame(): number {
    if (this.#reported) {
      const { frame, at } = this.#reported;
      const elapsed = this.#clock.now() - at;
      // What is only queued was not heard yet, also after the stream has stopped.
      const since = this.#running ? Math.min(LONGEST_GUESS, elapsed) : Math.min(0, elapsed);
      const now = frame + (since * this.#sampleRate) / REFERENCE_TIME_PER_SECOND;
      this.#furthest = Math.max(this.#furthest, now);
    }
    return this.#furthest;
  }

  #segmentAt(frame: number): WaveSegment {
    let found = this.#segments[0]!;
    for (const segment of this.#segments) if (segment.streamFrame <= frame) found = segment;
    return found;
  }

  /** Forgets the segments that are over, and says when another file begins. */
  #look(): void {
    const heard = this.#segments[0]!.feed;
    const now = this.#segmentAt(this.#streamFrame());
    this.#segments.splice(0, this.#segments.indexOf(now));
    if (now.feed !== heard) this.#advanced.fire(now.feed);
    this.#progress.fire();
  }
}

import { Emitter, type Event } from '../../contract/emitter.ts';
import type { ErrorRecord } from '../../contract/errors.ts';
import type { HostCommand, HostEvent, WaveFeed } from '../../contract/hardware.ts';
import { RecordStream } from './recordStream.ts';

type FeedCommand = Extract<HostCommand, { type: 'feedWave' }>;
type WaveEvent = Extract<HostEvent, { type: 'streamEnded' | 'streamFailed' | 'streamUnderrun' }>;

/** A wave stream of the sound host: the data goes from a file into its cyclic buffer there. */
export class WaveHardwareStream extends RecordStream<FeedCommand> {
  readonly #ended = new Emitter<void>();
  readonly #failed = new Emitter<ErrorRecord>();
  readonly #underrun = new Emitter<void>();
  /** The last frame was heard. */
  readonly onEnded: Event<void> = this.#ended.event;
  /** Nothing feeds it any more. */
  readonly onFailed: Event<ErrorRecord> = this.#failed.event;
  /** There was silence, because its data came too late. */
  readonly onUnderrun: Event<void> = this.#underrun.event;

  /** Below RUN, once. */
  feed(feed: WaveFeed): void {
    this.post({ type: 'feedWave', stream: this.id, feed });
  }

  report(event: WaveEvent): void {
    if (event.type === 'streamEnded') this.#ended.fire();
    else if (event.type === 'streamFailed') this.#failed.fire(event.error);
    else this.#underrun.fire();
  }

  protected override disposeEvents(): void {
    super.disposeEvents();
    this.#ended.dispose();
    this.#failed.dispose();
    this.#underrun.dispose();
  }
}

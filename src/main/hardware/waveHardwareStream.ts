import { Emitter, type Event } from '../../contract/emitter.ts';
import type { ErrorRecord } from '../../contract/errors.ts';
import type { HostCommand, HostEvent, WaveFeed, WavePlan, WaveSegment } from '../../contract/hardware.ts';
import { RecordStream } from './recordStream.ts';

type FeedCommand = Extract<HostCommand, { type: 'feedWave' | 'planWave' | 'chainWave' }>;
type WaveEvent = Extract<
  HostEvent,
  { type: 'streamSegment' | 'streamEnded' | 'streamFailed' | 'streamUnderrun' }
>;

/** A wave stream of the sound host: the data goes from a file into its cyclic buffer there. */
export class WaveHardwareStream extends RecordStream<FeedCommand> {
  readonly #segment = new Emitter<WaveSegment>();
  readonly #ended = new Emitter<void>();
  readonly #failed = new Emitter<ErrorRecord>();
  readonly #underrun = new Emitter<void>();
  /** Which frames of which file are played from a frame of the stream on; told before that is heard. */
  readonly onSegment: Event<WaveSegment> = this.#segment.event;
  /** The last frame was heard. */
  readonly onEnded: Event<void> = this.#ended.event;
  /** Nothing feeds it any more. */
  readonly onFailed: Event<ErrorRecord> = this.#failed.event;
  /** There was silence, because its data came too late. */
  readonly onUnderrun: Event<void> = this.#underrun.event;

  /** Below RUN, once. */
  feed(feed: WaveFeed, plan?: WavePlan): void {
    this.post({ type: 'feedWave', stream: this.id, feed, ...(plan && { plan }) });
  }

  /** Once, when it is fed and below RUN: it runs from the end of the stream with that number on. */
  follow(before: number): void {
    this.post({ type: 'chainWave', stream: this.id, after: before });
  }

  /** How it goes on when its file is at its end. */
  plan(plan: WavePlan): void {
    this.post({ type: 'planWave', stream: this.id, plan });
  }

  report(event: WaveEvent): void {
    switch (event.type) {
      case 'streamSegment':
        return this.#segment.fire(event.segment);
      case 'streamEnded':
        return this.#ended.fire();
      case 'streamFailed':
        return this.#failed.fire(event.error);
      case 'streamUnderrun':
        return this.#underrun.fire();
    }
  }

  protected override disposeEvents(): void {
    super.disposeEvents();
    this.#segment.dispose();
    this.#ended.dispose();
    this.#failed.dispose();
    this.#underrun.dispose();
  }
}

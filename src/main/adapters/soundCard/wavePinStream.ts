import type { Event } from '../../../contract/emitter.ts';
import type { ErrorRecord } from '../../../contract/errors.ts';
import type { StreamState, WaveFeed, WavePlan, WaveSegment } from '../../../contract/hardware.ts';
import type { DataFormat } from '../../engine/ks/format.ts';
import type { FedStream } from '../../engine/wdmaud/waveClient.ts';
import type { CardHardware, CardWaveStream } from './cardHardware.ts';
import { HostedPinStream } from './hostedPinStream.ts';
import type { WaveInstance } from './waveMixer.ts';

/** The miniport's stream behind a wave pin of the card; `feed` tells what its buffer is filled with. */
export class WavePinStream extends HostedPinStream<CardWaveStream> {
  /** What the pin's nodes are set to; undefined where there are none. */
  readonly instance: WaveInstance | undefined;
  readonly onSegment: Event<WaveSegment>;
  readonly onEnded: Event<void>;
  readonly onFailed: Event<ErrorRecord>;
  readonly onUnderrun: Event<void>;

  constructor(
    stream: CardWaveStream,
    format: DataFormat,
    instance: WaveInstance | undefined,
    hardware: Pick<CardHardware, 'latency' | 'now'>,
  ) {
    super(stream, format, hardware);
    this.instance = instance;
    this.onSegment = stream.onSegment;
    this.onEnded = stream.onEnded;
    this.onFailed = stream.onFailed;
    this.onUnderrun = stream.onUnderrun;
  }

  /** Below RUN, once: what the stream plays. */
  feed(feed: WaveFeed, plan?: WavePlan): void {
    this.stream.feed(feed, plan);
  }

  /** How it goes on when the file it plays is at its end. */
  plan(plan: WavePlan): void {
    this.stream.plan(plan);
  }

  /** Once, when it is fed and below RUN: it runs from the end of another stream of the card on. */
  follow(before: FedStream): void {
    if (before instanceof WavePinStream) this.stream.follow(before.stream.id);
  }

  override setState(state: StreamState): void {
    this.instance?.flush();
    super.setState(state);
  }

  override dispose(): void {
    this.instance?.close();
    super.dispose();
  }
}

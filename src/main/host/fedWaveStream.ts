import type { ErrorRecord } from '../../contract/errors.ts';
import type {
  StreamState,
  WaveFeed,
  WaveFormatRecord,
  WavePlan,
  WaveSegment,
} from '../../contract/hardware.ts';
import type { ReferenceTime } from '../../contract/units.ts';
import type { SoundListener, WaveMix } from '../../contract/waveMix.ts';
import type { HeadSource } from './headVoice.ts';
import type { RenderStream } from './renderStream.ts';
import type { FeederEvent } from './waveFeederThread.ts';
import type { Feeding, WaveFeeders } from './waveFeeders.ts';
import type { WaveStream } from './waveStream.ts';

/** What becomes of a fed stream. */
export interface FedWaveEvents {
  /** Which frames of which file are played from a frame of the stream on. */
  segment(segment: WaveSegment): void;
  /** Its last frame was heard. */
  ended(): void;
  underrun(): void;
  failed(error: ErrorRecord): void;
}

/** The stream that is fed: of samples, or of bursts, which are neither mixed nor placed nor followed. */
export type FedStream = Pick<WaveStream, 'stream' | 'position' | 'idle' | 'setState' | 'render' | 'dispose'> &
  Partial<Pick<WaveStream, 'head' | 'mix' | 'hear' | 'framesBefore' | 'runAt'>>;

const PACKETS = 2;
/** Longer than the feeder's thread sleeps and is ever kept from a processor that it shares with everything else. */
const PACKET_SECONDS = 0.3;

/**
 * A wave stream with the client that fills it, in the feeder's thread. RUN waits until the first data is there, so that
 * the stream begins with its first frame.
 */
export class FedWaveStream implements RenderStream {
  readonly #wave: FedStream;
  readonly #format: WaveFormatRecord;
  readonly #feeders: WaveFeeders;
  readonly #events: FedWaveEvents;
  readonly #disposed: () => void;
  #feeding: Feeding | undefined;
  #ready = true;
  #runWhenReady = false;
  /** Frames after which it ends, when that is known. */
  #end = Infinity;
  /** What runs from its end on. */
  #follower: FedWaveStream | undefined;
  /** The follower, while the last frames here are rendered and not heard yet. */
  #heir: FedWaveStream | undefined;
  #gone = false;

  constructor(
    wave: FedStream,
    format: WaveFormatRecord,
    feeders: WaveFeeders,
    events: FedWaveEvents,
    disposed: () => void,
  ) {
    this.#wave = wave;
    this.#format = format;
    this.#feeders = feeders;
    this.#events = events;
    this.#disposed = disposed;
  }

  get position(): ReferenceTime {
    return this.#wave.position;
  }

  get eventsPlayed(): number {
    return 0;
  }

  get activeVoices(): number {
    return 0;
  }

  get idle(): boolean {
    return this.#wave.idle;
  }

  get head(): HeadSource | undefined {
    return this.#wave.head;
  }

  mix(mix: WaveMix): void {
    this.#wave.mix?.(mix);
  }

  hear(listener: SoundListener): void {
    this.#wave.hear?.(listener);
  }

  /** @throws Error when it is fed already, KsError STATUS_INSUFFICIENT_RESOURCES */
  feed(feed: WaveFeed, plan?: WavePlan): void {
    const { stream } = this.#wave;
    if (this.#feeding || stream.state === 'RUN') throw new Error('The wave stream runs or is fed already.');
    const packetBytes = Math.ceil(PACKET_SECONDS * this.#format.sampleRate) * stream.wave.blockAlign;
    stream.allocateBufferWithNotification(PACKETS, PACKETS * packetBytes);
    const { shared } = stream.buffer!;
    this.#ready = false;
    this.#feeding = this.#feeders.feed(
      { feed, plan, format: this.#format, shared, packetsPerBuffer: PACKETS },
      (event) => this.#hear(event),
    );
  }

  /** Of its cyclic buffer. */
  get bufferBytes(): number {
    return this.#wave.stream.buffer?.shared.byteLength ?? 0;
  }

  /** How it goes on when its file is at its end. */
  plan(plan: WavePlan): void {
    this.#feeding?.plan(plan);
  }

  /** Runs from the end of another stream on. @throws Error when that cannot be followed */
  follow(before: RenderStream): void {
    if (!(before instanceof FedWaveStream)) throw new Error('Only a wave stream can be followed.');
    before.#follower = this;
  }

  setState(state: StreamState): void {
    this.#heir?.setState(state);
    this.#runWhenReady = state === 'RUN' && !this.#ready;
    if (!this.#runWhenReady) this.#wave.setState(state);
  }

  write(): never {
    throw new Error('A wave stream takes its data from its cyclic buffer.');
  }

  render(left: Float32Array, right: Float32Array, frames: number, blockTime: ReferenceTime): void {
    const { stream } = this.#wave;
    const follows = this.#follower !== undefined && stream.state === 'RUN';
    const more = (follows ? this.#wave.framesBefore?.(this.#end) : undefined) ?? Infinity;
    this.#wave.render(left, right, frames, blockTime);
    if (more < frames) this.#handOver(more);
    if (stream.played < this.#end * stream.wave.blockAlign) return;
    this.#end = Infinity;
    this.#heir = undefined;
    this.#events.ended();
  }

  dispose(): void {
    this.#gone = true;
    this.#follower = this.#heir = undefined;
    this.#feeding?.dispose();
    this.#wave.dispose();
    this.#disposed();
  }

  /** The follower begins at frame `offset` of the block that is being rendered: it comes behind this stream. */
  #handOver(offset: number): void {
    const follower = this.#follower!;
    this.#follower = undefined;
    if (follower.#gone) return;
    this.#heir = follower;
    if (follower.#ready) follower.#wave.runAt?.(offset);
    else follower.#runWhenReady = true;
  }

  #hear(event: FeederEvent): void {
    switch (event.type) {
      case 'ready':
        this.#ready = true;
        if (this.#runWhenReady) this.setState('RUN');
        break;
      case 'segment':
        this.#events.segment(event.segment);
        break;
      case 'end':
        this.#end = event.frames;
        break;
      case 'underrun':
        this.#events.underrun();
        break;
      case 'failed':
        this.#events.failed(event.error);
        break;
    }
  }
}

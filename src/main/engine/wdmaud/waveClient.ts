import type { Disposable } from '../../../contract/disposable.ts';
import type { Event } from '../../../contract/emitter.ts';
import type { ErrorRecord } from '../../../contract/errors.ts';
import type { StreamState, WaveFeed, WavePlan, WaveSegment } from '../../../contract/hardware.ts';
import type { ReferenceTime } from '../../../contract/units.ts';
import type { DataFormat } from '../ks/format.ts';
import { KSCATEGORY } from '../ks/guid.ts';
import type { ConnectOptions, PinInstance } from '../ks/pin.ts';
import type { PortCls } from '../portcls/portcls.ts';
import { openFirstWavePin } from './firstWavePin.ts';

/** A miniport's stream whose buffer is filled from files where the buffer is, so that no data pass through here. */
export interface FedStream {
  /** Below RUN, once: what it plays. */
  feed(feed: WaveFeed, plan?: WavePlan): void;
  /** How it goes on at the end of that. */
  plan(plan: WavePlan): void;
  /**
   * Once, when it is fed and below RUN: it runs from the end of another stream on, as far as both end in the same
   * hardware. Its state is still set when that has ended.
   */
  follow(before: FedStream): void;
  /** Which frames of which file are played from a frame of the stream on; told before that is heard. */
  readonly onSegment: Event<WaveSegment>;
  /** The last frame was heard. */
  readonly onEnded: Event<void>;
  /** Nothing feeds it any more; silence follows. */
  readonly onFailed: Event<ErrorRecord>;
  /** There was silence, because its data came too late. */
  readonly onUnderrun: Event<void>;
}

/** A waveOut-like client that plays files: one open pin instance of a render filter. Specification 5, 3.6. */
export class WaveClient implements Disposable {
  readonly #pin: PinInstance;
  readonly stream: FedStream;
  readonly onRemoved: Event<string>;

  private constructor(pin: PinInstance, stream: FedStream) {
    this.#pin = pin;
    this.stream = stream;
    this.onRemoved = pin.onRemoved;
  }

  /**
   * Opens the first render pin that takes the format and files.
   * @throws KsError STATUS_NOT_FOUND when there is none, or the failing status of the last pin tried
   */
  static open(portCls: PortCls, format: DataFormat, options?: ConnectOptions): WaveClient {
    return openFirstWavePin(portCls, {
      category: KSCATEGORY.RENDER,
      dataFlow: 'IN',
      format,
      options,
      missing: 'There is no wave output that takes this format.',
      client: (pin) => (isFed(pin.stream) ? new WaveClient(pin, pin.stream) : undefined),
    });
  }

  get onPosition(): Event<{ position: ReferenceTime; at?: ReferenceTime }> | undefined {
    return this.#pin.onPosition;
  }

  get state(): StreamState {
    return this.#pin.state;
  }

  setState(state: StreamState): void {
    this.#pin.setState(state);
  }

  dispose(): void {
    this.#pin.close();
  }
}

function isFed(stream: unknown): stream is FedStream {
  return typeof stream === 'object' && stream !== null && 'feed' in stream && 'plan' in stream;
}

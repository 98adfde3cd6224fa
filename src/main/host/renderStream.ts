import type {
  BankEvent,
  LoadBankCommand,
  StreamState,
  SynthCommand,
  SynthRequest,
  SynthStatistics,
  WaveFeed,
  WavePlan,
} from '../../contract/hardware.ts';
import type { DevicePower } from '../../contract/services/topology.ts';
import type { ReferenceTime } from '../../contract/units.ts';
import type { HeadSource } from './headVoice.ts';

/** What the render thread asks of a stream: blocks of sound at the times it names. */
export interface RenderStream {
  /** Presentation time that has been rendered. */
  readonly position: ReferenceTime;
  readonly eventsPlayed: number;
  readonly activeVoices: number;
  /** In STOP, and nothing sounds any more: it need not be rendered. */
  readonly idle: boolean;
  /** `latencyClock` = engine time of the first frame that is not rendered yet. */
  setState(state: StreamState, latencyClock: ReferenceTime): void;
  /** @throws PinwheelError on malformed records. */
  write(startTime: ReferenceTime, records: Uint8Array): void;
  /** Adds `frames` frames into the buffers; the first one reaches the device at `blockTime`. Allocates nothing. */
  render(left: Float32Array, right: Float32Array, frames: number, blockTime: ReferenceTime): void;
  /** A property of the synthesizer's node. @throws PinwheelError */
  command?(command: SynthCommand): void;
  /** Of a wave stream: what fills it. @throws PinwheelError, Error when it is filled already */
  feed?(feed: WaveFeed, plan?: WavePlan): void;
  /** Of a wave stream: it runs from the end of that one on. @throws Error */
  follow?(before: RenderStream): void;
  /** Of a wave stream: how it goes on when the file that fills it is at its end. */
  plan?(plan: WavePlan): void;
  /** What the newest block has to be played around the listener's head, beside what went into the buffers. */
  readonly head?: HeadSource | undefined;
  /** Since RUN was entered; undefined where nothing is counted. */
  readonly statistics?: SynthStatistics | undefined;
  dispose(): void;
}

export interface RenderStreamRequest {
  sampleRate: number;
  /** Longest block that will be asked for. */
  maxBlockFrames: number;
  synth: SynthRequest;
  /** A download that was to be unloaded is gone. */
  onUnloaded?: (handle: number) => void;
}

export interface RenderStreamFactory {
  (request: RenderStreamRequest): RenderStream;
  /** Does once, while the device is being opened, what would hold up the first stream. */
  readonly prepare?: () => void;
  /** `loadBank` of the hardware contract; `tell` gets its answers. */
  readonly loadBank?: (command: LoadBankCommand, tell: (event: BankEvent) => void) => void;
  readonly cancelBank?: () => void;
  /**
   * Power of a synthesizer. In D3 its bank is let go, unless a stream is open that plays it; resolves when it can play
   * again.
   */
  readonly setPower?: (part: 'wavetable' | 'fm', state: DevicePower) => void | Promise<void>;
  /** What the wavetable synthesizers with their banks, and the FM synthesizers, hold. */
  readonly memoryBytes?: () => { readonly wavetable: number; readonly fm: number };
  /** After its streams. */
  readonly dispose?: () => void;
}

import type { Event } from '../../../contract/emitter.ts';
import type { ErrorRecord } from '../../../contract/errors.ts';
import type {
  CardPart,
  RecordingProgress,
  StreamState,
  SynthCommand,
  SynthRequest,
  SynthStatistics,
  WaveFeed,
  WaveFormatRecord,
  WavePlan,
  WaveSegment,
  WaveRecording,
} from '../../../contract/hardware.ts';
import type { CardMixing } from '../../../contract/services/settings.ts';
import type { ReferenceTime } from '../../../contract/units.ts';
import type { DevicePowerState } from '../../engine/portcls/power.ts';
import type { SoundListener, WaveMix } from '../../../contract/waveMix.ts';

/** The card's registers, streams and interrupts as its driver sees them; the device host is behind it. */
export interface CardHardware {
  /** Engine time. */
  now(): ReferenceTime;
  readonly present: boolean;
  /** Frames per second of the output; 0 while there is none. */
  readonly sampleRate: number;
  /** Between rendering and hearing, as last reported. */
  readonly latency: ReferenceTime;
  /** `mixing`: how the card is laid out that arrived. */
  readonly onArrived: Event<{ mixing: CardMixing }>;
  readonly onRemoved: Event<{ message: string }>;
  /** Peaks since the last ones, all meters in the order of their numbers, channel by channel. Linear. */
  readonly onMeters: Event<Float32Array>;
  /** Lets go of the output device and opens it again: a removal, then an arrival. */
  reopen(): void;
  setMetering(on: boolean): void;
  /** One linear factor per channel; reached without a click. */
  setRegister(register: number, gains: number[]): void;
  openStream(input: string, synth: SynthRequest): CardStream;
  openWave(input: string, format: WaveFormatRecord): CardWaveStream;
  /** Sets what is between the data of wave streams and their input; all of it is heard from the same frame on. */
  mixWaves(mixes: readonly CardWaveMix[], listener?: SoundListener): void;
  /** As `onMeters` and `setMetering`, of the capture side. */
  readonly onCaptureMeters: Event<Float32Array>;
  setCaptureMetering(on: boolean): void;
  openCapture(format: WaveFormatRecord): CardCaptureStream;
  /** Between rendering and sending over S/PDIF, as last reported. */
  readonly spdifLatency: ReferenceTime;
  /**
   * Gives a part power or takes it; what streams hold is kept. A promise when that takes time: it resolves when the part
   * works, and rejects when the device is lost meanwhile.
   */
  setPower(part: CardPart, state: DevicePowerState): Promise<unknown> | undefined;
  /** As `setPower`, of the whole card: in D3 nothing of it is held but what open streams need. */
  setCardPower(state: DevicePowerState): void;
  /** How long a part takes to work after `from`, at most. */
  exitLatency(part: CardPart, from: DevicePowerState): ReferenceTime;
  /** Of bursts. */
  openSpdif(format: WaveFormatRecord): CardWaveStream;
}

export interface CardWaveMix {
  readonly stream: CardWaveStream;
  readonly mix: WaveMix;
}

/** What every stream of the card has. */
export interface HostedStream {
  setState(state: StreamState): void;
  close(): void;
  /** `at`: engine time at which the position is heard, where that is known. */
  readonly onPosition: Event<{ position: ReferenceTime; at?: ReferenceTime }>;
  readonly onLost: Event<string>;
}

/** A wave stream: its cyclic buffer is in the device host, and so is the client that fills it. */
export interface CardWaveStream extends HostedStream {
  readonly id: number;
  /** Below RUN, once. */
  feed(feed: WaveFeed, plan?: WavePlan): void;
  plan(plan: WavePlan): void;
  /** Once, when it is fed and below RUN: it runs from the end of the stream with that number on. */
  follow(before: number): void;
  readonly onSegment: Event<WaveSegment>;
  readonly onEnded: Event<void>;
  readonly onFailed: Event<ErrorRecord>;
  readonly onUnderrun: Event<void>;
}

/** A capture stream: its cyclic buffer is in the device host, and so is the client that writes it to a file. */
export interface CardCaptureStream extends HostedStream {
  /** Below RUN, once. */
  record(recording: WaveRecording): void;
  finish(): void;
  readonly onProgress: Event<RecordingProgress>;
  readonly onFinished: Event<RecordingProgress>;
  readonly onFailed: Event<ErrorRecord>;
}

export interface CardStream extends HostedStream {
  write(startTime: ReferenceTime, records: Uint8Array): void;
  command(command: SynthCommand): void;
  readonly onStatistics: Event<SynthStatistics>;
  /** Handle of a download that is gone after `unload`. */
  readonly onUnloaded: Event<number>;
}

import type { Event } from '../../../contract/emitter.ts';
import type { StreamState, SynthCommand, SynthRequest, SynthStatistics } from '../../../contract/hardware.ts';
import type { ReferenceTime } from '../../../contract/units.ts';

/** The card's registers, streams and interrupts as its driver sees them; the device host is behind it. */
export interface CardHardware {
  readonly present: boolean;
  /** Frames per second of the output; 0 while there is none. */
  readonly sampleRate: number;
  /** Between rendering and hearing, as last reported. */
  readonly latency: ReferenceTime;
  readonly onArrived: Event<unknown>;
  readonly onRemoved: Event<{ message: string }>;
  /** Peaks since the last ones, all meters in the order of their numbers, channel by channel. Linear. */
  readonly onMeters: Event<Float32Array>;
  setMetering(on: boolean): void;
  /** One linear factor per channel; reached without a click. */
  setRegister(register: number, gains: number[]): void;
  openStream(input: string, synth: SynthRequest): CardStream;
}

export interface CardStream {
  setState(state: StreamState): void;
  write(startTime: ReferenceTime, records: Uint8Array): void;
  command(command: SynthCommand): void;
  close(): void;
  readonly onStatistics: Event<SynthStatistics>;
  /** Handle of a download that is gone after `unload`. */
  readonly onUnloaded: Event<number>;
  readonly onPosition: Event<{ position: ReferenceTime }>;
  readonly onLost: Event<unknown>;
}

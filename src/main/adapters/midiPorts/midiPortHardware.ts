import type { Event } from '../../../contract/emitter.ts';
import type { StreamState } from '../../../contract/hardware.ts';
import type { ReferenceTime } from '../../../contract/units.ts';

/** One MIDI device of the system; `name` stays the same when it is plugged in again. */
export interface MidiPort {
  readonly name: string;
  readonly input: boolean;
  readonly output: boolean;
}

/** The system's MIDI ports as their driver sees them; the MIDI host is behind it. */
export interface MidiPortHardware {
  readonly ports: readonly MidiPort[];
  readonly onArrived: Event<MidiPort>;
  readonly onRemoved: Event<{ name: string; message: string }>;
  /** A port could not be opened, or failed. */
  readonly onFailed: Event<{ name: string; message: string }>;
  /** @throws PinwheelError when there is no such output */
  openStream(port: string): MidiPortStream;
  /** Sends bytes at once. */
  send(port: string, bytes: Uint8Array): void;
  /**
   * Takes a port's power, or gives it; without power it is closed, and streams wait. A promise on the way up resolves
   * when it is open again.
   */
  setPower(port: string, on: boolean): Promise<void> | undefined;
  /** What comes in; the input is open while somebody listens. `time` is engine time. */
  captured(port: string): Event<{ time: ReferenceTime; bytes: Uint8Array }>;
}

export interface MidiPortStream {
  setState(state: StreamState): void;
  /** DMUS_EVENTHEADER records; `startTime` is the presentation time the first `rtDelta` is relative to. */
  write(startTime: ReferenceTime, records: Uint8Array): void;
  close(): void;
  readonly onPosition: Event<{ position: ReferenceTime }>;
  readonly onLost: Event<string>;
}

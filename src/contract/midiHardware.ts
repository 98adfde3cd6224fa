import type { StreamState } from './hardware.ts';
import type { PortRoute } from './midiRoute.ts';
import type { ReferenceTime } from './units.ts';

/**
 * The hardware contract between the engine's process and the MIDI host: the system's MIDI ports, streams of
 * time-stamped records that leave through them, bytes that come in. Messages are structured-cloneable and travel in
 * order; both processes read the same monotonic clock, as in ./hardware.ts.
 *
 * A port is known by its name, which stays the same when a device is plugged in again. Inputs and outputs of one
 * device share a name.
 */

export interface MidiPortInfo {
  name: string;
  input: boolean;
  output: boolean;
  /** Why it could not be opened the last time somebody tried; empty when nothing is known against it. */
  failure: string;
}

/** Whether there is a MIDI system at all; `reason` says why not. */
export type MidiSystemStatus = { available: true } | { available: false; reason: string };

export type MidiHostCommand =
  /** The first command: looks for ports from now on. */
  | {
      type: 'start';
      /** Engine time 0 on the monotonic clock, in nanoseconds. */
      epochNs: bigint;
    }
  /** Opens a DirectMusic render stream that leaves through an output. Its state is STOP. */
  | { type: 'openStream'; stream: number; port: string }
  | { type: 'setStreamState'; stream: number; state: StreamState }
  /** DMUS_EVENTHEADER records; `startTime` is the presentation time the first `rtDelta` is relative to. */
  | { type: 'writeStream'; stream: number; startTime: ReferenceTime; records: Uint8Array }
  | { type: 'closeStream'; stream: number }
  /**
   * A port without power is closed: its streams, which are in PAUSE or below, wait in the host, and nothing comes in or
   * goes out. On the way up answered by `powered`.
   */
  | { type: 'setPower'; port: string; on: boolean }
  /** Whole messages or pieces of one, at once, behind what the port was given before. */
  | { type: 'send'; port: string; bytes: Uint8Array }
  /** Captures what comes in at a port from now on, or no longer. */
  | { type: 'capture'; port: string; on: boolean }
  /** All routes from input to output inside the host; they hold whenever both ports are there. */
  | { type: 'setRoutes'; routes: PortRoute[] }
  /** Orderly end: sounding notes are released, ports are closed, the process exits. */
  | { type: 'close' };

export type MidiHostEvent =
  /** All ports, whenever one came, went or failed, and once at the start. */
  | { type: 'ports'; system: MidiSystemStatus; ports: MidiPortInfo[] }
  /** One message, or a piece of a long SysEx, with the engine time at which it arrived at the port. */
  | { type: 'captured'; port: string; time: ReferenceTime; bytes: Uint8Array }
  /** Presentation time of a stream in RUN at engine time `at`, about four times a second. */
  | {
      type: 'streamPosition';
      stream: number;
      position: ReferenceTime;
      at: ReferenceTime;
      eventsPlayed: number;
    }
  /** A request could not be carried out; the stream stays as it was. */
  | { type: 'streamError'; stream: number; message: string }
  /** The stream is over: its port is gone or cannot be opened. */
  | { type: 'streamLost'; stream: number; message: string }
  /** What streams and readers have open of the port is open again, or lost. */
  | { type: 'powered'; port: string }
  /** Twice a second: the host answers. */
  | { type: 'alive' };

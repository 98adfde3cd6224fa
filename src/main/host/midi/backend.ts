import type { Disposable } from '../../../contract/disposable.ts';

/**
 * What the host needs of the system's MIDI library. Ports are named as the system names them; see ./portNames.ts for
 * the names people see.
 */
export interface MidiBackend {
  inputNames(): readonly string[];
  outputNames(): readonly string[];
  /**
   * Everything that comes in is received, SysEx, clock and active sensing too. `deltaSeconds`: time since the message
   * before, by the port's own clock. @throws Error with the reason
   */
  openInput(name: string, receive: (deltaSeconds: number, bytes: Uint8Array) => void): Disposable;
  /** @throws Error with the reason */
  openOutput(name: string): BackendOutput;
}

export interface BackendOutput extends Disposable {
  /**
   * Hands over one whole message, without a delay of its own. May block when the port is slow.
   * @throws Error when the port does not take it
   */
  send(message: Buffer): void;
  /** Bytes of a long SysEx are handed over in pieces of `bytes`, one per `intervalMs`; undefined = as one message. */
  readonly pieces?: { readonly bytes: number; readonly intervalMs: number };
}

/** Opens the system's MIDI in the calling thread. @throws Error where there is none */
export type OpenMidiBackend = () => MidiBackend;

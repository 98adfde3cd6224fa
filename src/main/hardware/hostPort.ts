import type { Event } from '../../contract/emitter.ts';
import type { HostCommand, HostEvent } from '../../contract/hardware.ts';

/** How a device host ended. */
export interface HostExit {
  code: number | null;
  signal: string | null;
  /** Last lines the host wrote on stderr: what the audio libraries had to say. */
  stderrTail: string;
}

/**
 * One running device host, wherever it runs: the sound host, or one with other commands and events. Nothing here
 * throws; a host that is gone ignores what it is sent.
 */
export interface HostPort<Command = HostCommand, Report = HostEvent> {
  /** Process id of the process that owns the audio streams. */
  readonly pid: number | undefined;
  send(command: Command): void;
  readonly onEvent: Event<Report>;
  /** Fires once. */
  readonly onExit: Event<HostExit>;
  /** What it writes on stderr, line by line; a host without a process of its own has none. */
  readonly onLine?: Event<string>;
  /** Ends the host at once, whatever it is doing (SIGKILL). */
  kill(): void;
}

/** Starts a fresh device host. */
export type HostFactory<Command = HostCommand, Report = HostEvent> = () => HostPort<Command, Report>;

import type { EngineOptions } from './session.ts';
import type { Output } from './output.ts';

export interface VerbContext {
  readonly args: readonly string[];
  readonly out: Output;
  readonly engine: EngineOptions;
  /** Aborted when the user or the system asks the command to end. */
  readonly stop: AbortSignal;
}

/** One command-line verb. Throws PinwheelError for what the user should read; resolves to nothing on success. */
export interface Verb {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  run(context: VerbContext): Promise<void>;
}

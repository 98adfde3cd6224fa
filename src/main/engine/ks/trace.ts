import type { KsStatus } from './status.ts';

/** One thing that crossed the engine, for whoever watches it. */
export interface TraceRecord {
  readonly kind:
    'property' | 'event' | 'state' | 'stream' | 'pin' | 'power' | 'registration' | 'graph' | 'timeout';
  /** Adapter, filter, pin instance or node it went to. */
  readonly target: string;
  /** What was asked or done: verb and property, state, name. */
  readonly action: string;
  readonly status: KsStatus;
  /** Value or other detail, as text. */
  readonly detail?: string;
  /** Milliseconds it took. */
  readonly durationMs: number;
}

/**
 * The trace hook every dispatch, state change, power and registration event passes. Off, it costs one branch:
 * callers ask `on` before they build a record.
 */
export class Tracer {
  #sink: ((record: TraceRecord) => void) | undefined;

  get on(): boolean {
    return this.#sink !== undefined;
  }

  /** Sends records to `sink` until it is called with undefined. */
  start(sink: ((record: TraceRecord) => void) | undefined): void {
    this.#sink = sink;
  }

  record(record: TraceRecord): void {
    this.#sink?.(record);
  }

  /** Runs `act` and, when on, records how it ended. */
  measure<T>(kind: TraceRecord['kind'], target: string, action: string, act: () => T): T {
    if (this.#sink === undefined) return act();
    const started = performance.now();
    const done = (status: KsStatus, detail?: string) =>
      this.record({
        kind,
        target,
        action,
        status,
        durationMs: performance.now() - started,
        ...(detail === undefined ? {} : { detail }),
      });
    try {
      const result = act();
      done('STATUS_SUCCESS', describeValue(result));
      return result;
    } catch (error) {
      const status = (error as { status?: KsStatus }).status ?? 'STATUS_UNSUCCESSFUL';
      done(status, error instanceof Error ? error.message : undefined);
      throw error;
    }
  }
}

/** A value as one short line of text. */
export function describeValue(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? typeof value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

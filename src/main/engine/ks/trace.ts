import type { KsStatus } from './status.ts';

/** One thing that crossed the engine, for whoever watches it. */
export interface TraceRecord {
  readonly kind:
    'property' | 'event' | 'state' | 'stream' | 'pin' | 'power' | 'registration' | 'graph' | 'timeout';
  /** Adapter, filter, pin instance or node it went to: `card`, `card/Wave`, `card/Wave/pin 0`, `card/Wave/node 3`. */
  readonly target: string;
  /** The target as a person knows it, where that is not its last word. */
  readonly name?: string;
  /** What was asked or done: verb and property, state, name. */
  readonly action: string;
  readonly status: KsStatus;
  /** Value or other detail, as text. */
  readonly detail?: string;
  /** Milliseconds it took. */
  readonly durationMs: number;
}

export interface TraceTarget {
  readonly path: string;
  readonly name: string;
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
  measure<T>(kind: TraceRecord['kind'], target: Traced, action: string, act: () => T): T {
    if (this.#sink === undefined) return act();
    const started = performance.now();
    const done = (status: KsStatus, detail?: string) =>
      this.record({
        kind,
        ...targetOf(target),
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

/** A target, or how to describe it once somebody watches. */
export type Traced = string | (() => TraceTarget);

function targetOf(target: Traced): Pick<TraceRecord, 'target' | 'name'> {
  if (typeof target === 'string') return { target };
  const { path, name } = target();
  return { target: path, name };
}

const MOST_CHARACTERS = 120;
const MOST_BYTES = 32;

/** A value as one short line of text; bytes in hexadecimal. */
export function describeValue(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (value instanceof Uint8Array) return describeBytes(value);
  const text = typeof value === 'string' ? value : (JSON.stringify(value, readable) ?? typeof value);
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 3)}...` : text;
}

/** What a request is asked with, beside the property: `channel 0`. */
export function describeInput(input: unknown): string {
  if (typeof input !== 'object' || input === null) return '';
  return Object.entries(input)
    .map(([field, value]) => `, ${field} ${describeValue(value) ?? ''}`)
    .join('');
}

const readable = (_key: string, value: unknown): unknown =>
  value instanceof Uint8Array ? describeBytes(value) : value;

function describeBytes(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, MOST_BYTES), (byte) => byte.toString(16).padStart(2, '0'));
  return `${shown.join(' ')}${bytes.length > MOST_BYTES ? ` ... (${bytes.length} bytes)` : ''}`;
}

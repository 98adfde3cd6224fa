import * as v from 'valibot';
import { event, method } from '../service.ts';

/**
 * What crosses the engine: every property request, state change, stream buffer, power change and registration, with
 * how it ended and how long it took. It is recorded while a client listens to `onEntries`; otherwise it costs nothing.
 */

export const TRACE_KINDS = [
  'property',
  'state',
  'stream',
  'pin',
  'graph',
  'event',
  'power',
  'registration',
  'timeout',
] as const;
export type TraceKind = (typeof TRACE_KINDS)[number];

export interface TraceEntry {
  /** Counts all that was recorded; a gap in what a client got means that some were dropped. */
  id: number;
  /** When it had ended, milliseconds since 1970. */
  time: number;
  kind: TraceKind;
  /** Adapter, filter, pin or node it went to: `card`, `card/Wave`, `card/Wave/pin 0`, `card/Wave/node 3`. */
  target: string;
  /** The target for a person: `Wave · Master volume`. */
  name: string;
  /** What was asked or done: `SET KSPROPERTY_AUDIO_MUTE, channel 0: true`, `RUN`. */
  action: string;
  /** Name of the status: `STATUS_SUCCESS`. */
  status: string;
  failed: boolean;
  /** The value that was answered, or why it failed; empty when there is nothing to tell. */
  detail: string;
  durationMs: number;
}

export interface TraceState {
  /** Somebody listens. */
  recording: boolean;
  /** Whether meter readings are recorded too: dozens in every second a meter is shown. */
  meters: boolean;
  /** Entries that are kept; older ones were dropped. */
  capacity: number;
}

export const traceService = {
  name: 'trace',
  methods: {
    getState: method<TraceState>()(v.strictTuple([])),
    /** What is kept of the recording, oldest first. Empty again when nobody listens any more. */
    getEntries: method<TraceEntry[]>()(v.strictTuple([])),
    /** Records meter readings too, until the recording ends. */
    setMeters: method<void>()(v.strictTuple([v.boolean()])),
  },
  events: {
    /** What came since the last time, oldest first, at display rate. */
    onEntries: event<TraceEntry[]>(),
  },
} as const;

/**
 * Whether an entry is about an object or a part of it. The object is named as targets are, in any case, with its
 * adapter or without: `card/Wave`, `wave`, `Wave/node 3`.
 */
export function isAbout(target: string, object: string): boolean {
  const wanted = object.toLowerCase();
  const path = target.toLowerCase();
  const within = (name: string) => name === wanted || name.startsWith(`${wanted}/`);
  return within(path) || within(path.slice(path.indexOf('/') + 1));
}

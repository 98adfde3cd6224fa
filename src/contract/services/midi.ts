import * as v from 'valibot';
import { midiRouteSchema, type MidiRoute } from '../midiRoute.ts';
import { event, method } from '../service.ts';

/** A MIDI device of the system. Its name stays the same when it is plugged in again. */
export interface MidiPort {
  name: string;
  input: boolean;
  output: boolean;
  /** Why it could not be opened the last time; empty when nothing is known against it. */
  failure: string;
}

export interface MidiState {
  /** `starting`: it is not known yet what there is. */
  system: 'starting' | 'available' | 'unavailable';
  /** Why there is no MIDI system. */
  reason: string;
  ports: MidiPort[];
  /** Routes from input to output; a port of theirs may be away at the moment. */
  routes: ({ id: number } & MidiRoute)[];
}

/** One message that came in, or a piece of a long SysEx. */
export interface MidiMessage {
  port: string;
  /** Engine time of its arrival. */
  seconds: number;
  bytes: number[];
}

export const midiService = {
  name: 'midi',
  methods: {
    getState: method<MidiState>()(v.strictTuple([])),
    /** Answers the id of the route, which holds until it is removed. */
    addRoute: method<number>()(v.strictTuple([midiRouteSchema])),
    removeRoute: method<void>()(v.strictTuple([v.pipe(v.number(), v.integer())])),
  },
  events: {
    onState: event<MidiState>(),
    /** What comes in at all ports. Their inputs are open as long as somebody listens. */
    onMessages: event<MidiMessage[]>(),
  },
} as const;

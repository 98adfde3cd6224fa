import * as v from 'valibot';
import { playerSynthSchema } from './services/player.ts';

/** Kinds of MIDI messages that a route may let pass. */
export const MIDI_KINDS = ['note', 'pressure', 'controller', 'program', 'bend', 'sysex', 'system'] as const;
export type MidiKind = (typeof MIDI_KINDS)[number];

const portName = v.pipe(v.string(), v.nonEmpty());

const filterEntries = {
  /** Channels that pass, 1 to 16; null = all. Messages without a channel are not asked for one. */
  channels: v.nullable(v.array(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16)))),
  /** Kinds that pass; null = all. */
  kinds: v.nullable(v.array(v.picklist(MIDI_KINDS))),
  /** Semitones; a key that this leads out of the range does not pass. */
  transpose: v.pipe(v.number(), v.integer(), v.minValue(-127), v.maxValue(127)),
  /** Exponent of the velocity curve: 1 = as played, less is louder, more is softer. */
  velocityCurve: v.pipe(v.number(), v.minValue(0.1), v.maxValue(10)),
};
/** What comes in at one port goes out at another, filtered. Several routes may end at one port: they are merged. */
const portRouteSchema = v.strictObject({ from: portName, to: portName, ...filterEntries });
export type PortRoute = v.InferOutput<typeof portRouteSchema>;

/** What a route lets pass, and how it changes that. */
export type MidiFilter = Omit<PortRoute, 'from' | 'to'>;

/** What comes in at a port is played by a synthesizer of the card. */
const synthRouteSchema = v.strictObject({
  from: portName,
  to: v.strictObject({ synth: playerSynthSchema }),
  ...filterEntries,
});
export type SynthRoute = v.InferOutput<typeof synthRouteSchema>;

export const midiRouteSchema = v.union([portRouteSchema, synthRouteSchema]);
export type MidiRoute = v.InferOutput<typeof midiRouteSchema>;

/** It leads to a MIDI output, and so does not leave the MIDI host. */
export function isPortRoute(route: MidiRoute): route is PortRoute {
  return typeof route.to === 'string';
}

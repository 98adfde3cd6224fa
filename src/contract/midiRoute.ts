import * as v from 'valibot';

/** Kinds of MIDI messages that a route may let pass. */
export const MIDI_KINDS = ['note', 'pressure', 'controller', 'program', 'bend', 'sysex', 'system'] as const;
export type MidiKind = (typeof MIDI_KINDS)[number];

/** What comes in at one port goes out at another, filtered. Several routes may end at one port: they are merged. */
export const midiRouteSchema = v.strictObject({
  from: v.pipe(v.string(), v.nonEmpty()),
  to: v.pipe(v.string(), v.nonEmpty()),
  /** Channels that pass, 1 to 16; null = all. Messages without a channel are not asked for one. */
  channels: v.nullable(v.array(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(16)))),
  /** Kinds that pass; null = all. */
  kinds: v.nullable(v.array(v.picklist(MIDI_KINDS))),
  /** Semitones; a key that this leads out of the range does not pass. */
  transpose: v.pipe(v.number(), v.integer(), v.minValue(-127), v.maxValue(127)),
  /** Exponent of the velocity curve: 1 = as played, less is louder, more is softer. */
  velocityCurve: v.pipe(v.number(), v.minValue(0.1), v.maxValue(10)),
});

export type MidiRoute = v.InferOutput<typeof midiRouteSchema>;

import * as v from 'valibot';
import { event, method } from '../service.ts';
import type { MidiMessage } from './midi.ts';
import { playerSynthSchema } from './player.ts';

/** What is played: the MIDI output of this name, or the synthesizer when it is null. */
export const instrumentTargetSchema = v.strictObject({
  synth: playerSynthSchema,
  output: v.nullable(v.pipe(v.string(), v.nonEmpty())),
});
export type InstrumentTarget = v.InferOutput<typeof instrumentTargetSchema>;

const byte = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255));

/** One whole channel message with its status byte, 0x80 to 0xEF. */
export const channelMessageSchema = v.pipe(
  v.array(byte),
  v.minLength(2),
  v.maxLength(3),
  v.check(([status = 0, ...data]) => {
    const kind = status & 0xf0;
    const length = kind === 0xc0 || kind === 0xd0 ? 1 : 2;
    return kind >= 0x80 && kind < 0xf0 && data.length === length && data.every((value) => value < 0x80);
  }, 'is no channel message'),
);

/** An instrument that is played live, as by the panel's keys. */
export const keyboardService = {
  name: 'keyboard',
  methods: {
    /**
     * Plays one message at once. What it needs is opened with the first one, and closed when nothing came for a minute
     * and no key is down. Refused with `bad-state` when there is nothing that could play it.
     */
    send: method<void>()(v.strictTuple([instrumentTargetSchema, channelMessageSchema])),
    /** All keys and pedals up, everything silent. */
    release: method<void>()(v.strictTuple([])),
  },
  events: {
    /** What is played here. With the last one who listens all keys go up. */
    onMessages: event<MidiMessage[]>(),
  },
} as const;

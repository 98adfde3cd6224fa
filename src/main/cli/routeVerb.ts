import { PinwheelError } from '../../contract/errors.ts';
import { MIDI_KINDS, type MidiKind } from '../../contract/midiRoute.ts';
import type { PlayerSynth } from '../../contract/services/player.ts';
import { parseArguments, usageError } from './arguments.ts';
import { findMidiPort } from './midiPort.ts';
import { openSession } from './session.ts';
import type { Verb } from './verb.ts';

/** Words that mean a synthesizer of the card, not a port. */
const SYNTHS: Readonly<Record<string, PlayerSynth>> = { synth: 'dls', fm: 'fm' };
const SYNTH_NAMES: Readonly<Record<PlayerSynth, string>> = {
  dls: 'the wavetable synthesizer',
  fm: 'the FM synthesizer',
};

export const routeVerb: Verb = {
  name: 'route',
  usage:
    'route FROM TO|synth|fm [--channels 1,2] [--only KIND,...] [--transpose=N] [--velocity-curve X] [--json]',
  summary: `send what comes in at a MIDI input to an output or to a synthesizer of the card, until it is interrupted; KIND is ${MIDI_KINDS.join(', ')}`,
  async run({ args, out, engine, stop }) {
    const { options, words } = parseArguments(args, {
      channels: 'string',
      only: 'string',
      transpose: 'string',
      'velocity-curve': 'string',
      json: 'boolean',
    });
    if (words.length !== 2) throw usageError('“route” takes an input and an output.');
    const filter = {
      channels: options.channels?.split(',').map((text) => number('channels', text)) ?? null,
      kinds: options.only?.split(',').map(kind) ?? null,
      transpose: number('transpose', options.transpose ?? '0'),
      velocityCurve: number('velocity-curve', options['velocity-curve'] ?? '1'),
    };
    const target = words[1]!;
    const synth = SYNTHS[target];
    const session = await openSession(engine, { sound: synth !== undefined, midi: true, stop });
    try {
      const { midi } = session.connection.services;
      const from = await findMidiPort(midi, words[0]!, 'input');
      const to = synth === undefined ? await findMidiPort(midi, target, 'output') : { synth };
      const ended = Promise.withResolvers<void>();
      stop.addEventListener('abort', () => ended.resolve(), { once: true });
      session.connection.onClose(() =>
        ended.reject(new PinwheelError({ code: 'disconnected', message: 'The running Pinwheel has ended.' })),
      );
      const id = await midi.addRoute(
        typeof to === 'string' ? { from, to, ...filter } : { from, to, ...filter },
      );
      if (options.json)
        out.line(JSON.stringify({ from, to: typeof to === 'string' ? to : to.synth, ...filter }));
      else out.note(`${from} → ${typeof to === 'string' ? to : SYNTH_NAMES[to.synth]}`);
      if (!stop.aborted) await ended.promise;
      await midi.removeRoute(id);
    } finally {
      await session.dispose();
    }
  },
};

function number(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw usageError(`“${text}” is no number for --${option}.`);
  return value;
}

function kind(text: string): MidiKind {
  const found = MIDI_KINDS.find((each) => each === text);
  if (!found) throw usageError(`“${text}” is none of ${MIDI_KINDS.join(', ')}.`);
  return found;
}

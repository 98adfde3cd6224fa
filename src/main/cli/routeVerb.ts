import { PinwheelError } from '../../contract/errors.ts';
import { MIDI_KINDS, type MidiKind } from '../../contract/midiRoute.ts';
import { parseArguments, usageError } from './arguments.ts';
import { findMidiPort } from './midiPort.ts';
import { openSession } from './session.ts';
import type { Verb } from './verb.ts';

export const routeVerb: Verb = {
  name: 'route',
  usage: 'route FROM TO [--channels 1,2] [--only KIND,...] [--transpose=N] [--velocity-curve X]',
  summary: `send what comes in at a MIDI input to an output, until it is interrupted; KIND is ${MIDI_KINDS.join(', ')}`,
  async run({ args, out, engine, stop }) {
    const { options, words } = parseArguments(args, {
      channels: 'string',
      only: 'string',
      transpose: 'string',
      'velocity-curve': 'string',
    });
    if (words.length !== 2) throw usageError('“route” takes an input and an output.');
    const filter = {
      channels: options.channels?.split(',').map((text) => number('channels', text)) ?? null,
      kinds: options.only?.split(',').map(kind) ?? null,
      transpose: number('transpose', options.transpose ?? '0'),
      velocityCurve: number('velocity-curve', options['velocity-curve'] ?? '1'),
    };
    const session = await openSession(engine, { sound: false, midi: true, stop });
    try {
      const { midi } = session.connection.services;
      const from = await findMidiPort(midi, words[0]!, 'input');
      const to = await findMidiPort(midi, words[1]!, 'output');
      const ended = Promise.withResolvers<void>();
      stop.addEventListener('abort', () => ended.resolve(), { once: true });
      session.connection.onClose(() =>
        ended.reject(new PinwheelError({ code: 'disconnected', message: 'The running Pinwheel has ended.' })),
      );
      const id = await midi.addRoute({ from, to, ...filter });
      out.note(`${from} → ${to}`);
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

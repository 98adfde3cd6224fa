import { PinwheelError } from '../../contract/errors.ts';
import type { MidiPort } from '../../contract/services/midi.ts';
import { parseArguments, usageError } from './arguments.ts';
import { describeMidi } from '../../contract/describeMidi.ts';
import { findMidiPort, midiPorts } from './midiPort.ts';
import { openSession } from './session.ts';
import type { Verb } from './verb.ts';

export const monitorVerb: Verb = {
  name: 'monitor',
  usage: 'monitor [PORT] [--json]',
  summary: 'show what comes in at the MIDI inputs, until it is interrupted',
  async run({ args, out, engine, stop }) {
    const { options, words } = parseArguments(args, { json: 'boolean' });
    if (words.length > 1) throw usageError('“monitor” takes one port, or none for all of them.');
    const session = await openSession(engine, { sound: false, midi: true, stop });
    try {
      const { midi } = session.connection.services;
      const wanted = words[0] === undefined ? undefined : await findMidiPort(midi, words[0], 'input');
      let listening = new Set<string>();
      const listenTo = (ports: readonly MidiPort[]): void => {
        const inputs = ports.filter(({ name, input }) => input && (wanted === undefined || name === wanted));
        const names = new Set(inputs.map(({ name }) => name));
        for (const name of names) if (!listening.has(name)) out.note(`listening to ${name}`);
        for (const name of listening) if (!names.has(name)) out.note(`${name} is gone`);
        listening = names;
      };
      listenTo(await midiPorts(midi));
      if (listening.size === 0) out.note('There is no MIDI input yet.');
      const ended = Promise.withResolvers<void>();
      stop.addEventListener('abort', () => ended.resolve(), { once: true });
      session.connection.onClose(() =>
        ended.reject(new PinwheelError({ code: 'disconnected', message: 'The running Pinwheel has ended.' })),
      );
      const failures = new Map<string, string>();
      midi.onState((state) => {
        listenTo(state.ports);
        for (const { name, failure } of state.ports) {
          if (failure !== '' && failures.get(name) !== failure) out.note(failure);
          failures.set(name, failure);
        }
      });
      midi.onMessages((messages) => {
        for (const message of messages) {
          if (wanted !== undefined && message.port !== wanted) continue;
          if (options.json) out.line(JSON.stringify(message));
          else
            out.line(
              `${message.seconds.toFixed(4).padStart(10)}  ${message.port}  ${describeMidi(message.bytes)}`,
            );
        }
      });
      if (!stop.aborted) await ended.promise;
    } finally {
      await session.dispose();
    }
  },
};

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PinwheelError } from '../../contract/errors.ts';
import { referenceTime, secondsToReferenceTime } from '../../contract/units.ts';
import { writeSong, type RecordedEvent } from '../player/smf/writeSong.ts';
import { parseArguments, usageError } from './arguments.ts';
import { findMidiPort } from './midiPort.ts';
import { recordAudio } from './recordAudio.ts';
import { openSession } from './session.ts';
import type { Verb } from './verb.ts';

/** A tick is a tenth of a millisecond at 120 quarter notes a minute: finer than what comes in is stamped. */
const TICKS_PER_QUARTER = 5_000;
const FIRST_REAL_TIME = 0xf8;

export const recordVerb: Verb = {
  name: 'record',
  usage:
    'record PORT -o FILE.mid [--real-time] [--json] | record --audio [microphone|aux|what-you-hear] -o FILE.wav|FILE.flac [--device INPUT] [--rate HZ] [--channels 1|2] [--samples 16|24|float] [--seconds N] [--json]',
  summary: 'record a MIDI input, or sound, into a file, until it is interrupted',
  async run(context) {
    const { args, out, engine, stop } = context;
    const { options, words } = parseArguments(
      args.map((arg) => (arg === '-o' ? '--output' : arg)),
      {
        output: 'string',
        'real-time': 'boolean',
        audio: 'boolean',
        device: 'string',
        rate: 'string',
        channels: 'string',
        samples: 'string',
        seconds: 'string',
        json: 'boolean',
      },
    );
    const [wanted] = words;
    if (options.audio) {
      if (words.length > 1) throw usageError('“record --audio” takes one input.');
      const { output, ...audio } = options;
      if (output === undefined) throw usageError('“record --audio” needs “-o FILE.wav” or “-o FILE.flac”.');
      return await recordAudio(context, wanted, { output, ...audio });
    }
    if (wanted === undefined || words.length > 1) throw usageError('“record” takes one MIDI input.');
    if (options.output === undefined) throw usageError('“record” needs “-o FILE.mid”.');
    const session = await openSession(engine, { sound: false, midi: true, stop });
    try {
      const { midi } = session.connection.services;
      const port = await findMidiPort(midi, wanted, 'input');
      const events: RecordedEvent[] = [];
      let start: number | undefined;
      midi.onMessages((messages) => {
        for (const message of messages) {
          // Clock and active sensing say nothing about the music, and there are a lot of them.
          if (message.port !== port || (message.bytes[0]! >= FIRST_REAL_TIME && !options['real-time']))
            continue;
          start ??= message.seconds;
          const time = secondsToReferenceTime(message.seconds - start);
          events.push({ time: referenceTime(Math.max(0, time)), bytes: Uint8Array.from(message.bytes) });
        }
        out.progress(`${port}  ${events.length} messages`);
      });
      out.note(`recording ${port}`);
      const ended = Promise.withResolvers<void>();
      stop.addEventListener('abort', () => ended.resolve(), { once: true });
      session.connection.onClose(() =>
        ended.reject(new PinwheelError({ code: 'disconnected', message: 'The running Pinwheel has ended.' })),
      );
      if (!stop.aborted) await ended.promise;
      await writeFile(options.output, writeSong([events], { format: 0, ticksPerQuarter: TICKS_PER_QUARTER }));
      if (options.json)
        return out.json({ file: path.resolve(options.output), port, messages: events.length });
      out.line(`${options.output}: ${events.length} messages`);
    } finally {
      await session.dispose();
    }
  },
};

import type { Clients } from '../../contract/services/index.ts';
import type { EndpointsSnapshot, ProgramStream } from '../../contract/services/endpoints.ts';
import { decibelsToKsLevel, ksLevelToDecibels } from '../../contract/units.ts';
import { usageError } from './arguments.ts';
import { endpointNamed, programsNamed } from './endpointNames.ts';
import { openSession } from './session.ts';
import type { Verb } from './verb.ts';

/** Lists, sets and moves the streams of programs. A program that plays several streams has all of them set. */
export const appVerb: Verb = {
  name: 'app',
  usage: 'app [--json] | app NAME volume DB | app NAME mute on|off | app NAME move OUTPUT',
  summary: 'list the programs that play, set their level, mute them, move them to another output',
  async run({ args, out, engine, stop }) {
    // “-6” is a value; only “--json” is an option here.
    const words = args.filter((word) => word !== '--json');
    const session = await openSession(engine, { sound: false, stop });
    try {
      const { endpoints } = session.connection.services;
      const snapshot = await endpoints.getSnapshot();
      const [name, verb, value] = words;
      if (name !== undefined) {
        if (verb === undefined || value === undefined || words.length > 3) {
          throw usageError('A program needs “volume DB”, “mute on|off” or “move OUTPUT”.');
        }
        for (const { id } of programsNamed(snapshot, name))
          await change(endpoints, snapshot, id, verb, value);
      }
      const { programs } = name === undefined ? snapshot : await endpoints.getSnapshot();
      if (words.length < args.length) return out.json({ programs });
      for (const program of programs) out.line(describe(program));
    } finally {
      await session.dispose();
    }
  },
};

async function change(
  endpoints: Clients['endpoints'],
  snapshot: EndpointsSnapshot,
  id: number,
  verb: string,
  value: string,
): Promise<void> {
  switch (verb) {
    case 'volume': {
      const decibels = Number(value.replace(/\s*dB$/i, ''));
      if (value.trim() === '' || !Number.isFinite(decibels))
        throw usageError(`“${value}” is no level in dB.`);
      return endpoints.setProgramLevels(id, [decibelsToKsLevel(decibels)]);
    }
    case 'mute':
      if (value !== 'on' && value !== 'off') throw usageError('“mute” takes “on” or “off”.');
      return endpoints.setProgramMuted(id, value === 'on');
    case 'move':
      return endpoints.moveProgram(id, endpointNamed(snapshot, value).id);
    default:
      throw usageError(`“app ${verb}” is not a command.`);
  }
}

function describe({ id, program, title, endpointId, levels, muted, running }: ProgramStream): string {
  const level = levels.length > 0 ? `${ksLevelToDecibels(levels[0]!).toFixed(1)} dB` : 'fixed level';
  const states = [muted ? 'muted' : '', running ? '' : 'paused'].filter((state) => state !== '').join(', ');
  const about = title === program ? '' : `  ${title}`;
  return `${String(id).padStart(5)}  ${program.padEnd(20)} ${level.padStart(9)}  ${endpointId}${states && `  (${states})`}${about}`;
}

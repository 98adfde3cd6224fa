import { parseArguments, usageError } from './arguments.ts';
import { openSession } from './session.ts';
import type { Verb } from './verb.ts';

export const devicesVerb: Verb = {
  name: 'devices',
  usage: 'devices [--json] | devices select ID',
  summary: 'list the output devices, or choose one',
  async run({ args, out, engine, stop }) {
    const { options, words } = parseArguments(args, { json: 'boolean' });
    const session = await openSession(engine, { sound: true, stop });
    try {
      const { devices } = session.connection.services;
      if (words[0] === 'select' && words.length === 2) await devices.selectOutput(words[1]!);
      else if (words.length > 0) throw usageError(`“devices ${words.join(' ')}” is not a command.`);
      const list = await devices.list();
      if (options.json) return out.json(list);
      for (const output of list.outputs) {
        const marks = [
          output.id === list.selectedOutput ? 'selected' : '',
          output.id === list.openOutput ? 'open' : '',
          output.isDefault ? "the system's default" : '',
          output.available ? '' : 'not available',
        ].filter((mark) => mark !== '');
        out.line(
          `${output.id.padEnd(28)} ${output.label}${marks.length > 0 ? `  (${marks.join(', ')})` : ''}`,
        );
      }
    } finally {
      await session.dispose();
    }
  },
};

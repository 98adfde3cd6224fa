import { parseArguments, usageError } from './arguments.ts';
import { openSession } from './session.ts';
import type { Verb } from './verb.ts';

/** What a developer needs to know of a fault. */
export const diagnosticsVerb: Verb = {
  name: 'diagnostics',
  usage: 'diagnostics [--json]',
  summary: 'print what a report of a fault needs, without names of people, files and devices',
  async run({ args, out, engine, stop }) {
    const { options, words } = parseArguments(args, { json: 'boolean' });
    if (words.length > 0) throw usageError(`“diagnostics” takes no “${words[0]}”.`);
    const session = await openSession(engine, { sound: false, stop });
    try {
      const text = await session.connection.services.app.getDiagnostics();
      if (options.json) out.json({ lines: text.trimEnd().split('\n') });
      else out.line(text.trimEnd());
    } finally {
      await session.dispose();
    }
  },
};

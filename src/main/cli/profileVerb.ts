import { writeFile } from 'node:fs/promises';
import { parseArguments, usageError } from './arguments.ts';
import { readJsonFile } from './readJsonFile.ts';
import { openSession } from './session.ts';
import type { Verb } from './verb.ts';

const WORDS: Readonly<Record<string, number>> = {
  list: 1,
  save: 2,
  apply: 2,
  rename: 3,
  remove: 2,
  export: 2,
  import: 2,
};

const MADE_BY = 'Choose a file made with “pinwheel profile export”.';

export const profileVerb: Verb = {
  name: 'profile',
  usage:
    'profile [list] [--json] | profile save|apply|remove NAME | profile rename NAME NEW | profile export NAME -o FILE | profile import FILE',
  summary: 'the whole mixer under a name: levels, mutes, choices, output, default devices, programs',
  async run({ args, out, engine, stop }) {
    const { options, words } = parseArguments(
      args.map((arg) => (arg === '-o' ? '--output' : arg)),
      { json: 'boolean', output: 'string' },
    );
    const [action = 'list', name = '', other = ''] = words;
    if (WORDS[action] !== Math.max(1, words.length)) {
      throw usageError(`“profile ${words.join(' ')}” is not a command.`);
    }
    if (action === 'export' && options.output === undefined) {
      throw usageError('“profile export” needs “-o FILE”.');
    }
    const session = await openSession(engine, { sound: false, stop });
    try {
      const { profiles } = session.connection.services;
      switch (action) {
        case 'list': {
          const state = await profiles.getState();
          if (options.json) return out.json(state);
          for (const each of state.profiles) {
            const saved = new Date(each.savedAt).toISOString().slice(0, 16).replace('T', ' ');
            out.line(`${each.name === state.current ? '*' : ' '} ${each.name.padEnd(28)} ${saved}`);
          }
          if (state.profiles.length === 0) out.note('There is no profile yet.');
          return;
        }
        case 'save':
          return await profiles.save(name);
        case 'apply': {
          const applied = await profiles.apply(name);
          if (options.json) return out.json(applied);
          for (const reason of applied.skipped) out.note(`skipped: ${reason}`);
          return;
        }
        case 'rename':
          return await profiles.rename(name, other);
        case 'remove':
          return await profiles.remove(name);
        case 'export':
          return await writeFile(
            options.output!,
            `${JSON.stringify(await profiles.export(name), undefined, 2)}\n`,
          );
        case 'import':
          return out.line(await profiles.import(await readJsonFile(name, MADE_BY)));
      }
    } finally {
      await session.dispose();
    }
  },
};

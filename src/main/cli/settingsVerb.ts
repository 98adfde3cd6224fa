import { writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import { PinwheelError } from '../../contract/errors.ts';
import { settingsPatchSchema, type SettingsPatch } from '../../contract/services/settings.ts';
import { parseArguments, usageError } from './arguments.ts';
import { readJsonFile } from './readJsonFile.ts';
import { openSession } from './session.ts';
import type { Verb } from './verb.ts';

const MADE_BY = 'Choose a file made with “pinwheel settings export”.';

/** Shows and sets what the user chose, and carries it from one machine to another. */
export const settingsVerb: Verb = {
  name: 'settings',
  usage:
    'settings [--json] | settings set NAME VALUE [--json] | settings export -o FILE | settings import FILE [--json]',
  summary: 'show the settings, set one (its value is JSON, or text), or carry them to another machine',
  async run({ args, out, engine, stop }) {
    const { options, words } = parseArguments(
      args.map((arg) => (arg === '-o' ? '--output' : arg)),
      { json: 'boolean', output: 'string' },
    );
    const [action, name = '', value = ''] = words;
    const lengths: Readonly<Record<string, number>> = { set: 3, export: 1, import: 2 };
    if (action !== undefined && lengths[action] !== words.length) {
      throw usageError(`“settings ${words.join(' ')}” is not a command.`);
    }
    if ((action === 'export') !== (options.output !== undefined)) {
      throw usageError('“settings export” takes “-o FILE”, and nothing else does.');
    }
    // Looked at before anything is started for it.
    const patch = action === 'set' ? checked({ [name]: valueOf(value) }, name) : undefined;
    const document = action === 'import' ? await readJsonFile(name, MADE_BY) : undefined;
    const session = await openSession(engine, { sound: false, stop });
    try {
      const { settings } = session.connection.services;
      if (options.output !== undefined) {
        const text = JSON.stringify(await settings.exportDocument(), undefined, 2);
        return await writeFile(options.output, `${text}\n`);
      }
      const now = patch
        ? await settings.set(patch)
        : document !== undefined
          ? await settings.importDocument(document)
          : await settings.get();
      if (options.json) return out.json(now);
      if (action !== undefined) return;
      for (const [key, each] of Object.entries(now)) out.line(`${key.padEnd(18)} ${JSON.stringify(each)}`);
    } finally {
      await session.dispose();
    }
  },
};

/** `on` is text, `true` and `48000` are not. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** @throws PinwheelError `bad-input`, naming the setting */
function checked(patch: unknown, subject: string): SettingsPatch {
  const parsed = v.safeParse(settingsPatchSchema, patch);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const where = v.getDotPath(issue);
  throw new PinwheelError({
    code: 'bad-input',
    message: `${where ? `“${where}”: ` : ''}${issue.message}.`,
    subject,
    advice: 'List the settings with “pinwheel settings”.',
  });
}

import { readFile, writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import { PinwheelError } from '../../contract/errors.ts';
import { settingsPatchSchema, type SettingsPatch } from '../../contract/services/settings.ts';
import { parseArguments, usageError } from './arguments.ts';
import { openSession } from './session.ts';
import type { Verb } from './verb.ts';

/** What stands at the head of an exported file. */
const FORMAT = 'pinwheel-settings';
const VERSION = 1;

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
    const patch =
      action === 'set'
        ? checked({ [name]: valueOf(value) }, name)
        : action === 'import'
          ? await readExport(name)
          : undefined;
    const session = await openSession(engine, { sound: false, stop });
    try {
      const { settings } = session.connection.services;
      const now = patch ? await settings.set(patch) : await settings.get();
      if (options.output !== undefined) {
        const text = JSON.stringify({ format: FORMAT, version: VERSION, data: now }, undefined, 2);
        return await writeFile(options.output, `${text}\n`);
      }
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

const exportSchema = v.object({
  format: v.literal(FORMAT),
  version: v.literal(VERSION),
  data: v.record(v.string(), v.unknown()),
});

/** @throws PinwheelError `bad-input`; nothing is set then */
async function readExport(file: string): Promise<SettingsPatch> {
  let document: unknown;
  try {
    document = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new PinwheelError(
      {
        code: 'bad-input',
        message: `“${file}” cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
        subject: file,
      },
      { cause: error },
    );
  }
  const parsed = v.safeParse(exportSchema, document);
  if (!parsed.success) {
    throw new PinwheelError({
      code: 'bad-input',
      message: `“${file}” holds no settings.`,
      subject: file,
      advice: 'Choose a file made with “pinwheel settings export”, or a settings.json.',
    });
  }
  return checked(parsed.output.data, file);
}

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import packageJson from '../../../package.json' with { type: 'json' };
import { parseArguments, usageError } from './arguments.ts';
import { bashCompletion, fishCompletion, manualPage, zshCompletion } from './completions.ts';
import type { Verb } from './verb.ts';

/** Scripts for shells and the manual page, made from the table of verbs itself. */
export function completionVerb(verbs: () => readonly Verb[]): Verb {
  return {
    name: 'completion',
    usage: 'completion bash|zsh|fish|man | completion --write FOLDER',
    summary: 'print a completion script or the manual page, or write all of them into a folder',
    async run({ args, out }) {
      const { options, words } = parseArguments(args, { write: 'string' });
      const made: Record<string, { file: string; text: () => string }> = {
        bash: { file: 'pinwheel.bash', text: () => bashCompletion(verbs()) },
        zsh: { file: '_pinwheel', text: () => zshCompletion(verbs()) },
        fish: { file: 'pinwheel.fish', text: () => fishCompletion(verbs()) },
        man: { file: 'pinwheel.1', text: () => manualPage(verbs(), packageJson.version) },
      };
      if (options.write !== undefined && words.length === 0) {
        await mkdir(options.write, { recursive: true });
        for (const { file, text } of Object.values(made)) {
          await writeFile(path.join(options.write, file), text());
        }
        return;
      }
      const wanted = words[0] !== undefined && Object.hasOwn(made, words[0]) ? made[words[0]] : undefined;
      if (!wanted || words.length !== 1) throw usageError('“completion” takes bash, zsh, fish or man.');
      out.line(wanted.text().trimEnd());
    },
  };
}

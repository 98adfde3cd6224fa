import type { Verb } from './verb.ts';

/** What can stand behind a verb, read off its usage: words and options, each once, in their order. */
export interface VerbWords {
  readonly name: string;
  readonly summary: string;
  readonly words: readonly string[];
  readonly options: readonly string[];
}

/** `start` is the launcher's and no verb of the command line. */
const START: Pick<Verb, 'name' | 'usage' | 'summary'> = {
  name: 'start',
  usage: 'start [FILE ...]',
  summary: 'open the panel: the window where Electron is to be had, else a browser',
};

export const withStart = (
  verbs: readonly Pick<Verb, 'name' | 'usage' | 'summary'>[],
): readonly Pick<Verb, 'name' | 'usage' | 'summary'>[] => [START, ...verbs];

/** The verb table as completion needs it: what is written in capitals is the user's to fill in. */
export function verbWords(verbs: readonly Pick<Verb, 'name' | 'usage' | 'summary'>[]): VerbWords[] {
  return withStart(verbs).map(({ name, usage, summary }) => {
    const tokens = usage
      .split(/[\s[\]|().]+/)
      .map((token) => token.replace(/[,;:]$/, ''))
      .filter((token) => token !== '' && token !== name && token !== 'or');
    const options = tokens.flatMap((token) => /^--?[a-z][a-z-]*/.exec(token)?.[0] ?? []);
    const words = tokens.filter((token) => /^[a-z][a-z0-9-]*$/.test(token));
    return { name, summary, words: [...new Set(words)], options: [...new Set([...options, '--help'])] };
  });
}

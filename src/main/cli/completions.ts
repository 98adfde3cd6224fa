import type { Verb } from './verb.ts';
import { verbWords, withStart } from './verbWords.ts';

type Verbs = readonly Pick<Verb, 'name' | 'usage' | 'summary'>[];

/** Completion for bash: verbs, then the words and options of the verb, then files. */
export function bashCompletion(verbs: Verbs): string {
  const table = verbWords(verbs);
  const cases = table.map(
    ({ name, words, options }) => `    ${name}) choices="${[...words, ...options].join(' ')}" ;;`,
  );
  return `# Completion of pinwheel for bash; made from its verbs.
_pinwheel() {
  local word="\${COMP_WORDS[COMP_CWORD]}" choices
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${table.map(({ name }) => name).join(' ')} help" -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    *) choices="" ;;
  esac
  COMPREPLY=($(compgen -W "$choices" -- "$word") $(compgen -f -- "$word"))
}
complete -o filenames -F _pinwheel pinwheel
`;
}

/** Completion for zsh, with what each verb is for. */
export function zshCompletion(verbs: Verbs): string {
  const table = verbWords(verbs);
  const described = table.map(({ name, summary }) => `    '${name}:${quoted(summary)}'`);
  const cases = table.map(
    ({ name, words, options }) =>
      `    ${name}) choices=(${[...words, ...options].map((word) => `'${word}'`).join(' ')}) ;;`,
  );
  return `#compdef pinwheel
# Completion of pinwheel for zsh; made from its verbs.
_pinwheel() {
  local -a verbs choices
  verbs=(
${described.join('\n')}
    'help:say what there is'
  )
  if (( CURRENT == 2 )); then
    _describe 'verb' verbs
    return
  fi
  case "\${words[2]}" in
${cases.join('\n')}
  esac
  compadd -a choices
  _files
}
if [ "$funcstack[1]" = _pinwheel ]; then _pinwheel "$@"; else compdef _pinwheel pinwheel; fi
`;
}

/** Completion for fish, with what each verb is for. */
export function fishCompletion(verbs: Verbs): string {
  const table = verbWords(verbs);
  const lines = table.flatMap(({ name, summary, words, options }) => [
    `complete -c pinwheel -n __fish_use_subcommand -a ${name} -d '${quoted(summary)}'`,
    ...words.map((word) => `complete -c pinwheel -n '__fish_seen_subcommand_from ${name}' -a ${word}`),
    ...options.map((option) =>
      option.startsWith('--')
        ? `complete -c pinwheel -n '__fish_seen_subcommand_from ${name}' -l ${option.slice(2)}`
        : `complete -c pinwheel -n '__fish_seen_subcommand_from ${name}' -s ${option.slice(1)}`,
    ),
  ]);
  return `# Completion of pinwheel for fish; made from its verbs.\n${lines.join('\n')}\n`;
}

/** The manual page, pinwheel(1). */
export function manualPage(verbs: Verbs, version: string): string {
  const entries = withStart(verbs).map(
    ({ usage, summary }) => `.TP\n.B pinwheel ${roff(usage)}\n${roff(summary)}.`,
  );
  return `.TH PINWHEEL 1 "" "Pinwheel ${roff(version)}" "User Commands"
.SH NAME
pinwheel \\- mix, route, play and power sound devices
.SH SYNOPSIS
.B pinwheel
.I VERB
[ARGUMENT ...]
.SH DESCRIPTION
Talks to the running Pinwheel, or does what is asked without one and ends. Results go to standard output, as JSON with
.BR \\-\\-json ;
progress and errors go to standard error.
.SH VERBS
${entries.join('\n')}
.SH EXIT STATUS
.TP
.B 0
It is done.
.TP
.B 1
It did not work.
.TP
.B 2
What was typed or given was wrong.
.SH ENVIRONMENT
.TP
.B PINWHEEL_HOME
A folder that everything is kept in, in place of the user's own; a separate instance.
.TP
.B PINWHEEL_LOG
What is written to the log:
.BR debug ,
or by part as in
.BR hardware=debug,*=warn .
`;
}

/** Quotation marks of the shell's own would end the text. */
const quoted = (text: string): string => text.replaceAll("'", '’').replaceAll(':', ' –');

/** Other characters than ASCII by their numbers, which every roff understands. */
const roff = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^\./, '\\&.')
    .replaceAll(/[^\x20-\x7e]/gu, (character) => {
      const number = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
      return `\\[u${number}]`;
    });

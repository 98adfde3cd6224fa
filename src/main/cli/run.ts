import { PinwheelError } from '../../contract/errors.ts';
import { usageError } from './arguments.ts';
import type { Output } from './output.ts';
import { withStart } from './verbWords.ts';
import type { Verb, VerbContext } from './verb.ts';

/** Exit codes: 0 done, 1 it did not work, 2 the input was wrong. */
export async function runCommandLine(
  verbs: readonly Verb[],
  argv: readonly string[],
  context: Omit<VerbContext, 'args'>,
): Promise<number> {
  const [name = 'help', ...args] = argv;
  try {
    if (['help', '--help', '-h'].includes(name)) {
      const about = args.length > 0 ? withStart(verbs).filter((each) => each.name === args[0]) : [];
      printHelp(about.length > 0 ? about : withStart(verbs), context.out);
      return 0;
    }
    const verb = verbs.find((each) => each.name === name);
    if (!verb) throw usageError(`There is no command “${name}”.`);
    if (args.includes('--help')) {
      printHelp([verb], context.out);
      return 0;
    }
    await verb.run({ ...context, args });
    return 0;
  } catch (error) {
    if (!(error instanceof PinwheelError)) throw error;
    context.out.note(`pinwheel: ${sentenceOf(error)}`);
    return error.code === 'bad-input' || error.code === 'bad-request' || error.code === 'not-found' ? 2 : 1;
  }
}

/** Message and advice; between them the byte where it is, if the message does not name it. */
function sentenceOf({ message, offset, advice }: PinwheelError): string {
  const isNamed = offset === undefined || new RegExp(`\\b${offset}\\b`).test(message);
  const parts = [isNamed ? message : `${message} (At byte ${offset}.)`, advice];
  return parts.filter((part) => part !== undefined).join(' ');
}

/** Of one verb, or of all. */
function printHelp(verbs: readonly Pick<Verb, 'usage' | 'summary'>[], out: Output): void {
  out.line('pinwheel VERB ...');
  out.line('');
  for (const { usage, summary } of verbs) {
    out.line(`  ${usage}`);
    out.line(`      ${summary}`);
  }
}

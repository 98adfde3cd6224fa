import { PinwheelError } from '../../contract/errors.ts';
import { usageError } from './arguments.ts';
import type { Output } from './output.ts';
import type { Verb, VerbContext } from './verb.ts';

/** Exit codes: 0 done, 1 it did not work, 2 the input was wrong. */
export async function runCommandLine(
  verbs: readonly Verb[],
  argv: readonly string[],
  context: Omit<VerbContext, 'args'>,
): Promise<number> {
  const [name = 'help', ...args] = argv;
  try {
    if (['help', '--help', '-h'].includes(name) || args.includes('--help')) {
      printHelp(verbs, context.out);
      return 0;
    }
    const verb = verbs.find((each) => each.name === name);
    if (!verb) throw usageError(`There is no command “${name}”.`);
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

function printHelp(verbs: readonly Verb[], out: Output): void {
  out.line('pinwheel VERB ...');
  out.line('');
  out.line('  start');
  out.line('      open the panel: the window where Electron is to be had, else a browser');
  for (const verb of verbs) {
    out.line(`  ${verb.usage}`);
    out.line(`      ${verb.summary}`);
  }
}

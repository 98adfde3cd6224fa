import { parseArgs } from 'node:util';
import { PinwheelError } from '../../contract/errors.ts';

/** A mistake in how the command was typed; exit code 2. */
export function usageError(message: string): PinwheelError {
  return new PinwheelError({ code: 'bad-input', message, advice: 'See “pinwheel help”.' });
}

type OptionKinds = Record<string, 'boolean' | 'string'>;
type Options<K extends OptionKinds> = { [N in keyof K]?: K[N] extends 'boolean' ? boolean : string };

/** Options and words of a verb. @throws PinwheelError `bad-input` for an option the verb does not have */
export function parseArguments<K extends OptionKinds>(
  args: readonly string[],
  kinds: K,
): { options: Options<K>; words: string[] } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: Object.fromEntries(Object.entries(kinds).map(([name, type]) => [name, { type }])),
      allowPositionals: true,
      // “-6” is a level, not an option.
      strict: true,
    });
    return { options: values as Options<K>, words: positionals };
  } catch (error) {
    throw usageError(error instanceof Error ? error.message.split('\n')[0]! : String(error));
  }
}

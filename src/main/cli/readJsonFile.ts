import { readFile } from 'node:fs/promises';
import { PinwheelError } from '../../contract/errors.ts';

/** What a file that the user named holds. @throws PinwheelError `bad-input` with `advice` when it cannot be read or is no JSON */
export async function readJsonFile(file: string, advice: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const message =
      error instanceof SyntaxError
        ? `“${file}” is no JSON.`
        : `“${file}” cannot be read: ${error instanceof Error ? error.message : String(error)}.`;
    throw new PinwheelError({ code: 'bad-input', message, subject: file, advice }, { cause: error });
  }
}

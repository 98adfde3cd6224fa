import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Disposable } from '../../../contract/disposable.ts';
import { PinwheelError } from '../../../contract/errors.ts';
import type { Bank } from '../../../contract/services/synth.ts';
import { loadBank } from '../../banks/loadBank.ts';
import { Spool } from '../../player/spool.ts';

const ENDINGS = new Set(['.dls', '.sf2', '.sf3']);
const MOST_NAMES = 1_000;

/** Banks that came as bytes from a panel: kept in a folder of Pinwheel's own until they are removed there. */
export class AddedBanks implements Disposable {
  readonly #folder: string;
  readonly spool = new Spool(checkHead);

  /** Absolute path; it is created with the first bank. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async list(): Promise<Bank[]> {
    // It is created with the first bank.
    const names = await readdir(this.#folder).catch(() => []);
    const banks = names
      .filter(isBank)
      .sort()
      .map(async (name): Promise<Bank | undefined> => {
        const file = path.join(this.#folder, name);
        const bytes = await stat(file).then(
          ({ size }) => size,
          // Removed meanwhile.
          () => undefined,
        );
        if (bytes === undefined) return undefined;
        return { file, name: path.parse(name).name, origin: 'added', bytes, isSystemDefault: false };
      });
    return (await Promise.all(banks)).filter((bank) => bank !== undefined);
  }

  /** What came in pieces under this number, once it was read. @throws PinwheelError as `loadBank` and `Spool.finish` */
  async add(upload: number): Promise<Bank> {
    const spooled = await this.spool.finish(upload);
    try {
      await loadBank(spooled.file);
      await mkdir(this.#folder, { recursive: true });
      const file = await this.#copy(spooled.file);
      const { size: bytes } = await stat(file);
      return { file, name: path.parse(file).name, origin: 'added', bytes, isSystemDefault: false };
    } finally {
      spooled.dispose();
    }
  }

  /** @throws PinwheelError `not-found` for what was not added here */
  async remove(file: string): Promise<void> {
    const isOwn = path.dirname(file) === this.#folder && isBank(file);
    if (
      isOwn &&
      (await stat(file).then(
        () => true,
        () => false,
      ))
    )
      return await rm(file);
    throw new PinwheelError({
      code: 'not-found',
      message: `“${path.basename(file)}” is none of the banks that were added here.`,
      subject: file,
      advice: 'Banks of the system are removed with the package they came with.',
    });
  }

  dispose(): void {
    void this.spool.dispose();
  }

  /** Never over another one. */
  async #copy(from: string): Promise<string> {
    const { name, ext } = path.parse(from);
    for (let number = 1; number < MOST_NAMES; number++) {
      const file = path.join(this.#folder, `${name}${number > 1 ? ` ${number}` : ''}${ext}`);
      try {
        await copyFile(from, file, constants.COPYFILE_EXCL);
        return file;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EEXIST') continue;
        throw new PinwheelError({
          code: 'bad-input',
          message: `“${name}${ext}” cannot be kept in ${this.#folder}: ${code ?? String(error)}.`,
          subject: file,
          advice: 'Make room there, or put the bank into a folder for banks of the system.',
        });
      }
    }
    throw new PinwheelError({ code: 'bad-state', message: `There are too many banks called “${name}”.` });
  }
}

function isBank(file: string): boolean {
  return ENDINGS.has(path.extname(file).toLowerCase());
}

/** @throws PinwheelError `bad-input` for what begins like no bank */
function checkHead(name: string, head: Uint8Array): void {
  const word = (at: number) => String.fromCharCode(...head.subarray(at, at + 4));
  if (isBank(name) && word(0) === 'RIFF' && ['DLS ', 'sfbk'].includes(word(8))) return;
  throw new PinwheelError({
    code: 'bad-input',
    message: `“${name}” is not a bank of sounds.`,
    subject: name,
    offset: word(0) === 'RIFF' ? 8 : 0,
    advice: 'Choose a DLS collection (.dls) or a SoundFont (.sf2, .sf3).',
  });
}

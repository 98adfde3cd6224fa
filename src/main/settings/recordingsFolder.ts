import { open, mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { PinwheelError } from '../../contract/errors.ts';

/** More recordings than anybody begins in a second. */
const MOST_OF_A_SECOND = 100;

/**
 * Where recordings go that were given no place: `Pinwheel` in the user's folder for music, which on Linux may have a
 * name in the user's language (user-dirs.dirs of xdg-user-dirs). With `PINWHEEL_HOME`, in there. Absolute; nothing is
 * created.
 */
export async function recordingsFolder(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): Promise<string> {
  const instance = env['PINWHEEL_HOME'];
  if (instance) return path.join(path.resolve(instance), 'recordings');
  const music = platform === 'win32' || platform === 'darwin' ? undefined : await musicFolder(env, home);
  return path.join(music ?? path.join(home, 'Music'), 'Pinwheel');
}

/** Undefined where the user has none, which xdg-user-dirs writes as the home directory itself. */
async function musicFolder(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): Promise<string | undefined> {
  const chosen = env['XDG_CONFIG_HOME'];
  const folder = chosen && path.isAbsolute(chosen) ? chosen : path.join(home, '.config');
  let lines: string;
  try {
    lines = await readFile(path.join(folder, 'user-dirs.dirs'), 'utf8');
  } catch {
    return undefined;
  }
  const value = /^\s*XDG_MUSIC_DIR="(.*)"\s*$/m.exec(lines)?.[1]?.replaceAll(/\\(.)/g, '$1');
  const music = value?.replace(/^\$HOME(?=\/|$)/, home);
  if (music === undefined || !path.isAbsolute(music)) return undefined;
  return path.resolve(music) === path.resolve(home) ? undefined : path.resolve(music);
}

/**
 * Creates an empty file named after the time, and the folder if it is not there. Never one that was there before.
 * @throws PinwheelError `bad-state` when nothing can be created there
 */
export async function newRecording(
  folder: string,
  extension: 'wav' | 'flac',
  now: Date = new Date(),
): Promise<string> {
  const two = (value: number) => String(value).padStart(2, '0');
  const date = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-');
  // No colons: Windows has none in names.
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('.');
  try {
    await mkdir(folder, { recursive: true });
    for (let number = 1; number <= MOST_OF_A_SECOND; number++) {
      const suffix = number === 1 ? '' : ` (${number})`;
      const file = path.join(folder, `Recording ${date} ${time}${suffix}.${extension}`);
      try {
        await (await open(file, 'wx')).close();
        return file;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  } catch (error) {
    throw new PinwheelError(
      {
        code: 'bad-state',
        message: `No file can be created in “${folder}”: ${reasonOf(error)}.`,
        subject: folder,
        advice: 'Mend that, and record again.',
      },
      { cause: error },
    );
  }
  throw new PinwheelError({
    code: 'bad-state',
    message: `“${folder}” is full of recordings of this second.`,
    subject: folder,
    advice: 'Record again in a second.',
  });
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC') return 'the disk is full';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'it is not allowed';
  if (code === 'EEXIST' || code === 'ENOTDIR') return 'there is a file of that name';
  return code ?? String(error);
}

import { randomBytes } from 'node:crypto';
import { watch } from 'node:fs';
import { copyFile, link, mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { toDisposable, type Disposable } from '../../contract/disposable.ts';

/**
 * Text files that survive a crash at any moment: a new version is written beside the old one, forced to the disk and
 * then renamed over it, so that a reader, or the next start, finds the old text or the new one and never a mixture.
 */

/** Undefined when there is no such file. Other failures are thrown. */
export async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Replaces `path` by `text`. The directory is created where it is missing, readable by the user only. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = temporaryNameOf(path);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text, 'utf8');
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncDirectory(dirname(path));
}

/** Makes `backup` the present content of `path`, which stays where it is; there is no moment without either. */
export async function keepBackup(path: string, backup: string): Promise<void> {
  const temporary = temporaryNameOf(backup);
  try {
    try {
      await link(path, temporary);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return;
      // File systems without hard links.
      await copyFile(path, temporary);
    }
    await rename(temporary, backup);
  } finally {
    // Renaming one hard link over another of the same file does nothing and leaves both.
    await unlink(temporary).catch(() => undefined);
  }
}

/** Moves a damaged file to `PATH.corrupt-N`, N counting up, and answers that name; undefined when it is gone. */
export async function putAside(path: string): Promise<string | undefined> {
  for (let n = 1; ; n++) {
    const aside = `${path}.corrupt-${n}`;
    try {
      // A link never replaces what an earlier accident left; a rename would.
      await link(path, aside);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') continue;
      if (codeOf(error) === 'ENOENT') return undefined;
      if (await exists(aside)) continue;
      await rename(path, aside);
      return aside;
    }
    await unlink(path);
    return aside;
  }
}

/** Removes what writers that were killed left behind. Young files may belong to a writer at work in another process. */
export async function removeLeftovers(path: string, olderThanMs = 10 * 60_000): Promise<void> {
  const directory = dirname(path);
  // Nothing was ever written there.
  const names = await readdir(directory).catch(() => []);
  const prefix = `.${basename(path)}.`;
  for (const name of names) {
    if (!name.startsWith(prefix) || !name.endsWith('.tmp')) continue;
    const leftover = join(directory, name);
    const modified = await stat(leftover).then(
      (found) => found.mtimeMs,
      // Its writer renamed it.
      () => Infinity,
    );
    // The next start tries again.
    if (Date.now() - modified > olderThanMs) await unlink(leftover).catch(() => undefined);
  }
}

/** Editors write in several steps. */
const WRITTEN_WITHIN_MS = 100;

/**
 * Calls back after the file's content may have changed, by whomever. The directory is watched, because a file that is
 * replaced is another file. Undefined where that cannot be done: there is no such directory, or the system watches
 * no more of them.
 */
export function watchFile(path: string, onChange: () => void): Disposable | undefined {
  let soon: NodeJS.Timeout | undefined;
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
      if (name !== basename(path)) return;
      clearTimeout(soon);
      soon = setTimeout(onChange, WRITTEN_WITHIN_MS);
    });
    // The directory was removed, or its disk.
    watcher.on('error', () => watcher.close());
    return toDisposable(() => {
      clearTimeout(soon);
      watcher.close();
    });
  } catch {
    return undefined;
  }
}

function temporaryNameOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
}

/** A rename is on the disk only when its directory is. Windows cannot open directories and needs no such step. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** False also for what may not be looked at. */
async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | null)?.code;
}

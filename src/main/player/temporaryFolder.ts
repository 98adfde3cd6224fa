import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const PREFIX = 'pinwheel-spool-';

/** A new folder for files that do not outlive this process. What an instance that is gone has left is removed. */
export async function createTemporaryFolder(): Promise<string> {
  const root = tmpdir();
  for (const name of await readdir(root)) {
    const owner = /^pinwheel-spool-(\d+)-/.exec(name)?.[1];
    if (owner !== undefined && !isAlive(Number(owner))) await removeFolder(path.join(root, name));
  }
  return await mkdtemp(path.join(root, `${PREFIX}${process.pid}-`));
}

/** A file that is being played can be deleted at once on some systems, and on others when it is closed. */
export function removeFolder(folder: string): Promise<void> {
  // What stays is removed by the next start.
  return rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }).catch(() => undefined);
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // Another user's lives, too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

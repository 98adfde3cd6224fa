import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A file system of `bytes` at `folder`, where this may be made: as root, outside of most containers. */
export function mountSmallDisk(folder: string, bytes: number): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'pinwheel-test', folder], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    // A container may not mount.
    return false;
  }
}

export function unmountSmallDisk(folder: string): void {
  execFileSync('umount', ['--lazy', folder]);
}

/** Takes what room a disk of `bytes` has; `false` gives it back. */
export function fillDisk(folder: string, bytes: number, full: boolean): void {
  const filler = path.join(folder, 'filler');
  if (!full) return rmSync(filler, { force: true });
  try {
    writeFileSync(filler, Buffer.alloc(bytes));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

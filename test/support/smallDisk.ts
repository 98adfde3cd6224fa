import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
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

/** The same, in a file that goes with it; `holdDisk` works with it, and it has half of a MiB at least. */
export function mountHoldableDisk(folder: string, bytes: number): boolean {
  if (process.getuid?.() !== 0) return false;
  const place = mkdtempSync(path.join(tmpdir(), 'pwd-'));
  const file = path.join(place, 'disk');
  try {
    writeFileSync(file, '');
    truncateSync(file, bytes);
    // Nothing of it is kept back for anybody.
    const format = ['-q', '-F', '-m', '0', '-O', '^has_journal', '-b', '1024', file];
    execFileSync('mkfs.ext4', format, { stdio: 'ignore' });
    execFileSync('mount', ['-o', 'loop', file, folder], { stdio: 'ignore' });
    rmSync(path.join(folder, 'lost+found'), { recursive: true });
    return true;
  } catch {
    // A container may not mount, or has no loop devices.
    return false;
  } finally {
    rmSync(place, { recursive: true });
  }
}

const HELD_SECONDS = 0.6;

/**
 * For about that time the disk stands still nearly always: writers wait in the kernel, and are let through for a moment
 * now and then. Another process does it, so that the disk moves again whatever becomes of this one.
 */
export function holdDisk(folder: string, seconds: number): Promise<void> {
  const times = Math.max(1, Math.round(seconds / HELD_SECONDS));
  const once = `fsfreeze -f "$1" || exit 1; sleep ${HELD_SECONDS}; fsfreeze -u "$1" || exit 2; sleep 0.02`;
  const script = `for i in $(seq ${times}); do ${once}; done`;
  const child = spawn('sh', ['-c', script, 'hold-disk', folder], { stdio: 'ignore', detached: true });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`fsfreeze: exit code ${code}`))));
  });
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

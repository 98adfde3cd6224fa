import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { unpackedFolder } from '../../support/machine.ts';

/** Debian's kernel, unpacked and not installed: the guest's, whatever runs on the host. */
export interface Kernel {
  /** Root of the unpacked package. */
  folder: string;
  /** As `uname -r` answers. */
  release: string;
  /** The kernel itself, for QEMU. */
  image: string;
}

export function findKernel(): Kernel {
  const folder = unpackedFolder('linux-image-amd64');
  const modules = join(folder, 'lib/modules');
  const [release] = existsSync(modules) ? readdirSync(modules) : [];
  if (release === undefined) throw new Error(`${folder} holds no kernel. Remove it and run npm test.`);
  // Which module needs which is found out at installation, which this package never sees.
  if (!existsSync(join(modules, release, 'modules.dep'))) kmod('depmod', '-b', folder, release);
  // The guest's first program finds the host's files below a directory, where a link to / would lead elsewhere.
  return { folder: realpathSync(folder), release, image: join(folder, 'boot', `vmlinuz-${release}`) };
}

/** Files of the modules and of all that they need, in the order in which they load. */
export function moduleFiles(kernel: Kernel, modules: readonly string[]): string[] {
  // One line each: insmod PATH
  const list = kmod(
    'modprobe',
    '-d',
    kernel.folder,
    '-S',
    kernel.release,
    '--show-depends',
    '-a',
    ...modules,
  );
  return [...new Set(Array.from(list.matchAll(/^insmod (.*\S)/gm), (match) => match[1]!))];
}

/** A program of kmod. They are for root and not in everybody's path, but these uses are anybody's. */
function kmod(program: string, ...args: string[]): string {
  return execFileSync(join('/sbin', program), args, { encoding: 'utf8' });
}

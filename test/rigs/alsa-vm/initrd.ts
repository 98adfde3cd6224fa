import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cpioArchive, directory, file } from './cpio.ts';
import { moduleFiles, type Kernel } from './kernel.ts';

/** What the guest cannot get at the host's file system without. */
const MODULES = ['virtio_pci', '9p', '9pnet_virtio', 'overlay', 'virtio_console'];
const MOUNT_POINTS = ['proc', 'sys', 'dev', 'lower', 'upper', 'root'];

/**
 * The guest's first root file system: BusyBox, the modules for the host's file system, the first program
 * (guest/init) and its settings, which become shell variables.
 */
export function initrd(kernel: Kernel, settings: Record<string, string>): Buffer {
  const modules = moduleFiles(kernel, MODULES);
  return cpioArchive([
    ...['bin', 'modules', ...MOUNT_POINTS].map(directory),
    file('bin/busybox', readFileSync('/bin/busybox'), 0o755),
    file('init', readFileSync(join(import.meta.dirname, 'guest/init')), 0o755),
    file(
      'settings',
      Object.entries(settings)
        .map(([name, value]) => `${name}=${quoted(value)}\n`)
        .join(''),
    ),
    file('modules/order', modules.map((path) => `${basename(path)}\n`).join('')),
    ...modules.map((path) => file(join('modules', basename(path)), readFileSync(path))),
  ]);
}

const quoted = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;

import { readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { cpioArchive, directory, file } from './cpio.ts';
import { moduleFiles, type Kernel } from './kernel.ts';
import type { RigHome } from './rigHome.ts';

const PROJECT = resolve(import.meta.dirname, '../../..');
const DRIVERS = [
  'snd-intel8x0',
  'snd-aloop',
  'snd-virmidi',
  'snd-dummy',
  'snd-seq',
  'snd-seq-midi',
  'snd-usb-audio',
  'xhci-pci',
];

/** What the guest cannot get at the host's file system without. */
const MODULES = ['virtio_pci', '9p', '9pnet_virtio', 'overlay', 'virtio_console'];
const MOUNT_POINTS = ['proc', 'sys', 'dev', 'lower', 'upper', 'root'];

/** What guest/init wants to know. */
export function guestSettings(kernel: Kernel, home: RigHome): Record<string, string> {
  return {
    KERNEL: kernel.folder,
    EXCHANGE: home.exchange,
    DRIVERS: DRIVERS.join(' '),
    AGENT: join(import.meta.dirname, 'guest/agent'),
    AGENT_PATH: [join(PROJECT, 'node_modules/.bin'), '/usr/sbin', '/usr/bin', '/sbin', '/bin'].join(':'),
  };
}

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

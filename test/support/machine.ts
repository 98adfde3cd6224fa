/**
 * What the tests need from the machine: how to see that it is there, and which Debian packages bring it. Used by
 * scripts/test.mjs to install what is missing and by `requires()` to skip what cannot run.
 */
import fs from 'node:fs';
import path from 'node:path';

export type Requirement =
  'pipewire' | 'pulseaudio' | 'alsaVm' | 'chromium' | 'fluidsynth' | 'ffmpeg' | 'sox' | 'electron';

/** A Debian package whose files are wanted, and which must not be installed. */
export interface UnpackedPackage {
  name: string;
  /** It has no files of its own: the first package it depends on is meant. */
  metapackage: boolean;
  /** What is kept of it, as patterns of tar: "./boot/vmlinuz-*". */
  keep: string[];
}

interface Provision {
  /** Programs that must be in the path. */
  programs: string[];
  /** Further files: each entry is a list of places, one of which must exist. */
  files: string[][];
  /** Debian packages. Never pipewire-alsa: it would send every ALSA program to PipeWire's spinning default PCM. */
  packages: string[];
  /** Debian packages that are unpacked in `unpackedFolder` instead of installed. */
  unpacked?: UnpackedPackage[];
}

const root = path.resolve(import.meta.dirname, '../..');
/** Where Debian keeps a shared library. */
const library = (file: string): string[] =>
  ['x86_64', 'aarch64', 'arm'].map(
    (cpu) => `/usr/lib/${cpu}-linux-gnu${cpu === 'arm' ? 'eabihf' : ''}/${file}`,
  );
const alsaPlugins = library('alsa-lib/libasound_module_pcm_pulse.so');

/** Of the kernel's 400 MB, what the guest can use. */
const KERNEL_PARTS = [
  'modules.*',
  ...['drivers/usb', 'drivers/virtio', 'drivers/char', 'drivers/media/mc', 'fs', 'net/9p', 'sound'].map(
    (part) => `kernel/${part}`,
  ),
];

/** Where the files of an unpacked package are, as below / had it been installed. */
export const unpackedFolder = (name: string): string => path.join(root, '.cache/debian', name);

export const provisions: Record<Requirement, Provision> = {
  /** A private PipeWire session and the tools to look into it. */
  pipewire: {
    programs: ['pipewire', 'wireplumber', 'pipewire-pulse', 'pw-cli', 'pactl', 'parec', 'dbus-daemon'],
    files: [alsaPlugins],
    packages: ['pipewire', 'wireplumber', 'pipewire-pulse', 'pulseaudio-utils', 'libasound2-plugins', 'dbus'],
  },
  /** PulseAudio itself, which must not stand beside PipeWire as an installed package. */
  pulseaudio: {
    programs: ['pactl', 'parec', 'paplay'],
    files: ['libltdl.so.7', 'liborc-0.4.so.0', 'libsoxr.so.0', 'libspeexdsp.so.1'].map(library),
    packages: ['pulseaudio-utils', 'libltdl7', 'liborc-0.4-0', 'libsoxr0', 'libspeexdsp1'],
    unpacked: [
      {
        name: 'pulseaudio',
        metapackage: false,
        keep: ['./usr/bin/pulseaudio', './usr/lib/*', './usr/share/pulseaudio/*'],
      },
      { name: 'libtdb1', metapackage: false, keep: ['./usr/lib/*'] },
      { name: 'libwrap0', metapackage: false, keep: ['./usr/lib/*'] },
    ],
  },
  /** A guest with Linux's own sound drivers, under QEMU's software emulation. */
  alsaVm: {
    programs: ['qemu-system-x86_64', 'busybox', 'kmod', 'aplaymidi', 'aseqdump', 'amixer', 'aplay'],
    files: [['/sbin/modprobe', '/usr/sbin/modprobe']],
    packages: ['qemu-system-x86', 'busybox-static', 'kmod', 'alsa-utils'],
    unpacked: [
      {
        name: 'linux-image-amd64',
        metapackage: true,
        keep: ['./boot/vmlinuz-*', ...KERNEL_PARTS.map((part) => `./lib/modules/*/${part}`)],
      },
    ],
  },
  chromium: { programs: ['chromium'], files: [], packages: ['chromium'] },
  fluidsynth: { programs: ['fluidsynth'], files: [], packages: ['fluidsynth', 'timgm6mb-soundfont'] },
  ffmpeg: { programs: ['ffmpeg'], files: [], packages: ['ffmpeg'] },
  sox: { programs: ['sox'], files: [], packages: ['sox'] },
  /** No Debian package carries it; `npm start` downloads it where it can be had. */
  electron: {
    programs: [],
    files: [[path.join(root, 'node_modules/electron/path.txt')]],
    packages: [],
  },
};

/** What of a requirement is not on this machine; empty when all of it is. */
export function missing(requirement: Requirement): string[] {
  return [...missingInstalled(requirement), ...missingUnpacked(requirement).map(({ name }) => name)];
}

/** What installing the requirement's packages would bring. */
export function missingInstalled(requirement: Requirement): string[] {
  const { programs, files } = provisions[requirement];
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return [
    ...programs.filter((program) => !folders.some((folder) => fs.existsSync(path.join(folder, program)))),
    ...files
      .filter((places) => !places.some((place) => fs.existsSync(place)))
      .map((places) => path.basename(places[0] ?? '')),
  ];
}

/** Which of its packages have not been unpacked. */
export function missingUnpacked(requirement: Requirement): UnpackedPackage[] {
  return (provisions[requirement].unpacked ?? []).filter(({ name, keep }) =>
    // One that was unpacked when less of it was wanted counts as missing.
    keep.some((part) => !fs.existsSync(path.join(unpackedFolder(name), part.replace(/[^/]*\*.*$/, '')))),
  );
}

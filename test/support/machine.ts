/**
 * What the tests need from the machine: how to see that it is there, and which Debian packages bring it. Used by
 * scripts/test.mjs to install what is missing and by `requires()` to skip what cannot run.
 */
import fs from 'node:fs';
import path from 'node:path';

export type Requirement = 'pipewire' | 'chromium' | 'fluidsynth' | 'ffmpeg' | 'sox' | 'electron';

interface Provision {
  /** Programs that must be in the path. */
  programs: string[];
  /** Further files: each entry is a list of places, one of which must exist. */
  files: string[][];
  /** Debian packages. Never pipewire-alsa: it would send every ALSA program to PipeWire's spinning default PCM. */
  packages: string[];
}

const root = path.resolve(import.meta.dirname, '../..');
const alsaPlugins = ['x86_64', 'aarch64', 'arm'].map(
  (cpu) => `/usr/lib/${cpu}-linux-gnu${cpu === 'arm' ? 'eabihf' : ''}/alsa-lib/libasound_module_pcm_pulse.so`,
);

export const provisions: Record<Requirement, Provision> = {
  /** A private PipeWire session and the tools to look into it. */
  pipewire: {
    programs: ['pipewire', 'wireplumber', 'pipewire-pulse', 'pw-cli', 'pactl', 'parec', 'dbus-daemon'],
    files: [alsaPlugins],
    packages: ['pipewire', 'wireplumber', 'pipewire-pulse', 'pulseaudio-utils', 'libasound2-plugins', 'dbus'],
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
  const { programs, files } = provisions[requirement];
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return [
    ...programs.filter((program) => !folders.some((folder) => fs.existsSync(path.join(folder, program)))),
    ...files
      .filter((places) => !places.some((place) => fs.existsSync(place)))
      .map((places) => path.basename(places[0] ?? '')),
  ];
}

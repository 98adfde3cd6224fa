import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FuseState, FuseV1Options, FuseVersion } from '@electron/fuses';

/** Marks the wire of fuses in Electron's binary. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSES = Object.values(FuseV1Options).filter((value) => typeof value === 'number').length;

/** An unpacked Electron for Linux without Electron in it: what packaging needs is a binary with fuses to flip. */
export async function placeholderElectron(folder: string): Promise<void> {
  await mkdir(path.join(folder, 'resources'), { recursive: true });
  await mkdir(path.join(folder, 'locales'));
  const wire = Buffer.concat([
    Buffer.from('#!/bin/sh\nexit 1\n'),
    Buffer.from(SENTINEL),
    // Version, number of fuses, each of them off.
    Buffer.from([Number(FuseVersion.V1), FUSES, ...Array<number>(FUSES).fill(FuseState.DISABLE)]),
    Buffer.alloc(64),
  ]);
  await writeFile(path.join(folder, 'electron'), wire, { mode: 0o755 });
  const files = [
    'chrome-sandbox',
    'LICENSE',
    'LICENSES.chromium.html',
    'version',
    'resources.pak',
    'icudtl.dat',
  ];
  for (const name of files) await writeFile(path.join(folder, name), name === 'version' ? '45.3.4' : name);
  await writeFile(path.join(folder, 'locales/en-US.pak'), 'en-US');
}

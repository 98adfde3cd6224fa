import fs from 'node:fs';
import path from 'node:path';
import { unpacked } from '../../contract/unpacked.ts';

/** Where the built-in General MIDI collection lies, which scripts/make-bank.mjs makes. */
const PLACES = [
  // From source, and from the build, whose programs lie in one folder.
  path.resolve(import.meta.dirname, '../../../out/banks/general-midi.dls'),
  path.resolve(import.meta.dirname, '../banks/general-midi.dls'),
];

/** Absolute path of the built-in bank's file, whether it is there or not. */
export function builtInBank(): string {
  // Threads read it, which know nothing of archives.
  return unpacked(PLACES.find((file) => fs.existsSync(file)) ?? PLACES[0]!);
}
